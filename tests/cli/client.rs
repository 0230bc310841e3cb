//! Plays the client of an agent: sends the payloads that its hooks get, in the words of several clients, and does what it is
//! told by the answers.

use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::TestRepo;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    ClaudeCode,
    /// No status of commands, patches for edits.
    Codex,
    /// No last message; no ids of calls.
    Copilot,
    /// Neither.
    Gemini,
}

impl Dialect {
    pub(crate) const ALL: [Self; 4] = [Self::ClaudeCode, Self::Codex, Self::Copilot, Self::Gemini];

    /// What `--agent` takes.
    pub(crate) fn agent(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Codex => "codex",
            Self::Copilot => "copilot",
            Self::Gemini => "gemini",
        }
    }

    fn event(self, event: &str) -> &str {
        match (self, event) {
            (Self::Gemini, "UserPromptSubmit") => "BeforeAgent",
            (Self::Gemini, "PreToolUse") => "BeforeTool",
            (Self::Gemini, "PostToolUse") => "AfterTool",
            (Self::Gemini, "Stop") => "AfterAgent",
            (_, event) => event,
        }
    }

    fn has_ids(self) -> bool {
        matches!(self, Self::ClaudeCode | Self::Codex)
    }
}

/// One run of a client.
pub(crate) struct Agent<'a> {
    pub(crate) repo: &'a TestRepo,
    name: &'static str,
    dialect: Dialect,
    calls: Cell<usize>,
    pub(crate) directory: PathBuf,
    /// Where the client writes down what is said, where it does not hand it over.
    transcript: PathBuf,
}

impl<'a> Agent<'a> {
    /// Without an event.
    pub(crate) fn unstarted(repo: &'a TestRepo, name: &'static str) -> Self {
        Self::of(repo, name, Dialect::ClaudeCode)
    }

    fn of(repo: &'a TestRepo, name: &'static str, dialect: Dialect) -> Self {
        let transcript = repo.beside(&format!("{name}.jsonl"));
        Self { repo, name, dialect, calls: Cell::new(0), directory: repo.root().to_owned(), transcript }
    }

    pub(crate) fn start(repo: &'a TestRepo, name: &'static str) -> Self {
        Self::start_as(repo, name, Dialect::ClaudeCode)
    }

    pub(crate) fn start_as(repo: &'a TestRepo, name: &'static str, dialect: Dialect) -> Self {
        Self::start_in(repo, name, dialect, repo.root())
    }

    /// In another work tree of the repository.
    pub(crate) fn start_in(repo: &'a TestRepo, name: &'static str, dialect: Dialect, directory: &Path) -> Self {
        let agent = Self { directory: directory.to_owned(), ..Self::of(repo, name, dialect) };
        match dialect {
            Dialect::Copilot => {
                note(
                    &agent.transcript,
                    &json!({ "type": "session.start", "id": "0", "data": { "sessionId": name, "copilotVersion": "1" } }),
                );
            }
            Dialect::Gemini => {
                note(&agent.transcript, &json!({ "sessionId": name, "projectHash": "h", "kind": "main" }));
            }
            Dialect::ClaudeCode | Dialect::Codex => {}
        }
        agent.hook("SessionStart", json!({ "source": "startup" }));
        agent.prompt("please do it");
        agent
    }

    fn payload(&self, event: &str, fields: &Value) -> Value {
        let mut payload = json!({
            "session_id": self.name,
            "transcript_path": "",
            "cwd": self.directory,
            "hook_event_name": self.dialect.event(event),
        });
        let base = payload.as_object_mut().expect("an object");
        let further = match self.dialect {
            Dialect::ClaudeCode => json!({ "permission_mode": "auto" }),
            Dialect::Codex => json!({ "permission_mode": "bypassPermissions", "model": "m", "turn_id": "1" }),
            Dialect::Copilot | Dialect::Gemini => {
                json!({ "timestamp": "2026-11-29T09:00:00.000Z", "transcript_path": self.transcript })
            }
        };
        for more in [&further, fields] {
            base.extend(more.as_object().expect("an object").clone());
        }
        payload
    }

    pub(crate) fn raw(&self, event: &str, fields: &Value) -> Output {
        self.send(env!("CARGO_BIN_EXE_git-warrant"), &[], event, fields)
    }

    /// Hands an event to a program that is, or ends as, `git-warrant hook agent --agent NAME`.
    pub(crate) fn send(&self, program: &str, before: &[&str], event: &str, fields: &Value) -> Output {
        let payload = self.payload(event, fields);
        let mut child = self
            .repo
            .command(program, &self.directory)
            .args(before)
            .args(["hook", "agent", "--agent", self.dialect.agent()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(payload.to_string().as_bytes()).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    /// The answer; `Null` for none.
    #[expect(clippy::needless_pass_by_value, reason = "calls write the value out")]
    pub(crate) fn hook(&self, event: &str, fields: Value) -> Value {
        let output = self.raw(event, &fields);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{event}: {output:?}");
        if text.trim().is_empty() { Value::Null } else { serde_json::from_str(&text).expect("one JSON document") }
    }

    /// What is told to whom on a prompt.
    pub(crate) fn prompt(&self, text: &str) -> Value {
        self.hook("UserPromptSubmit", json!({ "prompt": text }))
    }

    /// Asks whether a tool may run; the reason where it may not.
    fn call(&self, name: &str, input: &Value) -> (Value, Option<String>) {
        self.calls.set(self.calls.get() + 1);
        let mut call = json!({ "tool_name": name, "tool_input": input });
        if self.dialect.has_ids() {
            call["tool_use_id"] = json!(format!("tool-{}", self.calls.get()));
        }
        let answer = self.hook("PreToolUse", call.clone());
        let reason = match self.dialect {
            Dialect::Gemini => answer["reason"].as_str().filter(|_| answer["decision"] == "deny"),
            _ => answer["hookSpecificOutput"]["permissionDecisionReason"].as_str(),
        };
        (call, reason.map(str::to_owned))
    }

    /// An edit by a tool, with what the hook before it answers; a refused one is not made.
    pub(crate) fn edit(&self, path: &str, content: &str) -> Option<String> {
        let full = self.directory.join(path);
        let (name, input) = match self.dialect {
            Dialect::ClaudeCode => ("Write", json!({ "file_path": full, "content": content })),
            Dialect::Codex => {
                let lines = content.lines().flat_map(|line| ["+", line, "\n"]).collect::<String>();
                (
                    "apply_patch",
                    json!({ "command": format!("*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch") }),
                )
            }
            Dialect::Copilot => ("Edit", json!({ "path": full, "old_str": "", "new_str": content })),
            Dialect::Gemini => ("write_file", json!({ "file_path": full, "content": content })),
        };
        let (mut result, refused) = self.call(name, &input);
        if refused.is_some() {
            return refused;
        }
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).expect("folders");
        }
        fs::write(&full, content).expect("written");
        let (key, response) = match self.dialect {
            Dialect::ClaudeCode => ("tool_response", json!({ "type": "create", "filePath": full })),
            Dialect::Codex => ("tool_response", json!("Exit code: 0\nOutput:\nSuccess.")),
            Dialect::Copilot => ("tool_result", json!({ "result_type": "success", "text_result_for_llm": "ok" })),
            Dialect::Gemini => ("tool_response", json!({ "llmContent": "ok", "returnDisplay": "ok" })),
        };
        result[key] = response;
        self.hook("PostToolUse", result);
        None
    }

    /// A shell command, really run; why not, where it was refused.
    pub(crate) fn shell(&self, command: &str) -> Option<String> {
        self.shell_of(command, true)
    }

    /// A shell command that is run whatever is said of it, as a script runs what nobody saw coming.
    pub(crate) fn force(&self, command: &str) {
        self.shell_of(command, false);
    }

    /// What the client calls its shell.
    pub(crate) fn shell_tool(&self) -> &'static str {
        match self.dialect {
            Dialect::Gemini => "run_shell_command",
            Dialect::ClaudeCode | Dialect::Codex | Dialect::Copilot => "Bash",
        }
    }

    fn shell_of(&self, command: &str, obeys: bool) -> Option<String> {
        let (mut result, refused) = self.call(self.shell_tool(), &json!({ "command": command }));
        if refused.is_some() && obeys {
            return refused;
        }
        let output = self.run(command);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let exit = output.status.code().unwrap_or(1);
        let mut event = "PostToolUse";
        match self.dialect {
            Dialect::ClaudeCode if exit == 0 => {
                result["tool_response"] = json!({ "stdout": text, "stderr": "", "interrupted": false });
            }
            Dialect::ClaudeCode => {
                result["error"] = json!(format!("Exit code {exit}\n{text}"));
                event = "PostToolUseFailure";
            }
            Dialect::Codex => result["tool_response"] = json!(text),
            Dialect::Copilot => {
                let text = format!("{text}\n<shellId: 0 completed with exit code {exit}>");
                result["tool_result"] = json!({ "result_type": "success", "text_result_for_llm": text });
            }
            Dialect::Gemini => {
                let exit = if exit == 0 { String::new() } else { format!("\nExit Code: {exit}") };
                result["tool_response"] =
                    json!({ "llmContent": format!("Output: {text}{exit}"), "returnDisplay": text });
            }
        }
        self.hook(event, result);
        None
    }

    /// The command as the agent's shell runs it, without a word to anybody.
    fn run(&self, command: &str) -> Output {
        let path = git_warrant::system::env_os("PATH").unwrap_or_default();
        let bin = self.repo.beside("bin");
        let path = std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&path))).expect("a PATH");
        let mut shell = self.repo.command("sh", &self.directory);
        // What is committed here is committed now.
        shell.args(["-c", command]).env("PATH", path).env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE");
        self.mark(&mut shell);
        shell.output().expect("it runs")
    }

    /// The variables that the client sets for what its shell runs.
    fn mark(&self, command: &mut Command) {
        match self.dialect {
            Dialect::ClaudeCode => command.env("CLAUDECODE", "1").env("CLAUDE_CODE_SESSION_ID", self.name),
            Dialect::Codex => command.env("CODEX_CI", "1").env("CODEX_THREAD_ID", self.name),
            Dialect::Copilot => command.env("COPILOT_CLI", "1").env("COPILOT_AGENT_SESSION_ID", self.name),
            // It names no session.
            Dialect::Gemini => command.env("GEMINI_CLI", "1"),
        };
    }

    /// The reason, where the turn may not end.
    pub(crate) fn stop(&self, message: &str) -> Option<String> {
        self.stop_with(message, &json!([]))
    }

    pub(crate) fn stop_with(&self, message: &str, background: &Value) -> Option<String> {
        let fields = match self.dialect {
            Dialect::ClaudeCode => json!({
                "last_assistant_message": message, "stop_hook_active": false, "background_tasks": background
            }),
            Dialect::Codex => json!({ "last_assistant_message": message, "stop_hook_active": false }),
            Dialect::Copilot => json!({ "stop_reason": "end_turn", "stop_hook_active": false }),
            // All text of the turn, not the last message.
            Dialect::Gemini => json!({ "prompt": "", "prompt_response": "Done.", "stop_hook_active": false }),
        };
        self.calls.set(self.calls.get() + 1);
        let rows = self.said(message);
        let transcript = self.transcript.clone();
        let late = std::thread::spawn(move || {
            // The transcript comes late, as the clients' own does.
            std::thread::sleep(std::time::Duration::from_millis(40));
            for row in rows {
                note(&transcript, &row);
            }
        });
        let answer = self.hook("Stop", fields);
        late.join().expect("it is written");
        let blocks = answer["decision"] == if self.dialect == Dialect::Gemini { "deny" } else { "block" };
        blocks.then(|| answer["reason"].as_str().expect("a reason").to_owned())
    }

    /// The rows in which a client writes the last words of a turn down.
    fn said(&self, message: &str) -> Vec<Value> {
        let id = self.calls.get().to_string();
        match self.dialect {
            Dialect::ClaudeCode | Dialect::Codex => Vec::new(),
            Dialect::Copilot => vec![
                json!({ "type": "assistant.message", "id": id, "data": { "content": message } }),
                json!({ "type": "hook.start", "id": id, "data": { "hookType": "agentStop" } }),
            ],
            Dialect::Gemini => vec![json!({ "id": id, "type": "gemini", "content": message })],
        }
    }

    pub(crate) fn report(&self, text: &str) -> Output {
        let mut command = self.repo.command(env!("CARGO_BIN_EXE_git-warrant"), &self.directory);
        self.mark(&mut command);
        let mut child = command
            .args(["report", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    }
}

/// Adds a row to a transcript.
fn note(transcript: &Path, row: &Value) {
    let mut file = OpenOptions::new().create(true).append(true).open(transcript).expect("a file");
    file.write_all(format!("{row}\n").as_bytes()).expect("it is written");
}

/// Lets the clock go on, so that what follows is at another time than what went before.
pub(crate) fn later() {
    std::thread::sleep(std::time::Duration::from_millis(150));
}

pub(crate) fn blocked(reason: Option<String>, rule: &str) -> String {
    let reason = reason.unwrap_or_else(|| panic!("blocked by {rule}"));
    assert!(reason.contains(rule), "{rule}: {reason}");
    assert!(reason.starts_with("git-warrant: ") && reason.len() < 3000, "{reason}");
    reason
}

//! GitHub Copilot's command line, 1.0.64 to 1.0.102: `~/.copilot/session-state/<session>/events.jsonl`.

use rustc_hash::FxHashMap;

use super::out::{Out, output, unseen};
use super::parts::{is_inserted, is_refusal, number_after};
use super::{Gap, Reader};
use crate::model::event::{Ended, Tool, What};
use crate::source::json::Object;
use crate::source::tool;

/// Kinds, by the word before the dot, of which nothing is told here but what is read below.
const FAMILIES: &[&str] = &[
    "assistant",
    "autopilot",
    "capabilities",
    "command",
    "commands",
    "elicitation",
    "exit_plan_mode",
    "external_tool",
    "hook",
    "mcp",
    "mcp_app",
    "model",
    "permission",
    "pending_messages",
    "sampling",
    "session",
    "session_limits",
    "skill",
    "subagent",
    "system",
    "tool",
    "user",
    "user_input",
];

const MAX_SHELLS: usize = 500;

#[derive(Default)]
pub(super) struct Copilot {
    /// Commands left running, by the client's name for the shell.
    shells: FxHashMap<String, (Option<String>, Tool)>,
    /// What our own or another hook fed back at the end of a turn: it comes again as if a person had said it.
    fed_back: Option<String>,
    any: bool,
}

impl Reader for Copilot {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.time(row.text("timestamp").as_deref());
        let data = row.object("data").unwrap_or_default();
        let agent = row.text("agentId").or_else(|| data.text("agentId"));
        out.helper = agent.or_else(|| data.text("parentToolCallId")).map(std::borrow::Cow::into_owned);
        let kind = row.text("type").unwrap_or_default();
        match &*kind {
            "session.start" | "session.resume" => Self::start(&data, &kind, out),
            "user.message" => self.prompt(&data, out),
            "assistant.turn_start" => out.turn = data.text("turnId").map(std::borrow::Cow::into_owned),
            "assistant.message" => out.message(&data.text("content").unwrap_or_default()),
            "tool.execution_start" => {
                let input = data.object("arguments").unwrap_or_default();
                let name = data.text("toolName").unwrap_or_default();
                out.call(data.text("toolCallId").as_deref(), tool::read(&name, &input));
            }
            "tool.execution_complete" => self.result(&data, out),
            "system.notification" => self.notified(&data, out),
            "hook.start" if data.text("hookType").as_deref() == Some("agentStop") && out.helper.is_none() => {
                out.stopped(None);
            }
            "hook.end" => {
                let answer = data.object("output").filter(|answer| answer.text("decision").as_deref() == Some("block"));
                self.fed_back =
                    answer.and_then(|answer| Some(answer.text("reason")?.into_owned())).or(self.fed_back.take());
            }
            "session.compaction_complete" => {
                if !self.any {
                    out.gap(Gap::Before);
                }
                out.emit(What::Compacted);
            }
            "session.shutdown" => {
                let reason = data.text("shutdownType").unwrap_or_default();
                out.emit(What::Ended { reason: reason.chars().take(100).collect() });
            }
            "abort" => {}
            other if other.split('.').next().is_some_and(|family| FAMILIES.contains(&family)) => {}
            other => out.seen.unknown(other),
        }
        self.any |= !kind.starts_with("session.");
    }

    fn end(&mut self, out: &mut Out<'_>) {
        if !self.shells.is_empty() {
            out.gap(Gap::Background);
        }
    }
}

impl Copilot {
    fn start(data: &Object<'_>, kind: &str, out: &mut Out<'_>) {
        let context = data.object("context").unwrap_or_default();
        out.session(data.text("sessionId").as_deref(), context.text("cwd").as_deref());
        out.seen.version(&data.text("copilotVersion").unwrap_or_default());
        if out.seen.head.is_none() {
            out.seen.head = context.text("headCommit").map(|id| id.chars().take(64).collect());
        }
        let source = if kind == "session.start" { "startup" } else { "resume" };
        out.emit(What::Started { source: source.to_owned() });
    }

    fn prompt(&mut self, data: &Object<'_>, out: &mut Out<'_>) {
        let text = data.text("content").unwrap_or_default();
        let is_ours = self.fed_back.take().is_some_and(|reason| !reason.is_empty() && text.contains(reason.trim()));
        let is_person = data.text("source").is_none_or(|source| source == "user" || source.is_empty());
        if !is_ours && is_person && out.helper.is_none() && !is_inserted(&text) {
            out.prompt(&text);
        }
    }

    fn result(&mut self, data: &Object<'_>, out: &mut Out<'_>) {
        let id = data.text("toolCallId");
        let tool = out.called(id.as_deref()).unwrap_or_else(unseen);
        let success = data.flag("success");
        let error = data.object("error");
        let result = data.object("result");
        let text = result.as_ref().and_then(|result| result.text_of(&["content", "detailedContent"]));
        let text = text.or_else(|| error.as_ref()?.text("message")).unwrap_or_default();
        let refused = success == Some(false)
            && (is_refusal(&text)
                || error
                    .as_ref()
                    .and_then(|error| error.text("code"))
                    .is_some_and(|code| code == "denied" || code == "rejected"));
        if matches!(tool, Tool::Helper { .. }) {
            out.gap(Gap::Helper);
        }
        let Tool::Shell { .. } = tool else {
            return out.result(
                id.as_deref(),
                tool,
                Ended { failed: success.map(|success| !success), refused, ..Ended::default() },
            );
        };
        let told = data.object("shellExecution").and_then(|shell| shell.integer("exitCode"));
        let exit = told.and_then(|exit| i32::try_from(exit).ok()).or_else(|| last_status(&text));
        let failed = exit.map(|exit| exit != 0).or_else(|| success.filter(|success| !success).map(|_| true));
        let background = exit.is_none() && success == Some(true);
        if let Some(shell) = shell_id(&text).filter(|_| background && self.shells.len() < MAX_SHELLS) {
            self.shells.insert(shell.to_owned(), (id.as_deref().map(str::to_owned), tool.clone()));
        }
        out.result(
            id.as_deref(),
            tool,
            Ended { exit, failed, output: Some(output(&text)), background, refused, interrupted: false },
        );
    }

    /// `{kind: {type: "shell_completed", shellId, exitCode}}`.
    fn notified(&mut self, data: &Object<'_>, out: &mut Out<'_>) {
        let Some(kind) = data.object("kind") else { return };
        let exit = kind.integer("exitCode").and_then(|exit| i32::try_from(exit).ok());
        let Some((call, tool)) = kind.text("shellId").and_then(|shell| self.shells.remove(&*shell)) else { return };
        let ended = Ended { exit, failed: exit.map(|exit| exit != 0), ..Ended::default() };
        out.result(call.as_deref(), tool, ended);
    }
}

/// `<shellId: 0 completed with exit code 1>`, or `<exited with exit code 1>`: the client's last line.
fn last_status(text: &str) -> Option<i32> {
    let last = text.trim_end().lines().next_back()?;
    (last.starts_with('<') && last.ends_with('>')).then(|| number_after(last, "exit code")).flatten()
}

/// The shell that a command was left running in.
fn shell_id(text: &str) -> Option<&str> {
    let at = text.rfind("shellId: ").map(|at| at + "shellId: ".len())?;
    let rest = &text[at..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
    Some(&rest[..end]).filter(|id| !id.is_empty())
}

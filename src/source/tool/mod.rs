//! What a tool call means, whichever agent made it: the agents' names for their tools and arguments, in one place.
//!
//! Hooks and transcripts of an agent tell of the same call in the same words, so both come here.

pub mod patch;

use std::borrow::Cow;

use bstr::BString;

use super::json::{self, Object};
use crate::model::event::{Edit, EditKind, Text, Tool};

/// The most bytes kept of a command.
pub const MAX_COMMAND: usize = 16 << 10;
/// The most bytes kept of what a helper is asked for.
const MAX_PROMPT: usize = 16 << 10;
/// The most files of one call.
const MAX_FILES: usize = 2_000;

/// Keys that name one file, the most telling first.
const PATHS: &[&str] = &[
    "file_path",
    "filePath",
    "path",
    "notebook_path",
    "target_file",
    "absolute_path",
    "relative_workspace_path",
    "filename",
    "file",
];
const DIRECTORIES: &[&str] = &["workdir", "cwd", "directory", "dir_path", "working_directory", "workingDirectory"];
const COMMANDS: &[&str] = &["command", "cmd", "commandLine", "command_line", "script"];
const PATCHES: &[&str] = &["input", "patch", "patchText", "command", "cmd"];

/// What a shell printed, without the word that Gemini CLI and Qwen Code put before its first line.
pub fn without_label(text: &str) -> Cow<'_, str> {
    const LABEL: &str = "Output: ";
    let mut at = 0;
    for line in text.split_inclusive('\n').take(3) {
        if line.starts_with(LABEL) {
            let (before, after) = text.split_at(at);
            return Cow::Owned([before, after.strip_prefix(LABEL).unwrap_or(after)].concat());
        }
        if !line.starts_with("Command: ") && !line.starts_with("Directory: ") {
            break;
        }
        at += line.len();
    }
    Cow::Borrowed(text)
}

/// Reads a call by the agent's own name for the tool and its input, an object. An input that is no object is an empty one;
/// `apply_patch` as a bare text comes to [`patch::tool`].
pub fn read(name: &str, input: &Object<'_>) -> Tool {
    match folded(name).as_str() {
        "bash" | "powershell" | "shell" | "shellcommand" | "execcommand" | "localshell" | "localshellcall"
        | "containerexec" | "runshellcommand" | "runterminalcmd" | "runterminalcommand" | "runinterminal"
        | "executecommand" | "execute" | "exec" | "terminal" | "unifiedexec" => shell(name, input),
        "write" | "writefile" | "writetofile" | "savefile" | "createorupdatefile" => {
            edit(name, input, &EditKind::Written)
        }
        "create" | "createfile" => edit(name, input, &EditKind::Created),
        "delete" | "deletefile" | "removefile" => edit(name, input, &EditKind::Deleted),
        "edit"
        | "multiedit"
        | "editfile"
        | "strreplace"
        | "replace"
        | "searchreplace"
        | "replaceinfile"
        | "applydiff"
        | "replacestringinfile"
        | "multireplacestringinfile"
        | "inserteditintofile"
        | "insertedit"
        | "notebookedit"
        | "editnotebook"
        | "editnotebookfile" => edit(name, input, &modified(input)),
        "strreplaceeditor" | "strreplacebasededittool" | "editor" => editor(name, input),
        "applypatch" => input.text_of(PATCHES).as_deref().map(patch::tool).unwrap_or_else(|| {
            let words = PATCHES.iter().find_map(|key| Some(words(&input.list(key))).filter(|words| words.len() > 1));
            words.and_then(|words| Some(patch::tool(words.last()?))).unwrap_or_else(|| other(name))
        }),
        "read" | "readfile" | "view" | "viewimage" | "notebookread" | "readmanyfiles" => {
            Tool::Read { path: input.text_of(PATHS).map(|path| BString::from(&*path)) }
        }
        "task" | "agent" | "subagent" | "spawnagent" | "newtask" | "dispatchagent" | "runsubagent" => {
            let prompt = input.text_of(&["prompt", "message", "task", "description"]).unwrap_or_default();
            Tool::Helper { prompt: Text::bounded(&prompt, MAX_PROMPT) }
        }
        _ => other(name),
    }
}

/// [`read`], for an input that was parsed already.
pub fn read_value(name: &str, input: &serde_json::Value) -> Tool {
    let text = input.to_string();
    match (Object::parse(&text), input.as_str()) {
        (Some(object), _) => read(name, &object),
        // Some clients hand the arguments on as the text of their JSON.
        (None, Some(inner)) => match Object::parse(inner) {
            Some(object) => read(name, &object),
            None if folded(name) == "applypatch" => patch::tool(inner),
            None => other(name),
        },
        (None, None) => read(name, &Object::default()),
    }
}

/// `run_shell_command`, `RunShellCommand` and `run-shell-command` are one name. Tools of servers (`mcp__…`) keep theirs.
fn folded(name: &str) -> String {
    if name.contains("__") || name.len() > 64 {
        return String::new();
    }
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn other(name: &str) -> Tool {
    Tool::Other { name: Text::bounded(name, 200).text }
}

fn shell(name: &str, input: &Object<'_>) -> Tool {
    let command = COMMANDS.iter().find_map(|key| {
        let raw = input.get(key)?;
        json::text(raw).map(Cow::into_owned).or_else(|| Some(spoken(&words(&json::list(raw)?))))
    });
    let Some(command) = command else { return other(name) };
    if let Some(tool) = patch::in_command(&command) {
        return tool;
    }
    let directory = input.text_of(DIRECTORIES).map(|path| BString::from(&*path));
    Tool::Shell { command: Text::bounded(&command, MAX_COMMAND), directory }
}

fn words(list: &[&serde_json::value::RawValue]) -> Vec<String> {
    list.iter().filter_map(|raw| json::text(raw)).map(Cow::into_owned).collect()
}

/// Arguments as a shell would read them. What a shell is handed after `-c` is the command itself.
pub fn spoken(words: &[String]) -> String {
    if let [.., flag, script] = words {
        let shell = words.first().map(|word| word.rsplit(['/', '\\']).next().unwrap_or(word)).unwrap_or_default();
        let is_shell =
            ["bash", "sh", "zsh", "dash", "powershell", "pwsh", "powershell.exe", "pwsh.exe", "cmd", "cmd.exe"]
                .contains(&shell.to_ascii_lowercase().as_str());
        let is_flag =
            flag == "/c" || flag.eq_ignore_ascii_case("-command") || (flag.starts_with('-') && flag.ends_with('c'));
        if is_shell && is_flag {
            return script.clone();
        }
    }
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// An edit that replaces nothing makes the file.
fn modified(input: &Object<'_>) -> EditKind {
    let old = input.text_of(&["old_string", "oldString", "old_str"]);
    if old.is_some_and(|old| old.is_empty()) { EditKind::Written } else { EditKind::Modified }
}

fn edit(name: &str, input: &Object<'_>, kind: &EditKind) -> Tool {
    let mut paths: Vec<String> = input.text_of(PATHS).map(Cow::into_owned).into_iter().collect();
    for key in ["edits", "replacements", "files"] {
        for raw in input.list(key).into_iter().take(MAX_FILES) {
            paths.extend(Object::of(raw).and_then(|one| one.text_of(PATHS).map(Cow::into_owned)));
        }
    }
    paths.retain(|path| !path.is_empty());
    paths.dedup();
    if paths.is_empty() {
        return other(name);
    }
    paths.truncate(MAX_FILES);
    Tool::Edit { files: paths.into_iter().map(|path| Edit { path: path.into(), kind: kind.clone() }).collect() }
}

/// The editor with commands of its own: `view`, `create`, `str_replace`, `insert`, `undo_edit`.
fn editor(name: &str, input: &Object<'_>) -> Tool {
    match input.text("command").as_deref() {
        Some("view") => Tool::Read { path: input.text_of(PATHS).map(|path| BString::from(&*path)) },
        Some("create") => edit(name, input, &EditKind::Written),
        _ => edit(name, input, &EditKind::Modified),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, input: &str) -> Tool {
        read(name, &Object::parse(input).expect("an object"))
    }

    fn shell_of(name: &str, input: &str) -> String {
        match tool(name, input) {
            Tool::Shell { command, .. } => command.text,
            other => panic!("{name}: {other:?}"),
        }
    }

    fn edits(tool: &Tool) -> Vec<(String, EditKind)> {
        let Tool::Edit { files } = tool else { panic!("{tool:?}") };
        files.iter().map(|file| (file.path.to_string(), file.kind.clone())).collect()
    }

    #[test]
    fn a_label_is_no_output() {
        assert_eq!(without_label("Output: 3 passed\nOutput: x"), "3 passed\nOutput: x");
        assert_eq!(without_label("Command: x\nDirectory: /r\nOutput: a\nb"), "Command: x\nDirectory: /r\na\nb");
        assert_eq!(without_label("a\nOutput: b"), "a\nOutput: b");
    }

    #[test]
    fn shells_of_all_agents_are_one() {
        assert_eq!(shell_of("Bash", r#"{"command": "ls", "description": "list"}"#), "ls");
        assert_eq!(shell_of("exec_command", r#"{"cmd": "ls"}"#), "ls");
        assert_eq!(shell_of("run_shell_command", r#"{"command": "ls"}"#), "ls");
        assert_eq!(shell_of("Shell", r#"{"command": "ls"}"#), "ls");
        assert_eq!(shell_of("shell", r#"{"command": ["bash", "-lc", "cargo test | tail"]}"#), "cargo test | tail");
        assert_eq!(shell_of("shell", r#"{"command": ["git", "commit", "-m", "it's"]}"#), r"git commit -m 'it'\''s'");
        let tool = tool("exec_command", r#"{"cmd": "ls", "workdir": "/r"}"#);
        assert!(matches!(tool, Tool::Shell { directory: Some(directory), .. } if directory == "/r"));
    }

    #[test]
    fn edits_of_all_agents_are_one() {
        use EditKind::{Created, Deleted, Modified, Written};
        for (name, input, kind) in [
            ("Edit", r#"{"file_path": "a", "old_string": "x", "new_string": "y"}"#, Modified),
            ("Edit", r#"{"file_path": "a", "old_string": "", "new_string": "y"}"#, Written),
            ("Write", r#"{"file_path": "a", "content": ""}"#, Written),
            ("Write", r#"{"path": "a", "contents": ""}"#, Written),
            ("write_file", r#"{"file_path": "a", "content": ""}"#, Written),
            ("replace", r#"{"file_path": "a", "old_string": "x", "new_string": "y"}"#, Modified),
            ("edit", r#"{"filePath": "a", "oldString": "x", "newString": "y"}"#, Modified),
            ("create", r#"{"path": "a", "file_text": ""}"#, Created),
            ("str_replace_editor", r#"{"command": "str_replace", "path": "a"}"#, Modified),
            ("StrReplace", r#"{"path": "a", "old_string": "x"}"#, Modified),
            ("Delete", r#"{"path": "a"}"#, Deleted),
            ("NotebookEdit", r#"{"notebook_path": "a"}"#, Modified),
            ("multi_replace_string_in_file", r#"{"replacements": [{"filePath": "a"}, {"filePath": "a"}]}"#, Modified),
        ] {
            assert_eq!(edits(&tool(name, input)), [("a".to_owned(), kind)], "{name}");
        }
        assert!(matches!(tool("str_replace_editor", r#"{"command": "view", "path": "a"}"#), Tool::Read { .. }));
    }

    #[test]
    fn a_patch_is_found_under_every_key() {
        let patch = r"*** Begin Patch\n*** Add File: a\n+x\n*** End Patch";
        for (name, input) in [
            ("apply_patch", format!(r#"{{"input": "{patch}"}}"#)),
            ("apply_patch", format!(r#"{{"patchText": "{patch}"}}"#)),
            ("apply_patch", format!(r#"{{"command": "{patch}"}}"#)),
            ("apply_patch", format!(r#"{{"command": ["apply_patch", "{patch}"]}}"#)),
            ("shell", format!(r#"{{"command": ["apply_patch", "{patch}"]}}"#)),
            ("exec_command", format!(r#"{{"cmd": "apply_patch <<'EOF'\n{patch}\nEOF"}}"#)),
        ] {
            assert_eq!(edits(&tool(name, &input)), [("a".to_owned(), EditKind::Created)], "{name} {input}");
        }
        let value = serde_json::Value::String(patch.replace("\\n", "\n"));
        assert_eq!(edits(&read_value("apply_patch", &value)).len(), 1);
    }

    #[test]
    fn arguments_given_as_text_are_read() {
        let value = serde_json::json!("{\"command\": \"ls\"}");
        assert!(matches!(read_value("bash", &value), Tool::Shell { .. }));
        assert!(matches!(read_value("bash", &serde_json::json!(null)), Tool::Other { .. }));
    }

    #[test]
    fn names_of_servers_are_not_taken_for_tools() {
        assert!(matches!(tool("mcp__files__write", r#"{"path": "a"}"#), Tool::Other { .. }));
        assert!(matches!(tool("Task", r#"{"prompt": "look"}"#), Tool::Helper { prompt } if prompt.text == "look"));
    }
}

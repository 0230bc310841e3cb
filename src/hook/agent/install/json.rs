//! Our entries in a JSON file with comments: put in, taken out, looked at. All else stays byte for byte.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::{Value, json};

use super::target::{Entry, Form, Target};
use super::{Program, Status, is_our_line};

/// The text with our entries in it, and no others of ours.
pub(super) fn put(text: Option<&str>, target: &Target, program: &Program) -> Result<String, String> {
    let Form::Entries { entry, versioned } = target.form else { return Err("has no entries".to_owned()) };
    let wanted = target.events.iter().map(|&(event, seconds)| {
        // One file may be read by two agents; the one it is named after is the one told.
        let agent = if target.name == "vscode" {
            "copilot"
        } else if target.name == "devin" {
            "claude-code"
        } else {
            target.name
        };
        (event, one(entry, &program.line(agent, event), seconds))
    });
    let fresh = text.is_none_or(|text| text.trim().is_empty());
    if fresh {
        let mut root = serde_json::Map::new();
        if versioned {
            root.insert("version".to_owned(), json!(1));
        }
        let hooks: serde_json::Map<String, Value> =
            wanted.map(|(event, entry)| (event.to_owned(), json!([entry]))).collect();
        root.insert("hooks".to_owned(), Value::Object(hooks));
        return serde_json::to_string_pretty(&Value::Object(root))
            .map(|text| format!("{text}\n"))
            .map_err(|error| error.to_string());
    }
    let root = parse(text.unwrap_or_default())?;
    let object = root.object_value().ok_or("is no JSON object")?;
    check(&object)?;
    if versioned && object.get("version").is_none() {
        object.insert(0, "version", CstInputValue::Number("1".to_owned()));
    }
    let hooks = object.object_value_or_create("hooks").ok_or("has `hooks` that are no object")?;
    let mut events = Vec::new();
    for (event, entry) in wanted {
        events.push(event);
        let array = hooks.array_value_or_create(event).ok_or_else(|| format!("has `hooks.{event}` that is no list"))?;
        let ours: Vec<CstNode> = array.elements().into_iter().filter(is_ours).collect();
        if ours.len() == 1 && ours.first().and_then(CstNode::to_serde_value).as_ref() == Some(&entry) {
            continue;
        }
        remove_from(&array);
        array.append(input(&entry));
    }
    // Entries that an earlier version wrote for other events.
    for property in hooks.properties() {
        let name = property.decoded_name().unwrap_or_default();
        if let Some(array) = property.array_value().filter(|_| !events.contains(&name.as_str())) {
            if remove_from(&array) && array.elements().is_empty() {
                property.remove();
            }
        }
    }
    Ok(root.to_string())
}

/// The text without our entries; `None` where nothing is left that says anything.
pub(super) fn take(text: &str) -> Result<Option<String>, String> {
    if text.trim().is_empty() {
        return Ok(Some(text.to_owned()));
    }
    let root = parse(text)?;
    let Some(object) = root.object_value() else { return Ok(Some(text.to_owned())) };
    check(&object)?;
    let Some(hooks) = object.object_value("hooks") else { return Ok(Some(text.to_owned())) };
    let mut any = false;
    for property in hooks.properties() {
        let Some(array) = property.array_value() else { continue };
        if remove_from(&array) {
            any = true;
            if array.elements().is_empty() {
                property.remove();
            }
        }
    }
    if !any {
        return Ok(Some(text.to_owned()));
    }
    if hooks.properties().is_empty() {
        if let Some(property) = object.get("hooks") {
            property.remove();
        }
    }
    let rest = root.to_string();
    let is_empty = object.properties().iter().all(|property| property.decoded_name().as_deref() == Some("version"));
    let has_comment = rest.contains("//") || rest.contains("/*");
    Ok(if is_empty && !has_comment { None } else { Some(rest) })
}

/// What the file says of us; `None` where it does not name us.
pub(super) fn status(text: &str, target: &Target) -> Option<Status> {
    let broken = |why: String| Some(Status { broken: Some(why), ..Status::default() });
    let value = match parse(text).map(|root| root.to_serde_value()) {
        Ok(Some(value)) => value,
        Ok(None) => return None,
        Err(why) => return if text.contains(" hook agent --agent ") { broken(why) } else { None },
    };
    let mut status = Status::default();
    let mut lines = Vec::new();
    for (event, entries) in value.get("hooks").and_then(Value::as_object).into_iter().flatten() {
        let before = lines.len();
        collect(entries, &mut lines);
        if lines.len() > before {
            status.events.push(event.clone());
        }
    }
    if status.events.is_empty() {
        return None;
    }
    let missing =
        target.events.iter().map(|(event, _)| *event).filter(|event| !status.events.iter().any(|one| one == event));
    status.missing = missing.map(str::to_owned).collect();
    status.absolute = lines.iter().find(|line| !line.starts_with("git-warrant ")).cloned();
    status.off = off(&value, target);
    Some(status)
}

/// A setting of the same file that keeps its hooks from running.
fn off(value: &Value, target: &Target) -> Option<String> {
    if value.get("disableAllHooks") == Some(&Value::Bool(true)) {
        return Some("`disableAllHooks` is set".to_owned());
    }
    let enabled = ["hooksConfig", "tools"].iter().find_map(|key| {
        let one = value.get(key)?;
        one.get("enabled").or_else(|| one.get("enableHooks")).and_then(Value::as_bool)
    });
    if enabled == Some(false) && matches!(target.name, "gemini" | "qwen") {
        return Some("hooks are switched off".to_owned());
    }
    if target.name == "cursor" {
        // One bad entry voids the whole file, and nothing says so.
        let entries = value.get("hooks").and_then(Value::as_object)?;
        for (event, list) in entries {
            if !CURSOR_EVENTS.contains(&event.as_str()) {
                return Some(format!("it has an event that Cursor does not know, `{event}`, which voids the file"));
            }
            let entries = list.as_array().map(Vec::as_slice).unwrap_or_default();
            if !list.is_array()
                || entries
                    .iter()
                    .any(|entry| !entry.get("command").is_some_and(Value::is_string) && entry.get("prompt").is_none())
            {
                return Some(format!("it has an entry without a command at `{event}`, which voids the file"));
            }
        }
    }
    None
}

const CURSOR_EVENTS: &[&str] = &[
    "sessionStart",
    "sessionEnd",
    "beforeSubmitPrompt",
    "preToolUse",
    "postToolUse",
    "postToolUseFailure",
    "beforeShellExecution",
    "afterShellExecution",
    "beforeMCPExecution",
    "afterMCPExecution",
    "beforeReadFile",
    "afterFileEdit",
    "beforeTabFileRead",
    "afterTabFileEdit",
    "afterAgentResponse",
    "afterAgentThought",
    "subagentStart",
    "subagentStop",
    "preCompact",
    "stop",
    "workspaceOpen",
];

fn one(entry: Entry, line: &str, seconds: u32) -> Value {
    match entry {
        Entry::Group => json!({ "hooks": [{ "type": "command", "command": line, "timeout": seconds }] }),
        Entry::NamedGroup => json!({ "hooks": [
            { "type": "command", "name": "git-warrant", "command": line, "timeout": seconds * 1000 }
        ] }),
        Entry::LongGroup => json!({ "hooks": [{ "type": "command", "command": line, "timeout": seconds * 1000 }] }),
        Entry::Bare => json!({ "command": line, "timeout": seconds }),
        Entry::Handler => json!({ "type": "command", "command": line, "timeout": seconds }),
    }
}

fn parse(text: &str) -> Result<CstRootNode, String> {
    CstRootNode::parse(text, &ParseOptions::default()).map_err(|error| format!("cannot be parsed: {error}"))
}

/// Keys that are there twice would be two files in one: clients take the last, we the first.
fn check(object: &CstObject) -> Result<(), String> {
    let count = |object: &CstObject, name: &str| {
        object.properties().iter().filter(|property| property.decoded_name().as_deref() == Some(name)).count()
    };
    if count(object, "hooks") > 1 {
        return Err("has `hooks` twice".to_owned());
    }
    if let Some(hooks) = object.object_value("hooks") {
        for property in hooks.properties() {
            let name = property.decoded_name().unwrap_or_default();
            if count(&hooks, &name) > 1 {
                return Err(format!("has `hooks.{name}` twice"));
            }
        }
    }
    Ok(())
}

/// Whether an entry is ours and nothing else.
fn is_ours(node: &CstNode) -> bool {
    let Some(value) = node.to_serde_value() else { return false };
    let group = value.get("hooks").and_then(Value::as_array);
    match group {
        Some(handlers) => !handlers.is_empty() && handlers.iter().all(is_our_handler),
        None => is_our_handler(&value),
    }
}

fn is_our_handler(value: &Value) -> bool {
    ["command", "bash", "powershell"].iter().any(|key| value.get(key).and_then(Value::as_str).is_some_and(is_our_line))
}

/// Takes what is ours out of a list of entries, and out of groups that hold others' handlers as well.
fn remove_from(array: &CstArray) -> bool {
    let mut any = false;
    for element in array.elements() {
        if is_ours(&element) {
            element.remove();
            any = true;
        } else if let Some(handlers) = element.as_object().and_then(|group| group.array_value("hooks")) {
            for handler in handlers.elements() {
                if handler.to_serde_value().is_some_and(|value| is_our_handler(&value)) {
                    handler.remove();
                    any = true;
                }
            }
        }
    }
    if any {
        close_up(array);
    }
    any
}

/// A list that began on one line was opened up for our entry; what that left before its end goes too.
fn close_up(array: &CstArray) {
    let children = array.children();
    if children.get(1).is_none_or(CstNode::is_newline) {
        return;
    }
    let trailing: Vec<CstNode> =
        children.into_iter().rev().skip(1).take_while(|child| child.is_newline() || child.is_whitespace()).collect();
    if trailing.iter().any(CstNode::is_newline) {
        trailing.into_iter().for_each(CstNode::remove);
    }
}

/// Our command lines anywhere in the entries of an event.
fn collect(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::String(text) if is_our_line(text) => lines.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| collect(one, lines)),
        Value::Object(map) => map.values().for_each(|one| collect(one, lines)),
        _ => {}
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(flag) => CstInputValue::Bool(*flag),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(list) => CstInputValue::Array(list.iter().map(input).collect()),
        Value::Object(map) => {
            CstInputValue::Object(map.iter().map(|(key, value)| (key.clone(), input(value))).collect())
        }
    }
}

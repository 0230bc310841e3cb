//! What holds for every adapter, and the payloads of `tests/agents/`: one file an agent, each payload with what is read from
//! it, each answer with the bytes that are sent. `UPDATE=1` writes what is read and sent; a person compares.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::event::{EditKind, Ended, Text, Tool, What};

#[test]
fn adapters_are_sorted_and_named_as_in_policies() {
    assert!(ADAPTERS.is_sorted_by_key(|adapter| adapter.name()));
    for adapter in ADAPTERS {
        assert!(crate::source::agent::names().any(|name| name == adapter.agent()), "{}", adapter.name());
    }
}

#[test]
fn payloads_are_read_and_answered_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agents");
    let update = crate::system::env("UPDATE").is_some();
    let mut seen = Vec::new();
    let mut faults = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for path in files {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let configured = named(&name).unwrap_or_else(|| panic!("{name} is no agent"));
        let mut data: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        for case in data["calls"].as_array_mut().expect("calls") {
            let read = read(configured, case);
            if case["told"] != json!(read) {
                faults.push(format!("{name}: {read}\n  instead of {}", case["told"]));
                case["told"] = json!(read);
            }
        }
        for case in data["answers"].as_array_mut().expect("answers") {
            let event = case["event"].as_str().expect("an event");
            let wire = configured.answer(event, &answer(&case["answer"]));
            assert_eq!(wire.stderr, "");
            let sent = json!([wire.stdout, wire.exit]);
            if case["sent"] != sent {
                faults.push(format!("{name}: {sent}\n  instead of {}", case["sent"]));
                case["sent"] = sent;
            }
        }
        if update {
            let text = serde_json::to_string_pretty(&data).expect("JSON");
            fs::write(&path, format!("{text}\n")).expect("it is written");
        }
        seen.push(name);
    }
    let all: Vec<_> = ADAPTERS.iter().map(|adapter| adapter.name()).filter(|name| *name != "aider").collect();
    assert_eq!(seen, all, "each agent has its payloads");
    assert!(update || faults.is_empty(), "{}", faults.join("\n"));
}

fn read(configured: &'static dyn Adapter, case: &Value) -> String {
    let payload = case["payload"].to_string();
    let variables = case["environment"].clone();
    let environment = move |name: &str| variables[name].as_str().map(str::to_owned);
    let fields = Object::parse(&payload).expect("an object");
    let Some(adapter) = caller::of(Some(configured), &fields, &environment) else { return "nobody".to_owned() };
    let event = caller::event(&fields).or_else(|| case["event"].as_str().map(str::to_owned)).unwrap_or_default();
    match adapter.parse(&Input { event: &event, fields: &fields, environment: &environment }) {
        Ok(Some(call)) => format!("{}: {}", adapter.name(), told(&call)),
        Ok(None) => format!("{}: nothing", adapter.name()),
        Err(error) => format!("{}: {error}", adapter.name()),
    }
}

fn answer(value: &Value) -> Answer {
    let text = || value[1].as_str().expect("a text").to_owned();
    match value[0].as_str().expect("a kind") {
        "silent" => Answer::Silent,
        "context" => Answer::Context(text()),
        "deny" => Answer::Deny(text()),
        "block" => Answer::Block(text()),
        "notice" => Answer::Notice(text()),
        other => panic!("{other}"),
    }
}

fn told(call: &Call) -> String {
    let option = |word: &str, value: Option<&str>| value.map(|value| format!(" {word} {value}")).unwrap_or_default();
    let transcript = call.transcript.as_ref().map(|path| path.display().to_string());
    let event = &call.event;
    format!(
        "session {}{}{}{}{} at {}: {}",
        call.session,
        option("turn", event.turn.as_deref()),
        option("helper", event.helper.as_deref()),
        option("transcript", transcript.as_deref()),
        option("time", event.at.map(|at| at.to_string()).as_deref()),
        call.directory.display(),
        what(&event.what)
    )
}

fn what(what: &What) -> String {
    let id = |id: &Option<String>| id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    match what {
        What::Started { source } => format!("started {source}"),
        What::Prompt { text } => format!("prompt `{}`", text.text),
        What::Call { id: name, tool } => format!("call{} {}", id(name), tool_words(tool)),
        What::Result { id: name, tool, ended } => {
            format!("result{} {}: {}", id(name), tool_words(tool), ended_words(ended))
        }
        What::Message { text } => format!("message `{}`", text.text),
        What::Stopped(stop) => format!(
            "stopped{}{}{}",
            stop.message.as_ref().map(|Text { text, .. }| format!(" `{text}`")).unwrap_or_default(),
            if stop.continuing { ", again" } else { "" },
            if stop.background { ", with work going on" } else { "" }
        ),
        What::Compacted => "compacted".to_owned(),
        What::Ended { reason } => format!("ended {reason}"),
    }
}

fn tool_words(tool: &Tool) -> String {
    match tool {
        Tool::Shell { command, directory } => {
            format!(
                "shell `{}`{}",
                command.text,
                directory.as_ref().map(|path| format!(" in {path}")).unwrap_or_default()
            )
        }
        Tool::Edit { files } => {
            let word = |kind: &EditKind| match kind {
                EditKind::Created => "created".to_owned(),
                EditKind::Modified => "modified".to_owned(),
                EditKind::Deleted => "deleted".to_owned(),
                EditKind::Moved(to) => format!("moved to {to}"),
                EditKind::Written => "written".to_owned(),
            };
            let files: Vec<_> = files.iter().map(|edit| format!("{} {}", edit.path, word(&edit.kind))).collect();
            format!("edit {}", files.join(", "))
        }
        Tool::Read { path } => format!("read {}", path.as_ref().map(ToString::to_string).unwrap_or_default()),
        Tool::Helper { prompt } => format!("helper `{}`", prompt.text),
        Tool::Other { name } => format!("other {name}"),
    }
}

fn ended_words(ended: &Ended) -> String {
    let mut words = vec![
        ended.exit.map_or("exit unknown".to_owned(), |exit| format!("exit {exit}")),
        match ended.failed {
            Some(true) => "failed".to_owned(),
            Some(false) => "went well".to_owned(),
            None => "untold how".to_owned(),
        },
    ];
    words.extend(ended.output.as_ref().map(|text| format!("`{}`", text.text)));
    words.extend(
        [("background", ended.background), ("interrupted", ended.interrupted)]
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(word, _)| word.to_owned()),
    );
    words.join(", ")
}

/// JSON of any shape, with the keys that adapters look for.
fn hostile() -> impl Strategy<Value = String> {
    let keys = prop::sample::select(vec![
        "session_id",
        "sessionId",
        "hook_event_name",
        "hookEventName",
        "event",
        "schema",
        "timestamp",
        "tool_name",
        "tool_input",
        "tool_response",
        "tool_output",
        "toolArgs",
        "toolName",
        "toolResult",
        "tool",
        "result",
        "prompt",
        "cwd",
        "directory",
        "conversation_id",
        "generation_id",
        "cursor_version",
        "workspace_roots",
        "status",
        "stop_hook_active",
        "loop_count",
        "last_assistant_message",
        "background_tasks",
        "error",
        "command",
        "message",
        "kind",
        "files",
        "stdout",
        "llmContent",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "Stop",
            "PreToolUse",
            "PostToolUse",
            "PostToolUseFailure",
            "UserPromptSubmit",
            "stop",
            "pre-tool",
            "post-tool",
            "AfterTool",
            "agentStop",
            "Bash",
            "apply_patch",
            "edit",
            "Exit code 1",
            "*** Move to: x",
            "{\"a\":",
            "[1,",
            "Exit Code: -",
            "<shellId: 0 completed with exit code >",
            "2026-01-01T00:00:00Z",
        ])
        .prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    });
    value.prop_map(|value| value.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_payload_is_too_odd(payload in hostile(), event in "[a-zA-Z-]{0,16}") {
        let Some(fields) = Object::parse(&payload) else { return Ok(()) };
        let none = |_: &str| None;
        for configured in ADAPTERS.iter().copied().map(Some).chain([None]) {
            let Some(adapter) = caller::of(configured, &fields, &none) else { continue };
            let event = caller::event(&fields).unwrap_or_else(|| event.clone());
            let _read = adapter.parse(&Input { event: &event, fields: &fields, environment: &none });
            for answer in [Answer::Silent, Answer::Context(payload.clone()), Answer::Deny(payload.clone()), Answer::Block(payload.clone())] {
                let wire = adapter.answer(&event, &answer);
                // One JSON document or nothing, and never a status that a client takes for a refusal.
                let is_one = wire.stdout.is_empty() || serde_json::from_str::<Value>(&wire.stdout).is_ok();
                prop_assert!(adapter.name() == "aider" || is_one && wire.exit == 0, "{}: {wire:?}", adapter.name());
            }
        }
    }
}

#[test]
fn payloads_of_our_own_protocol_fit_its_schema() {
    let read = |path: &str| -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
    };
    let schema = jsonschema::validator_for(&read("schema/agent-hook.schema.json")).expect("a schema");
    for case in read("tests/agents/generic.json")["calls"].as_array().expect("calls") {
        let is_readable = !case["told"].as_str().expect("a text").contains("names no session");
        assert_eq!(schema.is_valid(&case["payload"]), is_readable, "{case}");
    }
}

#[test]
fn a_reason_is_cut_to_what_clients_pass_on() {
    let wire = named("codex").expect("it is there").answer("Stop", &Answer::Block("ä\u{1b}".repeat(20_000)));
    let value: Value = serde_json::from_str(&wire.stdout).expect("JSON");
    let reason = value["reason"].as_str().expect("a text");
    assert!(reason.chars().count() < 10_000 && reason.starts_with("git-warrant: ä") && reason.ends_with("[…]"));
}

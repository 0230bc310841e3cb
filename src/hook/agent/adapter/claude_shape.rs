//! The form of payloads and answers that Claude Code began and others took over.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::fields::{self, Fields as _, lenient};
use super::{Input, Moment, Unreadable, Wire, output};
use crate::hook::agent::{Answer, Call, is_ours};
use crate::model::event::{Ended, Event, Stop, Text, What};
use crate::source::json::Object;

/// The longest of prompts and messages; the larger part is kept from the end.
pub(super) const MAX_TEXT: usize = 256 << 10;

/// Clients cut a reason at 10,000 characters, or hide what is longer in a file.
const MAX_REASON: usize = 9_000;

/// Names of sessions, turns and helpers are cut there.
const MAX_ID: usize = 256;

pub(super) fn moment(event: &str) -> Moment {
    match event {
        "SessionStart" => Moment::SessionStart,
        "UserPromptSubmit" => Moment::Prompt,
        "PreToolUse" => Moment::PreTool,
        "PostToolUse" | "PostToolUseFailure" => Moment::PostTool,
        "Stop" | "SubagentStop" => Moment::Stop,
        "SessionEnd" => Moment::SessionEnd,
        _ => Moment::Other,
    }
}

/// Reads a payload. `ended` reads how a tool ended from the fields of an event that says it did.
pub(super) fn parse(
    agent: &'static str,
    input: &Input<'_>,
    ended: fn(&Input<'_>) -> Ended,
) -> Result<Option<Call>, Unreadable> {
    parse_as(agent, input.fields.name("session_id").map(bounded), input, ended)
}

/// [`parse`] for a client that has another name for the session.
pub(super) fn parse_as(
    agent: &'static str,
    session: Option<String>,
    input: &Input<'_>,
    ended: fn(&Input<'_>) -> Ended,
) -> Result<Option<Call>, Unreadable> {
    let fields = input.fields;
    let what = match input.event {
        "SessionStart" => What::Started { source: fields.name("source").unwrap_or_default() },
        "UserPromptSubmit" => match prompt(&fields.text("prompt").unwrap_or_default()) {
            Some(what) => what,
            None => return Ok(None),
        },
        "PreToolUse" => What::Call { id: tool_id(fields), tool: fields::tool(fields, "tool_name", "tool_input") },
        "PostToolUse" | "PostToolUseFailure" => What::Result {
            id: tool_id(fields),
            tool: fields::tool(fields, "tool_name", "tool_input"),
            ended: ended(input),
        },
        "Stop" | "SubagentStop" => What::Stopped(Stop {
            message: fields.text("last_assistant_message").map(|text| Text::bounded(&text, MAX_TEXT)),
            continuing: fields.flag("stop_hook_active").unwrap_or(false),
            background: is_working(fields),
        }),
        "PreCompact" => What::Compacted,
        "SessionEnd" => What::Ended { reason: fields.name("reason").unwrap_or_default() },
        _ => return Ok(None),
    };
    let helper = fields.name("agent_id").map(bounded);
    let turn = fields.name("prompt_id").or_else(|| fields.name("turn_id")).map(bounded);
    let session = session.ok_or(Unreadable::NoSession)?;
    Ok(Some(Call {
        agent,
        session,
        directory: fields.name("cwd").map(PathBuf::from).unwrap_or_default(),
        transcript: fields.name("transcript_path").map(PathBuf::from),
        event: Event { at: fields.text("timestamp").and_then(|text| milliseconds(&text)), turn, helper, what },
    }))
}

/// The words of a person; `None` for what a client inserts, and for our own words coming back.
pub(super) fn prompt(text: &str) -> Option<What> {
    let words = text.trim_start();
    let inserted = words.is_empty() || words.starts_with("<task-notification>") || is_ours(words);
    (!inserted).then(|| What::Prompt { text: Text::bounded(text, MAX_TEXT) })
}

pub(super) fn bounded(mut id: String) -> String {
    if id.len() > MAX_ID {
        let mut end = MAX_ID;
        while !id.is_char_boundary(end) {
            end -= 1;
        }
        id.truncate(end);
    }
    id
}

fn tool_id(fields: &Object<'_>) -> Option<String> {
    fields.name("tool_use_id").or_else(|| fields.name("tool_call_id")).map(bounded)
}

/// Whether helpers or commands are still at work.
fn is_working(fields: &Object<'_>) -> bool {
    fields.list("background_tasks").iter().any(|task| {
        let status = lenient(task.get()).name("status");
        status.is_none_or(|status| matches!(status.as_str(), "running" | "pending" | "in_progress" | "queued"))
    })
}

/// ISO 8601 to milliseconds since 1970.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// How a tool ended, as Claude Code says it: a failure is an event of its own, with the status in its text; of a success
/// the status is told only where it was not 0 and did not count as a failure.
pub(super) fn ended(input: &Input<'_>) -> Ended {
    let fields = input.fields;
    if input.event == "PostToolUseFailure" {
        let interrupted = fields.flag("is_interrupt").unwrap_or(false);
        return output::failure(&fields.text("error").unwrap_or_default(), interrupted);
    }
    let json = fields.json("tool_response");
    let response = lenient(&json);
    let interrupted = response.flag("interrupted").unwrap_or(false) || response.has("timedOutAfterMs");
    let background = response.has("backgroundTaskId");
    let is_plain = response.has("stdout") && !response.has("returnCodeInterpretation");
    let printed = match (response.text("stdout"), response.text("stderr")) {
        (Some(out), Some(err)) if !err.is_empty() => Some(format!("{out}\n{err}")),
        (Some(out), _) => Some(out.into_owned()),
        (None, _) => fields.text("tool_response").map(std::borrow::Cow::into_owned),
    };
    Ended {
        exit: (is_plain && !interrupted && !background).then_some(0),
        failed: (!background).then_some(interrupted),
        output: printed.map(|text| output::kept(&text)),
        background,
        interrupted,
        refused: false,
    }
}

/// Puts an answer as Claude Code reads it.
pub(super) fn answer(event: &str, answer: &Answer) -> Wire {
    match (answer, moment(event)) {
        (Answer::Silent, _) => Wire::default(),
        (Answer::Notice(text), _) => Wire::json(&json!({ "systemMessage": reason(text) })),
        (Answer::Block(reason) | Answer::Deny(reason), Moment::PreTool) => deny_tool(event, reason),
        (Answer::Block(reason) | Answer::Deny(reason), Moment::Stop) => block(reason),
        (
            Answer::Block(text) | Answer::Deny(text) | Answer::Context(text),
            Moment::Stop | Moment::SessionEnd | Moment::Other,
        ) => {
            // More context would make the turn go on; this is shown to the person.
            Wire::json(&json!({ "systemMessage": reason(text) }))
        }
        (Answer::Block(text) | Answer::Deny(text) | Answer::Context(text), _) => context(event, text),
    }
}

/// `{"decision":"block","reason":…}`: the one form that all clients with this protocol read, and no other key.
pub(super) fn block(text: &str) -> Wire {
    Wire::json(&json!({ "decision": "block", "reason": reason(text) }))
}

pub(super) fn deny_tool(event: &str, text: &str) -> Wire {
    Wire::json(&json!({ "hookSpecificOutput": {
        "hookEventName": event,
        "permissionDecision": "deny",
        "permissionDecisionReason": reason(text),
    } }))
}

pub(super) fn context(event: &str, text: &str) -> Wire {
    Wire::json(&json!({ "hookSpecificOutput": { "hookEventName": event, "additionalContext": reason(text) } }))
}

/// Our words with our name before them, which is how they are known when they come back as a prompt; cut to what clients
/// pass on whole.
pub(super) fn reason(text: &str) -> Value {
    let text = if is_ours(text) { text.to_owned() } else { format!("{}{text}", crate::hook::agent::MARK) };
    match text.char_indices().nth(MAX_REASON) {
        None => text.into(),
        Some((end, _)) => format!("{}\n[…]", &text[..end]).into(),
    }
}

//! Our own protocol (docs/agent-hooks.md), for agents that have none of their own that we know, and for our plugins.

use std::path::PathBuf;

use bstr::BString;
use serde_json::json;
use serde_json::value::RawValue;

use super::fields::{self, Fields as _, lenient};
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::{Edit, EditKind, Ended, Event, Stop, Text, Tool, What};
use crate::source::agent;
use crate::source::json::{self, Object};
use crate::source::tool as tools;

pub(super) struct Generic;

impl Adapter for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn agent(&self) -> &'static str {
        agent::UNKNOWN
    }

    fn moment(&self, event: &str) -> Moment {
        match event {
            "session-start" => Moment::SessionStart,
            "prompt" => Moment::Prompt,
            "pre-tool" => Moment::PreTool,
            "post-tool" => Moment::PostTool,
            "stop" => Moment::Stop,
            "session-end" => Moment::SessionEnd,
            _ => Moment::Other,
        }
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let named = input.fields.text("agent");
        let known = agent::names().find(|name| Some(*name) == named.as_deref());
        parse(known.unwrap_or(self.agent()), input)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        let (action, text) = match (answer, self.moment(event)) {
            (Answer::Notice(text), _) => ("notice", text),
            (Answer::Silent, _) => return Wire::json(&json!({ "schema": 1, "action": "continue" })),
            (Answer::Block(text) | Answer::Deny(text), Moment::Stop) => ("block", text),
            (Answer::Block(text) | Answer::Deny(text), Moment::PreTool) => ("deny", text),
            (Answer::Block(text) | Answer::Deny(text) | Answer::Context(text), _) => ("context", text),
        };
        Wire::json(&json!({ "schema": 1, "action": action, "reason": claude_shape::reason(text) }))
    }
}

pub(super) fn parse(agent: &'static str, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
    let fields = input.fields;
    let tool_json = fields.json("tool");
    let tool = lenient(&tool_json);
    let id = || tool.name("id").map(claude_shape::bounded);
    let what = match input.event {
        "session-start" => What::Started { source: fields.name("source").unwrap_or_else(|| "startup".to_owned()) },
        "prompt" => match claude_shape::prompt(&fields.text("prompt").unwrap_or_default()) {
            Some(what) => what,
            None => return Ok(None),
        },
        "pre-tool" => What::Call { id: id(), tool: read_tool(&tool) },
        "post-tool" => What::Result { id: id(), tool: read_tool(&tool), ended: read_result(&fields.json("result")) },
        "message" => What::Message { text: message(fields).unwrap_or_default() },
        "stop" => What::Stopped(Stop {
            message: message(fields),
            continuing: fields.flag("continuing").unwrap_or(false),
            background: fields.flag("background").unwrap_or(false),
        }),
        "session-end" => What::Ended { reason: fields.name("reason").unwrap_or_default() },
        _ => return Ok(None),
    };
    Ok(Some(Call {
        agent,
        session: fields.name("session").map(claude_shape::bounded).ok_or(Unreadable::NoSession)?,
        directory: fields.name("directory").map(PathBuf::from).unwrap_or_default(),
        transcript: fields.name("transcript").map(PathBuf::from),
        event: Event {
            at: fields.integer("at"),
            turn: fields.name("turn").map(claude_shape::bounded),
            helper: fields.name("helper").map(claude_shape::bounded),
            what,
        },
    }))
}

fn message(fields: &Object<'_>) -> Option<Text> {
    fields.text("message").map(|text| Text::bounded(&text, claude_shape::MAX_TEXT))
}

/// A tool by its kind; by name and input where there is no kind that we know.
fn read_tool(tool: &Object<'_>) -> Tool {
    match tool.text("kind").as_deref() {
        Some("shell") => tools::read("shell", tool),
        Some("edit") => Tool::Edit { files: tool.list("files").iter().filter_map(|one| edit(one)).collect() },
        Some("read") => Tool::Read { path: tool.text("path").map(|path| BString::from(path.as_bytes())) },
        _ => fields::tool(tool, "name", "input"),
    }
}

/// A path, or an object that says what became of it.
fn edit(raw: &RawValue) -> Option<Edit> {
    if let Some(path) = json::text(raw) {
        return Some(Edit { path: BString::from(path.as_bytes()), kind: EditKind::Written });
    }
    let fields = Object::of(raw)?;
    let path = BString::from(fields.text("path")?.as_bytes());
    let kind = match (fields.text("kind").as_deref(), fields.text("to")) {
        (Some("moved"), Some(to)) => EditKind::Moved(BString::from(to.as_bytes())),
        (Some("created"), _) => EditKind::Created,
        (Some("modified"), _) => EditKind::Modified,
        (Some("deleted"), _) => EditKind::Deleted,
        _ => EditKind::Written,
    };
    Some(Edit { path, kind })
}

fn read_result(json: &str) -> Ended {
    let fields = lenient(json);
    let exit = fields.integer("exit").and_then(|exit| i32::try_from(exit).ok());
    Ended {
        exit,
        failed: fields.flag("failed").or(exit.map(|exit| exit != 0)),
        output: fields.text("output").map(|text| output::kept(&text)),
        background: fields.flag("background").unwrap_or(false),
        interrupted: fields.flag("interrupted").unwrap_or(false),
        refused: fields.flag("refused").unwrap_or(false),
    }
}

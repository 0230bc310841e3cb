//! Cursor: its editor and its command line. The end of a turn is answered with the next message; statuses mean nothing
//! there, and an empty answer counts as a failure, so `{}` is said where there is nothing to say.

use std::borrow::Cow;
use std::path::PathBuf;

use serde_json::json;

use super::fields::{self, Fields as _, lenient};
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::{Ended, Event, Stop, Text, What};
use crate::source::json::{self, Object};
use crate::source::tool;

pub(super) struct Cursor;

impl Adapter for Cursor {
    fn name(&self) -> &'static str {
        "cursor"
    }

    fn moment(&self, event: &str) -> Moment {
        match event {
            "sessionStart" => Moment::SessionStart,
            "beforeSubmitPrompt" => Moment::Prompt,
            "preToolUse" | "beforeShellExecution" => Moment::PreTool,
            "postToolUse" | "postToolUseFailure" => Moment::PostTool,
            "stop" | "subagentStop" => Moment::Stop,
            "sessionEnd" => Moment::SessionEnd,
            _ => Moment::Other,
        }
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let fields = input.fields;
        let tool = || fields::tool(fields, "tool_name", "tool_input");
        let id = || fields.name("tool_use_id").map(claude_shape::bounded);
        let what = match input.event {
            "sessionStart" => What::Started { source: "startup".to_owned() },
            "beforeSubmitPrompt" => match claude_shape::prompt(&fields.text("prompt").unwrap_or_default()) {
                Some(what) => what,
                None => return Ok(None),
            },
            "preToolUse" => What::Call { id: id(), tool: tool() },
            "beforeShellExecution" => What::Call { id: None, tool: tool::read("shell", fields) },
            "postToolUse" => What::Result { id: id(), tool: tool(), ended: ended(fields) },
            "postToolUseFailure" => What::Result { id: id(), tool: tool(), ended: failed(fields) },
            "afterAgentResponse" => {
                What::Message { text: Text::bounded(&fields.text("text").unwrap_or_default(), claude_shape::MAX_TEXT) }
            }
            // A turn that was broken off is not one that claims to be done.
            "stop" | "subagentStop" if fields.text("status").is_none_or(|status| status == "completed") => {
                What::Stopped(Stop {
                    message: None,
                    continuing: fields.integer("loop_count").is_some_and(|count| count > 0),
                    background: false,
                })
            }
            "preCompact" => What::Compacted,
            "sessionEnd" => What::Ended { reason: fields.name("reason").unwrap_or_default() },
            _ => return Ok(None),
        };
        let session = fields.name("parent_conversation_id").or_else(|| fields.name("conversation_id"));
        let session = session.or_else(|| fields.name("session_id")).map(claude_shape::bounded);
        let root = || fields.list("workspace_roots").first().and_then(|root| json::text(root)).map(Cow::into_owned);
        Ok(Some(Call {
            agent: self.agent(),
            session: session.ok_or(Unreadable::NoSession)?,
            directory: fields.name("cwd").or_else(root).map(PathBuf::from).unwrap_or_default(),
            transcript: fields.name("transcript_path").map(PathBuf::from),
            event: Event {
                at: None,
                turn: fields.name("generation_id").map(claude_shape::bounded),
                helper: fields.name("subagent_id").map(claude_shape::bounded),
                what,
            },
        }))
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        let value = match (answer, self.moment(event)) {
            (Answer::Block(text) | Answer::Deny(text), Moment::Stop) => {
                json!({ "followup_message": claude_shape::reason(text) })
            }
            (Answer::Block(text) | Answer::Deny(text), Moment::PreTool) => {
                let reason = claude_shape::reason(text);
                json!({ "permission": "deny", "user_message": reason, "agent_message": reason })
            }
            (Answer::Context(text), Moment::SessionStart | Moment::PreTool | Moment::PostTool)
            | (Answer::Block(text) | Answer::Deny(text), Moment::SessionStart | Moment::PostTool) => {
                json!({ "additional_context": claude_shape::reason(text) })
            }
            _ => json!({}),
        };
        Wire::json(&value)
    }
}

fn ended(fields: &Object<'_>) -> Ended {
    let json = fields.json("tool_output");
    let output = lenient(&json);
    let exit = output.integer("exitCode").and_then(|exit| i32::try_from(exit).ok());
    let text = output.text_of(&["output", "stdout"]).unwrap_or_else(|| fields.text("tool_output").unwrap_or_default());
    Ended {
        exit,
        failed: Some(exit.is_some_and(|exit| exit != 0)),
        output: Some(output::kept(&text)),
        ..Ended::default()
    }
}

fn failed(fields: &Object<'_>) -> Ended {
    let interrupted = fields.flag("is_interrupt").unwrap_or(false)
        || fields.text("failure_type").is_some_and(|kind| kind == "timeout");
    output::failure(&fields.text("error_message").unwrap_or_default(), interrupted)
}

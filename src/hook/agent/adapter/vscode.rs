//! Copilot in Visual Studio Code, where the editor itself runs the agent. Close to Claude Code's form, with other names
//! for the session and the event.

use std::path::PathBuf;

use serde_json::json;

use super::fields::Fields as _;
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::Ended;

pub(super) struct VsCode;

impl Adapter for VsCode {
    fn name(&self) -> &'static str {
        "vscode"
    }

    fn agent(&self) -> &'static str {
        "copilot"
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let session = input.fields.name("sessionId").map(claude_shape::bounded);
        let parsed = claude_shape::parse_as(self.agent(), session, input, ended)?;
        Ok(parsed.map(|call| Call {
            transcript: call.transcript.or_else(|| input.fields.name("transcriptPath").map(PathBuf::from)),
            ..call
        }))
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        match (answer, event) {
            (Answer::Block(text) | Answer::Deny(text), "Stop") => Wire::json(&json!({ "hookSpecificOutput": {
                "hookEventName": event, "decision": "block", "reason": claude_shape::reason(text),
            } })),
            _ => claude_shape::answer(event, answer),
        }
    }
}

fn ended(input: &Input<'_>) -> Ended {
    let json = input.fields.json("tool_response");
    let text = input.fields.text("tool_response");
    let printed = text.or_else(|| (json != "null").then(|| json.clone()));
    Ended { output: printed.map(|text| output::kept(&text)), ..Ended::default() }
}

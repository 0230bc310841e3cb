//! GitHub Copilot: the command line and the cloud agent. It has two dialects, told apart by how the event is spelled in the
//! configuration: `agentStop` gets camelCase fields and a number for the time, `Stop` (and all of `.claude/settings.json`)
//! gets Claude Code's names with Copilot's own tool inputs. No exit status but JSON blocks the end of a turn.

use std::path::PathBuf;

use serde_json::json;

use super::fields::{self, Fields as _, lenient};
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::{Ended, Event, Stop, What};
use crate::source::json::Object;

pub(super) struct Copilot;

impl Adapter for Copilot {
    fn name(&self) -> &'static str {
        "copilot"
    }

    fn tells_of_blocks(&self) -> bool {
        true
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(common_name(event))
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        if input.fields.has("sessionId") { camel(input) } else { pascal(input) }
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        let is_camel = event.starts_with(|c: char| c.is_ascii_lowercase());
        match (answer, self.moment(event)) {
            (Answer::Block(text) | Answer::Deny(text), Moment::Stop) => claude_shape::block(text),
            (Answer::Block(text) | Answer::Deny(text), Moment::PreTool) if is_camel => Wire::json(&json!({
                "permissionDecision": "deny",
                "permissionDecisionReason": claude_shape::reason(text),
            })),
            (Answer::Block(text) | Answer::Deny(text), Moment::PreTool) => claude_shape::deny_tool(event, text),
            // There is no word for the person, and what is said at the end of a turn has no reader.
            (Answer::Silent | Answer::Notice(_), _) | (_, Moment::Stop | Moment::SessionEnd | Moment::Other) => {
                Wire::default()
            }
            // In both dialects: nested, as the others take it, it is passed over.
            (Answer::Block(text) | Answer::Deny(text) | Answer::Context(text), _) => {
                Wire::json(&json!({ "additionalContext": claude_shape::reason(text) }))
            }
        }
    }
}

fn common_name(event: &str) -> &str {
    match event {
        "sessionStart" => "SessionStart",
        "userPromptSubmitted" => "UserPromptSubmit",
        "preToolUse" => "PreToolUse",
        "postToolUse" => "PostToolUse",
        "postToolUseFailure" => "PostToolUseFailure",
        "agentStop" => "Stop",
        "subagentStop" => "SubagentStop",
        "sessionEnd" => "SessionEnd",
        "preCompact" => "PreCompact",
        other => other,
    }
}

fn pascal(input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
    let input = Input { event: common_name(input.event), ..*input };
    let call = claude_shape::parse(Copilot.agent(), &input, |input| ended(input, "tool_result"))?;
    Ok(call.map(|mut call| {
        // A helper's end is told as that of the turn, too.
        if call.event.helper.is_none() && input.fields.has("parent_agent_id") {
            call.event.helper = input.fields.name("parent_agent_id");
        }
        call
    }))
}

fn camel(input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
    let fields = input.fields;
    let tool = || fields::tool(fields, "toolName", "toolArgs");
    // These payloads do not name their event; without a word from the command line it is told by what only it carries.
    let event = match common_name(input.event) {
        "" => told_by_fields(fields),
        event => event,
    };
    let what = match event {
        "SessionStart" => What::Started { source: fields.name("source").unwrap_or_default() },
        "UserPromptSubmit" => match claude_shape::prompt(&fields.text("prompt").unwrap_or_default()) {
            Some(what) => what,
            None => return Ok(None),
        },
        "PreToolUse" => What::Call { id: None, tool: tool() },
        "PostToolUse" => What::Result { id: None, tool: tool(), ended: ended(input, "toolResult") },
        "PostToolUseFailure" => {
            let error = fields.text("error").unwrap_or_else(|| fields.json("error"));
            What::Result { id: None, tool: tool(), ended: output::failure(&error, false) }
        }
        "Stop" | "SubagentStop" => What::Stopped(Stop {
            message: None,
            continuing: fields.flag("stop_hook_active").unwrap_or(false),
            background: false,
        }),
        "PreCompact" => What::Compacted,
        "SessionEnd" => What::Ended { reason: fields.name("reason").unwrap_or_default() },
        _ => return Ok(None),
    };
    Ok(Some(Call {
        agent: Copilot.agent(),
        session: fields.name("sessionId").map(claude_shape::bounded).ok_or(Unreadable::NoSession)?,
        directory: fields.name("cwd").map(PathBuf::from).unwrap_or_default(),
        transcript: fields.name("transcriptPath").map(PathBuf::from),
        event: Event {
            at: fields.integer("timestamp"),
            turn: None,
            helper: fields.name("agentId").or_else(|| fields.name("parentAgentId")).map(claude_shape::bounded),
            what,
        },
    }))
}

fn told_by_fields(fields: &Object<'_>) -> &'static str {
    match () {
        () if fields.has("stopReason") => "Stop",
        () if fields.has("toolResult") => "PostToolUse",
        () if fields.has("toolArgs") && fields.has("error") => "PostToolUseFailure",
        () if fields.has("toolArgs") => "PreToolUse",
        () if fields.has("prompt") => "UserPromptSubmit",
        () if fields.has("source") => "SessionStart",
        () if fields.has("reason") => "SessionEnd",
        () => "",
    }
}

/// `resultType` is `success` for a command that failed, too; its status is in the last line of the text.
fn ended(input: &Input<'_>, key: &str) -> Ended {
    if input.event == "PostToolUseFailure" {
        return output::failure(&input.fields.text("error").unwrap_or_else(|| input.fields.json("error")), false);
    }
    let json = input.fields.json(key);
    let result = lenient(&json);
    let text = result.text_of(&["textResultForLlm", "text_result_for_llm"]).unwrap_or_default();
    let last = text.lines().last().filter(|line| line.starts_with("<shellId: "));
    let exit = last.and_then(|line| output::number_after_last(line, "completed with exit code "));
    let word = result.text_of(&["resultType", "result_type"]);
    let failed = match (exit, word.as_deref()) {
        (Some(exit), _) => Some(exit != 0),
        (None, Some("success")) => Some(false),
        (None, Some("failure" | "error" | "denied" | "rejected")) => Some(true),
        (None, _) => None,
    };
    Ended { exit, failed, output: Some(output::kept(&text)), ..Ended::default() }
}

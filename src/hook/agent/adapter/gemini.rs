//! Gemini CLI. Any status of 2 and above counts as a refusal, so a crash would block; a JSON answer and status 0 always.

use std::borrow::Cow;

use serde_json::json;

use super::fields::{Fields as _, lenient};
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::Ended;
use crate::source::tool::without_label;

pub(super) struct Gemini;

impl Adapter for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn tells_of_blocks(&self) -> bool {
        true
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(common_name(event))
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let input = Input { event: common_name(input.event), ..*input };
        // `prompt_response` is all text of the turn, what was said before a block included: it is not the last message, so
        // that is left to the transcript.
        claude_shape::parse(self.agent(), &input, ended)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        let reason = |text: &str| claude_shape::reason(text);
        match (answer, self.moment(event)) {
            // Without anything on stdout it would take stderr for the answer.
            (Answer::Silent, _) => Wire::json(&json!({})),
            (Answer::Notice(text), _) => Wire::json(&json!({ "systemMessage": reason(text) })),
            (Answer::Block(text) | Answer::Deny(text), Moment::PreTool | Moment::Stop) => {
                Wire::json(&json!({ "decision": "deny", "reason": reason(text) }))
            }
            (
                Answer::Block(text) | Answer::Deny(text) | Answer::Context(text),
                Moment::SessionStart | Moment::Prompt | Moment::PostTool,
            ) => claude_shape::context(event, text),
            (Answer::Block(text) | Answer::Deny(text) | Answer::Context(text), _) => {
                Wire::json(&json!({ "systemMessage": reason(text) }))
            }
        }
    }
}

fn common_name(event: &str) -> &str {
    match event {
        "BeforeAgent" => "UserPromptSubmit",
        "BeforeTool" => "PreToolUse",
        "AfterTool" => "PostToolUse",
        "AfterAgent" => "Stop",
        // It comes before every request of the model, whether or not anything is compressed.
        "PreCompress" => "",
        other => other,
    }
}

/// The status of a shell command is a line of its output; in newer versions only where it is not 0.
pub(super) fn ended(input: &Input<'_>) -> Ended {
    if input.event == "PostToolUseFailure" {
        return output::failure(&input.fields.text("error").unwrap_or_default(), false);
    }
    let json = input.fields.json("tool_response");
    let response = lenient(&json);
    let content = response.text_of(&["llmContent", "returnDisplay"]);
    let text = content.unwrap_or_default();
    let is_shell = matches!(input.fields.text("tool_name").as_deref(), Some("run_shell_command"));
    let failed = response.has("error");
    let exit = output::number_on_last_line(&text, "Exit Code: ").filter(|_| is_shell);
    Ended {
        exit,
        failed: if failed { Some(true) } else { exit.map(|exit| exit != 0) },
        output: Some(output::kept(&if is_shell { without_label(&text) } else { Cow::Borrowed(&*text) })),
        ..Ended::default()
    }
}

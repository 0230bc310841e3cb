//! Codex: Claude Code's form, read strictly. A key it does not know makes it throw an answer away without a word.

use super::fields::Fields as _;
use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, output};
use crate::model::event::Ended;

pub(super) struct Codex;

impl Adapter for Codex {
    fn name(&self) -> &'static str {
        "codex"
    }

    fn tells_of_blocks(&self) -> bool {
        true
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        claude_shape::parse(self.agent(), input, ended)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        claude_shape::answer(event, answer)
    }
}

/// Of a shell command there is the bare output, without a status, and no event for a failure. Other tools begin with
/// `Exit code: N`.
fn ended(input: &Input<'_>) -> Ended {
    let json = input.fields.json("tool_response");
    let Some(text) = input.fields.text("tool_response") else {
        return Ended { output: (json != "null").then(|| output::kept(&json)), ..Ended::default() };
    };
    let is_shell = input.fields.text("tool_name").as_deref() == Some("Bash");
    let exit = text.lines().next().and_then(|line| line.strip_prefix("Exit code: ")?.trim().parse().ok());
    let exit = if is_shell { None } else { exit };
    Ended { exit, failed: exit.map(|exit: i32| exit != 0), output: Some(output::kept(&text)), ..Ended::default() }
}

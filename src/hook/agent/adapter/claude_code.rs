//! Claude Code.

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape};

pub(super) struct ClaudeCode;

impl Adapter for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn tells_of_blocks(&self) -> bool {
        true
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        claude_shape::parse(self.agent(), input, claude_shape::ended)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        claude_shape::answer(event, answer)
    }
}

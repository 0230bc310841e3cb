//! Qwen Code: events of Claude Code, tools of Gemini CLI. It takes `continue: false` for a request to go on, so that is
//! never sent; and its flag for a turn that goes on was always set in some versions.

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape, gemini};

pub(super) struct Qwen;

impl Adapter for Qwen {
    fn name(&self) -> &'static str {
        "qwen"
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        claude_shape::parse(self.agent(), input, gemini::ended)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        claude_shape::answer(event, answer)
    }
}

//! Factory's Droid: payloads and answers of Claude Code's form.

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape};

pub(super) struct FactoryDroid;

impl Adapter for FactoryDroid {
    fn name(&self) -> &'static str {
        "factory-droid"
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

//! OpenCode, which has plugins instead of hooks: ours (`hooks/opencode.js`) speaks our own protocol.

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, generic};

pub(super) struct OpenCode;

impl Adapter for OpenCode {
    fn name(&self) -> &'static str {
        "opencode"
    }

    fn moment(&self, event: &str) -> Moment {
        generic::Generic.moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        generic::parse(self.agent(), input)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        generic::Generic.answer(event, answer)
    }
}

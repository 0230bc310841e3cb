//! Devin's command line: reads the hooks of Claude Code, and sends no directory along.

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape};

pub(super) struct Devin;

impl Adapter for Devin {
    fn name(&self) -> &'static str {
        "devin"
    }

    fn moment(&self, event: &str) -> Moment {
        claude_shape::moment(event)
    }

    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let mut call = claude_shape::parse(self.agent(), input, claude_shape::ended)?;
        if let Some(call) = call.as_mut().filter(|call| call.directory.as_os_str().is_empty()) {
            call.directory = input.env("DEVIN_PROJECT_DIR").unwrap_or_default().into();
        }
        Ok(call)
    }

    fn answer(&self, event: &str, answer: &Answer) -> Wire {
        claude_shape::answer(event, answer)
    }
}

//! Commands that an agent ran in its session, and those it should have run.
//!
//! What is judged is the record of a session. Where there is none, nothing is said; where it has holes, only what was seen
//! counts.

pub mod denied;
pub mod required;

use crate::analyze::secrets;
use crate::analyze::shell::Command;

/// The most bytes of a command in a message.
const MAX_SHOWN: usize = 120;

/// The command for a message: on one line, cut, its secrets hidden.
fn shown(command: &Command) -> String {
    let text = command.shown(MAX_SHOWN).replace('\n', " ");
    let mut ranges = secrets::ranges_to_hide(text.as_bytes());
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    ranges.into_iter().fold(text, |mut text, range| {
        if text.get(range.clone()).is_some() {
            let hidden = secrets::hidden(text.get(range.clone()).unwrap_or_default().as_bytes());
            text.replace_range(range, &hidden);
        }
        text
    })
}

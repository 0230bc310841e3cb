//! A person asked for something. What was typed is not kept: only a digest, and the lines that set bounds.

use super::StageError;
use super::open::Opened;
use crate::hook::agent::{Answer, is_ours};
use crate::model::event::Text;
use crate::session::entry::{Entry, digest};

/// The most lines of one prompt that set bounds.
const MAX_LINES: usize = 50;

pub(super) fn run(opened: &Opened<'_>, text: &Text) -> Result<Answer, StageError> {
    // A helper is asked by the agent; and one client sends an empty prompt before every request.
    if opened.call.event.helper.is_some() || text.text.trim().is_empty() {
        opened.ensure_started()?;
        return Ok(Answer::Silent);
    }
    opened.ensure_started()?;
    let ours = is_ours(&text.text);
    let lines: Vec<String> = if ours {
        Vec::new()
    } else {
        let bounds = text.text.lines().map(str::trim).filter(|line| line.starts_with("warrant:"));
        bounds.take(MAX_LINES).map(|line| Text::bounded(line, 500).text).collect()
    };
    let turn = opened.call.event.turn.clone();
    opened.write(Entry::Prompt { digest: digest(text.text.as_bytes()), turn, lines, ours })?;
    Ok(Answer::Silent)
}

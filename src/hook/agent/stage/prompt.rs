//! A person asked for something. What was typed is not kept: only a digest, and the lines that set bounds.

use super::StageError;
use super::open::Opened;
use crate::hook::agent::{Answer, MARK, is_ours};
use crate::model::event::Text;
use crate::session::entry::{Entry, digest};
use crate::session::prompt;

pub(super) fn run(opened: &Opened<'_>, text: &Text) -> Result<Answer, StageError> {
    // A helper is asked by the agent; and one client sends an empty prompt before every request.
    if opened.call.event.helper.is_some() || text.text.trim().is_empty() {
        opened.ensure_started()?;
        return Ok(Answer::Silent);
    }
    opened.ensure_started()?;
    let ours = is_ours(&text.text);
    let lines = if ours { Vec::new() } else { prompt::kept(&text.text) };
    let faults = if ours { Vec::new() } else { prompt::from_prompt(&text.text).1 };
    let turn = opened.call.event.turn.clone();
    opened.write(Entry::Prompt { digest: digest(text.text.as_bytes()), turn, lines, ours })?;
    // A bound that cannot be read is told, for who wrote it takes it to hold.
    let faults: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    Ok(if faults.is_empty() {
        Answer::Silent
    } else {
        Answer::Context(format!("{MARK}tell the person who wrote this: {}", faults.join("; ")))
    })
}

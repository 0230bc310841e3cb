//! A person asked for something. What was typed is not kept: only a digest, and the lines that set bounds.
//!
//! A bound that the person put into a sentence is offered back as a line. It is the person who writes it, or does not.

use super::StageError;
use super::open::Opened;
use crate::hook::agent::{Answer, MARK, is_ours};
use crate::model::escape;
use crate::model::event::Text;
use crate::policy::draft::{Suggestion, suggest};
use crate::session::entry::{Entry, digest};
use crate::session::prompt;

/// The most lines that are offered of one prompt.
const MAX_OFFERED: usize = 3;

pub(super) fn run(opened: &Opened<'_>, text: &Text) -> Result<Answer, StageError> {
    let ours = is_ours(&text.text);
    // A helper is asked by the agent; and one client sends an empty prompt before every request.
    let is_said = opened.call.event.helper.is_none() && !text.text.trim().is_empty();
    // Some clients tell of no start. Where a person's words come first, nothing was done before.
    opened.ensure_begun(!is_said || ours)?;
    if !is_said {
        return Ok(Answer::Silent);
    }
    let lines = if ours { Vec::new() } else { prompt::kept(&text.text) };
    let faults = if ours { Vec::new() } else { prompt::from_prompt(&text.text).1 };
    let offers = if ours { Vec::new() } else { offers(opened, &text.text)? };
    let offered = offers.iter().map(|offer| offer.term.clone()).collect();
    let turn = opened.call.event.turn.clone();
    let bounds = lines.len();
    let entry = Entry::Prompt { digest: digest(text.text.as_bytes()), turn, lines, ours, offered };
    match opened.write(entry) {
        // Who wrote a bound takes it to hold.
        Err(error) if bounds > 0 => {
            let lines = if bounds == 1 { "the `warrant:` line does" } else { "the `warrant:` lines do" };
            let why = error.line();
            return Ok(Answer::Context(format!("{MARK}tell the person who wrote this: {lines} not hold, for {why}")));
        }
        written => written?,
    }
    // A bound that cannot be read is told, for who wrote it takes it to hold.
    let faults: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    Ok(match (faults.as_slice(), offers.as_slice()) {
        ([], []) => Answer::Silent,
        ([], offers) => Answer::Notice(format!("{MARK}{}", offered_words(offers))),
        (faults, _) => Answer::Context(format!("{MARK}tell the person who wrote this: {}", faults.join("; "))),
    })
}

/// What the sentences say and no line of the session does, each once a session.
fn offers(opened: &Opened<'_>, prompt: &str) -> Result<Vec<Suggestion>, StageError> {
    let paths = match opened.git.head()?.commit {
        Some(head) => opened.git.paths_at(head)?,
        None => Vec::new(),
    };
    let mut found = suggest(prompt, &paths);
    if found.is_empty() {
        return Ok(found);
    }
    let told = opened.session.read()?.unwrap_or_default();
    let of = |entry: &Entry, term: &String| match entry {
        Entry::Prompt { lines, offered, .. } => {
            offered.contains(term) || lines.iter().any(|line| line.strip_prefix("warrant: ") == Some(term))
        }
        _ => false,
    };
    let now = prompt::kept(prompt);
    found.retain(|offer| {
        let is_set = now.iter().any(|line| line.strip_prefix("warrant: ") == Some(&offer.term));
        !is_set && !told.entries.iter().any(|(_, entry)| of(entry, &offer.term))
    });
    found.truncate(MAX_OFFERED);
    Ok(found)
}

fn offered_words(offers: &[Suggestion]) -> String {
    let lines: Vec<String> =
        offers.iter().map(|offer| format!("`warrant: {}`", escape::visible(offer.term.as_bytes()))).collect();
    let (this, line) = if lines.len() == 1 { ("this", "a line of its own") } else { ("these", "lines of their own") };
    format!("to have {this} held, write {} on {line}; a sentence is not enforced", lines.join(" and "))
}

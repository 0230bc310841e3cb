//! Messages of commits that were made one with others.
//!
//! Such a text is history: what one commit says, a later one may have undone. Only what names a file in full and in
//! backticks, or speaks of the change as a whole, is taken for a claim about the result; a subject line never is.

use super::clause::Stance;
use super::names::{Among, Names};
use super::shape::Found;
use super::stance::Clauses;
use crate::model::claim::ClaimKind;

/// A run of text within a squash list.
pub(super) struct Part {
    /// The text with a line in front, which stands for the subject.
    pub(super) text: String,
    /// What a place in `text` lacks to be one in the message.
    pub(super) offset: isize,
    /// No other commit's message follows that could take something back.
    pub(super) is_last: bool,
}

const SUBJECT: &str = "-\n\n";

/// The bodies of the commits, a part for each block.
pub(super) fn bodies(clauses: &Clauses, message: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut last = None;
    for clause in clauses.list.iter().filter(|clause| clause.stance == Stance::Squashed) {
        if last == Some(clause.block) {
            continue;
        }
        last = Some(clause.block);
        let Some(block) = clauses.document.blocks.get(clause.block) else { continue };
        let span = block.span();
        let line = message.get(..span.start).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let Some(text) = message.get(line..span.end).filter(|text| !text.starts_with("* ")) else { continue };
        let Ok(line) = isize::try_from(line) else { continue };
        let offset = line - SUBJECT.len().cast_signed();
        let is_last = !message.get(span.end..).unwrap_or_default().contains("\n* ");
        parts.push(Part { text: format!("{SUBJECT}{text}"), offset, is_last });
    }
    parts
}

/// Is it said so plainly that it is about the result? `part` is where it stands in this message. A name that
/// the message gives twice may have been taken back.
pub(super) fn may_claim(found: &Found, part: &Part, message: &str) -> bool {
    let text = &part.text;
    let bare = found.name.trim_end_matches("()");
    if !bare.is_empty() && message.matches(bare).nth(1).is_some() {
        return false;
    }
    let ticked = text.get(found.span.clone()).is_some_and(|words| words.contains(&format!("`{}`", found.name)));
    match &found.what {
        ClaimKind::Modified { path } | ClaimKind::Deleted { path } | ClaimKind::Created { path } => {
            ticked && path.to_wire() == found.name && found.weak.is_none()
        }
        ClaimKind::Only { .. } | ClaimKind::Untouched { .. } => ticked && found.weak.is_none(),
        ClaimKind::FilesChanged { .. } => found.weak.is_none(),
        ClaimKind::NoCodeChange => (part.is_last || subjects(message) <= FEW) && found.weak.is_none(),
        ClaimKind::SymbolAdded { .. } => part.is_last && ticked && found.weak.is_none(),
        _ => false,
    }
}

/// Is the list about this change at all? A host may put into it what others did in the meantime: then it says of file
/// after file that they were changed, and they were not.
pub(super) fn is_of_change<'f>(found: impl Iterator<Item = &'f Found>, names: &Names<'_>) -> bool {
    let (mut here, mut elsewhere) = (0, 0);
    for found in found.take(MAX_FOUND) {
        let (ClaimKind::Modified { path } | ClaimKind::Deleted { path } | ClaimKind::Created { path }) = &found.what
        else {
            continue;
        };
        let is_here = std::iter::once(path).chain(&found.others).any(|path| names.has(Among::Changed, path.as_bytes()));
        here += usize::from(is_here);
        elsewhere += usize::from(!is_here);
    }
    // One that is not in the change is what a claim would be wrong about; more are the work of others.
    elsewhere <= 1 + here / 4
}

/// Are there more subjects than a change of this size would come from?
pub(super) fn is_too_long(message: &str, files: usize) -> bool {
    subjects(message) > 2 * files + 2
}

fn subjects(message: &str) -> usize {
    message.lines().filter(|line| line.starts_with("* ")).count()
}

/// In a longer list, one commit that changes no code is what one expects.
const FEW: usize = 12;

/// The most claims looked at.
const MAX_FOUND: usize = 300;

//! Messages of commits that were made one with others.
//!
//! Such a text is history: what one commit says, a later one may have undone. Only what names a file in full and in
//! backticks, or speaks of the change as a whole, is taken for a claim about the result; a subject line never is.

use super::clause::Stance;
use super::shape::Found;
use super::stance::Clauses;
use crate::model::claim::ClaimKind;

/// A run of text within a squash list.
pub(super) struct Part {
    /// The text with a line in front, which stands for the subject.
    pub(super) text: String,
    /// What a place in `text` lacks to be one in the message.
    pub(super) offset: isize,
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
        parts.push(Part { text: format!("{SUBJECT}{text}"), offset });
    }
    parts
}

/// Is it said so plainly that it is about the result?
pub(super) fn may_claim(found: &Found, text: &str) -> bool {
    let ticked = text.get(found.span.clone()).is_some_and(|words| words.contains(&format!("`{}`", found.name)));
    match &found.what {
        ClaimKind::Modified { path } | ClaimKind::Deleted { path } | ClaimKind::Created { path } => {
            ticked && path.to_wire() == found.name && found.weak.is_none()
        }
        ClaimKind::Only { .. } | ClaimKind::Untouched { .. } => ticked && found.weak.is_none(),
        ClaimKind::FilesChanged { .. } | ClaimKind::NoCodeChange | ClaimKind::DocsOnly => found.weak.is_none(),
        _ => false,
    }
}

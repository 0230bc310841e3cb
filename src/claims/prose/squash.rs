//! Messages of commits that were made one with others.
//!
//! Such a text is history: what one commit says, a later one may have undone. Only what names a file in full and in
//! backticks, or speaks of the change as a whole, is taken for a claim about the result; a subject line never is.

use super::clause::Stance;
use super::names::{Among, Names};
use super::shape::Found;
use super::shape::counts::counts_apart;
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
    /// Some message that follows may: it speaks of removing, renaming or reworking, or does not say what it does.
    may_be_undone: bool,
    /// Its own commit is one of documents, tests or the build: that this one changes no code is no wonder.
    is_apart: bool,
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
        let rest = message.get(span.end..).unwrap_or_default();
        let is_last = !rest.contains("\n* ");
        let may_be_undone = !is_last && may_undo(rest);
        let is_apart = subject(message.get(..span.start).unwrap_or_default()).is_some_and(|own| begins(own, APART));
        parts.push(Part { text: format!("{SUBJECT}{text}"), offset, is_last, may_be_undone, is_apart });
    }
    parts
}

/// The subject of the commit that what follows belongs to. A bullet that goes on in a line below is one of its own list.
fn subject(before: &str) -> Option<&str> {
    let mut below = "";
    for line in before.lines().rev().take(MAX_LINES) {
        match line.strip_prefix("* ") {
            Some(subject) if !below.starts_with(' ') => return Some(subject),
            _ => below = line,
        }
    }
    None
}

/// The message of one commit of a list is no longer than this.
const MAX_LINES: usize = 500;

/// Do the messages that follow speak of anything that may have changed what was added before?
pub(super) fn may_undo(rest: &str) -> bool {
    begins(rest, UNDOING)
}

/// Does a word of the text begin like one of these?
fn begins(text: &str, starts: &[&str]) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).take(MAX_WORDS);
    words.any(|word| {
        let word = word.to_ascii_lowercase();
        starts.iter().any(|start| word.starts_with(start))
    })
}

/// How words begin in the subject of a commit that may well change no code.
const APART: &[&str] = &[
    "doc",
    "comment",
    "clarif",
    "readme",
    "typo",
    "word",
    "explain",
    "describ",
    "changelog",
    "note",
    "test",
    "ci",
    "chore",
    "build",
    "bump",
    "version",
    "format",
    "lint",
    "fmt",
    "style",
    "rename",
    "move",
    "revert",
    "merge",
    "license",
    "config",
    "workflow",
    "release",
    "translat",
    "snapshot",
    "regenerat",
    "plan",
    "spec",
];

/// How words begin that tell of what takes back or makes anew, and those of commits that do not say what they do.
const UNDOING: &[&str] = &[
    "remov",
    "delet",
    "drop",
    "renam",
    "replac",
    "revert",
    "undo",
    "refactor",
    "rework",
    "rewrit",
    "rewrote",
    "simplif",
    "inlin",
    "extract",
    "move",
    "moving",
    "merg",
    "consolidat",
    "clean",
    "tidy",
    "tidied",
    "redesign",
    "restructur",
    "unif",
    "switch",
    "migrat",
    "supersed",
    "instead",
    "longer",
    "address",
    "review",
    "feedback",
    "suggest",
    "comment",
    "nitpick",
    "polish",
    "improv",
    "swap",
    "convert",
    "split",
    "collaps",
    "dedup",
    "reus",
    "obsolet",
    "unus",
    "dead",
    "wip",
    "chang",
    "updat",
];

/// More words than these are not looked at.
const MAX_WORDS: usize = 20_000;

/// Is it said so plainly that it is about the result? `part` is where it stands in this message. A name that
/// the message gives again may have been taken back.
pub(super) fn may_claim(found: &Found, part: &Part, message: &str) -> bool {
    let text = &part.text;
    let bare = found.name.trim_end_matches("()");
    // What one commit leaves alone another may change; of a deed, what came before does not matter.
    let from = match &found.what {
        ClaimKind::Modified { .. } | ClaimKind::Deleted { .. } | ClaimKind::Created { .. } => {
            found.span.start.checked_add_signed(part.offset).unwrap_or_default()
        }
        _ => 0,
    };
    if !bare.is_empty() && message.get(from..).unwrap_or(message).matches(bare).nth(1).is_some() {
        return false;
    }
    let ticked = text.get(found.span.clone()).is_some_and(|words| words.contains(&format!("`{}`", found.name)));
    match &found.what {
        ClaimKind::Modified { path } | ClaimKind::Deleted { path } | ClaimKind::Created { path } => {
            ticked && path.to_wire() == found.name && found.weak.is_none()
        }
        ClaimKind::Only { .. } | ClaimKind::Untouched { .. } => ticked && found.weak.is_none(),
        // The other items of its list are parts of their own.
        ClaimKind::FilesChanged { .. } => {
            let own = text.get(found.span.clone()).unwrap_or_default();
            found.weak.is_none() && !counts_apart(own, message)
        }
        ClaimKind::NoCodeChange | ClaimKind::DocsOnly => {
            !part.is_apart && (part.is_last || subjects(message) <= FEW) && found.weak.is_none()
        }
        ClaimKind::SymbolAdded { .. } => !part.may_be_undone && ticked && found.weak.is_none(),
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

/// Are there more subjects than a change of this size would come from? A few files take many rounds of review.
pub(super) fn is_too_long(message: &str, files: usize) -> bool {
    subjects(message) > 2 * files + ROUNDS
}

/// So many commits may have gone into a change of any size.
const ROUNDS: usize = 12;

fn subjects(message: &str) -> usize {
    message.lines().filter(|line| line.starts_with("* ")).count()
}

/// In a longer list, one commit that changes no code is what one expects.
const FEW: usize = 12;

/// The most claims looked at.
const MAX_FOUND: usize = 300;

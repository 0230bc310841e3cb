//! A patch file as change sets: `git diff`, `git format-patch` (one mail or many) or a plain unified diff.
//!
//! A patch is judged only if all of it is understood: hunks whose counts do not hold, names that leave the repository, a
//! path changed twice, copies, combined diffs and encoded mails are errors that name the line. Text before the first
//! file, between files and after the last is left alone, as `git apply` does.
//!
//! Each mail is one change set with its author and message; anything else is one change set without.

mod binary;
mod body;
mod contents;
mod header;
mod mail;
mod name;

use std::fmt;
use std::sync::Arc;

pub use self::contents::PatchContents;
use crate::model::change::{ChangeSet, CommitInfo, Engine, Subject};
use crate::model::content::Bytes;
use crate::model::escape;

/// The largest patch that is read.
pub const MAX_PATCH_BYTES: usize = 128 << 20;

/// One change set of a patch file.
#[derive(Debug)]
pub struct Patch {
    pub set: ChangeSet,
    pub contents: PatchContents,
    /// What a mail says of its commit. The id is zero when the mail does not name it; there are no parents, and the
    /// committer is not known.
    pub commit: Option<CommitInfo>,
}

/// Why a patch was not understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct PatchError {
    /// 1-based; zero for the patch as a whole.
    pub line: usize,
    pub reason: String,
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.reason),
            line => write!(f, "line {line}: {}", self.reason),
        }
    }
}

/// Reads a patch file; `name` is what a person calls it. An empty file is one change set without changes.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Patch>, PatchError> {
    if bytes.len() > MAX_PATCH_BYTES {
        let reason = format!("larger than the bound of {MAX_PATCH_BYTES} bytes ({} bytes)", bytes.len());
        return Err(PatchError { line: 0, reason });
    }
    let text: Bytes = Arc::from(bytes);
    let mut lines = Lines::new(&text);
    let mut patches = Vec::new();
    if mail::starts(&mut lines) {
        while let Some(mail) = mail::read(&mut lines)? {
            let files = body::files(&mut lines, body::Until::NextMail)?;
            // A cover letter describes the series and changes nothing.
            if !(mail.cover_letter && files.is_empty()) {
                patches.push(Patch::new(name, &text, files, Some(mail.commit))?);
            }
        }
    } else {
        let files = body::files(&mut lines, body::Until::End)?;
        if files.is_empty() && !bytes.trim_ascii().is_empty() {
            return Err(PatchError { line: 0, reason: "no diff was found in it".to_owned() });
        }
        patches.push(Patch::new(name, &text, files, None)?);
    }
    let count = patches.len();
    if count > 1 {
        for (at, patch) in patches.iter_mut().enumerate() {
            patch.set.subject = Subject::Patch { name: format!("{name} ({} of {count})", at + 1) };
        }
    }
    Ok(patches)
}

impl Patch {
    fn new(name: &str, text: &Bytes, files: Vec<body::File>, commit: Option<CommitInfo>) -> Result<Self, PatchError> {
        let (changes, contents) = contents::assemble(text, files)?;
        let set = ChangeSet {
            subject: Subject::Patch { name: name.to_owned() },
            changes,
            base: None,
            merge: false,
            engine: Engine::Patch,
            incomplete: Vec::new(),
        };
        Ok(Self { set, contents, commit })
    }
}

/// The lines of a patch, with one line of look-ahead.
struct Lines<'a> {
    text: &'a [u8],
    /// Where the next line starts.
    at: usize,
    /// Lines taken.
    taken: usize,
}

/// One line without its line feed.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a [u8],
    /// Where it starts in the patch.
    start: usize,
    /// 1-based.
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, taken: 0 }
    }

    fn peek(&self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let text = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        Some(Line { text, start: self.at, number: self.taken + 1 })
    }

    /// The line after the next one.
    fn peek_second(&self) -> Option<Line<'a>> {
        let mut ahead = Self { text: self.text, at: self.at, taken: self.taken };
        ahead.next();
        ahead.peek()
    }

    fn next(&mut self) -> Option<Line<'a>> {
        let line = self.peek()?;
        self.at = line.start + line.text.len() + 1;
        self.taken = line.number;
        Some(line)
    }
}

impl<'a> Line<'a> {
    /// Without a carriage return at its end: for lines that are not content.
    fn trimmed(&self) -> &'a [u8] {
        self.text.strip_suffix(b"\r").unwrap_or(self.text)
    }

    fn error(&self, reason: impl Into<String>) -> PatchError {
        PatchError { line: self.number, reason: reason.into() }
    }

    /// The line for a person, cut.
    fn shown(&self) -> String {
        let text = self.trimmed();
        escape::visible(&text[..text.len().min(80)])
    }
}

#[cfg(test)]
mod tests;

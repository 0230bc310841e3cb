//! Lines added and deleted in one file.

use std::ops::Range;

use super::content::Bytes;

/// The line diff of one change.
#[derive(Clone, Debug, Default)]
pub struct LineDiff {
    pub added: Lines,
    pub deleted: Lines,
    pub hunks: Vec<Hunk>,
    /// A NUL byte in the first 8,000 bytes of either side, git's own test: there are no lines to speak of.
    pub binary: bool,
}

/// One contiguous run of change, in 0-based half-open line ranges of the old and new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    pub old: Range<u32>,
    pub new: Range<u32>,
}

/// Some lines of a file, kept as ranges into the shared bytes.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: Option<Bytes>,
    rows: Vec<(u32, Range<usize>)>,
}

/// One line, without its line feed; a carriage return before it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// 1-based.
    pub number: u32,
    pub text: &'a [u8],
}

impl Lines {
    /// `rows` are 1-based line numbers with byte ranges into `text`, line feeds excluded, in order.
    pub fn new(text: Bytes, rows: Vec<(u32, Range<usize>)>) -> Self {
        Self { text: Some(text), rows }
    }

    /// The text the lines are part of: the whole file, unless they were read from a patch.
    pub fn text(&self) -> &[u8] {
        self.text.as_deref().unwrap_or_default()
    }

    /// Leaves out the lines that are not to be kept.
    pub fn retain(&mut self, keep: impl Fn(Line<'_>) -> bool) {
        let text = self.text.as_deref().unwrap_or_default();
        self.rows.retain(|(number, range)| {
            keep(Line { number: *number, text: text.get(range.clone()).unwrap_or_default() })
        });
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        let text = self.text();
        self.rows
            .iter()
            .map(move |(number, range)| Line { number: *number, text: text.get(range.clone()).unwrap_or_default() })
    }

    /// The bytes the lines are ranges of: the whole file, or what a patch shows of it.
    pub fn source(&self) -> &[u8] {
        self.text.as_deref().unwrap_or_default()
    }

    /// The line at this position among these, and the offset of its first byte in [`Lines::source`].
    pub fn at(&self, row: usize) -> Option<(Line<'_>, usize)> {
        let (number, range) = self.rows.get(row)?;
        let text = self.source().get(range.clone())?;
        Some((Line { number: *number, text }, range.start))
    }

    /// The line with this 1-based number, if it is among these.
    pub fn find(&self, number: u32) -> Option<Line<'_>> {
        let at = self.rows.binary_search_by_key(&number, |row| row.0).ok()?;
        let text = self.text.as_deref()?.get(self.rows[at].1.clone())?;
        Some(Line { number, text })
    }
}

//! Which lines of a file hold code, and which only comments, documentation or the inside of a string.
//!
//! Lexing, not parsing: linear in the text, no state beyond it. Where the text does not fit what the lexer knows
//! (a string that never ends, a quote in JSX text) the lines concerned are [`LineKind::Unknown`], and a caller that
//! accuses must not build on them.

mod language;
mod lexer;
mod literals;
mod special;

use std::ops::Range;

pub use language::{Language, language_of};

/// What a line is made of. White space does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Code, alone or beside a comment. Shebangs and build directives written as comments are code.
    Code,
    /// Nothing but a comment.
    Comment,
    /// Nothing but the inside of a string: content, so a change to it can change what the program does.
    String,
    /// Nothing but a string that stands alone as a statement (Python).
    DocString,
    /// White space only, outside of strings and comments.
    Blank,
    /// Cannot be told.
    Unknown,
}

/// What a byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Code,
    Comment,
    String,
    DocString,
}

/// A text cut into regions of one [`Class`] each.
#[derive(Debug)]
pub struct Regions {
    /// Start offsets in ascending order, the first at 0.
    starts: Vec<(usize, Class)>,
    /// Where the lexer lost its way; in order, none overlapping another.
    doubts: Vec<Range<usize>>,
}

impl Regions {
    pub fn of(language: Language, text: &[u8]) -> Self {
        lexer::lex(language, text)
    }

    /// The class of the byte at `offset`; `None` where it cannot be told.
    pub fn class_at(&self, offset: usize) -> Option<Class> {
        if self.doubted(&(offset..offset + 1)) {
            return None;
        }
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).and_then(|at| self.starts.get(at)).map(|(_, class)| *class)
    }

    /// The whole region that holds the byte at `offset`, in a text of this length.
    pub fn around(&self, offset: usize, length: usize) -> Range<usize> {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        let bound = |at: Option<usize>| at.and_then(|at| self.starts.get(at)).map(|(start, _)| *start);
        bound(after.checked_sub(1)).unwrap_or(0)..bound(Some(after)).unwrap_or(length)
    }

    /// Did the lexer lose its way somewhere?
    pub fn has_doubts(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// The regions in order, up to the end of a text of this length. Where the lexer lost its way they are a guess.
    pub fn iter(&self, length: usize) -> impl Iterator<Item = (Class, Range<usize>)> {
        let ends = self.starts.iter().skip(1).map(|(start, _)| *start).chain(std::iter::once(length));
        self.starts.iter().zip(ends).map(|((start, class), end)| (*class, *start..end.max(*start)))
    }

    /// The regions of a part of the text, cut to it; `None` where some of it cannot be told.
    pub fn within(&self, part: Range<usize>) -> Option<Vec<(Class, Range<usize>)>> {
        if self.doubted(&part) {
            return None;
        }
        let first = self.starts.partition_point(|(start, _)| *start <= part.start).saturating_sub(1);
        let mut pieces = Vec::new();
        let mut at = first;
        while let Some((start, class)) = self.starts.get(at).filter(|(start, _)| *start < part.end) {
            let end = self.starts.get(at + 1).map_or(part.end, |(next, _)| (*next).min(part.end));
            let piece = (*start).max(part.start)..end;
            if !piece.is_empty() {
                pieces.push((*class, piece));
            }
            at += 1;
        }
        Some(pieces)
    }

    fn doubted(&self, range: &Range<usize>) -> bool {
        let after = self.doubts.partition_point(|doubt| doubt.end <= range.start);
        self.doubts.get(after).is_some_and(|doubt| doubt.start < range.end.max(range.start + 1))
    }
}

/// The kind of every line, in order: one entry for each line feed, and one for a last line without.
pub fn line_kinds(language: Language, text: &[u8]) -> Vec<LineKind> {
    let regions = Regions::of(language, text);
    let mut kinds = Vec::new();
    let mut region = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).chain((!text.is_empty()).then_some(text.len())) {
        if end == text.len() && start == end {
            break;
        }
        kinds.push(kind_of(&regions, &mut region, start..end, text));
        start = end + 1;
    }
    kinds
}

/// `region` is the index of a region that starts at or before the line; it only moves forward.
fn kind_of(regions: &Regions, region: &mut usize, line: Range<usize>, text: &[u8]) -> LineKind {
    if regions.doubted(&line) {
        return LineKind::Unknown;
    }
    while regions.starts.get(*region + 1).is_some_and(|(start, _)| *start <= line.start) {
        *region += 1;
    }
    let mut seen = Seen::default();
    let mut at = *region;
    while let Some((start, class)) = regions.starts.get(at).filter(|(start, _)| *start < line.end.max(line.start + 1)) {
        let end = regions.starts.get(at + 1).map_or(line.end, |(next, _)| (*next).min(line.end));
        let part = text.get((*start).max(line.start)..end).unwrap_or_default();
        seen.add(*class, !part.trim_ascii().is_empty());
        at += 1;
    }
    seen.kind()
}

/// The classes met on one line.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set of classes, not a state")]
struct Seen {
    code: bool,
    comment: bool,
    string: bool,
    doc_string: bool,
    /// The class of a line of white space.
    around: Option<Class>,
}

impl Seen {
    fn add(&mut self, class: Class, has_text: bool) {
        self.around.get_or_insert(class);
        if has_text {
            match class {
                Class::Code => self.code = true,
                Class::Comment => self.comment = true,
                Class::String => self.string = true,
                Class::DocString => self.doc_string = true,
            }
        }
    }

    fn kind(&self) -> LineKind {
        if self.code || self.string && (self.comment || self.doc_string) {
            LineKind::Code
        } else if self.string {
            LineKind::String
        } else if self.comment {
            LineKind::Comment
        } else if self.doc_string {
            LineKind::DocString
        } else {
            match self.around {
                Some(Class::String) => LineKind::String,
                Some(Class::DocString) => LineKind::DocString,
                Some(Class::Comment) => LineKind::Comment,
                Some(Class::Code) | None => LineKind::Blank,
            }
        }
    }
}

#[cfg(test)]
mod tests;

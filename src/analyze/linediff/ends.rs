//! What two texts have in common at their ends, in whole lines, and the lines between.

use std::ops::Range;

use super::MAX_LINES;
use crate::analyze::common_ends::{common_head, common_tail};
use crate::model::content::Unreadable;

/// Two versions of a text that differ, cut into what both start with, what differs and what both end with.
pub(super) struct Sides<'a> {
    pub(super) old: &'a [u8],
    pub(super) new: &'a [u8],
    /// How many bytes are the same at the start, and how many lines these are.
    pub(super) head: usize,
    pub(super) head_lines: usize,
    /// The same at the end.
    pub(super) tail: usize,
    pub(super) tail_lines: usize,
    /// The lines of each between them, as ranges of its bytes, each with its line feed: a last line without one differs from
    /// the same line with one.
    pub(super) gone: Vec<Range<usize>>,
    pub(super) come: Vec<Range<usize>>,
}

impl<'a> Sides<'a> {
    /// Fails where there are more lines than are compared.
    pub(super) fn of(old: &'a [u8], new: &'a [u8]) -> Result<Self, Unreadable> {
        let (head, tail) = common_lines(old, new);
        let (head_lines, tail_lines) = (count(&old[..head]), count(&old[old.len() - tail..]));
        let gone = lines(old, head..old.len() - tail);
        let come = lines(new, head..new.len() - tail);
        if head_lines + tail_lines + gone.len().max(come.len()) > MAX_LINES {
            return Err(Unreadable::Failed(format!("more than {MAX_LINES} lines")));
        }
        Ok(Self { old, new, head, head_lines, tail, tail_lines, gone, come })
    }
}

/// How many bytes at the start and at the end are the same, as far as they are whole lines of both.
fn common_lines(old: &[u8], new: &[u8]) -> (usize, usize) {
    let head = memchr::memrchr(b'\n', &old[..common_head(old, new)]).map_or(0, |feed| feed + 1);
    let (old, new) = (&old[head..], &new[head..]);
    let tail = common_tail(old, new);
    let starts_line = |text: &[u8]| text[..text.len() - tail].last().is_none_or(|byte| *byte == b'\n');
    if starts_line(old) && starts_line(new) {
        return (head, tail);
    }
    // The first line that starts within.
    let within = &old[old.len() - tail..];
    (head, memchr::memchr(b'\n', within).map_or(0, |feed| tail - feed - 1))
}

fn count(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count() + usize::from(text.last().is_some_and(|byte| *byte != b'\n'))
}

/// What a line has on the average of many files.
const LIKELY_LINE: usize = 32;

/// The lines of a part of a text that starts where a line does; one more than is compared at most.
fn lines(text: &[u8], part: Range<usize>) -> Vec<Range<usize>> {
    let mut lines = Vec::with_capacity(part.len() / LIKELY_LINE + 1);
    let mut start = part.start;
    for at in memchr::memchr_iter(b'\n', &text[part.clone()]).take(MAX_LINES + 1) {
        let end = part.start + at + 1;
        lines.push(start..end);
        start = end;
    }
    if start < part.end && lines.len() <= MAX_LINES {
        lines.push(start..part.end);
    }
    lines
}

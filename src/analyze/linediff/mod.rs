//! Line diffs with git's own counts.
//!
//! `gix-imara-diff`'s Myers gives the numbers of `git diff --numstat` and stays near-linear on hostile, repetitive text
//! (imara-diff 0.2 does not). Trimming common lines first would change git's heuristics, so it is done only where the
//! answer is certain: one side is then empty.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use gix_imara_diff::{Algorithm, Diff, InternedInput};
use rustc_hash::FxHashSet;

use crate::model::content::{Bytes, Unreadable};
use crate::model::lines::{Hunk, LineDiff, Lines};

/// Git looks for a NUL in this many leading bytes to call a file binary (`buffer_is_binary` in git's `xdiff-interface.c`).
const BINARY_PROBE: usize = 8000;

/// Above this many hunks the choice of slider position is skipped: it can take longer than the diff itself.
const MAX_SLIDER_HUNKS: usize = 20_000;

/// Above this many lines on one side a file is not compared: some 100 bytes of memory go with each line.
const MAX_LINES: usize = 3_000_000;

/// The most effort one comparison may take: one million lines that all differ, 5 to 15 seconds of work when they are
/// made to be hard.
const MAX_EFFORT: u64 = 1_000_000_000;

/// The most effort all comparisons of one check may take.
const TOTAL_EFFORT: u64 = 3 * MAX_EFFORT;

/// What is left of the effort one check may spend on comparing lines.
///
/// The unit is what Myers' algorithm with git's heuristics costs at worst on `n` lines between the common head and tail
/// of two files: `n` times the square root of `n`. It counts lines, not seconds, so that a result does not depend on the
/// machine.
#[derive(Debug)]
pub struct Effort(Cell<u64>);

impl Default for Effort {
    fn default() -> Self {
        Self(Cell::new(TOTAL_EFFORT))
    }
}

impl Effort {
    fn spend(&self, lines: usize) -> Result<(), Unreadable> {
        let cost = (lines as u64).saturating_mul((lines as u64).isqrt());
        if cost > MAX_EFFORT {
            return Err(Unreadable::Failed(format!("{lines} lines that may differ are too many to compare")));
        }
        let left = self.0.get().checked_sub(cost);
        self.0.set(left.unwrap_or_default());
        left.map(|_| ())
            .ok_or_else(|| Unreadable::Failed("the bound on comparing lines in one check is reached".to_owned()))
    }
}

pub fn is_binary(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(BINARY_PROBE)]).is_some()
}

/// Compares two versions of a file. A side that does not exist is empty. Fails when that would take more memory or effort
/// than the bounds allow.
pub fn diff(old: &Bytes, new: &Bytes, effort: &Effort) -> Result<LineDiff, Unreadable> {
    if is_binary(old) || is_binary(new) {
        return Ok(LineDiff { binary: true, ..LineDiff::default() });
    }
    let before = line_ranges(old)?;
    let after = line_ranges_like(new, old, &before)?;
    let ends = ends(old, &before, new, &after);
    if !before.is_empty() && !after.is_empty() {
        effort.spend(before.len() + after.len() - 2 * (ends.0 + ends.1))?;
    }
    let hunks = hunks(old, &before, new, &after, ends);
    Ok(LineDiff {
        added: pick(new, &after, hunks.iter().map(|hunk| &hunk.new)),
        deleted: pick(old, &before, hunks.iter().map(|hunk| &hunk.old)),
        hunks,
        binary: false,
    })
}

/// The diff of a merge: a line is added only if no parent has it, deleted only if every parent had it (the columns of
/// `git diff-tree --cc` that are all `+` or all `-`). Deleted lines are those of the first parent.
pub fn diff_merge(olds: &[Bytes], new: &Bytes, effort: &Effort) -> Result<LineDiff, Unreadable> {
    let mut diffs = olds.iter().map(|old| diff(old, new, effort));
    let Some(first) = diffs.next() else { return diff(&Arc::from([]), new, effort) };
    let mut first = first?;
    for next in diffs {
        let next = next?;
        if next.binary {
            return Ok(next);
        }
        first.added.retain(|line| next.added.find(line.number).is_some());
        let gone: FxHashSet<&[u8]> = next.deleted.iter().map(|line| line.text).collect();
        first.deleted.retain(|line| gone.contains(line.text));
        first.hunks.retain(|hunk| {
            next.hunks.iter().any(|other| {
                other.new.start < hunk.new.end.max(hunk.new.start + 1)
                    && hunk.new.start < other.new.end.max(other.new.start + 1)
            })
        });
    }
    Ok(first)
}

/// How many lines are the same at the start and at the end of both sides.
fn ends(old: &[u8], before: &[Range<usize>], new: &[u8], after: &[Range<usize>]) -> (usize, usize) {
    let bytes = common_head(old, new);
    let whole = |lines: &[Range<usize>]| lines.partition_point(|line| line.end <= bytes);
    let head = whole(before).min(whole(after));
    let bytes = common_tail(old, new);
    let whole =
        |lines: &[Range<usize>], length: usize| lines.len() - lines.partition_point(|line| line.start < length - bytes);
    let tail = whole(before, old.len()).min(whole(after, new.len()));
    (head, tail.min(before.len().min(after.len()) - head))
}

/// How many bytes are compared at once.
const STRIDE: usize = 64;

fn common_head(a: &[u8], b: &[u8]) -> usize {
    let strides = a.chunks_exact(STRIDE).zip(b.chunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = a[strides..].iter().zip(&b[strides..]);
    strides + rest.take_while(|(a, b)| a == b).count()
}

fn common_tail(a: &[u8], b: &[u8]) -> usize {
    let strides = a.rchunks_exact(STRIDE).zip(b.rchunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = a[..a.len() - strides].iter().rev().zip(b[..b.len() - strides].iter().rev());
    strides + rest.take_while(|(a, b)| a == b).count()
}

/// The choice of slider position looks at no more lines than these around a hunk.
const SLIDER_CONTEXT: usize = 40;

fn hunks(
    old: &[u8],
    before: &[Range<usize>],
    new: &[u8],
    after: &[Range<usize>],
    (head, tail): (usize, usize),
) -> Vec<Hunk> {
    let length = |lines: &[Range<usize>]| u32::try_from(lines.len()).unwrap_or(u32::MAX);
    if before.is_empty() && after.is_empty() || before.len() == after.len() && head + tail == before.len() {
        return Vec::new();
    }
    if before.is_empty() || after.is_empty() {
        return vec![Hunk { old: 0..length(before), new: 0..length(after) }];
    }
    let (gone, come) = (before.len() - head - tail, after.len() - head - tail);
    let (mut skip, mut cut) = (0, 0);
    if gone == 0 || come == 0 || gone == 1 && come == 1 {
        // How far the hunk can move with the same result.
        let reach = |text: &[u8], lines: &[Range<usize>], count: usize| {
            let line = |at: usize| &text[lines[at].clone()];
            let up = (0..head).take_while(|step| line(head - 1 - step) == line(head + count - 1 - step)).count();
            let down = (0..tail).take_while(|step| line(head + step) == line(head + count + step)).count();
            (up, down)
        };
        let one = if gone > 0 { reach(old, before, gone) } else { (0, 0) };
        let other = if come > 0 { reach(new, after, come) } else { (0, 0) };
        skip = head.saturating_sub(one.0.max(other.0) + SLIDER_CONTEXT);
        cut = tail.saturating_sub(one.1.max(other.1) + SLIDER_CONTEXT);
    }
    let mut input = InternedInput::<&[u8]>::default();
    input.update_before(before[skip..before.len() - cut].iter().map(|range| &old[range.clone()]));
    input.update_after(after[skip..after.len() - cut].iter().map(|range| &new[range.clone()]));
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    if diff.hunks().take(MAX_SLIDER_HUNKS).count() < MAX_SLIDER_HUNKS {
        diff.postprocess_lines(&input);
    }
    let skip = u32::try_from(skip).unwrap_or(u32::MAX);
    let moved = |range: Range<u32>| range.start + skip..range.end + skip;
    diff.hunks().map(|hunk| Hunk { old: moved(hunk.before), new: moved(hunk.after) }).collect()
}

/// Byte ranges of the lines, each with its line feed: a last line without one differs from the same line with one.
fn line_ranges(text: &[u8]) -> Result<Vec<Range<usize>>, Unreadable> {
    let mut ranges = Vec::with_capacity(text.len() / LIKELY_LINE);
    push_ranges(&mut ranges, text, 0..text.len());
    within_bounds(ranges)
}

/// The same, of a text that is likely to be most of another one: only what differs is looked through.
fn line_ranges_like(text: &[u8], other: &[u8], lines: &[Range<usize>]) -> Result<Vec<Range<usize>>, Unreadable> {
    let head = common_head(other, text);
    // A last line without a line feed may go on in the other text.
    let head_lines = lines.partition_point(|line| line.end <= head && other.get(line.end - 1) == Some(&b'\n'));
    let mut ranges = Vec::with_capacity(lines.len() + text.len().saturating_sub(other.len()) / LIKELY_LINE);
    ranges.extend_from_slice(&lines[..head_lines]);
    let start = ranges.last().map_or(0, |line| line.end);
    let tail = common_tail(&other[start..], &text[start..]);
    // A line starts in both texts where the line feed before it is common, too.
    let tail_lines = &lines[lines.partition_point(|line| line.start <= other.len() - tail)..];
    let length = tail_lines.first().map_or(0, |line| other.len() - line.start);
    push_ranges(&mut ranges, text, start..text.len() - length);
    let (text, other) = (text.len(), other.len());
    ranges.extend(tail_lines.iter().map(|line| text - (other - line.start)..text - (other - line.end)));
    within_bounds(ranges)
}

/// What a line has on the average of many files.
const LIKELY_LINE: usize = 32;

fn push_ranges(ranges: &mut Vec<Range<usize>>, text: &[u8], part: Range<usize>) {
    let mut start = part.start;
    for at in memchr::memchr_iter(b'\n', &text[part.clone()]) {
        let end = part.start + at + 1;
        // One too many is told of.
        if ranges.len() > MAX_LINES {
            return;
        }
        ranges.push(start..end);
        start = end;
    }
    if start < part.end {
        ranges.push(start..part.end);
    }
}

fn within_bounds(ranges: Vec<Range<usize>>) -> Result<Vec<Range<usize>>, Unreadable> {
    if ranges.len() > MAX_LINES {
        return Err(Unreadable::Failed(format!("more than {MAX_LINES} lines")));
    }
    Ok(ranges)
}

fn content_range(text: &[u8], range: &Range<usize>) -> Range<usize> {
    let ends_with_feed = range.end > range.start && text[range.end - 1] == b'\n';
    range.start..range.end - usize::from(ends_with_feed)
}

fn pick<'a>(text: &Bytes, ranges: &[Range<usize>], hunks: impl Iterator<Item = &'a Range<u32>>) -> Lines {
    let mut rows = Vec::new();
    for hunk in hunks {
        for index in hunk.clone() {
            let Some(range) = usize::try_from(index).ok().and_then(|at| ranges.get(at)) else { continue };
            rows.push((index + 1, content_range(text, range)));
        }
    }
    Lines::new(Arc::clone(text), rows)
}

#[cfg(test)]
mod tests;

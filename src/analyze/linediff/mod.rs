//! Line diffs with git's own counts.
//!
//! `gix-imara-diff`'s Myers gives the numbers of `git diff --numstat` and stays near-linear on hostile, repetitive text
//! (imara-diff 0.2 does not). Trimming common lines first would change git's heuristics, so it is done only where the
//! answer is certain: one side is then empty.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use gix_imara_diff::{Algorithm, Diff, InternedInput};

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
    let (before, after) = (line_ranges(old)?, line_ranges(new)?);
    if !before.is_empty() && !after.is_empty() {
        effort.spend(lines_to_search(old, &before, new, &after))?;
    }
    let hunks = hunks(old, &before, new, &after);
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
        let added: Vec<u32> =
            first.added.iter().map(|line| line.number).filter(|n| next.added.find(*n).is_some()).collect();
        let ranges = line_ranges(new)?;
        let rows =
            added.iter().filter_map(|n| Some((*n, content_range(new, ranges.get(usize::try_from(*n).ok()? - 1)?))));
        first.added = Lines::new(Arc::clone(new), rows.collect());
        let gone: rustc_hash::FxHashSet<&[u8]> = next.deleted.iter().map(|line| line.text).collect();
        let rows =
            first.deleted.iter().filter(|line| gone.contains(line.text)).map(|line| line.number).collect::<Vec<_>>();
        let ranges = line_ranges(&olds[0])?;
        let rows =
            rows.iter().filter_map(|n| Some((*n, content_range(&olds[0], ranges.get(usize::try_from(*n).ok()? - 1)?))));
        first.deleted = Lines::new(Arc::clone(&olds[0]), rows.collect());
        first.hunks.retain(|hunk| {
            next.hunks.iter().any(|other| {
                other.new.start < hunk.new.end.max(hunk.new.start + 1)
                    && hunk.new.start < other.new.end.max(other.new.start + 1)
            })
        });
    }
    Ok(first)
}

/// Lines of both sides without the common head and tail.
fn lines_to_search(old: &[u8], before: &[Range<usize>], new: &[u8], after: &[Range<usize>]) -> usize {
    let same = |pair: &(&Range<usize>, &Range<usize>)| old[pair.0.clone()] == new[pair.1.clone()];
    let head = before.iter().zip(after).take_while(same).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(same).count();
    before.len() + after.len() - 2 * (head + tail)
}

fn hunks(old: &[u8], before: &[Range<usize>], new: &[u8], after: &[Range<usize>]) -> Vec<Hunk> {
    let length = |lines: &[Range<usize>]| u32::try_from(lines.len()).unwrap_or(u32::MAX);
    if before.is_empty() && after.is_empty() {
        return Vec::new();
    }
    if before.is_empty() || after.is_empty() {
        return vec![Hunk { old: 0..length(before), new: 0..length(after) }];
    }
    let mut input = InternedInput::<&[u8]>::default();
    input.update_before(before.iter().map(|range| &old[range.clone()]));
    input.update_after(after.iter().map(|range| &new[range.clone()]));
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    if diff.hunks().take(MAX_SLIDER_HUNKS).count() < MAX_SLIDER_HUNKS {
        diff.postprocess_lines(&input);
    }
    diff.hunks().map(|hunk| Hunk { old: hunk.before, new: hunk.after }).collect()
}

/// Byte ranges of the lines, each with its line feed: a last line without one differs from the same line with one.
fn line_ranges(text: &[u8]) -> Result<Vec<Range<usize>>, Unreadable> {
    let mut start = 0;
    let mut ranges = Vec::new();
    for at in memchr::memchr_iter(b'\n', text) {
        if ranges.len() >= MAX_LINES {
            return Err(Unreadable::Failed(format!("more than {MAX_LINES} lines")));
        }
        ranges.push(start..at + 1);
        start = at + 1;
    }
    if start < text.len() {
        ranges.push(start..text.len());
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

//! Line diffs with git's own counts.
//!
//! `gix-imara-diff`'s Myers gives the numbers of `git diff --numstat` and stays near-linear on hostile, repetitive text
//! (imara-diff 0.2 does not). Lines common to both ends are told apart only as far as git's heuristics look at them (`hunks`).

mod ends;
mod hunks;

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use ends::Sides;

use crate::model::content::{Bytes, Unreadable};
use crate::model::lines::{LineDiff, Lines};

/// Git looks for a NUL in this many leading bytes to call a file binary (`buffer_is_binary` in git's `xdiff-interface.c`).
const BINARY_PROBE: usize = 8000;

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
    /// What is spent on a comparison that can be done without: some fifty thousand lines that all differ.
    pub fn small() -> Self {
        Self(Cell::new(MAX_EFFORT / 100))
    }

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
    if old == new {
        let none_of = |text: &Bytes| Lines::new(Arc::clone(text), Vec::new());
        return Ok(LineDiff { added: none_of(new), deleted: none_of(old), ..LineDiff::default() });
    }
    let sides = Sides::of(old, new)?;
    if !old.is_empty() && !new.is_empty() {
        effort.spend(sides.gone.len() + sides.come.len())?;
    }
    let found = hunks::of(&sides);
    Ok(LineDiff {
        added: pick(new, &found.after, found.first, found.hunks.iter().map(|hunk| &hunk.new)),
        deleted: pick(old, &found.before, found.first, found.hunks.iter().map(|hunk| &hunk.old)),
        hunks: found.hunks,
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

fn content_range(text: &[u8], range: &Range<usize>) -> Range<usize> {
    let ends_with_feed = range.end > range.start && text[range.end - 1] == b'\n';
    range.start..range.end - usize::from(ends_with_feed)
}

/// The lines of some hunks. `first` is the number, from 0, of the first of the ranges.
fn pick<'a>(text: &Bytes, ranges: &[Range<usize>], first: usize, hunks: impl Iterator<Item = &'a Range<u32>>) -> Lines {
    let mut rows = Vec::new();
    for hunk in hunks {
        for index in hunk.clone() {
            let at = usize::try_from(index).ok().and_then(|index| index.checked_sub(first));
            let Some(range) = at.and_then(|at| ranges.get(at)) else { continue };
            rows.push((index + 1, content_range(text, range)));
        }
    }
    Lines::new(Arc::clone(text), rows)
}

#[cfg(test)]
mod tests;

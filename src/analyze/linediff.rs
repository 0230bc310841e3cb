//! Line diffs with git's own counts.
//!
//! `gix-imara-diff`'s Myers gives the numbers of `git diff --numstat` and stays near-linear on hostile, repetitive text
//! (imara-diff 0.2 does not). Trimming common lines first would change git's heuristics, so it is done only where the
//! answer is certain: one side is then empty.

use std::ops::Range;
use std::sync::Arc;

use gix_imara_diff::{Algorithm, Diff, InternedInput};

use crate::model::content::Bytes;
use crate::model::lines::{Hunk, LineDiff, Lines};

/// Git looks for a NUL in this many leading bytes to call a file binary (`buffer_is_binary` in git's `xdiff-interface.c`).
const BINARY_PROBE: usize = 8000;

/// Above this many hunks the choice of slider position is skipped: it can take longer than the diff itself.
const MAX_SLIDER_HUNKS: usize = 20_000;

pub fn is_binary(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(BINARY_PROBE)]).is_some()
}

/// Compares two versions of a file. A side that does not exist is empty.
pub fn diff(old: &Bytes, new: &Bytes) -> LineDiff {
    if is_binary(old) || is_binary(new) {
        return LineDiff { binary: true, ..LineDiff::default() };
    }
    let (before, after) = (line_ranges(old), line_ranges(new));
    let hunks = hunks(old, &before, new, &after);
    LineDiff {
        added: pick(new, &after, hunks.iter().map(|hunk| &hunk.new)),
        deleted: pick(old, &before, hunks.iter().map(|hunk| &hunk.old)),
        hunks,
        binary: false,
    }
}

/// The diff of a merge: a line is added only if no parent has it, deleted only if every parent had it (the columns of
/// `git diff-tree --cc` that are all `+` or all `-`). Deleted lines are those of the first parent.
pub fn diff_merge(olds: &[Bytes], new: &Bytes) -> LineDiff {
    let mut diffs = olds.iter().map(|old| diff(old, new));
    let Some(mut first) = diffs.next() else { return diff(&Arc::from([]), new) };
    for next in diffs {
        if next.binary {
            return next;
        }
        let added: Vec<u32> =
            first.added.iter().map(|line| line.number).filter(|n| next.added.find(*n).is_some()).collect();
        let ranges = line_ranges(new);
        let rows =
            added.iter().filter_map(|n| Some((*n, content_range(new, ranges.get(usize::try_from(*n).ok()? - 1)?))));
        first.added = Lines::new(Arc::clone(new), rows.collect());
        let gone: rustc_hash::FxHashSet<&[u8]> = next.deleted.iter().map(|line| line.text).collect();
        let rows =
            first.deleted.iter().filter(|line| gone.contains(line.text)).map(|line| line.number).collect::<Vec<_>>();
        let ranges = line_ranges(&olds[0]);
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
    first
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
fn line_ranges(text: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut ranges = Vec::new();
    for at in memchr::memchr_iter(b'\n', text) {
        ranges.push(start..at + 1);
        start = at + 1;
    }
    if start < text.len() {
        ranges.push(start..text.len());
    }
    ranges
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
mod tests {
    use super::*;

    fn bytes(text: &str) -> Bytes {
        Arc::from(text.as_bytes())
    }

    fn shown(lines: &Lines) -> Vec<(u32, String)> {
        lines.iter().map(|line| (line.number, String::from_utf8_lossy(line.text).into_owned())).collect()
    }

    #[test]
    fn added_and_deleted_lines_have_their_numbers() {
        let diff = diff(&bytes("a\nb\nc\n"), &bytes("a\nx\nc\nd"));
        assert_eq!(shown(&diff.deleted), [(2, "b".to_owned())]);
        assert_eq!(shown(&diff.added), [(2, "x".to_owned()), (4, "d".to_owned())]);
    }

    #[test]
    fn a_missing_final_line_feed_is_a_change() {
        let diff = diff(&bytes("a\n"), &bytes("a"));
        assert_eq!((diff.added.len(), diff.deleted.len()), (1, 1));
    }

    #[test]
    fn new_and_deleted_files() {
        assert_eq!(diff(&bytes(""), &bytes("a\nb\n")).added.len(), 2);
        assert_eq!(diff(&bytes("a\nb"), &bytes("")).deleted.len(), 2);
        assert!(diff(&bytes(""), &bytes("")).hunks.is_empty());
    }

    #[test]
    fn nul_means_binary() {
        assert!(diff(&bytes("a"), &bytes("a\0b")).binary);
        let late = format!("{}\0", "x".repeat(8000));
        assert!(!diff(&bytes(""), &bytes(&late)).binary);
    }

    #[test]
    fn a_merge_adds_only_what_no_parent_has() {
        let merged =
            diff_merge(&[bytes("base\nours\n"), bytes("base\ntheirs\n")], &bytes("base\nours\ntheirs\nsneaked\n"));
        assert_eq!(shown(&merged.added), [(4, "sneaked".to_owned())]);
        assert!(merged.deleted.is_empty());
    }
}

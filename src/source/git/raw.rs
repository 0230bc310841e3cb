//! Parses git's raw diff format with `-z`, of one old side or (with `-c`) of several.
//!
//! `:<old mode> <new mode> <old id> <new id> <status> NUL <path> NUL`; a merge has one colon, mode and id more per parent.

use super::GitError;
use crate::model::change::{Change, Side};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// A parsed listing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RawDiff {
    pub(super) changes: Vec<Change>,
    /// Paths with conflicts in the index.
    pub(super) unmerged: Vec<RepoPath>,
}

/// Parses the output of `git diff-tree`, `diff-index` or `diff-files` with `--raw -z --no-abbrev --no-renames`.
///
/// Fails on anything else, so that a change of git's format is never taken for an empty list.
pub(super) fn parse(bytes: &[u8]) -> Result<RawDiff, GitError> {
    let mut found = RawDiff::default();
    let mut fields = bytes.split(|byte| *byte == 0);
    // What follows the last NUL is an empty field, or a cut record.
    while let Some(head) = fields.next() {
        if head.is_empty() {
            if fields.next().is_some() {
                return Err(failed("an empty record"));
            }
            break;
        }
        let Some(path) = fields.next().filter(|path| !path.is_empty()) else {
            return Err(failed("a record without a path"));
        };
        let record = record(head).ok_or_else(|| failed("a record that cannot be read"))?;
        match record {
            Record::Unmerged => found.unmerged.push(RepoPath::new(path)),
            Record::Sides(sides) => found.changes.push(change(RepoPath::new(path), sides)?),
        }
    }
    // A path with a conflict has a second record for the side git did compare.
    found.unmerged.sort();
    found.unmerged.dedup();
    let unmerged = &found.unmerged;
    found.changes.retain(|change| unmerged.binary_search(&change.path).is_err());
    found.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Keeps the paths that are in every list; the first gives the old side, the others theirs.
pub(super) fn intersect(lists: Vec<RawDiff>) -> RawDiff {
    let mut lists = lists.into_iter();
    let mut all = lists.next().unwrap_or_default();
    for list in lists {
        let other = |change: &Change| {
            list.changes
                .binary_search_by(|candidate| candidate.path.cmp(&change.path))
                .ok()
                .and_then(|at| list.changes.get(at))
        };
        let kept = all.changes.into_iter().filter_map(|mut change| {
            let side = other(&change)?.old;
            change.other_olds.push(side);
            Some(change)
        });
        all.changes = kept.collect();
        all.unmerged.extend(list.unmerged);
    }
    all.unmerged.sort();
    all.unmerged.dedup();
    all
}

enum Record {
    Unmerged,
    /// The old ones first, the new one last.
    Sides(Vec<Option<Side>>),
}

fn record(head: &[u8]) -> Option<Record> {
    let olds = head.iter().take_while(|byte| **byte == b':').count();
    if olds == 0 {
        return None;
    }
    let mut words = head.get(olds..)?.split(|byte| *byte == b' ');
    let modes = words.by_ref().take(olds + 1).map(mode).collect::<Option<Vec<_>>>()?;
    let ids = words.by_ref().take(olds + 1).map(ObjectId::from_hex).collect::<Option<Vec<_>>>()?;
    let status = words.next()?;
    if modes.len() != olds + 1 || ids.len() != olds + 1 || words.next().is_some() {
        return None;
    }
    if status.contains(&b'U') {
        return Some(Record::Unmerged);
    }
    if !status.iter().all(|letter| b"ACDMRT".contains(letter)) {
        return None;
    }
    let sides = modes.into_iter().zip(ids).map(|(bits, id)| match bits {
        0 => Some(None),
        bits => Mode::from_bits(bits).map(|mode| Some(Side { mode, id })),
    });
    Some(Record::Sides(sides.collect::<Option<Vec<_>>>()?))
}

fn mode(word: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(word).ok()?, 8).ok()
}

fn change(path: RepoPath, mut sides: Vec<Option<Side>>) -> Result<Change, GitError> {
    let new = sides.pop().ok_or_else(|| failed("a record without sides"))?;
    let mut olds = sides.into_iter();
    Ok(Change { path, old: olds.next().flatten(), new, other_olds: olds.collect() })
}

fn failed(reason: &str) -> GitError {
    GitError::Failed { context: "git's raw diff".to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::change::Status;

    const A: &str = "1111111111111111111111111111111111111111";
    const Z: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn one_old_side() {
        let text = format!(":100644 100755 {A} {A} M\0b\0:000000 120000 {Z} {A} A\0a\nb\0");
        let found = parse(text.as_bytes()).expect("well formed");
        assert_eq!(found.changes.len(), 2);
        assert_eq!(found.changes[0].path, RepoPath::from("a\nb"));
        assert_eq!(found.changes[0].status(), Status::Added);
        assert!(found.changes[1].is_mode_only());
    }

    #[test]
    fn several_old_sides() {
        let text = format!("::100644 000000 100644 {A} {Z} {A} MA\0x\0");
        let found = parse(text.as_bytes()).expect("well formed");
        assert_eq!(found.changes[0].other_olds, [None]);
        assert!(found.changes[0].old.is_some() && found.changes[0].new.is_some());
    }

    #[test]
    fn conflicts_are_kept_apart() {
        let text = format!(":000000 000000 {Z} {Z} U\0x\0:100644 100644 {A} {A} M\0x\0");
        let found = parse(text.as_bytes()).expect("well formed");
        assert_eq!((found.unmerged.len(), found.changes.len()), (1, 0));
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in ["x", ":\0a\0", ":100644 100644 1 2 M\0a\0", "\0\0", "\0a\0"] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
        let cut = format!(":100644 100755 {A} {A} M\0");
        assert!(parse(cut.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            parse(&bytes).ok();
        }
    }
}

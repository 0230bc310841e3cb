//! What a revert changes beyond undoing the commits it names.
//!
//! A line is accounted for when a named commit did the opposite anywhere in its change, white space at both ends aside:
//! code that moved since is undone in another place. Files that follow from others (lock files, snapshots, generated ones)
//! and documents are left out.

use rustc_hash::FxHashSet;

use super::facts::Facts;
use crate::model::lines::Lines;

/// Lines of one file that no named commit accounts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Index of the change.
    pub index: usize,
    /// 1-based number of the first of them, in the new file or else the old one.
    pub line: u32,
    pub lines: usize,
    /// Changed lines of the file in all; blank ones do not count.
    pub of: usize,
    /// A named commit touched the path too.
    pub path_known: bool,
}

/// The excess of each file that has some. `None` where the named commits could not be read in full, and where less than
/// nine tenths of them is undone: then the history has moved on since, and what differs may be due to that.
pub fn excess(facts: &Facts<'_>, named: &[Facts<'_>]) -> Option<Vec<Excess>> {
    let mut paths = FxHashSet::default();
    let (mut added, mut deleted): (FxHashSet<&[u8]>, FxHashSet<&[u8]>) = Default::default();
    for other in named {
        for (index, change) in other.changes() {
            paths.insert(change.path.as_bytes());
            if let Some(diff) = other.lines(index) {
                added.extend(diff.added.iter().map(|line| line.text.trim_ascii()));
                deleted.extend(diff.deleted.iter().map(|line| line.text.trim_ascii()));
            }
        }
        if !other.incomplete().is_empty() {
            return None;
        }
    }
    let (mut undone, mut redone): (FxHashSet<&[u8]>, FxHashSet<&[u8]>) = Default::default();
    for diff in facts.changes().filter_map(|(index, _)| facts.lines(index)) {
        undone.extend(diff.deleted.iter().map(|line| line.text.trim_ascii()));
        redone.extend(diff.added.iter().map(|line| line.text.trim_ascii()));
    }
    let kept = added.difference(&undone).count() + deleted.difference(&redone).count();
    if kept * 10 > added.len() + deleted.len() {
        return None;
    }
    let mut found = Vec::new();
    for (index, change) in facts.changes() {
        let classes = facts.classes(index);
        if classes.lock_file || classes.snapshot || classes.generated || classes.vendored || classes.document {
            continue;
        }
        let Some(diff) = facts.lines(index).filter(|diff| !diff.binary) else { continue };
        let (new, of_new, first_new) = unaccounted(&diff.added, &deleted);
        let (old, of_old, first_old) = unaccounted(&diff.deleted, &added);
        if let Some(line) = first_new.or(first_old) {
            let path_known = paths.contains(change.path.as_bytes());
            found.push(Excess { index, line, lines: new + old, of: of_new + of_old, path_known });
        }
    }
    Some(found)
}

/// How many lines are not in the set, of how many, and the number of the first.
fn unaccounted(lines: &Lines, known: &FxHashSet<&[u8]>) -> (usize, usize, Option<u32>) {
    let (mut count, mut all, mut first) = (0, 0, None);
    for line in lines.iter() {
        let text = line.text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        all += 1;
        if !known.contains(text) {
            count += 1;
            first.get_or_insert(line.number);
        }
    }
    (count, all, first)
}

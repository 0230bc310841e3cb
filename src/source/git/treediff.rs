//! Compares one tree with one or more others, over raw tree objects.
//!
//! A path is listed when its new side differs from its side in *every* old tree: with one old tree that is
//! `git diff-tree -r`, with several it is the combined diff of a merge (`git diff-tree -c`). Sub-trees that are equal to
//! one of the old ones are not opened. The walk keeps its own stack and has bounds on entries, changes and bytes of paths;
//! what lies beyond a bound, is missing, or is malformed becomes [`Incomplete`].

use super::GitError;
use super::objects::{Kind, Objects, empty_tree};
use super::tree::{Cursor, Entry, order, same};
use crate::model::change::{Change, Incomplete, Side};
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;

/// The most tree entries one comparison looks at. The largest public monorepos have under a million files.
const MAX_ENTRIES: usize = 8_000_000;

/// The most changed paths one comparison lists, so that a few objects that unfold into very many files cannot hold the
/// rules for long.
const MAX_CHANGES: usize = 250_000;

/// The most bytes the listed paths and the directories still to be visited may take.
const MAX_PATH_BYTES: usize = 256 << 20;

/// The longest path that is followed; Linux gives up at 4,096 bytes.
const MAX_PATH: usize = 16 << 10;

/// The most parents a merge may have.
pub(super) const MAX_OLDS: usize = 256;

/// What a comparison found: changes sorted by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) changes: Vec<Change>,
    pub(super) incomplete: Vec<Incomplete>,
    /// A tree was not in the store; another reader may have more luck.
    pub(super) missing: bool,
}

/// Compares `new` with `olds`; `None` is the empty tree.
pub(super) fn compare(
    objects: &impl Objects,
    olds: &[Option<ObjectId>],
    new: Option<ObjectId>,
) -> Result<Compared, GitError> {
    if olds.is_empty() || olds.len() > MAX_OLDS {
        return Err(GitError::Failed {
            context: "comparing trees".to_owned(),
            reason: format!("{} parents; the bound is {MAX_OLDS}", olds.len()),
        });
    }
    let mut walk = Walk { objects, found: Compared::default(), stack: Vec::new(), entries: 0, path_bytes: 0 };
    walk.push(Vec::new(), olds.to_vec(), new);
    while let Some(level) = walk.stack.pop() {
        walk.path_bytes -= level.prefix.len();
        if !walk.level(&level)? {
            walk.stop("more entries than one comparison looks at");
            break;
        }
    }
    let mut found = walk.found;
    found.changes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found.incomplete.sort();
    Ok(found)
}

/// One directory still to be compared.
struct Level {
    /// Empty, or ending in a slash.
    prefix: Vec<u8>,
    olds: Vec<Option<ObjectId>>,
    new: Option<ObjectId>,
}

struct Walk<'a, O> {
    objects: &'a O,
    found: Compared,
    stack: Vec<Level>,
    entries: usize,
    path_bytes: usize,
}

impl<O: Objects> Walk<'_, O> {
    fn push(&mut self, prefix: Vec<u8>, olds: Vec<Option<ObjectId>>, new: Option<ObjectId>) {
        let empty = |id: Option<ObjectId>| id.filter(|id| *id != empty_tree(id.as_bytes().len()));
        let (olds, new): (Vec<_>, _) = (olds.into_iter().map(empty).collect(), empty(new));
        if !olds.contains(&new) {
            self.path_bytes += prefix.len();
            self.stack.push(Level { prefix, olds, new });
        }
    }

    /// Compares one directory; `false` when a bound is reached.
    fn level(&mut self, level: &Level) -> Result<bool, GitError> {
        let objects = self.objects;
        let mut data = Vec::with_capacity(level.olds.len() + 1);
        for id in level.olds.iter().chain([&level.new]) {
            let Some(id) = id else {
                data.push(None);
                continue;
            };
            let Some(content) = objects.structure(*id, Kind::Tree)? else {
                self.found.missing = true;
                self.incomplete(&level.prefix, format!("tree {} is missing from this clone", id.short()));
                return Ok(true);
            };
            data.push(Some(content));
        }
        let id_bytes = level.olds.iter().chain([&level.new]).flatten().map(|id| id.as_bytes().len()).next();
        let Some(id_bytes) = id_bytes else { return Ok(true) };
        let mut cursors: Vec<Cursor<'_>> = data
            .iter()
            .map(|content| Cursor::new(content.as_ref().map(AsRef::as_ref).unwrap_or_default(), id_bytes))
            .collect();
        let mut ids: Vec<Option<ObjectId>> = Vec::new();
        // All cursors that stand on the smallest name move together. A tree whose names are out of order only splits a
        // pair into a deletion and an addition: nothing is lost, and the disorder is reported below.
        while let Some((name, is_tree)) =
            cursors.iter().filter_map(|cursor| cursor.entry.as_ref()).map(Entry::key).min_by(order)
        {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Ok(false);
            }
            // Most entries of most trees are unchanged; they cost no allocation.
            if let [old, new] = cursors.as_mut_slice() {
                if old.entry.is_some() && same(old.entry.as_ref(), new.entry.as_ref()) && old.name() == new.name() {
                    old.step_alike(new);
                    continue;
                }
            }
            let sides: Vec<Option<Entry<'_>>> =
                cursors.iter_mut().map(|cursor| cursor.take_if(name, is_tree)).collect();
            let Some((new, olds)) = sides.split_last() else { return Ok(true) };
            if olds.iter().any(|old| same(old.as_ref(), new.as_ref())) {
                continue;
            }
            let Some(path) = self.join(&level.prefix, name) else { continue };
            if is_tree {
                ids.clear();
                ids.extend(olds.iter().map(|old| old.as_ref().map(|entry| entry.id)));
                let mut prefix = path;
                prefix.push(b'/');
                if self.path_bytes + prefix.len() > MAX_PATH_BYTES {
                    return Ok(false);
                }
                self.push(prefix, ids.clone(), new.as_ref().map(|entry| entry.id));
            } else if !self.change(path, olds, new.as_ref()) {
                return Ok(false);
            }
        }
        if let Some(fault) = cursors.iter().find_map(|cursor| cursor.fault) {
            self.incomplete(&level.prefix, format!("a malformed tree: {fault}"));
        }
        Ok(true)
    }

    fn change(&mut self, path: Vec<u8>, olds: &[Option<Entry<'_>>], new: Option<&Entry<'_>>) -> bool {
        self.path_bytes += path.len();
        if self.found.changes.len() >= MAX_CHANGES || self.path_bytes > MAX_PATH_BYTES {
            return false;
        }
        let mut sides = olds.iter().map(|old| old.as_ref().and_then(Entry::side));
        let old = sides.next().flatten();
        let other_olds = sides.collect();
        self.found.changes.push(Change { path: RepoPath::new(path), old, new: new.and_then(Entry::side), other_olds });
        true
    }

    fn join(&mut self, prefix: &[u8], name: &[u8]) -> Option<Vec<u8>> {
        if prefix.len() + name.len() > MAX_PATH {
            self.incomplete(prefix, format!("a path longer than {MAX_PATH} bytes"));
            return None;
        }
        Some([prefix, name].concat())
    }

    fn incomplete(&mut self, prefix: &[u8], reason: String) {
        let directory = prefix.strip_suffix(b"/").unwrap_or(prefix);
        let path = (!directory.is_empty()).then(|| RepoPath::new(directory));
        let entry = Incomplete { path, reason };
        if self.found.incomplete.len() < 1000 && !self.found.incomplete.contains(&entry) {
            self.found.incomplete.push(entry);
        }
    }

    fn stop(&mut self, reason: &str) {
        self.stack.clear();
        self.incomplete(b"", reason.to_owned());
    }
}

/// All files, symlinks and gitlinks of a tree, sorted by path. Missing or malformed parts are an error: a list with a hole
/// would be taken for the whole.
pub(super) fn leaves(objects: &impl Objects, tree: ObjectId) -> Result<Vec<(RepoPath, Side)>, GitError> {
    let all = compare(objects, &[None], Some(tree))?;
    match all.incomplete.into_iter().next() {
        None => Ok(all.changes.into_iter().filter_map(|change| Some((change.path, change.new?))).collect()),
        Some(hole) => Err(GitError::Failed { context: "listing a tree".to_owned(), reason: hole.reason }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::objects::memory::{Store, id};
    use super::*;
    use crate::model::change::Status;
    use crate::model::object::Mode;

    fn listed(found: &Compared) -> Vec<(String, Status)> {
        found.changes.iter().map(|change| (change.path.to_wire(), change.status())).collect()
    }

    #[test]
    fn a_file_that_became_a_directory_is_a_deletion_and_additions() {
        let mut store = Store::default();
        let old = store.tree(1, &[("100644", "a", 90), ("100644", "a.b", 91)]);
        store.tree(3, &[("100644", "x", 92)]);
        let new = store.tree(2, &[("100644", "a.b", 91), ("40000", "a", 3)]);
        let found = compare(&store, &[Some(old)], Some(new)).expect("readable");
        assert_eq!(listed(&found), [("a".to_owned(), Status::Deleted), ("a/x".to_owned(), Status::Added)]);
        assert!(found.incomplete.is_empty());
    }

    #[test]
    fn a_merge_lists_only_what_differs_from_every_parent() {
        let mut store = Store::default();
        let ours = store.tree(1, &[("100644", "both", 90), ("100644", "ours", 91)]);
        let theirs = store.tree(2, &[("100644", "both", 92), ("100644", "ours", 93)]);
        let merged = store.tree(3, &[("100644", "both", 94), ("100644", "evil", 95), ("100644", "ours", 91)]);
        let found = compare(&store, &[Some(ours), Some(theirs)], Some(merged)).expect("readable");
        assert_eq!(listed(&found), [("both".to_owned(), Status::Modified), ("evil".to_owned(), Status::Added)]);
        assert_eq!(found.changes[0].other_olds, [Some(Side { mode: Mode::File, id: id(92) })]);
        assert_eq!(found.changes[1].other_olds, [None]);
    }

    #[test]
    fn a_missing_sub_tree_is_incomplete_and_the_rest_is_listed() {
        let mut store = Store::default();
        let old = store.tree(1, &[]);
        let new = store.tree(2, &[("100644", "a", 90), ("40000", "gone", 77)]);
        let found = compare(&store, &[Some(old)], Some(new)).expect("the top is readable");
        assert_eq!(listed(&found), [("a".to_owned(), Status::Added)]);
        assert_eq!(found.incomplete.len(), 1);
        assert!(found.missing && found.incomplete[0].path == Some(RepoPath::from("gone")));
    }

    #[test]
    fn disorder_and_impossible_names_are_reported_not_lost() {
        let mut store = Store::default();
        let old = store.tree(1, &[]);
        let new = store.tree(
            2,
            &[("100644", "b", 90), ("100644", "a", 91), ("100644", "..", 92), ("100644", "x/y", 93), ("7", "q", 94)],
        );
        let found = compare(&store, &[Some(old)], Some(new)).expect("the top is readable");
        assert_eq!(listed(&found), [("a".to_owned(), Status::Added), ("b".to_owned(), Status::Added)]);
        assert!(!found.incomplete.is_empty());
    }

    #[test]
    fn a_tree_inside_itself_ends_at_a_bound() {
        let mut store = Store::default();
        let new = store.tree(1, &[("100644", "f", 90), ("40000", "loop", 1)]);
        let found = compare(&store, &[None], Some(new)).expect("bounded");
        assert!(found.incomplete.iter().any(|hole| hole.reason.contains("longer than")));
    }

    #[test]
    fn a_small_store_that_unfolds_into_very_many_files_ends_at_a_bound() {
        let mut store = Store::default();
        let names: Vec<String> = (0..10).map(|n| format!("{n}")).collect();
        let top = (1..40).fold(90, |below, n| {
            let entries: Vec<_> =
                names.iter().map(|name| (if n == 1 { "100644" } else { "40000" }, name.as_str(), below)).collect();
            store.tree(n, &entries);
            n
        });
        let found = compare(&store, &[None], Some(id(top))).expect("bounded");
        assert!(!found.incomplete.is_empty());
        assert!(found.changes.len() <= MAX_CHANGES);
    }

    proptest! {
        /// Any bytes as trees: no panic, and the same trees never differ.
        #[test]
        fn trees_of_any_bytes(old in tree_bytes(), new in tree_bytes()) {
            let mut store = Store::default();
            store.put(id(1), old);
            store.put(id(2), new);
            let found = compare(&store, &[Some(id(1))], Some(id(2))).expect("bounded");
            prop_assert!(found.changes.is_sorted_by(|a, b| a.path <= b.path));
            let same = compare(&store, &[Some(id(2)), Some(id(1))], Some(id(1))).expect("bounded");
            prop_assert_eq!(same.changes, []);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        /// What two trees have alike is passed over as if each was read for itself.
        #[test]
        fn alike_or_one_by_one(head in tree_bytes(), old in tree_bytes(), new in tree_bytes()) {
            let (old, new) = ([head.as_slice(), &old].concat(), [head.as_slice(), &new].concat());
            let start = || (Cursor::new(&old, 20), Cursor::new(&new, 20));
            let ((mut a, mut b), (mut c, mut d)) = (start(), start());
            let shown = |one: &Cursor<'_>| one.entry.map(|entry| (entry.name.to_vec(), entry.mode, entry.id, one.left()));
            while a.entry.is_some() && same(a.entry.as_ref(), b.entry.as_ref()) && a.name() == b.name() {
                let before = a.left();
                a.step_alike(&mut b);
                prop_assert!(a.left() < before || a.entry.is_none());
                while c.left() > a.left() || c.entry.is_some() && a.entry.is_none() {
                    c.step();
                    d.step();
                }
                prop_assert_eq!((shown(&a), shown(&b)), (shown(&c), shown(&d)));
            }
            prop_assert_eq!(a.fault.or(b.fault).is_some(), c.fault.or(d.fault).is_some());
        }
    }

    /// Bytes that often are entries.
    fn tree_bytes() -> impl Strategy<Value = Vec<u8>> {
        let mode = prop_oneof![Just("100644"), Just("40000"), Just("120000"), Just("160000"), Just("0"), Just("x")];
        let entry = (mode, "[a-c./]{0,3}", 1_u8..5)
            .prop_map(|(mode, name, target)| [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[target; 20]].concat());
        let noise = proptest::collection::vec(any::<u8>(), 0..12);
        proptest::collection::vec(prop_oneof![9 => entry, 1 => noise], 0..8).prop_map(|parts| parts.concat())
    }
}

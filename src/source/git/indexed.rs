//! The paths of a tree: from the index where it knows the tree, else from the tree's objects.
//!
//! An index lists every path, and its cache-tree (`TREE`) says which tree object each folder stands for. A sub-tree with
//! such an id has just the paths that the index has below that folder, so it need not be read: one file instead of an
//! object for every folder. Only names and link modes are taken from it. Whatever is unusual
//! (a split or sparse index, unmerged paths) makes the index useless here, and all trees are read.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::GitError;
use super::index::{self, Index};
use super::objects::{self, Kind, Objects, empty_tree};
use super::tree::Cursor;
use crate::model::object::{Mode, ObjectId};
use crate::model::paths::PathList;

/// The most paths one list holds. The largest public monorepos have under a million files.
const MAX_PATHS: usize = 1_000_000;

/// The most bytes of paths.
const MAX_PATH_BYTES: usize = 256 << 20;

/// The longest path; Linux gives up at 4,096 bytes.
const MAX_PATH: usize = 16 << 10;

/// The paths of an index, and the trees it stands for.
pub(super) struct Indexed {
    paths: PathList,
    folders: FxHashMap<ObjectId, Folder>,
}

/// Which paths lie below a folder.
#[derive(Clone, Copy)]
struct Folder {
    first: usize,
    count: usize,
    /// The length of its own path, with the slash behind it.
    prefix: usize,
}

impl Indexed {
    /// `None` where there is no such file, or one that is unusual.
    pub(super) fn read(index: &Path, id_bytes: usize) -> Option<Self> {
        Self::of(&Index::read(index, id_bytes)?)
    }

    fn of(index: &Index) -> Option<Self> {
        let mut paths = PathList::default();
        let extensions = index.entries(|entry, path| {
            let mode = Mode::from_bits(entry.mode())?;
            if entry.is_unmerged() || paths.len() >= MAX_PATHS {
                return None;
            }
            paths.push(path, b"", mode == Mode::Symlink)
        })?;
        let mut indexed = Self { paths, folders: FxHashMap::default() };
        indexed.note(&index::nodes(extensions.tree?, index.id_bytes())?);
        Some(indexed)
    }

    /// Notes every valid node of the cache-tree.
    fn note(&mut self, nodes: &[index::Node<'_>]) {
        let mut prefix: Vec<u8> = Vec::new();
        // How long the path of each open folder is.
        let mut ends: Vec<usize> = Vec::new();
        for node in nodes {
            ends.truncate(node.depth);
            prefix.truncate(ends.last().copied().unwrap_or_default());
            if node.depth > 0 {
                prefix.extend_from_slice(node.name);
                prefix.push(b'/');
            }
            ends.push(prefix.len());
            if let Some((count, id)) = node.valid {
                let first = self.paths.first_from(&prefix);
                let below = |at: usize| self.paths.get(at).is_some_and(|path| path.starts_with(&prefix));
                let fits = count > 0 && below(first) && below(first + count - 1) && !below(first + count);
                // The whole of an index has no prefix that the next path could lack.
                if fits || prefix.is_empty() && count == self.paths.len() {
                    self.folders.insert(id, Folder { first, count, prefix: prefix.len() });
                }
            }
        }
    }
}

/// What is still to be listed, the next one last.
enum Task {
    Tree { id: ObjectId, prefix: Vec<u8> },
    Paths { prefix: Vec<u8>, names: Vec<(Vec<u8>, Mode)> },
}

/// All files, links and submodules of a tree. Missing or malformed parts are an error: a list with a hole would be taken
/// for the whole.
pub(super) fn list(objects: &impl Objects, indexed: Option<&Indexed>, tree: ObjectId) -> Result<PathList, GitError> {
    let mut list = PathList::default();
    let mut bytes = 0;
    let full = || objects::failed(tree, "more paths than one list holds");
    let mut stack = vec![Task::Tree { id: tree, prefix: Vec::new() }];
    while let Some(task) = stack.pop() {
        let mut add = |prefix: &[u8], rest: &[u8], is_link| {
            bytes += prefix.len() + rest.len();
            let has_room = list.len() < MAX_PATHS && bytes <= MAX_PATH_BYTES && prefix.len() + rest.len() <= MAX_PATH;
            if has_room { list.push(prefix, rest, is_link) } else { None }.ok_or_else(full)
        };
        let (id, prefix) = match task {
            Task::Tree { id, prefix } => (id, prefix),
            Task::Paths { prefix, names } => {
                for (name, mode) in names {
                    add(&prefix, &name, mode == Mode::Symlink)?;
                }
                continue;
            }
        };
        if prefix.len() > MAX_PATH {
            return Err(full());
        }
        if let Some((indexed, folder)) = indexed.and_then(|indexed| Some((indexed, indexed.folders.get(&id)?))) {
            for at in folder.first..folder.first + folder.count {
                let path = indexed.paths.get(at).and_then(|path| path.get(folder.prefix..)).unwrap_or_default();
                add(&prefix, path, indexed.paths.is_link(at))?;
            }
            continue;
        }
        if id == empty_tree(id.as_bytes().len()) {
            continue;
        }
        let Some(content) = objects.structure(id, Kind::Tree)? else {
            return Err(objects::failed(id, "the tree is missing from this clone"));
        };
        let first = stack.len();
        let mut cursor = Cursor::new(content.as_ref(), id.as_bytes().len());
        while let Some(entry) = cursor.step() {
            match entry.mode {
                None => stack.push(Task::Tree { id: entry.id, prefix: [&prefix, entry.name, b"/"].concat() }),
                Some(mode) => {
                    let name = (entry.name.to_vec(), mode);
                    match stack.get_mut(first..).and_then(<[Task]>::last_mut) {
                        Some(Task::Paths { names, .. }) => names.push(name),
                        _ => stack.push(Task::Paths { prefix: prefix.clone(), names: vec![name] }),
                    }
                }
            }
        }
        if let Some(fault) = cursor.fault {
            return Err(objects::failed(id, fault));
        }
        if stack.len() > MAX_PATHS {
            return Err(full());
        }
        if let Some(new) = stack.get_mut(first..) {
            new.reverse();
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::super::index::build::{index, node};
    use super::super::objects::memory::Store;
    use super::*;

    const PATHS: &[(&str, u32)] =
        &[("a/b/c", 0o100_644), ("a/b/d", 0o120_000), ("a/e", 0o100_644), ("a0", 0o100_644), ("f/g", 0o160_000)];

    fn tree() -> Vec<u8> {
        [node("", "-1 2", None), node("a", "3 1", Some(2)), node("b", "2 0", Some(3)), node("f", "-1 0", None)].concat()
    }

    fn names(list: &PathList) -> Vec<String> {
        let name = |at: usize| {
            let path = String::from_utf8_lossy(list.get(at).unwrap_or_default()).into_owned();
            if list.is_link(at) { path + "@" } else { path }
        };
        (0..list.len()).map(name).collect()
    }

    #[test]
    fn trees_that_the_index_knows_are_not_read() {
        for version in [2, 3, 4] {
            let indexed = parse(&index(version, PATHS, &[(b"TREE", &tree())])).expect("a plain index");
            // The trees 2 and 3 are not in the store.
            let mut store = Store::default();
            store.tree(5, &[("100644", "h", 90)]);
            let top = store.tree(1, &[("100644", "a.x", 90), ("40000", "a", 2), ("40000", "b", 5), ("40000", "z", 3)]);
            let list = list(&store, Some(&indexed), top).expect("all is known");
            assert_eq!(names(&list), ["a.x", "a/b/c", "a/b/d@", "a/e", "b/h", "z/c", "z/d@"], "version {version}");
        }
    }

    #[test]
    fn without_an_index_every_tree_is_read() {
        let mut store = Store::default();
        store.tree(2, &[("120000", "y", 90)]);
        let top = store.tree(1, &[("100644", "a", 90), ("40000", "x", 2), ("100644", "z", 90)]);
        assert_eq!(names(&list(&store, None, top).expect("readable")), ["a", "x/y@", "z"]);
        let hole = store.tree(4, &[("40000", "gone", 77)]);
        assert!(list(&store, None, hole).is_err());
        let disorder = store.tree(6, &[("100644", "b", 90), ("100644", "a", 90)]);
        assert!(list(&store, None, disorder).is_err());
    }

    #[test]
    fn a_folder_that_does_not_fit_its_paths_is_not_used() {
        let wrong = [node("", "-1 1", None), node("a", "2 0", Some(2))].concat();
        let indexed = parse(&index(2, PATHS, &[(b"TREE", &wrong)])).expect("a plain index");
        assert!(indexed.folders.is_empty());
    }

    #[test]
    fn doubt_gives_nothing() {
        let tree = [(b"TREE", tree().leak() as &[u8])];
        assert!(parse(&index(2, PATHS, &[])).is_none());
        assert!(parse(&index(2, &[("a/", 0o040_000)], &tree)).is_none());
        let mut unmerged = index(2, PATHS, &tree);
        unmerged[12 + 60] |= 0x10;
        assert!(parse(&unmerged).is_none());
    }

    fn parse(bytes: &[u8]) -> Option<Indexed> {
        Indexed::of(&Index::parse(bytes.to_vec(), 20)?)
    }
}

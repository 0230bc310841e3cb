//! The trees an index stands for where its cache-tree does not say: made from the entries, as `git write-tree` would, in
//! memory. Folders that the cache-tree knows are taken from it, and none of their entries is looked at.

use rustc_hash::FxHashMap;

use super::{Entry, Index, Node, nodes};
use crate::model::object::{Mode, ObjectId};
use crate::source::git::GitError;
use crate::source::git::objects::{self, Header, Kind, Objects, empty_tree};

/// Git's mode of a sub-tree.
const TREE: u32 = 0o40_000;

/// The root, and the trees that are perhaps in no store.
pub(in super::super) struct Made {
    pub(in super::super) root: ObjectId,
    trees: FxHashMap<ObjectId, Vec<u8>>,
}

/// Entries to pass over: how many are left, the one at hand included, and the length of the folder's path they share. None
/// below the top.
#[derive(Clone, Copy, Default)]
struct Skip {
    left: usize,
    prefix: usize,
}

/// A folder under construction.
struct Open {
    /// The length of its path, with the slash behind it.
    prefix: usize,
    tree: Vec<u8>,
}

/// `None` where the index holds conflicts, or anything else that git itself would not write as a tree.
pub(in super::super) fn make(index: &Index) -> Option<Made> {
    // The cache-tree stands behind the entries; that it is where it seems to be shows when they have been passed.
    let tree = index.tree_by_tail();
    let known = match tree {
        None => FxHashMap::default(),
        Some(tree) => folders(&nodes(tree, index.id_bytes())?),
    };
    let mut maker = Maker { id_bytes: index.id_bytes(), open: Vec::new(), trees: FxHashMap::default() };
    maker.open.push(Open { prefix: 0, tree: Vec::new() });
    let mut before: Vec<u8> = Vec::new();
    let mut skip = Skip::default();
    let found = index.entries(|entry, path| {
        if entry.is_unmerged() {
            return None;
        }
        if skip.prefix > 0 {
            skip.left -= 1;
            // Just as many entries as the cache-tree says have to lie below the folder.
            if (path.get(..skip.prefix) == before.get(..skip.prefix)) != (skip.left > 0) {
                return None;
            }
            if skip.left > 0 {
                return Some(());
            }
        }
        maker.leave(path, &before)?;
        before.clear();
        before.extend_from_slice(path);
        skip = maker.add(entry, path, &known)?;
        Some(())
    })?;
    if skip.left > 1 || found.tree != tree {
        return None;
    }
    let root = maker.finish(&before)?;
    Some(Made { root, trees: maker.trees })
}

/// The folders that are known, by path with a slash at the end: how many entries they have, and their trees.
fn folders(nodes: &[Node<'_>]) -> FxHashMap<Vec<u8>, (usize, ObjectId)> {
    let mut found = FxHashMap::default();
    let mut path: Vec<u8> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for node in nodes {
        ends.truncate(node.depth);
        path.truncate(ends.last().copied().unwrap_or_default());
        if node.depth > 0 {
            path.extend_from_slice(node.name);
            path.push(b'/');
        }
        ends.push(path.len());
        if let Some(valid) = node.valid.filter(|(count, _)| node.depth > 0 && *count > 0) {
            found.insert(path.clone(), valid);
        }
    }
    found
}

struct Maker {
    id_bytes: usize,
    open: Vec<Open>,
    trees: FxHashMap<ObjectId, Vec<u8>>,
}

impl Maker {
    /// Closes the folders that `path` is not in.
    fn leave(&mut self, path: &[u8], before: &[u8]) -> Option<()> {
        while let Some(last) = self.open.last() {
            if path.get(..last.prefix).is_some_and(|start| Some(start) == before.get(..last.prefix)) {
                return Some(());
            }
            self.close(before)?;
        }
        None
    }

    /// Ends the innermost folder and puts it into the one around it.
    fn close(&mut self, before: &[u8]) -> Option<()> {
        let done = self.open.pop()?;
        let around = self.open.last()?.prefix;
        // Nothing of a folder of announced files is staged, and git writes no empty trees.
        if done.tree.is_empty() {
            return Some(());
        }
        let name = before.get(around..done.prefix.checked_sub(1)?)?;
        let id = self.keep(done.tree)?;
        self.put(TREE, name, id)
    }

    fn keep(&mut self, tree: Vec<u8>) -> Option<ObjectId> {
        let id = objects::hash_tree(&tree, self.id_bytes).ok()?;
        self.trees.insert(id, tree);
        Some(id)
    }

    fn put(&mut self, mode: u32, name: &[u8], id: ObjectId) -> Option<()> {
        let tree = &mut self.open.last_mut()?.tree;
        tree.extend_from_slice(format!("{mode:o} ").as_bytes());
        tree.extend_from_slice(name);
        tree.push(0);
        tree.extend_from_slice(id.as_bytes());
        Some(())
    }

    /// Opens the folders of an entry and puts it into the innermost. Gives what to pass over where a folder on
    /// the way is known.
    fn add(&mut self, entry: &Entry<'_>, path: &[u8], known: &FxHashMap<Vec<u8>, (usize, ObjectId)>) -> Option<Skip> {
        loop {
            let here = self.open.last()?.prefix;
            let rest = path.get(here..)?;
            let Some(slash) = memchr::memchr(b'/', rest).filter(|slash| slash + 1 < rest.len()) else {
                break;
            };
            let prefix = here + slash + 1;
            if let Some((count, id)) = path.get(..prefix).and_then(|folder| known.get(folder)) {
                self.put(TREE, rest.get(..slash)?, *id)?;
                return Some(Skip { left: *count, prefix });
            }
            self.open.push(Open { prefix, tree: Vec::new() });
        }
        let name = path.get(self.open.last()?.prefix..)?;
        if entry.mode() == TREE {
            // A directory of a sparse index ends in a slash.
            self.put(TREE, name.strip_suffix(b"/")?, entry.id()?)?;
        } else if !entry.is_announced() {
            self.put(Mode::from_bits(entry.mode())?.bits(), name, entry.id()?)?;
        }
        Some(Skip::default())
    }

    fn finish(&mut self, before: &[u8]) -> Option<ObjectId> {
        while self.open.len() > 1 {
            self.close(before)?;
        }
        let root = self.open.pop()?.tree;
        if root.is_empty() { Some(empty_tree(self.id_bytes)) } else { self.keep(root) }
    }
}

/// A store with the trees that were made.
pub(in super::super) struct With<'a, O>(pub(in super::super) &'a O, pub(in super::super) &'a Made);

pub(in super::super) enum Data<'a, D> {
    Made(&'a [u8]),
    Stored(D),
}

impl<D: AsRef<[u8]>> AsRef<[u8]> for Data<'_, D> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Made(tree) => tree,
            Self::Stored(data) => data.as_ref(),
        }
    }
}

impl<O: Objects> Objects for With<'_, O> {
    type Data<'a>
        = Data<'a, O::Data<'a>>
    where
        Self: 'a;

    fn header(&self, id: ObjectId) -> Result<Option<Header>, GitError> {
        match self.1.trees.get(&id) {
            Some(tree) => Ok(Some(Header { kind: Kind::Tree, size: tree.len() as u64 })),
            None => self.0.header(id),
        }
    }

    fn content(&self, id: ObjectId) -> Result<Option<Self::Data<'_>>, GitError> {
        match self.1.trees.get(&id) {
            Some(tree) => Ok(Some(Data::Made(tree))),
            None => Ok(self.0.content(id)?.map(Data::Stored)),
        }
    }
}

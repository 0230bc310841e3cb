//! A tree with some of its entries changed: the tree objects that differ are made anew, all others are kept by their ids.

use std::collections::BTreeMap;

use super::GitError;
use super::objects::{self, Kind, Objects, empty_tree};
use super::tree::{Cursor, order};
use crate::model::change::Side;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// Git's mode of a sub-tree.
const TREE: u32 = 0o40_000;

/// What is at a path after the change; `None` for nothing.
pub(super) type Edit<'a> = (&'a RepoPath, Option<Side>);

/// Takes the bytes of a tree object and gives its id.
pub(super) type Store<'a> = dyn FnMut(&[u8]) -> Result<ObjectId, GitError> + 'a;

/// The id of `root` after the edits. Only the trees above an edited path are read and made.
pub(super) fn updated(
    objects: &impl Objects,
    root: ObjectId,
    edits: &[Edit<'_>],
    store: &mut Store<'_>,
) -> Result<ObjectId, GitError> {
    let id_bytes = root.as_bytes().len();
    let edits: Vec<(&[u8], Option<Side>)> = edits.iter().map(|(path, side)| (path.as_bytes(), *side)).collect();
    match level(objects, Some(root), id_bytes, &edits, store)? {
        Some(id) => Ok(id),
        None => store(b""),
    }
}

/// What the edits say of the file of a name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Leaf {
    #[default]
    Unsaid,
    Nothing,
    Is(Side),
}

/// What the edits say of one name.
#[derive(Default)]
struct Named<'a> {
    leaf: Leaf,
    below: Vec<(&'a [u8], Option<Side>)>,
}

/// One tree; `None` when nothing is left in it, for git stores no empty sub-trees.
fn level(
    objects: &impl Objects,
    tree: Option<ObjectId>,
    id_bytes: usize,
    edits: &[(&[u8], Option<Side>)],
    store: &mut Store<'_>,
) -> Result<Option<ObjectId>, GitError> {
    let mut entries = match tree.filter(|id| *id != empty_tree(id_bytes)) {
        Some(id) => read(objects, id)?,
        None => Vec::new(),
    };
    let mut names: BTreeMap<&[u8], Named<'_>> = BTreeMap::new();
    for (path, side) in edits {
        match memchr::memchr(b'/', path) {
            Some(at) => names.entry(&path[..at]).or_default().below.push((&path[at + 1..], *side)),
            None => names.entry(path).or_default().leaf = side.map_or(Leaf::Nothing, Leaf::Is),
        }
    }
    for (name, named) in names {
        let old_tree = entries.iter().find(|entry| entry.0 == name && entry.1 == TREE).map(|entry| entry.2);
        let mut new_tree = old_tree;
        if !named.below.is_empty() {
            new_tree = level(objects, old_tree, id_bytes, &named.below, store)?;
        }
        // A folder takes the place of a file, whether that was said or not.
        if named.leaf != Leaf::Unsaid || new_tree.is_some() {
            entries.retain(|entry| entry.0 != name || entry.1 == TREE);
        }
        if let Leaf::Is(side) = named.leaf {
            // A file stands where a folder stood: whatever was below it is gone.
            new_tree = None;
            entries.push((name.to_vec(), side.mode.bits(), side.id));
        }
        if new_tree != old_tree {
            entries.retain(|entry| entry.0 != name || entry.1 != TREE);
            entries.extend(new_tree.map(|id| (name.to_vec(), TREE, id)));
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    entries.sort_by(|a, b| order(&(&a.0, a.1 == TREE), &(&b.0, b.1 == TREE)));
    let mut bytes = Vec::new();
    for (name, mode, id) in entries {
        bytes.extend_from_slice(format!("{mode:o} ").as_bytes());
        bytes.extend_from_slice(&name);
        bytes.push(0);
        bytes.extend_from_slice(id.as_bytes());
    }
    store(&bytes).map(Some)
}

type Entries = Vec<(Vec<u8>, u32, ObjectId)>;

fn read(objects: &impl Objects, tree: ObjectId) -> Result<Entries, GitError> {
    let Some(content) = objects.structure(tree, Kind::Tree)? else {
        return Err(objects::failed(tree, "the tree is missing from this clone"));
    };
    let mut cursor = Cursor::new(content.as_ref(), tree.as_bytes().len());
    let mut entries = Vec::new();
    while let Some(entry) = cursor.step() {
        entries.push((entry.name.to_vec(), entry.mode.map_or(TREE, Mode::bits), entry.id));
    }
    match cursor.fault {
        Some(fault) => Err(objects::failed(tree, fault)),
        None => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::{Store as Memory, id};
    use super::*;

    /// The tree objects made, by id, as `mode name` lines.
    fn made(store: &Memory, root: ObjectId, edits: &[(&str, Option<u8>)]) -> Vec<Vec<String>> {
        let paths: Vec<(RepoPath, Option<Side>)> = edits
            .iter()
            .map(|(path, blob)| (RepoPath::from(*path), blob.map(|n| Side { mode: Mode::File, id: id(n) })))
            .collect();
        let edits: Vec<Edit<'_>> = paths.iter().map(|(path, side)| (path, *side)).collect();
        let mut made = Vec::new();
        updated(store, root, &edits, &mut |bytes| {
            let mut cursor = Cursor::new(bytes, 20);
            let mut lines = Vec::new();
            while let Some(entry) = cursor.step() {
                let mode = entry.mode.map_or(TREE, Mode::bits);
                lines.push(format!("{mode:o} {}", String::from_utf8_lossy(entry.name)));
            }
            assert_eq!(cursor.fault, None);
            made.push(lines);
            ObjectId::from_bytes(&[u8::try_from(200 + made.len()).expect("few"); 20]).ok_or(GitError::Bare)
        })
        .expect("a tree");
        made
    }

    #[test]
    fn only_what_differs_is_made() {
        let mut store = Memory::default();
        store.tree(2, &[("100644", "x", 90)]);
        store.tree(3, &[("100644", "y", 91)]);
        let root = store.tree(1, &[("40000", "a", 2), ("40000", "b", 3), ("100644", "top", 92)]);
        let trees = made(&store, root, &[("b/new", Some(93)), ("b/y", None)]);
        assert_eq!(
            trees,
            [vec!["100644 new".to_owned()], vec!["40000 a".into(), "40000 b".into(), "100644 top".into()]]
        );
    }

    #[test]
    fn folders_and_files_take_each_others_place() {
        let mut store = Memory::default();
        store.tree(2, &[("100644", "x", 90)]);
        let root = store.tree(1, &[("40000", "a", 2), ("100644", "f", 92)]);
        let trees = made(&store, root, &[("a", Some(5)), ("a/x", None), ("f", None), ("f/in", Some(6))]);
        assert_eq!(trees, [vec!["100644 in".to_owned()], vec!["100644 a".into(), "40000 f".into()]]);
    }

    #[test]
    fn what_is_emptied_is_gone() {
        let mut store = Memory::default();
        store.tree(2, &[("100644", "x", 90)]);
        let root = store.tree(1, &[("40000", "a", 2)]);
        assert_eq!(made(&store, root, &[("a/x", None)]), [Vec::<String>::new()]);
    }
}

//! Reads raw tree objects, entry by entry, without trusting them.

use std::collections::BTreeMap;

use super::GitError;
use super::objects::{self, Kind, Objects};
use crate::analyze::common_ends::common_head;
use crate::model::change::Side;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// One entry of a tree object.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    /// `None` for a sub-tree.
    pub(super) mode: Option<Mode>,
    pub(super) id: ObjectId,
}

impl<'a> Entry<'a> {
    /// What entries of several trees are paired by.
    pub(super) fn key(&self) -> (&'a [u8], bool) {
        (self.name, self.mode.is_none())
    }

    pub(super) fn side(&self) -> Option<Side> {
        self.mode.map(|mode| Side { mode, id: self.id })
    }
}

pub(super) fn same(a: Option<&Entry<'_>>, b: Option<&Entry<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.id == b.id && a.mode == b.mode,
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Git's order of tree entries: bytes, a directory as if its name ended in a slash.
pub(super) fn order(a: &(&[u8], bool), b: &(&[u8], bool)) -> std::cmp::Ordering {
    let common = a.0.len().min(b.0.len());
    let (head_a, tail_a) = a.0.split_at(common);
    let (head_b, tail_b) = b.0.split_at(common);
    head_a.cmp(head_b).then_with(|| {
        let next = |tail: &[u8], is_tree: bool| tail.first().copied().unwrap_or(if is_tree { b'/' } else { 0 });
        next(tail_a, a.1).cmp(&next(tail_b, b.1)).then(tail_a.len().cmp(&tail_b.len())).then(a.1.cmp(&b.1))
    })
}

/// Reads the entries of one tree object in turn.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    id_bytes: usize,
    /// Where it stands; `None` at the end.
    pub(super) entry: Option<Entry<'a>>,
    /// What was wrong with the tree, so far as it was read.
    pub(super) fault: Option<&'static str>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(rest: &'a [u8], id_bytes: usize) -> Self {
        let mut cursor = Self { rest, id_bytes, entry: None, fault: None };
        cursor.advance();
        cursor
    }

    /// The entry it stands on, if it has this name and kind; then the next one.
    pub(super) fn take_if(&mut self, name: &[u8], is_tree: bool) -> Option<Entry<'a>> {
        if self.entry.as_ref().is_none_or(|entry| entry.key() != (name, is_tree)) {
            return None;
        }
        self.step()
    }

    pub(super) fn name(&self) -> Option<&'a [u8]> {
        self.entry.as_ref().map(|entry| entry.name)
    }

    /// Gives the entry and moves to the next one.
    pub(super) fn step(&mut self) -> Option<Entry<'a>> {
        let taken = self.entry.take();
        self.advance();
        if let (Some(before), Some(after)) = (&taken, &self.entry) {
            if order(&before.key(), &after.key()).is_ge() {
                self.report("names out of order");
            }
        }
        taken
    }

    /// Moves on from an entry that both stand on, over all that both have alike behind it: read once for both.
    pub(super) fn step_alike(&mut self, other: &mut Self) {
        let before = self.rest.len();
        let alike = common_head(self.rest, other.rest);
        loop {
            let (entry, rest) = (self.entry, self.rest);
            self.step();
            if before - self.rest.len() > alike || self.rest.is_empty() {
                // The other goes on by itself from the last that both have.
                other.rest = other.rest.get(before - rest.len()..).unwrap_or_default();
                other.entry = entry;
                other.step();
                return;
            }
        }
    }

    /// How many bytes are still to be read.
    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The first fault is the one to tell.
    fn report(&mut self, fault: &'static str) {
        self.fault.get_or_insert(fault);
    }

    /// Reads up to the next entry that makes sense; the others leave a fault.
    fn advance(&mut self) {
        self.entry = None;
        while !self.rest.is_empty() {
            let Some((mode, name, id, rest)) = split(self.rest, self.id_bytes) else {
                self.report("an entry that cannot be read");
                self.rest = &[];
                return;
            };
            self.rest = rest;
            let is_tree = mode & 0o170_000 == 0o040_000;
            let mode = Mode::from_bits(mode);
            if mode.is_none() && !is_tree {
                self.report("an unknown mode");
                continue;
            }
            if is_impossible(name) || memchr::memchr(b'/', name).is_some() {
                self.report("an impossible name");
                continue;
            }
            self.entry = Some(Entry { name, mode, id });
            return;
        }
    }
}

/// No file system entry can have this name, so git could never check it out.
pub(super) fn is_impossible(name: &[u8]) -> bool {
    matches!(name, b"" | b"." | b"..")
}

/// `<octal mode> <name> NUL <id>`.
fn split(bytes: &[u8], id_bytes: usize) -> Option<(u32, &[u8], ObjectId, &[u8])> {
    let (mode, rest) = match bytes {
        // Most of them.
        [b'1', b'0', b'0', b'6', b'4', b'4', b' ', rest @ ..] => (0o100_644, rest),
        [b'4', b'0', b'0', b'0', b'0', b' ', rest @ ..] => (0o40_000, rest),
        _ => {
            let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
            let octal = |value, digit: &u8| matches!(digit, b'0'..=b'7').then(|| value << 3 | u32::from(digit - b'0'));
            (bytes.get(..space)?.iter().try_fold(0, octal)?, bytes.get(space + 1..)?)
        }
    };
    let (name, rest) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
    let (id, rest) = rest.get(1..)?.split_at_checked(id_bytes)?;
    Some((mode, name, ObjectId::from_bytes(id)?, rest))
}

/// The entry at a path: `None` when there is none, or a directory.
pub(super) fn entry_at(objects: &impl Objects, tree: ObjectId, path: &RepoPath) -> Result<Option<Side>, GitError> {
    let mut tree = tree;
    let mut names = path.components().peekable();
    while let Some(name) = names.next() {
        if tree == objects::empty_tree(tree.as_bytes().len()) {
            return Ok(None);
        }
        let Some(content) = objects.structure(tree, Kind::Tree)? else {
            return Err(objects::failed(tree, "the tree is missing from this clone"));
        };
        let mut cursor = Cursor::new(content.as_ref(), tree.as_bytes().len());
        let last = names.peek().is_none();
        let mut next = None;
        while let Some(entry) = cursor.entry.take() {
            if entry.name == name && entry.mode.is_some() == last {
                if last {
                    return Ok(entry.side());
                }
                next = Some(entry.id);
                break;
            }
            cursor.advance();
        }
        let Some(id) = next else { return Ok(None) };
        tree = id;
    }
    Ok(None)
}

/// Those of some folders that have an entry of this name which is no folder. Each tree is read once.
pub(super) fn entries_at(
    objects: &impl Objects,
    root: ObjectId,
    folders: &[RepoPath],
    name: &[u8],
) -> Result<Vec<(RepoPath, Mode)>, GitError> {
    let mut found = Vec::new();
    // A tree, the length of its path with the slash behind it, and the folders at or below it.
    let mut open: Vec<(ObjectId, usize, Vec<&RepoPath>)> = vec![(root, 0, folders.iter().collect())];
    while let Some((tree, length, folders)) = open.pop() {
        if tree == objects::empty_tree(tree.as_bytes().len()) {
            continue;
        }
        let mut here = None;
        let mut below: BTreeMap<&[u8], Vec<&RepoPath>> = BTreeMap::new();
        for folder in folders {
            match folder.as_bytes().get(length..).filter(|rest| !rest.is_empty()) {
                None => here = Some(folder),
                Some(rest) => {
                    let part = rest.split(|byte| *byte == b'/').next().unwrap_or_default();
                    below.entry(part).or_default().push(folder);
                }
            }
        }
        let Some(content) = objects.structure(tree, Kind::Tree)? else {
            return Err(objects::failed(tree, "the tree is missing from this clone"));
        };
        let mut cursor = Cursor::new(content.as_ref(), tree.as_bytes().len());
        while let Some(entry) = cursor.entry.take() {
            match entry.mode {
                Some(mode) if entry.name == name => found.extend(here.map(|folder| (folder.clone(), mode))),
                Some(_) => {}
                None => {
                    let next = below.remove(entry.name);
                    open.extend(next.map(|folders| (entry.id, length + entry.name.len() + 1, folders)));
                }
            }
            cursor.advance();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::{Store, id};
    use super::*;

    #[test]
    fn entries_are_found_by_path() {
        let mut store = Store::default();
        store.tree(2, &[("100755", "run", 90)]);
        let top = store.tree(1, &[("40000", "bin", 2)]);
        let at = |path: &str| entry_at(&store, top, &RepoPath::from(path)).expect("readable");
        assert_eq!(at("bin/run"), Some(Side { mode: Mode::Executable, id: id(90) }));
        assert_eq!((at("bin"), at("run"), at("bin/run/x"), at("")), (None, None, None, None));
    }

    #[test]
    fn a_directory_sorts_as_if_it_ended_in_a_slash() {
        let mut names = [("a", true), ("a.b", false), ("a", false), ("a0", false), ("a-b", true)];
        names.sort_by(|a, b| order(&(a.0.as_bytes(), a.1), &(b.0.as_bytes(), b.1)));
        assert_eq!(names, [("a", false), ("a-b", true), ("a.b", false), ("a", true), ("a0", false)]);
    }
}

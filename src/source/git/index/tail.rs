//! The cache-tree of an index, found from the end of the file: no entry is looked at, so that the cost does not grow with
//! them.
//!
//! The extensions stand behind the entries, each with its size in front, and where the entries end is written nowhere. So
//! the name `TREE` is searched for from the end, and believed where the extensions that follow end just where the file's
//! trailer starts, and the whole body is nodes. A path cannot fake it: an extension below 16 MB has a NUL byte in its size
//! and one behind it, where a body starts. The caller holds the nodes against the tree they name.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::cachetree::each_node;
use super::{HEADER_BYTES, header, word};
use crate::model::object::ObjectId;
use crate::source::git::GitError;
use crate::source::git::objects::{Kind, Objects, empty_tree};
use crate::source::git::tree::Cursor;

/// How much is read at first, in bytes: what the cache-tree of so many entries mostly takes. A folder takes some 40 bytes, and there
/// are five to ten times as many files.
fn first_bytes(count: usize) -> u64 {
    let count = count as u64;
    (8 * count).min(4 * count + (64 << 10)).clamp(8 << 10, 1 << 20)
}

/// How much more each time.
const GROWTH: u64 = 4;

/// A larger tail is not worth it.
const MAX_BYTES: u64 = 32 << 20;

/// The largest extension that is believed: the first byte of its size is NUL.
const MAX_EXTENSION: usize = (16 << 20) - 1;

/// The root of a valid cache-tree.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Root {
    pub(in super::super) id: ObjectId,
    /// The folders at the top, by name.
    pub(in super::super) folders: Vec<(Vec<u8>, ObjectId)>,
}

impl Root {
    /// Is the tree in the store, and are its folders those of the cache-tree? An id may name a tree that was computed and
    /// not written (`commit <path>`).
    pub(in super::super) fn is_in(&self, objects: &impl Objects) -> Result<bool, GitError> {
        if self.id == empty_tree(self.id.as_bytes().len()) {
            return Ok(self.folders.is_empty());
        }
        // What is there and no tree is told where it is compared.
        if !matches!(objects.header(self.id)?, Some(header) if header.kind == Kind::Tree) {
            return Ok(false);
        }
        let Some(tree) = objects.structure(self.id, Kind::Tree)? else { return Ok(false) };
        let mut cursor = Cursor::new(tree.as_ref(), self.id.as_bytes().len());
        let mut folders = Vec::with_capacity(self.folders.len());
        while let Some(entry) = cursor.step() {
            if entry.mode.is_none() {
                folders.push((entry.name, entry.id));
            }
        }
        let mut known: Vec<_> = self.folders.iter().map(|(name, id)| (name.as_slice(), *id)).collect();
        known.sort_unstable();
        folders.sort_unstable();
        Ok(cursor.fault.is_none() && known == folders)
    }
}

/// What the tail tells of the cache-tree's root.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Tail {
    Valid(Root),
    /// There is a cache-tree, and it is out of date somewhere.
    Stale,
    /// That cannot be told from the tail.
    Unknown,
}

pub(in super::super) fn tree_by_tail(index: &Path, id_bytes: usize) -> Tail {
    read(index, id_bytes).unwrap_or(Tail::Unknown)
}

fn read(index: &Path, id_bytes: usize) -> Option<Tail> {
    // Opening a pipe would not end.
    std::fs::metadata(index).ok().filter(std::fs::Metadata::is_file)?;
    let file = File::open(index).ok()?;
    let length = file.metadata().ok()?.len();
    let mut head = [0; HEADER_BYTES];
    file.read_exact_at(&mut head, 0).ok()?;
    let (_, count) = header(&head)?;
    let mut take = first_bytes(count);
    loop {
        let start = length.saturating_sub(take).max(HEADER_BYTES as u64);
        let mut tail = vec![0; usize::try_from(length.checked_sub(start)?).ok()?];
        file.read_exact_at(&mut tail, start).ok()?;
        if let Some(found) = find(&tail, count, id_bytes) {
            return Some(found);
        }
        if take > MAX_BYTES || start == HEADER_BYTES as u64 {
            return None;
        }
        take *= GROWTH;
    }
}

fn find(tail: &[u8], count: usize, id_bytes: usize) -> Option<Tail> {
    bodies(tail, id_bytes)?.find_map(|(at, body)| {
        // A split index has the other entries in a file of its own.
        judge(body, count, id_bytes).or_else(|| is_split(tail, at).then(|| judge(body, usize::MAX, id_bytes)).flatten())
    })
}

/// The body of the last extension that may be the cache-tree.
pub(super) fn body_of(tail: &[u8], id_bytes: usize) -> Option<&[u8]> {
    bodies(tail, id_bytes)?.next().map(|(_, body)| body)
}

fn bodies(tail: &[u8], id_bytes: usize) -> Option<impl Iterator<Item = (usize, &[u8])>> {
    let end = tail.len().checked_sub(id_bytes)?;
    let mut before = end;
    let next = move || {
        let at = loop {
            let at = memchr::memrchr(b'T', tail.get(..before)?)?;
            if tail.get(at..).is_some_and(|rest| rest.starts_with(b"TREE")) {
                break at;
            }
            before = at;
        };
        before = at;
        Some(body(tail, at, end).map(|body| (at, body)))
    };
    Some(std::iter::from_fn(next).flatten())
}

/// The body of the extension at `at`, if what follows it are extensions up to `end`.
fn body(tail: &[u8], at: usize, end: usize) -> Option<&[u8]> {
    let mut body = None;
    let mut next = at;
    while next < end {
        let name = tail.get(next..next + 4)?;
        let size = usize::try_from(word(tail, next + 4)?).ok()?;
        let content = tail.get(next + 8..end)?.get(..size)?;
        let is_known = matches!(name, b"sdir" | [b'A'..=b'Z', ..]);
        if !is_known || size > MAX_EXTENSION || next > at && name == b"TREE" {
            return None;
        }
        body = body.or(Some(content));
        next += 8 + size;
    }
    body.filter(|_| next == end)
}

/// Does the extension that names the other part of a split index stand right before this place? Git writes them so.
fn is_split(tail: &[u8], at: usize) -> bool {
    let before = tail.get(..at).unwrap_or_default();
    let found = memchr::memmem::rfind(before, b"link");
    let size = found.and_then(|found| Some((found, usize::try_from(word(tail, found + 4)?).ok()?)));
    size.is_some_and(|(found, size)| size <= MAX_EXTENSION && found + 8 + size == at)
}

/// `count` is how many entries there are; of a split index the file does not say.
fn judge(body: &[u8], count: usize, id_bytes: usize) -> Option<Tail> {
    let mut root = None;
    let mut folders = Vec::new();
    each_node(body, id_bytes, |node| match node.depth {
        0 => root = node.valid,
        1 => folders.push((node.name.to_vec(), node.valid.map(|(_, id)| id))),
        _ => {}
    })?;
    let Some((entries, id)) = root else { return Some(Tail::Stale) };
    if entries != count && count != usize::MAX {
        return None;
    }
    let folders = folders.into_iter().map(|(name, id)| Some((name, id?))).collect::<Option<Vec<_>>>()?;
    Some(Tail::Valid(Root { id, folders }))
}

#[cfg(test)]
mod tests {
    use super::super::build::{index, node};
    use super::*;

    const FILES: &[(&str, u32)] = &[("TREE", 0o100_644), ("a/TREE", 0o100_644), ("a/b", 0o100_644)];

    fn told(bytes: &[u8]) -> Tail {
        let directory = tempfile::tempdir().expect("a folder");
        let path = directory.path().join("index");
        std::fs::write(&path, bytes).expect("writable");
        tree_by_tail(&path, 20)
    }

    fn tree() -> Vec<u8> {
        [node("", "3 1", Some(1)), node("a", "2 0", Some(2))].concat()
    }

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_bytes(&[byte; 20]).expect("20 bytes")
    }

    #[test]
    fn a_valid_root_is_found_among_other_extensions() {
        for version in [2, 3, 4] {
            let bytes = index(version, FILES, &[(b"REUC", b"x"), (b"TREE", &tree()), (b"UNTR", b"TREE\0\0\0")]);
            let root = Root { id: id(1), folders: vec![(b"a".to_vec(), id(2))] };
            assert_eq!(told(&bytes), Tail::Valid(root), "version {version}");
        }
    }

    #[test]
    fn a_large_index_is_not_read_whole() {
        let names: Vec<String> = (0..3000).map(|n| format!("some/rather/long/path/to/a/file/number/{n:05}")).collect();
        let files: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 0o100_644)).collect();
        let bytes = index(2, &files, &[(b"TREE", &node("", "3000 0", Some(7)))]);
        assert_eq!(told(&bytes), Tail::Valid(Root { id: id(7), folders: Vec::new() }));
        let big = vec![0; 100_000];
        let bytes = index(2, &files, &[(b"TREE", &node("", "3000 0", Some(7))), (b"UNTR", &big)]);
        assert!(matches!(told(&bytes), Tail::Valid(_)));
    }

    #[test]
    fn doubt_is_said() {
        assert_eq!(told(&index(2, FILES, &[])), Tail::Unknown);
        assert_eq!(told(&index(2, FILES, &[(b"TREE", &node("", "-1 0", None))])), Tail::Stale);
        // A count that is not the index's, a body that goes on, a part of a split index.
        assert_eq!(told(&index(2, FILES, &[(b"TREE", &node("", "2 0", Some(1)))])), Tail::Unknown);
        assert_eq!(told(&index(2, FILES, &[(b"TREE", &[tree(), vec![0]].concat())])), Tail::Unknown);
        assert_eq!(told(&index(2, FILES, &[(b"TREE", &tree()), (b"link", b"x")])), Tail::Unknown);
        let whole = index(2, FILES, &[(b"TREE", &tree())]);
        for cut in 0..whole.len() {
            assert_eq!(told(&whole[..cut]), Tail::Unknown, "cut at {cut}");
        }
    }
}

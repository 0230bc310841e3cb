//! The paths of a tree: from the index where it knows the tree, else from the tree's objects.
//!
//! An index lists every path, and its cache-tree (`TREE`) says which tree object each folder stands for. A sub-tree with
//! such an id has just the paths that the index has below that folder, so it need not be read: one file instead of an
//! object for every folder. Only names and link modes are taken from it. Format: gitformat-index(5). Whatever is unusual
//! (a split or sparse index, unmerged paths) makes the index useless here, and all trees are read.

use std::io::Read as _;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::GitError;
use super::objects::{self, Kind, Objects, empty_tree};
use super::tree::Cursor;
use crate::model::object::{Mode, ObjectId};
use crate::model::paths::PathList;

/// The largest index that is read.
const MAX_INDEX_BYTES: u64 = 64 << 20;

/// The most paths one list holds. The largest public monorepos have under a million files.
const MAX_PATHS: usize = 1_000_000;

/// The most bytes of paths.
const MAX_PATH_BYTES: usize = 256 << 20;

/// The longest path; Linux gives up at 4,096 bytes.
const MAX_PATH: usize = 16 << 10;

/// Stat data and mode before the id of an entry, and where the mode is.
const STAT_BYTES: usize = 40;
const MODE_AT: usize = 24;

const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;

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
        // Opening a pipe would not end.
        let length = std::fs::metadata(index).ok().filter(std::fs::Metadata::is_file)?.len();
        if length > MAX_INDEX_BYTES {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).ok()?.saturating_add(1));
        std::fs::File::open(index).ok()?.take(MAX_INDEX_BYTES).read_to_end(&mut bytes).ok()?;
        Self::parse(&bytes, id_bytes)
    }

    fn parse(bytes: &[u8], id_bytes: usize) -> Option<Self> {
        let version = word(bytes, 4)?;
        if bytes.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
            return None;
        }
        let mut paths = PathList::default();
        let mut name = Vec::new();
        let mut at = 12;
        for _ in 0..word(bytes, 8)? {
            at = entry(bytes, at, version, id_bytes, &mut name, &mut paths)?;
        }
        let tree = cache_tree(bytes, at, bytes.len().checked_sub(id_bytes)?)?;
        let mut indexed = Self { paths, folders: FxHashMap::default() };
        indexed.note(tree, id_bytes)?;
        Some(indexed)
    }

    /// Notes every valid node of the cache-tree: `<name> NUL <entries> SP <sub-trees> LF <id>`, parents before children.
    fn note(&mut self, mut rest: &[u8], id_bytes: usize) -> Option<()> {
        // The prefix of each open folder, and how many of its sub-trees are still to come.
        let mut open: Vec<(Vec<u8>, u32)> = Vec::new();
        let mut is_root = true;
        while !rest.is_empty() {
            let (name, after) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
            let after = after.get(1..)?;
            let (counts, after) = after.split_at_checked(memchr::memchr(b'\n', after)?)?;
            let (entries, trees) = counts.split_at_checked(memchr::memchr(b' ', counts)?)?;
            rest = after.get(1..)?;
            let entries = std::str::from_utf8(entries).ok()?.parse::<i64>().ok()?;
            let trees = std::str::from_utf8(trees.get(1..)?).ok()?.parse::<u32>().ok()?;
            while open.last().is_some_and(|(_, left)| *left == 0) {
                open.pop();
            }
            let prefix = match open.last_mut() {
                None if is_root => Vec::new(),
                None => return None,
                Some((above, left)) => {
                    *left -= 1;
                    [above.as_slice(), name, b"/"].concat()
                }
            };
            is_root = false;
            if prefix.len() > MAX_PATH {
                return None;
            }
            if let Ok(count) = usize::try_from(entries) {
                let (id, after) = rest.split_at_checked(id_bytes)?;
                rest = after;
                let first = self.paths.first_from(&prefix);
                let below = |at: usize| self.paths.get(at).is_some_and(|path| path.starts_with(&prefix));
                let fits = count > 0 && below(first) && below(first + count - 1) && !below(first + count);
                // The whole of an index has no prefix that the next path could lack.
                if fits || prefix.is_empty() && count == self.paths.len() {
                    self.folders.insert(ObjectId::from_bytes(id)?, Folder { first, count, prefix: prefix.len() });
                }
            }
            open.push((prefix, trees));
        }
        Some(())
    }
}

/// Reads one entry and gives where the next one starts. `name` is the path of the one before.
fn entry(
    bytes: &[u8],
    start: usize,
    version: u32,
    id_bytes: usize,
    name: &mut Vec<u8>,
    paths: &mut PathList,
) -> Option<usize> {
    let mode = Mode::from_bits(word(bytes, start + MODE_AT)?)?;
    let mut at = start + STAT_BYTES + id_bytes;
    let flags = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
    at += 2;
    if flags & STAGE != 0 || flags & EXTENDED != 0 && version < 3 {
        return None;
    }
    if flags & EXTENDED != 0 {
        at += 2;
    }
    let kept = if version == 4 {
        // How much of the path before to drop.
        let mut dropped = 0_usize;
        loop {
            let byte = *bytes.get(at)?;
            at += 1;
            dropped = dropped.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                break;
            }
            dropped += 1;
        }
        name.len().checked_sub(dropped)?
    } else {
        0
    };
    let rest = bytes.get(at..)?;
    let length = memchr::memchr(0, rest)?;
    let rest = rest.get(..length)?;
    name.truncate(kept);
    name.extend_from_slice(rest);
    if name.is_empty() || name.len() > MAX_PATH || paths.len() >= MAX_PATHS {
        return None;
    }
    if let Some(before) = paths.len().checked_sub(1).and_then(|before| paths.get(before)) {
        if before >= name.as_slice() {
            return None;
        }
    }
    paths.push(name, b"", mode == Mode::Symlink)?;
    let end = at + length;
    // One to eight NUL bytes bring the entry to a multiple of eight.
    Some(if version == 4 { end + 1 } else { start + ((end - start) / 8 + 1) * 8 })
}

/// The body of the cache-tree; `None` without one, and where an extension changes what entries mean.
fn cache_tree(bytes: &[u8], mut at: usize, end: usize) -> Option<&[u8]> {
    let mut found = None;
    while at < end {
        let name = bytes.get(at..at + 4)?;
        let size = usize::try_from(word(bytes, at + 4)?).ok()?;
        let body = bytes.get(at + 8..end)?.get(..size)?;
        match name {
            b"TREE" => found = Some(body),
            // An optional extension; the others change what entries mean.
            [b'A'..=b'Z', ..] => {}
            _ => return None,
        }
        at += 8 + size;
    }
    found
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
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
    use proptest::prelude::*;

    use super::super::objects::memory::Store;
    use super::*;

    /// An index of these paths and this cache-tree.
    fn index(version: u32, paths: &[(&str, u32)], tree: &[u8]) -> Vec<u8> {
        let count = u32::try_from(paths.len()).expect("few");
        let mut bytes = [b"DIRC".as_slice(), &version.to_be_bytes(), &count.to_be_bytes()].concat();
        let mut before = "";
        for (path, mode) in paths {
            let start = bytes.len();
            bytes.extend([0; MODE_AT]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend([0; STAT_BYTES - MODE_AT - 4 + 20]);
            bytes.extend(u16::try_from(path.len()).expect("short").to_be_bytes());
            if version == 4 {
                let kept = before.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
                bytes.push(u8::try_from(before.len() - kept).expect("short"));
                bytes.extend(path.as_bytes()[kept..].iter().chain(b"\0"));
            } else {
                bytes.extend(path.bytes());
                bytes.resize(start + ((bytes.len() - start) / 8 + 1) * 8, 0);
            }
            before = path;
        }
        bytes.extend(*b"TREE");
        bytes.extend(u32::try_from(tree.len()).expect("short").to_be_bytes());
        bytes.extend(tree);
        bytes.extend([0; 20]);
        bytes
    }

    fn node(name: &str, counts: &str, id: Option<u8>) -> Vec<u8> {
        [name.as_bytes(), b"\0", counts.as_bytes(), b"\n", &id.map(|id| [id; 20].to_vec()).unwrap_or_default()].concat()
    }

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
            let indexed = Indexed::parse(&index(version, PATHS, &tree()), 20).expect("a plain index");
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
        let indexed = Indexed::parse(&index(2, PATHS, &wrong), 20).expect("a plain index");
        assert!(indexed.folders.is_empty());
    }

    #[test]
    fn doubt_gives_nothing() {
        let unmerged = {
            let mut bytes = index(2, PATHS, &tree());
            bytes[12 + STAT_BYTES + 20] |= 0x10;
            bytes
        };
        assert!(Indexed::parse(&unmerged, 20).is_none());
        assert!(Indexed::parse(&index(2, &[("a/", 0o040_000)], &tree()), 20).is_none());
        assert!(Indexed::parse(&index(2, &[("b", 0o100_644), ("a", 0o100_644)], &tree()), 20).is_none());
        let whole = index(2, PATHS, &tree());
        for cut in 0..whole.len() {
            assert!(Indexed::parse(&whole[..cut], 20).is_none(), "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), version in 2_u8..5) {
            if bytes.len() > 12 {
                bytes[..12].copy_from_slice(&[b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, 2]);
            }
            drop(Indexed::parse(&bytes, 20));
        }
    }
}

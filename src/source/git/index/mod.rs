//! The index, read by us: entries, extensions, and the trees it stands for. Format: gitformat-index(5).
//!
//! Versions 2 to 4, with ids of 20 or 32 bytes. Nothing is trusted: every length is checked, every number bounded. What is
//! unusual (a split index, an unknown mandatory extension, paths out of order) gives `None`, and git is asked instead.

mod cachetree;
mod entry;
mod made;
mod tail;

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::thread;

pub(super) use self::cachetree::{Node, nodes};
pub(super) use self::entry::{Entry, Stat};
pub(super) use self::made::{Made, With, make};
pub(super) use self::tail::{Tail, tree_by_tail};

use self::entry::Cursor;

/// The largest index that is read: two million files and more.
const MAX_BYTES: u64 = 512 << 20;

/// What is worth a second thread.
const LARGE_BYTES: usize = 4 << 20;

/// The bytes before the first entry.
const HEADER_BYTES: usize = 12;

/// A whole index in memory.
pub(super) struct Index {
    bytes: Vec<u8>,
    id_bytes: usize,
    version: u32,
    count: usize,
    /// When the file was written: seconds and nanoseconds.
    written: (i64, i64),
}

/// What follows the entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions<'a> {
    /// The cache-tree.
    pub(super) tree: Option<&'a [u8]>,
    /// The directories of a sparse index are entries.
    pub(super) is_sparse: bool,
}

impl Index {
    /// `None` where there is no such file, or none that can be read here.
    pub(super) fn read(path: &Path, id_bytes: usize) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;

        // Opening a pipe would not end.
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        let file = File::open(path).ok()?;
        let meta = file.metadata().ok()?;
        if !meta.is_file() || meta.len() > MAX_BYTES {
            return None;
        }
        let mut index = Self::parse(read_whole(&file, usize::try_from(meta.len()).ok()?)?, id_bytes)?;
        index.written = (meta.mtime(), meta.mtime_nsec());
        Some(index)
    }

    pub(super) fn parse(bytes: Vec<u8>, id_bytes: usize) -> Option<Self> {
        let (version, count) = header(&bytes)?;
        Some(Self { bytes, id_bytes, version, count, written: (0, 0) })
    }

    pub(super) fn id_bytes(&self) -> usize {
        self.id_bytes
    }

    /// How many entries it says to have.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// About how many bytes the paths of all entries have.
    pub(super) fn path_bytes(&self) -> usize {
        self.bytes.len().saturating_sub(self.count.saturating_mul(entry::STAT_BYTES + self.id_bytes))
    }

    pub(super) fn written(&self) -> (i64, i64) {
        self.written
    }

    /// The entry that starts here, without its path.
    pub(super) fn entry(&self, at: usize) -> Option<Entry<'_>> {
        Entry::at(&self.bytes, self.version, self.id_bytes, at)
    }

    /// Hands every entry to `each`, with its path, in order; then gives what follows. `None` where anything is in doubt, or
    /// as soon as `each` says so.
    pub(super) fn entries(&self, mut each: impl FnMut(&Entry<'_>, &[u8]) -> Option<()>) -> Option<Extensions<'_>> {
        self.entries_at(|_, entry, path| each(entry, path))
    }

    /// The same, with where each entry starts.
    pub(super) fn entries_at(
        &self,
        mut each: impl FnMut(usize, &Entry<'_>, &[u8]) -> Option<()>,
    ) -> Option<Extensions<'_>> {
        let mut cursor = Cursor::new(&self.bytes, self.version, self.id_bytes);
        for _ in 0..self.count {
            let at = cursor.at();
            let entry = cursor.next()?;
            each(at, &entry, cursor.path())?;
        }
        self.extensions(cursor.at())
    }

    /// The cache-tree, as far as its tail tells: what follows the entries has to be asked, too.
    fn tree_by_tail(&self) -> Option<&[u8]> {
        tail::body_of(self.bytes.get(HEADER_BYTES..)?, self.id_bytes)
    }

    fn extensions(&self, mut at: usize) -> Option<Extensions<'_>> {
        let end = self.bytes.len().checked_sub(self.id_bytes)?;
        let mut found = Extensions::default();
        while at < end {
            let name = self.bytes.get(at..at + 4)?;
            let size = usize::try_from(word(&self.bytes, at + 4)?).ok()?;
            let body = self.bytes.get(at + 8..end)?.get(..size)?;
            match name {
                b"TREE" if found.tree.is_none() => found.tree = Some(body),
                b"sdir" => found.is_sparse = true,
                // An optional extension; the others change what entries mean.
                [b'A'..=b'Z', ..] => {}
                _ => return None,
            }
            at += 8 + size;
        }
        (at == end).then_some(found)
    }
}

/// A large file is read by two threads: the memory for it takes longer to come than the bytes.
fn read_whole(file: &File, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    if length < LARGE_BYTES {
        file.read_exact_at(&mut bytes, 0).ok()?;
        return Some(bytes);
    }
    let (front, back) = bytes.split_at_mut(length / 2);
    let start = u64::try_from(front.len()).ok()?;
    thread::scope(|scope| {
        let read_back = move || file.read_exact_at(back, start);
        let reading = thread::Builder::new().spawn_scoped(scope, read_back).ok()?;
        file.read_exact_at(front, 0).ok()?;
        reading.join().ok()?.ok()
    })?;
    Some(bytes)
}

/// Version and number of entries.
fn header(bytes: &[u8]) -> Option<(u32, usize)> {
    let version = word(bytes, 4)?;
    let count = usize::try_from(word(bytes, 8)?).ok()?;
    (bytes.get(..4)? == b"DIRC" && (2..=4).contains(&version)).then_some((version, count))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
pub(super) mod build;

#[cfg(test)]
mod tests;

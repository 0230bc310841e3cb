//! The entries of an index by folder, as a walk over the work tree needs them.

use std::sync::Arc;

use crate::model::change::Side;
use crate::model::object::{Mode, ObjectId};
use crate::source::git::index::{Entry, Index};
use crate::source::git::worktree::hidden::Flag;

/// Every folder and file of an index.
pub(super) struct Tracked {
    index: Arc<Index>,
    /// The paths, one behind the other.
    names: Vec<u8>,
    files: Vec<File>,
    folders: Vec<Folder>,
    /// Positions of those that git was told not to look at.
    hidden: Vec<usize>,
}

struct File {
    /// Where the index has it.
    at: u32,
    /// Its path in `names`, and the length of its folder's with the slash.
    start: u32,
    end: u32,
    prefix: u32,
}

/// One folder; the first is the top.
#[derive(Default)]
pub(super) struct Folder {
    /// A file below it, and how much of that one's path is the folder's, with the slash.
    file: usize,
    prefix: usize,
    /// Where the name starts.
    name: usize,
    /// Positions, sorted by name.
    pub(super) files: Vec<usize>,
    pub(super) folders: Vec<usize>,
}

impl Tracked {
    /// `None` for conflicts, sparse directories, and modes git does not have.
    pub(super) fn of(index: &Arc<Index>) -> Option<Self> {
        let mut tracked = Self {
            index: Arc::clone(index),
            names: Vec::with_capacity(index.path_bytes()),
            files: Vec::with_capacity(index.count().min(1 << 20)),
            folders: vec![Folder::default()],
            hidden: Vec::new(),
        };
        let mut open = vec![0];
        index.entries_at(|at, entry, path| {
            if entry.is_unmerged() || Mode::from_bits(entry.mode()).is_none() {
                return None;
            }
            if Flag::of(entry).is_some() {
                tracked.hidden.push(tracked.files.len());
            }
            tracked.add(at, path, &mut open)
        })?;
        // A name sorts otherwise with the slash behind it.
        for at in 0..tracked.folders.len() {
            let mut folders = std::mem::take(&mut tracked.folders.get_mut(at)?.folders);
            folders.sort_by(|a, b| tracked.folder_name(*a).cmp(tracked.folder_name(*b)));
            tracked.folders.get_mut(at)?.folders = folders;
        }
        Some(tracked)
    }

    /// Adds a file, and the folders it is the first of. `open` has the folders of the one before.
    fn add(&mut self, entry: usize, path: &[u8], open: &mut Vec<usize>) -> Option<()> {
        let at = self.files.len();
        while let Some(last) = open.last() {
            let folder = self.folders.get(*last)?;
            if folder.prefix == 0 || path.get(..folder.prefix) == Some(self.folder_path(*last)) {
                break;
            }
            open.pop();
        }
        let start = u32::try_from(self.names.len()).ok()?;
        self.names.extend_from_slice(path);
        let end = u32::try_from(self.names.len()).ok()?;
        loop {
            let last = *open.last()?;
            let prefix = self.folders.get(last)?.prefix;
            let Some(slash) = memchr::memchr(b'/', path.get(prefix..)?) else {
                self.folders.get_mut(last)?.files.push(at);
                self.files.push(File {
                    at: u32::try_from(entry).ok()?,
                    start,
                    end,
                    prefix: u32::try_from(prefix).ok()?,
                });
                return Some(());
            };
            let new = self.folders.len();
            self.folders.push(Folder { file: at, prefix: prefix + slash + 1, name: prefix, ..Folder::default() });
            self.folders.get_mut(last)?.folders.push(new);
            open.push(new);
        }
    }

    /// Are there attributes that git takes from the index? Of a file in the work tree it takes what stands there, and one that
    /// is gone is gone, unless git was told not to look.
    pub(super) fn has_attributes(&self) -> bool {
        self.hidden.iter().any(|at| self.name(*at) == b".gitattributes")
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// What the index says of a file beside its path.
    pub(super) fn entry(&self, at: usize) -> Option<Entry<'_>> {
        self.index.entry(self.files.get(at)?.at as usize)
    }

    pub(super) fn folder(&self, at: usize) -> Option<&Folder> {
        self.folders.get(at)
    }

    pub(super) fn path(&self, at: usize) -> &[u8] {
        let range = |file: &File| file.start as usize..file.end as usize;
        self.files.get(at).and_then(|file| self.names.get(range(file))).unwrap_or_default()
    }

    /// The name within its folder.
    pub(super) fn name(&self, at: usize) -> &[u8] {
        let prefix = self.files.get(at).map_or(0, |file| file.prefix as usize);
        self.path(at).get(prefix..).unwrap_or_default()
    }

    /// With a slash at the end; empty for the top.
    pub(super) fn folder_path(&self, at: usize) -> &[u8] {
        let Some(folder) = self.folders.get(at) else { return &[] };
        // Asked of a folder whose first file is being added, too.
        self.path(folder.file).get(..folder.prefix).unwrap_or_default()
    }

    pub(super) fn folder_name(&self, at: usize) -> &[u8] {
        let path = self.folder_path(at);
        let name = self.folders.get(at).and_then(|folder| path.get(folder.name..)).unwrap_or_default();
        name.strip_suffix(b"/").unwrap_or(name)
    }

    /// What the index has of a file; nothing of one that was announced only.
    pub(super) fn side(&self, at: usize) -> Option<Side> {
        let entry = self.entry(at).filter(|entry| !entry.is_announced())?;
        Some(Side { mode: Mode::from_bits(entry.mode())?, id: entry.id()? })
    }

    /// A file that is empty in the index.
    pub(super) fn is_empty(&self, at: usize) -> bool {
        let Some(id) = self.entry(at).and_then(|entry| entry.id()) else { return false };
        let hex: &[u8] = match id.as_bytes().len() {
            32 => b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
            _ => b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        };
        ObjectId::from_hex(hex) == Some(id)
    }
}

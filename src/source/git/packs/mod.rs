//! Objects read by us: from packs and from loose files, where they lie in the plainest way. Formats: gitformat-pack(5).
//!
//! It gives an object or nothing, and nothing is no answer: libgit2 is asked then. So whatever is unusual (an old index of a
//! pack, a base in another pack, a very large object, any inconsistency) is left to that. Files are read, not mapped: a pack
//! that is cut while it is read is an error and no crash. As in git, content is not hashed again.

mod delta;
mod idx;
mod inflate;
mod loose;
mod pack;

use std::cell::{Cell, OnceCell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use self::inflate::Inflater;
use self::pack::Pack;
use super::file;
use super::objects::Kind;
use crate::model::content::Bytes;
use crate::model::object::ObjectId;
use crate::system;

/// More packs than this are libgit2's: it keeps them in better order.
const MAX_PACKS: usize = 200;

/// How many stores may name each other.
const MAX_STORES: usize = 16;

/// The most delta bases that are kept, in bytes.
const BASE_BYTES: usize = 48 << 20;

/// The stores of one repository.
pub(super) struct Packs {
    id_bytes: usize,
    folders: Vec<PathBuf>,
    opened: OnceCell<Vec<Pack>>,
    /// The pack that had the last object: likely that of the next.
    last: Cell<usize>,
    inflater: RefCell<Inflater>,
    bases: RefCell<Bases>,
}

impl Packs {
    /// The stores of a repository whose shared directory this is, as git's variables have it. Nothing is read yet.
    pub(super) fn new(common_dir: &Path, id_bytes: usize) -> Self {
        Self {
            id_bytes,
            folders: folders(common_dir),
            opened: OnceCell::new(),
            last: Cell::new(0),
            inflater: RefCell::default(),
            bases: RefCell::new(Bases::default()),
        }
    }

    /// An object of at most so many bytes. `None` says nothing about the object.
    pub(super) fn read(&self, id: ObjectId, most: usize) -> Option<(Kind, Bytes)> {
        let packs = self.opened.get_or_init(|| self.open());
        if packs.len() <= MAX_PACKS {
            let last = self.last.get();
            for at in (last..packs.len()).chain(0..last.min(packs.len())) {
                let pack = packs.get(at)?;
                if let Some(offset) = pack.find(id) {
                    self.last.set(at);
                    let (mut inflater, mut bases) = (self.inflater.borrow_mut(), self.bases.borrow_mut());
                    return pack.object(offset, most, &mut inflater, (&mut bases, at));
                }
            }
        }
        self.folders.iter().find_map(|folder| loose::read(folder, id, most, &mut self.inflater.borrow_mut()))
    }

    fn open(&self) -> Vec<Pack> {
        let mut packs = Vec::new();
        for folder in &self.folders {
            let Ok(names) = fs::read_dir(folder.join("pack")) else { continue };
            for path in names.filter_map(|name| Some(name.ok()?.path())) {
                if path.extension().is_some_and(|extension| extension == "idx") && packs.len() <= MAX_PACKS {
                    packs.extend(Pack::open(&path, self.id_bytes));
                }
            }
        }
        packs
    }
}

/// Where objects lie: the own store first, then those it borrows from.
fn folders(common_dir: &Path) -> Vec<PathBuf> {
    let variable = |name| system::env_os(name).filter(|value| !value.is_empty());
    let own = variable("GIT_OBJECT_DIRECTORY").map_or_else(|| common_dir.join("objects"), PathBuf::from);
    let mut found = vec![own];
    if let Some(more) = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
        // A quoted name is left to libgit2.
        found.extend(std::env::split_paths(&more).filter(|path| path.is_dir()));
    }
    let mut at = 0;
    while let Some(folder) = found.get(at).filter(|_| found.len() < MAX_STORES).cloned() {
        at += 1;
        let listed = file::plain(&folder.join("info/alternates"), loose::MAX_FILE_BYTES).unwrap_or_default();
        for line in
            listed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !matches!(line[0], b'#' | b'"'))
        {
            use std::os::unix::ffi::OsStrExt as _;
            let path = folder.join(std::ffi::OsStr::from_bytes(line));
            if !found.contains(&path) && found.len() < MAX_STORES {
                found.push(path);
            }
        }
    }
    found
}

/// Where an entry of a pack is: the pack, and the offset in it.
type Place = (usize, u64);

/// Bases of deltas, kept as in [`super::cache::Cache`]: those of this time and those of the time before.
#[derive(Default)]
struct Bases {
    young: FxHashMap<Place, (Kind, Bytes)>,
    old: FxHashMap<Place, (Kind, Bytes)>,
    used: usize,
}

impl Bases {
    fn get(&mut self, place: Place) -> Option<(Kind, Bytes)> {
        if let Some(found) = self.young.get(&place) {
            return Some(found.clone());
        }
        let found = self.old.remove(&place)?;
        self.put(place, found.clone());
        Some(found)
    }

    fn put(&mut self, place: Place, base: (Kind, Bytes)) {
        let cost = base.1.len() + 128;
        if cost > BASE_BYTES / 8 {
            return;
        }
        if self.used + cost > BASE_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
            self.used = 0;
        }
        if self.young.insert(place, base).is_none() {
            self.used += cost;
        }
    }
}

#[cfg(test)]
mod tests;

//! Files of the work tree as git would store them: read by us, hashed, and found again by path and id.
//!
//! Links are read, never followed; nothing but regular files is opened, so that no read can block; a file that changes
//! under our hands is said to.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::convert::Recipe;
use crate::analyze::facts::MAX_BLOB_BYTES;
use crate::model::change::Side;
use crate::model::content::{Bytes, Unreadable};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Regular {
        size: u64,
        executable: bool,
    },
    Link,
    Directory,
    /// A pipe, a socket, a device: nothing git can store.
    Special,
}

/// The files of one listing, found again when their content is asked for.
#[derive(Debug, Default)]
pub(in crate::source::git) struct Files {
    root: PathBuf,
    id_bytes: usize,
    known: FxHashMap<RepoPath, Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    id: ObjectId,
    /// Bytes as git would store them.
    size: u64,
    recipe: Recipe,
}

impl Files {
    pub(super) fn new(root: &Path, id_bytes: usize) -> Self {
        Self { root: root.to_owned(), id_bytes, known: FxHashMap::default() }
    }

    pub(super) fn remember(&mut self, path: &RepoPath, id: ObjectId, size: u64, recipe: Recipe) {
        self.known.insert(path.clone(), Known { id, size, recipe });
    }

    /// The size, if this side is one of the files listed.
    pub(in crate::source::git) fn size(&self, path: &RepoPath, side: &Side) -> Option<u64> {
        self.find(path, side).map(|known| known.size)
    }

    /// The content, if this side is one of the files listed.
    pub(in crate::source::git) fn read(&self, path: &RepoPath, side: &Side) -> Option<Result<Bytes, Unreadable>> {
        self.find(path, side).map(|known| self.read_again(path, known))
    }

    fn find(&self, path: &RepoPath, side: &Side) -> Option<&Known> {
        self.known.get(path).filter(|known| known.id == side.id)
    }

    fn read_again(&self, path: &RepoPath, known: &Known) -> Result<Bytes, Unreadable> {
        let content = match self.kind(path).map_err(|error| failed(&error))? {
            Kind::Link => self.link(path).map_err(|error| failed(&error))?,
            Kind::Regular { size, .. } if size > MAX_BLOB_BYTES => {
                return Err(Unreadable::TooLarge { size, limit: MAX_BLOB_BYTES });
            }
            Kind::Regular { .. } => self.regular(path, MAX_BLOB_BYTES).map_err(|error| failed(&error))?,
            Kind::Nothing | Kind::Directory | Kind::Special => return Err(changed()),
        };
        let stored = known.recipe.apply(&content);
        if known.id.is_zero() || self.hash(&stored).ok() != Some(known.id) {
            return Err(changed());
        }
        Ok(Arc::from(stored.as_ref()))
    }

    pub(super) fn absolute(&self, path: &RepoPath) -> PathBuf {
        self.root.join(OsStr::from_bytes(path.as_bytes()))
    }

    pub(super) fn kind(&self, path: &RepoPath) -> std::io::Result<Kind> {
        let found = match fs::symlink_metadata(self.absolute(path)) {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Kind::Nothing);
            }
            Err(error) => return Err(error),
        };
        Ok(kind(&found))
    }

    /// The target of a symbolic link.
    pub(super) fn link(&self, path: &RepoPath) -> std::io::Result<Vec<u8>> {
        Ok(fs::read_link(self.absolute(path))?.as_os_str().as_bytes().to_vec())
    }

    /// The content of a regular file of at most `limit` bytes that stays the same while it is read.
    pub(super) fn regular(&self, path: &RepoPath, limit: u64) -> std::io::Result<Vec<u8>> {
        let mut last = None;
        for _ in 0..2 {
            let file = self.open(path)?;
            let before = file.metadata()?;
            let mut content = Vec::with_capacity(usize::try_from(before.len().min(limit)).unwrap_or_default());
            (&file).take(limit + 1).read_to_end(&mut content)?;
            let after = file.metadata()?;
            if content.len() as u64 == before.len() && stamp(&before) == stamp(&after) {
                return Ok(content);
            }
            last = Some(std::io::Error::other("the file changed while it was read"));
        }
        Err(last.unwrap_or_else(|| ErrorKind::Other.into()))
    }

    /// The id of the content as it lies there, without holding it in memory.
    pub(super) fn hash_large(&self, path: &RepoPath) -> std::io::Result<ObjectId> {
        let before = self.open(path)?.metadata()?;
        let found = git2::Oid::hash_file_ext(git2::ObjectType::Blob, self.absolute(path), self.format());
        let after = self.open(path)?.metadata()?;
        if stamp(&before) != stamp(&after) {
            return Err(std::io::Error::other("the file changed while it was read"));
        }
        to_id(found)
    }

    /// The id git would give this content.
    pub(super) fn hash(&self, content: &[u8]) -> std::io::Result<ObjectId> {
        to_id(git2::Oid::hash_object_ext(git2::ObjectType::Blob, content, self.format()))
    }

    fn format(&self) -> git2::ObjectFormat {
        if self.id_bytes == 32 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 }
    }

    /// Opens a regular file: no link at its end is followed, and a pipe put in its place does not block.
    fn open(&self, path: &RepoPath) -> std::io::Result<File> {
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(self.absolute(path))?;
        if !file.metadata()?.is_file() {
            return Err(std::io::Error::other("no longer a regular file"));
        }
        Ok(file)
    }
}

fn kind(found: &Metadata) -> Kind {
    let kind = found.file_type();
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Directory
    } else if kind.is_file() {
        Kind::Regular { size: found.len(), executable: found.mode() & 0o100 != 0 }
    } else {
        Kind::Special
    }
}

/// What changes when a file is written.
fn stamp(found: &Metadata) -> (u64, u64, i64, i64, i64, i64) {
    (found.ino(), found.len(), found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec())
}

fn to_id(found: Result<git2::Oid, git2::Error>) -> std::io::Result<ObjectId> {
    let oid = found.map_err(|error| std::io::Error::other(error.message().to_owned()))?;
    ObjectId::from_bytes(oid.as_bytes()).ok_or_else(|| std::io::Error::other("an id of a strange length"))
}

fn failed(error: &std::io::Error) -> Unreadable {
    Unreadable::Failed(error.to_string())
}

fn changed() -> Unreadable {
    Unreadable::Failed("the file changed while the work tree was judged".to_owned())
}

/// The mode git would record for what lies there. `recorded` is the mode git gave the path: it rules where the file system
/// cannot say (`core.fileMode`, `core.symlinks`).
pub(super) fn mode(kind: Kind, recorded: Option<Mode>, trust_executable: bool) -> Option<Mode> {
    match (kind, recorded) {
        (Kind::Link, _) => Some(Mode::Symlink),
        (Kind::Regular { .. }, Some(recorded)) if recorded != Mode::Gitlink => Some(recorded),
        (Kind::Regular { executable: true, .. }, _) if trust_executable => Some(Mode::Executable),
        (Kind::Regular { .. }, _) => Some(Mode::File),
        (Kind::Directory, _) => Some(Mode::Gitlink),
        (Kind::Nothing | Kind::Special, _) => None,
    }
}

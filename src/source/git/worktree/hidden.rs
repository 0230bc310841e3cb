//! Tracked files that git was told not to look at: `git update-index --assume-unchanged` and `--skip-worktree`. Git does not
//! show what becomes of them; we look.
//!
//! A file that a sparse checkout leaves out is not there and nothing became of it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{self, FileType};
use rustix::io::Errno;

use super::ask::{Ask, Checkout};
use super::scan::is_same;
use super::{File, Work};
use crate::model::change::Side;
use crate::model::object::Mode;
use crate::model::path::RepoPath;
use crate::source::git::GitError;
use crate::source::git::index::{Entry, Index};

/// What git was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    AssumeUnchanged,
    SkipWorktree,
}

impl Flag {
    /// As options of `git update-index` call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssumeUnchanged => "assume-unchanged",
            Self::SkipWorktree => "skip-worktree",
        }
    }

    pub(super) fn of(entry: &Entry<'_>) -> Option<Self> {
        match (entry.is_skipped(), entry.is_assumed()) {
            (true, _) => Some(Self::SkipWorktree),
            (false, true) => Some(Self::AssumeUnchanged),
            (false, false) => None,
        }
    }
}

/// One such file that is not left out of a sparse checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    pub path: RepoPath,
    pub flag: Flag,
    pub index: Option<Side>,
    /// It is not what the index has, or gone.
    pub differs: bool,
}

/// Whether the change of a hidden file counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::git) enum Look {
    /// No, as in git.
    AsGit,
    /// Yes.
    AtAll,
}

/// Does this checkout leave files out, or did it once? Then a file that is not there was not deleted.
pub(super) fn is_sparse(ask: &Ask<'_>) -> bool {
    ask.settings.checkout == Checkout::Sparse || ask.git_dir().join("info/sparse-checkout").exists()
}

/// All of an index, for a work tree whose other files git lists.
pub(super) fn list(
    ask: &Ask<'_>,
    top: &Path,
    index: Option<&Path>,
    id_bytes: usize,
) -> Result<Vec<(File, Flag)>, GitError> {
    let mut found = Found { top, is_sparse: is_sparse(ask), missing: None, files: Vec::new() };
    let read = index.and_then(|index| Index::read(index, id_bytes));
    let done = read.as_ref().and_then(|index| {
        index.entries(|entry, path| {
            if let (Some(flag), Some(mode)) = (Flag::of(entry), Mode::from_bits(entry.mode())) {
                let side = Side { mode, id: entry.id()? };
                let side = (!entry.is_announced()).then_some(side);
                found.add(path, side, flag, &|stat| is_same(&entry.stat(), entry.mode(), stat, index.written()));
            }
            Some(())
        })
    });
    if done.is_none() {
        found.files.clear();
        for (path, side, flag) in ask.flagged()? {
            found.add(path.as_bytes(), Some(side), flag, &|_| false);
        }
    }
    Ok(found.files)
}

struct Found<'a> {
    top: &'a Path,
    is_sparse: bool,
    /// The last folder that was looked for and is not there, with a slash at the end.
    missing: Option<Vec<u8>>,
    files: Vec<(File, Flag)>,
}

impl Found<'_> {
    fn add(&mut self, path: &[u8], index: Option<Side>, flag: Flag, is_same: &dyn Fn(&fs::Stat) -> bool) {
        if index.is_some_and(|side| side.mode == Mode::Gitlink) {
            return;
        }
        let work = match self.stat(path) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => Work::Gone,
            Ok(stat) if is_same(&stat) => Work::AsIndex,
            Err(Errno::NOENT | Errno::NOTDIR) if self.is_sparse && flag == Flag::SkipWorktree => return,
            Err(Errno::NOENT | Errno::NOTDIR) => Work::Gone,
            // What is in the way is met again, and told, when it is read.
            Ok(_) | Err(_) => Work::OnDisk(None),
        };
        self.files.push((File { path: RepoPath::new(path), index, work }, flag));
    }

    /// A sparse checkout can leave out most of a large repository: for a folder that is not there, one look is enough.
    fn stat(&mut self, path: &[u8]) -> Result<fs::Stat, Errno> {
        if self.missing.as_ref().is_some_and(|folder| path.starts_with(folder)) {
            return Err(Errno::NOENT);
        }
        let look = |path: &[u8]| fs::lstat(self.top.join(OsStr::from_bytes(path)));
        let found = look(path);
        if matches!(found, Err(Errno::NOENT | Errno::NOTDIR)) {
            let mut folders = memchr::memchr_iter(b'/', path).filter_map(|slash| path.get(..=slash));
            let gone = folders.find(|folder| look(folder.strip_suffix(b"/").unwrap_or(folder)).is_err());
            self.missing = gone.map(<[u8]>::to_vec);
        }
        found
    }
}

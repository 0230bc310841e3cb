//! What lies in the work tree and not in the index: which of it is ignored, git says; what is not is looked into.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{self, OFlags};

use super::Found;
use super::walk::each_name;
use crate::model::path::RepoPath;
use crate::source::git::worktree::ask::Ask;

/// The most names that are asked about.
const MAX_NAMES: usize = 2_000_000;

/// How deep folders without tracked files are followed: each level is a question.
const MAX_LEVELS: usize = 200;

pub(super) enum Untracked {
    Are(Vec<RepoPath>),
    /// One of the folders is a repository.
    AskGit,
}

/// `None` where something could not be read.
pub(super) fn untracked(ask: &Ask<'_>, top: &Path, names: Vec<(Vec<u8>, Found)>) -> Option<Untracked> {
    let mut found = Vec::new();
    let mut level = names;
    let mut asked = 0;
    for _ in 0..MAX_LEVELS {
        if level.is_empty() {
            return Some(Untracked::Are(found));
        }
        asked += level.len();
        if asked > MAX_NAMES {
            return None;
        }
        let ignored = ask.ignored(level.iter().map(|(path, _)| path.as_slice())).ok()?;
        let mut next = Vec::new();
        for (path, kind) in level {
            if ignored.contains(path.as_slice()) {
                continue;
            }
            if kind != Found::Folder {
                found.push(RepoPath::new(path));
                continue;
            }
            let full = top.join(OsStr::from_bytes(&path));
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let folder: OwnedFd = fs::open(&full, flags, fs::Mode::empty()).ok()?;
            if full.join(".git").symlink_metadata().is_ok() {
                return Some(Untracked::AskGit);
            }
            each_name(&folder, &mut |name, kind| {
                if kind != Found::Special {
                    next.push(([path.as_slice(), b"/", name].concat(), kind));
                }
            })?;
        }
        level = next;
    }
    None
}

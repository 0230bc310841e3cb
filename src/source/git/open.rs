//! Finds and opens a repository, with the environment git gives its hooks.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::libgit2::Libgit2;
use super::plumbing::Plumbing;
use super::{GitError, GitSource, Layout};
use crate::model::escape::visible;
use crate::system;

/// What one check keeps of the objects it read: several rules ask for the same files.
const KEPT_BYTES: usize = 64 << 20;

/// How a repository was opened.
#[derive(Clone, Debug)]
pub struct Opening {
    pub(super) directory: PathBuf,
    /// By the `git` program alone.
    pub(super) with_git: bool,
}

impl Opening {
    /// Opens it again, to read a part of a history: what was read is kept, up to so many bytes.
    pub fn open(&self, kept_bytes: usize) -> Result<Box<dyn GitSource>, GitError> {
        if self.with_git {
            return open_with_git(&self.directory);
        }
        let repository = repository(&self.directory).map_err(|error| GitError::Failed {
            context: "opening the repository again".to_owned(),
            reason: error.message().to_owned(),
        })?;
        Ok(Box::new(Libgit2::new(&self.directory, repository, kept_bytes, false)))
    }
}

/// Opens the repository `directory` lies in, or the one `GIT_DIR` names (relative to `directory`, as under `git -C`).
///
/// libgit2 is tried first. What it refuses (reftable, an extension it does not know, an owner only git's command-line
/// configuration trusts) is left to the `git` program.
pub fn open(directory: &Path) -> Result<Box<dyn GitSource>, GitError> {
    let refused = match repository(directory) {
        Ok(repository) => return Ok(Box::new(Libgit2::new(directory, repository, KEPT_BYTES, true))),
        Err(error) => error,
    };
    if refused.code() == ErrorCode::NotFound {
        return Err(GitError::NotARepository(directory.to_owned()));
    }
    match Plumbing::open(directory) {
        Ok(plumbing) => Ok(Box::new(plumbing)),
        Err(_) if refused.code() == ErrorCode::Owner => Err(GitError::Refused(format!(
            "{}; if you trust it, run `git config --global --add safe.directory {}`",
            visible(refused.message().as_bytes()),
            visible(directory.as_os_str().as_encoded_bytes())
        ))),
        Err(GitError::NoGit(reason)) => Err(GitError::NoGit(format!("{reason} (libgit2: {})", refused.message()))),
        Err(error) => Err(error),
    }
}

/// Opens with the `git` program alone: the oracle of tests, and the way out where libgit2 is in doubt.
pub fn open_with_git(directory: &Path) -> Result<Box<dyn GitSource>, GitError> {
    Ok(Box::new(Plumbing::open(directory)?))
}

fn repository(directory: &Path) -> Result<Repository, git2::Error> {
    configure();
    let named = system::env_os("GIT_DIR").filter(|name| !name.is_empty());
    let flags = RepositoryOpenFlags::FROM_ENV;
    match named {
        Some(name) => {
            let flags = flags | RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
            Repository::open_ext(directory.join(name), flags, ceilings())
        }
        None => Repository::open_ext(directory, flags, ceilings()),
    }
}

/// libgit2 reads this variable only when it is given no list at all, which the binding cannot express.
fn ceilings() -> Vec<OsString> {
    let list = system::env_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
    std::env::split_paths(&list).map(PathBuf::into_os_string).filter(|path| !path.is_empty()).collect()
}

/// Process-wide settings of libgit2, made once before the first repository is opened.
fn configure() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Git does not hash what it reads from its own store either.
        git2::opts::strict_hash_verification(false);
        // Safe to read under these: promised objects may be missing, which is reported, and the second hash is a map
        // beside the store. Never `refstorage`: a reftable repository would look as if it had no commit.
        #[expect(unsafe_code, reason = "libgit2 keeps the list in a static; `Once` runs this before any other use")]
        let set = unsafe { git2::opts::set_extensions(&["partialclone", "compatobjectformat"]) };
        // Without it such repositories are refused by libgit2 and read by git.
        drop(set);
    });
}

/// The places of a repository libgit2 has opened, corrected by the environment as git reads it.
pub(super) fn layout(directory: &Path, repository: &Repository) -> Layout {
    let variable = |name| system::env_os(name).filter(|value| !value.is_empty());
    let configured = || repository.config().and_then(|config| config.get_path("core.worktree")).is_ok();
    let work_tree = if let Some(tree) = variable("GIT_WORK_TREE") {
        // libgit2 resolves it from the git directory, git from where it runs.
        let tree = directory.join(tree);
        Some(tree.canonicalize().unwrap_or(tree))
    } else if repository.is_bare() {
        None
    } else if variable("GIT_DIR").is_some() && !repository.is_worktree() && !configured() {
        // Git takes where it runs for the top when only the git directory is named.
        Some(directory.canonicalize().unwrap_or_else(|_| directory.to_owned()))
    } else {
        repository.workdir().map(trimmed)
    };
    Layout { git_dir: trimmed(repository.path()), common_dir: trimmed(repository.commondir()), work_tree }
}

/// Without the slash libgit2 puts at the end.
fn trimmed(path: &Path) -> PathBuf {
    path.components().collect()
}

/// The index git would use: `GIT_INDEX_FILE`, which counts from the top of the work tree, or the usual one.
pub(super) fn index_file(directory: &Path, layout: &Layout) -> PathBuf {
    match system::env_os("GIT_INDEX_FILE").filter(|name| !name.is_empty()) {
        None => layout.git_dir.join("index"),
        Some(name) => {
            let here = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
            let top =
                layout.work_tree.as_ref().filter(|top| here.starts_with(top) && !here.starts_with(&layout.git_dir));
            top.unwrap_or(&here).join(name)
        }
    }
}

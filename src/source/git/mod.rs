//! Reading git. Two adapters behind one trait: [`libgit2`-based](self) for speed, the `git` program where that cannot read.
//!
//! Nothing here runs a program a repository names, writes the work tree, or takes the index lock.

mod batch;
mod cache;
mod commit;
mod config;
mod each;
mod file;
mod head;
mod headmoves;
mod index;
mod indexed;
mod libgit2;
mod notes;
mod objects;
mod open;
mod packs;
mod plumbing;
mod process;
mod range;
mod raw;
mod reach;
mod shallow;
mod shared;
mod snapshot;
mod store;
mod tree;
mod treediff;
mod treewrite;
mod worktree;

use std::path::PathBuf;

use bstr::BString;

use crate::model::change::{Change, ChangeSet, CommitInfo};
use crate::model::content::{Bytes, Contents};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::model::repository::RepoState;

pub use headmoves::{HeadMove, MoveKind, head_log_size, head_moves};
pub use objects::empty_tree;
pub use open::{Opening, open, open_with_git};
pub(in crate::source) use process::{Bounds, Finished, run as run_program};
pub use reach::Known;
pub use snapshot::Snapshot;
pub use worktree::{Flag, Hidden};

/// A repository git can read and so can we.
pub trait GitSource: Contents + RepoState {
    fn layout(&self) -> &Layout;

    /// How it was opened, for another thread to open it, too.
    fn opening(&self) -> Opening;

    /// As it was when first asked for.
    fn head(&self) -> Result<Head, GitError>;

    /// The commit a revision names (tags are peeled).
    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError>;

    fn commit_info(&self, id: ObjectId) -> Result<CommitInfo, GitError>;

    /// The tree of a commit.
    fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, GitError>;

    /// The index against `HEAD`, or against `base`; during a merge, only what differs from every parent. Honours
    /// `GIT_INDEX_FILE`.
    fn staged(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError>;

    /// What `pre-merge-commit` sees: the index against `HEAD` and the commits git names in `GITHEAD_*` variables, for
    /// `MERGE_HEAD` is not written yet. Only for that hook: anyone can set such a variable.
    fn staged_merge(&self) -> Result<ChangeSet, GitError>;

    /// The work tree, untracked and not ignored files included, against `HEAD` or `base`.
    fn worktree(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError>;

    /// Files that git was told not to look at, as the work tree was last listed. Their changes are part of a session's, and of
    /// nothing else.
    fn hidden(&self) -> Vec<Hidden>;

    /// The work tree of now as a tree in the object store.
    fn snapshot(&self) -> Result<Snapshot, GitError>;

    /// The work tree against a tree of before, such as that of a [`Snapshot`].
    fn worktree_since(&self, tree: ObjectId) -> Result<ChangeSet, GitError>;

    /// The id that the work tree of now has as a tree, as [`Self::snapshot`] would make it of all its files. Nothing is
    /// stored. `None` where something could not be told.
    fn tree_now(&self) -> Result<Option<ObjectId>, GitError>;

    /// The id a tree has after some changes. Nothing is stored.
    fn tree_after(&self, tree: ObjectId, changes: &[Change]) -> Result<ObjectId, GitError>;

    /// Points a ref below `refs/warrant/` at an object, so that `git gc` keeps it; `None` takes the ref away.
    fn keep(&self, name: &str, object: Option<ObjectId>) -> Result<(), GitError>;

    /// When a commit was written and made.
    fn commit_times(&self, id: ObjectId) -> Result<CommitTimes, GitError>;

    /// A commit against its parents (all of them for a merge, the empty tree for a root).
    fn commit(&self, id: ObjectId) -> Result<ChangeSet, GitError>;

    /// Two commits or trees.
    fn trees(&self, old: &str, new: &str) -> Result<ChangeSet, GitError>;

    /// The commits of `A..B`, `A...B` (the side of `B`) or `A..` (up to `HEAD`), oldest first.
    fn range(&self, spec: &str) -> Result<CommitRange, GitError>;

    /// The commits that `tips` reach and the other side does not have, parents first.
    fn new_commits(&self, tips: &[ObjectId], known: &Known) -> Result<Vec<ObjectId>, GitError>;

    /// Is `old` reached from `new`, or the same? `None` where one of them is not here.
    fn is_ancestor(&self, old: ObjectId, new: ObjectId) -> Result<Option<bool>, GitError>;

    /// The commit an object stands for, through any tags; `None` when it is here and stands for none.
    fn peel(&self, id: ObjectId) -> Result<Option<ObjectId>, GitError>;

    /// Does this clone lack parents of some of its commits?
    fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(!shallow::boundary(self.layout())?.is_empty())
    }

    /// A regular file in a commit's tree.
    fn file_at(&self, commit: ObjectId, path: &RepoPath) -> Result<Option<Bytes>, GitError>;

    /// Those of some folders of a commit's tree that have an entry of this name which is no folder. Each tree is
    /// read once.
    fn entries_at(
        &self,
        commit: ObjectId,
        folders: &[RepoPath],
        name: &[u8],
    ) -> Result<Vec<(RepoPath, Mode)>, GitError>;

    /// All paths of a commit's tree.
    fn paths_at(&self, commit: ObjectId) -> Result<Vec<RepoPath>, GitError>;

    /// The text of a commit's note under a notes ref.
    fn note(&self, reference: &str, commit: ObjectId) -> Result<Option<Vec<u8>>, GitError>;

    /// Leaves a note on a commit, over any that is there.
    fn write_note(&self, reference: &str, commit: ObjectId, text: &str) -> Result<(), GitError>;

    /// A value of git's configuration, as git would resolve it.
    fn config(&self, key: &str) -> Result<Option<BString>, GitError>;

    /// All values of a key in the user's and the system's configuration. What the repository, its work tree or a command
    /// says does not count.
    fn outer_config(&self, key: &str) -> Result<Vec<BString>, GitError>;
}

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// This work tree's git directory.
    pub git_dir: PathBuf,
    /// Shared by all linked work trees.
    pub common_dir: PathBuf,
    /// `None` in a bare repository.
    pub work_tree: Option<PathBuf>,
}

/// Seconds since 1970, by the clocks of those who say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitTimes {
    /// The author's: a rebase and an amendment keep it.
    pub written: i64,
    /// The committer's.
    pub made: i64,
}

/// The current commit and branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `None` before the first commit.
    pub commit: Option<ObjectId>,
    /// Short branch name; `None` when detached.
    pub branch: Option<BString>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRange {
    /// The merge base: the trusted side.
    pub base: Option<ObjectId>,
    pub commits: Vec<ObjectId>,
}

/// Why git could not be read. Never to be taken for "no changes".
#[derive(Clone, Debug, thiserror::Error)]
pub enum GitError {
    #[error("not a git repository (or any of the parent directories): {}", .0.display())]
    NotARepository(PathBuf),
    #[error("`{0}` names no commit here")]
    UnknownRevision(String),
    #[error("{0}")]
    Refused(String),
    #[error("this repository has no work tree")]
    Bare,
    #[error("the `git` program could not be run: {0}")]
    NoGit(String),
    #[error("{context}: {reason}")]
    Failed { context: String, reason: String },
}

//! What really changed between two states of a repository.

use std::fmt;

use bstr::BString;

use super::object::{Mode, ObjectId};
use super::path::RepoPath;

/// Everything that changed, one entry a path, sorted by path bytes. Renames are an overlay
/// ([`crate::analyze::renames`]), so a rule that looks at paths sees the old and the new one without asking.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    pub subject: Subject,
    pub changes: Vec<Change>,
    /// The tree of the (first) old state, where the source has one: what is in it and not in `changes` was left alone.
    pub base: Option<ObjectId>,
    /// The commit judged is a merge: only paths that differ from every parent are listed.
    pub merge: bool,
    /// Which reader produced this.
    pub engine: Engine,
    /// What the reader met and could not judge.
    pub incomplete: Vec<Incomplete>,
}

/// One changed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: RepoPath,
    /// The side in the (first) parent; `None` when the path is new.
    pub old: Option<Side>,
    /// The side after the change; `None` when the path is gone.
    pub new: Option<Side>,
    /// For a merge, the sides in the second and later parents.
    pub other_olds: Vec<Option<Side>>,
}

/// One state of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    pub mode: Mode,
    /// The blob, or the commit for a gitlink. For a patch, whose ids are abbreviated, all zeros.
    pub id: ObjectId,
}

/// Git's letters for a raw change without rename detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Added,
    Deleted,
    Modified,
    /// A file became a symlink or a submodule, or the reverse.
    TypeChanged,
}

impl Change {
    pub fn status(&self) -> Status {
        match (self.old, self.new) {
            (None, _) => Status::Added,
            (Some(_), None) => Status::Deleted,
            (Some(old), Some(new)) if kind(old.mode) != kind(new.mode) => Status::TypeChanged,
            (Some(_), Some(_)) => Status::Modified,
        }
    }

    /// Only the executable bit differs.
    pub fn is_mode_only(&self) -> bool {
        matches!((self.old, self.new), (Some(old), Some(new)) if old.id == new.id && !old.id.is_zero() && old.mode != new.mode)
    }

    /// Content of a regular file exists on some side, so there are lines to compare.
    pub fn has_lines(&self) -> bool {
        [self.old, self.new].iter().flatten().any(|side| side.mode.is_regular())
    }
}

fn kind(mode: Mode) -> u32 {
    mode.bits() & 0o170_000
}

/// What was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The index against `HEAD` (or the parents of a merge under way).
    Staged,
    /// The work tree, untracked files included.
    Worktree,
    Commit(ObjectId),
    /// What an agent's session made of the work tree it found.
    Session,
    /// Two trees, named as the user named them.
    Trees {
        old: String,
        new: String,
    },
    Patch {
        name: String,
    },
    /// All commits of a range as one change.
    Range {
        name: String,
    },
    /// Every file of a commit, whoever put it there.
    Tree {
        name: String,
    },
    /// The policy itself.
    Policy,
    /// A ref that a push moves.
    Ref {
        name: BString,
    },
}

impl Subject {
    /// Is it of changes that have an outcome each, and no change itself?
    pub fn is_sum(&self) -> bool {
        matches!(self, Self::Range { .. } | Self::Policy | Self::Ref { .. })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staged => f.write_str("the staged change"),
            Self::Worktree => f.write_str("the work tree"),
            Self::Commit(id) => write!(f, "commit {}", id.short()),
            Self::Session => f.write_str("the session"),
            Self::Trees { old, new } => write!(f, "{old}..{new}"),
            Self::Range { name } => write!(f, "all of {}", super::escape::visible(name.as_bytes())),
            Self::Patch { name } => write!(f, "patch {name}"),
            Self::Tree { name } => write!(f, "all of {name}"),
            Self::Policy => f.write_str("the policy"),
            Self::Ref { name } => f.write_str(&super::escape::visible(name)),
        }
    }
}

/// The reader that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    Libgit2,
    Plumbing,
    Patch,
    Memory,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Libgit2 => "libgit2",
            Self::Plumbing => "plumbing",
            Self::Patch => "patch",
            Self::Memory => "memory",
        })
    }
}

/// Something that could not be judged, and why. Never passed over: it makes the decision `incomplete`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incomplete {
    pub path: Option<RepoPath>,
    pub reason: String,
}

/// A commit's own words and makers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    pub id: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Person,
    pub committer: Person,
    pub message: BString,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: BString,
    pub email: BString,
}

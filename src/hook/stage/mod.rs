//! The stages git calls while a commit is made: one file each.
//!
//! `pre-commit` judges the change and leaves a [`stamp`]; `prepare-commit-msg` is the tripwire that also runs under
//! `--no-verify`, cherry-pick, revert and rebase, and judges what carries no stamp; `commit-msg` judges the words and
//! claims; `post-commit` says what got past. Each change is judged once on the usual way. A stage that cannot judge
//! blocks.

mod commit_msg;
mod message;
mod post_commit;
mod post_rewrite;
mod pre_commit;
mod pre_merge_commit;
mod pre_push;
mod pre_receive;
mod prepare_commit_msg;
mod push;
mod replay;
mod stamp;
mod update;
mod waved;

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use crate::gate::GateError;
use crate::hook::Hook;
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::{Mode, Policy};
use crate::source::git::{self, GitError, GitSource};
use crate::system;

/// The argument by which `doctor` asks a shim whether it gets here. Git never gives a hook this argument, so it is no
/// way around.
pub const PROBE: &str = "--probe";

/// What a stage found, for the command line to say.
#[derive(Debug, Default)]
pub struct Reply {
    /// One for a commit; for a push those with something to say.
    pub outcomes: Vec<Outcome>,
    /// Said after the findings.
    pub notes: Vec<String>,
    /// Git is told to stop.
    pub blocks: bool,
}

/// Why a stage could not judge. The commit is blocked.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error("git calls `{0}` with the path of the message file, and none was given")]
    NoMessageFile(Hook),
    #[error("the message file {}: {error}", .path.display())]
    MessageFile { path: PathBuf, error: std::io::Error },
    #[error("the message file {} is larger than the bound of {limit} bytes", .path.display())]
    MessageTooLarge { path: PathBuf, limit: u64 },
    #[error("git's list of refs: {0}")]
    Refs(String),
    #[error(transparent)]
    Directory(#[from] std::io::Error),
}

impl From<GitError> for StageError {
    fn from(error: GitError) -> Self {
        Self::Gate(GateError::Git(error))
    }
}

/// Runs a stage in the directory and environment git gave it.
pub fn run(hook: Hook, args: &[OsString]) -> Result<Reply, StageError> {
    let git = git::open(&system::current_dir()?)?;
    let git = git.as_ref();
    match hook {
        Hook::PreCommit => pre_commit::run(git),
        Hook::PreMergeCommit => pre_merge_commit::run(git),
        Hook::PrepareCommitMsg => prepare_commit_msg::run(git, args),
        Hook::CommitMsg => commit_msg::run(git, args),
        Hook::PostCommit => post_commit::run(git),
        Hook::PostRewrite => post_rewrite::run(git),
        Hook::PrePush => pre_push::run(git, args),
        Hook::PreReceive => pre_receive::run(git),
        Hook::Update => update::run(git, args),
    }
}

/// The memory a hook holds until its process ends, a moment later, is not given back piece by piece before. Not for what has a
/// process of its own.
fn until_exit<T>(value: T) -> ManuallyDrop<T> {
    ManuallyDrop::new(value)
}

/// The answer of `doctor`'s probe.
pub fn probe_answer(hook: Hook) -> String {
    format!("git-warrant {} answers {hook}", env!("CARGO_PKG_VERSION"))
}

impl Reply {
    fn of(outcome: Outcome, policy: &Policy) -> Self {
        let blocks = match outcome.decision {
            Decision::Pass | Decision::Warn => false,
            Decision::Incomplete => policy.mode == Mode::Enforce,
            Decision::Block => true,
        };
        Self { outcomes: vec![outcome], notes: Vec::new(), blocks }
    }

    fn noting(mut self, note: Option<String>) -> Self {
        self.notes.extend(note);
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

fn head_commit(git: &dyn GitSource) -> Result<Option<crate::model::object::ObjectId>, StageError> {
    Ok(git.head()?.commit)
}

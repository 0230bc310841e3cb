//! `pre-merge-commit`: a merge without conflicts. Only what differs from every side is the merge's own.

use super::{Reply, StageError, pre_commit};
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource) -> Result<Reply, StageError> {
    pre_commit::judge(git, || git.staged_merge())
}

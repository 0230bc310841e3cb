//! A cherry-pick or rebase that repeats a person's commit unchanged: it is that person's work, whoever runs the command.

use crate::gate;
use crate::model::change::ChangeSet;
use crate::source::git::{GitError, GitSource};

/// Is the staged change, path by path and byte by byte, that of the commit being picked, and did no agent make it?
pub(super) fn is_of_a_person(git: &dyn GitSource, set: &ChangeSet) -> Result<bool, GitError> {
    const PICKED: &str = "CHERRY_PICK_HEAD";
    if !git.layout().git_dir.join(PICKED).exists() {
        return Ok(false);
    }
    let id = git.resolve(PICKED)?;
    Ok(!gate::is_by_agent(&git.commit_info(id)?) && set.incomplete.is_empty() && git.commit(id)?.changes == set.changes)
}

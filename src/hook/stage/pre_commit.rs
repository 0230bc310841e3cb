//! `pre-commit`: the staged change, before there is a message.

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit, until_exit};
use crate::engine::Part;
use crate::gate::Live;
use crate::model::change::ChangeSet;
use crate::source::git::{GitError, GitSource};

pub(super) fn run(git: &dyn GitSource) -> Result<Reply, StageError> {
    judge(git, || git.staged(None))
}

/// Judges what `list` gives and leaves the stamp for the stages that follow.
pub(super) fn judge(
    git: &dyn GitSource,
    list: impl FnOnce() -> Result<ChangeSet, GitError>,
) -> Result<Reply, StageError> {
    let git_dir = &git.layout().git_dir;
    let head = head_commit(git)?;
    let live = until_exit(Live::on_head(git, None)?);
    if live.is_exempt() {
        Stamp::unjudged(head).write(git_dir);
        return Ok(Reply::default());
    }
    let set = list()?;
    let stamp = Stamp::passed(head, &set, &live);
    let reply = Reply::of(live.judge(set, Part::Change)?, live.policy());
    if reply.blocks {
        Stamp::remove(git_dir);
    } else {
        stamp.write(git_dir);
    }
    Ok(reply)
}

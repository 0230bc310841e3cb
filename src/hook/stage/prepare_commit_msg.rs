//! `prepare-commit-msg`, the tripwire: git runs it under `--no-verify` too, and it is the only hook before a cherry-pick,
//! a revert or a rebase's pick is committed. What `pre-commit` has passed is not judged again.

use std::ffi::OsString;

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit, message, replay};
use crate::engine::Part;
use crate::gate::Live;
use crate::hook::Hook;
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let git_dir = &git.layout().git_dir;
    let head = head_commit(git)?;
    // A message someone is going to edit says nothing yet.
    let words = if message::is_edited() { None } else { Some(message::read(Hook::PrepareCommitMsg, git, args)?) };
    let part = if words.is_some() { Part::Whole } else { Part::Change };
    let live = Live::on_head(git, words)?;
    if live.is_exempt() {
        return Ok(Reply::default());
    }
    let set = git.staged(None)?;
    let left = Stamp::read(git_dir);
    if left.as_ref().is_some_and(|stamp| stamp.covers(head, &set, &live)) {
        return Ok(Reply::default());
    }
    let stamp = Stamp::passed(head, &set, &live).with_message(live.message());
    if replay::is_of_a_person(git, &set)? {
        stamp.write(git_dir);
        return Ok(Reply::default());
    }
    let reply = Reply::of(live.judge(set, part), live.policy());
    if !reply.blocks {
        stamp.write(git_dir);
        return Ok(reply);
    }
    Stamp::remove(git_dir);
    Ok(if left.is_some_and(|stamp| stamp.is_on(head)) {
        reply
    } else {
        reply.note("no pre-commit hook has passed this change (--no-verify, cherry-pick, revert or rebase), so it was judged here")
    })
}

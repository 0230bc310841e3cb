//! `prepare-commit-msg`, the tripwire: git runs it under `--no-verify` too, and it is the only hook before a cherry-pick,
//! a revert or a rebase's pick is committed. What `pre-commit` has passed is not judged again, and what is passed here is
//! not judged again by `commit-msg`.

use std::ffi::OsString;

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit, message, replay};
use crate::engine::Part;
use crate::gate::Live;
use crate::hook::Hook;
use crate::model::policy::AppliesTo;
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let git_dir = &git.layout().git_dir;
    let head = head_commit(git)?;
    // A message someone is going to edit says nothing yet; any other is judged here, for `--no-verify` keeps
    // `commit-msg` from running, and nothing shows that it was given.
    let words = if message::is_edited() { None } else { Some(message::read(Hook::PrepareCommitMsg, git, args)?) };
    let live = Live::on_head(git, words)?;
    if live.is_exempt() {
        return Ok(Reply::default());
    }
    let set = git.staged(None)?;
    let left = Stamp::read(git_dir);
    let change_passed = left.as_ref().is_some_and(|stamp| stamp.covers(head, &set, &live));
    let words_passed = live.message().is_none_or(|words| left.as_ref().is_some_and(|s| s.covers_message(words)));
    let part = match (change_passed, live.message()) {
        (true, _) if words_passed => return Ok(Reply::default()),
        (true, _) => Part::Message,
        (false, Some(_)) => Part::Whole,
        (false, None) => Part::Change,
    };
    let stamp = Stamp::passed(head, &set, &live).with_message(live.message());
    // Whose work it is matters only to a policy that tells agents from people.
    if live.policy().applies_to == AppliesTo::Agents && replay::is_of_a_person(git, &set)? {
        stamp.write(git_dir);
        return Ok(Reply::default());
    }
    let reply = Reply::of(live.judge(set, part)?, live.policy());
    if !reply.blocks {
        stamp.write(git_dir);
        return Ok(reply);
    }
    if change_passed || left.is_some_and(|stamp| stamp.is_on(head)) {
        return Ok(reply);
    }
    Stamp::remove(git_dir);
    Ok(reply.note(
        "no pre-commit hook has passed this change (--no-verify, cherry-pick, revert or rebase), so it was judged here",
    ))
}

//! `commit-msg`: the message and what it claims; the change too, unless it has passed already.

use std::ffi::OsString;

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit, message, until_exit};
use crate::engine::Part;
use crate::gate::Live;
use crate::hook::Hook;
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let git_dir = &git.layout().git_dir;
    let head = head_commit(git)?;
    let live = until_exit(Live::on_head(git, Some(message::read(Hook::CommitMsg, git, args)?))?);
    if live.is_exempt() {
        return Ok(Reply::default());
    }
    let set = git.staged(None)?;
    let left = Stamp::read(git_dir).filter(|stamp| stamp.covers(head, &set, &live));
    if left.as_ref().zip(live.message()).is_some_and(|(stamp, words)| stamp.covers_message(words)) {
        return Ok(Reply::default());
    }
    let part = if left.is_some() { Part::Message } else { Part::Whole };
    let stamp = Stamp::passed(head, &set, &live).with_message(live.message());
    let reply = Reply::of(live.judge(set, part)?, live.policy());
    if !reply.blocks {
        stamp.write(git_dir);
    }
    Ok(reply)
}

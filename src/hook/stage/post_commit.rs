//! `post-commit`: too late to stop anything, in time to say it. Judges what the stages before it did not pass, and takes
//! the stamp away.

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit};
use crate::engine::Part;
use crate::gate::Live;
use crate::model::change::ChangeSet;
use crate::model::object::ObjectId;
use crate::model::outcome::Decision;
use crate::source::git::{GitError, GitSource};

pub(super) fn run(git: &dyn GitSource) -> Result<Reply, StageError> {
    let git_dir = &git.layout().git_dir;
    let left = Stamp::read(git_dir);
    Stamp::remove(git_dir);
    let Some(id) = head_commit(git)? else { return Ok(Reply::default()) };
    let info = git.commit_info(id)?;
    let is_root = info.parents.is_empty();
    let live = Live::just_made(git, info)?;
    if live.is_exempt() {
        return Ok(Reply::default());
    }
    let set = made(git, id, left.as_ref())?;
    let stamp = left.filter(|stamp| stamp.covers_change(&set));
    let heard = stamp.as_ref().zip(live.message()).is_some_and(|(stamp, words)| stamp.covers_message(words));
    let (part, unheard) = match (stamp.is_some(), heard) {
        (true, true) => return Ok(Reply::default()),
        (true, false) => (Part::Message, "its message was not judged before it was made"),
        (false, _) => (Part::Whole, "no hook had judged this change before it was made"),
    };
    let outcome = live.judge(set, part)?;
    if outcome.decision == Decision::Pass {
        return Ok(Reply::default());
    }
    let short = id.short();
    let reply = Reply::of(outcome, live.policy()).note(format!("commit {short} stands: {unheard}")).note(if is_root {
        "mend it with `git commit --amend`".to_owned()
    } else {
        format!("mend it with `git commit --amend`, or take it back with `git reset --soft {short}~1`")
    });
    Ok(reply)
}

/// What the commit changed against the commit the stamp was made on (an amended commit has another parent), else against
/// its parents.
fn made(git: &dyn GitSource, id: ObjectId, stamp: Option<&Stamp>) -> Result<ChangeSet, GitError> {
    let own = git.commit(id)?;
    match stamp.and_then(Stamp::head) {
        Some(head) if !own.merge && !stamp.is_some_and(|stamp| stamp.covers_change(&own)) => {
            let against_stamp = git.trees(head, &id.to_string())?;
            Ok(if stamp.is_some_and(|stamp| stamp.covers_change(&against_stamp)) { against_stamp } else { own })
        }
        _ => Ok(own),
    }
}

//! `post-commit`: too late to stop anything, in time to say it. Judges what the stages before it did not pass, takes the
//! stamp away, and leaves a note on the commit of an agent that says what was judged.

use super::stamp::Stamp;
use super::{Reply, StageError, head_commit};
use crate::engine::Part;
use crate::gate::Live;
use crate::gate::session::{Witness, witness};
use crate::model::attestation::{Judgement, NOTES, PolicyName, Statement, Tool};
use crate::model::change::ChangeSet;
use crate::model::finding::Finding;
use crate::model::object::ObjectId;
use crate::model::outcome::Decision;
use crate::source::git::{GitError, GitSource};
use crate::source::signing;
use crate::system;

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
        (true, true) => {
            let unsigned = leave_note(git, id, &live, Decision::Pass, &[]);
            return Ok(Reply::default().noting(unsigned));
        }
        (true, false) => (Part::Message, "its message was not judged before it was made"),
        (false, _) => (Part::Whole, "no hook had judged this change before it was made"),
    };
    let outcome = live.judge(set, part)?;
    let unsigned = leave_note(git, id, &live, outcome.decision, &outcome.findings);
    if outcome.decision == Decision::Pass {
        return Ok(Reply::default().noting(unsigned));
    }
    let short = id.short();
    let reply = Reply::of(outcome, live.policy()).note(format!("commit {short} stands: {unheard}")).note(if is_root {
        "mend it with `git commit --amend`".to_owned()
    } else {
        format!("mend it with `git commit --amend`, or take it back with `git reset --soft {short}~1`")
    });
    Ok(reply.noting(unsigned))
}

/// Says what was judged, under `refs/notes/warrant`. Best effort: the note allows nothing by itself, so nothing is lost without
/// it. What comes back is why it is not signed, where it should be.
fn leave_note(
    git: &dyn GitSource,
    id: ObjectId,
    live: &Live<'_>,
    decision: Decision,
    findings: &[Finding],
) -> Option<String> {
    let tree = git.tree_of(id).ok()?;
    let mut warnings: Vec<String> =
        findings.iter().filter(|finding| finding.waived.is_none()).map(|finding| finding.rule.to_owned()).collect();
    warnings.dedup();
    let agent = live.actor().agent().map(str::to_owned);
    // A person's commit is nothing of a session's.
    let Witness { report, receipts } = agent.as_ref().map(|agent| witness(git, agent, id)).unwrap_or_default();
    let judgement = Judgement {
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        tree: tree.to_string(),
        policy: PolicyName { name: live.policy().name.clone(), id: live.policy().id.clone() },
        decision,
        agent,
        day: system::today().to_string(),
        warnings,
        report,
        receipts,
        carried_from: None,
    };
    let statement = Statement::new(id, judgement).to_json();
    let (text, unsigned) = match signing::sign(git, statement.as_bytes()) {
        Ok(signed) => (signed.unwrap_or(statement), None),
        Err(why) => (statement, Some(format!("the note on commit {} is not signed: {why}", id.short()))),
    };
    let _lost = git.write_note(NOTES, id, &text);
    unsigned
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

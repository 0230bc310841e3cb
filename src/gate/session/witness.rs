//! What a note on a commit is to say of the session it was made in: the declared report, and the runs that were recorded.

use sha2::{Digest as _, Sha256 as Hash};

use super::commits::Moved;
use super::{Present, id};
use crate::model::attestation::{Descriptor, Reported, Sha256};
use crate::model::change::ChangeSet;
use crate::model::object::ObjectId;
use crate::model::receipt::{Receipt, RunKind};
use crate::session::journal::Journal;
use crate::session::receipts::{Receipts, hex};
use crate::source::git::{GitError, GitSource};

/// The most of a report that goes into a note, in bytes.
const MAX_REPORT: usize = 64 << 10;

/// The most runs that a note names, the latest.
const MAX_RECEIPTS: usize = 50;

#[derive(Debug, Default)]
pub struct Witness {
    pub report: Option<Reported>,
    pub receipts: Vec<Descriptor>,
}

/// For the commit at `HEAD`, made just now by `agent`. Nothing where no session of that agent's is under way.
pub fn witness(git: &dyn GitSource, agent: &str, commit: ObjectId) -> Witness {
    let Some(present) = Present::of(git, Some(agent)) else { return Witness::default() };
    let journal = &present.journal;
    let mut receipts = present.facts(git).receipts;
    let recorded = Receipts::of(&git.layout().common_dir).load();
    let own = recorded.iter().filter(|one| one.started >= journal.started && one.may_be_of(present.id()));
    receipts.extend(own.map(|recorded| recorded.receipt(None)));
    receipts.retain(|receipt| receipt.run.kind != RunKind::Other);
    receipts.sort_by_key(|receipt| receipt.started);
    let latest = receipts.len().saturating_sub(MAX_RECEIPTS);
    let receipts = receipts.iter().skip(latest).map(descriptor).collect();
    Witness { report: report(git, journal, commit), receipts }
}

/// Did `agent` hand in a report that will be about the commit in the making, and what leads to it, and nothing else?
pub fn speaks_for_staged(git: &dyn GitSource, agent: &str) -> bool {
    let Some(Present { journal, .. }) = Present::of(git, Some(agent)) else { return false };
    let head = git.head().ok().and_then(|head| head.commit);
    let changes = |set: Result<ChangeSet, GitError>| set.ok().map(|set| set.changes);
    let is_all = || changes(git.worktree(None)) == changes(git.staged(None));
    head.is_some_and(|head| reported(git, &journal, head).is_some()) && is_all()
}

/// The session's report, where it is surely about what leads from the session's start to this commit: the session began on a
/// clean work tree, made every commit since, and the work tree is clean now. Held against anything else, what is true of the
/// session might be false.
fn report(git: &dyn GitSource, journal: &Journal, commit: ObjectId) -> Option<Reported> {
    let (since, text) = reported(git, journal, commit)?;
    let left = git.worktree(None).ok()?;
    let is_clean = left.changes.is_empty() && left.incomplete.is_empty();
    is_clean.then(|| Reported { since: since.to_string(), text: text.to_owned() })
}

/// The report, with the commit that the session began at, clean.
fn reported<'a>(git: &dyn GitSource, journal: &'a Journal, tip: ObjectId) -> Option<(ObjectId, &'a str)> {
    let text = journal.report.as_ref().filter(|text| text.len() <= MAX_REPORT)?;
    let start = journal.start.as_ref()?;
    let since = id(start.head.as_deref()?)?;
    if git.tree_of(since).ok()? != id(start.tree.as_deref()?)? || !start.incomplete.is_empty() {
        return None;
    }
    let made = Moved::since(git, journal, &[]).ok()?.made;
    let between = git.range(&format!("{since}..{tip}")).ok()?;
    let is_own = between.base == Some(since) && between.commits.iter().all(|one| made.contains(one));
    is_own.then_some((since, text))
}

/// SHA-256 over the receipt as JSON: `[id, command, started, ended, exit, run]`.
fn descriptor(receipt: &Receipt) -> Descriptor {
    let Receipt { id, command, started, ended, exit, run, .. } = receipt;
    let json = serde_json::to_vec(&(id, command, started, ended, exit, run)).unwrap_or_default();
    Descriptor { name: id.clone(), digest: Sha256 { sha256: hex(&Hash::digest(&json), 32) } }
}

//! A commit in the making, as the git hooks see it: in several steps, of which each may need only a part of the check.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use bstr::{BStr, BString};

use super::session::{Present, speaks_for_staged, witness};
use super::{Frame, GateError, Request, Sides, Subject, Target, actor, contract_in_force, load_policy, own_message};
use crate::engine::Part;
use crate::model::actor::Actor;
use crate::model::change::{ChangeSet, CommitInfo};
use crate::model::contract::Contract;
use crate::model::message::{Message, MessageSource};
use crate::model::object::ObjectId;
use crate::model::outcome::Outcome;
use crate::model::policy::{Policy, Require};
use crate::policy::{Loaded, Nesting};
use crate::source::git::GitSource;

/// Who commits, where, and under which policy. Nothing has been compared yet.
pub struct Live<'g> {
    git: &'g dyn GitSource,
    /// The commit before the change: the trusted side.
    base: Option<ObjectId>,
    loaded: Loaded,
    branch: Option<BString>,
    actor: Actor,
    message: Option<Message>,
    commit: Option<CommitInfo>,
    /// What a person's task and prompts set for it.
    contract: Option<Contract>,
    /// The session an agent commits in. A person's commit is nothing of a session's.
    session: Option<Present>,
}

impl<'g> Live<'g> {
    /// A commit that git is about to make on top of `HEAD`. `message` is `None` while it is not written.
    pub fn on_head(git: &'g dyn GitSource, message: Option<Message>) -> Result<Self, GateError> {
        let head = git.head()?;
        Self::new(git, head.commit, message, None)
    }

    /// The commit git has just made: its parent is the trusted side, its own message counts.
    pub fn just_made(git: &'g dyn GitSource, commit: CommitInfo) -> Result<Self, GateError> {
        let message = own_message(&commit, MessageSource::Commit);
        Self::new(git, commit.parents.first().copied(), Some(message), Some(commit))
    }

    fn new(
        git: &'g dyn GitSource,
        base: Option<ObjectId>,
        message: Option<Message>,
        commit: Option<CommitInfo>,
    ) -> Result<Self, GateError> {
        let loaded = load_policy(git, &Sides::new(git, base)?, None, &[])?;
        let branch = git.head()?.branch.or_else(|| rebased_branch(&git.layout().git_dir));
        let actor = actor::of_present(git, message.as_ref(), branch.as_ref().map(|name| name.as_slice()));
        let session = actor.agent().and_then(|agent| Present::of(git, Some(agent)));
        let contract = contract_in_force(git, session.as_ref())?;
        Ok(Self { git, base, loaded, branch, actor, message, commit, contract, session })
    }

    pub fn policy(&self) -> &Policy {
        &self.loaded.policy
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Names the task's contract; empty where there is none. A contract that is not as pinned has another name.
    pub fn contract_id(&self) -> String {
        let id = |contract: &Contract| format!("{} {}", contract.id, contract.tampered.as_deref().unwrap_or_default());
        self.contract.as_ref().map(id).unwrap_or_default()
    }

    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    pub fn branch(&self) -> Option<&BStr> {
        self.branch.as_ref().map(|name| BStr::new(name.as_slice()))
    }

    /// Nothing is to be judged: the policy is for agents, and nothing shows one.
    pub fn is_exempt(&self) -> bool {
        self.policy().exempts(&self.actor)
    }

    fn has_report(&self) -> bool {
        let Some(agent) = self.actor.agent() else { return false };
        match &self.commit {
            Some(made) => witness(self.git, agent, made.id).report.is_some(),
            None => speaks_for_staged(self.git, agent),
        }
    }

    pub fn judge(&self, set: ChangeSet, part: Part) -> Result<Outcome, GateError> {
        // A report of the session that travels with the commit need not be repeated in its message.
        let asks = self.policy().report.require == Require::Declared && part != Part::Change;
        let is_spoken_for = asks && self.has_report();
        let request = Request { part, is_spoken_for, ..Request::new(Target::Staged) };
        let sides = Sides::new(self.git, self.base)?;
        let nesting = Nesting::new(&self.loaded, &sides.list());
        let frame = Frame::new(self.git, &self.loaded, &nesting, &request);
        let session = self.session.as_ref().map(|session| session.facts(self.git));
        frame.run(Subject {
            set,
            contents: self.git,
            repository: self.git,
            contract: self.contract.as_ref(),
            push: None,
            session: session.as_ref(),
            commit: self.commit.clone(),
            branch: self.branch.as_ref().map(|name| name.as_slice()),
            message: self.message.as_ref(),
            actor: self.actor.clone(),
        })
    }
}

/// Does the commit itself show that an agent made it? The environment of now says nothing about it.
pub fn is_by_agent(commit: &CommitInfo) -> bool {
    let message = own_message(commit, MessageSource::Commit);
    actor::of_past(Some(commit), Some(&message), None).agent().is_some()
}

/// During a rebase `HEAD` is detached; git keeps the branch's name here, and its bounds still hold.
fn rebased_branch(git_dir: &Path) -> Option<BString> {
    ["rebase-merge/head-name", "rebase-apply/head-name"].iter().find_map(|name| {
        let mut text = Vec::new();
        fs::File::open(git_dir.join(name)).ok()?.take(4096).read_to_end(&mut text).ok()?;
        Some(BString::from(text.trim_ascii_end().strip_prefix(b"refs/heads/")?))
    })
}

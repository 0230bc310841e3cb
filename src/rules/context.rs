//! What a rule can see.

use jiff::civil::Date;

use crate::analyze::facts::Facts;
use crate::model::actor::Actor;
use crate::model::change::{Change, ChangeSet, CommitInfo};
use crate::model::claim::{Judged, Report, Undisclosed};
use crate::model::contract::Contract;
use crate::model::message::Message;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::push::Push;
use crate::model::receipt::SessionFacts;
use crate::model::repository::RepoState;
use crate::model::waiver::{Review, Use};

/// Everything known about the change under judgement. Nothing here does IO on its own; contents come through
/// [`Facts`], lazily.
pub struct Context<'a> {
    pub policy: &'a Policy,
    pub set: &'a ChangeSet,
    pub facts: &'a Facts<'a>,
    pub actor: &'a Actor,
    /// The repository the change belongs to, for what its commits say of each other.
    pub repository: &'a dyn RepoState,
    /// Short branch name (`main`, `agent/x`) as bytes.
    pub branch: Option<&'a [u8]>,
    /// The folder of the work tree that `core.hooksPath` names, where it names one.
    pub hooks_directory: Option<&'a RepoPath>,
    /// The bounds of the task at hand; none for a change of the past.
    pub contract: Option<&'a Contract>,
    /// What is known of the session that made the change.
    pub session: Option<&'a SessionFacts>,
    /// The push the change belongs to, at a gate that judges one.
    pub push: Option<&'a Push>,
    pub commit: Option<&'a CommitInfo>,
    pub message: Option<&'a Message>,
    /// The declared report, if the agent gave one.
    pub report: Option<&'a Report>,
    pub claims: &'a [Judged],
    pub undisclosed: &'a [Undisclosed],
    pub today: Date,
    /// What is asked about the waivers of the policy.
    pub review: Review,
    /// What each of them did, in their order.
    pub waiver_uses: &'a [Use],
}

impl<'a> Context<'a> {
    /// The changes with their index, which is what [`Facts`] wants.
    pub fn changes(&self) -> impl Iterator<Item = (usize, &'a Change)> + use<'a> {
        self.set.changes.iter().enumerate()
    }

    pub fn agent(&self) -> Option<&'static str> {
        self.actor.agent()
    }
}

//! Coding agents: how each shows itself. One file an agent.

use bstr::BStr;

use crate::model::actor::Actor;
use crate::model::change::CommitInfo;
use crate::model::message::Message;

/// Looks a variable up.
pub type Lookup = dyn Fn(&str) -> Option<String>;

/// Signs to look at; whichever are at hand.
#[derive(Default)]
pub struct Signs<'a> {
    /// The process environment, in hooks only: for a commit of the past it says nothing.
    pub environment: Option<&'a Lookup>,
    pub commit: Option<&'a CommitInfo>,
    pub message: Option<&'a Message>,
    /// Short branch name.
    pub branch: Option<&'a BStr>,
}

/// Who made this, with evidence; strongest evidence first.
pub fn identify(_signs: &Signs<'_>) -> Actor {
    Actor::default()
}

//! Agents' own hooks: what a client tells us ([`Call`]), and what we answer ([`Answer`]).
//!
//! One file an agent reads its payloads and speaks its protocol; the stages know neither.

use std::path::PathBuf;

use crate::model::event::Event;

/// One call of a hook, whichever client made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who called, told from the payload: kebab-case, as in `agents = […]` of a policy.
    pub agent: &'static str,
    /// The agent's own id of the session; of a helper, that of its parent where it is told.
    pub session: String,
    /// The directory the client stands in. It moves with the agent's `cd`.
    pub directory: PathBuf,
    /// Where the transcript lies, where the client says so.
    pub transcript: Option<PathBuf>,
    pub event: Event,
}

/// What we have to say, before it is put in the client's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: go on.
    Silent,
    /// For the agent to know; forbids nothing.
    Context(String),
    /// The tool may not run.
    Deny(String),
    /// The turn may not end yet.
    Block(String),
}

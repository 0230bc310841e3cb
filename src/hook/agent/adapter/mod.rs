//! One file an agent: how its payloads are read and its answers put.
//!
//! An adapter knows a client's words and nothing else: it decides nothing, and opens no file but the history that stands
//! in for Aider's payload. Whatever a payload holds, reading it ends in a [`Call`], in nothing of interest, or in an
//! [`Unreadable`]; never in a panic.

mod aider;
pub mod caller;
mod claude_code;
mod claude_shape;
mod codex;
mod copilot;
mod cursor;
mod devin;
mod factory_droid;
mod fields;
mod gemini;
mod generic;
mod opencode;
mod output;
mod qwen;
mod vscode;

#[cfg(test)]
mod tests;

use std::fmt;

use super::{Answer, Call};
use crate::source::json::Object;

/// Looks a variable of the environment up.
pub type Lookup = dyn Fn(&str) -> Option<String> + Sync;

/// What one call brought along.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The client's name for the event: from the payload, or else from the command line. Empty where neither says.
    pub event: &'a str,
    pub fields: &'a Object<'a>,
    pub environment: &'a Lookup,
}

impl Input<'_> {
    pub fn env(&self, name: &str) -> Option<String> {
        (self.environment)(name)
    }
}

/// What we say back: these bytes and this status, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    pub stdout: String,
    pub stderr: String,
    pub exit: u8,
}

impl Wire {
    fn json(value: &serde_json::Value) -> Self {
        Self { stdout: format!("{value}\n"), ..Self::default() }
    }
}

/// Where in a session an event stands, whatever the client calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    SessionStart,
    Prompt,
    PreTool,
    PostTool,
    Stop,
    SessionEnd,
    /// Nothing that we answer.
    Other,
}

/// Why a payload could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    TooLarge,
    /// The reason, where there is one.
    Io(String),
    NotJson,
    /// It names no session.
    NoSession,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("what the client sent is larger than is read"),
            Self::Io(error) => write!(f, "what the client sent cannot be read: {error}"),
            Self::NotJson => f.write_str("what the client sent is no JSON object"),
            Self::NoSession => f.write_str("what the client sent names no session"),
        }
    }
}

pub trait Adapter: Sync {
    /// What `--agent` takes.
    fn name(&self) -> &'static str;

    /// The agent's name in a policy.
    fn agent(&self) -> &'static str {
        self.name()
    }

    /// Whether the client hands a payload over on stdin.
    fn reads_stdin(&self) -> bool {
        true
    }

    /// Whether it was seen to tell the end of a turn that was blocked before from one that was not.
    fn tells_of_blocks(&self) -> bool {
        false
    }

    /// What the client means by this event.
    fn moment(&self, event: &str) -> Moment;

    /// `None` for an event that is of no interest.
    fn parse(&self, input: &Input<'_>) -> Result<Option<Call>, Unreadable>;

    /// Puts an answer to an event in the client's words.
    fn answer(&self, event: &str, answer: &Answer) -> Wire;
}

/// Every adapter, sorted by name.
pub static ADAPTERS: &[&dyn Adapter] = &[
    &aider::Aider,
    &claude_code::ClaudeCode,
    &codex::Codex,
    &copilot::Copilot,
    &cursor::Cursor,
    &devin::Devin,
    &factory_droid::FactoryDroid,
    &gemini::Gemini,
    &generic::Generic,
    &opencode::OpenCode,
    &qwen::Qwen,
    &vscode::VsCode,
];

/// The adapter of this name.
pub fn named(name: &str) -> Option<&'static dyn Adapter> {
    ADAPTERS.iter().copied().find(|adapter| adapter.name() == name)
}

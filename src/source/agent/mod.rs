//! Coding agents: how each shows itself. One file an agent.
//!
//! All of this is a hint and no security boundary: a variable can be unset and a trailer left out. What is looked at, and
//! what is not, is told in `docs/agents.md`.

mod aider;
mod amp;
mod claude_code;
mod codex;
mod copilot;
mod crush;
mod cursor;
mod detect;
mod devin;
mod factory_droid;
mod gemini;
mod generic;
mod goose;
mod jules;
mod junie;
mod opencode;
mod openhands;
mod profile;
mod qwen;
mod replit;

use bstr::BStr;

use crate::model::actor::{Actor, MessageMark};
use crate::model::change::CommitInfo;
use crate::model::message::Message;

use profile::Profile;

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

/// The agent named where there are signs of one and none says which.
pub const UNKNOWN: &str = "unknown-agent";

/// Every agent known by name, sorted.
static PROFILES: &[Profile] = &[
    aider::PROFILE,
    amp::PROFILE,
    claude_code::PROFILE,
    codex::PROFILE,
    copilot::PROFILE,
    crush::PROFILE,
    cursor::PROFILE,
    devin::PROFILE,
    factory_droid::PROFILE,
    gemini::PROFILE,
    goose::PROFILE,
    jules::PROFILE,
    junie::PROFILE,
    opencode::PROFILE,
    openhands::PROFILE,
    qwen::PROFILE,
    replit::PROFILE,
];

/// The names a policy can use in `agents = […]`.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|profile| profile.name).chain([UNKNOWN])
}

/// Who made this, with evidence; strongest evidence first: the environment, then author and committer, trailers, and the
/// branch. An agent known by name comes before one that is not.
pub fn identify(signs: &Signs<'_>) -> Actor {
    let mut evidence = Vec::new();
    for profile in PROFILES {
        detect::signs_of(profile, signs, &mut evidence);
    }
    generic::signs(signs, PROFILES, &mut evidence);
    // The sort is stable: within a kind, the order of finding stays.
    evidence.sort_by_key(|one| (one.agent == UNKNOWN, one.kind));
    let mut seen = Vec::new();
    evidence.retain(|one| {
        let new = !seen.contains(one);
        if new {
            seen.push(one.clone());
        }
        new
    });
    Actor { evidence, marks: Vec::new() }
}

/// The lines of a message that name an agent, in order.
pub fn marks(message: &Message) -> Vec<MessageMark> {
    let mut marks = Vec::new();
    for (line, text) in detect::lines(message) {
        let known = PROFILES.iter().find(|profile| detect::is_mark(profile, text)).map(|profile| profile.name);
        if let Some(agent) = known.or_else(|| generic::named_on(text, PROFILES)) {
            marks.push(MessageMark { line, agent, key: detect::trailer_of(text).map(|(key, _)| key.to_owned()) });
        }
    }
    marks
}

#[cfg(test)]
mod tests;

//! Agents' own hooks: what a client tells us ([`Call`]), and what we answer ([`Answer`]).
//!
//! One file an agent reads its payloads and speaks its protocol; the stages know neither.

pub mod adapter;
pub mod doctor;
pub mod entry;
pub mod install;
pub mod place;
pub mod stage;

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::model::event::{Event, What};

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
    /// For the person, where the client can show it; the turn ends.
    Notice(String),
}

/// What our words to an agent begin with. Some clients hand them back as if a person had written them.
pub const MARK: &str = "git-warrant: ";

/// Whether a text is one of ours. One client puts the date on a line before it.
pub fn is_ours(text: &str) -> bool {
    let text = text.trim_start();
    let text = match text.split_once("</current_datetime>") {
        Some((date, rest)) if date.starts_with("<current_datetime>") => rest.trim_start(),
        _ => text,
    };
    text.starts_with(MARK)
}

impl Call {
    /// Equal for one event that is told twice, as by two configurations that both name us. Clients do that at the same
    /// time; the same key minutes later is an event of its own, for not every client numbers its turns and tools.
    pub fn key(&self) -> String {
        let (kind, id, text): (&str, Option<&str>, &str) = match &self.event.what {
            What::Started { source } => ("started", None, source),
            What::Prompt { text } => ("prompt", None, &text.text),
            What::Call { id, .. } => ("call", id.as_deref(), ""),
            What::Result { id, .. } => ("result", id.as_deref(), ""),
            What::Message { text } => ("message", None, &text.text),
            What::Stopped(stop) => (
                "stopped",
                Some(if stop.continuing { "again" } else { "first" }),
                stop.message.as_ref().map_or("", |text| &text.text),
            ),
            What::Compacted => ("compacted", None, ""),
            What::Ended { reason } => ("ended", None, reason),
        };
        let mut digest = Sha256::new();
        let tool = match &self.event.what {
            What::Call { id: None, tool } | What::Result { id: None, tool, .. } => format!("{tool:?}"),
            _ => String::new(),
        };
        let parts = [
            self.agent,
            &self.session,
            self.event.turn.as_deref().unwrap_or_default(),
            self.event.helper.as_deref().unwrap_or_default(),
            kind,
            id.unwrap_or_default(),
            text,
            &tool,
        ];
        for part in parts {
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
        hex(&digest.finalize())
    }
}

/// The first half of a digest: enough to tell what is told apart here.
fn hex(digest: &[u8]) -> String {
    crate::model::hex::of(&digest[..digest.len().min(16)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_known_when_they_come_back() {
        assert!(is_ours("git-warrant: src/a.rs was not to be changed"));
        assert!(is_ours("\n<current_datetime>2026-11-29</current_datetime>\n\ngit-warrant: x"));
        assert!(!is_ours("what does git-warrant: mean?"));
        assert!(!is_ours("git-warrant is broken"));
    }

    #[test]
    fn a_key_is_that_of_the_event() {
        let what =
            What::Call { id: Some("t1".to_owned()), tool: crate::model::event::Tool::Other { name: "x".to_owned() } };
        let call = Call {
            agent: "codex",
            session: "s".to_owned(),
            directory: PathBuf::from("/r"),
            transcript: None,
            event: Event { at: Some(1), turn: Some("1".to_owned()), helper: None, what },
        };
        let mut twin = call.clone();
        twin.event.at = Some(2);
        twin.directory = PathBuf::from("/r/sub");
        assert_eq!(call.key(), twin.key());
        for change in [
            |call: &mut Call| call.session = "s1".to_owned(),
            |call: &mut Call| call.event.turn = Some("2".to_owned()),
            |call: &mut Call| call.event.helper = Some(String::from("h")),
            |call: &mut Call| call.event.what = What::Compacted,
        ] {
            let mut other = call.clone();
            change(&mut other);
            assert_ne!(call.key(), other.key(), "{other:?}");
        }
    }
}

//! Who made a change, as far as it can be told, with the evidence for it.

use std::fmt;

use serde::Serialize;

/// The maker of a change. Evidence is a hint, never a security boundary: anybody can write a trailer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    pub evidence: Vec<Evidence>,
    /// Where the message under judgement names agents.
    pub marks: Vec<MessageMark>,
}

/// A line of a message that names an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageMark {
    /// 1-based.
    pub line: u32,
    pub agent: &'static str,
    /// Of a trailer, as written; `None` for a line such as "Generated with …".
    pub key: Option<String>,
}

impl Actor {
    /// The agent the evidence names first; `None` for a human as far as can be told.
    pub fn agent(&self) -> Option<&'static str> {
        self.evidence.first().map(|evidence| evidence.agent)
    }
}

/// One sign that an agent was at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Kebab-case name: `claude-code`, `codex`, …
    pub agent: &'static str,
    pub kind: EvidenceKind,
    /// What was seen: `CLAUDECODE=1`, `Co-authored-by: …`.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    Environment,
    Author,
    Committer,
    Trailer,
    Branch,
    /// The agent's own hooks told of it.
    Session,
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "environment",
            Self::Author => "author",
            Self::Committer => "committer",
            Self::Trailer => "trailer",
            Self::Branch => "branch",
            Self::Session => "session",
        })
    }
}

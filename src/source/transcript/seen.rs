//! What was met while a transcript was read.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::Format;

/// The most different names kept of anything.
const MAX_NAMES: usize = 64;

/// About the file and the session it tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `None`: no format that is known here, so nothing was read.
    pub format: Option<Format>,
    /// The agent, where the file itself says it.
    pub agent: Option<String>,
    /// The agent's own name for the session.
    pub session: Option<String>,
    /// Where the session began.
    pub directory: Option<BString>,
    /// The commit it began at, as written.
    pub head: Option<String>,
    /// Versions of the client, in the order seen.
    pub versions: Vec<String>,
    /// Lines or messages.
    pub rows: u64,
    /// Rows of a kind that is not known here, by kind.
    pub unknown: BTreeMap<String, u64>,
    /// Rows that could not be read.
    pub broken: u64,
    /// Rows too long to be taken up.
    pub oversized: u64,
    /// Why not all of the session is here.
    pub gaps: BTreeSet<Gap>,
}

impl Seen {
    /// Is all that the agent did in the session told here? Only then does it mean anything that something is not.
    pub fn is_whole(&self) -> bool {
        self.format.is_some() && self.gaps.is_empty()
    }

    pub(super) fn unknown(&mut self, kind: &str) {
        let kind: String = kind.chars().take(60).collect();
        let room = self.unknown.len() < MAX_NAMES || self.unknown.contains_key(&kind);
        *self.unknown.entry(if room { kind } else { "…".to_owned() }).or_default() += 1;
    }

    pub(super) fn version(&mut self, version: &str) {
        let version: String = version.chars().take(60).collect();
        if !version.is_empty() && self.versions.len() < MAX_NAMES && !self.versions.contains(&version) {
            self.versions.push(version);
        }
    }
}

/// Something that hides a part of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// The file begins with a summary of what came before.
    Before,
    /// A helper was at work whose doings are told elsewhere.
    Helper,
    /// A command went on in the background, and its end is not told.
    Background,
    /// Tools were called by a program, and only the program is told.
    CodeMode,
    /// The format has no results of tools.
    NoResults,
    /// Rows were broken, too long or too many.
    Cut,
}

impl Gap {
    /// Why something may be missing, as a clause.
    pub fn why(self) -> &'static str {
        match self {
            Self::Before => "it goes on from an earlier session that is not in it",
            Self::Helper => "a helper's doings are told elsewhere",
            Self::Background => "a command's end in the background is not told",
            Self::CodeMode => "tools were called from a program of the agent's",
            Self::NoResults => "its format has no results of commands",
            Self::Cut => "some of its rows could not be read",
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Helper => "helper",
            Self::Background => "background",
            Self::CodeMode => "code-mode",
            Self::NoResults => "no-results",
            Self::Cut => "cut",
        }
    }
}

//! A rule's result.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::object::ObjectId;
use super::origin::Origin;
use super::path::RepoPath;
use super::waiver::Lifted;

/// rustc's and cargo-deny's words.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The rule does not run.
    #[default]
    Allow,
    /// Said, never blocks.
    Warn,
    /// Blocks where the policy's mode is `enforce`.
    Deny,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        })
    }
}

/// One thing a rule found. Made by [`crate::rules::Sink`] only, so that none lacks a place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// `family/name`.
    pub rule: &'static str,
    pub level: Level,
    /// What is wrong: one phrase, lower case, no final stop.
    pub message: String,
    pub location: Location,
    /// Why it matters or what was compared, one a line.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The setting that decided; `None` when the rule's built-in default did.
    pub origin: Option<Origin>,
    /// The claim this finding is about, as an index into the claims of the outcome.
    pub claim: Option<usize>,
    /// Stable over line moves: hash of rule, path and the key the rule gave.
    pub fingerprint: String,
    /// The commit judged, when one was.
    pub commit: Option<ObjectId>,
    /// What lifts this finding, if anything does.
    pub waived: Option<Lifted>,
}

/// Where a finding lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// The change as a whole.
    Change,
    /// A changed path.
    Path { path: RepoPath },
    /// A line of the new file (added) or of the old one (deleted).
    Line { path: RepoPath, side: LineSide, line: u32, text: LineText },
    /// A 1-based line of the commit message or report text.
    Message { line: u32, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineSide {
    Old,
    New,
}

/// The text of the line to show, with the columns to point at. Secrets are redacted before they get here.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineText {
    /// Lossy text of the line, cut to a bound.
    pub text: String,
    /// Byte range in `text` to mark.
    pub mark: Option<(usize, usize)>,
}

impl Location {
    pub fn path(&self) -> Option<&RepoPath> {
        match self {
            Self::Path { path } | Self::Line { path, .. } => Some(path),
            Self::Change | Self::Message { .. } => None,
        }
    }

    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Line { line, .. } | Self::Message { line, .. } => Some(*line),
            Self::Change | Self::Path { .. } => None,
        }
    }
}

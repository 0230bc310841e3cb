//! The result of a check: what was found, what was claimed, what could not be judged, and the decision.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::change::{CommitInfo, Engine, Incomplete, Subject};
use super::claim::{Judged, Undisclosed};
use super::finding::Finding;
use super::waiver::{Tally, Use};

/// In order of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Pass,
    Warn,
    /// Something could not be judged, and nothing found so far blocks.
    Incomplete,
    Block,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Incomplete => "incomplete",
            Self::Block => "block",
        })
    }
}

/// One judged change.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub subject: Subject,
    pub engine: Engine,
    pub commit: Option<CommitInfo>,
    pub actor: Actor,
    pub decision: Decision,
    /// Ordered by path, line, rule and message; waived ones included and marked.
    pub findings: Vec<Finding>,
    pub claims: Vec<Judged>,
    pub undisclosed: Vec<Undisclosed>,
    pub incomplete: Vec<Incomplete>,
    pub stats: Stats,
    /// How many findings were lifted by what, in the order of the policy; those not kept one by one are counted too.
    pub waived: Vec<Tally>,
    /// What each waiver of the policy did, in their order; empty where the rules were not run.
    pub waiver_uses: Vec<Use>,
    /// Why the rules were not run, when they were not: the policy applies to agents and this is none's work.
    pub exempt: Option<String>,
    /// What is worth knowing and decides nothing, one sentence each.
    pub notes: Vec<String>,
}

/// The size of a change. Lines are counted only where a rule or claim asked for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub files: u64,
    pub added_lines: Option<u64>,
    pub deleted_lines: Option<u64>,
}

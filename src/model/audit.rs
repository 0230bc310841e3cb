//! What an audit of recorded sessions comes to.

use std::collections::BTreeMap;

use super::claim::Judged;
use super::object::ObjectId;
use super::path::RepoPath;
use super::receipt::{RunKind, RunState};

/// One recorded session.
#[derive(Clone, Debug, Default)]
pub struct SessionRecord {
    /// Where it was found: a file, or a path in a ref.
    pub place: String,
    /// The format, or `None` where nothing could be read.
    pub format: Option<&'static str>,
    pub agent: Option<String>,
    pub session: Option<String>,
    pub versions: Vec<String>,
    /// Why it could not be read at all.
    pub fault: Option<String>,
    pub rows: u64,
    /// Rows of kinds not known here.
    pub unknown: BTreeMap<String, u64>,
    pub broken: u64,
    pub oversized: u64,
    /// Names of what hides a part of it, and why, as clauses.
    pub gaps: Vec<(&'static str, &'static str)>,
    /// First and last event, milliseconds since 1970.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub prompts: u64,
    pub messages: u64,
    /// Edits of files by tools made for it, and the files.
    pub edits: u64,
    pub files: u64,
    pub commands: u64,
    pub refused: u64,
    /// Commands that may have written files.
    pub shell_writes: u64,
    /// Commands with an outcome, whatever it is.
    pub ended: u64,
    /// What came of tests, linters, builds.
    pub runs: BTreeMap<(RunKind, Outcome), u64>,
    /// What the agent claimed in the last message of a turn, of commands and commits, judged by what was seen until then.
    pub claims: Vec<Said>,
    /// Commits that git said were made.
    pub commits: Vec<String>,
}

/// [`RunState`] with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Passed,
    Failed,
    NothingRun,
    Unreadable,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NothingRun => "nothing-run",
            Self::Unreadable => "unreadable",
        }
    }
}

impl From<RunState> for Outcome {
    fn from(state: RunState) -> Self {
        match state {
            RunState::Passed => Self::Passed,
            RunState::Failed => Self::Failed,
            RunState::NothingRun => Self::NothingRun,
            RunState::Unreadable => Self::Unreadable,
        }
    }
}

/// A claim of a session's.
#[derive(Clone, Debug)]
pub struct Said {
    /// Which prompt it answers, from 1.
    pub turn: u64,
    pub at: Option<i64>,
    pub judged: Judged,
}

/// A commit and the sessions it came from.
#[derive(Clone, Debug)]
pub struct Link {
    pub commit: ObjectId,
    pub subject: String,
    /// What ties them: `trailer`, `output`, `note`.
    pub by: &'static str,
    /// Places of the sessions that could be read.
    pub sessions: Vec<String>,
    /// Sessions that are named and could not be read.
    pub unread: u64,
    pub files: u64,
    /// Files that an edit of the sessions names.
    pub edited: u64,
    /// Files that no edit names, and a shell command does.
    pub named: u64,
    /// Files that nothing in the sessions names; the first of them.
    pub uncovered: Vec<RepoPath>,
    pub uncovered_total: u64,
}

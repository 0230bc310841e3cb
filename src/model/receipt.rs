//! Recorded runs of commands: what claims about tests, linters and builds are judged by.

use serde::{Deserialize, Serialize};

use super::object::ObjectId;

/// One run of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Names the receipt in a session: what a claim's `receipt` field refers to.
    pub id: String,
    /// `run --name`, where one was given.
    pub name: Option<String>,
    /// The command as a shell would read it.
    pub command: String,
    pub source: ReceiptSource,
    /// Milliseconds since 1970.
    pub started: Option<i64>,
    pub ended: Option<i64>,
    /// The exit status of the whole command line.
    pub exit: Option<i32>,
    pub run: Run,
    /// Where the work stood when the command ran, compared with where it stands now.
    pub freshness: Freshness,
}

/// Who saw the command run, from the most trusted to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptSource {
    /// Continuous integration, where a gate was given its result.
    Ci,
    /// `git-warrant run`.
    Run,
    /// A hook of git's ran it, inside of a commit.
    GitHook,
    /// A hook of the agent's told of it.
    Journal,
    /// The agent's transcript tells of it.
    Transcript,
}

/// Is what the command saw what stands now?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// The same tree.
    Fresh,
    /// The tree changed afterwards, or an edit was seen after the run.
    Stale,
    #[default]
    Unknown,
}

/// What came of a command, read from what it printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub kind: RunKind,
    /// The runner: `cargo-test`, `pytest`, `eslint`; empty where none is known.
    pub tool: String,
    pub state: RunState,
    pub counts: Counts,
    /// Not everything was asked for: one file, a filter, a shard.
    pub subset: bool,
    /// One sentence a person can check: the line that decided, or why nothing did.
    pub reason: String,
    /// Where the command line holds several runners, each of them; the fields above are then those of the one that
    /// tells most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Run>,
}

impl Run {
    /// Every runner of the command line: the parts, or this one alone.
    pub fn each(&self) -> &[Run] {
        if self.parts.is_empty() { std::slice::from_ref(self) } else { &self.parts }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    Tests,
    Lint,
    Types,
    Format,
    Build,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    Passed,
    Failed,
    /// It ran, and there was nothing to run: zero tests.
    NothingRun,
    /// Nothing here tells how it ended.
    Unreadable,
}

/// As the runner counted, where it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub passed: Option<u64>,
    pub failed: Option<u64>,
    pub skipped: Option<u64>,
}

/// What is known of the session that made a change.
#[derive(Clone, Debug, Default)]
pub struct SessionFacts {
    /// Names the session; empty where none was recorded.
    pub id: String,
    /// Runs of commands, oldest first.
    pub receipts: Vec<Receipt>,
    /// Every shell command seen, oldest first, as written: those that ran, and those that were refused too.
    pub commands: Vec<SeenCommand>,
    /// Commits made in the session, oldest first.
    pub commits: Vec<ObjectId>,
    /// The state the work stands at now, as a tree.
    pub tree: Option<ObjectId>,
    /// All that the agent did in the session was seen. Where it was not, what is missing proves nothing.
    pub is_whole: bool,
    /// The ledger, the settings or the hooks are not as this program left them: what is wrong with them, one sentence each.
    pub tampered: Vec<String>,
}

/// A shell command that an agent ran or tried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCommand {
    pub command: String,
    /// Refused before it ran.
    pub refused: bool,
    /// The client's word or the exit status says that it failed.
    pub failed: Option<bool>,
    pub at: Option<i64>,
}

//! The lines of a ledger.
//!
//! What a person typed is not kept, for it may hold secrets: a digest tells one prompt from another, and the lines that set
//! bounds (`warrant: …`) are kept as they are. Outputs are cut to [`MAX_OUTPUT`].

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::event::Text;
use crate::model::hex;

/// The most of one output, or of one command, that is kept.
pub const MAX_OUTPUT: usize = 16 << 10;

/// The most files of one edit that are kept.
pub const MAX_FILES: usize = 500;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Entry {
    Start(Box<Start>),
    /// The session went on: `resume`, `compact`, …
    Resumed {
        source: String,
    },
    Prompt {
        digest: String,
        /// The agent's own name for the turn.
        turn: Option<String>,
        /// The lines that set bounds.
        lines: Vec<String>,
        /// It is what we answered, fed back.
        #[serde(default, skip_serializing_if = "is_false")]
        ours: bool,
        /// What was offered to the person as a line, without `warrant:`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        offered: Vec<String>,
    },
    /// A tool is about to run.
    Call {
        id: Option<String>,
        helper: Option<String>,
        tool: Did,
    },
    /// A tool has run.
    Result {
        id: Option<String>,
        helper: Option<String>,
        tool: Did,
        ended: How,
    },
    /// We kept a tool from running.
    Refused {
        id: Option<String>,
        tool: Did,
        reason: String,
    },
    /// The declared report, as it was handed in.
    Report {
        text: String,
    },
    Stop {
        turn: Option<String>,
        message: Option<String>,
        background: bool,
        /// How long the transcript was, where the last words were looked for in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read: Option<u64>,
    },
    /// What we said at a stop.
    Answer {
        /// [`crate::session::journal::Journal::turn`] at that time.
        turn: String,
        /// Names the set of findings.
        findings: String,
        given: Given,
        rules: Vec<String>,
    },
    Ended {
        reason: String,
    },
}

/// How a session found the work tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Start {
    pub schema: u32,
    pub agent: String,
    /// The agent's own name for the session.
    pub session: String,
    /// The git directory of the work tree, for those who list sessions.
    pub git_dir: String,
    /// The top of the work tree.
    pub top: String,
    pub head: Option<String>,
    /// How long the log of `HEAD` was.
    #[serde(default)]
    pub head_log: u64,
    /// The work tree as a tree; `None` where it could not be told.
    pub tree: Option<String>,
    /// The ref that keeps it, below `refs/warrant/`.
    pub kept: Option<String>,
    /// What of the work tree is listed beside the tree: digest of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// What could not be told, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
    /// The policy in force, by its id.
    pub policy: String,
    /// The start itself was missed: this is the state at the first event that was seen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
    /// Hooks and settings that bring us into play.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
    /// Files that git was told not to look at; `None` where they were too many or are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<String>>,
}

/// One file (or setting) by which we are called, as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// For people.
    pub name: String,
    /// Digest of what matters in it; `None` where there was nothing of ours.
    pub digest: Option<String>,
}

/// What a tool did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tool", rename_all = "kebab-case")]
pub enum Did {
    Shell {
        command: String,
        #[serde(default, skip_serializing_if = "is_false")]
        cut: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        directory: Option<String>,
    },
    Edit {
        files: Vec<String>,
        #[serde(default, skip_serializing_if = "is_false")]
        cut: bool,
    },
    Other {
        name: String,
    },
}

/// How a tool ended.
#[expect(clippy::struct_excessive_bools, reason = "one each for what a client can say")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub background: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub interrupted: bool,
    /// It never ran.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    Passed,
    Blocked,
    /// Something stands, and blocking has had its turn.
    LetGo,
    /// The policy only observes.
    Observed,
}

impl How {
    pub fn output(&self) -> Option<Text> {
        self.output.as_ref().map(|text| Text { text: text.clone(), is_cut: self.cut })
    }
}

/// Names a text without keeping it.
pub fn digest(bytes: &[u8]) -> String {
    hex::of(&Sha256::digest(bytes)[..16])
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

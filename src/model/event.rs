//! What an agent did, told in one vocabulary: by its hooks while it happens, by its transcript afterwards.
//!
//! Everything in here was written by the party under judgement. Texts are cut to bounds where they are read, and marked so.

use bstr::BString;

/// One thing that happened in a session, in the order it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Milliseconds since 1970, where the source says when.
    pub at: Option<i64>,
    /// The agent's own name for the turn.
    pub turn: Option<String>,
    /// The helper (sub-agent) that did it; `None` for the main agent.
    pub helper: Option<String>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The session began, or went on: `startup`, `resume`, `compact`, …
    Started { source: String },
    /// A person's words. What hooks feed back and what clients insert is none.
    Prompt { text: Text },
    /// A tool is about to run.
    Call { id: Option<String>, tool: Tool },
    /// A tool has run, or failed to.
    Result { id: Option<String>, tool: Tool, ended: Ended },
    /// The agent said something.
    Message { text: Text },
    /// The turn is over, unless somebody objects.
    Stopped(Stop),
    /// What came before was replaced by a summary.
    Compacted,
    /// The session is over.
    Ended { reason: String },
}

/// The end of a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// The last message, where the source carries it.
    pub message: Option<Text>,
    /// The client says that this turn goes on because a stop was blocked. Some say so always: never to be relied on.
    pub continuing: bool,
    /// Helpers or commands are still at work, so files may yet change.
    pub background: bool,
}

/// What a tool does, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    Shell {
        /// As handed to the shell.
        command: Text,
        /// Where it ran, as written.
        directory: Option<BString>,
    },
    /// Files written, moved or deleted by a tool made for it. A shell command that writes files is a `Shell`.
    Edit {
        files: Vec<Edit>,
    },
    Read {
        path: Option<BString>,
    },
    /// A helper was asked for something.
    Helper {
        prompt: Text,
    },
    Other {
        name: String,
    },
}

/// One file of an edit. Paths are as the agent wrote them: absolute or not, with whichever separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub path: BString,
    pub kind: EditKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditKind {
    Created,
    Modified,
    Deleted,
    /// To the path given.
    Moved(BString),
    /// Written; whether it was there before is not told.
    Written,
}

/// How a tool ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// The exit status, where the source tells one. It is that of the whole command line: `cargo test | tail` ends with
    /// the status of `tail`.
    pub exit: Option<i32>,
    /// The client's own word on success; `None` where it has none.
    pub failed: Option<bool>,
    /// What it printed, as far as it was kept.
    pub output: Option<Text>,
    /// It goes on in the background: nothing here tells its end.
    pub background: bool,
    /// It was interrupted or ran out of time.
    pub interrupted: bool,
    /// A person, a hook or the client refused it: it never ran.
    pub refused: bool,
}

/// Text with a bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Invalid UTF-8 is replaced.
    pub text: String,
    /// Something was left out, from the middle: both ends are kept.
    pub is_cut: bool,
}

impl Text {
    /// The whole text where it has at most `most` bytes; otherwise its two ends, the larger part from the end, where
    /// runners print their summaries.
    pub fn bounded(text: &str, most: usize) -> Self {
        if text.len() <= most {
            return Self { text: text.to_owned(), is_cut: false };
        }
        let head = floor(text, most / 4);
        let tail = ceil(text, text.len() - (most - most / 4));
        Self { text: format!("{}\n[…]\n{}", &text[..head], &text[tail..]), is_cut: true }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), is_cut: false }
    }
}

fn floor(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

fn ceil(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index += 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends() {
        assert_eq!(Text::bounded("short", 5), Text::from("short"));
        let cut = Text::bounded(&format!("{}{}", "ä".repeat(100), "ö".repeat(100)), 40);
        assert!(cut.is_cut && cut.text.starts_with('ä') && cut.text.ends_with('ö'), "{cut:?}");
        assert!(cut.text.len() <= 40 + "\n[…]\n".len());
    }
}

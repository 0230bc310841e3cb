//! A commit message, or the text that stands for one.

use serde::Serialize;

/// A message after git's own clean-up: comments and the scissors part are gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Invalid UTF-8 is replaced. Line numbers below count in this text.
    pub text: String,
    pub trailers: Vec<Trailer>,
    pub source: MessageSource,
}

/// A `Key: value` line of the last paragraph (git-interpret-trailers).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    pub key: String,
    pub value: String,
    /// 1-based.
    pub line: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageSource {
    #[default]
    Commit,
    /// The file git hands to `commit-msg`.
    Hook,
    /// `--message FILE`.
    File,
    Patch,
    /// What an agent said at the end of its turn.
    Final,
}

impl Message {
    pub fn subject(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// What follows the first blank line.
    pub fn body(&self) -> &str {
        self.text.split_once("\n\n").map_or("", |(_, body)| body)
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The values of a trailer; keys compare without case, as git does.
    pub fn trailer<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Trailer> {
        self.trailers.iter().filter(move |trailer| trailer.key.eq_ignore_ascii_case(key))
    }
}

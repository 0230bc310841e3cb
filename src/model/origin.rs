//! Where a setting came from, so that every decision can point at the line that made it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A policy text: a file in the repository, an embedded preset, or a file the user named.
#[derive(Debug, PartialEq, Eq)]
pub struct PolicySource {
    /// What a person calls it: `warrant.toml`, `preset:baseline`, `shared/team.toml`.
    pub name: String,
    pub text: String,
    /// The side it was read from: `HEAD`, `the work tree`, `embedded`, `--policy`.
    pub side: String,
}

/// [`PolicySource::side`] of what comes with the program.
pub const EMBEDDED: &str = "embedded";

impl PolicySource {
    /// Is it one of the program's own presets?
    pub fn is_preset(&self) -> bool {
        self.side == EMBEDDED
    }
}

/// A place in a policy text.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    pub source: Arc<PolicySource>,
    /// Byte range in [`PolicySource::text`].
    pub span: Range<usize>,
}

impl Origin {
    /// The text of the span.
    pub fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or_default()
    }

    /// 1-based line of the start of the span.
    pub fn line(&self) -> usize {
        let end = self.span.start.min(self.source.text.len());
        1 + self.source.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.name, self.line())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

/// A value and the place that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

//! What is searched for, and where.

use std::fmt;
use std::rc::Rc;

use crate::model::path::RepoPath;

/// A text, byte for byte, and the paths to look at. Two needles are the same when their texts and entries are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// Never empty.
    text: Vec<u8>,
    scope: Option<Scope>,
}

/// Some of the paths: entries, and what they mean.
#[derive(Clone)]
pub struct Scope {
    entries: Vec<String>,
    takes: Rc<dyn Fn(&RepoPath) -> bool>,
}

impl Needle {
    /// Searched for in every file. `None` where there is nothing to search for.
    pub fn new(text: impl Into<Vec<u8>>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self { text, scope: None })
    }

    /// Only in files that `takes` says yes to; the entries tell one such question from another.
    #[must_use]
    pub fn within(mut self, entries: Vec<String>, takes: Rc<dyn Fn(&RepoPath) -> bool>) -> Self {
        self.scope = Some(Scope { entries, takes });
        self
    }

    pub fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn takes(&self, path: &RepoPath) -> bool {
        self.scope.as_ref().is_none_or(|scope| (scope.takes)(path))
    }
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Scope {}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.entries).finish()
    }
}

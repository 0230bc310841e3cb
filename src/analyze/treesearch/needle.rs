//! What is searched for, and where.

use std::fmt;
use std::rc::Rc;

use crate::model::path::RepoPath;

/// A text, byte for byte, and the paths to look at. Two needles are the same when their texts and entries are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// Never empty.
    text: Vec<u8>,
    /// A longer text, in which it does not count, and where in that it stands.
    longer: Option<(Vec<u8>, Vec<usize>)>,
    scope: Option<Scope>,
    once: bool,
}

/// The most places in a longer text that are kept.
const MAX_OFFSETS: usize = 32;

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
        (!text.is_empty()).then_some(Self { text, longer: None, scope: None, once: false })
    }

    /// Only in files that `takes` says yes to; the entries tell one such question from another.
    #[must_use]
    pub fn within(mut self, entries: Vec<String>, takes: Rc<dyn Fn(&RepoPath) -> bool>) -> Self {
        self.scope = Some(Scope { entries, takes });
        self
    }

    /// Once it was found in the state after, where it stands for itself, it is looked for no longer.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Where it is part of this text it does not count: `a.b` in `a.b.c`.
    #[must_use]
    pub fn outside(mut self, longer: impl Into<Vec<u8>>) -> Self {
        let longer = longer.into();
        let starts = longer.windows(self.text.len()).enumerate().filter(|(_, part)| *part == self.text.as_slice());
        let offsets: Vec<usize> = starts.map(|(at, _)| at).take(MAX_OFFSETS).collect();
        self.longer = (!offsets.is_empty()).then_some((longer, offsets));
        self
    }

    /// Does what stands at this place count?
    pub(super) fn counts(&self, text: &[u8], at: usize) -> bool {
        let Some((longer, offsets)) = &self.longer else { return true };
        let covers = |offset: &usize| {
            let start = at.checked_sub(*offset)?;
            Some(text.get(start..start.checked_add(longer.len())?)? == longer.as_slice())
        };
        !offsets.iter().any(|offset| covers(offset) == Some(true))
    }

    pub(super) fn is_once(&self) -> bool {
        self.once
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

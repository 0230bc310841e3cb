//! A team's own content rules, and one search for the words of all of them.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::expression::Expression;
use super::finding::Level;
use super::globs::Globs;
use super::origin::{Origin, Sourced};

/// A team's own content rule.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub id: String,
    /// Empty: every path.
    pub paths: Globs,
    pub exclude: Globs,
    pub added: Expression,
    pub message: String,
    pub help: Option<String>,
    /// Overrides the level of `content/pattern`.
    pub level: Option<Level>,
    pub fires: Vec<Sourced<String>>,
    pub silent: Vec<Sourced<String>>,
    pub origin: Origin,
}

/// The patterns in force, in the order in which they are judged. Clones share the search.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    list: Vec<Pattern>,
    search: Arc<OnceLock<Search>>,
}

#[derive(Debug)]
struct Search {
    /// `None` where it could not be built: then every pattern is looked at.
    words: Option<AhoCorasick>,
    /// For each word, the index of its pattern.
    owners: Vec<usize>,
    /// Of each pattern: must one of its words occur?
    has_words: Vec<bool>,
}

impl Patterns {
    /// Puts more patterns behind those that are there.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Pattern>) {
        let before = self.list.len();
        self.list.extend(more);
        if self.list.len() != before {
            self.search = Arc::default();
        }
    }

    /// The patterns that may match one of these lines, in order. Reads the lines once for all of them.
    pub fn candidates<'l>(&self, lines: impl Iterator<Item = &'l [u8]>) -> impl Iterator<Item = &Pattern> {
        let search = self.search.get_or_init(|| Search::of(&self.list));
        let mut is_candidate: Vec<bool> = search.has_words.iter().map(|has| !has).collect();
        let mut missing = search.has_words.iter().filter(|has| **has).count();
        match &search.words {
            None => is_candidate.fill(true),
            Some(words) => {
                'lines: for line in lines {
                    for found in words.find_overlapping_iter(line) {
                        let owner = search.owners.get(found.pattern().as_usize());
                        let Some(seen) = owner.and_then(|at| is_candidate.get_mut(*at)) else { continue };
                        missing -= usize::from(!*seen);
                        *seen = true;
                        if missing == 0 {
                            break 'lines;
                        }
                    }
                }
            }
        }
        self.list.iter().zip(is_candidate).filter_map(|(pattern, is_candidate)| is_candidate.then_some(pattern))
    }
}

impl Search {
    fn of(list: &[Pattern]) -> Self {
        let (mut words, mut owners) = (Vec::new(), Vec::new());
        for (at, pattern) in list.iter().enumerate() {
            for word in pattern.added.literals().into_iter().flatten() {
                words.push(word);
                owners.push(at);
            }
        }
        let has_words = list.iter().map(|pattern| pattern.added.literals().is_some()).collect();
        Self { words: AhoCorasickBuilder::new().ascii_case_insensitive(true).build(words).ok(), owners, has_words }
    }
}

impl From<Vec<Pattern>> for Patterns {
    fn from(list: Vec<Pattern>) -> Self {
        Self { list, search: Arc::default() }
    }
}

impl Deref for Patterns {
    type Target = [Pattern];

    fn deref(&self) -> &[Pattern] {
        &self.list
    }
}

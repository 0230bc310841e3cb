//! `policy draft`: entries of a policy, proposed from the instructions a team has written for its agents.
//!
//! Every entry carries the sentence it comes from. A sentence that could mean something else, holds only sometimes, or
//! cannot be decided on a diff is listed with the reason. Nothing is enforced by this: a person takes over what is right.

mod languages;
mod lexicon;
mod prompt;
mod read;
mod sentence;
mod tree;
mod write;

pub mod files;

pub use prompt::{Suggestion, suggest};

use read::Reading;
use tree::Tree;

use crate::model::path::RepoPath;

/// One file of instructions.
#[derive(Clone, Debug)]
pub struct Document {
    /// As a person finds it.
    pub name: String,
    /// The folder it speaks of, from the top of the repository; empty for all of it.
    pub folder: String,
    pub reach: Reach,
    pub text: String,
    /// 1-based: the line of the file `text` starts on.
    pub first_line: usize,
}

/// What part of the repository a file speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Everywhere,
    /// Its own folder.
    Folder,
    /// The files its front matter names, as globs from the top.
    Globs(Vec<String>),
    /// An agent takes it in where it thinks it fits.
    Asked,
}

/// A proposed entry of a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Allow {
        glob: String,
        within: Option<String>,
    },
    Deny(String),
    Bound {
        key: &'static str,
        most: u64,
    },
    NoNewFiles(String),
    /// `level` and options in TOML.
    Level {
        rule: &'static str,
        level: &'static str,
        options: &'static str,
    },
    Pattern {
        code: String,
        paths: Vec<String>,
        level: &'static str,
    },
}

/// Where an entry or a remark comes from.
#[derive(Clone, Debug)]
struct Source {
    /// `AGENTS.md:12`
    place: String,
    text: String,
}

/// What was made of the files.
#[derive(Debug)]
pub struct Draft {
    /// A policy file.
    pub text: String,
    /// Sentences that became entries.
    pub enforced: usize,
    /// Sentences that are rules and became no entry.
    pub not_enforced: usize,
    /// Sentences that are no rules.
    pub descriptive: usize,
}

/// Reads the documents against the paths of the repository.
pub fn draft(documents: &[Document], paths: &[RepoPath]) -> Draft {
    let tree = Tree::new(paths);
    let mut entries: Vec<(Entry, Vec<Source>)> = Vec::new();
    let mut undecided: Vec<(String, Source)> = Vec::new();
    let (mut enforced, mut descriptive) = (0, 0);
    for document in documents {
        for sentence in sentence::sentences(&document.text, document.first_line) {
            let source = Source { place: format!("{}:{}", document.name, sentence.line), text: sentence.text.clone() };
            match read::read(&sentence, document, &tree) {
                Reading::Description => descriptive += 1,
                Reading::Undecided(why) => undecided.push((why, source)),
                Reading::Entries(found) => {
                    enforced += 1;
                    for entry in found {
                        match entries.iter_mut().find(|(known, _)| *known == entry) {
                            Some((_, sources)) => sources.push(source.clone()),
                            None => entries.push((entry, vec![source.clone()])),
                        }
                    }
                }
            }
        }
    }
    let names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    let text = write::write(&names, &entries, &undecided, descriptive, &tree);
    Draft { text, enforced, not_enforced: undecided.len(), descriptive }
}

#[cfg(test)]
mod tests;

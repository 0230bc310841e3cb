//! Claims read from free text: commit messages, descriptions of pull requests, final messages of agents.

pub mod clause;
pub mod document;
pub mod lexicon;
mod sentence;
pub mod stance;
mod token;
mod tongue;

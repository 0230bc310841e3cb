//! Scenarios: what a rule or claim does, written as Markdown.

pub(crate) mod parse;
pub(crate) mod repository;
pub(crate) mod run;

//! Cases: what a policy, a rule or a claim does, written as Markdown. docs/cases.md describes the format.
//!
//! One reader for all: teams test their policy with it (`git warrant policy test`), and so do this program's own tests. A
//! case is judged in memory; nothing here reads or writes a file.

pub mod parse;
mod push;
pub mod run;
mod session;

pub use parse::{Case, repeated_name};
pub use run::{Setting, difference};

/// How one case went.
#[derive(Debug)]
pub struct Tried {
    pub name: String,
    /// 1-based line of the heading.
    pub line: usize,
    pub result: Tally,
}

/// The result of one case.
#[derive(Debug, PartialEq, Eq)]
pub enum Tally {
    Pass,
    /// Rows of a difference: `-` was expected, `+` was found.
    Fail(Vec<String>),
    /// Why it could not be judged.
    Broken(String),
}

/// Runs all cases of one file. The error says what is wrong with the file.
pub fn try_file(text: &str, setting: Setting<'_>) -> Result<Vec<Tried>, String> {
    let cases = parse::scenarios(text)?;
    if let Some(name) = repeated_name(&cases) {
        return Err(format!("two cases are called `{name}`"));
    }
    let attempt = |case: &Case| match run::in_memory(case, setting) {
        Ok(outcome) => difference(case, &outcome).map_or(Tally::Pass, Tally::Fail),
        Err(reason) => Tally::Broken(reason),
    };
    Ok(cases.iter().map(|case| Tried { name: case.name.clone(), line: case.line, result: attempt(case) }).collect())
}

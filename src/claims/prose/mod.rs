//! Claims read from free text: commit messages, descriptions of pull requests, final messages of agents.
//!
//! Text → blocks → clauses with their stance → shapes → claims whose objects are files of the tree. Only a clause that binds
//! verb, object and polarity is a claim; all else is kept with the reason why it is none. A verdict on such a claim accuses
//! only where no other meaning of the words is left ([`doubt`]).

mod borrowed;
mod bots;
pub mod clause;
pub mod document;
mod doubt;
pub mod lexicon;
mod names;
pub mod precision;
mod read;
mod resolve;
mod sentence;
mod shape;
mod squash;
pub mod stance;
mod token;
mod tongue;

use std::fmt;
use std::ops::Range;

use crate::analyze::facts::Facts;
use crate::claims::verify::{self, Evidence};
use crate::model::claim::{Claim, Judged, Verdict};

use clause::Stance;
use doubt::Ground;

pub use read::read;

/// The most claims read from one text.
pub const MAX_CLAIMS: usize = 2_000;

/// The most clauses told of that are no claims, and the most mentions.
pub const MAX_PASSED: usize = 5_000;

/// What a text says of a change.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order of the text.
    pub claims: Vec<Claim>,
    /// One a claim: what its verdict may rest on.
    grounds: Vec<Ground>,
    /// Clauses that are no claims.
    pub passed: Vec<Passed>,
    /// Files and names the text speaks of, in whatever stance.
    pub mentions: Vec<Mention>,
}

/// A clause that was not read as a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Bytes of the text.
    pub span: Range<usize>,
    pub why: Why,
}

/// Why a clause is no claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not meant as one.
    Stance(Stance),
    /// It names nothing that can be looked for in the change.
    NoObject,
    /// It names a file, and no verb says what was done to it.
    NoDeed,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stance(stance) => f.write_str(stance.why()),
            Self::NoObject => f.write_str("names nothing that can be looked for in the change"),
            Self::NoDeed => f.write_str("does not say what was done to what it names"),
        }
    }
}

/// A file or a name that the text speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub span: Range<usize>,
    pub kind: MentionKind,
    /// Without ticks.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionKind {
    /// Looks like a path.
    Path,
    /// In backticks, or an identifier.
    Name,
}

/// Verdicts on what was read, in the order of its claims.
pub fn judge(reading: &Reading, evidence: &Evidence<'_>) -> Vec<Judged> {
    let judged = verify::judge(reading.claims.clone(), evidence);
    let mut judged = doubt::weigh(judged, &reading.grounds, evidence.facts);
    if let Some(bot) = evidence.commit.and_then(bots::author) {
        for one in judged.iter_mut().filter(|one| one.verdict == Verdict::Contradicted) {
            one.verdict = Verdict::Unsupported;
            one.reason = format!("{}; `{bot}` is the author, and such messages quote others", one.reason);
        }
    }
    judged
}

/// Reads a text and judges what it claims.
pub fn check(text: &str, evidence: &Evidence<'_>) -> (Reading, Vec<Judged>) {
    let facts: &Facts<'_> = evidence.facts;
    let reading = read(text, facts);
    let judged = judge(&reading, evidence);
    (reading, judged)
}

//! Claims on runs of commands: tests, linters, builds and any other, judged by the receipts of the session.
//!
//! What is claimed is that what stands here now passes. Only a run on the same tree that came to its end says so, and only one
//! that surely failed on the same tree, with nothing seen that speaks for the claim, says the opposite. Runs that are stale,
//! partial, unreadable or were not seen are said to be so, and accuse nobody.

mod last;
mod matching;

use crate::model::claim::Ran;
use crate::model::receipt::{RunKind, SessionFacts};

use super::Ruling;
use last::{Claimed, judge};

pub(super) fn tests_passed(run: &Ran, count: Option<u64>, session: Option<&SessionFacts>) -> Ruling {
    judge(&Claimed { what: "the tests", kinds: &[RunKind::Tests], run, count }, session)
}

/// Without a command, a linter is meant. A type checker or formatter is named, or meant by `types` and `format`.
pub(super) fn lint_passed(run: &Ran, session: Option<&SessionFacts>) -> Ruling {
    let (what, kinds): (_, &[RunKind]) = match run.command.as_deref() {
        Some("types") => ("a type checker", &[RunKind::Types]),
        Some("format") => ("a formatter", &[RunKind::Format]),
        None if run.receipt.is_none() => ("a linter", &[RunKind::Lint]),
        _ => ("a linter", &[RunKind::Lint, RunKind::Types, RunKind::Format]),
    };
    judge(&Claimed { what, kinds, run, count: None }, session)
}

pub(super) fn build_passed(run: &Ran, session: Option<&SessionFacts>) -> Ruling {
    judge(&Claimed { what: "a build", kinds: &[RunKind::Build], run, count: None }, session)
}

pub(super) fn command_passed(run: &Ran, session: Option<&SessionFacts>) -> Ruling {
    let kinds = &[RunKind::Tests, RunKind::Lint, RunKind::Types, RunKind::Format, RunKind::Build, RunKind::Other];
    judge(&Claimed { what: "the command", kinds, run, count: None }, session)
}

//! What the readers of the runners find in an output.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::page::Page;
use super::scan;

/// Finds the summaries of one runner, or of one family.
pub(super) type Reader = fn(&Page, &mut Marks);

/// How much of a run a line speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The line says by itself how the whole run of the tool ended.
    Whole,
    /// The end of the output says it: lines that were picked out may leave out the bad news.
    End,
    /// One target, package or project of several; bad news of the others ends the output.
    Part,
    /// One of several, and nothing sums them up.
    Each,
}

/// One line that says how something ended.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) tool: &'static str,
    pub(super) kind: RunKind,
    pub(super) state: RunState,
    pub(super) counts: Counts,
    pub(super) reach: Reach,
    /// The line of the output.
    pub(super) line: usize,
    /// The line says that not everything was asked for.
    pub(super) subset: bool,
}

#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) list: Vec<Mark>,
    /// Lines that say a run never came to its end: interrupted, out of time, crashed.
    pub(super) broken: Vec<usize>,
    /// The runner waits for files to change, and runs again.
    pub(super) watches: bool,
    /// Why a run that passed is not a good one all the same.
    pub(super) blemish: Option<String>,
}

/// The most marks kept of one output.
const MAX_MARKS: usize = 20_000;

impl Marks {
    pub(super) fn push(&mut self, mark: Mark) {
        if self.list.len() < MAX_MARKS {
            self.list.push(mark);
        }
    }

    pub(super) fn tests(&mut self, tool: &'static str, line: usize, state: RunState, counts: Counts, reach: Reach) {
        self.push(Mark { tool, kind: RunKind::Tests, state, counts, reach, line, subset: false });
    }

    /// A test summary that is judged by its numbers.
    pub(super) fn counted(&mut self, tool: &'static str, line: usize, counts: Counts, reach: Reach) {
        self.tests(tool, line, state(counts), counts, reach);
    }

    /// A check that is no test.
    pub(super) fn check(&mut self, tool: &'static str, kind: RunKind, line: usize, passed: bool, faults: Option<u64>) {
        let state = if passed { RunState::Passed } else { RunState::Failed };
        let counts = scan::counts(None, faults, None);
        self.push(Mark { tool, kind, state, counts, reach: Reach::Whole, line, subset: false });
    }

    /// As [`Self::check`], where more of the kind may stand elsewhere.
    pub(super) fn fault(&mut self, tool: &'static str, kind: RunKind, line: usize) {
        let (state, counts) = (RunState::Failed, Counts::default());
        self.push(Mark { tool, kind, state, counts, reach: Reach::Part, line, subset: false });
    }
}

/// What the numbers say.
pub(super) fn state(counts: Counts) -> RunState {
    let is = |count: Option<u64>| count.is_some_and(|count| count > 0);
    match () {
        () if is(counts.failed) => RunState::Failed,
        () if is(counts.passed) => RunState::Passed,
        // Nothing but skipped tests: nothing was tested.
        () => RunState::NothingRun,
    }
}

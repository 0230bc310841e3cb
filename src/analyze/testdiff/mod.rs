//! What a change did to the tests that were there before: deleted, switched off, robbed of assertions, made to say less.
//!
//! A verdict is given only when no usual refactoring explains what is seen: a test that moved, was renamed or merged, an
//! assertion that went into a helper, a test of code that is gone too. Where the new state could not be read well enough,
//! there is no verdict, and the file is recorded as not judged. A test counts as having been there when it was at the base
//! of the range ([`crate::model::content::BaseFiles`]): those made on the way are their maker's own.

mod api;
mod assertions;
mod base;
mod calm;
mod compare;
mod data;
mod deleted;
mod files;
mod gone;
mod helpers;
mod judge;
mod memo;
mod outcome;
mod pairing;
mod replaced;
mod rewritten;
mod steps;
mod words;

use std::cell::{OnceCell, RefCell};

pub use judge::How;

use api::Api;
use base::Base;
use calm::Look;
use files::{File, Text};
use gone::Gone;
use pairing::{At, Pairs};

use crate::analyze::facts::Facts;
use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::{Mark, Test};
use crate::model::path::RepoPath;

/// What became of the tests of a change. Each list is in the order of the paths, then of the text.
#[derive(Debug, Default)]
pub struct TestDiff {
    pub deleted: Vec<Deleted>,
    pub skipped: Vec<Marked>,
    pub focused: Vec<Marked>,
    pub removed: Vec<Removed>,
    pub weakened: Vec<Weakened>,
}

/// A line of a file, for a finding to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub path: RepoPath,
    /// 1-based.
    pub line: u32,
    pub text: Vec<u8>,
}

/// A test that is gone.
#[derive(Debug)]
pub struct Deleted {
    /// With its suites, as its runner would write it.
    pub name: Vec<u8>,
    /// Its first line in the old file.
    pub spot: Spot,
    /// The whole file is gone.
    pub with_file: bool,
}

/// A test, or a suite of them, that is switched off or that switches off all others.
#[derive(Debug)]
pub struct Marked {
    /// The first test the mark holds for.
    pub name: Vec<u8>,
    /// How many existing tests the mark holds for.
    pub tests: usize,
    /// The mark, in the new file.
    pub spot: Spot,
    /// As written, cut to one line.
    pub mark: Vec<u8>,
}

/// A test that asserts less often.
#[derive(Debug)]
pub struct Removed {
    pub name: Vec<u8>,
    /// The first assertion that is gone, in the old file.
    pub spot: Spot,
    /// All of them as written, cut to one line each.
    pub assertions: Vec<Vec<u8>>,
    /// How many the test has left that can fail.
    pub left: usize,
}

/// An assertion that says less.
#[derive(Debug)]
pub struct Weakened {
    pub name: Vec<u8>,
    /// The assertion in the new file.
    pub spot: Spot,
    pub old: Vec<u8>,
    pub new: Vec<u8>,
    pub how: How,
}

/// Compares the tests on both sides of a change.
pub fn compare_tests(facts: &Facts<'_>) -> TestDiff {
    let jobs = files::choose(facts);
    let looks = files::in_parallel(&jobs, calm::look);
    if looks.iter().all(Look::is_calm) {
        return TestDiff::default();
    }
    // Without what has not changed there is less to explain a finding with. Where none is found all the same, that is that.
    if looks.iter().any(|look| !matches!(look, Look::Unread))
        && let Ok(files) = files::parts(&jobs, looks)
    {
        let (diff, doubts) = judge(facts, &files, true);
        if diff.is_empty() && doubts.is_empty() {
            return diff;
        }
    }
    let (diff, doubts) = judge(facts, &files::whole(&jobs, facts), false);
    for (path, reason) in doubts {
        facts.cannot_judge(&path, reason);
    }
    diff
}

/// The verdicts, and what could not be judged.
fn judge(facts: &Facts<'_>, files: &[File], partial: bool) -> (TestDiff, Vec<(RepoPath, String)>) {
    let pairs = pairing::pair(files);
    let work = Work {
        facts,
        files,
        partial,
        pairs: &pairs,
        base: Base::new(facts),
        doubts: Doubts::default(),
        gone: OnceCell::new(),
        api: OnceCell::new(),
    };
    let mut diff = TestDiff { deleted: deleted::deleted(&work), ..TestDiff::default() };
    work.marks(&mut diff);
    work.assertions(&mut diff);
    (diff, work.doubts.0.into_inner())
}

impl TestDiff {
    fn is_empty(&self) -> bool {
        self.deleted.is_empty()
            && self.skipped.is_empty()
            && self.focused.is_empty()
            && self.removed.is_empty()
            && self.weakened.is_empty()
    }
}

/// What could not be judged, and why.
#[derive(Default)]
struct Doubts(RefCell<Vec<(RepoPath, String)>>);

impl Doubts {
    fn add(&self, path: &RepoPath, reason: impl Into<String>) {
        self.0.borrow_mut().push((path.clone(), reason.into()));
    }
}

/// What all verdicts are made from.
struct Work<'a> {
    facts: &'a Facts<'a>,
    files: &'a [File],
    /// Of some files, what did not change is not there.
    partial: bool,
    pairs: &'a Pairs,
    base: Base<'a>,
    doubts: Doubts,
    gone: OnceCell<Gone>,
    api: OnceCell<Api>,
}

impl<'a> Work<'a> {
    fn old_test(&self, at: At) -> Option<(&'a File, &'a Text, &'a Test)> {
        let file = self.files.get(at.0)?;
        let text = file.old.as_ref()?;
        Some((file, text, text.code.tests.get(at.1)?))
    }

    fn new_test(&self, at: At) -> Option<(&'a File, &'a Text, &'a Test)> {
        let file = self.files.get(at.0)?;
        let text = file.new.as_ref()?;
        Some((file, text, text.code.tests.get(at.1)?))
    }

    fn gone(&self) -> &Gone {
        self.gone.get_or_init(|| Gone::of(self.facts))
    }

    fn api(&self) -> &Api {
        self.api.get_or_init(|| Api::of(self.facts))
    }

    /// Tests newly skipped; tests newly focused, new ones too, for they keep the old ones from running.
    fn marks(&self, diff: &mut TestDiff) {
        for pair in &self.pairs.kept {
            let (Some((old_file, _, old)), Some((file, text, new))) =
                (self.old_test(pair.old), self.new_test(pair.new))
            else {
                continue;
            };
            let certain = |mark: &&Mark| !mark.conditional;
            let skip = new.skip.as_ref().filter(certain);
            if let Some(mark) = skip.filter(|_| old.skip.as_ref().is_none_or(|old| old.conditional)) {
                if self.base.test(old_file, old, &self.doubts).is_some_and(|test| test.ran()) {
                    add_mark(&mut diff.skipped, file, text, new, mark);
                }
            }
            if let Some(mark) = new.focus.as_ref().filter(|_| old.focus.is_none()) {
                add_mark(&mut diff.focused, file, text, new, mark);
            }
        }
        for at in &self.pairs.fresh {
            let Some((file, text, new)) = self.new_test(*at) else { continue };
            if let Some(mark) = &new.focus {
                add_mark(&mut diff.focused, file, text, new, mark);
            }
        }
        let place = |marked: &Marked| (marked.spot.path.clone(), marked.spot.line);
        diff.skipped.sort_by_key(place);
        diff.focused.sort_by_key(place);
    }
}

/// Suites are told once.
fn add_mark(list: &mut Vec<Marked>, file: &File, text: &Text, test: &Test, mark: &Mark) {
    let same = |one: &&mut Marked| one.spot.line == mark.line && one.spot.path == file.path;
    if let Some(one) = list.iter_mut().rev().find(same) {
        one.tests += 1;
        return;
    }
    let name = title(file.grammar, &test.name);
    list.push(Marked { name, tests: 1, spot: spot(&file.path, text, mark.line), mark: mark.text.clone() });
}

/// As the language's runner writes it.
fn title(grammar: Grammar, name: &[Vec<u8>]) -> Vec<u8> {
    let between: &[u8] = match grammar {
        Grammar::Rust | Grammar::Python | Grammar::Php => b"::",
        Grammar::Go => b"/",
        Grammar::Java | Grammar::Kotlin | Grammar::CSharp | Grammar::Swift | Grammar::Cpp => b".",
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx | Grammar::Ruby => b" > ",
    };
    let parts: Vec<&[u8]> = name.iter().map(Vec::as_slice).filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

fn spot(path: &RepoPath, text: &Text, line: u32) -> Spot {
    let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let shown = text.bytes.split(|byte| *byte == b'\n').nth(index).unwrap_or_default();
    Spot { path: path.clone(), line, text: shown.to_vec() }
}

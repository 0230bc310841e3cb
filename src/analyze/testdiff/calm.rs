//! Most changes of test files take nothing from a test that was there. That is told without taking the whole file apart: what
//! both states have in common is left out, and the rest is compared with every excuse left aside. What is found then may
//! have an explanation elsewhere, so it is no finding, only the reason to read everything.

use std::sync::Arc;

use super::compare::{self, Around, Comparison};
use super::files::{File, Job, Text};
use super::memo;
use super::pairing::{self, Pair};
use super::rewritten::Moved;
use crate::analyze::code_lines::Language;
use crate::analyze::linediff::{self, Effort};
use crate::analyze::outline::{self, Excerpt, Outline};
use crate::analyze::syntax::Unparsed;
use crate::analyze::testcode::{self, Mark, Test, TestCode};
use crate::model::content::Bytes;
use crate::model::lines::{Line, LineDiff};

/// A smaller part of a file than this, in percent, is not worth leaving out.
const WORTH: usize = 25;

/// What is known of a file, with the tests of both sides that were read for this.
pub(super) enum Look {
    /// Nothing was taken from its tests.
    Calm(Option<Code>, Option<Code>),
    /// Something may have been.
    Open(Code, Code),
    /// It has to be read.
    Unread,
}

impl Look {
    pub(super) fn is_calm(&self) -> bool {
        matches!(self, Self::Calm(..))
    }
}

type Code = Arc<TestCode>;

pub(super) fn look(job: &Job<'_>) -> Look {
    match (job.old.as_slice(), &job.new) {
        // A new test takes nothing away, unless it keeps others from running.
        ([], Some(new)) if !testcode::may_focus(job.grammar, new) => Look::Calm(None, None),
        ([old], Some(new)) => between(job, old, new, job.diff),
        // What a merge takes away is what all of its parents have, so it is enough that one of them lost nothing. But a test that
        // comes from one of them may keep those of the other from running.
        (olds, Some(new)) if !testcode::may_focus(job.grammar, new) => {
            let keeps = |old: &Bytes| {
                let diff = linediff::diff(old, new, &Effort::small()).ok();
                between(job, old, new, diff.as_ref()).is_calm()
            };
            if olds.iter().any(keeps) { Look::Calm(None, None) } else { Look::Unread }
        }
        _ => Look::Unread,
    }
}

fn between(job: &Job<'_>, old: &[u8], new: &[u8], diff: Option<&LineDiff>) -> Look {
    match sides(job, old, new, diff) {
        Ok((old, new)) if old.doubtful || new.doubtful || old.suite_marks != new.suite_marks => Look::Unread,
        Ok((old, new)) if keeps_all(job, &old, &new) => Look::Calm(Some(old), Some(new)),
        Ok((old, new)) => Look::Open(old, new),
        Err(_) => Look::Unread,
    }
}

/// The tests of both states, without those that surely are the same.
fn sides(job: &Job<'_>, old: &[u8], new: &[u8], diff: Option<&LineDiff>) -> Result<(Code, Code), Unparsed> {
    let parts = diff.filter(|diff| !diff.binary).and_then(|diff| differing(job, old, new, diff));
    match parts {
        Some((old, new)) => {
            let read = |excerpt: &Excerpt| testcode::read_excerpt(job.grammar, excerpt).map(Arc::new);
            Ok((read(&old)?, read(&new)?))
        }
        None => Ok((memo::read(job.grammar, old)?, memo::read(job.grammar, new)?)),
    }
}

fn differing(job: &Job<'_>, old: &[u8], new: &[u8], diff: &LineDiff) -> Option<(Excerpt, Excerpt)> {
    let language = job.language.filter(|language| !changes_conditions(*language, diff))?;
    let (before, after) = (Outline::of(language, old)?, Outline::of(language, new)?);
    let (gone, went) = outline::common(&before, &after, &diff.hunks);
    let parts = (before.without(old, &gone), after.without(new, &went));
    (100 * (parts.0.size() + parts.1.size()) <= (100 - WORTH) * (old.len() + new.len())).then_some(parts)
}

/// A condition that came or went decides about whatever stands between it and the next one.
fn changes_conditions(language: Language, diff: &LineDiff) -> bool {
    let is_condition = |line: Line<'_>| {
        let word = line.text.trim_ascii_start().strip_prefix(b"#").map(<[u8]>::trim_ascii_start);
        // `#if`, `#ifdef`, `#else`, `#elif`, `#endif`; a line that goes on may hide one.
        word.is_some_and(|word| {
            word.starts_with(b"if") || word.starts_with(b"e") || word.is_empty() || word.ends_with(b"\\")
        })
    };
    matches!(language, Language::C | Language::Cpp | Language::CSharp | Language::Swift)
        && diff.added.iter().chain(diff.deleted.iter()).any(is_condition)
}

fn keeps_all(job: &Job<'_>, old: &Code, new: &Code) -> bool {
    let text = |code: &Code| Some(Text { bytes: Arc::from([]), code: Arc::clone(code) });
    let (path, old_path) = (job.path.clone(), job.old_path.clone());
    let files = [File { grammar: job.grammar, path, old_path, old: text(old), new: text(new) }];
    let pairs = pairing::pair(&files);
    let [File { old: Some(old), new: Some(new), .. }] = &files else { return false };
    let of = |pair: &Pair| Some((old.code.tests.get(pair.old.1)?, new.code.tests.get(pair.new.1)?));
    let grew = |name: &[Vec<u8>]| {
        let mut fresh = pairs.fresh.iter().filter_map(|at| new.code.tests.get(at.1));
        fresh.any(|test| test.name.len() > name.len() && test.name.starts_with(name))
    };
    let focused = pairs.fresh.iter().any(|at| new.code.tests.get(at.1).is_none_or(|test| test.focus.is_some()));
    pairs.gone.is_empty()
        && !pairs.cut
        && !focused
        && pairs.kept.iter().all(|pair| {
            of(pair).is_some_and(|(old, new)| {
                let same = old.tokens == new.tokens;
                pair.sure && (same || !grew(&new.name)) && keeps(old, new)
            })
        })
}

fn keeps(old: &Test, new: &Test) -> bool {
    let certain = |mark: &Option<Mark>| mark.as_ref().is_some_and(|mark| !mark.conditional);
    if certain(&new.skip) && !certain(&old.skip) || new.focus.is_some() && old.focus.is_none() {
        return false;
    }
    let around =
        Around { delegates: false, moved: &Moved::default(), names_gone: &|_| false, other_form: &|_, _| false };
    let Comparison { removed, weakened } = compare::compare(old, new, &around);
    removed.is_empty() && weakened.is_empty()
}

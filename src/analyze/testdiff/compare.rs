//! The assertions of one test before and after: which are gone, which say less.
//!
//! An assertion is the same one by its tokens, then by its subject, then by what it expects. What may have been rewritten in
//! any of the usual ways (a helper, a loop, one comparison in place of three) is no loss.

use super::judge::{How, judge};
use super::rewritten::{
    Moved, exercise_is_gone, is_failing_alone, is_folded, is_guard, is_implied, is_kindred, is_moved_library,
    is_shifted, keeps_value, shares_name, stands, takes_in, telling,
};
use super::steps::Steps;
use crate::analyze::testcode::{Assertion, Reach, Strength, Test};

/// By index into the assertions of the old and the new test.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) removed: Vec<usize>,
    pub(super) weakened: Vec<(usize, usize, How)>,
}

/// What is known around the two tests.
pub(super) struct Around<'a> {
    /// The new test calls something that it did not call before and that may assert for it.
    pub(super) delegates: bool,
    /// The assertions that are new elsewhere in the change.
    pub(super) moved: &'a Moved<'a>,
    /// Does this code name what the change took out of the sources?
    pub(super) names_gone: &'a dyn Fn(&[u8]) -> bool,
    /// Did the change give what is asserted about another form, or bring the value that is asked for now?
    pub(super) other_form: &'a dyn Fn(&Assertion, &Assertion) -> bool,
}

/// Compares two states of one test.
pub(super) fn compare(old: &Test, new: &Test, around: &Around<'_>) -> Comparison {
    let mut out = Comparison::default();
    let mut left: Vec<usize> = live(&old.assertions).collect();
    let mut free: Vec<usize> = (0..new.assertions.len()).collect();
    let pairs = take_pairs(&mut left, &mut free, |o, n| at(old, o).tokens == at(new, n).tokens);
    // A test that asserts more often than it did covers another case beside the old one: hence the condition.
    let grew = live(&new.assertions).count() > live(&old.assertions).count();
    // A test that may pass without having asserted anything.
    let unbound = live(&new.assertions).all(|n| at(new, n).reach < Reach::Always);
    for (o, n) in pairs {
        let (before, after) = (at(old, o), at(new, n));
        match after.reach {
            Reach::Never => out.weakened.push((o, n, How::Unreached)),
            Reach::Hedged if before.reach > Reach::Hedged && !is_guard(before) && !grew => {
                out.weakened.push((o, n, How::Conditional));
            }
            Reach::Perhaps if before.reach == Reach::Always && unbound && !is_guard(before) && !grew => {
                out.weakened.push((o, n, How::Conditional));
            }
            Reach::Hedged | Reach::Perhaps | Reach::Always => {}
        }
    }
    // What was asserted twice and is asserted still is not lost.
    left.retain(|o| !stands(new, at(old, *o)));
    if left.is_empty() {
        return out;
    }
    // An assertion that cannot fail, or is never reached, takes nobody's place.
    let (idle, mut free): (Vec<usize>, Vec<usize>) = free.into_iter().partition(|n| {
        let check = at(new, *n);
        check.strength == Strength::Nothing || check.reach == Reach::Never
    });
    let same_subject = |o: usize, n: usize| {
        let (before, after) = (at(old, o), at(new, n));
        !before.subject.is_empty() && before.subject == after.subject
    };
    // With several of one subject, those that expect the same belong together, then those that say no less.
    let mut pairs =
        take_pairs(&mut left, &mut free, |o, n| same_subject(o, n) && at(old, o).expected == at(new, n).expected);
    pairs
        .extend(take_pairs(&mut left, &mut free, |o, n| same_subject(o, n) && judge(at(old, o), at(new, n)).is_none()));
    pairs.extend(take_pairs(&mut left, &mut free, same_subject));
    pairs.extend(take_pairs(&mut left, &mut free, |o, n| {
        let (before, after) = (at(old, o), at(new, n));
        telling(before) && before.expected == after.expected && shares_name(&before.subject, &after.subject)
    }));
    // An assertion that now says more may say what others said: it has grown, or stands in nobody's place.
    let grown = pairs.iter().filter(|(o, n)| {
        let (before, after) = (at(old, *o), at(new, *n));
        let length = |check: &Assertion| check.expected.as_ref().map_or(0, Vec::len);
        after.strength > before.strength || after.strength == before.strength && length(after) > length(before)
    });
    let moved_library = is_moved_library(old, new, &pairs);
    let takers: Vec<usize> = free.iter().copied().chain(grown.map(|(_, n)| *n)).collect();
    for (o, n) in pairs {
        let (before, after) = (at(old, o), at(new, n));
        let explained = || {
            around.delegates
                || (around.names_gone)(&before.tokens)
                || is_shifted(old, after)
                || (around.other_form)(before, after)
        };
        if let Some(how) = judge(before, after).filter(|_| !explained()) {
            out.weakened.push((o, n, how));
        }
    }
    if moved_library {
        out.weakened.retain(|(.., how)| !matches!(how, How::Strength(..)));
        return out;
    }
    if left.is_empty() || around.delegates {
        return out;
    }
    // A test that asserts nothing any more was emptied, whatever else it no longer does.
    let emptied = live(&new.assertions).next().is_none();
    let steps = Steps::of(old, new);
    left.retain(|o| {
        let before = at(old, *o);
        !around.moved.has(before)
            && !(around.names_gone)(&before.tokens)
            && !keeps_value(old, new, before)
            && (emptied || !is_guard(before) && !is_failing_alone(before))
            && (emptied || !is_folded(new, before) && !is_implied(new, before))
            && (emptied || !exercise_is_gone(old, new, before) && !steps.is_gone_before(*o))
            && !takers.iter().any(|n| takes_in(at(new, *n), before))
    });
    // The same value is asked for less.
    let pairs = take_pairs(&mut left, &mut free, |o, n| {
        let (before, after) = (at(old, o), at(new, n));
        is_kindred(&before.subject, &after.subject)
            && judge(before, after).is_some()
            && !(around.other_form)(before, after)
    });
    out.weakened.extend(pairs.into_iter().filter_map(|(o, n)| Some((o, n, judge(at(old, o), at(new, n))?))));
    let mut idle = idle.into_iter().filter(|n| at(new, *n).strength == Strength::Nothing);
    left.retain(|o| {
        let vacuous = idle.next();
        out.weakened.extend(vacuous.map(|n| (*o, n, How::Vacuous)));
        vacuous.is_none()
    });
    // As many others have come: the test was rewritten, and what it says now is for people to judge.
    if left.len() > free.len() {
        left.truncate(left.len() - free.len());
        out.removed = left;
    }
    out
}

pub(super) fn at(test: &Test, index: usize) -> &Assertion {
    &test.assertions[index]
}

/// Assertions that can fail.
pub(super) fn live(list: &[Assertion]) -> impl Iterator<Item = usize> {
    list.iter()
        .enumerate()
        .filter(|(_, check)| check.strength != Strength::Nothing && check.reach != Reach::Never)
        .map(|(index, _)| index)
}

/// Takes out of both lists what belongs together, in order.
fn take_pairs(
    left: &mut Vec<usize>,
    free: &mut Vec<usize>,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    left.retain(|o| match free.iter().position(|n| same(*o, *n)) {
        Some(place) => {
            pairs.push((*o, free.remove(place)));
            false
        }
        None => true,
    });
    pairs
}

//! The assertions of one test before and after: which are gone, which say less.
//!
//! An assertion is the same one by its tokens, then by its subject, then by what it expects. What may have been rewritten in
//! any of the usual ways (a helper, a loop, one comparison in place of three) is no loss.

use rustc_hash::FxHashSet;

use super::outcome::is_reversed;
use super::words::{has_word, is_word, names};
use crate::analyze::testcode::{Assertion, Reach, Strength, Test};

/// What became of an assertion that is still there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    /// It pins down less.
    Strength(Strength, Strength),
    /// Another stands in its place that cannot fail.
    Vacuous,
    /// A larger deviation is let pass.
    Tolerance(f64, f64),
    /// The bound was moved outward.
    Bound,
    /// It stands behind a `return` now.
    Unreached,
    /// It stands under a condition now, or its failing is dropped.
    Conditional,
}

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
    /// Tokens of the assertions that are new elsewhere in the change.
    pub(super) moved: &'a FxHashSet<&'a [u8]>,
    /// Does this code name what the change took out of the sources?
    pub(super) names_gone: &'a dyn Fn(&[u8]) -> bool,
}

/// Compares two states of one test.
pub(super) fn compare(old: &Test, new: &Test, around: &Around<'_>) -> Comparison {
    let mut out = Comparison::default();
    let mut left: Vec<usize> = live(&old.assertions).collect();
    let mut free: Vec<usize> = (0..new.assertions.len()).collect();
    let pairs = take_pairs(&mut left, &mut free, |o, n| at(old, o).tokens == at(new, n).tokens);
    // A test that asserts more often than it did covers another case beside the old one: hence the condition.
    let grew = live(&new.assertions).count() > live(&old.assertions).count();
    for (o, n) in pairs {
        let (before, after) = (at(old, o), at(new, n));
        match after.reach {
            Reach::Never => out.weakened.push((o, n, How::Unreached)),
            Reach::Perhaps if before.reach == Reach::Always && !is_guard(before) && !grew => {
                out.weakened.push((o, n, How::Conditional));
            }
            Reach::Perhaps | Reach::Always => {}
        }
    }
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
    // With several of one subject, those that expect the same belong together.
    let mut pairs =
        take_pairs(&mut left, &mut free, |o, n| same_subject(o, n) && at(old, o).expected == at(new, n).expected);
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
        if let Some(how) = judge(before, after).filter(|_| !around.delegates && !(around.names_gone)(&before.subject)) {
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
    left.retain(|o| {
        let before = at(old, *o);
        !around.moved.contains(before.tokens.as_slice())
            && !(around.names_gone)(&before.tokens)
            && (emptied || !is_guard(before))
            && (emptied || !exercise_is_gone(old, new, before))
            && !takers.iter().any(|n| takes_in(at(new, *n), before))
    });
    // The same value is asked for less.
    let pairs = take_pairs(&mut left, &mut free, |o, n| {
        is_kindred(&at(old, o).subject, &at(new, n).subject) && judge(at(old, o), at(new, n)).is_some()
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

fn at(test: &Test, index: usize) -> &Assertion {
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

/// Does the new assertion say less about the same thing?
fn judge(before: &Assertion, after: &Assertion) -> Option<How> {
    if before.strength == Strength::Unknown || after.strength == Strength::Unknown || is_reversed(before, after) {
        return None;
    }
    if after.strength < before.strength {
        let style = before.expected.as_deref().is_some_and(is_plain_truth) && after.strength == Strength::Truthy;
        let other = before.expected.as_deref().is_some_and(is_nothing) || is_reversal(before, after);
        return (!style && !other).then_some(How::Strength(before.strength, after.strength));
    }
    if after.strength > before.strength {
        return None;
    }
    if after.reach < before.reach {
        return (after.reach == Reach::Perhaps && before.expected == after.expected).then_some(How::Conditional);
    }
    if let (Some(old), Some(new)) = (before.tolerance, after.tolerance)
        && new > old * 1.000_001
        && before.expected == after.expected
    {
        return Some(How::Tolerance(old, new));
    }
    looser_bound(before, after).then_some(How::Bound)
}

/// From nothing there to something there is another expectation, not a weaker one.
fn is_nothing(value: &[u8]) -> bool {
    matches!(value, b"nil" | b"null" | b"None" | b"undefined")
}

/// The same value is now the one it must not be.
fn is_reversal(before: &Assertion, after: &Assertion) -> bool {
    before.expected.is_some()
        && before.expected == after.expected
        && is_lower_bound(&after.tokens).is_none()
        && is_negative(&before.tokens) != is_negative(&after.tokens)
}

/// An odd number of its words and operators say "not".
fn is_negative(tokens: &[u8]) -> bool {
    let says = |token: &&[u8]| {
        let has = |word: &[u8]| memchr::memmem::find(token, word).is_some();
        matches!(*token, b"!" | b"!=" | b"!==" | b"not") || has(b"Not") || has(b"_ne") || token.ends_with(b"False")
    };
    let quoted = |token: &&[u8]| !token.iter().any(|byte| b"\"'`".contains(byte));
    tokens.split(|byte| *byte == b' ').filter(quoted).filter(says).count() % 2 == 1
}

/// A check that what was needed for the test came about without an error. Refactorings drop these, and what is asserted
/// of the result still tells.
fn is_guard(check: &Assertion) -> bool {
    let name = names(&check.subject).last().unwrap_or_default();
    check.expected.as_deref() == Some(b"nil") && (name.ends_with(b"err") || name.ends_with(b"Err"))
}

/// Do two subjects name the same things, or one of them a part of what the other does?
fn is_kindred(one: &[u8], other: &[u8]) -> bool {
    let (one, other): (FxHashSet<&[u8]>, FxHashSet<&[u8]>) = (names(one).collect(), names(other).collect());
    !one.is_empty() && !other.is_empty() && (one.is_subset(&other) || other.is_subset(&one))
}

/// Was the test moved to another library of assertions? It asserts no less often, what says the same in other words is in
/// the majority, and no word of the old library is left among what changed.
fn is_moved_library(old: &Test, new: &Test, pairs: &[(usize, usize)]) -> bool {
    let kept = pairs.iter().filter(|(o, n)| at(new, *n).strength >= at(old, *o).strength).count();
    if pairs.len() < 3 || 2 * kept <= pairs.len() || live(&new.assertions).count() < live(&old.assertions).count() {
        return false;
    }
    let words = |tokens: &[u8]| -> Option<Vec<u8>> { names(tokens).find(|word| says_assert(word)).map(<[u8]>::to_vec) };
    let before: FxHashSet<Option<Vec<u8>>> = pairs.iter().map(|(o, _)| words(&at(old, *o).tokens)).collect();
    let after: FxHashSet<Option<Vec<u8>>> = pairs.iter().map(|(_, n)| words(&at(new, *n).tokens)).collect();
    before.is_disjoint(&after)
}

/// A word that starts an assertion in some library.
fn says_assert(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    [&b"assert"[..], b"require", b"expect", b"should", b"verify", b"xct"].iter().any(|start| lower.starts_with(start))
}

/// Values for which asking for the truth of the subject is the same.
fn is_plain_truth(value: &[u8]) -> bool {
    const WORDS: &[&[u8]] =
        &[b"true", b"false", b"True", b"False", b"YES", b"NO", b"nil", b"null", b"None", b"undefined"];
    let empty = value.iter().all(|byte| b" []{}()\"'`0".contains(byte));
    empty || WORDS.contains(&value)
}

/// `x > 5` became `x > 1`.
fn looser_bound(before: &Assertion, after: &Assertion) -> bool {
    let number = |check: &Assertion| -> Option<f64> {
        let text = std::str::from_utf8(check.expected.as_deref()?).ok()?;
        text.replace(['_', ' '], "").parse().ok()
    };
    let (Some(old), Some(new)) = (number(before), number(after)) else { return false };
    let (Some(up), Some(again)) = (is_lower_bound(&before.tokens), is_lower_bound(&after.tokens)) else { return false };
    up == again && if up { new < old } else { new > old }
}

/// Whether an assertion says "at least" or "at most"; `None` where that cannot be told.
fn is_lower_bound(tokens: &[u8]) -> Option<bool> {
    let has = |word: &[u8]| memchr::memmem::find(tokens, word).is_some();
    let lower = [&b" > "[..], b" >= ", b"Greater", b"AtLeast", b"atLeast", b"greater", b"_gt", b"_ge", b"above"];
    let upper = [&b" < "[..], b" <= ", b"Less", b"AtMost", b"atMost", b"less", b"_lt", b"_le", b"below"];
    match (lower.iter().any(|word| has(word)), upper.iter().any(|word| has(word))) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// What it expects is no value that any assertion may have.
fn telling(check: &Assertion) -> bool {
    check.expected.as_deref().is_some_and(|value| !is_plain_truth(value) && value.len() > 1)
}

fn shares_name(one: &[u8], other: &[u8]) -> bool {
    names(one).any(|name| has_word(other, name))
}

/// One that is as strong and speaks of the same thing may say it all: a whole value in place of its parts, a loop over
/// cases.
fn takes_in(after: &Assertion, before: &Assertion) -> bool {
    let strong = after.strength >= before.strength;
    strong && (before.subject.is_empty() || after.subject.is_empty() || shares_name(&before.subject, &after.tokens))
}

/// What the assertion looked at was made by the old test and is not made by the new one: that part of the test is gone,
/// not the assertion alone.
fn exercise_is_gone(old: &Test, new: &Test, check: &Assertion) -> bool {
    names(&check.subject).any(|name| {
        if has_word(&new.tokens, name) {
            return false;
        }
        let asserted: usize = old.assertions.iter().map(|one| count(&one.tokens, name)).sum();
        count(&old.tokens, name) > asserted
    })
}

fn count(text: &[u8], word: &[u8]) -> usize {
    let bounded = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
        let after = text.get(at + word.len()).is_some_and(|byte| is_word(*byte));
        !before && !after
    };
    memchr::memmem::find_iter(text, word).filter(|at| bounded(*at)).count()
}

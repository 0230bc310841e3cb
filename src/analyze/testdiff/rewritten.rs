//! The usual ways to write a test anew: what explains that an assertion is not there any more, or is there in other words.

use rustc_hash::FxHashSet;

use super::compare::{at, live};
use super::judge::is_plain_truth;
use super::words::{count, has_word, names};
use crate::analyze::testcode::{Assertion, Reach, Strength, Test};

/// Assertions that are new elsewhere in the change: in new tests, in helpers, in tests that were there.
#[derive(Debug, Default)]
pub(super) struct Moved<'a> {
    tokens: FxHashSet<&'a [u8]>,
    /// The last name of the subject, and what is expected of it.
    values: FxHashSet<(&'a [u8], &'a [u8])>,
}

impl<'a> Moved<'a> {
    pub(super) fn add(&mut self, check: &'a Assertion) {
        self.tokens.insert(&check.tokens);
        self.values.extend(value(check));
    }

    pub(super) fn has(&self, check: &Assertion) -> bool {
        self.tokens.contains(check.tokens.as_slice()) || value(check).is_some_and(|value| self.values.contains(&value))
    }
}

fn value(check: &Assertion) -> Option<(&[u8], &[u8])> {
    let expected = check.expected.as_deref().filter(|_| telling(check))?;
    Some((names(&check.subject).last()?, expected))
}

/// Is the same still asserted somewhere in the test?
pub(super) fn stands(new: &Test, before: &Assertion) -> bool {
    let reach = before.reach.min(Reach::Perhaps);
    live(&new.assertions).map(|n| at(new, n)).any(|after| after.tokens == before.tokens && after.reach >= reach)
}

/// One branch of several: the test has no such branches any more and asks for one value of the same.
pub(super) fn is_folded(new: &Test, before: &Assertion) -> bool {
    let same = |after: &Assertion| after.subject == before.subject && after.strength >= before.strength;
    before.reach == Reach::Perhaps && !before.subject.is_empty() && live(&new.assertions).map(|n| at(new, n)).any(same)
}

/// A call that fails the test where it stands: what must not be reached went, or cannot be reached any more.
pub(super) fn is_failing_alone(before: &Assertion) -> bool {
    before.subject.is_empty() && before.expected.is_none() && before.strength == Strength::Truthy
}

/// Something had to be there, and the test goes on to use it: where it is missing the test fails all the same.
pub(super) fn is_implied(new: &Test, before: &Assertion) -> bool {
    if before.strength != Strength::Truthy || before.expected.is_some() {
        return false;
    }
    let asked = [&b" . is_some ( )"[..], b" . is_ok ( )", b" . is_err ( )", b" . isPresent ( )", b" . HasValue"];
    let unwrapped = asked.iter().find_map(|end| before.subject.strip_suffix(*end));
    let subject = unwrapped.unwrap_or(&before.subject);
    let behind = |at: usize| new.tokens.get(at + subject.len()..).unwrap_or_default();
    let uses = |rest: &[u8]| match unwrapped {
        Some(_) => [&b" . unwrap"[..], b" . expect", b" ?", b" . get ( )", b" . Value", b" . orElseThrow"]
            .iter()
            .any(|word| rest.starts_with(word)),
        None => [&b" . "[..], b" [ ", b" -> ", b" ! ", b" !! "].iter().any(|word| rest.starts_with(word)),
    };
    let starts = |at: usize| at.checked_sub(1).is_none_or(|at| new.tokens.get(at) == Some(&b' '));
    !subject.is_empty() && memchr::memmem::find_iter(&new.tokens, subject).any(|at| starts(at) && uses(behind(at)))
}

/// The text that was expected stands in the test as often as before, in whatever form it is asked for now.
pub(super) fn keeps_value(old: &Test, new: &Test, before: &Assertion) -> bool {
    const MIN: usize = 6;
    let Some(expected) = before.expected.as_deref().filter(|value| value.len() >= MIN) else { return false };
    if !expected.first().is_some_and(|byte| b"\"'`".contains(byte)) {
        return false;
    }
    let occurs = |test: &Test| memchr::memmem::find_iter(&test.tokens, expected).count();
    let (before, after) = (occurs(old), occurs(new));
    before > 0 && after >= before
}

/// It says of one place in a list what another assertion said of another place: the list has grown or shrunk at its start.
pub(super) fn is_shifted(old: &Test, after: &Assertion) -> bool {
    let places = |tokens: &[u8]| {
        let mut indexed = false;
        let mut out = Vec::new();
        for token in tokens.split(|byte| *byte == b' ') {
            let number = token.iter().all(u8::is_ascii_digit);
            indexed |= number;
            out.push(if number { &b"0"[..] } else { token });
        }
        indexed.then(|| out.join(&b' '))
    };
    let Some(place) = places(&after.subject) else { return false };
    old.assertions.iter().any(|one| {
        one.subject != after.subject
            && one.strength == after.strength
            && one.expected == after.expected
            && places(&one.subject).as_deref() == Some(&place)
    })
}

/// A check that what was needed for the test came about without an error. Refactorings drop these, and what is asserted
/// of the result still tells.
pub(super) fn is_guard(check: &Assertion) -> bool {
    let name = names(&check.subject).last().unwrap_or_default();
    let error = check.expected.as_deref() == Some(b"nil") && (name.ends_with(b"err") || name.ends_with(b"Err"));
    error || check.subject == b"ok"
}

/// Do two subjects name the same things, or one of them a part of what the other does?
pub(super) fn is_kindred(one: &[u8], other: &[u8]) -> bool {
    let (one, other): (FxHashSet<&[u8]>, FxHashSet<&[u8]>) = (names(one).collect(), names(other).collect());
    !one.is_empty() && !other.is_empty() && (one.is_subset(&other) || other.is_subset(&one))
}

/// Was the test moved to another library of assertions? It asserts no less often, what says the same in other words is in
/// the majority, and no word of the old library is left among what changed.
pub(super) fn is_moved_library(old: &Test, new: &Test, pairs: &[(usize, usize)]) -> bool {
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

/// What it expects is no value that any assertion may have.
pub(super) fn telling(check: &Assertion) -> bool {
    check.expected.as_deref().is_some_and(|value| !is_plain_truth(value) && value.len() > 1)
}

pub(super) fn shares_name(one: &[u8], other: &[u8]) -> bool {
    names(one).any(|name| has_word(other, name))
}

/// One that is as strong and speaks of the same thing may say it all: a whole value in place of its parts, a loop over
/// cases.
pub(super) fn takes_in(after: &Assertion, before: &Assertion) -> bool {
    let strong = after.strength >= before.strength;
    strong && (before.subject.is_empty() || after.subject.is_empty() || shares_name(&before.subject, &after.tokens))
}

/// What the assertion looked at was made by the old test and is not made by the new one: that part of the test is gone,
/// not the assertion alone.
pub(super) fn exercise_is_gone(old: &Test, new: &Test, check: &Assertion) -> bool {
    names(&check.subject).any(|name| {
        if has_word(&new.tokens, name) {
            return false;
        }
        let asserted: usize = old.assertions.iter().map(|one| count(&one.tokens, name)).sum();
        count(&old.tokens, name) > asserted
    })
}

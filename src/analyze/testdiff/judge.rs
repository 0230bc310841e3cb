//! Whether one assertion says less than another about the same thing.

use super::outcome::is_reversed;
use crate::analyze::testcode::{Assertion, Reach, Strength};

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
    /// Its failing is dropped now, or a condition looks at its subject first, or the test may pass without any assertion.
    Conditional,
}

/// Does the new assertion say less about the same thing?
pub(super) fn judge(before: &Assertion, after: &Assertion) -> Option<How> {
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
        return (after.reach == Reach::Hedged && before.expected == after.expected).then_some(How::Conditional);
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
pub(super) fn is_negative(tokens: &[u8]) -> bool {
    let says = |token: &&[u8]| {
        let has = |word: &[u8]| memchr::memmem::find(token, word).is_some();
        matches!(*token, b"!" | b"!=" | b"!==" | b"not") || has(b"Not") || has(b"_ne") || token.ends_with(b"False")
    };
    let quoted = |token: &&[u8]| !token.iter().any(|byte| b"\"'`".contains(byte));
    tokens.split(|byte| *byte == b' ').filter(quoted).filter(says).count() % 2 == 1
}

/// Values for which asking for the truth of the subject is the same.
pub(super) fn is_plain_truth(value: &[u8]) -> bool {
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

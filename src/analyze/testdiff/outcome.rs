//! Whether an assertion says that something happens: that it throws, that it is called.
//!
//! One that says the opposite of what was said before expects other behaviour. That is no weaker, whatever the forms of the
//! two pin down.

use crate::analyze::testcode::Assertion;

/// Do the two say opposite things of one happening?
pub(super) fn is_reversed(before: &Assertion, after: &Assertion) -> bool {
    let reversed = |outcome: fn(&[u8]) -> Option<bool>| match (outcome(&before.tokens), outcome(&after.tokens)) {
        (Some(before), Some(after)) => before != after,
        _ => false,
    };
    reversed(is_called) || fails(&before.tokens).unwrap_or(false) != fails(&after.tokens).unwrap_or(false)
}

fn has(tokens: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| memchr::memmem::find(tokens, word).is_some())
}

/// `expect(x).rejects…` and `expect(f).toThrow(…)`; `not.toThrow()` is success.
fn fails(tokens: &[u8]) -> Option<bool> {
    let throws = has(tokens, &[b". toThrow", b". to . throw"]);
    let negated = has(tokens, &[b". not . toThrow", b". not . to . throw", b". to . not . throw"]);
    if negated {
        return Some(false);
    }
    (throws || has(tokens, &[b") . rejects . "])).then_some(true)
}

/// `expect(f).toHaveBeenCalled…` and its negation.
fn is_called(tokens: &[u8]) -> Option<bool> {
    has(tokens, &[b". toHaveBeenCalled", b". toBeCalled"]).then(|| {
        let never = has(tokens, &[b"CalledTimes ( 0 )"]);
        never == has(tokens, &[b". not . toHaveBeenCalled", b". not . toBeCalled"])
    })
}

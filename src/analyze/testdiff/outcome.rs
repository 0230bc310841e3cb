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
    reversed(is_called)
        || reversed(throws)
        || is_taken_out(before, after)
        || fails(&before.tokens).unwrap_or(false) != fails(&after.tokens).unwrap_or(false)
}

fn has(tokens: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| memchr::memmem::find(tokens, word).is_some())
}

/// `assert d["key"] == 1` became `assert "key" not in d`.
fn is_taken_out(before: &Assertion, after: &Assertion) -> bool {
    let Some(at) = memchr::memmem::find(&after.tokens, b" not in ") else { return false };
    let container = after.tokens.get(at + b" not in ".len()..).unwrap_or_default();
    let container = container.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii_end();
    let indexed = before.subject.strip_prefix(container).is_some_and(|rest| rest.starts_with(b" ["));
    indexed && !container.is_empty() && memchr::memmem::find(&before.tokens, b" not in ").is_none()
}

/// `expect(x).rejects…` and `expect(f).toThrow(…)`, where `not.toThrow()` is success; `pytest.raises(…)`; `is_err()`.
fn fails(tokens: &[u8]) -> Option<bool> {
    let throws = has(tokens, &[b". toThrow", b". to . throw"]);
    let negated = has(tokens, &[b". not . toThrow", b". not . to . throw", b". to . not . throw"]);
    if negated {
        return Some(false);
    }
    let python = [&b"pytest . raises ("[..], b". assertRaises"];
    let rust = [&b". is_err ( )"[..], b". unwrap_err ( )", b"Err (", b"assert_err"];
    (throws || has(tokens, &[b") . rejects . "]) || has(tokens, &python) || has(tokens, &rust)).then_some(true)
}

/// `expect(f).toHaveBeenCalled…` and its negation.
fn is_called(tokens: &[u8]) -> Option<bool> {
    has(tokens, &[b". toHaveBeenCalled", b". toBeCalled"]).then(|| {
        let never = has(tokens, &[b"CalledTimes ( 0 )"]);
        never == has(tokens, &[b". not . toHaveBeenCalled", b". not . toBeCalled"])
    })
}

/// Libraries of the other languages: that something is thrown, or that nothing is.
fn throws(tokens: &[u8]) -> Option<bool> {
    let nothing = [
        &b"NotThrow"[..],
        b"DoesNotThrow",
        b"doesNotThrow",
        b"XCTAssertNoThrow",
        b"throws : Never",
        b". NoError (",
        b"assert_nothing_raised",
        b"not_to raise_error",
        b"to_not raise_error",
    ];
    if has(tokens, &nothing) {
        return Some(false);
    }
    let something = [
        &b". Throw"[..],
        b"assertThrows",
        b"assertFailsWith",
        b"isThrownBy",
        b"assertThatThrownBy",
        b"XCTAssertThrowsError",
        b"expect ( throws",
        b". Error (",
        b". ErrorIs (",
        b". ErrorContains (",
        b"raise_error",
        b"assert_raises",
    ];
    has(tokens, &something).then_some(true)
}

//! Matchers that are values of their own: Hamcrest's, and Kotlin's infix ones.

use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{bare, check, equal, near, nothing, number, truthy, unequal};
use crate::analyze::testcode::{Check, Strength};

/// The name of a call and what stands in its brackets, of tokens.
pub(super) fn inner(tokens: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = memchr::memmem::find(tokens, b" ( ")?;
    let (name, rest) = (tokens.get(..open)?, tokens.get(open + 3..)?);
    let name = name.rsplit(|byte| *byte == b' ').next()?;
    Some((name, rest.strip_suffix(b" )").unwrap_or_default()))
}

/// `assertThat(subject, matcher)`.
pub(super) fn hamcrest(subject: Vec<u8>, matcher: &[u8]) -> Check {
    let (mut matcher, mut negated) = (matcher, false);
    // is(not(equalTo(x))) nests this deep, and hardly more.
    for _ in 0..4 {
        let Some((name, given)) = inner(matcher) else { break };
        match name {
            b"is" | b"equalTo" | b"sameInstance" | b"theInstance" | b"describedAs"
                if inner(given).is_none() || name != b"is" =>
            {
                let expected = given.to_vec();
                return if negated { unequal(subject, expected, false) } else { equal(subject, expected, false) };
            }
            b"not" => negated = !negated,
            b"is" => {}
            b"closeTo" => {
                let (value, tolerance) = split(given);
                return near(subject, value.to_vec(), false, number(tolerance));
            }
            _ => break,
        }
        if !is_matcher(given) {
            let expected = given.to_vec();
            return if negated { unequal(subject, expected, false) } else { equal(subject, expected, false) };
        }
        matcher = given;
    }
    let (name, given) = inner(matcher).unwrap_or((matcher, b""));
    let name = name.split(|byte| *byte == b' ').next().unwrap_or_default();
    let strength = match name {
        b"nullValue" if !negated => return nothing(subject),
        b"nullValue" | b"notNullValue" | b"anything" | b"any" => Strength::Truthy,
        b"contains"
        | b"containsInAnyOrder"
        | b"arrayContaining"
        | b"arrayContainingInAnyOrder"
        | b"empty"
        | b"emptyString"
        | b"hasToString"
            if !negated =>
        {
            Strength::Exact
        }
        _ => Strength::Range,
    };
    check(strength, subject, (!given.is_empty()).then(|| given.to_vec()))
}

/// Hamcrest's and Mockito's names.
pub(super) fn is_name(name: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[
        b"equalTo",
        b"not",
        b"null",
        b"has",
        b"contains",
        b"empty",
        b"greater",
        b"less",
        b"closeTo",
        b"instanceOf",
        b"any",
        b"starts",
        b"ends",
        b"matches",
        b"in",
        b"one",
        b"same",
        b"array",
        b"every",
        b"either",
        b"both",
        b"is",
    ];
    STARTS.iter().any(|start| name.starts_with(start))
}

/// Is what a matcher is given one itself, and no value?
fn is_matcher(tokens: &[u8]) -> bool {
    let empty = || Some((tokens.strip_suffix(b" ( )")?, &b""[..]));
    let Some((name, _)) = inner(tokens).or_else(empty) else { return false };
    let name = name.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    is_name(name) && !tokens.starts_with(b"new ")
}

/// At the last comma of the outermost level.
fn split(tokens: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::rfind(tokens, b" , ") {
        Some(at) => (tokens.get(..at).unwrap_or_default(), tokens.get(at + 3..).unwrap_or_default()),
        None => (tokens, b""),
    }
}

/// Kotest's and Kluent's `x shouldBe y`, written with a blank or with a dot.
pub(super) fn should(place: &Place<'_, '_>, name: &[u8], subject: Node<'_>, given: &[Node<'_>]) -> Check {
    let subject = place.tokens(subject);
    let given = given.first().copied();
    let expected = given.map(|node| place.tokens(node)).unwrap_or_default();
    let strength = match name {
        b"shouldBe"
        | b"shouldBeEqual"
        | b"shouldBeEqualTo"
        | b"shouldEqual"
        | b"shouldBeSameInstanceAs"
        | b"shouldContainExactly"
        | b"shouldContainExactlyInAnyOrder"
        | b"shouldBeExactly"
        | b"shouldContainSame"
        | b"shouldEqualJson"
        | b"shouldHaveMessage" => {
            let within = given.map(bare).filter(|node| node.kind() == "infix_expression");
            let parts =
                within.and_then(|node| Some((node.named_child(0)?, node.named_child(1)?, node.named_child(2)?)));
            if let Some((value, _, tolerance)) = parts.filter(|(_, name, _)| place.text(*name) == b"plusOrMinus") {
                return near(subject, place.tokens(value), false, number(&place.tokens(tolerance)));
            }
            return equal(subject, expected, false);
        }
        b"shouldNotBe" | b"shouldNotBeEqualTo" | b"shouldNotEqual" | b"shouldNotBeSameInstanceAs" => {
            return unequal(subject, expected, false);
        }
        b"shouldBeTrue" | b"shouldBeFalse" => return truthy(subject, name.ends_with(b"True")),
        b"shouldBeNull" => return nothing(subject),
        b"shouldNotBeNull" | b"shouldNotBeEmpty" | b"shouldBeSuccess" | b"shouldBeFailure" => Strength::Truthy,
        b"shouldBeEmpty" | b"shouldBeZero" => Strength::Exact,
        b"shouldBeInstanceOf"
        | b"shouldBeTypeOf"
        | b"shouldHaveSize"
        | b"shouldStartWith"
        | b"shouldEndWith"
        | b"shouldMatch"
        | b"shouldBeIn" => Strength::Range,
        _ if [
            &b"shouldContain"[..],
            b"shouldNot",
            b"shouldBeGreater",
            b"shouldBeLess",
            b"shouldHave",
            b"shouldBeBetween",
        ]
        .iter()
        .any(|start| name.starts_with(start)) =>
        {
            Strength::Range
        }
        _ => Strength::Unknown,
    };
    check(strength, subject, given.map(|_| expected))
}

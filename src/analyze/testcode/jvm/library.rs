//! What the functions of the JVM's assertion libraries take and pin down.

use super::matchers;
use super::{Call, Calls, thrown};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{check, condition, equal, near, nothing, number, truthy, unequal};
use crate::analyze::testcode::{Check, Role, Strength};

/// The role of a call: an assertion, an assumption, or a call of a helper.
pub(super) fn role(place: &Place<'_, '_>, call: &Call<'_, '_>, calls: Calls) -> Role {
    if call.name.starts_with(b"assume") || (call.name == b"assumingThat") {
        let never = call.arguments.first().is_some_and(|node| match call.name {
            b"assumeFalse" => place.text(*node) == b"true",
            _ => place.text(*node) == b"false",
        });
        return Role::Skip { conditional: !never };
    }
    if let Some(check) = function(place, call, calls).or_else(|| chained(place, call, calls)) {
        return Role::Assertion(check);
    }
    if is_given_matcher(place, call) {
        return Role::Other;
    }
    let says_check =
        [&b"assert"[..], b"verify", b"check", b"expect", b"should"].iter().any(|word| call.name.starts_with(word));
    let root = is_root(call) || matches!(call.name, b"verify" | b"assertAll");
    if !root && (call.before.is_none() || says_check) { Role::Call(call.name.to_vec()) } else { Role::Other }
}

/// `times(2)`, `anyInt()`, `equalTo(x)`: part of an assertion, not one themselves.
fn is_given_matcher(place: &Place<'_, '_>, call: &Call<'_, '_>) -> bool {
    let given = place.parent().is_some_and(|node| matches!(node.kind(), "argument_list" | "value_argument"));
    let mode = matches!(
        call.name,
        b"times"
            | b"never"
            | b"atLeast"
            | b"atLeastOnce"
            | b"atMost"
            | b"atMostOnce"
            | b"only"
            | b"timeout"
            | b"eq"
            | b"argThat"
            | b"within"
            | b"offset"
            | b"withPercentage"
    );
    given && (mode || matchers::is_name(call.name))
}

/// A value that is there to be read when the test fails.
fn is_message(place: &Place<'_, '_>, node: Node<'_>) -> bool {
    match node.kind() {
        "string_literal" | "lambda_expression" | "lambda_literal" => true,
        "binary_expression" => memchr::memchr(b'"', place.text(node)).is_some(),
        "method_invocation" => place.text(node).starts_with(b"String.format("),
        _ => false,
    }
}

/// The values an assertion is about: JUnit 4 takes its message first, all others last.
fn values<'t>(place: &Place<'_, '_>, arguments: &[Node<'t>], wanted: usize) -> Vec<Node<'t>> {
    let message = |node: Option<&Node<'t>>| node.is_some_and(|node| is_message(place, *node));
    match arguments {
        [first, rest @ ..] if rest.len() >= wanted && message(Some(first)) && !message(rest.last()) => rest.to_vec(),
        [rest @ .., last] if rest.len() >= wanted && message(Some(last)) => rest.to_vec(),
        all => all.to_vec(),
    }
}

/// Functions called by their plain name, or as methods of a class of assertions.
fn function(place: &Place<'_, '_>, call: &Call<'_, '_>, calls: Calls) -> Option<Check> {
    let tokens = |nodes: &[Node<'_>], at: usize| nodes.get(at).map(|node| place.tokens(*node)).unwrap_or_default();
    let lambda = || call.lambda.map(|node| place.tokens(node));
    let predicate = |place: &Place<'_, '_>, node: Node<'_>, wanted: bool| predicate(place, node, wanted, calls);
    let wanted = matches!(call.name, b"assertTrue" | b"assert");
    let by_class = call.before.is_none_or(|before| {
        let text = place.text(before);
        text.first().is_some_and(u8::is_ascii_uppercase)
            || matches!(text, b"softly" | b"softAssert" | b"thrown" | b"exception" | b"expectedException")
    });
    if !by_class {
        return None;
    }
    Some(match call.name {
        b"assertEquals"
        | b"assertSame"
        | b"assertArrayEquals"
        | b"assertIterableEquals"
        | b"assertLinesMatch"
        | b"assertContentEquals" => {
            let values = values(place, &call.arguments, 2);
            let [first, second] = [tokens(&values, 0), tokens(&values, 1)];
            let tolerance = values.get(2).map(|node| place.tokens(*node)).and_then(|tokens| number(&tokens));
            near(first, second, true, tolerance)
        }
        b"assertNotEquals" | b"assertNotSame" => {
            let values = values(place, &call.arguments, 2);
            unequal(tokens(&values, 0), tokens(&values, 1), true)
        }
        b"assertTrue" | b"assertFalse" | b"assert" => match (values(place, &call.arguments, 1).first(), call.lambda) {
            (Some(node), _) => condition(place, *node, wanted, &predicate),
            (None, Some(lambda)) => match lambda.named_child(0).filter(|_| lambda.named_child_count() == 1) {
                Some(body) => condition(place, body, wanted, &predicate),
                None => truthy(place.tokens(lambda), wanted),
            },
            (None, None) => return None,
        },
        b"assertNull" => nothing(tokens(&values(place, &call.arguments, 1), 0)),
        b"assertNotNull" => truthy(tokens(&values(place, &call.arguments, 1), 0), true),
        b"assertInstanceOf" => check(Strength::Range, tokens(&call.arguments, 1), Some(tokens(&call.arguments, 0))),
        b"assertIs" | b"assertIsNot" | b"assertContains" | b"assertNotContains" => {
            let expected = call.of_type.map(|node| place.tokens(node));
            check(Strength::Range, tokens(&call.arguments, 0), expected.or_else(|| Some(tokens(&call.arguments, 1))))
        }
        b"assertThrows"
        | b"assertThrowsExactly"
        | b"assertFailsWith"
        | b"expectThrows"
        | b"shouldThrow"
        | b"shouldThrowExactly" => {
            let named = call.of_type.or_else(|| call.arguments.iter().copied().find(|node| is_class(place, *node)));
            let expected = named.map(|node| place.tokens(node));
            let body = call
                .arguments
                .iter()
                .find(|node| node.kind().starts_with("lambda") || node.kind() == "method_reference");
            let subject = lambda().or_else(|| body.map(|node| place.tokens(*node)));
            check(thrown(expected.as_deref().unwrap_or_default()), subject.unwrap_or_default(), expected)
        }
        b"assertFails"
        | b"shouldThrowAny"
        | b"assertDoesNotThrow"
        | b"shouldNotThrow"
        | b"shouldNotThrowAny"
        | b"assertTimeout"
        | b"assertTimeoutPreemptively" => {
            let last = call.arguments.last().map(|node| place.tokens(*node));
            truthy(lambda().or(last).unwrap_or_default(), true)
        }
        b"expect" if call.before.is_some_and(|node| node.kind() == "identifier") && call.arguments.len() == 1 => {
            let class = tokens(&call.arguments, 0);
            check(thrown(&class), b"expected".to_vec(), Some(class))
        }
        b"expect" if call.before.is_none() && call.lambda.is_some() && !call.arguments.is_empty() => {
            equal(lambda().unwrap_or_default(), tokens(&call.arguments, 0), false)
        }
        b"assertThat" if call.arguments.len() >= 2 && !is_navigated(place) => {
            let [.., subject, matcher] = call.arguments[..] else { return None };
            matchers::hamcrest(place.tokens(subject), &place.tokens(matcher))
        }
        b"fail" => truthy(Vec::new(), true),
        b"verifyNoInteractions" | b"verifyNoMoreInteractions" | b"verifyZeroInteractions" | b"confirmVerified" => {
            truthy(tokens(&call.arguments, 0), true)
        }
        b"verify" | b"coVerify" | b"verifyOrder" | b"verifySequence" | b"verifyAll" | b"coVerifyOrder"
        | b"coVerifySequence" | b"coVerifyAll" => {
            let exact = call.arguments.iter().any(|node| place.text(*node).starts_with(b"exactly"))
                || call.name.ends_with(b"Sequence")
                || call.name.ends_with(b"All");
            let strength = if exact { Strength::Exact } else { Strength::Range };
            let expected = call.arguments.first().map(|node| place.tokens(*node));
            check(strength, lambda()?, expected)
        }
        _ => return None,
    })
}

/// Does a chain go on from this call?
fn is_navigated(place: &Place<'_, '_>) -> bool {
    place.parent().is_some_and(|node| matches!(node.kind(), "navigation_expression" | "method_invocation"))
}

fn is_class(place: &Place<'_, '_>, node: Node<'_>) -> bool {
    let text = place.text(node);
    text.ends_with(b".class") || memchr::memmem::find(text, b"::class").is_some()
}

/// Calls in conditions.
fn predicate(place: &Place<'_, '_>, node: Node<'_>, wanted: bool, calls: Calls) -> Option<Check> {
    let call = calls(place, node)?;
    let tokens = |at: usize| call.arguments.get(at).map(|node| place.tokens(*node));
    let (first, second) = match (call.name, call.before, call.arguments.len()) {
        (b"equals" | b"contentEquals", Some(before), 1) => (place.tokens(before), tokens(0)?),
        (b"equals" | b"deepEquals", Some(_), 2) => (tokens(0)?, tokens(1)?),
        (
            b"contains" | b"startsWith" | b"endsWith" | b"matches" | b"containsKey" | b"containsAll",
            Some(before),
            1..,
        ) => {
            return Some(check(Strength::Range, place.tokens(before), tokens(0)));
        }
        _ => return None,
    };
    Some(if wanted { equal(first, second, false) } else { unequal(first, second, false) })
}

/// Longer chains are not followed to their start.
const MAX_LINKS: usize = 100;

fn is_root(call: &Call<'_, '_>) -> bool {
    // assertk's takes a label behind the value.
    (call.name.starts_with(b"assertThat") && call.arguments.len() <= 2)
        || matches!(
            call.name,
            b"that" | b"expectThat" | b"expectThrows" | b"expectCatching" | b"then" | b"withMessageThat"
        )
}

/// A link of a fluent chain: `assertThat(x).isEqualTo(y)`, `verify(mock).run(1)`, Kotlin's `x.shouldBe(y)`.
fn chained(place: &Place<'_, '_>, call: &Call<'_, '_>, calls: Calls) -> Option<Check> {
    let before = call.before?;
    if call.name.starts_with(b"should") {
        return Some(matchers::should(place, call.name, before, &call.arguments));
    }
    if matches!(
        call.name,
        b"andExpect" | b"expectNext" | b"verifyComplete" | b"verifyError" | b"expectError" | b"expectComplete"
    ) {
        let given = call.arguments.first().map(|node| place.tokens(*node));
        return Some(check(Strength::Unknown, given.unwrap_or_default(), None));
    }
    let mut node = before;
    for _ in 0..MAX_LINKS {
        let inner = calls(place, node)?;
        if inner.name == b"verify" && inner.lambda.is_none() && node.id() == before.id() {
            return interaction(place, call, &inner);
        }
        if is_root(&inner) {
            let subject = inner.arguments.first().copied().or(inner.lambda);
            return link(place, call, subject, before, calls);
        }
        node = inner.before?;
    }
    None
}

/// Mockito's `verify(mock, times(2)).run(1)`.
fn interaction(place: &Place<'_, '_>, call: &Call<'_, '_>, verify: &Call<'_, '_>) -> Option<Check> {
    let mock = place.tokens(*verify.arguments.first()?);
    let mode = verify.arguments.get(1).map(|node| place.tokens(*node)).unwrap_or_default();
    let given: Vec<Vec<u8>> = call.arguments.iter().map(|node| place.tokens(*node)).collect();
    let loose = memchr::memmem::find(&mode, b"atLeast").is_some()
        || memchr::memmem::find(&mode, b"atMost").is_some()
        || given.iter().any(|tokens| tokens.starts_with(b"any") || memchr::memmem::find(tokens, b". any").is_some());
    let strength = if loose { Strength::Range } else { Strength::Exact };
    let expected = [&given.join(&b" , "[..])[..], &mode].join(&b" ; "[..]);
    Some(check(strength, [&mock[..], call.name].join(&b" . "[..]), Some(expected)))
}

fn link(
    place: &Place<'_, '_>,
    call: &Call<'_, '_>,
    root: Option<Node<'_>>,
    before: Node<'_>,
    calls: Calls,
) -> Option<Check> {
    let subject = root.map(|node| place.tokens(node)).unwrap_or_default();
    let arguments: Vec<Vec<u8>> = call.arguments.iter().map(|node| place.tokens(*node)).collect();
    let expected = arguments.first().cloned().or_else(|| call.of_type.map(|node| place.tokens(node)));
    let strength = match call.name {
        b"isTrue" | b"isFalse" => {
            let predicate = |place: &Place<'_, '_>, node: Node<'_>, wanted: bool| predicate(place, node, wanted, calls);
            return Some(condition(place, root?, call.name == b"isTrue", &predicate));
        }
        b"isEqualTo"
        | b"isSameAs"
        | b"isSameInstanceAs"
        | b"isEqualByComparingTo"
        | b"isEqualToComparingFieldByField"
        | b"containsExactlyElementsIn" => return Some(equal(subject, expected.unwrap_or_default(), false)),
        b"isNotEqualTo" | b"isNotSameAs" | b"isNotSameInstanceAs" => {
            return Some(unequal(subject, expected.unwrap_or_default(), false));
        }
        b"isCloseTo" => {
            let within =
                arguments.get(1).and_then(|tokens| matchers::inner(tokens)).and_then(|(_, inner)| number(inner));
            return Some(near(subject, expected.unwrap_or_default(), false, within));
        }
        // Truth's assertThat(x).isWithin(0.1).of(y).
        b"of" => {
            let within = calls(place, before).filter(|inner| inner.name == b"isWithin")?;
            let within = within.arguments.first().map(|node| place.tokens(*node)).and_then(|tokens| number(&tokens));
            return Some(near(subject, expected.unwrap_or_default(), false, within));
        }
        b"isWithin" | b"isNotWithin" => return None,
        b"isThrownBy" => {
            let class = subject;
            return Some(check(thrown(&class), expected.unwrap_or_default(), Some(class)));
        }
        b"isInstanceOf" | b"isExactlyInstanceOf" | b"isA" => thrown(expected.as_deref().unwrap_or_default()),
        b"containsExactly"
        | b"containsExactlyInAnyOrder"
        | b"containsExactlyElementsOf"
        | b"containsOnly"
        | b"isEmpty"
        | b"hasToString"
        | b"hasMessage"
        | b"isZero"
        | b"isOne"
        | b"hasValue"
        | b"isBlank"
        | b"containsExactlyEntriesOf"
        | b"containsExactlyInAnyOrderElementsOf"
        | b"hasContent"
        | b"hasBinaryContent"
        | b"hasSameContentAs" => Strength::Exact,
        b"isNull" => return Some(nothing(subject)),
        b"isNotNull"
        | b"isNotEmpty"
        | b"isPresent"
        | b"isNotPresent"
        | b"isNotBlank"
        | b"exists"
        | b"doesNotExist"
        | b"doesNotThrowAnyException"
        | b"isNullOrEmpty"
        | b"isDone"
        | b"isCompleted" => Strength::Truthy,
        // Navigation and settings.
        b"isInstanceOfSatisfying" => Strength::Range,
        name => {
            let says = [
                "is",
                "has",
                "contains",
                "doesNot",
                "does",
                "starts",
                "ends",
                "matches",
                "all",
                "any",
                "none",
                "satisfies",
                "are",
                "have",
            ];
            let camel = says.iter().any(|word| {
                name.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_uppercase))
            });
            return camel.then(|| check(Strength::Range, subject, expected));
        }
    };
    Some(check(strength, subject, expected))
}

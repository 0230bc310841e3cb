//! What C# tests assert: the three frameworks' `Assert`, NUnit's constraints, FluentAssertions, Shouldly, Moq, NSubstitute.

use super::{Call, call_of, last_part};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{check, condition, equal, near, nothing, number, truthy, unequal};
use crate::analyze::testcode::{Check, Role, Strength};

/// The role of a call: an assertion, a skip, or a call of a helper.
pub(super) fn role(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Role {
    let class = call.before.map(|node| last_part(place.text(node)));
    match (class, call.name) {
        (Some(b"Assert"), b"Skip" | b"Ignore" | b"Inconclusive") => return Role::Skip { conditional: false },
        (Some(b"Assert"), b"SkipWhen" | b"SkipUnless")
        | (Some(b"Skip"), b"If" | b"IfNot")
        | (Some(b"Assume"), b"That") => {
            return Role::Skip { conditional: !always_skips(place, call) };
        }
        (Some(b"Assert" | b"ClassicAssert" | b"Xunit.Assert"), _) => {
            return asserted(place, call).map_or(Role::Other, Role::Assertion);
        }
        (Some(b"CollectionAssert" | b"StringAssert" | b"FileAssert" | b"DirectoryAssert"), _) => {
            return Role::Assertion(grouped(place, call));
        }
        _ => {}
    }
    if let Some(check) = chained(place, call) {
        return Role::Assertion(check);
    }
    let says_check = ["Assert", "Verify", "Check", "Expect", "Should", "Ensure"]
        .iter()
        .any(|word| call.name.starts_with(word.as_bytes()));
    let root = matches!(call.name, b"Should" | b"Received" | b"DidNotReceive");
    if !root && (call.before.is_none() || says_check) { Role::Call(call.name.to_vec()) } else { Role::Other }
}

/// `Skip.If(true)`.
fn always_skips(place: &Place<'_, '_>, call: &Call<'_, '_>) -> bool {
    let asked = call.arguments.first().map(|(_, node)| place.text(*node)).unwrap_or_default();
    match call.name {
        b"SkipWhen" | b"If" => asked == b"true",
        _ => asked == b"false",
    }
}

fn tokens(place: &Place<'_, '_>, node: Option<Node<'_>>) -> Vec<u8> {
    node.map(|node| place.tokens(node)).unwrap_or_default()
}

const EXPECTED: &[&[u8]] = &[b"expected", b"notExpected", b"expectedSubstring"];
const ACTUAL: &[&[u8]] = &[b"actual", b"value", b"condition", b"@object", b"collection", b"actualString"];

/// `Assert.X(…)`.
fn asserted(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Option<Check> {
    let expected = || tokens(place, call.argument(EXPECTED, 0));
    let actual = || tokens(place, call.argument(ACTUAL, 1));
    let first = || tokens(place, call.argument(ACTUAL, 0));
    let of_type = || call.of_type.map(|node| place.tokens(node));
    Some(match call.name {
        b"Equal" | b"AreEqual" | b"StrictEqual" | b"Same" | b"AreSame" | b"Equivalent" | b"EqualWithTolerance" => {
            let third = call.argument(&[b"precision", b"tolerance", b"delta"], 2).map(|node| place.tokens(node));
            // xUnit takes a number of decimals, the others a deviation.
            let decimals = |text: &[u8]| call.name == b"Equal" && text.iter().all(u8::is_ascii_digit);
            let tolerance = third.and_then(|text| {
                let number = number(&text)?;
                Some(if decimals(&text) { 10_f64.powf(-number) } else { number })
            });
            near(expected(), actual(), true, tolerance)
        }
        b"NotEqual" | b"AreNotEqual" | b"NotSame" | b"AreNotSame" | b"NotStrictEqual" => {
            unequal(expected(), actual(), true)
        }
        b"True" | b"IsTrue" | b"False" | b"IsFalse" => {
            condition(place, call.argument(ACTUAL, 0)?, call.name.ends_with(b"True"), &predicate)
        }
        b"That" => return that(place, call),
        b"Null" | b"IsNull" => nothing(first()),
        b"NotNull" | b"IsNotNull" | b"NotEmpty" | b"IsNotEmpty" | b"Single" | b"DoesNotThrow"
        | b"DoesNotThrowAsync" | b"IsNotNullOrEmpty" | b"Positive" | b"NotZero" => truthy(first(), true),
        b"Empty" | b"IsEmpty" | b"Zero" | b"IsNaN" => check(Strength::Exact, first(), None),
        b"Throws"
        | b"ThrowsAsync"
        | b"Catch"
        | b"CatchAsync"
        | b"ThrowsAny"
        | b"ThrowsAnyAsync"
        | b"ThrowsException"
        | b"ThrowsExceptionAsync"
        | b"ThrowsExactly"
        | b"ThrowsExactlyAsync" => {
            let class = of_type().or_else(|| (call.arguments.len() > 1).then(first));
            let body =
                call.arguments.iter().rev().map(|(_, node)| *node).find(|node| node.kind() == "lambda_expression");
            let body = body.or(call.arguments.last().map(|(_, node)| *node));
            check(thrown(class.as_deref()), tokens(place, body), class)
        }
        b"IsType" | b"IsNotType" | b"IsAssignableFrom" | b"IsInstanceOf" | b"IsInstanceOfType" | b"IsNotInstanceOf" => {
            let class = of_type();
            let subject = if class.is_some() { first() } else { actual() };
            check(Strength::Range, subject, class.or_else(|| Some(expected())))
        }
        b"Collection" => check(Strength::Exact, first(), None),
        b"Contains" | b"DoesNotContain" | b"StartsWith" | b"EndsWith" | b"Matches" | b"DoesNotMatch" | b"Subset"
        | b"Superset" | b"HasCount" | b"PropertyChanged" => check(Strength::Range, actual(), Some(expected())),
        b"InRange" | b"NotInRange" | b"Greater" | b"GreaterOrEqual" | b"Less" | b"LessOrEqual" | b"All"
        | b"IsGreaterThan" | b"IsLessThan" | b"Distinct" => check(Strength::Range, first(), Some(actual())),
        b"Fail" => truthy(Vec::new(), true),
        // Around other assertions.
        b"Multiple" | b"MultipleAsync" | b"EnterMultipleScope" | b"Pass" | b"Warn" => return None,
        _ => check(Strength::Unknown, first(), None),
    })
}

fn thrown(class: Option<&[u8]>) -> Strength {
    match class.map(|class| class.rsplit(|byte| *byte == b' ').find(|part| *part != b")").unwrap_or_default()) {
        None | Some(b"Exception" | b"SystemException") => Strength::Truthy,
        Some(_) => Strength::Range,
    }
}

/// `CollectionAssert.AreEqual(expected, actual)` and its kin.
fn grouped(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Check {
    let (first, second) = (tokens(place, call.argument(EXPECTED, 0)), tokens(place, call.argument(ACTUAL, 1)));
    match call.name {
        b"AreEqual" | b"AreEquivalent" | b"AreEqualIgnoringCase" => equal(first, second, true),
        b"AreNotEqual" | b"AreNotEquivalent" => unequal(first, second, true),
        b"IsEmpty" => check(Strength::Exact, first, None),
        b"IsNotEmpty" => truthy(first, true),
        _ => check(Strength::Range, first, Some(second)),
    }
}

/// Calls in conditions.
fn predicate(place: &Place<'_, '_>, node: Node<'_>, wanted: bool) -> Option<Check> {
    let call = call_of(place, node)?;
    let argument = |at: usize| call.arguments.get(at).map(|(_, node)| place.tokens(*node));
    let (first, second) = match (call.name, call.before, call.arguments.len()) {
        (b"Equals" | b"SequenceEqual", Some(before), 1) => (place.tokens(before), argument(0)?),
        (b"Equals" | b"ReferenceEquals", _, 2) => (argument(0)?, argument(1)?),
        (b"Contains" | b"StartsWith" | b"EndsWith" | b"IsMatch" | b"ContainsKey", Some(before), 1..) => {
            return Some(check(Strength::Range, place.tokens(before), argument(0)));
        }
        _ => return None,
    };
    Some(if wanted { equal(first, second, false) } else { unequal(first, second, false) })
}

/// `Assert.That(x, Is.EqualTo(y))`, `Assert.That(condition)`; with one argument and more behind it, the start of a chain.
fn that(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Option<Check> {
    let subject = call.arguments.first()?.1;
    match call.arguments.get(1) {
        Some((_, node))
            if !matches!(node.kind(), "string_literal" | "interpolated_string_expression" | "lambda_expression") =>
        {
            Some(constraint(place.tokens(subject), &place.tokens(*node)))
        }
        _ if place.parent().is_some_and(|node| node.kind() == "member_access_expression") => None,
        _ => Some(condition(place, subject, true, &predicate)),
    }
}

/// NUnit's constraints, as tokens: `Is . EqualTo ( 3 ) . Within ( 0.1 )`.
fn constraint(subject: Vec<u8>, tokens: &[u8]) -> Check {
    let negated = [&b"Is . Not"[..], b"Does . Not", b"Has . No"].iter().any(|start| tokens.starts_with(start));
    if let Some(given) =
        given(tokens, b"EqualTo (").or_else(|| given(tokens, b"SameAs (")).or_else(|| given(tokens, b"EquivalentTo ("))
    {
        // A part of it: a count, a property, each item.
        let part = tokens.starts_with(b"Has") && !negated;
        let tolerance = self::given(tokens, b"Within (").and_then(number);
        return match (negated, part) {
            (true, _) => unequal(subject, given.to_vec(), false),
            (false, true) => check(Strength::Range, subject, Some(given.to_vec())),
            (false, false) => near(subject, given.to_vec(), false, tolerance),
        };
    }
    let words: Vec<&[u8]> = tokens.split(|byte| *byte == b' ').collect();
    let has = |word: &[u8]| words.contains(&word);
    if tokens.starts_with(b"Throws") {
        let class = given(tokens, b"TypeOf <").or_else(|| given(tokens, b"InstanceOf <"));
        let class =
            class.map(<[u8]>::to_vec).or_else(|| words.get(2).filter(|word| word.len() > 1).map(|word| word.to_vec()));
        let any = class.as_deref().is_none_or(|class| matches!(class, b"Exception" | b"Nothing"));
        return check(if any { Strength::Truthy } else { Strength::Range }, subject, class);
    }
    match words.as_slice() {
        [b"Is", b".", b"True"] => truthy(subject, true),
        [b"Is", b".", b"False"] => truthy(subject, false),
        [b"Is", b".", b"Empty" | b"Zero" | b"NaN"] => check(Strength::Exact, subject, None),
        [b"Is", b".", b"Null"] => nothing(subject),
        [b"Is", ..] if has(b"Null") || (negated && has(b"Empty")) => truthy(subject, true),
        [b"Is" | b"Does" | b"Has" | b"Contains", ..] => check(Strength::Range, subject, Some(tokens.to_vec())),
        _ => check(Strength::Unknown, subject, None),
    }
}

/// What stands in the brackets behind a word, of tokens.
fn given<'a>(tokens: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(tokens, word)?;
    let inside = tokens.get(at + word.len() + 1..)?;
    let (mut depth, mut end) = (0_usize, 0_usize);
    for token in inside.split(|byte| *byte == b' ') {
        match token {
            b"(" | b"<" | b"[" | b"{" => depth += 1,
            b")" | b">" | b"]" | b"}" => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return inside.get(..end.saturating_sub(1)),
            },
            _ => {}
        }
        end += token.len() + 1;
    }
    None
}

/// Longer chains are not followed to their start.
const MAX_LINKS: usize = 100;

/// `x.Should().Be(y)`, `x.ShouldBe(y)`, `await Assert.That(x).IsEqualTo(y)`, `mock.Verify(…)`, `substitute.Received(1).Run()`.
fn chained(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Option<Check> {
    let before = call.before?;
    if call.name.starts_with(b"Should") && call.name != b"Should" {
        return Some(shouldly(place, call, before));
    }
    if place.text(before) == b"Should" {
        // Shouldly's Should.Throw<E>(() => …).
        let class = call.of_type.map(|node| place.tokens(node));
        let body = call.arguments.first().map(|(_, node)| *node);
        return Some(check(thrown(class.as_deref()), tokens(place, body), class));
    }
    if matches!(call.name, b"Verify" | b"VerifyAll" | b"VerifyNoOtherCalls" | b"VerifySet" | b"VerifyGet") {
        let asked = call.arguments.first().map(|(_, node)| *node);
        let mode = call.arguments.get(1).map(|(_, node)| place.tokens(*node));
        let body = tokens(place, asked);
        let subject = [&place.tokens(before)[..], &body].join(&b" "[..]);
        let strength = match (&mode, asked.is_some_and(|node| node.kind() == "lambda_expression")) {
            (_, false) => Strength::Truthy,
            (None, true) => Strength::Range,
            (Some(mode), true)
                if [&b"AtLeast"[..], b"AtMost", b"Between"]
                    .iter()
                    .any(|word| memchr::memmem::find(mode, word).is_some()) =>
            {
                Strength::Range
            }
            (Some(_), true) => Strength::Exact,
        };
        return Some(check(strength, subject, mode));
    }
    let mut node = before;
    for step in 0..MAX_LINKS {
        // `.And.`, `.Which.`: navigation without a call.
        while node.kind() == "member_access_expression" {
            node = node.child_by_field_name("expression")?;
        }
        let inner = call_of(place, node)?;
        match (inner.name, inner.before) {
            (b"Should", Some(subject)) => return fluent(place, call, place.tokens(subject)),
            (b"That", Some(class)) if place.text(class) == b"Assert" && inner.arguments.len() == 1 => {
                return fluent(place, call, tokens(place, inner.arguments.first().map(|(_, node)| *node)));
            }
            (b"Received" | b"DidNotReceive" | b"ReceivedWithAnyArgs" | b"DidNotReceiveWithAnyArgs", Some(mock))
                if step == 0 =>
            {
                let count = inner.arguments.first().map(|(_, node)| place.tokens(*node));
                let exact = count.is_some() || inner.name.starts_with(b"DidNot");
                let strength = if exact { Strength::Exact } else { Strength::Range };
                return Some(check(strength, [&place.tokens(mock)[..], call.name].join(&b" . "[..]), count));
            }
            _ => node = inner.before?,
        }
    }
    None
}

/// A link behind FluentAssertions' `Should()`, or TUnit's `Assert.That(x)`.
fn fluent(place: &Place<'_, '_>, call: &Call<'_, '_>, subject: Vec<u8>) -> Option<Check> {
    let argument = |at: usize| call.arguments.get(at).map(|(_, node)| place.tokens(*node));
    let expected = argument(0).or_else(|| call.of_type.map(|node| place.tokens(node)));
    let strength = match call.name {
        b"Be" | b"BeSameAs" | b"BeEquivalentTo" | b"Equal" | b"IsEqualTo" | b"IsEquivalentTo" | b"BeExactly" => {
            return Some(equal(subject, expected.unwrap_or_default(), false));
        }
        b"NotBe" | b"NotBeSameAs" | b"NotBeEquivalentTo" | b"NotEqual" | b"IsNotEqualTo" => {
            return Some(unequal(subject, expected.unwrap_or_default(), false));
        }
        b"BeApproximately" | b"BeCloseTo" => {
            return Some(near(
                subject,
                expected.unwrap_or_default(),
                false,
                argument(1).and_then(|tokens| number(&tokens)),
            ));
        }
        b"BeTrue" | b"IsTrue" => return Some(truthy(subject, true)),
        b"BeFalse" | b"IsFalse" => return Some(truthy(subject, false)),
        b"BeNull" | b"IsNull" | b"NotHaveValue" => return Some(nothing(subject)),
        b"NotBeNull"
        | b"NotBeEmpty"
        | b"NotBeNullOrEmpty"
        | b"NotBeNullOrWhiteSpace"
        | b"NotThrow"
        | b"NotThrowAsync"
        | b"IsNotNull"
        | b"IsNotEmpty"
        | b"HaveValue"
        | b"Exist"
        | b"BeNullOrEmpty"
        | b"ThrowsNothing" => Strength::Truthy,
        b"BeEmpty" | b"IsEmpty" | b"WithMessage" | b"Contain" | b"ContainSingle" | b"HaveCount" => {
            if call.name == b"BeEmpty" || call.name == b"IsEmpty" { Strength::Exact } else { Strength::Range }
        }
        b"Throw" | b"ThrowAsync" | b"ThrowExactly" | b"ThrowExactlyAsync" | b"Throws" | b"ThrowsExactly" => {
            thrown(expected.as_deref())
        }
        // Settings.
        b"Because" | b"Using" | b"ConfigureAwait" | b"As" | b"Subject" => return None,
        name => {
            let says = [
                "Be",
                "Have",
                "Contain",
                "NotBe",
                "NotHave",
                "NotContain",
                "Start",
                "End",
                "Match",
                "Only",
                "All",
                "Satisf",
                "Is",
                "Has",
                "Does",
                "Not",
                "With",
            ];
            return says
                .iter()
                .any(|word| name.starts_with(word.as_bytes()))
                .then(|| check(Strength::Range, subject, expected));
        }
    };
    Some(check(strength, subject, expected))
}

/// Shouldly's `x.ShouldBe(y)`.
fn shouldly(place: &Place<'_, '_>, call: &Call<'_, '_>, before: Node<'_>) -> Check {
    let subject = place.tokens(before);
    let argument = |at: usize| call.arguments.get(at).map(|(_, node)| place.tokens(*node));
    let expected = argument(0).or_else(|| call.of_type.map(|node| place.tokens(node)));
    let strength = match call.name {
        b"ShouldBe" | b"ShouldBeEquivalentTo" | b"ShouldBeSameAs" => {
            let tolerance = argument(1).and_then(|tokens| number(&tokens));
            return near(subject, expected.unwrap_or_default(), false, tolerance);
        }
        b"ShouldNotBe" | b"ShouldNotBeSameAs" => return unequal(subject, expected.unwrap_or_default(), false),
        b"ShouldBeTrue" => return truthy(subject, true),
        b"ShouldBeFalse" => return truthy(subject, false),
        b"ShouldBeNull" => return nothing(subject),
        b"ShouldNotBeNull"
        | b"ShouldNotBeEmpty"
        | b"ShouldNotBeNullOrEmpty"
        | b"ShouldNotThrow"
        | b"ShouldNotBeNullOrWhiteSpace" => Strength::Truthy,
        b"ShouldBeEmpty" => Strength::Exact,
        b"ShouldThrow" | b"ShouldThrowAsync" => thrown(expected.as_deref()),
        b"ShouldNotBeOfType"
        | b"ShouldBeOfType"
        | b"ShouldBeAssignableTo"
        | b"ShouldNotBeAssignableTo"
        | b"ShouldBeGreaterThan"
        | b"ShouldBeGreaterThanOrEqualTo"
        | b"ShouldBeLessThan"
        | b"ShouldBeLessThanOrEqualTo"
        | b"ShouldBeInRange"
        | b"ShouldNotBeInRange"
        | b"ShouldContain"
        | b"ShouldNotContain"
        | b"ShouldContainKey"
        | b"ShouldNotContainKey"
        | b"ShouldAllBe"
        | b"ShouldBeSubsetOf"
        | b"ShouldBeOneOf"
        | b"ShouldNotBeOneOf"
        | b"ShouldBeUnique"
        | b"ShouldStartWith"
        | b"ShouldEndWith"
        | b"ShouldMatch" => Strength::Range,
        _ => Strength::Unknown,
    };
    check(strength, subject, expected)
}

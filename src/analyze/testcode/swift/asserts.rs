//! What Swift tests assert: `XCTAssert…`, `#expect` and `#require`, Nimble.

use super::{Call, call_of};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{check, condition, equal, near, nothing, number, truthy, unequal};
use crate::analyze::testcode::{Check, Role, Strength};

fn tokens(place: &Place<'_, '_>, node: Option<Node<'_>>) -> Vec<u8> {
    node.map(|node| place.tokens(spoken(node))).unwrap_or_default()
}

/// Without the `try` and `await` in front of it: they are no part of what is asserted.
fn spoken(mut node: Node<'_>) -> Node<'_> {
    for _ in 0..3 {
        match node.child_by_field_name("expr").filter(|_| matches!(node.kind(), "try_expression" | "await_expression"))
        {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// The role of a call: an assertion, or a call of a helper.
pub(super) fn role(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Role {
    let check = match call.before {
        None => xctest(place, call),
        Some(before) => nimble(place, call, before)
            .or_else(|| (call.name == b"record" && place.text(before) == b"Issue").then(|| truthy(Vec::new(), true))),
    };
    if let Some(check) = check {
        return Role::Assertion(check);
    }
    let says_check = ["assert", "verify", "check", "expect"].iter().any(|word| call.name.starts_with(word.as_bytes()));
    // A matcher is part of an assertion.
    let given = place.parent().is_some_and(|node| node.kind() == "value_argument");
    let root = call.name == b"expect"
        || (given
            && (call.name.starts_with(b"be")
                || matches!(call.name, b"equal" | b"throwError" | b"contain" | b"haveCount")));
    if !root && (call.before.is_none() || says_check) { Role::Call(call.name.to_vec()) } else { Role::Other }
}

fn xctest(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Option<Check> {
    let argument = |at: usize| tokens(place, call.placed(at));
    let asked = || call.placed(0).map(spoken);
    Some(match call.name {
        b"XCTAssertEqual" | b"XCTAssertIdentical" => {
            let tolerance = call.labelled(b"accuracy").map(|node| place.tokens(node)).and_then(|text| number(&text));
            near(argument(0), argument(1), false, tolerance)
        }
        b"XCTAssertNotEqual" | b"XCTAssertNotIdentical" => unequal(argument(0), argument(1), false),
        b"XCTAssertTrue" | b"XCTAssert" => condition(place, asked()?, true, &predicate),
        b"XCTAssertFalse" => condition(place, asked()?, false, &predicate),
        b"XCTAssertNil" => nothing(argument(0)),
        b"XCTAssertNotNil" | b"XCTUnwrap" | b"XCTAssertNoThrow" | b"XCTAssertThrowsError" => truthy(argument(0), true),
        b"XCTAssertGreaterThan"
        | b"XCTAssertGreaterThanOrEqual"
        | b"XCTAssertLessThan"
        | b"XCTAssertLessThanOrEqual" => check(Strength::Range, argument(0), Some(argument(1))),
        b"XCTFail" => truthy(Vec::new(), true),
        _ => return None,
    })
}

/// Calls in conditions.
fn predicate(place: &Place<'_, '_>, node: Node<'_>, _wanted: bool) -> Option<Check> {
    let call = call_of(place, node)?;
    let part = matches!(call.name, b"contains" | b"hasPrefix" | b"hasSuffix" | b"elementsEqual" | b"starts");
    let first = call.arguments.first().map(|(_, node)| place.tokens(*node));
    part.then(|| check(Strength::Range, tokens(place, call.before), first))
}

/// `#expect(…)` and `#require(…)`.
pub(super) fn macro_call(place: &Place<'_, '_>) -> Role {
    let Some(call) = call_of(place, place.node).filter(|call| matches!(call.name, b"expect" | b"require")) else {
        return Role::Other;
    };
    if let Some(class) = call.labelled(b"throws") {
        let class = place.tokens(class);
        let any = memchr::memmem::find(&class, b"any Error").is_some() || class.starts_with(b"Error .");
        let strength = match (any, class.ends_with(b". self")) {
            // It must run through: what it asserts on the way stands inside.
            _ if class.starts_with(b"Never") => Strength::Unknown,
            (true, _) => Strength::Truthy,
            (false, true) => Strength::Range,
            (false, false) => Strength::Exact,
        };
        return Role::Assertion(check(strength, tokens(place, call.lambda), Some(class)));
    }
    match call.placed(0).map(spoken) {
        Some(asked) => Role::Assertion(condition(place, asked, true, &predicate)),
        None => Role::Assertion(check(Strength::Range, tokens(place, call.lambda), None)),
    }
}

/// `expect(x).to(equal(y))`.
fn nimble(place: &Place<'_, '_>, call: &Call<'_, '_>, before: Node<'_>) -> Option<Check> {
    let negated = match call.name {
        b"to" | b"toEventually" | b"toAlways" => false,
        b"toNot" | b"notTo" | b"toEventuallyNot" | b"toNever" => true,
        _ => return None,
    };
    let subject = expected_of(place, before)?;
    let matcher = call.placed(0).and_then(|node| call_of(place, node));
    let Some(matcher) = matcher else { return Some(check(Strength::Unknown, subject, None)) };
    let given = tokens(place, matcher.placed(0));
    let strength = match matcher.name {
        b"equal" | b"be" | b"beIdenticalTo" if negated => return Some(unequal(subject, given, false)),
        b"equal" | b"be" | b"beIdenticalTo" => return Some(equal(subject, given, false)),
        b"beCloseTo" => {
            let within = matcher.labelled(b"within").map(|node| place.tokens(node)).and_then(|text| number(&text));
            return Some(near(subject, given, false, within));
        }
        b"beNil" if !negated => return Some(nothing(subject)),
        b"beTrue" | b"beTruthy" | b"beFalse" | b"beFalsy" | b"beNil" | b"throwError" if given.is_empty() => {
            Strength::Truthy
        }
        b"beEmpty" if !negated => Strength::Exact,
        b"beEmpty" => Strength::Truthy,
        b"throwError"
        | b"contain"
        | b"haveCount"
        | b"beginWith"
        | b"endWith"
        | b"match"
        | b"beGreaterThan"
        | b"beLessThan"
        | b"beAKindOf"
        | b"beAnInstanceOf"
        | b"matchError"
        | b"containElementSatisfying" => Strength::Range,
        _ => Strength::Unknown,
    };
    Some(check(strength, subject, (!given.is_empty()).then_some(given)))
}

/// What `expect(…)` or `expect { … }` is asked about.
fn expected_of(place: &Place<'_, '_>, node: Node<'_>) -> Option<Vec<u8>> {
    let call = call_of(place, node).filter(|call| call.before.is_none() && call.name == b"expect")?;
    Some(tokens(place, call.placed(0).or(call.lambda)))
}

/// Nimble's `expect(x) == y`.
pub(super) fn nimble_operator(place: &Place<'_, '_>) -> Option<Check> {
    let subject = expected_of(place, place.field("lhs")?)?;
    let (operator, given) = (place.text(place.field("op")?), tokens(place, place.field("rhs")));
    Some(if operator == b"==" { equal(subject, given, false) } else { unequal(subject, given, false) })
}

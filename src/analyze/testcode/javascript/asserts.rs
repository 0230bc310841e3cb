//! What `expect` chains and `assert` calls pin down.

use super::super::checks;
use super::super::{Check, Strength};
use super::chain::Chain;
use crate::analyze::syntax::{Node, Place};

/// An assertion that is a call; `None` for any other.
pub(super) fn call(place: &Place<'_, '_>, chain: &Chain<'_, '_>) -> Option<Check> {
    // The outermost of a chain speaks for all of it.
    if place.parent().is_some_and(|parent| parent.kind() == "member_expression") {
        return None;
    }
    match chain.root {
        b"expect" | b"expectTypeOf" => expect(place, chain),
        b"assert" if chain.names.is_empty() => {
            let first = chain.root_arguments?.named_child(0)?;
            Some(checks::condition(place, first, true, &|_, _, _| None))
        }
        b"assert" => asserting(place, chain),
        b"t" if chain.names.len() == 1 => asserting(place, chain),
        _ => None,
    }
}

/// chai's assertions without a call: `expect(x).to.be.true`.
pub(super) fn property(place: &Place<'_, '_>) -> Option<Check> {
    let statement =
        place.parent().is_some_and(|parent| matches!(parent.kind(), "expression_statement" | "await_expression"));
    let chain = Chain::of(place, place.node).filter(|chain| statement && chain.root == b"expect")?;
    expect(place, &chain)
}

fn arguments(list: Option<Node<'_>>) -> Vec<Node<'_>> {
    let Some(list) = list else { return Vec::new() };
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|one| one.kind() != "comment").collect()
}

fn expect(place: &Place<'_, '_>, chain: &Chain<'_, '_>) -> Option<Check> {
    let (name, list) = chain.names.last()?;
    // `expect.soft(x)` and `expect.poll(f)` are called by a name.
    let of_name = chain.names.first().filter(|(one, _)| matches!(*one, b"soft" | b"poll")).and_then(|(_, list)| *list);
    let subject = chain.root_arguments.or(of_name)?.named_child(0)?;
    if chain.names.len() == 1 && of_name.is_some() {
        return None;
    }
    let subject_node = subject;
    let subject = place.tokens(subject);
    let given = arguments(*list);
    let argument = |at: usize| given.get(at).map(|one| place.tokens(*one));
    let strength = matcher(name, given.len());
    let expected = argument(0).or_else(|| fixed(name));
    let strength = match expected.as_deref() {
        Some(b"expect . anything ( )") => Strength::Truthy.min(strength),
        Some(value)
            if [&b"expect . any"[..], b"expect . objectContaining", b"expect . stringContaining"]
                .iter()
                .any(|start| value.starts_with(start)) =>
        {
            Strength::Range.min(strength)
        }
        _ => strength,
    };
    let strength = match (chain.has(b"not"), strength) {
        (false, strength) => strength,
        (true, _)
            if matches!(
                *name,
                b"toHaveBeenCalled" | b"called" | b"toBeNull" | b"toBeUndefined" | b"null" | b"undefined" | b"toThrow"
            ) =>
        {
            Strength::Truthy
        }
        (true, strength) => strength.min(Strength::Range),
    };
    let fixed_subject = matches!(subject_node.kind(), "true" | "false" | "number" | "string");
    if fixed_subject && !chain.has(b"resolves") && expected.as_ref().is_none_or(|value| *value == subject) {
        return Some(checks::check(Strength::Nothing, subject, None));
    }
    let tolerance = match *name {
        // Digits after the point; 2 where none are given.
        b"toBeCloseTo" => {
            Some(10f64.powf(-argument(1).and_then(|digits| checks::number(&digits)).unwrap_or(2.0)) / 2.0)
        }
        b"closeTo" | b"approximately" => argument(1).and_then(|delta| checks::number(&delta)),
        _ => None,
    };
    Some(Check { strength, subject, expected, tolerance })
}

/// What a matcher without arguments compares with.
fn fixed(name: &[u8]) -> Option<Vec<u8>> {
    let value: &[u8] = match name {
        b"toBeNull" | b"null" => b"null",
        b"toBeUndefined" | b"undefined" => b"undefined",
        b"true" => b"true",
        b"false" | b"toBeFalsy" => b"false",
        _ => return None,
    };
    Some(value.to_vec())
}

fn matcher(name: &[u8], given: usize) -> Strength {
    match name {
        b"toHaveProperty" | b"property" if given < 2 => Strength::Range,
        b"toThrow" | b"toThrowError" | b"throw" | b"throws" | b"rejectedWith" => {
            if given == 0 {
                Strength::Truthy
            } else {
                Strength::Range
            }
        }
        b"toBe"
        | b"toEqual"
        | b"toStrictEqual"
        | b"toBeNull"
        | b"toBeUndefined"
        | b"toBeNaN"
        | b"toHaveLength"
        | b"toHaveBeenCalledTimes"
        | b"toHaveBeenCalledWith"
        | b"toHaveBeenLastCalledWith"
        | b"toHaveBeenNthCalledWith"
        | b"toHaveBeenCalledExactlyOnceWith"
        | b"toHaveReturnedWith"
        | b"toMatchSnapshot"
        | b"toMatchInlineSnapshot"
        | b"toThrowErrorMatchingSnapshot"
        | b"toThrowErrorMatchingInlineSnapshot"
        | b"toBeCloseTo"
        | b"toHaveText"
        | b"toHaveValue"
        | b"toHaveProperty"
        | b"property"
        | b"equal"
        | b"equals"
        | b"eq"
        | b"eql"
        | b"eqls"
        | b"true"
        | b"false"
        | b"null"
        | b"undefined"
        | b"lengthOf"
        | b"length"
        | b"closeTo"
        | b"approximately"
        | b"calledWith"
        | b"calledOnceWith" => Strength::Exact,
        b"toMatchObject"
        | b"toContain"
        | b"toContainEqual"
        | b"toMatch"
        | b"toBeGreaterThan"
        | b"toBeGreaterThanOrEqual"
        | b"toBeLessThan"
        | b"toBeLessThanOrEqual"
        | b"toBeInstanceOf"
        | b"toBeTypeOf"
        | b"toHaveBeenCalledOnce"
        | b"toHaveTextContent"
        | b"toHaveAttribute"
        | b"toContainText"
        | b"include"
        | b"includes"
        | b"contain"
        | b"contains"
        | b"match"
        | b"above"
        | b"below"
        | b"least"
        | b"most"
        | b"within"
        | b"greaterThan"
        | b"lessThan"
        | b"a"
        | b"an"
        | b"instanceof"
        | b"instanceOf"
        | b"keys"
        | b"members"
        | b"oneOf" => Strength::Range,
        b"toBeTruthy" | b"toBeFalsy" | b"toBeDefined" | b"toHaveBeenCalled" | b"toBeVisible" | b"toBeInTheDocument"
        | b"ok" | b"exist" | b"exists" | b"called" | b"empty" => Strength::Truthy,
        _ => Strength::Unknown,
    }
}

/// node's `assert`, chai's, and the `t` of ava and tap.
fn asserting(place: &Place<'_, '_>, chain: &Chain<'_, '_>) -> Option<Check> {
    let (name, list) = chain.names.last()?;
    let given = arguments(*list);
    let argument = |at: usize| given.get(at).map(|one| place.tokens(*one)).unwrap_or_default();
    let thrown = if given.len() > 1 { Strength::Range } else { Strength::Truthy };
    Some(match *name {
        b"equal" | b"strictEqual" | b"deepEqual" | b"deepStrictEqual" | b"is" | b"same" | b"equals" => {
            checks::equal(argument(0), argument(1), false)
        }
        b"notEqual" | b"notStrictEqual" | b"notDeepEqual" | b"notDeepStrictEqual" | b"not" | b"isNot" => {
            checks::unequal(argument(0), argument(1), false)
        }
        b"ok" | b"isTrue" | b"isOk" | b"true" | b"truthy" | b"assert" => {
            checks::condition(place, given.first().copied()?, true, &|_, _, _| None)
        }
        b"isFalse" | b"notOk" | b"false" | b"falsy" | b"isNotOk" => checks::truthy(argument(0), false),
        b"isNull" | b"isUndefined" | b"isNotNull" | b"isDefined" | b"exists" | b"isNotNaN" | b"ifError"
        | b"doesNotThrow" | b"doesNotReject" | b"notThrows" => checks::check(Strength::Truthy, argument(0), None),
        b"throws" | b"rejects" | b"throw" | b"throwsAsync" => {
            checks::check(thrown, argument(0), (given.len() > 1).then(|| argument(1)))
        }
        b"match" | b"include" | b"includes" | b"doesNotMatch" | b"isAbove" | b"isBelow" | b"isAtLeast"
        | b"isAtMost" | b"instanceOf" | b"typeOf" | b"property" | b"like" | b"regex" => {
            checks::check(Strength::Range, argument(0), Some(argument(1)))
        }
        b"closeTo" | b"approximately" => checks::near(argument(0), argument(1), false, checks::number(&argument(2))),
        b"lengthOf" | b"snapshot" => checks::check(Strength::Exact, argument(0), Some(argument(1))),
        _ if chain.root == b"assert" && !matches!(*name, b"fail" | b"AssertionError") => {
            checks::check(Strength::Unknown, argument(0), None)
        }
        _ => return None,
    })
}

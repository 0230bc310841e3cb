//! What conditions and comparisons pin down, for the languages whose trees have operators with two sides.
//!
//! A style is not a strength: `assertEquals(true, x)`, `assertTrue(x)` and `assertTrue(x == true)` come out alike, and so do
//! the two orders of arguments where one side shows that it is the expected one.

use super::{Check, Strength};
use crate::analyze::syntax::{Node, Place};

/// Conditions nested deeper are taken as one whole: code that people write nests some 5 deep.
const MAX_NESTING: u8 = 32;

/// How a language reads a call in a condition: the call and whether it has to be true.
pub(super) type Predicate<'f> = &'f dyn Fn(&Place<'_, '_>, Node<'_>, bool) -> Option<Check>;

pub(super) fn check(strength: Strength, subject: Vec<u8>, expected: Option<Vec<u8>>) -> Check {
    Check { strength, subject, expected, tolerance: None }
}

/// The subject is true or, when not `wanted`, false.
pub(super) fn truthy(subject: Vec<u8>, wanted: bool) -> Check {
    check(Strength::Truthy, subject, (!wanted).then(|| b"false".to_vec()))
}

/// Two sides are one value. Which of them is expected is told by their looks, else by what the library says.
pub(super) fn equal(first: Vec<u8>, second: Vec<u8>, expected_first: bool) -> Check {
    if first == second {
        return check(Strength::Nothing, first, Some(second));
    }
    let (subject, expected) = sides(first, second, expected_first);
    match expected.as_slice() {
        b"true" | b"false" => truthy(subject, expected == b"true"),
        word if is_nothing(word) => nothing(subject),
        _ => check(Strength::Exact, subject, Some(expected)),
    }
}

/// There is nothing there, or no error: one value, as `x == null` asks for.
pub(super) fn nothing(subject: Vec<u8>) -> Check {
    check(Strength::Exact, subject, Some(b"nil".to_vec()))
}

fn is_nothing(expected: &[u8]) -> bool {
    matches!(expected, b"nil" | b"null")
}

/// Two sides differ.
pub(super) fn unequal(first: Vec<u8>, second: Vec<u8>, expected_first: bool) -> Check {
    let Check { strength, subject, expected, .. } = equal(first, second, expected_first);
    match strength {
        Strength::Truthy => check(Strength::Truthy, subject, None),
        _ if expected.as_deref().is_some_and(is_nothing) => check(Strength::Truthy, subject, None),
        _ => check(Strength::Range, subject, expected),
    }
}

/// Two sides are close.
pub(super) fn near(first: Vec<u8>, second: Vec<u8>, expected_first: bool, tolerance: Option<f64>) -> Check {
    Check { tolerance, ..equal(first, second, expected_first) }
}

/// Subject and expected.
fn sides(first: Vec<u8>, second: Vec<u8>, expected_first: bool) -> (Vec<u8>, Vec<u8>) {
    let swap = match looks_expected(&first).cmp(&looks_expected(&second)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => expected_first,
    };
    if swap { (second, first) } else { (first, second) }
}

/// How much a side looks like the expected one: 2 a scalar or a name that says so, 1 a value spelt out.
fn looks_expected(tokens: &[u8]) -> u8 {
    let scalar = matches!(tokens, b"true" | b"false" | b"nil" | b"null")
        || (tokens.first().is_some_and(|byte| byte.is_ascii_digit() || b"\"'`".contains(byte))
            && !tokens.windows(3).any(|three| three == b" . "))
        || (tokens.starts_with(b"- ") && tokens.get(2).is_some_and(u8::is_ascii_digit));
    let last = tokens.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    let says = |name: &[u8]| {
        [&b"want"[..], b"exp", b"golden"]
            .iter()
            .any(|word| name.len() >= word.len() && name[..word.len()].eq_ignore_ascii_case(word))
    };
    if scalar || says(tokens) || says(last) {
        return 2;
    }
    let spelt = [
        &b"["[..],
        b"{",
        b"List . of",
        b"Set . of",
        b"Map . of",
        b"Arrays . asList",
        b"listOf",
        b"setOf",
        b"mapOf",
        b"new ",
        b"& ",
    ];
    u8::from(tokens.ends_with(b"}") || spelt.iter().any(|start| tokens.starts_with(start)))
}

/// What a condition pins down when it has to be true (or false, when not `wanted`).
pub(super) fn condition(place: &Place<'_, '_>, node: Node<'_>, wanted: bool, predicate: Predicate<'_>) -> Check {
    nested(place, node, wanted, predicate, 0)
}

fn nested(place: &Place<'_, '_>, node: Node<'_>, wanted: bool, predicate: Predicate<'_>, depth: u8) -> Check {
    let node = bare(node);
    let text = place.text(node);
    if depth >= MAX_NESTING {
        return truthy(place.tokens(node), wanted);
    }
    if matches!(text, b"true" | b"false") {
        let holds = (text == b"true") == wanted;
        return check(if holds { Strength::Nothing } else { Strength::Truthy }, text.to_vec(), None);
    }
    if let Some(inner) = negated(place, node) {
        return nested(place, inner, !wanted, predicate, depth + 1);
    }
    if let Some((left, operator, right)) = binary(place, node) {
        match operator {
            b"&&" | b"||" => {
                let (left, right) = (
                    nested(place, left, wanted, predicate, depth + 1),
                    nested(place, right, wanted, predicate, depth + 1),
                );
                return joined(place, node, left, right, (operator == b"&&") == wanted);
            }
            // Swift's grammar binds `&&` closer than `==`.
            b"==" | b"!=" | b"<" | b"<=" | b">" | b">=" if is_joint(right) => {
                let Some((head, word, tail)) = binary(place, right) else { return truthy(place.tokens(node), wanted) };
                let tail = nested(place, tail, wanted, predicate, depth + 1);
                let head = compared(operator, place.tokens(left), place.tokens(head), wanted);
                return joined(place, node, head, tail, (word == b"&&") == wanted);
            }
            b"==" | b"===" | b"!=" | b"!==" | b"<" | b"<=" | b">" | b">=" => {
                return compared(operator, place.tokens(left), place.tokens(right), wanted);
            }
            _ => {}
        }
    }
    predicate(place, node, wanted).unwrap_or_else(|| {
        let tokens = place.tokens(node);
        // A comparison that could not be read as one: Swift's `f { $0 } == g { $0 }`.
        let unread = [&b" == "[..], b" != "].iter().any(|word| memchr::memmem::find(&tokens, word).is_some());
        if unread { check(Strength::Unknown, tokens, None) } else { truthy(tokens, wanted) }
    })
}

fn is_joint(node: Node<'_>) -> bool {
    matches!(node.kind(), "conjunction_expression" | "disjunction_expression")
}

fn compared(operator: &[u8], left: Vec<u8>, right: Vec<u8>, wanted: bool) -> Check {
    if operator.ends_with(b"=") && !matches!(operator, b"<=" | b">=") {
        let equals = operator.starts_with(b"=") == wanted;
        return if equals { equal(left, right, false) } else { unequal(left, right, false) };
    }
    let below = operator.starts_with(b"<") == wanted;
    match distance(&left).filter(|_| below) {
        Some((one, other)) => near(one, other, false, number(&right)),
        None => check(Strength::Range, left, Some(right)),
    }
}

/// Both have to hold, or one of the two.
fn joined(place: &Place<'_, '_>, node: Node<'_>, left: Check, right: Check, both: bool) -> Check {
    if both {
        return if right.strength > left.strength { right } else { left };
    }
    let strength = left.strength.min(right.strength).min(Strength::Range);
    check(strength, place.tokens(node), None)
}

/// Without the brackets around it.
pub(super) fn bare(mut node: Node<'_>) -> Node<'_> {
    for _ in 0..MAX_NESTING {
        let one =
            matches!(node.kind(), "parenthesized_expression" | "tuple_expression") && node.named_child_count() == 1;
        match node.named_child(0).filter(|_| one) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn negated<'t>(place: &Place<'_, '_>, node: Node<'t>) -> Option<Node<'t>> {
    // Swift's grammar takes `!(x)` for a call.
    if node.kind() == "call_expression" && node.child(0).is_some_and(|node| node.kind() == "bang") {
        return node.child(1)?.named_child(0)?.named_child(0)?.child_by_field_name("value");
    }
    if !matches!(node.kind(), "unary_expression" | "prefix_unary_expression" | "prefix_expression") {
        return None;
    }
    let bang = place.text(node.child(0)?) == b"!";
    node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?).filter(|_| bang)
}

/// Left side, operator, right side.
pub(super) fn binary<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<(Node<'t>, &'a [u8], Node<'t>)> {
    let field = |one: &str, other: &str| node.child_by_field_name(one).or_else(|| node.child_by_field_name(other));
    if !node.kind().ends_with("_expression") {
        return None;
    }
    Some((field("left", "lhs")?, place.text(field("operator", "op")?), field("right", "rhs")?))
}

/// The two sides of `abs(a - b)`, as tokens.
fn distance(tokens: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let inner = tokens.strip_suffix(b" )")?;
    let open = inner.windows(5).position(|five| five.eq_ignore_ascii_case(b"abs ("))?;
    let inner = inner.get(open + 6..)?;
    let (mut depth, mut at) = (0_usize, 0);
    for token in inner.split(|byte| *byte == b' ') {
        match token {
            b"(" | b"[" => depth += 1,
            b")" | b"]" => depth = depth.checked_sub(1)?,
            b"-" if depth == 0 && at > 0 => {
                return Some((inner.get(..at - 1)?.to_vec(), inner.get(at + 2..)?.to_vec()));
            }
            _ => {}
        }
        at += token.len() + 1;
    }
    None
}

/// A number as the languages spell it.
pub(super) fn number(tokens: &[u8]) -> Option<f64> {
    let digits: Vec<u8> = tokens.iter().copied().filter(|byte| *byte != b'_').collect();
    let digits = digits.strip_suffix(b"f").or(digits.strip_suffix(b"F")).unwrap_or(&digits);
    let digits = digits.strip_suffix(b"d").or(digits.strip_suffix(b"D")).unwrap_or(digits);
    let digits = digits.strip_suffix(b"m").or(digits.strip_suffix(b"M")).unwrap_or(digits);
    if !digits.first()?.is_ascii_digit() && digits.first() != Some(&b'.') {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The text of a string literal without its quotes; of anything else its tokens.
pub(super) fn plain(place: &Place<'_, '_>, node: Node<'_>) -> Vec<u8> {
    let text = place.text(node);
    let quote = text.first().copied().filter(|byte| b"\"`".contains(byte));
    match quote.and_then(|quote| text.get(1..)?.strip_suffix(&[quote])) {
        Some(inner) => inner.to_vec(),
        None => place.tokens(node),
    }
}

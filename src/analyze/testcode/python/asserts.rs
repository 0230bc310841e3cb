//! What Python's assertions pin down.

use super::super::{Check, Strength};
use super::has;
use crate::analyze::syntax::{Node, Place};

/// Conditions nested deeper are taken as one whole.
const MAX_NESTING: u8 = 32;

fn check(strength: Strength, subject: Vec<u8>, expected: Option<Vec<u8>>) -> Check {
    Check { strength, subject, expected, tolerance: None }
}

/// `assert CONDITION, MESSAGE`.
pub(super) fn statement(place: &Place<'_, '_>) -> Option<Check> {
    Some(condition(place, place.node.named_child(0)?, 0))
}

fn condition(place: &Place<'_, '_>, node: Node<'_>, depth: u8) -> Check {
    let truthy = |node: Node<'_>| check(Strength::Truthy, place.tokens(node), None);
    if depth > MAX_NESTING {
        return truthy(node);
    }
    match node.kind() {
        "parenthesized_expression" if node.named_child_count() == 1 => match node.named_child(0) {
            Some(inner) => condition(place, inner, depth + 1),
            None => truthy(node),
        },
        "comparison_operator" => comparison(place, node),
        // A tuple of two is true, as are these.
        "true" | "tuple" | "integer" | "string" => check(Strength::Nothing, place.tokens(node), None),
        "not_operator" => match node.child_by_field_name("argument") {
            Some(inner) => {
                let inner = condition(place, inner, depth + 1);
                let strength = inner.strength.min(Strength::Range);
                check(strength, inner.subject, inner.expected.or_else(|| Some(b"False".to_vec())))
            }
            None => truthy(node),
        },
        "boolean_operator" => {
            let side = |name| node.child_by_field_name(name).map(|side| condition(place, side, depth + 1));
            let (Some(left), Some(right)) = (side("left"), side("right")) else { return truthy(node) };
            let both = node.child_by_field_name("operator").is_some_and(|one| place.text(one) == b"and");
            if both {
                return if right.strength > left.strength { right } else { left };
            }
            check(left.strength.min(right.strength).min(Strength::Range), place.tokens(node), None)
        }
        "call" => predicate(place, node).unwrap_or_else(|| truthy(node)),
        _ => truthy(node),
    }
}

/// Calls that say more than that something is true.
fn predicate(place: &Place<'_, '_>, node: Node<'_>) -> Option<Check> {
    let callee = node.child_by_field_name("function")?;
    let arguments = node.child_by_field_name("arguments")?;
    let argument = |at: u32| arguments.named_child(at).map(|one| place.tokens(one));
    let last = place.text(callee).rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    match last {
        b"isinstance" | b"issubclass" | b"hasattr" => Some(check(Strength::Range, argument(0)?, argument(1))),
        b"all" | b"any" => Some(check(Strength::Range, argument(0)?, None)),
        b"isclose" | b"allclose" => {
            let text = place.tokens(arguments);
            let tolerance = keyword(&text, &[b"rel_tol", b"abs_tol", b"atol", b"rtol"]);
            Some(Check { tolerance, ..check(Strength::Exact, argument(0)?, argument(1)) })
        }
        b"startswith" | b"endswith" | b"match" | b"search" | b"issubset" | b"issuperset" => {
            let object = callee.child_by_field_name("object")?;
            Some(check(Strength::Range, place.tokens(object), argument(0)))
        }
        _ => None,
    }
}

fn comparison(place: &Place<'_, '_>, node: Node<'_>) -> Check {
    let whole = || check(Strength::Range, place.tokens(node), None);
    if node.named_child_count() != 2 {
        return whole();
    }
    let (Some(left), Some(right)) = (node.named_child(0), node.named_child(1)) else { return whole() };
    let between = place.source.get(left.end_byte()..right.start_byte()).unwrap_or_default();
    let words = between.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let operator: Vec<u8> = words.collect::<Vec<_>>().join(&b' ');
    let (left, right) = (place.tokens(left), place.tokens(right));
    match operator.as_slice() {
        b"==" | b"is" if left == right => check(Strength::Nothing, left, None),
        b"==" => {
            let (subject, expected) = sides(left, right);
            let tolerance = approximation(&expected).or_else(|| approximation(&subject));
            let (subject, expected) = (exact(subject), exact(expected));
            Check { tolerance, ..check(Strength::Exact, subject, Some(expected)) }
        }
        b"is" => check(Strength::Exact, left, Some(right)),
        b"is not" if right == b"None" => check(Strength::Truthy, left, None),
        b"in" | b"not in" => check(Strength::Range, right, Some(left)),
        _ => {
            let (subject, expected) = sides(left, right);
            check(Strength::Range, subject, Some(expected))
        }
    }
}

/// The deviation `approx(…)` lets pass: pytest's own default where none is given.
fn approximation(tokens: &[u8]) -> Option<f64> {
    has(tokens, b"approx (").then(|| keyword(tokens, &[b"rel", b"abs"]).unwrap_or(1e-6))
}

/// The value in `approx(…)` without the deviation.
fn exact(tokens: Vec<u8>) -> Vec<u8> {
    let Some(at) = memchr::memmem::find(&tokens, b"approx ( ") else { return tokens };
    let inner = tokens.get(at + 9..).unwrap_or_default();
    let ends = [&b" , rel ="[..], b" , abs =", b" , nan_ok ="].map(|end| memchr::memmem::find(inner, end));
    let end = ends.into_iter().flatten().min().unwrap_or_else(|| inner.len().saturating_sub(2));
    inner.get(..end).unwrap_or_default().to_vec()
}

/// The number given to one of these keywords; the largest of several.
fn keyword(tokens: &[u8], names: &[&[u8]]) -> Option<f64> {
    let mut parts = tokens.split(|byte| *byte == b' ').peekable();
    let mut found: Option<f64> = None;
    while let Some(part) = parts.next() {
        if names.contains(&part) && parts.next_if(|next| *next == b"=").is_some() {
            let value = parts.peek().and_then(|text| number(text));
            found = found.into_iter().chain(value).reduce(f64::max);
        }
    }
    found
}

fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite())
}

/// Subject and expected: a literal is what is expected, on whichever side it stands.
fn sides(first: Vec<u8>, second: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    if is_literal(&first) && !is_literal(&second) { (second, first) } else { (first, second) }
}

fn is_literal(tokens: &[u8]) -> bool {
    let start = tokens.strip_prefix(b"- ").unwrap_or(tokens);
    let opening = start.first().is_some_and(|byte| byte.is_ascii_digit() || b"\"'[{".contains(byte));
    matches!(start, b"True" | b"False" | b"None" | b"( )") || opening && !has(start, b" . ")
}

/// A call that asserts; `None` for any other.
pub(super) fn call(place: &Place<'_, '_>, callee: Node<'_>, last: &[u8]) -> Option<Check> {
    let arguments = place.field("arguments")?;
    let mut cursor = arguments.walk();
    let plain: Vec<Node<'_>> = arguments
        .named_children(&mut cursor)
        .filter(|one| !matches!(one.kind(), "keyword_argument" | "comment"))
        .collect();
    let argument = |at: usize| plain.get(at).map(|one| place.tokens(*one)).unwrap_or_default();
    let object = || callee.child_by_field_name("object").map(|one| place.tokens(one)).unwrap_or_default();
    let path = place.text(callee);
    if matches!(last, b"raises" | b"warns" | b"assertRaises" | b"assertWarns" | b"assertRaisesRegex" | b"assertLogs") {
        let known = path.starts_with(b"pytest.") || path.starts_with(b"self.") || path == last;
        return known.then(|| raises(place, arguments, &plain, last));
    }
    let equality = |strength| {
        let (subject, expected) = sides(argument(0), argument(1));
        Some(check(strength, subject, Some(expected)))
    };
    if path.starts_with(b"self.assert") {
        return match last {
            b"assertTrue" | b"assertFalse" | b"assert_" => {
                let inner = condition(place, *plain.first()?, 0);
                Some(if last == b"assertFalse" {
                    check(inner.strength.min(Strength::Range), inner.subject, Some(b"False".to_vec()))
                } else {
                    inner
                })
            }
            b"assertEqual" | b"assertEquals" if argument(0) == argument(1) => {
                Some(check(Strength::Nothing, argument(0), None))
            }
            b"assertIsNone" => Some(check(Strength::Exact, argument(0), Some(b"None".to_vec()))),
            b"assertIsNotNone" => Some(check(Strength::Truthy, argument(0), None)),
            b"assertAlmostEqual" => {
                let text = place.tokens(arguments);
                let places = keyword(&text, &[b"places"]).map(|places| 10f64.powf(-places));
                let tolerance = keyword(&text, &[b"delta"]).or(places).or(Some(1e-7));
                let (subject, expected) = sides(argument(0), argument(1));
                Some(Check { tolerance, ..check(Strength::Exact, subject, Some(expected)) })
            }
            b"assertEqual"
            | b"assertEquals"
            | b"assertListEqual"
            | b"assertDictEqual"
            | b"assertSetEqual"
            | b"assertTupleEqual"
            | b"assertSequenceEqual"
            | b"assertMultiLineEqual"
            | b"assertCountEqual"
            | b"assertIs" => equality(Strength::Exact),
            b"assertIn" | b"assertNotIn" => Some(check(Strength::Range, argument(1), Some(argument(0)))),
            b"assertNotEqual"
            | b"assertIsNot"
            | b"assertGreater"
            | b"assertGreaterEqual"
            | b"assertLess"
            | b"assertLessEqual"
            | b"assertRegex"
            | b"assertNotRegex"
            | b"assertIsInstance"
            | b"assertNotIsInstance" => equality(Strength::Range),
            _ => Some(check(Strength::Unknown, argument(0), None)),
        };
    }
    let given = || Some(place.tokens(arguments));
    match last {
        b"assert_called_once_with"
        | b"assert_called_with"
        | b"assert_awaited_once_with"
        | b"assert_awaited_with"
        | b"assert_not_called"
        | b"assert_not_awaited" => Some(check(Strength::Exact, object(), given())),
        b"assert_called_once"
        | b"assert_awaited_once"
        | b"assert_any_call"
        | b"assert_has_calls"
        | b"assert_any_await" => Some(check(Strength::Range, object(), given())),
        b"assert_called" | b"assert_awaited" => Some(check(Strength::Truthy, object(), None)),
        b"assert_allclose" | b"assert_almost_equal" => {
            let tolerance = keyword(&place.tokens(arguments), &[b"rtol", b"atol"]);
            Some(Check { tolerance, ..equality(Strength::Exact)? })
        }
        b"assert_array_equal" | b"assert_equal" | b"assert_frame_equal" | b"assert_series_equal" => {
            equality(Strength::Exact)
        }
        _ if last.starts_with(b"assert_") => Some(check(Strength::Unknown, argument(0), None)),
        _ => None,
    }
}

/// `pytest.raises(KIND, match=…)`: the more of the error it names, the stronger.
fn raises(place: &Place<'_, '_>, arguments: Node<'_>, plain: &[Node<'_>], last: &[u8]) -> Check {
    let kind = plain.first().map(|one| place.tokens(*one)).unwrap_or_default();
    let any = matches!(kind.as_slice(), b"Exception" | b"BaseException" | b"");
    let matched = last.ends_with(b"Regex") || has(&place.tokens(arguments), b"match =");
    let strength = match (any, matched) {
        (true, false) => Strength::Truthy,
        (true, true) | (false, false) => Strength::Range,
        (false, true) => Strength::Exact,
    };
    let body = place.enclosing(&["with_statement"]).and_then(|with| with.child_by_field_name("body"));
    let in_head = body.is_some_and(|body| place.node.start_byte() < body.start_byte());
    let subject = match body.filter(|_| in_head) {
        Some(body) => place.tokens(body),
        None => plain.get(1..).unwrap_or_default().iter().map(|one| place.tokens(*one)).collect::<Vec<_>>().join(&b' '),
    };
    check(strength, subject, Some(place.tokens(arguments)))
}

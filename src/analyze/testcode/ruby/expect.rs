//! What an expectation of `RSpec` or an assertion of Minitest pins down.

use super::{arguments, method_name};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{check, equal, near, number, truthy, unequal};
use crate::analyze::testcode::{Check, Role, Strength};

/// `expect(x).to …`, `x.should …`, `_(x).must_…`
pub(super) fn expectation(place: &Place<'_, '_>, name: &[u8], receiver: Option<Node<'_>>) -> Option<Check> {
    let receiver = receiver?;
    let asked = match method_name(place, receiver) {
        b"expect" | b"_" | b"value" | b"expect_any_instance_of" => true,
        b"is_expected" => true,
        b"allow" | b"allow_any_instance_of" => return None,
        _ => false,
    };
    let subject = || {
        let inner = arguments(receiver).first().copied().or_else(|| receiver.child_by_field_name("block"));
        place.tokens(inner.filter(|_| asked).unwrap_or(receiver))
    };
    match name {
        b"to" | b"to_not" | b"not_to" if asked => {
            let matcher = *arguments(place.node).first()?;
            Some(matched(place, matcher, subject(), name == b"to"))
        }
        b"should" | b"should_not" => {
            let matcher = *arguments(place.node).first()?;
            Some(matched(place, matcher, subject(), name == b"should"))
        }
        _ => {
            let (word, wanted) = match name.strip_prefix(b"must_") {
                Some(word) => (word, true),
                None => (name.strip_prefix(b"wont_")?, false),
            };
            let given = arguments(place.node);
            let first = given.first().map(|node| place.tokens(*node));
            let value = |strength| check(strength, subject(), first.clone());
            Some(match (word, wanted) {
                (b"equal" | b"be_same_as", true) => equal(subject(), first.unwrap_or_default(), false),
                (b"equal" | b"be_same_as", false) => unequal(subject(), first.unwrap_or_default(), false),
                (b"be_nil" | b"be_empty" | b"be_silent", wanted) => truthy(subject(), wanted),
                (b"be_close_to" | b"be_within_delta" | b"be_within_epsilon", true) => {
                    let tolerance = given.get(1).and_then(|node| number(place.text(*node)));
                    near(subject(), first.unwrap_or_default(), false, tolerance)
                }
                (b"raise", _) if first.is_none() => value(Strength::Truthy),
                _ => value(Strength::Range),
            })
        }
    }
}

/// `x.should == 3`
pub(super) fn old_should(place: &Place<'_, '_>) -> Role {
    let parts = place.field("left").zip(place.field("operator")).zip(place.field("right"));
    let Some(((left, operator), right)) = parts.filter(|((left, _), _)| left.kind() == "call") else {
        return Role::Other;
    };
    let wanted = match method_name(place, left) {
        b"should" => true,
        b"should_not" => false,
        _ => return Role::Other,
    };
    let Some(receiver) = left.child_by_field_name("receiver") else { return Role::Other };
    let (subject, expected) = (place.tokens(receiver), place.tokens(right));
    Role::Assertion(match place.text(operator) {
        b"==" | b"===" if wanted => equal(subject, expected, false),
        _ => check(Strength::Range, subject, Some(expected)),
    })
}

/// The parts of `receive(:x).with(1).once`, innermost first.
fn chain(mut node: Node<'_>) -> Vec<Node<'_>> {
    let mut parts = vec![node];
    for _ in 0..16 {
        match node.child_by_field_name("receiver").filter(|inner| matches!(inner.kind(), "call" | "identifier")) {
            Some(inner) if node.kind() == "call" => {
                parts.push(inner);
                node = inner;
            }
            _ => break,
        }
    }
    parts.reverse();
    parts
}

/// What a matcher pins down of the subject.
fn matched(place: &Place<'_, '_>, matcher: Node<'_>, subject: Vec<u8>, wanted: bool) -> Check {
    // `be > 3`, `be == 3`
    if matcher.kind() == "binary" {
        let right = matcher.child_by_field_name("right").map(|node| place.tokens(node));
        let equals = matcher.child_by_field_name("operator").is_some_and(|node| place.text(node) == b"==");
        return match right {
            Some(right) if equals && wanted => equal(subject, right, false),
            right => check(Strength::Range, subject, right),
        };
    }
    let parts = chain(matcher);
    let Some(root) = parts.first().copied() else { return check(Strength::Unknown, subject, None) };
    let given = arguments(root);
    let first = given.first().map(|node| place.tokens(*node));
    let value = |strength, subject| check(strength, subject, first.clone());
    let has = |names: &[&[u8]]| parts.iter().skip(1).any(|part| names.contains(&method_name(place, *part)));
    let name = method_name(place, root);
    let whole = match (name, first.clone()) {
        (b"eq" | b"eql" | b"equal" | b"be" | b"contain_exactly" | b"match_array" | b"eq_array", Some(expected)) => {
            let expected = if given.len() > 1 { place.tokens(root) } else { expected };
            return if has(&[b"or"]) {
                check(Strength::Range, subject, Some(expected))
            } else if wanted {
                equal(subject, expected, false)
            } else {
                unequal(subject, expected, false)
            };
        }
        (b"be_within", Some(_)) => {
            let of = parts.iter().skip(1).find(|part| method_name(place, **part) == b"of").map(|part| arguments(*part));
            let of = of.and_then(|list| list.first().map(|node| place.tokens(*node))).unwrap_or_default();
            let tolerance = first.as_deref().and_then(number);
            return if wanted {
                near(subject, of, false, tolerance)
            } else {
                check(Strength::Range, subject, Some(of))
            };
        }
        (b"be_nil" | b"be_truthy" | b"be_present" | b"be_valid" | b"be" | b"be_success" | b"be_successful", None) => {
            return truthy(subject, wanted);
        }
        (b"be_falsey" | b"be_falsy" | b"be_blank" | b"be_empty", None) => return truthy(subject, !wanted),
        (b"raise_error" | b"raise_exception", expected) if wanted => {
            let strength = match (expected.as_deref(), given.len()) {
                (None | Some(b"StandardError" | b"Exception"), 0 | 1) => Strength::Truthy,
                (_, 0 | 1) => Strength::Range,
                _ => Strength::Exact,
            };
            let all: Vec<Vec<u8>> = given.iter().map(|node| place.tokens(*node)).collect();
            return check(strength, subject, expected.map(|_| all.join(&b" , "[..])));
        }
        (b"raise_error" | b"raise_exception", _) => return value(Strength::Truthy, subject),
        (b"change", _) if wanted && (has(&[b"by"]) || has(&[b"from"]) && has(&[b"to"])) => {
            return check(Strength::Exact, subject, Some(place.tokens(matcher)));
        }
        (b"have_http_status" | b"redirect_to", Some(expected)) if wanted => {
            return check(Strength::Exact, subject, Some(expected));
        }
        (b"receive" | b"have_received", Some(expected)) => {
            let mut subject = subject;
            subject.extend_from_slice(b" . ");
            subject.extend_from_slice(&expected);
            let counted = has(&[b"with", b"once", b"twice", b"exactly"]);
            let more = counted.then(|| place.tokens(matcher));
            return check(if counted && wanted { Strength::Exact } else { Strength::Range }, subject, more);
        }
        (
            b"include" | b"match" | b"start_with" | b"end_with" | b"be_a" | b"be_an" | b"be_kind_of" | b"be_a_kind_of"
            | b"be_instance_of" | b"be_an_instance_of" | b"cover" | b"be_between" | b"respond_to" | b"have_attributes"
            | b"all" | b"change" | b"satisfy" | b"output" | b"throw_symbol" | b"have_key",
            _,
        ) => Strength::Range,
        (name, None) if name.starts_with(b"be_") => return truthy_named(subject, name, wanted),
        (name, Some(_)) if name.starts_with(b"be_") || name.starts_with(b"have_") => Strength::Range,
        _ => Strength::Unknown,
    };
    value(whole, subject)
}

/// `be_ready` asks `ready?`.
fn truthy_named(mut subject: Vec<u8>, name: &[u8], wanted: bool) -> Check {
    subject.extend_from_slice(b" . ");
    subject.extend_from_slice(name.strip_prefix(b"be_").unwrap_or(name));
    subject.push(b'?');
    truthy(subject, wanted)
}

/// `assert_equal 3, x` and its like.
pub(super) fn minitest(place: &Place<'_, '_>, name: &[u8]) -> Option<Check> {
    let (word, wanted) = match name {
        b"assert" => (&b""[..], true),
        b"refute" | b"assert_not" => (&b""[..], false),
        _ => match (name.strip_prefix(b"assert_not_"), name.strip_prefix(b"assert_"), name.strip_prefix(b"refute_")) {
            (Some(word), ..) | (None, _, Some(word)) => (word, false),
            (None, Some(word), None) => (word, true),
            (None, None, None) => return None,
        },
    };
    let given = arguments(place.node);
    let tokens = |at: usize| given.get(at).map(|node| place.tokens(*node));
    let block = || place.field("block").map(|node| place.tokens(node)).unwrap_or_default();
    let second = || tokens(1).unwrap_or_default();
    let first = || tokens(0).unwrap_or_default();
    Some(match word {
        b"" => match given.first() {
            Some(node) => condition(place, *node, wanted, 0),
            None => truthy(block(), wanted),
        },
        b"equal" | b"same" if wanted => equal(first(), second(), true),
        b"equal" | b"same" => unequal(first(), second(), true),
        b"nil" | b"empty" | b"predicate" => truthy(first(), wanted),
        b"in_delta" | b"in_epsilon" if wanted => {
            let tolerance = given.get(2).and_then(|node| number(place.text(*node)));
            near(first(), second(), true, tolerance)
        }
        b"raises" | b"raise" => {
            let any = matches!(tokens(0).as_deref(), None | Some(b"StandardError" | b"Exception"));
            check(if any { Strength::Truthy } else { Strength::Range }, block(), tokens(0))
        }
        b"nothing_raised" => truthy(block(), true),
        b"difference" | b"no_difference" | b"enqueued_jobs" | b"emails" => {
            check(Strength::Exact, first(), Some(tokens(1).unwrap_or_else(|| word.to_vec())))
        }
        b"response" | b"redirected_to" => check(Strength::Exact, word.to_vec(), tokens(0)),
        b"includes" | b"respond_to" | b"operator" => check(Strength::Range, first(), Some(second())),
        b"match" | b"no_match" | b"kind_of" | b"instance_of" | b"throws" => check(Strength::Range, second(), tokens(0)),
        _ if !wanted => check(Strength::Range, first(), tokens(1)),
        _ => check(Strength::Unknown, first(), tokens(1)),
    })
}

/// What a condition pins down when it has to hold (or not to).
fn condition(place: &Place<'_, '_>, mut node: Node<'_>, wanted: bool, depth: u8) -> Check {
    if node.kind() == "parenthesized_statements" && node.named_child_count() == 1 {
        node = node.named_child(0).unwrap_or(node);
    }
    let text = place.text(node);
    if matches!(text, b"true" | b"false") {
        let holds = (text == b"true") == wanted;
        return check(if holds { Strength::Nothing } else { Strength::Truthy }, text.to_vec(), None);
    }
    let field = |name: &str| node.child_by_field_name(name);
    if depth < 32 && node.kind() == "unary" && field("operator").is_some_and(|node| place.text(node) == b"!") {
        if let Some(inner) = field("operand") {
            return condition(place, inner, !wanted, depth + 1);
        }
    }
    if let (Some(left), Some(operator), Some(right)) = (field("left"), field("operator"), field("right")) {
        let (subject, expected) = (place.tokens(left), place.tokens(right));
        return match (place.text(operator), wanted) {
            (b"==" | b"===", true) | (b"!=", false) => equal(subject, expected, false),
            (b"==" | b"===", false) | (b"!=", true) => unequal(subject, expected, false),
            (b"<" | b"<=" | b">" | b">=" | b"=~" | b"!~", _) => check(Strength::Range, subject, Some(expected)),
            _ => truthy(place.tokens(node), wanted),
        };
    }
    if let (Some(receiver), b"include?" | b"is_a?" | b"kind_of?" | b"start_with?" | b"end_with?" | b"match?") =
        (field("receiver"), method_name(place, node))
    {
        let given = arguments(node).first().map(|node| place.tokens(*node));
        return check(Strength::Range, place.tokens(receiver), given);
    }
    truthy(place.tokens(node), wanted)
}

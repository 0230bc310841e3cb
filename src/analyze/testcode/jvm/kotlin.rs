//! Kotlin's tree, kotlin.test and Kotest.

use super::{Annotation, Call, head, hears_failures, is_abort, is_failure, is_test, library, matchers};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{plain, truthy};
use crate::analyze::testcode::{Dialect, Head, Role, mark_at};

pub(in crate::analyze::testcode) struct Kotlin;

impl Dialect for Kotlin {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "class_declaration" | "object_declaration" => class(place),
            "function_declaration" => function(place),
            "call_expression" | "binary_expression" if !is_part(place) => call(place),
            "infix_expression" => infix(place),
            "throw_expression" => thrown(place),
            "return_expression" if is_own_return(place) => Role::Return,
            "string_literal" | "multiline_string_literal" | "line_comment" | "block_comment" | "import" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_expression", "when_entry", "catch_block"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        match ancestor.kind() {
            "try_expression" => {
                let mut cursor = ancestor.walk();
                ancestor.named_children(&mut cursor).filter(|node| node.kind() == "catch_block").any(|handler| {
                    let mut inner = handler.walk();
                    let children: Vec<Node<'_>> = handler.named_children(&mut inner).collect();
                    let caught = children.iter().find(|node| node.kind() == "user_type").map(|node| text(*node));
                    let body = children.iter().find(|node| node.kind() == "block").map(|node| text(*node));
                    caught.is_some_and(hears_failures) && !says_so(body.unwrap_or_default())
                })
            }
            // A Result that nobody asks.
            "call_expression" => {
                let called = ancestor.named_child(0).filter(|node| node.kind() == "identifier").map(text);
                called == Some(b"runCatching")
                    && ancestor.parent().is_some_and(|node| matches!(node.kind(), "block" | "lambda_literal"))
            }
            _ => false,
        }
    }

    fn focuses(&self) -> &'static [&'static str] {
        &[
            "\"f",
            "focus",
            "fcontext",
            "fdescribe",
            "fit",
            "fexpect",
            "ffeature",
            "fscenario",
            "fgiven",
            "fwhen",
            "fshould",
            "ftest",
        ]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["@Test", "Test\n", "kotest", "@ParameterizedTest", "Spec", "spek", "org.junit", "kotlin.test"]
    }
}

fn says_so(body: &[u8]) -> bool {
    ["throw", "fail(", "assert", "should", ".add(", "="]
        .iter()
        .any(|word| memchr::memmem::find(body, word.as_bytes()).is_some())
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    let name = place.field("name").map(|node| place.text(node)).unwrap_or_default();
    name.strip_prefix(b"`").and_then(|name| name.strip_suffix(b"`")).unwrap_or(name).to_vec()
}

fn annotations<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Vec<Annotation<'a, 't>> {
    let Some(modifiers) = node.child(0).filter(|node| node.kind() == "modifiers") else { return Vec::new() };
    let mut cursor = modifiers.walk();
    let all = modifiers.named_children(&mut cursor).filter(|node| node.kind() == "annotation");
    all.filter_map(|node| {
        let mut inner = node.walk();
        let used = node
            .named_children(&mut inner)
            .find(|node| matches!(node.kind(), "user_type" | "constructor_invocation"))?;
        let (class, arguments) = match used.kind() {
            "constructor_invocation" => (used.named_child(0)?, used.named_child(1)),
            _ => (used, None),
        };
        let name = place.text(class).rsplit(|byte| *byte == b'.').next()?;
        Some(Annotation { node, name, arguments })
    })
    .collect()
}

fn class(place: &Place<'_, '_>) -> Role {
    if place.enclosing(&["class_body", "function_body"]).is_some_and(|node| node.kind() == "function_body") {
        return Role::Other;
    }
    Role::Suite(head(place, name(place), &annotations(place, place.node)))
}

fn function(place: &Place<'_, '_>) -> Role {
    let around =
        place.enclosing(&["class_declaration", "object_declaration", "object_literal", "function_declaration"]);
    if around.is_some_and(|node| node.kind() == "object_literal") {
        return Role::Other;
    }
    let own = annotations(place, place.node);
    let name = name(place);
    if is_test(&own) { Role::Test(Head { ..head(place, name, &own) }) } else { Role::Helper(name) }
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|node| !node.kind().ends_with("comment")).collect()
}

fn lambda(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "lambda_literal" => Some(node),
        "annotated_lambda" => children(node).into_iter().find(|node| node.kind() == "lambda_literal"),
        _ => None,
    }
}

/// The value of an argument, its name left out.
fn value(argument: Node<'_>) -> Node<'_> {
    children(argument).last().copied().unwrap_or(argument)
}

pub(super) fn call_of<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<Call<'a, 't>> {
    match node.kind() {
        "call_expression" => {
            let parts = children(node);
            let (callee, rest) = parts.split_first()?;
            let body = rest.last().and_then(|node| lambda(*node));
            // `f(x) { … }` is a call of what `f(x)` calls.
            if callee.kind() == "call_expression" && rest.len() == 1 && body.is_some() {
                return Some(Call { lambda: body, ..direct(place, *callee)? });
            }
            direct(place, node)
        }
        // `f<T> { … }` at the start of a statement is read as two comparisons.
        "binary_expression" => {
            let left = node.child_by_field_name("left").filter(|left| left.kind() == "binary_expression")?;
            let right = node.child_by_field_name("right")?;
            let operators =
                (place.text(left.child_by_field_name("operator")?), place.text(node.child_by_field_name("operator")?));
            let arguments = if right.kind() == "parenthesized_expression" { children(right) } else { Vec::new() };
            if operators != (b"<", b">") || (arguments.is_empty() && lambda(right).is_none()) {
                return None;
            }
            let (before, name) = callee(place, left.child_by_field_name("left")?)?;
            Some(Call { before, name, of_type: left.child_by_field_name("right"), arguments, lambda: lambda(right) })
        }
        _ => None,
    }
}

fn callee<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<(Option<Node<'t>>, &'a [u8])> {
    match node.kind() {
        "identifier" => Some((None, place.text(node))),
        "navigation_expression" => {
            let parts = children(node);
            let name = parts.last().filter(|node| node.kind() == "identifier")?;
            Some((parts.first().copied(), place.text(*name)))
        }
        _ => None,
    }
}

fn direct<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<Call<'a, 't>> {
    let parts = children(node);
    let (before, name) = callee(place, *parts.first()?)?;
    let of = |kind: &str| parts.iter().copied().find(|node| node.kind() == kind);
    let arguments = of("value_arguments").map(children).unwrap_or_default();
    let exactly = |node: &Node<'t>| place.text(*node).starts_with(b"exactly");
    let arguments = arguments.into_iter().map(|node| if exactly(&node) { node } else { value(node) }).collect();
    let of_type = of("type_arguments").and_then(|node| node.named_child(0));
    Some(Call { before, name, of_type, arguments, lambda: parts.iter().skip(1).find_map(|node| lambda(*node)) })
}

/// A node that its parent has been read with.
fn is_part(place: &Place<'_, '_>) -> bool {
    let Some(parent) = place.parent() else { return false };
    let first = place.earlier.iter().all(|node| node.kind().ends_with("comment"));
    match parent.kind() {
        "call_expression" => {
            first && children(parent).get(1..).is_some_and(|rest| matches!(rest, [only] if lambda(*only).is_some()))
        }
        "binary_expression" => first && call_of(place, parent).is_some(),
        _ => false,
    }
}

/// Kotest's words for a group, and for a test.
const GROUPS: &[&[u8]] =
    &[b"context", b"describe", b"given", b"Given", b"when", b"When", b"`when`", b"and", b"And", b"feature", b"group"];
const TESTS: &[&[u8]] = &[b"test", b"it", b"should", b"then", b"Then", b"scenario", b"expect"];

fn in_spec(place: &Place<'_, '_>) -> bool {
    let Some(class) = place.enclosing(&["class_declaration", "object_declaration"]) else { return false };
    let of = children(class).into_iter().find(|node| node.kind() == "delegation_specifiers");
    of.is_some_and(|node| {
        let text = place.text(node);
        let first = text.split(|byte| b"({ ,".contains(byte)).next().unwrap_or_default();
        first.ends_with(b"Spec") || first.ends_with(b"Spek")
    })
}

fn call(place: &Place<'_, '_>) -> Role {
    if let Some(role) = spec(place) {
        return role;
    }
    match call_of(place, place.node) {
        Some(call) => library::role(place, &call, call_of),
        None => Role::Other,
    }
}

/// `test("name") { … }`, `xtest(…)`, `"name" { … }`, `"name".config(enabled = false) { … }`, `"name" - { … }`.
fn spec(place: &Place<'_, '_>) -> Option<Role> {
    let parts = children(place.node);
    let is_string = |node: &Node<'_>| node.kind() == "string_literal";
    if place.kind() == "binary_expression" {
        let [name, body] = parts[..] else { return None };
        let minus = place.field("operator").is_some_and(|node| place.text(node) == b"-");
        return (minus && is_string(&name) && lambda(body).is_some())
            .then(|| Role::Suite(titled(place, name, false, false, None)));
    }
    let (callee, rest) = parts.split_first()?;
    rest.last().and_then(|node| lambda(*node))?;
    if is_string(callee) && in_spec(place) {
        return Some(Role::Test(titled(place, *callee, false, false, None)));
    }
    let call = call_of(place, place.node)?;
    let (mut word, mut title, mut config) = (call.name, call.arguments.first().copied(), None);
    if call.name == b"config" {
        config = Some(*callee).filter(|_| callee.kind() == "call_expression");
        let before = call.before?;
        if is_string(&before) {
            (word, title) = (b"test", Some(before));
        } else {
            let inner = call_of(place, before)?;
            (word, title) = (inner.name, inner.arguments.first().copied());
        }
    } else if call.before.is_some() {
        return None;
    }
    let title = title.filter(is_string)?;
    let known = |word: &[u8]| GROUPS.contains(&word) || TESTS.contains(&word);
    let (off, focus, word) = match word {
        [b'x', rest @ ..] if known(rest) => (true, false, rest),
        [b'f', rest @ ..] if known(rest) => (false, true, rest),
        word => (false, false, word),
    };
    if !known(word) || !in_spec(place) {
        return None;
    }
    let head = titled(place, title, off, focus, config);
    Some(if GROUPS.contains(&word) { Role::Suite(head) } else { Role::Test(head) })
}

/// A leading `!` switches a test off, a leading `f:` all others.
fn titled(place: &Place<'_, '_>, title: Node<'_>, off: bool, focus: bool, config: Option<Node<'_>>) -> Head {
    let name = plain(place, title);
    let config = config.filter(|node| memchr::memmem::find(&place.tokens(*node), b"enabled = false").is_some());
    let off = off || name.starts_with(b"!");
    let focus = focus || name.starts_with(b"f:");
    let mark = |node| mark_at(place, node, false);
    Head {
        skip: config.map(mark).or_else(|| off.then(|| mark(place.node.child(0).unwrap_or(title)))),
        focus: focus.then(|| mark(place.node.child(0).unwrap_or(title))),
        name,
        ..Head::default()
    }
}

/// `x shouldBe y`, and WordSpec's `"name" should { … }`.
fn infix(place: &Place<'_, '_>) -> Role {
    let [left, word, right] = children(place.node)[..] else { return Role::Other };
    let name = place.text(word);
    if left.kind() == "string_literal"
        && lambda(right).is_some()
        && matches!(name, b"should" | b"When" | b"Should" | b"when")
    {
        return Role::Suite(titled(place, left, false, false, None));
    }
    if !name.starts_with(b"should") {
        return Role::Other;
    }
    Role::Assertion(matchers::should(place, name, left, &[right]))
}

fn thrown(place: &Place<'_, '_>) -> Role {
    let class = place.node.named_child(0).and_then(|node| call_of(place, node)).map(|call| call.name);
    match class {
        Some(class) if is_abort(class) => Role::Skip { conditional: false },
        Some(class) if is_failure(class) => Role::Assertion(truthy(Vec::new(), true)),
        _ => Role::Other,
    }
}

/// A `return` of the test's own body, or of the one lambda that is its body.
fn is_own_return(place: &Place<'_, '_>) -> bool {
    match place.ancestors {
        [.., body, block] if block.kind() == "block" && body.kind() == "function_body" => true,
        [.., body, call, trailing, block] => {
            block.kind() == "lambda_literal"
                && trailing.kind() == "annotated_lambda"
                && call.kind() == "call_expression"
                && body.kind() == "function_body"
        }
        _ => false,
    }
}

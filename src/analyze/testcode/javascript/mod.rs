//! JavaScript and TypeScript: Jest, Vitest, Mocha, Jasmine, Playwright, node:test; `expect` chains, chai, `assert`.

mod asserts;
mod chain;

use chain::Chain;

use super::{Dialect, Head, Role, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct JavaScript;

const TESTS: &[&[u8]] = &[b"it", b"test", b"specify", b"xit", b"xtest", b"fit"];
const SUITES: &[&[u8]] = &[b"describe", b"context", b"suite", b"xdescribe", b"fdescribe", b"xcontext", b"fcontext"];
const FUNCTIONS: &[&str] = &["arrow_function", "function_expression", "function_declaration", "method_definition"];

impl Dialect for JavaScript {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "call_expression" => call(place),
            "member_expression" => asserts::property(place).map_or(Role::Other, Role::Assertion),
            "function_declaration" | "method_definition" if !is_in_test(place) => helper(place, place.node),
            "variable_declarator" if !is_in_test(place) => match place.field("value") {
                Some(value) if FUNCTIONS.contains(&value.kind()) => helper(place, place.node),
                _ => Role::Other,
            },
            "return_statement" if is_in_body(place) => Role::Return,
            "string" | "comment" | "regex" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "switch_case", "catch_clause", "ternary_expression"]
    }

    fn harmless(&self) -> &'static [&'static str] {
        &["String", "Number", "Boolean", "Array", "Object", "Date", "Error", "Promise", "setTimeout", "require", "fn"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        let Some(handler) = ancestor.child_by_field_name("handler").filter(|_| ancestor.kind() == "try_statement")
        else {
            return false;
        };
        let text = source.get(handler.byte_range()).unwrap_or_default();
        let heard = [&b"throw"[..], b"expect", b"fail", b"assert", b"done(", b"reject"];
        !heard.iter().any(|word| memchr::memmem::find(text, word).is_some())
    }

    fn focuses(&self) -> &'static [&'static str] {
        &["only", "fit", "fdescribe", "fcontext", "ftest", "fspecify", "fsuite"]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["it(", "test(", "it.", "test.", "describe(", "describe.", "specify("]
    }

    fn only_in_test_paths(&self) -> bool {
        true
    }
}

fn helper(place: &Place<'_, '_>, node: Node<'_>) -> Role {
    Role::Helper(node.child_by_field_name("name").map(|name| place.text(name).to_vec()).unwrap_or_default())
}

/// A function written inside a test: what it asserts is the test's.
fn is_in_test(place: &Place<'_, '_>) -> bool {
    let calls = place.ancestors.iter().filter(|node| node.kind() == "call_expression");
    calls.into_iter().any(|node| Chain::of(place, *node).is_some_and(|chain| TESTS.contains(&chain.root)))
}

/// A statement of the test's own function.
fn is_in_body(place: &Place<'_, '_>) -> bool {
    let above: Vec<Node<'_>> = place.ancestors.iter().rev().take(4).copied().collect();
    let [block, function, list, call] = above.as_slice() else { return false };
    block.kind() == "statement_block"
        && matches!(function.kind(), "arrow_function" | "function_expression")
        && list.kind() == "arguments"
        && Chain::of(place, *call).is_some_and(|chain| TESTS.contains(&chain.root))
}

fn call(place: &Place<'_, '_>) -> Role {
    let Some(chain) = Chain::of(place, place.node) else { return Role::Other };
    if TESTS.contains(&chain.root) || SUITES.contains(&chain.root) {
        return head(place, &chain);
    }
    let last = chain.last();
    if last == b"skip" && matches!(chain.root, b"this" | b"t" | b"ctx" | b"context") && chain.names.len() == 1 {
        return Role::Skip { conditional: false };
    }
    if let Some(check) = asserts::call(place, &chain) {
        return Role::Assertion(check);
    }
    if chain.root == b"expect" {
        return Role::Other;
    }
    if chain.names.is_empty() {
        return Role::Call(chain.root.to_vec());
    }
    let checks = [&b"check"[..], b"verify", b"expect", b"assert", b"ensure"].iter().any(|word| last.starts_with(word));
    if checks || chain.root == b"this" { Role::Call(last.to_vec()) } else { Role::Other }
}

/// `it('…', fn)` and all that may stand between the two.
fn head(place: &Place<'_, '_>, chain: &Chain<'_, '_>) -> Role {
    let has = |name: &[u8]| chain.names.iter().any(|(one, _)| *one == name);
    let Some(arguments) = place.field("arguments").filter(|list| list.kind() == "arguments") else {
        return Role::Other;
    };
    // `it.each([…])` without its second call, and helpers that hang on the same name.
    let inner = place.parent().is_some_and(|parent| {
        parent.kind() == "call_expression" && parent.child_by_field_name("function") == Some(place.node)
    });
    let other =
        [&b"step"[..], b"extend", b"use", b"beforeEach", b"afterEach", b"beforeAll", b"afterAll", b"setTimeout"];
    if inner || other.iter().any(|name| has(name)) {
        return Role::Other;
    }
    let mut cursor = arguments.walk();
    let list: Vec<Node<'_>> = arguments.named_children(&mut cursor).filter(|one| one.kind() != "comment").collect();
    let first = list.first().copied();
    let function = list.iter().copied().find(|one| FUNCTIONS.contains(&one.kind()));
    let titled = first.is_some_and(|one| matches!(one.kind(), "string" | "template_string" | "binary_expression"));
    let off = [&b"skip"[..], b"todo", b"fixme", b"fails", b"failing"];
    if function.is_none() && off.iter().any(|name| has(name)) && !(titled && (has(b"todo") || list.len() > 1)) {
        // Playwright's `test.skip(condition, reason)` in a body.
        let conditional = first.is_some_and(|one| one.kind() != "string" && place.text(one) != b"true");
        return Role::Skip { conditional };
    }
    if !titled && function.is_none() && list.len() < 2 {
        return Role::Other;
    }
    let callee = place.field("function").unwrap_or(place.node);
    let options = list.iter().find(|one| one.kind() == "object").map(|one| place.tokens(*one)).unwrap_or_default();
    let option = |words: &[u8]| memchr::memmem::find(&options, words).is_some();
    let condition = |name: &[u8], holds: &[u8]| {
        chain
            .names
            .iter()
            .find(|(one, _)| *one == name)
            .map(|(_, list)| list.and_then(|list| list.named_child(0)).is_none_or(|one| place.text(one) != holds))
    };
    let skip = if off.iter().any(|name| has(name))
        || chain.root.starts_with(b"x")
        || [&b"skip : true"[..], b"skip : '", b"skip : \"", b"todo : true"].iter().any(|words| option(words))
    {
        Some(mark_at(place, callee, false))
    } else {
        let conditional = condition(b"skipIf", b"true").or_else(|| condition(b"runIf", b"false"));
        conditional.map(|conditional| mark_at(place, callee, conditional))
    };
    let focused = has(b"only") || chain.root.starts_with(b"f") || option(b"only : true");
    let focus = focused.then(|| mark_at(place, callee, false));
    let head = Head { name: first.map(|one| title(place, one)).unwrap_or_default(), skip, focus, ..Head::default() };
    if SUITES.contains(&chain.root) || has(b"describe") {
        return Role::Suite(head);
    }
    let rows = chain
        .names
        .iter()
        .find(|(one, _)| *one == b"each")
        .and_then(|(_, list)| list.and_then(|list| list.named_child(0).filter(|one| one.kind() == "array")));
    let cases = rows.map(|rows| u32::try_from(rows.named_child_count()).unwrap_or(u32::MAX).max(1));
    Role::Test(Head { cases, ..head })
}

/// The text of a string; of anything else its tokens.
fn title(place: &Place<'_, '_>, node: Node<'_>) -> Vec<u8> {
    match node.kind() {
        "string" | "template_string" => {
            let text = place.text(node);
            text.get(1..text.len().saturating_sub(1)).unwrap_or_default().to_vec()
        }
        _ => place.tokens(node),
    }
}

//! Swift: XCTest, Swift Testing, Quick with Nimble.

mod asserts;

use super::checks::plain;
use super::{Dialect, Head, Mark, Role, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct Swift;

impl Dialect for Swift {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "class_declaration" => class(place),
            "function_declaration" => function(place),
            "call_expression" => call(place),
            "macro_invocation" => asserts::macro_call(place),
            "equality_expression" => asserts::nimble_operator(place).map_or(Role::Other, Role::Assertion),
            "control_transfer_statement" => transfer(place),
            "line_string_literal"
            | "multi_line_string_literal"
            | "raw_string_literal"
            | "comment"
            | "multiline_comment"
            | "import_declaration" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "guard_statement", "switch_entry", "catch_block", "ternary_expression"]
    }

    /// What is expected to fail may fail.
    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        let called = ancestor.named_child(0).filter(|_| ancestor.kind() == "call_expression");
        let called = called.and_then(|node| source.get(node.byte_range()));
        matches!(called, Some(b"withKnownIssue" | b"XCTExpectFailure"))
    }

    fn focuses(&self) -> &'static [&'static str] {
        &["fdescribe", "fcontext", "fit"]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["XCTest", "@Test", "func test", "QuickSpec", "import Testing"]
    }
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|node| !node.kind().ends_with("comment")).collect()
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

/// The attribute `@Test` or `@Suite` of a declaration.
fn attribute<'t>(place: &Place<'_, '_>, node: Node<'t>, name: &[u8]) -> Option<Node<'t>> {
    let modifiers = node.child(0).filter(|node| node.kind() == "modifiers")?;
    children(modifiers)
        .into_iter()
        .find(|node| node.kind() == "attribute" && node.named_child(0).is_some_and(|class| place.text(class) == name))
}

/// `.disabled("why")`, `.enabled(if: x)`.
fn traits(place: &Place<'_, '_>, attribute: Node<'_>) -> Option<Mark> {
    let marks = children(attribute).into_iter().filter_map(|node| {
        let tokens = place.tokens(node);
        let given = tokens.strip_prefix(b". disabled").or_else(|| tokens.strip_prefix(b"ConditionTrait . disabled"));
        let conditional = match given {
            Some(given) => given.starts_with(b" ( if :") && !given.starts_with(b" ( if : true"),
            None => !tokens.strip_prefix(b". enabled ( if : ")?.starts_with(b"false"),
        };
        Some(mark_at(place, node, conditional))
    });
    marks.min_by_key(|mark| mark.conditional)
}

/// The literals behind `arguments:`.
fn cases(place: &Place<'_, '_>, attribute: Node<'_>) -> Option<u32> {
    let parts = children(attribute);
    let at = parts.iter().position(|node| node.kind() == "simple_identifier" && place.text(*node) == b"arguments")?;
    let list = parts.get(at + 1).filter(|node| node.kind() == "array_literal")?;
    u32::try_from(list.named_child_count()).ok().filter(|count| *count > 0)
}

fn class(place: &Place<'_, '_>) -> Role {
    let skip = attribute(place, place.node, b"Suite").and_then(|attribute| traits(place, attribute));
    Role::Suite(Head { name: name(place), skip, ..Head::default() })
}

fn function(place: &Place<'_, '_>) -> Role {
    let name = name(place);
    if let Some(attribute) = attribute(place, place.node, b"Test") {
        let (skip, cases) = (traits(place, attribute), cases(place, attribute));
        return Role::Test(Head { name, skip, cases, ..Head::default() });
    }
    let around = place.enclosing(&["class_declaration", "function_declaration"]);
    let own = around.filter(|node| node.kind() == "class_declaration").is_some_and(|class| is_case(place, class));
    let bare = !children(place.node).iter().any(|node| node.kind() == "parameter");
    if name.starts_with(b"test") && own && bare {
        Role::Test(Head { name, ..Head::default() })
    } else {
        Role::Helper(name)
    }
}

/// A class of `XCTest`, or an extension of one: by its parent or by its name.
fn is_case(place: &Place<'_, '_>, class: Node<'_>) -> bool {
    let ends = |text: &[u8]| [&b"TestCase"[..], b"Tests", b"Test", b"TestsBase"].iter().any(|end| text.ends_with(end));
    let parents = children(class).into_iter().filter(|node| node.kind() == "inheritance_specifier");
    let kind = class.child_by_field_name("declaration_kind").map(|node| place.text(node));
    let named = class.child_by_field_name("name").is_some_and(|node| ends(place.text(node)));
    matches!(kind, Some(b"class" | b"extension")) && (named || parents.map(|node| place.text(node)).any(ends))
}

/// A call as it is written.
struct Call<'a, 't> {
    /// What stands before the dot.
    before: Option<Node<'t>>,
    name: &'a [u8],
    /// The label of an argument, where it has one, and its value.
    arguments: Vec<(Option<&'a [u8]>, Node<'t>)>,
    lambda: Option<Node<'t>>,
}

impl<'t> Call<'_, 't> {
    fn labelled(&self, label: &[u8]) -> Option<Node<'t>> {
        self.arguments.iter().find(|(name, _)| *name == Some(label)).map(|(_, node)| *node)
    }

    fn placed(&self, at: usize) -> Option<Node<'t>> {
        self.arguments.iter().filter(|(name, _)| name.is_none()).nth(at).map(|(_, node)| *node)
    }
}

fn call_of<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<Call<'a, 't>> {
    let (callee, suffix) = match (node.kind(), &children(node)[..]) {
        ("call_expression" | "macro_invocation", [callee, .., suffix]) if suffix.kind() == "call_suffix" => {
            (*callee, *suffix)
        }
        _ => return None,
    };
    let (before, name) = match callee.kind() {
        "simple_identifier" => (None, callee),
        "navigation_expression" => {
            let suffix = callee.child_by_field_name("suffix")?.child_by_field_name("suffix")?;
            (callee.child_by_field_name("target"), suffix)
        }
        _ => return None,
    };
    let parts = children(suffix);
    let list =
        parts.iter().find(|node| node.kind() == "value_arguments").map(|list| children(*list)).unwrap_or_default();
    let arguments = list.into_iter().filter_map(|argument| {
        let label = argument.child_by_field_name("name").map(|node| place.text(node));
        Some((label, argument.child_by_field_name("value").or_else(|| children(argument).last().copied())?))
    });
    let lambda = parts.iter().copied().find(|node| node.kind() == "lambda_literal");
    Some(Call { before, name: place.text(name), arguments: arguments.collect(), lambda })
}

fn call(place: &Place<'_, '_>) -> Role {
    let Some(call) = call_of(place, place.node) else { return Role::Other };
    match call.name {
        b"XCTSkipIf" | b"XCTSkipUnless" => {
            let asked = call.placed(0).map(|node| place.text(node)).unwrap_or_default();
            let always = if call.name == b"XCTSkipIf" { asked == b"true" } else { asked == b"false" };
            Role::Skip { conditional: !always }
        }
        // Without a block it stands for the rest of the test.
        b"XCTExpectFailure" if call.lambda.is_none() => Role::Skip { conditional: false },
        _ => quick(place, &call).unwrap_or_else(|| asserts::role(place, &call)),
    }
}

/// Quick's `describe`, `context` and `it`, with the prefixes `x` and `f`.
fn quick(place: &Place<'_, '_>, call: &Call<'_, '_>) -> Option<Role> {
    let (title, _) = (call.placed(0).filter(|node| node.kind() == "line_string_literal")?, call.lambda?);
    if call.before.is_some() {
        return None;
    }
    let known = |word: &[u8]| matches!(word, b"describe" | b"context" | b"it");
    let (off, focus, word) = match call.name {
        [b'x', rest @ ..] if known(rest) => (true, false, rest),
        [b'f', rest @ ..] if known(rest) => (false, true, rest),
        b"pending" => (true, false, &b"it"[..]),
        word => (false, false, word),
    };
    if !known(word) {
        return None;
    }
    let mark = || mark_at(place, place.node.child(0).unwrap_or(title), false);
    let head = Head { name: plain(place, title), skip: off.then(mark), focus: focus.then(mark), ..Head::default() };
    Some(if word == b"it" { Role::Test(head) } else { Role::Suite(head) })
}

/// Is it behind an `#if` that asks for something and is still open? To the grammar a directive is a statement among others.
fn is_compiled_sometimes(place: &Place<'_, '_>) -> bool {
    let mut open = Vec::new();
    for node in place.earlier.iter().filter(|node| node.kind() == "directive") {
        let text = place.text(*node);
        if let Some(asked) = text.strip_prefix(b"#if") {
            open.push(!matches!(asked.trim_ascii(), b"true" | b"false"));
        } else if text.starts_with(b"#endif") {
            open.pop();
        }
    }
    open.contains(&true)
}

/// `throw XCTSkip(…)` and an own `return`.
fn transfer(place: &Place<'_, '_>) -> Role {
    let text = place.text(place.node);
    let thrown = text.strip_prefix(b"throw").map(<[u8]>::trim_ascii_start);
    if thrown.is_some_and(|text| text.starts_with(b"XCTSkip(") || text.starts_with(b"SkipInfo(")) {
        return Role::Skip { conditional: is_compiled_sometimes(place) };
    }
    let own =
        matches!(place.ancestors, [.., body, list] if list.kind() == "statements" && body.kind() == "function_body");
    if own && text.starts_with(b"return") { Role::Return } else { Role::Other }
}

#[cfg(test)]
mod tests;

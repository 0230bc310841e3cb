//! Java's tree.

use super::{Annotation, Call, head, hears_failures, is_abort, is_failure, is_test, library};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{condition, truthy};
use crate::analyze::testcode::{Dialect, Head, Role};

pub(in crate::analyze::testcode) struct Java;

impl Dialect for Java {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "class_declaration" | "interface_declaration" | "record_declaration" | "enum_declaration" => class(place),
            "method_declaration" => method(place),
            "method_invocation" => match call_of(place, place.node) {
                Some(call) => library::role(place, &call, call_of),
                None => Role::Other,
            },
            "assert_statement" => match place.node.named_child(0) {
                Some(asked) => Role::Assertion(condition(place, asked, true, &|_, _, _| None)),
                None => Role::Other,
            },
            "throw_statement" => thrown(place),
            "return_statement" if is_own_return(place) => Role::Return,
            "string_literal" | "line_comment" | "block_comment" | "import_declaration" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "switch_block_statement_group", "switch_rule", "catch_clause", "ternary_expression"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        if ancestor.kind() != "try_statement" {
            return false;
        }
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        let mut cursor = ancestor.walk();
        ancestor.named_children(&mut cursor).filter(|node| node.kind() == "catch_clause").any(|handler| {
            let mut inner = handler.walk();
            let caught = handler.named_children(&mut inner).find(|node| node.kind() == "catch_formal_parameter");
            let hears = caught.and_then(|node| node.named_child(0)).is_some_and(|types| {
                text(types).split(|byte| *byte == b'|').any(|class| hears_failures(class.trim_ascii()))
            });
            let body = handler.child_by_field_name("body").map(text).unwrap_or_default();
            hears && !says_so(body)
        })
    }

    fn hints(&self) -> &'static [&'static str] {
        &["@Test", "Test;", "TestCase", "@ParameterizedTest", "@Property", "org.junit", "org.testng", "void test"]
    }
}

/// A handler that throws, fails or keeps what it caught does not drop it.
fn says_so(body: &[u8]) -> bool {
    ["throw", "fail(", "assert", ".set(", ".add(", "addSuppressed", "="]
        .iter()
        .any(|word| memchr::memmem::find(body, word.as_bytes()).is_some())
}

fn name(place: &Place<'_, '_>, node: Node<'_>) -> Vec<u8> {
    node.child_by_field_name("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn annotations<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Vec<Annotation<'a, 't>> {
    let Some(modifiers) = node.child(0).filter(|node| node.kind() == "modifiers") else { return Vec::new() };
    let mut cursor = modifiers.walk();
    let all = modifiers.named_children(&mut cursor).filter(|node| node.kind().ends_with("annotation"));
    all.filter_map(|node| {
        let name = place.text(node.child_by_field_name("name")?);
        let name = name.rsplit(|byte| *byte == b'.').next()?;
        Some(Annotation { node, name, arguments: node.child_by_field_name("arguments") })
    })
    .collect()
}

/// The innermost class or method around.
fn around<'t>(place: &Place<'_, 't>) -> Option<Node<'t>> {
    place.enclosing(&[
        "class_declaration",
        "interface_declaration",
        "record_declaration",
        "enum_declaration",
        "object_creation_expression",
        "method_declaration",
    ])
}

fn class(place: &Place<'_, '_>) -> Role {
    if around(place).is_some_and(|node| node.kind() == "method_declaration") {
        return Role::Other;
    }
    Role::Suite(head(place, name(place, place.node), &annotations(place, place.node)))
}

fn method(place: &Place<'_, '_>) -> Role {
    let Some(class) = around(place).filter(|node| node.kind() != "object_creation_expression") else {
        return Role::Other;
    };
    let own = annotations(place, place.node);
    let name = name(place, place.node);
    let test = is_test(&own) || is_by_class(place, class, &name, &own);
    if !test {
        return Role::Helper(name);
    }
    Role::Test(Head { ..head(place, name, &own) })
}

/// JUnit 3's methods are known by their names, TestNG's by the class's annotation.
fn is_by_class(place: &Place<'_, '_>, class: Node<'_>, name: &[u8], own: &[Annotation<'_, '_>]) -> bool {
    let void = place.field("type").is_some_and(|node| node.kind() == "void_type");
    let modifiers = place.node.child(0).filter(|node| node.kind() == "modifiers").map(|node| place.text(node));
    let open = modifiers.is_some_and(|text| memchr::memmem::find(text, b"public").is_some());
    let bare = place.field("parameters").is_some_and(|node| node.named_child_count() == 0);
    if !void || !open {
        return false;
    }
    let parent = class.child_by_field_name("superclass").map(|node| place.text(node)).unwrap_or_default();
    let third = bare && name.starts_with(b"test") && (parent.ends_with(b"TestCase") || parent.ends_with(b"Test"));
    let ng = own.is_empty() && annotations(place, class).iter().any(|one| one.name == b"Test");
    third || ng
}

pub(super) fn call_of<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<Call<'a, 't>> {
    if node.kind() != "method_invocation" {
        return None;
    }
    let list = node.child_by_field_name("arguments")?;
    let mut cursor = list.walk();
    let arguments = list.named_children(&mut cursor).filter(|node| !node.kind().ends_with("comment")).collect();
    let name = place.text(node.child_by_field_name("name")?);
    Some(Call { before: node.child_by_field_name("object"), name, of_type: None, arguments, lambda: None })
}

fn thrown(place: &Place<'_, '_>) -> Role {
    let class =
        place.node.named_child(0).and_then(|node| node.child_by_field_name("type")).map(|node| place.text(node));
    match class {
        Some(class) if is_abort(class) => Role::Skip { conditional: false },
        Some(class) if is_failure(class) => Role::Assertion(truthy(Vec::new(), true)),
        _ => Role::Other,
    }
}

fn is_own_return(place: &Place<'_, '_>) -> bool {
    matches!(place.ancestors, [.., method, block] if block.kind() == "block" && method.kind() == "method_declaration")
}

//! C#: xUnit, NUnit, MSTest; their `Assert`, and the fluent libraries beside them.

mod asserts;

use super::{Dialect, Head, Role, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct CSharp;

impl Dialect for CSharp {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "class_declaration" | "struct_declaration" | "record_declaration" | "interface_declaration" => class(place),
            "method_declaration" => method(place),
            "invocation_expression" => match call_of(place, place.node) {
                Some(call) => asserts::role(place, &call),
                None => Role::Other,
            },
            "return_statement" if is_own_return(place) => Role::Return,
            // The text under it is not compiled.
            "preproc_if" if place.field("condition").is_some_and(|node| place.text(node) == b"false") => Role::Opaque,
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" | "comment" | "using_directive" => {
                Role::Opaque
            }
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "switch_section", "switch_expression_arm", "catch_clause", "conditional_expression"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        if ancestor.kind() != "try_statement" {
            return false;
        }
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        children(ancestor).into_iter().filter(|node| node.kind() == "catch_clause").any(|handler| {
            let parts = children(handler);
            let filtered = parts.iter().any(|node| node.kind() == "catch_filter_clause");
            let caught = parts.iter().find(|node| node.kind() == "catch_declaration");
            let class = caught.and_then(|node| node.child_by_field_name("type")).map(text);
            let hears = class.is_none_or(|class| {
                let class = last_part(class);
                matches!(class, b"Exception" | b"XunitException" | b"AssertionException" | b"AssertFailedException")
            });
            let body = handler.child_by_field_name("body").map(text).unwrap_or_default();
            // A handler that throws, fails or keeps what it caught does not drop it.
            let says = ["throw", "Fail", "Assert", "Should", ".Add(", "="];
            hears && !filtered && !says.iter().any(|word| memchr::memmem::find(body, word.as_bytes()).is_some())
        })
    }

    fn hints(&self) -> &'static [&'static str] {
        &["Fact", "Theory", "[Test", "TestMethod", "TestCase", ", Test"]
    }
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}

fn last_part(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b'.').next().unwrap_or_default()
}

struct Attribute<'a, 't> {
    node: Node<'t>,
    /// Without its namespace and without a trailing `Attribute`.
    name: &'a [u8],
    arguments: Option<Node<'t>>,
}

fn attributes<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Vec<Attribute<'a, 't>> {
    let lists = children(node).into_iter().take_while(|node| node.kind() == "attribute_list");
    let all = lists.flat_map(children).filter(|node| node.kind() == "attribute");
    all.filter_map(|node| {
        let name = node.child_by_field_name("name")?;
        let name = if name.kind() == "generic_name" { name.named_child(0)? } else { name };
        let name = last_part(place.text(name));
        let arguments = children(node).into_iter().find(|node| node.kind() == "attribute_argument_list");
        Some(Attribute { node, name: name.strip_suffix(b"Attribute").unwrap_or(name), arguments })
    })
    .collect()
}

/// Also the many kinds of `Fact` and `Theory` that projects and libraries derive.
fn is_test(name: &[u8]) -> bool {
    matches!(
        name,
        b"Test" | b"TestCase" | b"TestCaseSource" | b"TestMethod" | b"DataTestMethod" | b"Property" | b"Combinatorial"
    ) || name.ends_with(b"Fact")
        || name.ends_with(b"Theory")
        || name.ends_with(b"TestMethod")
}

fn head(place: &Place<'_, '_>, name: Vec<u8>, attributes: &[Attribute<'_, '_>]) -> Head {
    let mut head = Head { name, ..Head::default() };
    let mut cases = 0;
    for one in attributes {
        if let Some(conditional) = skips(place, one) {
            if head.skip.as_ref().is_none_or(|old| old.conditional) {
                head.skip = Some(mark_at(place, one.node, conditional));
            }
        }
        cases +=
            u32::from(matches!(one.name, b"InlineData" | b"TestCase" | b"DataRow" | b"Arguments" | b"InlineAutoData"));
    }
    head.cases = (cases > 0).then_some(cases);
    head
}

/// Does it keep the test from running, and only under a condition?
fn skips(place: &Place<'_, '_>, attribute: &Attribute<'_, '_>) -> Option<bool> {
    let arguments = attribute.arguments.map(children).unwrap_or_default();
    let named = |name: &[u8]| {
        arguments.iter().any(|node| node.child_by_field_name("name").is_some_and(|key| place.text(key) == name))
    };
    match attribute.name {
        b"Ignore" | b"Explicit" => Some(false),
        b"Skip" => Some(false),
        b"ActiveIssue" => Some(arguments.len() > 1),
        b"Platform" | b"OSCondition" | b"SkipOnPlatform" | b"PlatformSpecific" | b"SkipOnCI" => Some(true),
        // One case of several that is off is no test that is off.
        b"TestCase" | b"InlineData" => None,
        name if is_test(name) && named(b"Skip") => Some(named(b"SkipWhen") || named(b"SkipUnless")),
        name if name.starts_with(b"Conditional") && is_test(name) => Some(true),
        _ => None,
    }
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn class(place: &Place<'_, '_>) -> Role {
    Role::Suite(head(place, name(place), &attributes(place, place.node)))
}

fn method(place: &Place<'_, '_>) -> Role {
    let own = attributes(place, place.node);
    if own.iter().any(|one| is_test(one.name)) {
        Role::Test(head(place, name(place), &own))
    } else {
        Role::Helper(name(place))
    }
}

/// A call as it is written.
struct Call<'a, 't> {
    /// What stands before the dot.
    before: Option<Node<'t>>,
    name: &'a [u8],
    of_type: Option<Node<'t>>,
    /// The name an argument is given by, where it is, and its value.
    arguments: Vec<(Option<&'a [u8]>, Node<'t>)>,
}

impl<'t> Call<'_, 't> {
    /// By the name it is given by, else by its place among those without one.
    fn argument(&self, names: &[&[u8]], at: usize) -> Option<Node<'t>> {
        let named = self.arguments.iter().find(|(name, _)| name.is_some_and(|name| names.contains(&name)));
        let placed = || self.arguments.get(at).filter(|(name, _)| name.is_none());
        named.or_else(placed).map(|(_, node)| *node)
    }
}

fn call_of<'a, 't>(place: &Place<'a, '_>, node: Node<'t>) -> Option<Call<'a, 't>> {
    if node.kind() != "invocation_expression" {
        return None;
    }
    let function = node.child_by_field_name("function")?;
    let (before, named) = match function.kind() {
        "member_access_expression" => {
            (function.child_by_field_name("expression"), function.child_by_field_name("name")?)
        }
        "identifier" | "generic_name" => (None, function),
        // a?.B()
        "conditional_access_expression" => {
            let parts = children(function);
            let binding = parts.last().filter(|node| node.kind() == "member_binding_expression")?;
            (parts.first().copied(), binding.child_by_field_name("name")?)
        }
        _ => return None,
    };
    let (name, of_type) = match named.kind() {
        "generic_name" => (named.named_child(0)?, named.named_child(1).and_then(|list| list.named_child(0))),
        _ => (named, None),
    };
    let list = node.child_by_field_name("arguments")?;
    let arguments = children(list).into_iter().filter_map(|argument| {
        let label = argument.child_by_field_name("name").map(|node| place.text(node));
        Some((label, children(argument).last().copied()?))
    });
    Some(Call { before, name: place.text(name), of_type, arguments: arguments.collect() })
}

fn is_own_return(place: &Place<'_, '_>) -> bool {
    matches!(place.ancestors, [.., method, block] if block.kind() == "block" && method.kind() == "method_declaration")
}

#[cfg(test)]
mod tests;

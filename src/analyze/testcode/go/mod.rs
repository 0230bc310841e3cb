//! Go: package `testing` with subtests and tables, testify suites, ginkgo.
//!
//! A hand-written check, `if got != want { t.Errorf(…) }`, asserts the opposite of its condition; the `if` is the assertion.

mod asserts;
mod library;

use super::{Dialect, Head, Mark, Role, checks, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct Go;

impl Dialect for Go {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "function_declaration" => function(place),
            "method_declaration" => method(place),
            "if_statement" => asserts::hand_written(place, place.node).map_or(Role::Other, Role::Assertion),
            "call_expression" => call(place),
            "return_statement" if is_own_return(place) => Role::Return,
            "identifier" if is_named_subtest(place) => Role::Call(place.text(place.node).to_vec()),
            "comment" => comment(place),
            "interpreted_string_literal" | "raw_string_literal" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "expression_case", "type_case", "communication_case"]
    }

    fn harmless(&self) -> &'static [&'static str] {
        &["len", "make", "append", "string", "int", "panic", "cap", "print", "println", "copy", "new"]
    }

    fn focuses(&self) -> &'static [&'static str] {
        &["Focus", "FDescribe", "FContext", "FWhen", "FIt", "FSpecify", "FEntry"]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["\"testing\"", "ginkgo", "check.v1", "*testing."]
    }

    fn only_in_test_paths(&self) -> bool {
        true
    }
}

/// Starts of the names of functions that `go test` runs.
const RUN: &[&[u8]] = &[b"Test", b"Benchmark", b"Fuzz", b"Example"];

/// The name starts with one of [`RUN`] and goes on as `go test` wants it.
fn is_run(name: &[u8]) -> bool {
    name != b"TestMain"
        && RUN.iter().any(|start| {
            name.strip_prefix(*start).is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_lowercase))
        })
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn function(place: &Place<'_, '_>) -> Role {
    let name = name(place);
    let parameters = place.field("parameters").map(|node| place.text(node)).unwrap_or_default();
    let handle = is_handle(parameters);
    let test = is_run(&name) && if name.starts_with(b"Example") { parameters == b"()" } else { handle };
    if !test {
        return Role::Helper(name);
    }
    Role::Test(Head { name, cases: table_cases(place, place.node), ..Head::default() })
}

/// Parameters that hold a handle of the test.
fn is_handle(parameters: &[u8]) -> bool {
    [&b"testing.T"[..], b"testing.B", b"testing.F"].iter().any(|name| memchr::memmem::find(parameters, name).is_some())
}

/// A method of a suite: testify's take nothing, gocheck's a `*C`.
fn method(place: &Place<'_, '_>) -> Role {
    let own = name(place);
    let receiver = place.field("receiver").map(|node| place.text(node)).unwrap_or_default();
    let receiver = receiver.rsplit(|byte| b" *(".contains(byte)).find(|part| !part.is_empty()).unwrap_or_default();
    let receiver = receiver.strip_suffix(b")").unwrap_or(receiver);
    let parameters = place.field("parameters").map(|node| place.text(node)).unwrap_or_default();
    let bare =
        parameters == b"()" && [&b"Suite"[..], b"suite", b"Tests", b"Test"].iter().any(|end| receiver.ends_with(end));
    let check = parameters.ends_with(b"C)") && memchr::memchr(b'*', parameters).is_some();
    let own_test = own.starts_with(b"Test") && is_run(&own) && place.field("result").is_none();
    if !own_test || !(bare || check) {
        return Role::Helper(own);
    }
    let name = [receiver, b".", &own].concat();
    Role::Test(Head { name, cases: table_cases(place, place.node), ..Head::default() })
}

/// The rows of the tables that the function's own body goes through.
fn table_cases(place: &Place<'_, '_>, function: Node<'_>) -> Option<u32> {
    let list = function.child_by_field_name("body")?.named_child(0).filter(|node| node.kind() == "statement_list")?;
    let mut cursor = list.walk();
    let mut tables: Vec<(&[u8], Node<'_>)> = Vec::new();
    let mut rows = 0_u32;
    for statement in list.named_children(&mut cursor) {
        tables.extend(table(place, statement));
        if statement.kind() != "for_statement" {
            continue;
        }
        let mut inner = statement.walk();
        let clause = statement.named_children(&mut inner).find(|node| node.kind() == "range_clause");
        let Some(over) = clause.and_then(|node| node.child_by_field_name("right")) else { continue };
        let literal = match over.kind() {
            "composite_literal" => Some(over),
            _ => tables.iter().rev().find(|(name, _)| *name == place.text(over)).map(|(_, literal)| *literal),
        };
        let body = literal.and_then(|node| node.child_by_field_name("body"));
        rows = rows.saturating_add(body.map_or(0, |body| u32::try_from(body.named_child_count()).unwrap_or(u32::MAX)));
    }
    (rows > 0).then_some(rows)
}

/// `name := []T{…}` or `var name = []T{…}`.
fn table<'a, 't>(place: &Place<'a, '_>, statement: Node<'t>) -> Option<(&'a [u8], Node<'t>)> {
    let (name, value) = match statement.kind() {
        "short_var_declaration" => (statement.child_by_field_name("left")?, statement.child_by_field_name("right")?),
        "var_declaration" => {
            let spec = statement.named_child(0).filter(|node| node.kind() == "var_spec")?;
            (spec.child_by_field_name("name")?, spec.child_by_field_name("value")?)
        }
        _ => return None,
    };
    let literal = value.named_child(0).filter(|node| node.kind() == "composite_literal")?;
    Some((place.text(name), literal))
}

/// What a call calls: what stands before the dot, and the name.
struct Callee<'a, 't> {
    before: Option<Node<'t>>,
    name: &'a [u8],
}

fn callee<'a, 't>(place: &Place<'a, '_>, call: Node<'t>) -> Option<Callee<'a, 't>> {
    let function = call.child_by_field_name("function")?;
    match function.kind() {
        "identifier" => Some(Callee { before: None, name: place.text(function) }),
        "selector_expression" => Some(Callee {
            before: function.child_by_field_name("operand"),
            name: place.text(function.child_by_field_name("field")?),
        }),
        _ => None,
    }
}

/// The call's arguments, in order, without comments.
fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = call.child_by_field_name("arguments") else { return Vec::new() };
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}

fn call(place: &Place<'_, '_>) -> Role {
    let Some(callee) = callee(place, place.node) else { return Role::Other };
    match callee.before {
        None => plain_call(place, &callee),
        Some(before) => match callee.name {
            b"Run" if is_subtest(place, place.node) => subtest(place),
            b"Skip" | b"Skipf" | b"SkipNow" if is_test_handle(place, before) => Role::Skip { conditional: false },
            _ => asserts::call(place, &callee),
        },
    }
}

/// `t.Run(name, func(t *testing.T) {…})`, or the suite's own.
fn is_subtest(place: &Place<'_, '_>, call: Node<'_>) -> bool {
    let arguments = arguments(call);
    let Some([_, body]) = arguments.get(..) else { return false };
    let Some(Callee { before: Some(before), name: b"Run" }) = callee(place, call) else { return false };
    match body.kind() {
        "func_literal" => {
            let parameters = body.child_by_field_name("parameters").map(|node| place.text(node)).unwrap_or_default();
            is_handle(parameters) || (parameters == b"()" && place.text(before).len() <= 6)
        }
        _ => is_test_handle(place, before),
    }
}

fn subtest(place: &Place<'_, '_>) -> Role {
    let arguments = arguments(place.node);
    let Some([name, body]) = arguments.get(..) else { return Role::Other };
    Role::Test(Head { name: checks::plain(place, *name), cases: table_cases(place, *body), ..Head::default() })
}

/// The function's name in `t.Run("x", testX)`.
fn is_named_subtest(place: &Place<'_, '_>) -> bool {
    let [.., call, list] = place.ancestors else { return false };
    list.kind() == "argument_list" && call.kind() == "call_expression" && is_subtest(place, *call)
}

/// Does the expression look like the handle of the running test?
fn is_test_handle(place: &Place<'_, '_>, node: Node<'_>) -> bool {
    let text = place.text(node);
    match node.kind() {
        "identifier" => {
            matches!(
                text,
                b"t" | b"b" | b"f" | b"tb" | b"tt" | b"c" | b"T" | b"testingT" | b"t1" | b"t2" | b"st" | b"subT"
            )
        }
        "call_expression" => text.ends_with(b".T()") || text == b"GinkgoT()",
        "selector_expression" => text.ends_with(b".t") || text.ends_with(b".T"),
        _ => false,
    }
}

/// A `return` that ends the body of a test, not one of a closure in it.
fn is_own_return(place: &Place<'_, '_>) -> bool {
    let [outer @ .., function, block, list] = place.ancestors else { return false };
    if list.kind() != "statement_list" || block.kind() != "block" {
        return false;
    }
    match function.kind() {
        "function_declaration" | "method_declaration" => true,
        "func_literal" => {
            matches!(outer, [.., call, _] if call.kind() == "call_expression" && is_subtest(place, *call))
        }
        _ => false,
    }
}

/// ginkgo, which is imported without a name.
fn plain_call(place: &Place<'_, '_>, callee: &Callee<'_, '_>) -> Role {
    let arguments = arguments(place.node);
    let (off, focus, base) = match callee.name {
        [b'P' | b'X', rest @ ..] if is_node(rest) => (true, false, rest),
        [b'F', rest @ ..] if is_node(rest) => (false, true, rest),
        name => (false, false, name),
    };
    let body = arguments.last().is_some_and(|node| node.kind() == "func_literal");
    let whole = || mark_at(place, callee_node(place), false);
    let head = || {
        let decorated = |name: &[u8]| arguments.iter().copied().find(|node| place.text(*node) == name);
        let mark = |node: Node<'_>| -> Mark { mark_at(place, node, false) };
        Head {
            name: arguments.first().map(|node| checks::plain(place, *node)).unwrap_or_default(),
            skip: off.then(whole).or_else(|| decorated(b"Pending").map(mark)),
            focus: focus.then(whole).or_else(|| decorated(b"Focus").map(mark)),
            ..Head::default()
        }
    };
    match base {
        b"Describe" | b"Context" | b"When" | b"DescribeTable" | b"DescribeTableSubtree" if !arguments.is_empty() => {
            Role::Suite(head())
        }
        b"It" | b"Specify" if body || off => Role::Test(head()),
        b"Entry" if !arguments.is_empty() => Role::Test(head()),
        b"Skip" if place.parent().is_some_and(|node| node.kind() == "expression_statement") => {
            Role::Skip { conditional: false }
        }
        _ => asserts::call(place, callee),
    }
}

fn is_node(name: &[u8]) -> bool {
    matches!(
        name,
        b"Describe" | b"Context" | b"When" | b"DescribeTable" | b"DescribeTableSubtree" | b"It" | b"Specify" | b"Entry"
    )
}

fn callee_node<'t>(place: &Place<'_, 't>) -> Node<'t> {
    place.field("function").unwrap_or(place.node)
}

/// Tags that no build sets.
const NEVER: &[&[u8]] = &[b"ignore", b"never", b"none", b"exclude", b"excluded", b"disabled", b"skip", b"off", b"todo"];

/// A build constraint before the package clause holds for the whole file.
fn comment(place: &Place<'_, '_>) -> Role {
    let text = place.text(place.node);
    let tag = text.strip_prefix(b"//go:build ").or_else(|| text.strip_prefix(b"// +build "));
    let first = place.ancestors.len() == 1 && place.earlier.iter().all(|node| node.kind() == "comment");
    match tag {
        Some(tag) if first => Role::Skip { conditional: !NEVER.contains(&tag.trim_ascii()) },
        _ => Role::Opaque,
    }
}

#[cfg(test)]
mod tests;

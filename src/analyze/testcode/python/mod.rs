//! Python: pytest and unittest, `assert`, the asserting methods of both and of `unittest.mock`.

mod asserts;

use super::{Dialect, Head, Mark, Role, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct Python;

impl Dialect for Python {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "function_definition" if place.enclosing(FUNCTIONS).is_some() => Role::Other,
            "function_definition" => function(place),
            "class_definition" => {
                let skip = decorators(place).find_map(|node| skip_of(place, node));
                Role::Suite(Head { name: name(place), start: start(place), skip, ..Head::default() })
            }
            "assert_statement" => asserts::statement(place).map_or(Role::Other, Role::Assertion),
            "assignment" => module_mark(place),
            "call" => call(place),
            "raise_statement" if is_skip_test(place) => Role::Skip { conditional: false },
            "return_statement" if is_in_body(place) => Role::Return,
            "string" | "comment" | "decorator" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "except_clause", "case_clause"]
    }

    fn harmless(&self) -> &'static [&'static str] {
        &[
            "print",
            "len",
            "str",
            "int",
            "float",
            "list",
            "dict",
            "set",
            "tuple",
            "sorted",
            "isinstance",
            "type",
            "any",
            "all",
            "range",
            "enumerate",
            "zip",
            "repr",
            "bool",
            "min",
            "max",
            "sum",
            "open",
            "getattr",
            "hasattr",
            "abs",
        ]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        let mut cursor = ancestor.walk();
        match ancestor.kind() {
            "try_statement" => ancestor.children(&mut cursor).any(|clause| {
                let all = text(clause);
                let head = all.split(|byte| *byte == b':').next().unwrap_or_default();
                let catches = [&b"Exception"[..], b"AssertionError"].iter().any(|kind| has(head, kind));
                let drops = ![&b"raise"[..], b"fail", b"assert", b"skip"].iter().any(|word| has(all, word));
                clause.kind() == "except_clause" && (catches || head.trim_ascii() == b"except") && drops
            }),
            "with_statement" => {
                let clause = ancestor.children(&mut cursor).find(|node| node.kind() == "with_clause").map(text);
                clause.is_some_and(|clause| {
                    has(clause, b"suppress(") && (has(clause, b"Exception") || has(clause, b"AssertionError"))
                })
            }
            _ => false,
        }
    }

    fn hints(&self) -> &'static [&'static str] {
        &["def test"]
    }

    fn only_in_test_paths(&self) -> bool {
        true
    }
}

const FUNCTIONS: &[&str] = &["function_definition"];

fn has(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn decorators<'p, 't>(place: &'p Place<'_, 't>) -> impl Iterator<Item = Node<'t>> + 'p {
    let decorated = place.parent().is_some_and(|parent| parent.kind() == "decorated_definition");
    place.earlier.iter().copied().filter(move |node| decorated && node.kind() == "decorator")
}

fn start(place: &Place<'_, '_>) -> Option<usize> {
    place.parent().filter(|parent| parent.kind() == "decorated_definition").map(|parent| parent.start_byte())
}

fn function(place: &Place<'_, '_>) -> Role {
    let name = name(place);
    let fixture = decorators(place).any(|node| has(place.text(node), b"fixture"));
    if !name.starts_with(b"test") || fixture {
        return Role::Helper(name);
    }
    let mut skip: Option<Mark> = None;
    let mut cases = 1_u32;
    for node in decorators(place) {
        if let Some(mark) = skip_of(place, node).filter(|mark| skip.is_none() || !mark.conditional) {
            skip = Some(mark);
        }
        cases = cases.saturating_mul(listed_cases(place, node).unwrap_or(1));
    }
    Role::Test(Head { name, start: start(place), skip, cases: Some(cases), ..Head::default() })
}

/// The rows of `@pytest.mark.parametrize("a", [ … ])`.
fn listed_cases(place: &Place<'_, '_>, decorator: Node<'_>) -> Option<u32> {
    let call = decorator.named_child(0).filter(|node| node.kind() == "call")?;
    let callee = place.text(call.child_by_field_name("function")?);
    let rows = call.child_by_field_name("arguments")?.named_child(1)?;
    let counted = callee.ends_with(b"parametrize") && matches!(rows.kind(), "list" | "tuple");
    counted.then(|| u32::try_from(rows.named_child_count()).unwrap_or(u32::MAX).max(1))
}

/// `@pytest.mark.skip`, `xfail`, `skipif`, `@unittest.skip`, `skipIf`, `skipUnless`, `expectedFailure`.
fn skip_of(place: &Place<'_, '_>, node: Node<'_>) -> Option<Mark> {
    let inner = if node.kind() == "decorator" { node.named_child(0)? } else { node };
    skipping(place, inner).map(|conditional| mark_at(place, node, conditional))
}

/// Whether what an expression says of a test is a skip, and if so, whether it is conditional.
fn skipping(place: &Place<'_, '_>, node: Node<'_>) -> Option<bool> {
    let callee = if node.kind() == "call" { node.child_by_field_name("function")? } else { node };
    let path = place.text(callee);
    let last = path.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let known = has(path, b"mark.") || path.starts_with(b"unittest.") || path == last;
    let arguments = node.child_by_field_name("arguments");
    let mut cursor = node.walk();
    let first = arguments.and_then(|list| {
        list.named_children(&mut cursor).find(|one| one.kind() != "keyword_argument" && one.kind() != "comment")
    });
    let condition = |holds: &[u8]| first.is_none_or(|one| place.text(one) != holds);
    match last {
        b"skip" | b"expectedFailure" if known => Some(false),
        b"xfail" if known => Some(match first {
            Some(one) if one.kind() != "string" => place.text(one) != b"True",
            _ => arguments.is_some_and(|list| has(place.text(list), b"condition=")),
        }),
        b"skipif" | b"skipIf" if known => Some(condition(b"True") && condition(b"1")),
        b"skipUnless" if known => Some(condition(b"False") && condition(b"0")),
        _ => None,
    }
}

/// `pytestmark = pytest.mark.skip(…)`, of a file or a class.
fn module_mark(place: &Place<'_, '_>) -> Role {
    let (Some(left), Some(right)) = (place.field("left"), place.field("right")) else { return Role::Other };
    if place.text(left) != b"pytestmark" {
        return Role::Other;
    }
    let mut cursor = right.walk();
    let found = if right.kind() == "list" {
        right.named_children(&mut cursor).filter_map(|one| skipping(place, one)).min()
    } else {
        skipping(place, right)
    };
    found.map_or(Role::Other, |conditional| Role::Skip { conditional })
}

fn is_skip_test(place: &Place<'_, '_>) -> bool {
    let text = place.text(place.node);
    has(text, b"SkipTest")
}

/// A statement of the test's own body.
fn is_in_body(place: &Place<'_, '_>) -> bool {
    let mut above = place.ancestors.iter().rev();
    let own = above.next().is_some_and(|node| node.kind() == "block")
        && above.next().is_some_and(|node| node.kind() == "function_definition");
    own && !above.any(|node| node.kind() == "function_definition")
}

fn call(place: &Place<'_, '_>) -> Role {
    let Some(callee) = place.field("function") else { return Role::Other };
    let path = place.text(callee);
    let last = path.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    match path {
        b"pytest.skip" | b"self.skipTest" | b"pytest.xfail" => return Role::Skip { conditional: false },
        _ => {}
    }
    if let Some(check) = asserts::call(place, callee, last) {
        return Role::Assertion(check);
    }
    let own = callee.kind() == "identifier" || path.starts_with(b"self.") || path.starts_with(b"cls.");
    let checks = [&b"check"[..], b"verify", b"expect", b"ensure"].iter().any(|word| last.starts_with(word));
    if own || checks { Role::Call(last.to_vec()) } else { Role::Other }
}

//! Rust: `#[test]` and its kin, the standard assertion macros and the usual ones beside them.

use super::{Check, Dialect, Head, Mark, Role, Strength, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct Rust;

/// The last part of attributes that make a function a test.
const TEST_ATTRIBUTES: &[&[u8]] = &[b"test", b"rstest", b"test_case", b"quickcheck", b"wasm_bindgen_test", b"bench"];

impl Dialect for Rust {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "function_item" => function(place),
            "mod_item" => Role::Suite(Head { name: name(place), ..Head::default() }),
            "macro_invocation" => macro_call(place),
            "call_expression" => match place.field("function") {
                Some(callee) if matches!(callee.kind(), "identifier" | "scoped_identifier") => {
                    Role::Call(last_part(place.text(callee)).to_vec())
                }
                _ => Role::Other,
            },
            "string_literal" | "raw_string_literal" | "line_comment" | "block_comment" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_expression", "match_arm"]
    }
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

fn function(place: &Place<'_, '_>) -> Role {
    let attributes = place
        .earlier
        .iter()
        .rev()
        .take_while(|node| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment"))
        .filter(|node| node.kind() == "attribute_item");
    let (mut test, mut skip, mut cases, mut start) = (false, None::<Mark>, 0, None);
    for item in attributes {
        start = Some(item.start_byte());
        let Some(attribute) = item.named_child(0) else { continue };
        let path = attribute.named_child(0).map(|node| place.text(node)).unwrap_or_default();
        let last = last_part(path);
        test |= TEST_ATTRIBUTES.contains(&last);
        match last {
            b"ignore" => skip = Some(mark_at(place, *item, false)),
            b"case" | b"test_case" => cases += 1,
            _ => {}
        }
    }
    let name = name(place);
    if test {
        Role::Test(Head { name, start, skip, focus: None, cases: (cases > 0).then_some(cases), ..Head::default() })
    } else {
        Role::Helper(name)
    }
}

fn macro_call(place: &Place<'_, '_>) -> Role {
    let Some(called) = place.field("macro") else { return Role::Other };
    let mut cursor = place.node.walk();
    let Some(tree) = place.node.children(&mut cursor).find(|node| node.kind() == "token_tree") else {
        return Role::Other;
    };
    let macro_name = last_part(place.text(called));
    let arguments = arguments(place, tree);
    let argument = |at: usize| arguments.get(at).cloned().unwrap_or_default();
    let check = |strength, subject, expected| Role::Assertion(Check { strength, subject, expected, tolerance: None });
    match macro_name {
        b"assert_eq" | b"assert_ne" | b"debug_assert_eq" | b"debug_assert_ne" => {
            let strength = if argument(0) == argument(1) {
                Strength::Nothing
            } else if macro_name.ends_with(b"ne") {
                Strength::Range
            } else {
                Strength::Exact
            };
            check(strength, argument(0), Some(argument(1)))
        }
        b"assert" | b"debug_assert" | b"prop_assert" => {
            let (strength, subject, expected) = condition(&argument(0));
            check(strength, subject, expected)
        }
        b"assert_matches"
        | b"assert_snapshot"
        | b"assert_debug_snapshot"
        | b"assert_json_snapshot"
        | b"prop_assert_eq" => {
            let strength = if macro_name == b"assert_matches" { Strength::Range } else { Strength::Exact };
            check(strength, argument(0), (arguments.len() > 1).then(|| argument(1)))
        }
        _ => Role::Call(macro_name.to_vec()),
    }
}

/// The macro's arguments as tokens, cut at the commas of its own level.
fn arguments(place: &Place<'_, '_>, tree: Node<'_>) -> Vec<Vec<u8>> {
    let mut cursor = tree.walk();
    let mut all = vec![Vec::new()];
    let inner = (tree.child_count() as usize).saturating_sub(2);
    for node in tree.children(&mut cursor).skip(1).take(inner) {
        if node.kind() == "," {
            all.push(Vec::new());
        } else if let Some(current) = all.last_mut() {
            if !current.is_empty() {
                current.push(b' ');
            }
            current.extend(place.tokens(node));
        }
    }
    all
}

/// What a condition pins down, with its two sides.
fn condition(tokens: &[u8]) -> (Strength, Vec<u8>, Option<Vec<u8>>) {
    if tokens == b"true" {
        return (Strength::Nothing, tokens.to_vec(), None);
    }
    for (operator, strength) in [
        (&b" == "[..], Strength::Exact),
        (b" != ", Strength::Range),
        (b" >= ", Strength::Range),
        (b" <= ", Strength::Range),
        (b" > ", Strength::Range),
        (b" < ", Strength::Range),
    ] {
        let compound =
            memchr::memmem::find(tokens, b" && ").is_some() || memchr::memmem::find(tokens, b" || ").is_some();
        if let Some(at) = memchr::memmem::find(tokens, operator).filter(|_| !compound) {
            return (strength, tokens[..at].to_vec(), Some(tokens[at + operator.len()..].to_vec()));
        }
    }
    (Strength::Truthy, tokens.to_vec(), None)
}

//! Rust: `#[test]` and its kin, the standard assertion macros and those of the usual crates.

use super::{Assertion, Check, Dialect, Head, Mark, Role, Strength, assertion_at, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) struct Rust;

/// The last part of attributes that make a function a test.
const TEST_ATTRIBUTES: &[&[u8]] =
    &[b"test", b"rstest", b"test_case", b"quickcheck", b"wasm_bindgen_test", b"bench", b"parameterized", b"test_log"];

impl Dialect for Rust {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "function_item" if is_nested(place) => Role::Other,
            "function_item" => function(place),
            "mod_item" => Role::Suite(Head { name: name(place), skip: never_built(place), ..Head::default() }),
            "macro_invocation" => macro_call(place),
            "inner_attribute_item" => switched_off(place),
            "call_expression" => match place.field("function") {
                Some(callee) if matches!(callee.kind(), "identifier" | "scoped_identifier") => call(place, callee),
                Some(callee) if callee.kind() == "field_expression" => method(place, callee),
                _ => Role::Other,
            },
            "return_expression" if is_in_body(place) => Role::Return,
            "string_literal" | "raw_string_literal" | "line_comment" | "block_comment" | "attribute_item" => {
                Role::Opaque
            }
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_expression", "match_arm"]
    }

    fn harmless(&self) -> &'static [&'static str] {
        &[
            "println",
            "eprintln",
            "print",
            "dbg",
            "format",
            "vec",
            "matches",
            "Some",
            "Ok",
            "Err",
            "None",
            "drop",
            "new",
            "default",
            "from",
            "into",
            "cfg",
            "write",
            "writeln",
            "concat",
            "include_str",
            "json",
            "panic",
        ]
    }

    fn hints(&self) -> &'static [&'static str] {
        &[
            "test]",
            "::test(",
            "rstest",
            "test_case",
            "quickcheck",
            "proptest!",
            "[bench]",
            "#[cfg(test)]\nmod ",
            "#[cfg(test)]\r\nmod ",
        ]
    }
}

fn name(place: &Place<'_, '_>) -> Vec<u8> {
    place.field("name").map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

/// A function in a function: what it asserts is the outer one's.
fn is_nested(place: &Place<'_, '_>) -> bool {
    place.enclosing(&["function_item"]).is_some()
}

/// A statement of the function's own body.
fn is_in_body(place: &Place<'_, '_>) -> bool {
    let kinds: Vec<&str> = place.ancestors.iter().rev().take(3).map(Node::kind).collect();
    matches!(kinds.as_slice(), ["expression_statement", "block", "function_item"])
}

/// The attributes before an item, comments aside.
fn attributes<'p, 't>(place: &'p Place<'_, 't>) -> impl Iterator<Item = Node<'t>> + 'p {
    place
        .earlier
        .iter()
        .rev()
        .take_while(|node| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment"))
        .filter(|node| node.kind() == "attribute_item")
        .copied()
}

/// `cfg(any())` holds nowhere; other configurations say what the code needs.
fn is_never(tokens: &[u8]) -> bool {
    matches!(tokens, b"cfg ( any ( ) )" | b"cfg ( FALSE )" | b"cfg ( false )" | b"cfg ( not ( test ) )")
}

fn never_built(place: &Place<'_, '_>) -> Option<Mark> {
    let item = attributes(place).find(|item| item.named_child(0).is_some_and(|one| is_never(&place.tokens(one))))?;
    Some(mark_at(place, item, false))
}

/// `#![cfg(any())]` on a file.
fn switched_off(place: &Place<'_, '_>) -> Role {
    match place.node.named_child(0) {
        Some(attribute) if is_never(&place.tokens(attribute)) => Role::Skip { conditional: false },
        _ => Role::Opaque,
    }
}

fn function(place: &Place<'_, '_>) -> Role {
    let (mut test, mut skip, mut cases, mut start) = (false, None::<Mark>, 0, None);
    let mut assertions = Vec::new();
    for item in attributes(place) {
        start = Some(item.start_byte());
        let Some(attribute) = item.named_child(0) else { continue };
        let path = attribute.named_child(0).map(|node| place.text(node)).unwrap_or_default();
        let last = last_part(path);
        test |= TEST_ATTRIBUTES.contains(&last);
        match last {
            b"ignore" => skip = Some(mark_at(place, item, false)),
            b"should_panic" => assertions.push(should_panic(place, item, attribute)),
            b"case" | b"test_case" => cases += 1,
            b"cfg" if is_never(&place.tokens(attribute)) => skip = Some(mark_at(place, item, false)),
            b"cfg_attr" => {
                let tokens = place.tokens(attribute);
                if tokens.starts_with(b"cfg_attr ( all ( ) , ignore") {
                    skip = Some(mark_at(place, item, false));
                } else if memchr::memmem::find(&tokens, b", ignore").is_some() && skip.is_none() {
                    skip = Some(mark_at(place, item, true));
                }
            }
            _ => {}
        }
    }
    // The cases of `rstest` may stand on the parameters.
    let parameters = place.field("parameters").map(|node| place.text(node)).unwrap_or_default();
    if memchr::memmem::find(parameters, b"#[values(").is_some() {
        cases += u32::try_from(memchr::memchr_iter(b',', parameters).count()).unwrap_or(u32::MAX);
    }
    // Inside `proptest!` nothing is parsed as an item; elsewhere a test bears its attribute.
    let name = name(place);
    if test {
        Role::Test(Head { name, start, skip, cases: (cases > 0).then_some(cases), assertions, ..Head::default() })
    } else {
        Role::Helper(name)
    }
}

fn should_panic(place: &Place<'_, '_>, item: Node<'_>, attribute: Node<'_>) -> Assertion {
    let expected = attribute.child_by_field_name("arguments").or_else(|| attribute.child_by_field_name("value"));
    let expected = expected.map(|node| place.tokens(node));
    let strength = if expected.is_some() { Strength::Range } else { Strength::Truthy };
    let check = Check { strength, subject: b"should_panic".to_vec(), expected, tolerance: None };
    assertion_at(place, item, check)
}

/// A function named as an assertion is one of the project's own.
fn call(place: &Place<'_, '_>, callee: Node<'_>) -> Role {
    let name = last_part(place.text(callee));
    if name.starts_with(b"assert_") {
        let first = place.field("arguments").and_then(|list| list.named_child(0));
        let subject = first.map(|node| place.tokens(node)).unwrap_or_default();
        return Role::Assertion(check(Strength::Unknown, subject, None));
    }
    Role::Call(name.to_vec())
}

/// Methods that assert: `assert_cmd`'s chains, mocks, and the project's own.
fn method(place: &Place<'_, '_>, callee: Node<'_>) -> Role {
    let name = callee.child_by_field_name("field").map(|node| place.text(node)).unwrap_or_default();
    let subject = || callee.child_by_field_name("value").map(|node| place.tokens(node)).unwrap_or_default();
    let bare = place.field("arguments").is_none_or(|list| list.named_child_count() == 0);
    match name {
        b"checkpoint" | b"assert" if bare => Role::Assertion(check(Strength::Truthy, subject(), None)),
        _ if name.starts_with(b"assert_") => Role::Assertion(check(Strength::Unknown, subject(), None)),
        _ if [&b"check_"[..], b"verify_", b"expect_", b"ensure_"].iter().any(|start| name.starts_with(start)) => {
            Role::Call(name.to_vec())
        }
        _ => Role::Other,
    }
}

fn check(strength: Strength, subject: Vec<u8>, expected: Option<Vec<u8>>) -> Check {
    Check { strength, subject, expected, tolerance: None }
}

fn macro_call(place: &Place<'_, '_>) -> Role {
    let Some(called) = place.field("macro") else { return Role::Other };
    let mut cursor = place.node.walk();
    let Some(tree) = place.node.children(&mut cursor).find(|node| node.kind() == "token_tree") else {
        return Role::Other;
    };
    let macro_name = last_part(place.text(called));
    if macro_name == b"proptest" || !is_assertion(macro_name) {
        return Role::Call(macro_name.to_vec());
    }
    let arguments = arguments(place, tree);
    Role::Assertion(assertion(macro_name, &arguments))
}

fn is_assertion(macro_name: &[u8]) -> bool {
    let plain = macro_name.strip_prefix(b"debug_").or(macro_name.strip_prefix(b"prop_")).unwrap_or(macro_name);
    plain.starts_with(b"assert") || plain.ends_with(b"_snapshot") || plain == b"check"
}

fn assertion(macro_name: &[u8], arguments: &[Vec<u8>]) -> Check {
    let plain = macro_name.strip_prefix(b"debug_").or(macro_name.strip_prefix(b"prop_")).unwrap_or(macro_name);
    let argument = |at: usize| arguments.get(at).cloned().unwrap_or_default();
    let (subject, expected) = sides(argument(0), argument(1));
    match plain {
        b"assert_eq" | b"assert_ne" if argument(0) == argument(1) => check(Strength::Nothing, argument(0), None),
        b"assert_eq" => check(Strength::Exact, subject, Some(expected)),
        b"assert_ne" => check(Strength::Range, subject, Some(expected)),
        b"assert" | b"check" => condition(&argument(0)),
        b"assert_matches" | b"assert_let" => check(Strength::Range, argument(0), Some(argument(1))),
        b"assert_ok" | b"assert_err" | b"assert_some" | b"assert_none" => check(Strength::Truthy, argument(0), None),
        b"assert_ulps_eq" | b"assert_relative_eq" | b"assert_abs_diff_eq" | b"assert_approx_eq" => {
            Check { tolerance: tolerance(arguments), ..check(Strength::Exact, subject, Some(expected)) }
        }
        b"assert_lt" | b"assert_le" | b"assert_gt" | b"assert_ge" | b"assert_contains" => {
            check(Strength::Range, argument(0), Some(argument(1)))
        }
        _ if plain.ends_with(b"_snapshot") || plain.starts_with(b"assert_snapshot") => {
            // The last argument may be the value itself or what is recorded of it.
            let subject = arguments.iter().find(|one| !one.starts_with(b"\"")).cloned().unwrap_or_default();
            check(Strength::Exact, subject, None)
        }
        _ => check(Strength::Unknown, argument(0), None),
    }
}

/// `epsilon = 1e-6`, or a third number.
fn tolerance(arguments: &[Vec<u8>]) -> Option<f64> {
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.trim().replace('_', "").parse::<f64>().ok();
    arguments.iter().skip(2).find_map(|one| {
        let value = one.rsplit(|byte| *byte == b'=').next().unwrap_or_default();
        number(value)
    })
}

/// Subject and expected: a literal is what is expected, on whichever side it stands.
fn sides(first: Vec<u8>, second: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    if is_literal(&first) && !is_literal(&second) { (second, first) } else { (first, second) }
}

fn is_literal(tokens: &[u8]) -> bool {
    let start = tokens.strip_prefix(b"- ").or(tokens.strip_prefix(b"& ")).unwrap_or(tokens);
    matches!(start, b"true" | b"false" | b"None" | b"( )")
        || start.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'"')
        || start.starts_with(b"vec ! [")
        || start.starts_with(b"[ ")
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

/// What a condition pins down. Only operators of its own level count: those in brackets are the arguments' business.
fn condition(tokens: &[u8]) -> Check {
    if tokens == b"true" {
        return check(Strength::Nothing, tokens.to_vec(), None);
    }
    let parts: Vec<&[u8]> = tokens.split(|byte| *byte == b' ').collect();
    let (mut depth, mut found, mut at) = (0usize, None, 0);
    let (mut compound, mut ands) = (false, Vec::new());
    for part in &parts {
        match *part {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth = depth.saturating_sub(1),
            b"||" if depth == 0 => compound = true,
            b"&&" if depth == 0 => ands.push(at),
            b"==" | b"!=" | b">=" | b"<=" | b">" | b"<" if depth == 0 && found.is_none() => found = Some((at, *part)),
            _ => {}
        }
        at += part.len() + 1;
    }
    if !compound && let Some(strongest) = conjunction(tokens, &ands) {
        return strongest;
    }
    if let Some((at, operator)) = found.filter(|_| !compound) {
        let left = tokens.get(..at.saturating_sub(1)).unwrap_or_default().to_vec();
        let right = tokens.get(at + operator.len() + 1..).unwrap_or_default().to_vec();
        if operator == b"==" && left == right {
            return check(Strength::Nothing, left, None);
        }
        let strength = if operator == b"==" { Strength::Exact } else { Strength::Range };
        let (subject, expected) = sides(left, right);
        return check(strength, subject, Some(expected));
    }
    if compound {
        // One of several: somewhere between.
        return check(if found.is_some() { Strength::Range } else { Strength::Truthy }, tokens.to_vec(), None);
    }
    if let Some(inner) = tokens.strip_prefix(b"matches ! ( ").and_then(|rest| rest.strip_suffix(b" )")) {
        let cut = memchr::memmem::find(inner, b" , ").unwrap_or(inner.len());
        let pattern = inner.get(cut + 3..).map(<[u8]>::to_vec);
        return check(Strength::Range, inner.get(..cut).unwrap_or_default().to_vec(), pattern);
    }
    let bare = tokens.strip_prefix(b"! ").unwrap_or(tokens);
    for method in [&b" . contains ( "[..], b" . starts_with ( ", b" . ends_with ( ", b" . is_match ( ", b" . eq ( "] {
        if let Some(at) = memchr::memmem::find(bare, method) {
            let argument = bare.get(at + method.len()..).unwrap_or_default();
            let argument = argument.strip_suffix(b" )").unwrap_or(argument);
            return check(Strength::Range, bare.get(..at).unwrap_or_default().to_vec(), Some(argument.to_vec()));
        }
    }
    // Nothing there is one value, as in the comparison with it.
    for (method, value) in [(&b" . is_none ( )"[..], &b"None"[..]), (b" . is_empty ( )", b"\"\"")] {
        if let Some(subject) = tokens.strip_suffix(method).filter(|_| bare.len() == tokens.len()) {
            return check(Strength::Exact, subject.to_vec(), Some(value.to_vec()));
        }
    }
    check(Strength::Truthy, bare.to_vec(), (bare.len() < tokens.len()).then(|| b"false".to_vec()))
}

/// All parts have to hold, so the whole is at least as strong as the strongest of them. `ands` holds the offsets of the
/// operators between them.
fn conjunction(tokens: &[u8], ands: &[usize]) -> Option<Check> {
    let starts = std::iter::once(0).chain(ands.iter().map(|at| at + b"&& ".len()));
    let ends = ands.iter().map(|at| at.saturating_sub(1)).chain([tokens.len()]);
    let parts = starts.zip(ends).filter_map(|(start, end)| tokens.get(start..end)).filter(|_| !ands.is_empty());
    // Of equals the first, as where the tree has sides.
    parts.map(condition).reduce(|best, next| if next.strength > best.strength { next } else { best })
}

//! C and C++: `GoogleTest` with `gMock`, `Catch2` and `doctest`, `Boost.Test`, Qt Test, cmocka, Unity, Criterion, plain `assert`.
//!
//! Tests are macros here. With names for arguments the grammar takes one for a function; with a string it sees a call and,
//! behind it, the block that is the body.

use super::checks::{check, condition, equal, near, number, truthy, unequal};
use super::{Check, Dialect, Head, Mark, Role, Strength, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(in crate::analyze::testcode) struct Cpp;

const TEST_MACROS: &[&[u8]] = &[
    b"TEST",
    b"TEST_F",
    b"TEST_P",
    b"TYPED_TEST",
    b"TYPED_TEST_P",
    b"TEST_CASE",
    b"TEST_CASE_METHOD",
    b"TEMPLATE_TEST_CASE",
    b"TEST_CASE_FIXTURE",
    b"TEST_CASE_TEMPLATE",
    b"SCENARIO",
    b"SCENARIO_METHOD",
    b"BOOST_AUTO_TEST_CASE",
    b"BOOST_FIXTURE_TEST_CASE",
    b"BOOST_DATA_TEST_CASE",
    b"BOOST_AUTO_TEST_CASE_TEMPLATE",
    b"Test",
    b"ParameterizedTest",
    b"Theory",
];

/// Macros before a block that is part of a test.
const BLOCK_MACROS: &[&[u8]] = &[
    b"SECTION",
    b"DYNAMIC_SECTION",
    b"SUBCASE",
    b"GIVEN",
    b"WHEN",
    b"THEN",
    b"AND_GIVEN",
    b"AND_WHEN",
    b"AND_THEN",
    b"BENCHMARK",
];

impl Dialect for Cpp {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "function_definition" => function(place),
            "compound_statement" => block(place),
            "call_expression" => call(place),
            "preproc_if" => switched_off(place),
            "return_statement" if is_own_return(place) => Role::Return,
            "string_literal" | "raw_string_literal" | "char_literal" | "comment" | "preproc_include" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "case_statement", "catch_clause", "conditional_expression"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        if ancestor.kind() != "try_statement" {
            return false;
        }
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        let mut cursor = ancestor.walk();
        ancestor.named_children(&mut cursor).filter(|node| node.kind() == "catch_clause").any(|handler| {
            let all = handler.child_by_field_name("parameters").is_some_and(|node| text(node) == b"(...)");
            let body = handler.child_by_field_name("body").map(text).unwrap_or_default();
            all && body
                .strip_prefix(b"{")
                .and_then(|body| body.strip_suffix(b"}"))
                .is_some_and(|b| b.trim_ascii().is_empty())
        })
    }

    /// `TEST_CASE("name") { … }` and `SECTION("name") { … }` are a call and a block here, with a `;` missing between them.
    fn tolerates(&self, source: &[u8], parent: Node<'_>, missing: Node<'_>) -> bool {
        let call = parent.named_child(0).filter(|node| node.kind() == "call_expression");
        let name =
            call.and_then(|node| node.child_by_field_name("function")).filter(|node| node.kind() == "identifier");
        let name = name.and_then(|node| source.get(node.byte_range())).unwrap_or_default();
        let is_macro = BLOCK_MACROS.contains(&name) || TEST_MACROS.contains(&name);
        let behind = source.get(missing.end_byte()..).unwrap_or_default();
        missing.kind() == ";"
            && parent.kind() == "expression_statement"
            && is_macro
            && behind.trim_ascii_start().starts_with(b"{")
    }

    fn hints(&self) -> &'static [&'static str] {
        &[
            "TEST(",
            "TEST_F(",
            "TEST_P(",
            "TYPED_TEST",
            "TEST_CASE",
            "SCENARIO(",
            "TEST_CASE",
            "cmocka",
            "unity.h",
            "criterion",
            "QTest",
        ]
    }
}

fn function(place: &Place<'_, '_>) -> Role {
    let Some(mut declarator) = place.field("declarator") else { return Role::Other };
    for _ in 0..4 {
        match declarator.child_by_field_name("declarator").filter(|_| declarator.kind() != "function_declarator") {
            Some(inner) => declarator = inner,
            None => break,
        }
    }
    let name = declarator.child_by_field_name("declarator").map(|node| place.text(node)).unwrap_or_default();
    if place.field("type").is_none() && TEST_MACROS.contains(&name) {
        let parameters = declarator.child_by_field_name("parameters");
        let parts = parameters.map(|list| {
            let mut cursor = list.walk();
            list.named_children(&mut cursor).map(|node| place.text(node)).collect::<Vec<_>>()
        });
        return Role::Test(named(place, &parts.unwrap_or_default(), None));
    }
    let last = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    let rest = last.strip_prefix(b"test").unwrap_or_default();
    // cmocka's and Unity's tests, and Qt's slots, are plain functions.
    let plain = rest.first().is_some_and(|byte| *byte == b'_' || byte.is_ascii_uppercase())
        && place.field("type").is_some_and(|node| place.text(node) == b"void");
    if plain {
        return Role::Test(Head { name: last.to_vec(), ..Head::default() });
    }
    Role::Helper(last.to_vec())
}

/// A test by the parts of its name; `DISABLED_` switches it off and is no part of it.
fn named(place: &Place<'_, '_>, parts: &[&[u8]], start: Option<usize>) -> Head {
    let mut head = Head { start, ..Head::default() };
    let mut names = Vec::new();
    for part in parts.iter().take(2) {
        let bare = part.strip_prefix(b"DISABLED_");
        if bare.is_some() {
            head.skip = Some(head_mark(place, place.node, start));
        }
        names.push(bare.unwrap_or(part));
    }
    head.name = names.join(&b"."[..]);
    head
}

/// A mark with the text before the body.
fn head_mark(place: &Place<'_, '_>, node: Node<'_>, start: Option<usize>) -> Mark {
    let start = start.unwrap_or_else(|| node.start_byte());
    let text = place.source.get(start..node.end_byte()).unwrap_or_default();
    let head = text.split(|byte| *byte == b'{').next().unwrap_or_default();
    Mark { line: super::line_of(place.source, start), text: super::one_line(head), ..mark_at(place, node, false) }
}

/// The body of `TEST_CASE("name", "[tag]") { … }`.
fn block(place: &Place<'_, '_>) -> Role {
    let before = place.earlier.iter().rev().find(|node| node.kind() != "comment");
    let call = before.filter(|node| node.kind() == "expression_statement").and_then(|node| node.named_child(0));
    let Some(call) = call.filter(|node| node.kind() == "call_expression") else { return Role::Other };
    let name = call.child_by_field_name("function").map(|node| place.text(node)).unwrap_or_default();
    if !TEST_MACROS.contains(&name) {
        return Role::Other;
    }
    let Some(list) = call.child_by_field_name("arguments") else { return Role::Other };
    let mut cursor = list.walk();
    let given: Vec<Node<'_>> = list.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect();
    let strings: Vec<&[u8]> = given.iter().filter_map(|node| string(place, *node)).collect();
    let start = Some(call.start_byte());
    let mut head = match strings.first() {
        Some(name) => Head { name: name.to_vec(), start, ..Head::default() },
        None => named(
            place,
            &given.iter().filter(|node| node.kind() == "identifier").map(|node| place.text(*node)).collect::<Vec<_>>(),
            start,
        ),
    };
    let tags = strings.get(1).copied().unwrap_or_default();
    let hidden = ["[.", "[!hide]", "[!shouldfail]", "[!mayfail]"];
    let tagged = hidden.iter().any(|tag| memchr::memmem::find(tags, tag.as_bytes()).is_some());
    let tokens = place.tokens(list);
    let said = ["skip ( )", "skip ( true )", "should_fail ( )", "may_fail ( )", "disabled ( )", "disabled = true"];
    if tagged || said.iter().any(|word| memchr::memmem::find(&tokens, word.as_bytes()).is_some()) {
        head.skip = Some(mark_at(place, call, false));
    }
    Role::Test(head)
}

/// A string, also at the left of an operator: `"name" * doctest::skip()`.
fn string<'a>(place: &Place<'a, '_>, node: Node<'_>) -> Option<&'a [u8]> {
    let node = match node.kind() {
        "binary_expression" => node.child_by_field_name("left")?,
        _ => node,
    };
    let text = place.text(node);
    (node.kind() == "string_literal").then(|| text.get(1..text.len().saturating_sub(1)).unwrap_or_default())
}

/// `#if 0`
fn switched_off(place: &Place<'_, '_>) -> Role {
    match place.field("condition").filter(|node| matches!(place.text(*node), b"0" | b"false")) {
        Some(asked) => {
            let mark = Mark { text: b"#if 0".to_vec(), ..mark_at(place, asked, false) };
            Role::Suite(Head { skip: Some(mark), ..Head::default() })
        }
        None => Role::Other,
    }
}

fn is_own_return(place: &Place<'_, '_>) -> bool {
    let [.., around, body] = place.ancestors else { return false };
    body.kind() == "compound_statement"
        && matches!(around.kind(), "function_definition" | "translation_unit" | "declaration_list")
}

fn call(place: &Place<'_, '_>) -> Role {
    let Some(function) = place.field("function") else { return Role::Other };
    let text = place.text(function);
    let name = match function.kind() {
        "identifier" => text,
        "qualified_identifier" => text.rsplit(|byte| *byte == b':').next().unwrap_or_default(),
        // A method that checks, by its name.
        "field_expression" => {
            let field = function.child_by_field_name("field").map(|node| place.text(node)).unwrap_or_default();
            let checks = [&b"check"[..], b"verify", b"expect", b"assert"];
            let says =
                checks.iter().any(|word| field.len() >= word.len() && field[..word.len()].eq_ignore_ascii_case(word));
            return if says { Role::Call(field.to_vec()) } else { Role::Other };
        }
        _ => return Role::Other,
    };
    match name {
        b"GTEST_SKIP" | b"SKIP" | b"TEST_IGNORE" | b"TEST_IGNORE_MESSAGE" | b"cr_skip_test" | b"QSKIP" => {
            return Role::Skip { conditional: false };
        }
        _ => {}
    }
    let mut cursor = place.node.walk();
    let Some(list) = place.field("arguments") else { return Role::Other };
    let given: Vec<Node<'_>> = list.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect();
    drop(cursor);
    match assertion(place, name, &given) {
        Some(found) => Role::Assertion(found),
        None if VOCABULARY.contains(&name) => Role::Other,
        None => Role::Call(name.to_vec()),
    }
}

/// Matchers and parts of tests: none of them asserts for the test.
const VOCABULARY: &[&[u8]] = &[
    b"SECTION",
    b"SUBCASE",
    b"GIVEN",
    b"WHEN",
    b"THEN",
    b"AND_GIVEN",
    b"AND_WHEN",
    b"AND_THEN",
    b"Approx",
    b"WithinAbs",
    b"WithinRel",
    b"Eq",
    b"Ne",
    b"Gt",
    b"Ge",
    b"Lt",
    b"Le",
    b"Not",
    b"HasSubstr",
    b"StartsWith",
    b"EndsWith",
    b"Contains",
    b"ElementsAre",
    b"ElementsAreArray",
    b"UnorderedElementsAre",
    b"SizeIs",
    b"StrEq",
    b"IsEmpty",
    b"NotNull",
    b"IsNull",
    b"DoubleNear",
    b"FloatNear",
    b"AllOf",
    b"AnyOf",
    b"Equals",
    b"ContainsSubstring",
    b"MatchesRegex",
    b"Return",
    b"INFO",
    b"CAPTURE",
    b"SCOPED_TRACE",
    b"GENERATE",
];

/// The part of a macro's name that says what it checks.
fn word(name: &[u8]) -> Option<&[u8]> {
    const PREFIXES: &[&[u8]] = &[
        b"EXPECT_",
        b"ASSERT_",
        b"REQUIRE_",
        b"CHECK_",
        b"BOOST_TEST_",
        b"BOOST_CHECK_",
        b"BOOST_REQUIRE_",
        b"TEST_ASSERT_",
        b"cr_assert_",
        b"cr_expect_",
        b"assert_",
        b"QVERIFY_",
    ];
    const WHOLE: &[&[u8]] = &[
        b"REQUIRE",
        b"CHECK",
        b"BOOST_TEST",
        b"BOOST_CHECK",
        b"BOOST_REQUIRE",
        b"TEST_ASSERT",
        b"cr_assert",
        b"cr_expect",
        b"assert",
        b"QVERIFY",
        b"QVERIFY2",
    ];
    if WHOLE.contains(&name) {
        return Some(b"");
    }
    if name == b"QCOMPARE" {
        return Some(b"EQ");
    }
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(*prefix)).filter(|word| !word.is_empty())
}

fn assertion(place: &Place<'_, '_>, name: &[u8], given: &[Node<'_>]) -> Option<Check> {
    let word = word(name)?.to_ascii_uppercase();
    let tokens = |at: usize| given.get(at).map(|node| place.tokens(*node)).unwrap_or_default();
    let value = |at: usize| given.get(at).and_then(|node| number(place.text(*node)));
    let holds = |wanted| match given.first() {
        Some(node) => approximate(condition(place, *node, wanted, &|_, _, _| None)),
        None => truthy(Vec::new(), wanted),
    };
    // Unity and Criterion give the expected value first, as GoogleTest once did.
    let first = name.starts_with(b"TEST_ASSERT");
    Some(match word.as_slice() {
        b"" | b"TRUE" | b"MESSAGE" | b"UNARY" => holds(true),
        b"FALSE" | b"UNARY_FALSE" | b"NOT" => holds(false),
        b"EQ" | b"EQUAL" | b"STREQ" | b"STR_EQ" | b"INT_EQUAL" | b"STRING_EQUAL" | b"PTR_EQUAL" | b"MEMORY_EQUAL"
        | b"EQUAL_COLLECTIONS" | b"ARR_EQ" | b"EQUAL_STRING" | b"EQUAL_INT" | b"EQUAL_MEMORY" | b"STRCASEEQ"
        | b"FLOAT_EQ" | b"DOUBLE_EQ" => equal(tokens(0), tokens(1), first),
        b"NE" | b"STRNE" | b"NEQ" | b"NOT_EQUAL" | b"INT_NOT_EQUAL" | b"STRING_NOT_EQUAL" | b"STR_NEQ" => {
            unequal(tokens(0), tokens(1), first)
        }
        b"LT" | b"LE" | b"GT" | b"GE" | b"IN_RANGE" | b"IN_SET" | b"LESS_THAN" | b"GREATER_THAN" => {
            check(Strength::Range, tokens(0), Some(tokens(1)))
        }
        b"NEAR" | b"CLOSE" | b"FLOAT_EQUAL" | b"DOUBLE_EQUAL" | b"FLOAT_NEQ" => {
            near(tokens(0), tokens(1), first, value(2))
        }
        b"FLOAT_WITHIN" | b"DOUBLE_WITHIN" | b"INT_WITHIN" => near(tokens(1), tokens(2), true, value(0)),
        b"THROW" | b"THROWS_AS" | b"EXCEPTION_THROWN" => check(Strength::Range, tokens(0), Some(tokens(1))),
        b"THROWS_WITH" | b"THROWS_WITH_AS" => check(Strength::Exact, tokens(0), Some(tokens(1))),
        b"ANY_THROW" | b"THROWS" | b"NO_THROW" | b"NOTHROW" | b"NULL" | b"NOT_NULL" | b"NON_NULL" | b"OK" => {
            check(Strength::Truthy, tokens(0), None)
        }
        b"THROWS_MATCHES" | b"DEATH" | b"EXIT" | b"DEATH_IF_SUPPORTED" => {
            check(Strength::Range, tokens(0), Some(tokens(1)))
        }
        b"THAT" => matched(tokens(0), &tokens(1)),
        b"CALL" => check(Strength::Range, [tokens(0), tokens(1)].join(&b" . "[..]), None),
        _ => check(Strength::Unknown, tokens(0), given.get(1).map(|node| place.tokens(*node))),
    })
}

/// `x == Approx(1.5).margin(0.1)`
fn approximate(found: Check) -> Check {
    let expected = found.expected.as_deref().unwrap_or_default();
    let Some(at) = memchr::memmem::find(expected, b"Approx ( ") else { return found };
    let after = |word: &str| {
        let start = memchr::memmem::find(expected, word.as_bytes())? + word.len();
        expected.get(start..)?.split(|byte| *byte == b' ').next()
    };
    let tolerance = after("margin ( ").or(after("epsilon ( ")).and_then(number);
    let value = expected.get(at + 9..).unwrap_or_default();
    let value = value.split(|byte| *byte == b')').next().unwrap_or_default().trim_ascii().to_vec();
    near(found.subject, value, false, tolerance)
}

/// What a matcher pins down, by its first name.
fn matched(subject: Vec<u8>, matcher: &[u8]) -> Check {
    let name = matcher.split(|byte| *byte == b'(').next().unwrap_or_default().trim_ascii();
    let name = name.rsplit(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
    let inner =
        matcher.iter().position(|byte| *byte == b'(').and_then(|at| matcher.get(at + 1..matcher.len().checked_sub(1)?));
    let inner = inner.unwrap_or_default().trim_ascii();
    let mut parts = inner.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    match name {
        b"Eq"
        | b"Equals"
        | b"StrEq"
        | b"ElementsAre"
        | b"ElementsAreArray"
        | b"UnorderedElementsAre"
        | b"ContainerEq" => check(Strength::Exact, subject, Some(inner.to_vec())),
        b"WithinAbs" | b"WithinRel" | b"DoubleNear" | b"FloatNear" | b"WithinULP" => {
            let value = parts.next().unwrap_or_default().to_vec();
            near(subject, value, false, parts.next().and_then(number))
        }
        b"IsTrue" | b"NotNull" | b"IsNull" | b"IsEmpty" | b"IsOk" => truthy(subject, true),
        b"Not" | b"Ne" | b"Gt" | b"Ge" | b"Lt" | b"Le" | b"HasSubstr" | b"StartsWith" | b"EndsWith" | b"Contains"
        | b"ContainsSubstring" | b"MatchesRegex" | b"SizeIs" | b"AnyOf" | b"AllOf" | b"_" | b"Matches" => {
            check(Strength::Range, subject, Some(matcher.to_vec()))
        }
        _ => check(Strength::Unknown, subject, Some(matcher.to_vec())),
    }
}

#[cfg(test)]
mod tests;

//! PHP: `PHPUnit` and Pest, with the assertions of web frameworks known by their names.

use super::checks::{check, condition, equal, near, number, truthy, unequal};
use super::{Check, Dialect, Head, Mark, Role, Strength, assertion_at, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(in crate::analyze::testcode) struct Php;

impl Dialect for Php {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "class_declaration" | "trait_declaration" => {
                Role::Suite(Head { name: field_text(place, "name"), ..Head::default() })
            }
            "method_declaration" => method(place),
            "function_definition" => Role::Helper(field_text(place, "name")),
            "function_call_expression" => function_call(place),
            "member_call_expression" | "nullsafe_member_call_expression" | "scoped_call_expression" => {
                method_call(place)
            }
            "return_statement" if is_own_return(place) => Role::Return,
            "string" | "encapsed_string" | "heredoc" | "nowdoc" | "comment" | "attribute_list" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if_statement", "catch_clause", "case_statement", "match_conditional_expression", "conditional_expression"]
    }

    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        if ancestor.kind() != "try_statement" {
            return false;
        }
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
        let mut cursor = ancestor.walk();
        ancestor.named_children(&mut cursor).filter(|node| node.kind() == "catch_clause").any(|handler| {
            let types = handler.child_by_field_name("type").map(text).unwrap_or_default();
            let hears = types.split(|byte| *byte == b'|').any(|class| {
                let class = class.trim_ascii().rsplit(|byte| *byte == b'\\').next().unwrap_or_default();
                // A failed assertion is an Exception here.
                matches!(class, b"Throwable" | b"Exception" | b"AssertionFailedError" | b"ExpectationFailedException")
            });
            let body = handler.child_by_field_name("body").map(text).unwrap_or_default();
            let heard = ["throw", "fail(", "assert", "expect(", "="];
            hears && !heard.iter().any(|word| memchr::memmem::find(body, word.as_bytes()).is_some())
        })
    }

    fn focuses(&self) -> &'static [&'static str] {
        &["only"]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["TestCase", "function test", "@test", "#[Test", "it(", "test("]
    }

    fn only_in_test_paths(&self) -> bool {
        true
    }
}

fn field_text(place: &Place<'_, '_>, name: &str) -> Vec<u8> {
    place.field(name).map(|node| place.text(node).to_vec()).unwrap_or_default()
}

fn arguments(node: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = node.child_by_field_name("arguments") else { return Vec::new() };
    let mut cursor = list.walk();
    let given = list.named_children(&mut cursor).filter(|node| node.kind() == "argument");
    // A named argument has its name first.
    given.filter_map(|node| node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?)).collect()
}

fn method(place: &Place<'_, '_>) -> Role {
    let name = field_text(place, "name");
    let document = place.earlier.last().copied().filter(|node| node.kind() == "comment");
    let words = |node: Node<'_>, word: &str| {
        let text = place.text(node);
        memchr::memmem::find_iter(text, word.as_bytes())
            .any(|at| text.get(at + word.len()).is_none_or(|next| !next.is_ascii_alphanumeric()))
    };
    let mut head = Head { start: document.map(|node| node.start_byte()), ..Head::default() };
    let (mut test, mut cases) = (name.starts_with(b"test") && name != b"tests", 0);
    test |= document.is_some_and(|node| words(node, "@test"));
    if let Some(node) = document.filter(|node| words(*node, "@requires")) {
        head.skip = Some(mark_at(place, node, true));
    }
    for (attribute, last) in attributes(place) {
        test |= last == b"Test";
        cases += u32::from(matches!(last, b"TestWith" | b"TestWithJson"));
        if last.starts_with(b"Requires") {
            head.skip = Some(mark_at(place, attribute, true));
        }
    }
    if !test || !may_run(place) {
        return Role::Helper(name);
    }
    head.cases = (cases > 0).then_some(cases);
    Role::Test(Head { name, ..head })
}

/// `PHPUnit` runs methods of objects of its own classes: what is static, or stands in a class that extends nothing, has only the
/// name of a test (`public function test(): TestMethod`).
fn may_run(place: &Place<'_, '_>) -> bool {
    let has = |node: Node<'_>, kind: &str| {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).any(|child| child.kind() == kind)
    };
    let class = place.enclosing(&["class_declaration", "trait_declaration", "anonymous_class"]);
    !has(place.node, "static_modifier")
        && class.is_none_or(|node| node.kind() == "trait_declaration" || has(node, "base_clause"))
}

/// The attributes of a method, with the last part of their names.
fn attributes<'a, 't>(place: &Place<'a, 't>) -> Vec<(Node<'t>, &'a [u8])> {
    let Some(list) = place.field("attributes") else { return Vec::new() };
    let mut found = Vec::new();
    let mut groups = list.walk();
    for group in list.named_children(&mut groups) {
        let mut inner = group.walk();
        for attribute in group.named_children(&mut inner).filter(|node| node.kind() == "attribute") {
            let name = attribute.named_child(0).map(|node| place.text(node)).unwrap_or_default();
            found.push((attribute, name.rsplit(|byte| *byte == b'\\').next().unwrap_or_default()));
        }
    }
    found
}

fn is_own_return(place: &Place<'_, '_>) -> bool {
    let [.., around, body] = place.ancestors else { return false };
    body.kind() == "compound_statement"
        && match around.kind() {
            "method_declaration" => true,
            "anonymous_function" => place.ancestors.iter().rev().nth(4).is_some_and(|call| {
                call.child_by_field_name("function").is_some_and(|node| matches!(place.text(node), b"it" | b"test"))
            }),
            _ => false,
        }
}

fn function_call(place: &Place<'_, '_>) -> Role {
    let name = field_text(place, "function");
    let name = name.rsplit(|byte| *byte == b'\\').next().unwrap_or_default();
    let given = arguments(place.node);
    let named = given.first().is_some_and(|node| matches!(node.kind(), "string" | "encapsed_string"));
    match name {
        b"it" | b"test" | b"todo" if named => Role::Test(pest(place, &given, name == b"todo")),
        b"describe" if named => Role::Suite(pest(place, &given, false)),
        _ => match assertion(place, name, &given) {
            Some(found) => Role::Assertion(found),
            None if name == b"expect" => Role::Other,
            None => Role::Call(name.to_vec()),
        },
    }
}

/// A test of Pest, with what is said of it behind the call: `->skip()`, `->only()`, `->with([…])`.
fn pest(place: &Place<'_, '_>, given: &[Node<'_>], off: bool) -> Head {
    let name = given.first().map(|node| place.text(*node)).unwrap_or_default();
    let name = name.get(1..name.len().saturating_sub(1)).unwrap_or_default().to_vec();
    let mut head = Head { name, skip: off.then(|| mark_at(place, place.node, false)), ..Head::default() };
    let mut inner = place.node;
    for outer in place.ancestors.iter().rev() {
        let behind = outer.child_by_field_name("object").is_some_and(|object| object.id() == inner.id());
        if !behind {
            break;
        }
        inner = *outer;
        if outer.kind() != "member_call_expression" {
            continue;
        }
        let Some(word) = outer.child_by_field_name("name") else { continue };
        let list = arguments(*outer);
        let mark = |conditional| {
            let end = outer.end_byte();
            let text = place.source.get(word.start_byte().saturating_sub(2)..end).unwrap_or_default();
            Mark { text: super::one_line(text), ..mark_at(place, word, conditional) }
        };
        match place.text(word) {
            b"skip" => {
                let first = list.first().copied();
                let certain = first.is_none_or(|node| {
                    matches!(node.kind(), "string" | "encapsed_string") || place.text(node) == b"true"
                });
                head.skip = Some(mark(!certain));
            }
            b"todo" => head.skip = Some(mark(false)),
            b"only" => head.focus = Some(mark(false)),
            b"with" => {
                let rows = list.first().filter(|node| node.kind() == "array_creation_expression");
                head.cases =
                    rows.and_then(|node| u32::try_from(node.named_child_count()).ok()).filter(|rows| *rows > 0);
            }
            b"throws" => {
                let expected = list.first().map(|node| place.tokens(*node));
                let found = check(thrown(expected.as_deref()), b"exception".to_vec(), expected);
                head.assertions.push(assertion_at(place, word, found));
            }
            other if other.starts_with(b"skipOn") || other.starts_with(b"onlyOn") => head.skip = Some(mark(true)),
            _ => {}
        }
    }
    head
}

fn thrown(class: Option<&[u8]>) -> Strength {
    let last = class.map(|class| class.rsplit(|byte| *byte == b'\\').next().unwrap_or_default()).unwrap_or_default();
    let last = last.trim_ascii();
    let any = last.starts_with(b"Exception ") || last.starts_with(b"Throwable ") || last.is_empty();
    if any { Strength::Truthy } else { Strength::Range }
}

fn method_call(place: &Place<'_, '_>) -> Role {
    let name = field_text(place, "name");
    let given = arguments(place.node);
    let receiver = place.field("object").or_else(|| place.field("scope"));
    let on = receiver.map(|node| place.text(node)).unwrap_or_default();
    let own = matches!(on, b"$this" | b"self" | b"static" | b"parent") || on.ends_with(b"Assert");
    match name.as_slice() {
        b"markTestSkipped" | b"markTestIncomplete" if own => return Role::Skip { conditional: false },
        b"expectException" | b"expectExceptionObject" if own => {
            let expected = given.first().map(|node| place.tokens(*node));
            return Role::Assertion(check(thrown(expected.as_deref()), b"exception".to_vec(), expected));
        }
        b"expectExceptionMessage" | b"expectExceptionCode" | b"expectOutputString" if own => {
            return Role::Assertion(check(
                Strength::Exact,
                name.clone(),
                given.first().map(|node| place.tokens(*node)),
            ));
        }
        b"expectExceptionMessageMatches" | b"expectOutputRegex" if own => {
            return Role::Assertion(check(
                Strength::Range,
                name.clone(),
                given.first().map(|node| place.tokens(*node)),
            ));
        }
        b"expects" | b"shouldReceive" | b"shouldHaveReceived" | b"shouldNotHaveReceived" => {
            let subject = receiver.map(|node| place.tokens(node)).unwrap_or_default();
            return Role::Assertion(check(Strength::Range, subject, given.first().map(|node| place.tokens(*node))));
        }
        _ => {}
    }
    if let Some(found) = expectation(place, &name, receiver, &given) {
        return Role::Assertion(found);
    }
    if own || place.kind() == "scoped_call_expression" {
        if let Some(found) = assertion(place, &name, &given) {
            return Role::Assertion(found);
        }
        return Role::Call(name);
    }
    if name.starts_with(b"assert") && name.len() > 6 {
        // A framework's response, page or builder.
        let subject = receiver.filter(|node| node.kind() == "variable_name").map(|node| place.tokens(node));
        let expected = given.first().map(|node| place.tokens(*node));
        let (strength, expected) = match name.as_slice() {
            b"assertOk" => (Strength::Exact, Some(b"200".to_vec())),
            b"assertStatus" | b"assertExactJson" | b"assertRedirect" => (Strength::Exact, expected),
            _ => (Strength::Unknown, expected),
        };
        return Role::Assertion(check(strength, subject.unwrap_or_default(), expected));
    }
    Role::Other
}

/// `expect($x)->not->toBe(3)`: each `to…` of the chain, with what the nearest `expect` or `and` before it asks about.
fn expectation(place: &Place<'_, '_>, name: &[u8], receiver: Option<Node<'_>>, given: &[Node<'_>]) -> Option<Check> {
    // PHP does not mind the case: what is written in another is not read, and never compared.
    let to = name.split_at_checked(2).filter(|(to, rest)| to.eq_ignore_ascii_case(b"to") && !rest.is_empty());
    let word = to?.1;
    let (mut node, mut wanted, mut direct) = (receiver?, true, true);
    let subject = (0..64).find_map(|_| {
        let called = |field: &str| node.child_by_field_name(field).map(|node| place.text(node)).unwrap_or_default();
        match node.kind() {
            "function_call_expression" if called("function") == b"expect" => Some(arguments(node).first().copied()),
            "member_call_expression" if called("name") == b"and" => Some(arguments(node).first().copied()),
            "member_call_expression" | "member_access_expression" => {
                wanted ^= direct && called("name") == b"not";
                direct &= node.kind() == "member_access_expression";
                node = node.child_by_field_name("object")?;
                None
            }
            _ => Some(None),
        }
    })??;
    let subject = place.tokens(subject);
    let first = given.first().map(|node| place.tokens(*node));
    Some(match (word, first) {
        (b"Be" | b"Equal" | b"MatchArray" | b"MatchObject" | b"HaveCount" | b"EqualCanonicalizing", Some(expected)) => {
            if wanted {
                equal(subject, expected, false)
            } else {
                unequal(subject, expected, false)
            }
        }
        (b"EqualWithDelta", Some(expected)) => {
            near(subject, expected, false, given.get(1).and_then(|node| number(place.text(*node))))
        }
        (b"BeTrue", _) if subject == b"true" => check(Strength::Nothing, subject, None),
        (b"BeTrue" | b"BeTruthy" | b"BeNull" | b"BeEmpty", _) => truthy(subject, wanted),
        (b"BeFalse" | b"BeFalsy", _) => truthy(subject, !wanted),
        (b"Throw", expected) => {
            check(if wanted { thrown(expected.as_deref()) } else { Strength::Truthy }, subject, expected)
        }
        (
            b"BeGreaterThan"
            | b"BeGreaterThanOrEqual"
            | b"BeLessThan"
            | b"BeLessThanOrEqual"
            | b"BeBetween"
            | b"BeIn"
            | b"BeInstanceOf"
            | b"BeArray"
            | b"BeString"
            | b"BeInt"
            | b"BeBool"
            | b"BeFloat"
            | b"BeCallable"
            | b"BeNumeric"
            | b"BeObject"
            | b"HaveKey"
            | b"HaveKeys"
            | b"HaveLength"
            | b"HaveProperty"
            | b"HaveProperties"
            | b"Contain"
            | b"ContainEqual"
            | b"ContainOnlyInstancesOf"
            | b"Match",
            first,
        ) => check(Strength::Range, subject, Some(first.unwrap_or_else(|| word.to_vec()))),
        (b"StartWith" | b"EndWith", first) => check(Strength::Range, subject, first),
        (_, first) => check(Strength::Unknown, subject, first),
    })
}

/// `assertSame(3, $x)` and its like, by the plain name.
fn assertion(place: &Place<'_, '_>, name: &[u8], given: &[Node<'_>]) -> Option<Check> {
    let word = name.strip_prefix(b"assert")?;
    let tokens = |at: usize| given.get(at).map(|node| place.tokens(*node)).unwrap_or_default();
    Some(match word {
        b"Same"
        | b"Equals"
        | b"EqualsCanonicalizing"
        | b"EqualsIgnoringCase"
        | b"JsonStringEqualsJsonString"
        | b"StringEqualsFile"
        | b"FileEquals"
        | b"XmlStringEqualsXmlString"
        | b"MatchesSnapshot" => {
            // The fourth argument was the delta once.
            let delta = given.get(3).filter(|_| word == b"Equals").and_then(|node| number(place.text(*node)));
            near(tokens(0), tokens(1), true, delta)
        }
        b"EqualsWithDelta" => near(tokens(0), tokens(1), true, given.get(2).and_then(|node| number(place.text(*node)))),
        b"NotSame" | b"NotEquals" => unequal(tokens(0), tokens(1), true),
        b"True" | b"False" | b"" => match given.first() {
            Some(node) => condition(place, *node, word != b"False", &|_, _, _| None),
            None => truthy(Vec::new(), true),
        },
        b"Null" | b"Empty" => truthy(tokens(0), true),
        b"NotNull" => truthy(tokens(0), true),
        b"NotEmpty" => truthy(tokens(0), false),
        b"Count" => {
            let mut subject = b"count ( ".to_vec();
            subject.extend(tokens(1));
            subject.extend_from_slice(b" )");
            equal(subject, tokens(0), false)
        }
        b"Contains"
        | b"NotContains"
        | b"StringContainsString"
        | b"StringNotContainsString"
        | b"MatchesRegularExpression"
        | b"InstanceOf"
        | b"GreaterThan"
        | b"GreaterThanOrEqual"
        | b"LessThan"
        | b"LessThanOrEqual"
        | b"ArrayHasKey"
        | b"ArrayNotHasKey"
        | b"StringStartsWith"
        | b"StringEndsWith"
        | b"ObjectHasProperty"
        | b"ContainsOnly"
        | b"StringContainsStringIgnoringCase"
        | b"DoesNotMatchRegularExpression"
        | b"ContainsEquals" => check(Strength::Range, tokens(1), Some(tokens(0))),
        b"IsArray" | b"IsString" | b"IsInt" | b"IsBool" | b"IsFloat" | b"IsCallable" | b"FileExists" | b"IsNumeric" => {
            check(Strength::Range, tokens(0), Some(word.to_vec()))
        }
        _ => check(Strength::Unknown, tokens(0), given.get(1).map(|node| place.tokens(*node))),
    })
}

#[cfg(test)]
mod tests;

//! What Go tests assert: hand-written checks, testify, matryer/is, gotest.tools, gocheck, quicktest, gomega.

use super::library::{Form, gomega, is_standard, named};
use super::{Callee, arguments, callee, is_test_handle};
use crate::analyze::syntax::{Node, Place};
use crate::analyze::testcode::checks::{bare, binary, check, condition, equal, near, nothing, number, truthy, unequal};
use crate::analyze::testcode::{Check, Role, Strength};

/// Methods of the handle that fail a test.
fn is_failure(name: &[u8]) -> bool {
    matches!(name, b"Error" | b"Errorf" | b"Fatal" | b"Fatalf" | b"Fail" | b"FailNow")
}

/// A statement that fails the test.
fn fails(place: &Place<'_, '_>, statement: Node<'_>) -> bool {
    let call = statement.named_child(0).filter(|_| statement.kind() == "expression_statement");
    let Some(call) = call.filter(|node| node.kind() == "call_expression") else { return false };
    match callee(place, call) {
        Some(Callee { before: Some(before), name }) => is_failure(name) && is_test_handle(place, before),
        Some(Callee { before: None, name }) => name == b"Fail",
        None => false,
    }
}

fn block_fails(place: &Place<'_, '_>, block: Node<'_>) -> bool {
    let Some(list) = block.named_child(0).filter(|node| node.kind() == "statement_list") else { return false };
    let mut cursor = list.walk();
    list.named_children(&mut cursor).any(|statement| fails(place, statement))
}

/// `if condition { t.Errorf(…) }`: the condition's opposite; with the failure under `else`, the condition.
pub(super) fn hand_written(place: &Place<'_, '_>, node: Node<'_>) -> Option<Check> {
    let on_true = node.child_by_field_name("consequence").is_some_and(|block| block_fails(place, block));
    let other = || node.child_by_field_name("alternative").filter(|block| block.kind() == "block");
    let wanted = match on_true {
        true => false,
        false if other().is_some_and(|block| block_fails(place, block)) => true,
        false => return None,
    };
    let asked = node.child_by_field_name("condition")?;
    if on_true && is_set_up(place, node, asked) {
        return None;
    }
    if let Some(check) = difference(place, node, asked) {
        return Some(check);
    }
    Some(condition(place, asked, wanted, &predicate))
}

/// `if err := os.Chdir(dir); err != nil {`, or the call in the statement before: the test could not be set up. That is no
/// assertion of what is tested.
fn is_set_up(place: &Place<'_, '_>, node: Node<'_>, asked: Node<'_>) -> bool {
    let Some((left, b"!=", right)) = binary(place, bare(asked)) else { return false };
    if place.text(right) != b"nil" || left.kind() != "identifier" {
        return false;
    }
    let before = || place.earlier.iter().rev().copied().find(|node| node.kind() != "comment");
    let Some(start) = node.child_by_field_name("initializer").or_else(before) else { return false };
    let (Some(names), Some(values)) = (start.child_by_field_name("left"), start.child_by_field_name("right")) else {
        return false;
    };
    let mut cursor = names.walk();
    let sets = names.named_children(&mut cursor).any(|name| place.text(name) == place.text(left));
    sets && values.named_child(0).is_some_and(|call| sets_up(place, call))
}

/// A call that makes what a test needs: of the standard library, or named for it.
fn sets_up(place: &Place<'_, '_>, call: Node<'_>) -> bool {
    let Some(called) = callee(place, call).filter(|_| call.kind() == "call_expression") else { return false };
    let of_library = called.before.is_some_and(|before| is_standard(place.text(before)));
    let lower = called.name.to_ascii_lowercase();
    let named = ["setup", "setenv", "mkdir", "chdir", "writefile", "tempdir", "fixture"];
    of_library || named.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}

/// `if diff := cmp.Diff(want, got); diff != "" {`.
fn difference(place: &Place<'_, '_>, node: Node<'_>, asked: Node<'_>) -> Option<Check> {
    let (left, operator, right) = binary(place, bare(asked))?;
    let against_nothing = operator == b"!=" && matches!(place.text(right), b"\"\"" | b"``");
    let call = if left.kind() == "call_expression" {
        left
    } else {
        let start = node.child_by_field_name("initializer")?;
        let name = start.child_by_field_name("left")?;
        start.child_by_field_name("right")?.named_child(0).filter(|_| place.text(name) == place.text(left))?
    };
    let Callee { name: b"Diff", .. } = callee(place, call).filter(|_| against_nothing)? else { return None };
    let arguments = arguments(call);
    let [want, got, ..] = arguments[..] else { return None };
    Some(equal(place.tokens(want), place.tokens(got), true))
}

/// Functions of the standard library that conditions ask.
fn predicate(place: &Place<'_, '_>, node: Node<'_>, wanted: bool) -> Option<Check> {
    let Callee { before, name } = callee(place, node).filter(|_| node.kind() == "call_expression")?;
    // A function of the test's own may ask for anything.
    let Some(before) = before else { return Some(check(Strength::Unknown, place.tokens(node), None)) };
    let arguments = arguments(node);
    let [first, second, ..] = arguments[..] else {
        // got.Equal(want), of times and the like.
        return match (name, &arguments[..]) {
            (b"Equal", [other]) if wanted => Some(equal(place.tokens(before), place.tokens(*other), false)),
            (b"Equal", [other]) => Some(unequal(place.tokens(before), place.tokens(*other), false)),
            _ => None,
        };
    };
    let (first, second) = (place.tokens(first), place.tokens(second));
    match name {
        b"DeepEqual" | b"Equal" | b"EqualFold" | b"EqualValues" if wanted => Some(equal(first, second, false)),
        b"DeepEqual" | b"Equal" | b"EqualFold" | b"EqualValues" => Some(unequal(first, second, false)),
        b"Contains" | b"HasPrefix" | b"HasSuffix" | b"ContainsAny" | b"Is" | b"As" | b"MatchString"
        | b"ContainsFunc" => Some(check(Strength::Range, first, Some(second))),
        _ => None,
    }
}

/// Names that assertion packages and their bound forms are given.
fn is_assert_name(name: &[u8]) -> bool {
    matches!(
        name,
        b"assert"
            | b"require"
            | b"is"
            | b"must"
            | b"as"
            | b"asserts"
            | b"requires"
            | b"req"
            | b"r"
            | b"a"
            | b"qt"
            | b"check"
            | b"asrt"
            | b"should"
            | b"assertions"
            | b"requirements"
    )
}

/// A call that asserts, or is one of a helper.
pub(super) fn call(place: &Place<'_, '_>, called: &Callee<'_, '_>) -> Role {
    if let Some(check) = matcher(place) {
        return Role::Assertion(check);
    }
    if is_matcher(place, called) {
        return Role::Other;
    }
    let Some(before) = called.before else { return Role::Call(called.name.to_vec()) };
    if is_failure(called.name) && is_test_handle(place, before) {
        return if counted_by_if(place) { Role::Other } else { Role::Assertion(truthy(Vec::new(), true)) };
    }
    let list = arguments(place.node);
    let with_handle = list.first().is_some_and(|node| is_test_handle(place, *node));
    let bound = match before.kind() {
        "identifier" => {
            let name = place.text(before);
            // gocheck and quicktest hand out `c`, and ask nothing else of it by these names.
            let checker = name == b"c" && matches!(called.name, b"Assert" | b"Check") && list.len() > 1;
            is_assert_name(name) || is_suite(place, name) || checker
        }
        "call_expression" => {
            matches!(callee(place, before), Some(Callee { name: b"Require" | b"Assert" | b"New", .. }))
        }
        "selector_expression" => [&b".Assertions"[..], b".require", b".assert", b".Require", b".Assert"]
            .iter()
            .any(|end| place.text(before).ends_with(end)),
        _ => false,
    };
    let form = named(called.name).filter(|_| with_handle || bound);
    match form {
        Some(Form::Nothing) if list.get(usize::from(with_handle)).is_some_and(|node| sets_up(place, *node)) => {
            Role::Other
        }
        Some(form) => Role::Assertion(read(place, form, list.get(usize::from(with_handle)..).unwrap_or_default())),
        None if with_handle || says_check(called.name) => Role::Call(called.name.to_vec()),
        None => Role::Other,
    }
}

fn says_check(name: &[u8]) -> bool {
    [&b"assert"[..], b"require", b"verify", b"check", b"expect", b"must"]
        .iter()
        .any(|word| name.len() >= word.len() && name[..word.len()].eq_ignore_ascii_case(word))
}

/// A bare failure that is the whole point of an `if` is that `if`'s.
fn counted_by_if(place: &Place<'_, '_>) -> bool {
    let [.., outer, _, _, statement] = place.ancestors else { return false };
    statement.kind() == "expression_statement" && outer.kind() == "if_statement"
}

/// Is this the receiver of the method around, one of a testify suite?
fn is_suite(place: &Place<'_, '_>, name: &[u8]) -> bool {
    let method = place.ancestors.iter().find(|node| node.kind() == "method_declaration");
    let receiver = method.and_then(|node| node.child_by_field_name("receiver"));
    receiver.is_some_and(|node| {
        place
            .text(node)
            .strip_prefix(b"(")
            .is_some_and(|text| text.strip_prefix(name).is_some_and(|rest| rest.starts_with(b" ")))
    })
}

fn read(place: &Place<'_, '_>, form: Form, arguments: &[Node<'_>]) -> Check {
    let tokens = |at: usize| arguments.get(at).map(|node| place.tokens(*node)).unwrap_or_default();
    let some = |at: usize| arguments.get(at).map(|node| place.tokens(*node));
    match form {
        Form::Equal => equal(tokens(0), tokens(1), true),
        Form::EqualGotFirst => equal(tokens(0), tokens(1), false),
        Form::Unequal => unequal(tokens(0), tokens(1), true),
        Form::Near => near(tokens(0), tokens(1), true, some(2).and_then(|tokens| number(&tokens))),
        Form::True(wanted) => match arguments.first() {
            Some(node) => condition(place, *node, wanted, &predicate),
            None => truthy(Vec::new(), wanted),
        },
        Form::Truthy => truthy(tokens(0), true),
        Form::Nothing => nothing(tokens(0)),
        Form::One => check(Strength::Exact, tokens(0), None),
        Form::Range => check(Strength::Range, tokens(0), some(1)),
        Form::Behaves => check(Strength::Range, tokens(1), some(0)),
        Form::Exact => check(Strength::Exact, tokens(0), some(1)),
        // quicktest's and gocheck's: got, checker, args.
        Form::Checker => match arguments {
            [got, checker, rest @ ..] => checker_of(place, *got, *checker, rest),
            _ => match arguments.first() {
                Some(node) => condition(place, *node, true, &predicate),
                None => truthy(Vec::new(), true),
            },
        },
        Form::Fail => truthy(Vec::new(), true),
    }
}

/// `c.Assert(got, qt.Equals, want)`, or gotest.tools' `assert.Assert(t, is.Equal(got, want))`, which has no third.
fn checker_of(place: &Place<'_, '_>, got: Node<'_>, checker: Node<'_>, rest: &[Node<'_>]) -> Check {
    let name = place.text(checker);
    let name = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let want = rest.first().map(|node| place.tokens(*node));
    match name {
        b"Equals" | b"DeepEquals" | b"CmpEquals" | b"ContentEquals" | b"JSONEquals" => {
            equal(place.tokens(got), want.unwrap_or_default(), false)
        }
        b"IsNil" => nothing(place.tokens(got)),
        b"IsTrue" | b"IsFalse" | b"NotNil" | b"IsNotNil" => truthy(place.tokens(got), true),
        _ if rest.is_empty() => condition(place, got, true, &predicate),
        _ => check(Strength::Range, place.tokens(got), want),
    }
}

/// gomega's matchers, and the calls that start its chains, are parts of an assertion.
fn is_matcher(place: &Place<'_, '_>, called: &Callee<'_, '_>) -> bool {
    let given = place.parent().is_some_and(|node| node.kind() == "argument_list");
    is_start(called.name) || (given && gomega(called.name) != Strength::Unknown) || called.name == b"BeNumerically"
}

fn is_start(name: &[u8]) -> bool {
    matches!(name, b"Expect" | b"\xce\xa9" | b"Eventually" | b"Consistently" | b"ExpectWithOffset")
}

/// `Expect(x).To(Equal(y))`, `Eventually(f).Should(Succeed())`, gomega's.
fn matcher(place: &Place<'_, '_>) -> Option<Check> {
    let outer = callee(place, place.node)?;
    let negated = match outer.name {
        b"To" | b"Should" => false,
        b"NotTo" | b"ToNot" | b"ShouldNot" => true,
        _ => return None,
    };
    let mut root = outer.before?;
    // `.WithTimeout(…)` and the like stand between.
    for _ in 0..8 {
        let inner = callee(place, root).filter(|_| root.kind() == "call_expression")?;
        if is_start(inner.name) {
            let arguments = arguments(root);
            let at = usize::from(inner.name == b"ExpectWithOffset");
            let subject = arguments.get(at).map(|node| place.tokens(*node)).unwrap_or_default();
            return Some(gomega_check(place, subject, negated));
        }
        root = inner.before?;
    }
    None
}

fn gomega_check(place: &Place<'_, '_>, subject: Vec<u8>, negated: bool) -> Check {
    let given = arguments(place.node);
    let Some(matcher) = given.first().filter(|node| node.kind() == "call_expression") else {
        return check(Strength::Unknown, subject, None);
    };
    let name = callee(place, *matcher).map(|callee| callee.name).unwrap_or_default();
    let nodes = arguments(*matcher);
    let arguments: Vec<Vec<u8>> = nodes.iter().map(|node| place.tokens(*node)).collect();
    let expected = arguments.first().cloned();
    if name == b"BeNumerically" {
        let tolerance = arguments.get(2).and_then(|tokens| number(tokens));
        let operator = nodes.first().map(|node| place.text(*node)).unwrap_or_default();
        let exact = matches!(operator, b"\"==\"" | b"\"~\"") && !negated;
        let strength = if exact { Strength::Exact } else { Strength::Range };
        return Check { strength, subject, expected: arguments.get(1).cloned(), tolerance };
    }
    // gomega's own way to say that there is, or is not, an error.
    let none = match name {
        b"BeNil" | b"Succeed" => !negated,
        b"HaveOccurred" => negated,
        _ => false,
    };
    if none {
        return nothing(subject);
    }
    let strength = gomega(name);
    if strength == Strength::Exact {
        let (first, second) = (subject, expected.unwrap_or_default());
        return if negated { unequal(first, second, false) } else { equal(first, second, false) };
    }
    check(strength, subject, expected)
}

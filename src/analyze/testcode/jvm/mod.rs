//! Java and Kotlin, which share their libraries: JUnit 3 to 5, TestNG, AssertJ, Hamcrest, Truth, Mockito.
//!
//! The two trees differ; a [`Call`] and an [`Annotation`] are what the libraries' side sees of either.

mod java;
mod kotlin;
mod library;
mod matchers;

use super::{Assertion, Check, Head, Mark, Strength, assertion_at, mark_at};
use crate::analyze::syntax::{Node, Place};

pub(super) use java::Java;
pub(super) use kotlin::Kotlin;

/// A call as either language writes it.
struct Call<'a, 't> {
    /// What stands before the dot.
    before: Option<Node<'t>>,
    name: &'a [u8],
    /// `f<T>(…)`, or the annotation-like `T::class` stays among the arguments.
    of_type: Option<Node<'t>>,
    arguments: Vec<Node<'t>>,
    /// Kotlin's lambda behind the brackets.
    lambda: Option<Node<'t>>,
}

/// Reads a node as a call, if it is one.
type Calls = for<'a, 't> fn(&Place<'a, '_>, Node<'t>) -> Option<Call<'a, 't>>;

struct Annotation<'a, 't> {
    node: Node<'t>,
    /// Without its package.
    name: &'a [u8],
    arguments: Option<Node<'t>>,
}

/// Annotations that make a method a test.
const TESTS: &[&[u8]] = &[
    b"Test",
    b"ParameterizedTest",
    b"RepeatedTest",
    b"TestFactory",
    b"TestTemplate",
    b"CartesianTest",
    b"RetryingTest",
    b"Property",
    b"Example",
    b"Theory",
    b"FuzzTest",
];

fn is_test(annotations: &[Annotation<'_, '_>]) -> bool {
    annotations.iter().any(|one| TESTS.contains(&one.name))
}

/// What annotations say of a test or of a class of tests.
fn head(place: &Place<'_, '_>, name: Vec<u8>, annotations: &[Annotation<'_, '_>]) -> Head {
    let mut head = Head { name, ..Head::default() };
    let mut cases = 0;
    for one in annotations {
        if let Some(conditional) = skips(place, one) {
            let mark: Mark = mark_at(place, one.node, conditional);
            if head.skip.as_ref().is_none_or(|old| old.conditional) {
                head.skip = Some(mark);
            }
        }
        cases += rows(place, one);
        head.assertions.extend(expects(place, one));
    }
    head.cases = (cases > 0).then_some(cases);
    head
}

/// Does it keep the test from running, and only under a condition?
fn skips(place: &Place<'_, '_>, annotation: &Annotation<'_, '_>) -> Option<bool> {
    let arguments = annotation.arguments.map(|node| place.tokens(node)).unwrap_or_default();
    match annotation.name {
        b"Disabled" | b"Ignore" | b"Ignored" | b"ExpectedToFail" | b"NotWorking" => Some(false),
        b"Test" if memchr::memmem::find(&arguments, b"enabled = false").is_some() => Some(false),
        // `@EnabledIf("false")` and its like hold by a condition that is none.
        b"EnabledIf" | b"DisabledIf" => Some(!matches!(arguments.as_slice(), b"( \" false \" )" | b"( \" true \" )")),
        name if [&b"Enabled"[..], b"Disabled", b"Ignore", b"Assume"].iter().any(|start| name.starts_with(start)) => {
            Some(true)
        }
        _ => None,
    }
}

/// The cases that an annotation lists.
fn rows(place: &Place<'_, '_>, annotation: &Annotation<'_, '_>) -> u32 {
    let Some(arguments) = annotation.arguments else { return 0 };
    match annotation.name {
        b"ValueSource" | b"CsvSource" | b"EnumSource" | b"JsonSource" => {}
        b"TestArgs" | b"IntRangeSource" => return 1,
        _ => return 0,
    }
    let text = place.text(arguments);
    if let Some(at) = memchr::memmem::find(text, b"\"\"\"") {
        let block = text.get(at + 3..).unwrap_or_default();
        let block = memchr::memmem::find(block, b"\"\"\"").and_then(|end| block.get(..end)).unwrap_or(block);
        let lines = block.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let rows = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).count();
        return u32::try_from(rows).unwrap_or(u32::MAX);
    }
    let mut cursor = arguments.walk();
    let mut total = 0;
    for mut node in arguments.named_children(&mut cursor).filter(|node| !node.kind().ends_with("comment")) {
        let named =
            node.kind() == "element_value_pair" || (node.kind() == "value_argument" && node.named_child_count() > 1);
        if named {
            let key = node.named_child(0).map(|key| place.text(key)).unwrap_or_default();
            if !matches!(
                key,
                b"value"
                    | b"ints"
                    | b"longs"
                    | b"shorts"
                    | b"bytes"
                    | b"doubles"
                    | b"floats"
                    | b"chars"
                    | b"booleans"
                    | b"strings"
                    | b"classes"
                    | b"names"
            ) {
                continue;
            }
        }
        if named || node.kind() == "value_argument" {
            node = last_named(node).unwrap_or(node);
        }
        let list = matches!(node.kind(), "element_value_array_initializer" | "collection_literal");
        total += if list { u32::try_from(node.named_child_count()).unwrap_or(u32::MAX) } else { 1 };
    }
    total
}

fn last_named(node: Node<'_>) -> Option<Node<'_>> {
    node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?)
}

/// `@Test(expected = E.class)`.
fn expects(place: &Place<'_, '_>, annotation: &Annotation<'_, '_>) -> Option<Assertion> {
    let arguments = annotation.arguments.filter(|_| annotation.name == b"Test")?;
    let mut cursor = arguments.walk();
    let pair = arguments.named_children(&mut cursor).find(|node| {
        let key = node.named_child(0).map(|key| place.text(key));
        matches!(key, Some(b"expected" | b"expectedExceptions"))
    })?;
    let expected = place.tokens(last_named(pair)?);
    let strength = thrown(&expected);
    let check = Check { strength, subject: b"expected".to_vec(), expected: Some(expected), tolerance: None };
    Some(assertion_at(place, annotation.node, check))
}

/// How much is pinned down by the class of what is thrown.
fn thrown(class: &[u8]) -> Strength {
    let class = class.split(|byte| *byte == b' ').find(|part| !matches!(*part, b"{" | b"(")).unwrap_or_default();
    let any = matches!(class, b"Exception" | b"Throwable" | b"RuntimeException" | b"Error" | b"");
    if any { Strength::Truthy } else { Strength::Range }
}

/// Exceptions that end a test without a failure.
fn is_abort(name: &[u8]) -> bool {
    matches!(name, b"TestAbortedException" | b"AssumptionViolatedException" | b"SkipException")
}

fn is_failure(name: &[u8]) -> bool {
    matches!(name, b"AssertionError" | b"AssertionFailedError" | b"ComparisonFailure")
}

/// Does a handler for this class hear of a failed assertion?
fn hears_failures(class: &[u8]) -> bool {
    matches!(class, b"Throwable" | b"Error") || is_failure(class)
}

#[cfg(test)]
mod tests;

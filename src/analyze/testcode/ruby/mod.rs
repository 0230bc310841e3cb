//! Ruby: `RSpec`, Minitest with its spec style, test-unit and what `ActiveSupport` adds.

mod expect;

use super::{Dialect, Head, Mark, Role, mark_at};
use crate::analyze::syntax::{Node, Place};
use expect::{expectation, minitest, old_should};

pub(in crate::analyze::testcode) struct Ruby;

const SUITES: &[&[u8]] = &[
    b"describe",
    b"context",
    b"feature",
    b"example_group",
    b"shared_examples",
    b"shared_examples_for",
    b"shared_context",
];
const TESTS: &[&[u8]] = &[b"it", b"specify", b"example", b"scenario", b"test", b"its", b"should"];

impl Dialect for Ruby {
    fn role(&self, place: &Place<'_, '_>) -> Role {
        match place.kind() {
            "call" => call(place),
            "binary" => old_should(place),
            "class" | "module" => Role::Suite(Head { name: field_text(place, "name"), ..Head::default() }),
            "method" => method(place),
            "identifier" if is_statement(place) => match place.text(place.node) {
                b"skip" | b"pending" | b"omit" => Role::Skip { conditional: false },
                name => Role::Call(name.to_vec()),
            },
            "return" | "next" if is_own_return(place) => Role::Return,
            "string" | "comment" | "heredoc_body" => Role::Opaque,
            _ => Role::Other,
        }
    }

    fn conditional_kinds(&self) -> &'static [&'static str] {
        &["if", "unless", "if_modifier", "unless_modifier", "when", "in_clause", "rescue", "conditional"]
    }

    /// A failed assertion is no `StandardError`: a bare `rescue` lets it through.
    fn swallows(&self, source: &[u8], ancestor: Node<'_>) -> bool {
        if !matches!(ancestor.kind(), "body_statement" | "begin") {
            return false;
        }
        let mut cursor = ancestor.walk();
        ancestor.named_children(&mut cursor).filter(|node| node.kind() == "rescue").any(|handler| {
            let classes = handler.child_by_field_name("exceptions").map(|node| node.byte_range());
            let classes = classes.and_then(|range| source.get(range)).unwrap_or_default();
            let body = handler.child_by_field_name("body").map(|node| node.byte_range());
            let body = body.and_then(|range| source.get(range)).unwrap_or_default();
            let has = |text: &[u8], word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
            let hears =
                ["Exception", "Minitest::Assertion", "AssertionFailedError", "ExpectationNotMetError"].iter().any(
                    |class| classes.split(|byte| *byte == b',').any(|one| one.trim_ascii().ends_with(class.as_bytes())),
                );
            hears && !["raise", "flunk", "fail", "assert", "expect", "="].iter().any(|word| has(body, word))
        })
    }

    fn focuses(&self) -> &'static [&'static str] {
        &["focus", "fdescribe", "fcontext", "ffeature", "fit", "fspecify", "fexample", "fscenario"]
    }

    fn hints(&self) -> &'static [&'static str] {
        &["describe", "def test_", "test \"", "test '", "specify", "scenario", "it \"", "it '"]
    }

    fn only_in_test_paths(&self) -> bool {
        true
    }
}

fn field_text(place: &Place<'_, '_>, name: &str) -> Vec<u8> {
    place.field(name).map(|node| place.text(node).to_vec()).unwrap_or_default()
}

/// A bare word that is a statement: a call without arguments.
fn is_statement(place: &Place<'_, '_>) -> bool {
    let Some(parent) = place.parent() else { return false };
    matches!(parent.kind(), "body_statement" | "block_body" | "then")
        || parent.kind().ends_with("_modifier")
            && parent.child_by_field_name("body").is_some_and(|n| n.id() == place.node.id())
}

fn arguments(node: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = node.child_by_field_name("arguments") else { return Vec::new() };
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}

fn method_name<'a>(place: &Place<'a, '_>, node: Node<'_>) -> &'a [u8] {
    match node.kind() {
        "call" => node.child_by_field_name("method").map(|node| place.text(node)).unwrap_or_default(),
        "identifier" => place.text(node),
        _ => b"",
    }
}

fn method(place: &Place<'_, '_>) -> Role {
    let name = field_text(place, "name");
    let bare = place.field("parameters").is_none_or(|list| list.named_child_count() == 0);
    let in_class = place.enclosing(&["class", "module"]).is_some();
    if name.starts_with(b"test_") && bare && in_class {
        return Role::Test(Head { name, ..Head::default() });
    }
    Role::Helper(name)
}

fn is_own_return(place: &Place<'_, '_>) -> bool {
    let [.., call, block, body] = place.ancestors else { return false };
    if !matches!(body.kind(), "body_statement" | "block_body") {
        return false;
    }
    let has_rescue = (0..body.named_child_count()).any(|at| {
        u32::try_from(at).ok().and_then(|at| body.named_child(at)).is_some_and(|node| node.kind() == "rescue")
    });
    if has_rescue {
        return false;
    }
    block.kind() == "method"
        || matches!(block.kind(), "do_block" | "block") && is_test_word(method_name(place, *call)).is_some()
}

/// The plain word, whether it is switched off and whether it is focused.
fn is_test_word(word: &[u8]) -> Option<(bool, bool)> {
    let known = |word: &[u8]| TESTS.contains(&word) && word != b"should" && word != b"test";
    if TESTS.contains(&word) {
        return Some((false, false));
    }
    let rest = word.get(1..)?;
    match word.first()? {
        b'x' if known(rest) => Some((true, false)),
        b'f' if known(rest) => Some((false, true)),
        _ => None,
    }
}

fn is_suite_word(word: &[u8]) -> Option<(bool, bool)> {
    let known = |word: &[u8]| matches!(word, b"describe" | b"context" | b"feature");
    if SUITES.contains(&word) {
        return Some((false, false));
    }
    let rest = word.get(1..)?;
    match word.first()? {
        b'x' if known(rest) => Some((true, false)),
        b'f' if known(rest) => Some((false, true)),
        _ => None,
    }
}

fn call(place: &Place<'_, '_>) -> Role {
    let name = method_name(place, place.node);
    let receiver = place.field("receiver");
    let on_rspec = receiver.is_none_or(|node| matches!(place.text(node), b"RSpec" | b"::RSpec"));
    let block = place.field("block");
    if on_rspec {
        if let Some(marks) = is_suite_word(name).filter(|_| block.is_some()) {
            return Role::Suite(head(place, marks));
        }
        let first = arguments(place.node).first().copied();
        let named = first.is_some_and(|node| matches!(node.kind(), "string" | "simple_symbol"));
        let on_hold = matches!(name, b"pending" | b"skip") && block.is_some() && named;
        let is_test = is_test_word(name).filter(|_| match name {
            b"test" | b"should" => named && (block.is_some() || name == b"test"),
            _ => block.is_some() || named,
        });
        if let Some((off, focused)) = is_test.or(on_hold.then_some((true, false))) {
            // An example without a body is a plan.
            return Role::Test(head(place, (off || block.is_none(), focused)));
        }
        match name {
            b"skip" | b"pending" | b"omit" | b"pend" => return Role::Skip { conditional: false },
            b"skip_if" | b"skip_unless" | b"omit_if" | b"omit_unless" => return Role::Skip { conditional: true },
            _ => {}
        }
    }
    if let Some(found) = expectation(place, name, receiver) {
        return Role::Assertion(found);
    }
    if receiver.is_none_or(|node| place.text(node) == b"self") {
        return match minitest(place, name) {
            Some(found) => Role::Assertion(found),
            None if is_vocabulary(name) => Role::Other,
            None => Role::Call(name.to_vec()),
        };
    }
    Role::Other
}

/// Words of which expectations are made: none of them asserts for the test.
fn is_vocabulary(name: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"expect",
        b"is_expected",
        b"allow",
        b"_",
        b"value",
        b"eq",
        b"eql",
        b"equal",
        b"be",
        b"include",
        b"match",
        b"change",
        b"match_array",
        b"contain_exactly",
        b"raise_error",
        b"receive",
        b"have_received",
        b"double",
        b"instance_double",
        b"all",
        b"a_hash_including",
        b"hash_including",
        b"array_including",
        b"anything",
        b"start_with",
        b"end_with",
        b"respond_to",
    ];
    WORDS.contains(&name) || name.starts_with(b"be_") || name.starts_with(b"have_")
}

fn head(place: &Place<'_, '_>, (off, focused): (bool, bool)) -> Head {
    let mark = |conditional| {
        let end = place.field("block").map_or(place.node.end_byte(), |block| block.start_byte());
        let text = place.source.get(place.node.start_byte()..end).unwrap_or_default();
        Mark { text: super::one_line(text), ..mark_at(place, place.node, conditional) }
    };
    let mut head = Head { skip: off.then(|| mark(false)), focus: focused.then(|| mark(false)), ..Head::default() };
    let mut names = Vec::new();
    for argument in arguments(place.node) {
        match argument.kind() {
            "pair" => {
                let key = argument.child_by_field_name("key").map(|node| place.text(node)).unwrap_or_default();
                let value = argument.child_by_field_name("value").map(|node| (node.kind(), place.text(node)));
                let (kind, value) = value.unwrap_or_default();
                let key = key.trim_ascii_start();
                let key = key.strip_prefix(b":").unwrap_or(key);
                if matches!(value, b"false" | b"nil") {
                    continue;
                }
                match key {
                    b"skip" | b"pending" => head.skip = Some(mark(!matches!(kind, "true" | "string"))),
                    b"if" | b"unless" if head.skip.is_none() => head.skip = Some(mark(true)),
                    b"focus" => head.focus = Some(mark(false)),
                    _ => {}
                }
            }
            "simple_symbol" if !names.is_empty() => match place.text(argument) {
                b":skip" | b":pending" => head.skip = Some(mark(false)),
                b":focus" => head.focus = Some(mark(false)),
                _ => {}
            },
            _ => names.push(text_of(place, argument)),
        }
    }
    head.name = names.join(&b" "[..]);
    if head.name.is_empty() {
        // `it { is_expected.to be_valid }` is named by what it says.
        head.name = place.field("block").map(|block| place.tokens(block)).unwrap_or_default();
    }
    head
}

/// A string without its quotes, a class as it is written, else tokens.
fn text_of(place: &Place<'_, '_>, node: Node<'_>) -> Vec<u8> {
    let text = place.text(node);
    let quoted = node.kind() == "string" && text.len() >= 2;
    match node.kind() {
        _ if quoted => text.get(1..text.len() - 1).unwrap_or_default().to_vec(),
        "scope_resolution" if !text.iter().any(u8::is_ascii_whitespace) => text.to_vec(),
        _ => place.tokens(node),
    }
}

#[cfg(test)]
mod tests;

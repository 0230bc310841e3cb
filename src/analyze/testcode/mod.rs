//! What a file of tests holds: which tests, which of them are switched off, and what each asserts.
//!
//! One file a language ([`Dialect`]); the walk and the bookkeeping are here. A dialect names what a node is and never looks
//! at the change: comparing two states is [`crate::analyze::testdiff`]'s.

mod rust;

use std::ops::Range;

use crate::analyze::syntax::{Grammar, Node, Parsed, Place, Unparsed};

/// The tests of one file.
#[derive(Debug, Default)]
pub struct TestCode {
    /// In the order of the text. A test inside a test comes after it.
    pub tests: Vec<Test>,
    /// Functions that are no tests: an assertion may have moved into one.
    pub helpers: Vec<Helper>,
    /// Some of the text did not fit the grammar or lay too deep: what is missing here may yet be there.
    pub doubtful: bool,
}

#[derive(Debug)]
pub struct Test {
    /// From the outermost suite inwards; the last part is the test's own name.
    pub name: Vec<Vec<u8>>,
    /// 1-based, both ends included, with what marks it as a test.
    pub lines: Range<u32>,
    /// Bytes, likewise.
    pub span: Range<usize>,
    /// What keeps it from running, its own or its suite's.
    pub skip: Option<Mark>,
    /// What keeps all others from running.
    pub focus: Option<Mark>,
    /// How many cases a parametrised test runs, where its text lists them; else 1.
    pub cases: u32,
    pub assertions: Vec<Assertion>,
    /// The plain names it calls, sorted: a helper among them may assert for it.
    pub calls: Vec<Vec<u8>>,
    /// Its body as tokens, to know it again under another name.
    pub tokens: Vec<u8>,
}

#[derive(Debug)]
pub struct Helper {
    pub name: Vec<u8>,
    pub assertions: Vec<Assertion>,
    pub calls: Vec<Vec<u8>>,
}

/// Something that switches a test off, or all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// 1-based line of the mark.
    pub line: u32,
    /// As written, cut to one line.
    pub text: Vec<u8>,
    /// It depends on the platform, a tool or a setting: how tests say what they need.
    pub conditional: bool,
    /// It stands on a suite or the file and holds for every test in it.
    pub inherited: bool,
}

/// How much an assertion pins down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It cannot fail: `assert!(true)`.
    Nothing,
    /// True, present, not an error, does not throw.
    Truthy,
    /// A bound, a part, a pattern, a type: `x > 0`, contains, matches, throws this error.
    Range,
    /// One value.
    Exact,
}

#[derive(Clone, Debug)]
pub struct Assertion {
    /// 1-based.
    pub line: u32,
    /// As written, cut to one line.
    pub text: Vec<u8>,
    pub strength: Strength,
    /// What is asserted about, as tokens; empty when the dialect cannot tell it from the rest.
    pub subject: Vec<u8>,
    /// What it is compared with, as tokens.
    pub expected: Option<Vec<u8>>,
    /// The deviation that is let pass, where it is a number.
    pub tolerance: Option<f64>,
    /// It stands under a condition or in a loop: it may never be reached.
    pub conditional: bool,
}

/// What a node is to the walk.
#[derive(Debug)]
pub enum Role {
    Other,
    /// Nothing inside is of interest (a string, a comment, a type).
    Opaque,
    /// A group of tests: a class, a `describe`, a module.
    Suite(Head),
    Test(Head),
    /// A function that is no test, by its plain name.
    Helper(Vec<u8>),
    Assertion(Check),
    /// A statement that skips or focuses the test (or, outside of tests, the suite) it stands in.
    Skip {
        conditional: bool,
    },
    Focus,
    /// A call of a plain name.
    Call(Vec<u8>),
}

/// What a suite or a test says of itself.
#[derive(Debug, Default)]
pub struct Head {
    pub name: Vec<u8>,
    /// Where it starts, marks and attributes included; the node's own start when `None`.
    pub start: Option<usize>,
    pub skip: Option<Mark>,
    pub focus: Option<Mark>,
    pub cases: Option<u32>,
}

/// An assertion as a dialect reads it; place and text are added by the walk.
#[derive(Debug)]
pub struct Check {
    pub strength: Strength,
    pub subject: Vec<u8>,
    pub expected: Option<Vec<u8>>,
    pub tolerance: Option<f64>,
}

/// What one language says of its tests.
pub trait Dialect: Sync {
    fn role(&self, place: &Place<'_, '_>) -> Role;

    /// Nodes under which code may not run: `if`, `match`, loops, handlers.
    fn conditional_kinds(&self) -> &'static [&'static str];
}

fn dialect(grammar: Grammar) -> Option<&'static dyn Dialect> {
    Some(match grammar {
        Grammar::Rust => &rust::Rust,
        _ => return None,
    })
}

/// Reads the tests of a file; `None` where its language has no dialect.
///
/// # Errors
/// When the text is over a bound of the parser.
pub fn read(grammar: Grammar, source: &[u8]) -> Option<Result<TestCode, Unparsed>> {
    let dialect = dialect(grammar)?;
    Some(Parsed::of(grammar, source).map(|parsed| Walk::over(dialect, &parsed)))
}

/// What is open at a point of the walk.
enum Scope {
    Suite(usize),
    /// Index into `tests`.
    Test(usize, usize),
    /// Index into `helpers`.
    Helper(usize, usize),
}

struct Walk<'d> {
    dialect: &'d dyn Dialect,
    code: TestCode,
    /// Each open scope with the id of the node that opened it.
    scopes: Vec<Scope>,
    names: Vec<Vec<u8>>,
    /// Marks of the suites that are open, and of the file, with the number of scopes open when they were met.
    skips: Vec<(usize, Mark)>,
    focuses: Vec<(usize, Mark)>,
}

impl<'d> Walk<'d> {
    fn over(dialect: &'d dyn Dialect, parsed: &Parsed<'_>) -> TestCode {
        let walk = std::cell::RefCell::new(Self {
            dialect,
            code: TestCode::default(),
            scopes: Vec::new(),
            names: Vec::new(),
            skips: Vec::new(),
            focuses: Vec::new(),
        });
        let whole = parsed.walk(|place| walk.borrow_mut().enter(place), |node| walk.borrow_mut().leave(node));
        let mut code = walk.into_inner().code;
        code.doubtful = parsed.has_error() || !whole;
        for calls in code.tests.iter_mut().map(|t| &mut t.calls).chain(code.helpers.iter_mut().map(|h| &mut h.calls)) {
            calls.sort();
            calls.dedup();
        }
        code
    }

    /// `false`: do not go into the node.
    fn enter(&mut self, place: &Place<'_, '_>) -> bool {
        match self.dialect.role(place) {
            Role::Other => {}
            Role::Opaque => return false,
            Role::Suite(head) => {
                self.scopes.push(Scope::Suite(place.node.id()));
                self.names.push(head.name);
                let depth = self.scopes.len();
                self.skips.extend(head.skip.map(|mark| (depth, Mark { inherited: true, ..mark })));
                self.focuses.extend(head.focus.map(|mark| (depth, Mark { inherited: true, ..mark })));
            }
            Role::Test(head) => self.open_test(place, head),
            Role::Helper(name) => {
                self.code.helpers.push(Helper { name, assertions: Vec::new(), calls: Vec::new() });
                self.scopes.push(Scope::Helper(place.node.id(), self.code.helpers.len() - 1));
            }
            Role::Assertion(check) => self.assertion(place, check),
            Role::Skip { conditional } => {
                let conditional = conditional || self.is_conditional(place);
                self.mark(place, conditional, true);
            }
            Role::Focus => self.mark(place, false, false),
            Role::Call(name) => self.call(name),
        }
        true
    }

    fn leave(&mut self, node: Node<'_>) {
        let id = match self.scopes.last() {
            Some(Scope::Suite(id) | Scope::Test(id, _) | Scope::Helper(id, _)) => *id,
            None => return,
        };
        if id != node.id() {
            return;
        }
        let depth = self.scopes.len();
        if let Some(Scope::Suite(_) | Scope::Test(..)) = self.scopes.pop() {
            self.names.pop();
        }
        self.skips.retain(|(at, _)| *at < depth);
        self.focuses.retain(|(at, _)| *at < depth);
    }

    fn open_test(&mut self, place: &Place<'_, '_>, head: Head) {
        let start = head.start.unwrap_or_else(|| place.node.start_byte());
        let mut name = self.names.clone();
        name.push(head.name.clone());
        let inherited = |marks: &[(usize, Mark)]| {
            // A suite that is off for good weighs more than one that asks for something.
            let certain = marks.iter().find(|(_, mark)| !mark.conditional);
            certain.or(marks.first()).map(|(_, mark)| mark.clone())
        };
        self.code.tests.push(Test {
            name,
            lines: line_of(place.source, start)..end_line(place.node),
            span: start..place.node.end_byte(),
            skip: head.skip.or_else(|| inherited(&self.skips)),
            focus: head.focus.or_else(|| inherited(&self.focuses)),
            cases: head.cases.unwrap_or(1),
            assertions: Vec::new(),
            calls: Vec::new(),
            tokens: place.tokens(place.node),
        });
        self.scopes.push(Scope::Test(place.node.id(), self.code.tests.len() - 1));
        self.names.push(head.name);
    }

    fn assertion(&mut self, place: &Place<'_, '_>, check: Check) {
        let assertion = Assertion {
            line: line(place.node),
            text: one_line(place.text(place.node)),
            strength: check.strength,
            subject: check.subject,
            expected: check.expected,
            tolerance: check.tolerance,
            conditional: self.is_conditional(place),
        };
        match self.scopes.iter().rev().find(|scope| !matches!(scope, Scope::Suite(_))) {
            Some(Scope::Test(_, at)) => self.code.tests[*at].assertions.push(assertion),
            Some(Scope::Helper(_, at)) => self.code.helpers[*at].assertions.push(assertion),
            Some(Scope::Suite(_)) | None => {}
        }
    }

    fn call(&mut self, name: Vec<u8>) {
        match self.scopes.iter().rev().find(|scope| !matches!(scope, Scope::Suite(_))) {
            Some(Scope::Test(_, at)) => self.code.tests[*at].calls.push(name),
            Some(Scope::Helper(_, at)) => self.code.helpers[*at].calls.push(name),
            Some(Scope::Suite(_)) | None => {}
        }
    }

    /// A statement that marks what it stands in; marks in a helper are the helper's business.
    fn mark(&mut self, place: &Place<'_, '_>, conditional: bool, skip: bool) {
        let mark =
            Mark { line: line(place.node), text: one_line(place.text(place.node)), conditional, inherited: false };
        match self.scopes.last() {
            Some(Scope::Test(_, at)) => {
                let test = &mut self.code.tests[*at];
                let slot = if skip { &mut test.skip } else { &mut test.focus };
                if slot.as_ref().is_none_or(|old| old.conditional && !conditional) {
                    *slot = Some(mark);
                }
            }
            Some(Scope::Suite(_)) | None => {
                let list = if skip { &mut self.skips } else { &mut self.focuses };
                list.push((self.scopes.len(), Mark { inherited: true, ..mark }));
            }
            Some(Scope::Helper(..)) => {}
        }
    }

    /// Under a condition, seen from the innermost scope.
    fn is_conditional(&self, place: &Place<'_, '_>) -> bool {
        let open = match self.scopes.last() {
            Some(Scope::Suite(id) | Scope::Test(id, _) | Scope::Helper(id, _)) => Some(*id),
            None => None,
        };
        let inside = place.ancestors.iter().rev().take_while(|node| Some(node.id()) != open);
        inside.into_iter().any(|node| self.dialect.conditional_kinds().contains(&node.kind()))
    }
}

/// The longest text of a mark or an assertion that is kept.
const MAX_TEXT: usize = 160;

/// White space runs as one blank, cut to [`MAX_TEXT`].
fn one_line(text: &[u8]) -> Vec<u8> {
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut out: Vec<u8> = Vec::new();
    for word in words {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.extend_from_slice(word);
        if out.len() > MAX_TEXT {
            out.truncate(MAX_TEXT);
            out.extend_from_slice("…".as_bytes());
            break;
        }
    }
    out
}

/// 1-based line of a node's start.
fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}

/// The line after a node's last.
fn end_line(node: Node<'_>) -> u32 {
    u32::try_from(node.end_position().row).unwrap_or(u32::MAX).saturating_add(2)
}

fn line_of(source: &[u8], at: usize) -> u32 {
    let before = source.get(..at).unwrap_or_default();
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// A mark for a node, for dialects.
fn mark_at(place: &Place<'_, '_>, node: Node<'_>, conditional: bool) -> Mark {
    Mark { line: line(node), text: one_line(place.text(node)), conditional, inherited: false }
}

#[cfg(test)]
mod tests;

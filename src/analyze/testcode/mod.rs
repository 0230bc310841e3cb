//! What a file of tests holds: which tests, which of them are switched off, and what each asserts.
//!
//! One file a language ([`Dialect`]); the walk and the bookkeeping are here. A dialect names what a node is and never looks
//! at the change: comparing two states is [`crate::analyze::testdiff`]'s.

mod checks;
mod cpp;
mod csharp;
mod go;
mod javascript;
mod jvm;
mod php;
mod python;
mod ruby;
mod rust;
mod swift;

use std::ops::Range;

use crate::analyze::outline::Excerpt;
use crate::analyze::syntax::{Grammar, Node, Parsed, Place, Unparsed};

/// The tests of one file.
#[derive(Clone, Debug, Default)]
pub struct TestCode {
    /// In the order of the text. A test inside a test comes after it.
    pub tests: Vec<Test>,
    /// Functions that are no tests: an assertion may have moved into one.
    pub helpers: Vec<Helper>,
    /// What is said of whole suites, or of the file, to switch them off or all others.
    pub suite_marks: Vec<Vec<u8>>,
    /// Some of the text did not fit the grammar or lay too deep: what is missing here may yet be there.
    pub doubtful: bool,
}

#[derive(Clone, Debug)]
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
    /// Part of it did not fit the grammar: what seems to be missing may be there.
    pub broken: bool,
}

#[derive(Clone, Debug)]
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
    /// A check of the project's own, known by its name: it may pin down anything, so it is never compared.
    Unknown,
}

/// Whether the run of a test gets to an assertion, and whether its failing is heard. A loop is no condition: a list of cases
/// is the usual thing to loop over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It stands behind a `return` of the test's own body.
    Never,
    /// Its failing is caught and dropped, or a condition around it looks at what it asserts about first, or never holds.
    Hedged,
    /// It stands under a condition: of the platform, of the case at hand.
    Perhaps,
    Always,
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
    pub reach: Reach,
    /// The whole of it as tokens: equal for two that differ in layout only.
    pub tokens: Vec<u8>,
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
    /// A call of a plain name, or of a method whose name says that it checks something.
    Call(Vec<u8>),
    /// A `return` that is a statement of the test's own body, under no condition: what follows is never run.
    Return,
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
    /// What its marks assert: `#[should_panic]`.
    pub assertions: Vec<Assertion>,
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

    /// Nodes under which code may not run: `if`, an arm of `match`, a handler. No loops ([`Reach`]).
    fn conditional_kinds(&self) -> &'static [&'static str];

    /// Is this ancestor of an assertion one that hears of a failure and drops it, as a `try` with an empty handler?
    fn swallows(&self, _source: &[u8], _ancestor: Node<'_>) -> bool {
        false
    }

    /// Is what the parser missed here no sign of doubt: what the language's tests are written in, and the grammar does not
    /// know? `missing` is the token, `parent` what it would complete.
    fn tolerates(&self, _source: &[u8], _parent: Node<'_>, _missing: Node<'_>) -> bool {
        false
    }

    /// One of these stands in every text that holds tests. A file without them is not parsed. Empty: every file is.
    fn hints(&self) -> &'static [&'static str] {
        &[]
    }

    /// One of these stands in every text that focuses a test.
    fn focuses(&self) -> &'static [&'static str] {
        &[]
    }

    /// Calls of the language itself and of its library that assert nothing.
    fn harmless(&self) -> &'static [&'static str] {
        &["print", "println", "printf", "puts", "len", "sizeof", "String", "count", "echo", "var_dump", "p", "pp"]
    }

    /// Tests are known by the file's name or folder too: elsewhere what looks like one is something else.
    fn only_in_test_paths(&self) -> bool {
        false
    }
}

fn dialect(grammar: Grammar) -> &'static dyn Dialect {
    match grammar {
        Grammar::Cpp => &cpp::Cpp,
        Grammar::CSharp => &csharp::CSharp,
        Grammar::Go => &go::Go,
        Grammar::Java => &jvm::Java,
        Grammar::Kotlin => &jvm::Kotlin,
        Grammar::Php => &php::Php,
        Grammar::Ruby => &ruby::Ruby,
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => &javascript::JavaScript,
        Grammar::Python => &python::Python,
        Grammar::Rust => &rust::Rust,
        Grammar::Swift => &swift::Swift,
    }
}

/// May a file of this grammar hold tests? Cheap, and true in doubt. `test_path`: its path is one of tests.
pub fn may_hold_tests(grammar: Grammar, test_path: bool, source: &[u8]) -> bool {
    let dialect = dialect(grammar);
    if dialect.only_in_test_paths() && !test_path {
        return false;
    }
    let hints = dialect.hints();
    hints.is_empty() || hints.iter().any(|hint| memchr::memmem::find(source, hint.as_bytes()).is_some())
}

/// Is there one line that alone tells that a file may hold tests?
pub fn shows_on_a_line(grammar: Grammar) -> bool {
    let hints = dialect(grammar).hints();
    !hints.is_empty() && hints.iter().all(|hint| !hint.contains('\n'))
}

/// May the text hold a test that keeps all others from running? Cheap, and true in doubt.
pub fn may_focus(grammar: Grammar, source: &[u8]) -> bool {
    dialect(grammar).focuses().iter().any(|word| memchr::memmem::find(source, word.as_bytes()).is_some())
}

/// The offset of the first hint of a test in the text; everything before it is no test.
pub fn first_hint(grammar: Grammar, source: &[u8]) -> Option<usize> {
    dialect(grammar).hints().iter().filter_map(|hint| memchr::memmem::find(source, hint.as_bytes())).min()
}

/// Is this a call of the language itself, or of its library, that asserts nothing?
pub fn is_harmless(grammar: Grammar, name: &[u8]) -> bool {
    dialect(grammar).harmless().iter().any(|known| known.as_bytes() == name)
}

/// Reads the tests of a file.
///
/// # Errors
/// When the text is over a bound of the parser.
pub fn read(grammar: Grammar, source: &[u8]) -> Result<TestCode, Unparsed> {
    Parsed::of(grammar, source).map(|parsed| Walk::over(dialect(grammar), &parsed))
}

/// [`read`], of what an excerpt has left.
///
/// # Errors
/// As there.
pub fn read_excerpt(grammar: Grammar, excerpt: &Excerpt) -> Result<TestCode, Unparsed> {
    Parsed::of_excerpt(grammar, excerpt).map(|parsed| Walk::over(dialect(grammar), &parsed))
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
    /// The `return` that is being walked through, and its test.
    returning: Option<(usize, usize)>,
    /// Tests behind whose `return` the walk is.
    returned: Vec<usize>,
    /// Where the text does not fit the grammar, ascending.
    errors: Vec<usize>,
}

impl<'d> Walk<'d> {
    fn over(dialect: &'d dyn Dialect, parsed: &Parsed<'_>) -> TestCode {
        let errors = if parsed.has_error() {
            parsed.errors(|parent, missing| dialect.tolerates(parsed.source(), parent, missing))
        } else {
            Vec::new()
        };
        let walk = std::cell::RefCell::new(Self {
            dialect,
            code: TestCode::default(),
            scopes: Vec::new(),
            names: Vec::new(),
            skips: Vec::new(),
            focuses: Vec::new(),
            returning: None,
            returned: Vec::new(),
            errors,
        });
        let whole = parsed.walk(|place| walk.borrow_mut().enter(place), |node| walk.borrow_mut().leave(node));
        let Self { mut code, errors, .. } = walk.into_inner();
        code.doubtful = !errors.is_empty() || !whole;
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
                self.code.suite_marks.extend(head.skip.iter().chain(&head.focus).map(|mark| mark.text.clone()));
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
                let conditional = conditional || self.is_conditional(place) || self.is_compiled_sometimes(place);
                self.mark(place, conditional, true);
            }
            Role::Focus => self.mark(place, false, false),
            Role::Call(name) => self.call(name),
            Role::Return => {
                if let Some(Scope::Test(_, at)) = self.scopes.last() {
                    self.returning = Some((place.node.id(), *at));
                }
            }
        }
        true
    }

    fn leave(&mut self, node: Node<'_>) {
        if let Some((_, test)) = self.returning.take_if(|(id, _)| *id == node.id()) {
            self.returned.push(test);
        }
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
            assertions: head.assertions,
            calls: Vec::new(),
            tokens: place.tokens(place.node),
            broken: self.is_broken(place.node),
        });
        self.scopes.push(Scope::Test(place.node.id(), self.code.tests.len() - 1));
        self.names.push(head.name);
    }

    fn is_broken(&self, node: Node<'_>) -> bool {
        let first = self.errors.partition_point(|at| *at < node.start_byte());
        node.has_error() && self.errors.get(first).is_some_and(|at| *at <= node.end_byte())
    }

    fn assertion(&mut self, place: &Place<'_, '_>, check: Check) {
        let reach = self.reach(place, &check);
        let assertion = Assertion { reach, ..assertion_at(place, place.node, check) };
        match self.scopes.iter().rev().find(|scope| !matches!(scope, Scope::Suite(_))) {
            Some(Scope::Test(_, at)) => {
                let reach = if self.returned.contains(at) { Reach::Never } else { reach };
                self.code.tests[*at].assertions.push(Assertion { reach, ..assertion });
            }
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
                self.code.suite_marks.push(mark.text.clone());
                let list = if skip { &mut self.skips } else { &mut self.focuses };
                list.push((self.scopes.len(), Mark { inherited: true, ..mark }));
            }
            Some(Scope::Helper(..)) => {}
        }
    }

    /// Under a directive of the preprocessor that asks for something, seen from the innermost scope.
    fn is_compiled_sometimes(&self, place: &Place<'_, '_>) -> bool {
        self.around(place).any(|node| {
            let asked = node.child_by_field_name("condition").map(|node| place.text(node));
            matches!(node.kind(), "preproc_if" | "preproc_elif" | "preproc_ifdef")
                && !matches!(asked, Some(b"0" | b"1" | b"true" | b"false"))
        })
    }

    /// What stands around it, from within the innermost scope outward.
    fn around<'t>(&self, place: &'t Place<'_, 't>) -> impl Iterator<Item = Node<'t>> {
        let open = match self.scopes.last() {
            Some(Scope::Suite(id) | Scope::Test(id, _) | Scope::Helper(id, _)) => Some(*id),
            None => None,
        };
        place.ancestors.iter().rev().take_while(move |node| Some(node.id()) != open).copied()
    }

    /// Under a condition, seen from the innermost scope.
    fn is_conditional(&self, place: &Place<'_, '_>) -> bool {
        self.around(place).any(|node| {
            self.dialect.conditional_kinds().contains(&node.kind()) || self.dialect.swallows(place.source, node)
        })
    }

    fn reach(&self, place: &Place<'_, '_>, check: &Check) -> Reach {
        let of = |node: Node<'_>| {
            if self.dialect.swallows(place.source, node) {
                return Reach::Hedged;
            }
            if !self.dialect.conditional_kinds().contains(&node.kind()) {
                return Reach::Always;
            }
            let condition =
                node.child_by_field_name("condition").filter(|node| node.byte_range().len() <= MAX_CONDITION);
            let condition = condition.map(|node| place.tokens(node)).unwrap_or_default();
            let idle = is_false(&condition) || holds_part(&condition, &check.subject);
            if idle { Reach::Hedged } else { Reach::Perhaps }
        };
        self.around(place).map(of).min().unwrap_or(Reach::Always)
    }
}

/// A condition that never holds.
fn is_false(condition: &[u8]) -> bool {
    let bare = condition.strip_prefix(b"( ").and_then(|inner| inner.strip_suffix(b" )")).unwrap_or(condition);
    matches!(bare, b"false" | b"False" | b"0" | b"nil" | b"null" | b"None")
}

/// Are these tokens among those, in this order and together?
fn holds_part(tokens: &[u8], part: &[u8]) -> bool {
    let ends = |at: usize| tokens.get(at).is_none_or(|byte| *byte == b' ');
    let starts = |at: usize| at.checked_sub(1).is_none_or(ends);
    let mut places = memchr::memmem::find_iter(tokens, part);
    !part.is_empty() && places.any(|at| starts(at) && ends(at + part.len()))
}

/// The longest text of a mark or an assertion that is kept.
const MAX_TEXT: usize = 160;

/// A longer condition is not looked into.
const MAX_CONDITION: usize = 400;

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

/// An assertion for a node, for dialects: what a test's marks assert.
fn assertion_at(place: &Place<'_, '_>, node: Node<'_>, check: Check) -> Assertion {
    Assertion {
        line: line(node),
        text: one_line(place.text(node)),
        strength: check.strength,
        subject: check.subject,
        expected: check.expected,
        tolerance: check.tolerance,
        reach: Reach::Always,
        tokens: place.tokens(node),
    }
}

#[cfg(test)]
mod tests;

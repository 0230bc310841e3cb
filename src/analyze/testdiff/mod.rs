//! What a change did to the tests that were there before: deleted, switched off, robbed of assertions, made to say less.
//!
//! A verdict is given only when no usual refactoring explains what is seen: a test that moved, was renamed or merged, an
//! assertion that went into a helper, a test of code that is gone too. Where the new state could not be read well enough,
//! there is no verdict, and the file is recorded as not judged. A test counts as having been there when it was at the base
//! of the range ([`crate::model::content::BaseFiles`]): those made on the way are their maker's own.

mod base;
mod compare;
mod deleted;
mod files;
mod gone;
mod helpers;
mod outcome;
mod pairing;
mod words;

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

pub use compare::How;

use base::Base;
use compare::{Around, Comparison};
use files::{File, Text};
use gone::Gone;
use pairing::{At, Pair, Pairs};

use crate::analyze::facts::Facts;
use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::{Mark, Test};
use crate::model::path::RepoPath;

/// What became of the tests of a change. Each list is in the order of the paths, then of the text.
#[derive(Debug, Default)]
pub struct TestDiff {
    pub deleted: Vec<Deleted>,
    pub skipped: Vec<Marked>,
    pub focused: Vec<Marked>,
    pub removed: Vec<Removed>,
    pub weakened: Vec<Weakened>,
}

/// A line of a file, for a finding to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub path: RepoPath,
    /// 1-based.
    pub line: u32,
    pub text: Vec<u8>,
}

/// A test that is gone.
#[derive(Debug)]
pub struct Deleted {
    /// With its suites, as its runner would write it.
    pub name: Vec<u8>,
    /// Its first line in the old file.
    pub spot: Spot,
    /// The whole file is gone.
    pub with_file: bool,
}

/// A test, or a suite of them, that is switched off or that switches off all others.
#[derive(Debug)]
pub struct Marked {
    /// The first test the mark holds for.
    pub name: Vec<u8>,
    /// How many existing tests the mark holds for.
    pub tests: usize,
    /// The mark, in the new file.
    pub spot: Spot,
    /// As written, cut to one line.
    pub mark: Vec<u8>,
}

/// A test that asserts less often.
#[derive(Debug)]
pub struct Removed {
    pub name: Vec<u8>,
    /// The first assertion that is gone, in the old file.
    pub spot: Spot,
    /// All of them as written, cut to one line each.
    pub assertions: Vec<Vec<u8>>,
    /// How many the test has left that can fail.
    pub left: usize,
}

/// An assertion that says less.
#[derive(Debug)]
pub struct Weakened {
    pub name: Vec<u8>,
    /// The assertion in the new file.
    pub spot: Spot,
    pub old: Vec<u8>,
    pub new: Vec<u8>,
    pub how: How,
}

/// Compares the tests on both sides of a change.
pub fn compare_tests(facts: &Facts<'_>) -> TestDiff {
    let files = files::collect(facts);
    if files.is_empty() {
        return TestDiff::default();
    }
    let pairs = pairing::pair(&files);
    let work = Work { facts, files: &files, pairs: &pairs, base: Base::new(facts), gone: OnceCell::new() };
    let mut diff = TestDiff { deleted: deleted::deleted(&work), ..TestDiff::default() };
    work.marks(&mut diff);
    work.assertions(&mut diff);
    diff
}

/// What all verdicts are made from.
struct Work<'a> {
    facts: &'a Facts<'a>,
    files: &'a [File],
    pairs: &'a Pairs,
    base: Base<'a>,
    gone: OnceCell<Gone>,
}

impl<'a> Work<'a> {
    fn old_test(&self, at: At) -> Option<(&'a File, &'a Text, &'a Test)> {
        let file = self.files.get(at.0)?;
        let text = file.old.as_ref()?;
        Some((file, text, text.code.tests.get(at.1)?))
    }

    fn new_test(&self, at: At) -> Option<(&'a File, &'a Text, &'a Test)> {
        let file = self.files.get(at.0)?;
        let text = file.new.as_ref()?;
        Some((file, text, text.code.tests.get(at.1)?))
    }

    fn gone(&self) -> &Gone {
        self.gone.get_or_init(|| Gone::of(self.facts))
    }

    /// Tests newly skipped; tests newly focused, new ones too, for they keep the old ones from running.
    fn marks(&self, diff: &mut TestDiff) {
        for pair in &self.pairs.kept {
            let (Some((old_file, _, old)), Some((file, text, new))) =
                (self.old_test(pair.old), self.new_test(pair.new))
            else {
                continue;
            };
            let certain = |mark: &&Mark| !mark.conditional;
            let skip = new.skip.as_ref().filter(certain);
            if let Some(mark) = skip.filter(|_| old.skip.as_ref().is_none_or(|old| old.conditional)) {
                if self.base.test(old_file, old, self.facts).is_some_and(|test| test.ran()) {
                    add_mark(&mut diff.skipped, file, text, new, mark);
                }
            }
            if let Some(mark) = new.focus.as_ref().filter(|_| old.focus.is_none()) {
                add_mark(&mut diff.focused, file, text, new, mark);
            }
        }
        for at in &self.pairs.fresh {
            let Some((file, text, new)) = self.new_test(*at) else { continue };
            if let Some(mark) = &new.focus {
                add_mark(&mut diff.focused, file, text, new, mark);
            }
        }
        let place = |marked: &Marked| (marked.spot.path.clone(), marked.spot.line);
        diff.skipped.sort_by_key(place);
        diff.focused.sort_by_key(place);
    }

    fn assertions(&self, diff: &mut TestDiff) {
        let (moved, gone_helpers) = (OnceCell::new(), OnceCell::new());
        for pair in self.pairs.kept.iter().filter(|pair| pair.sure) {
            let (Some((old_file, old_text, old)), Some((file, text, new))) =
                (self.old_test(pair.old), self.new_test(pair.new))
            else {
                continue;
            };
            // What the marks of a test assert is no part of its body.
            let tokens = |test: &'a Test| test.assertions.iter().map(|check| (&check.tokens, check.reach));
            let same = old.tokens == new.tokens && tokens(old).eq(tokens(new));
            if same || old.assertions.is_empty() {
                continue;
            }
            // A test that asserts nothing any more was emptied, whatever else went with it.
            let emptied = compare::live(&new.assertions).next().is_none();
            let helpers = gone_helpers.get_or_init(|| helpers::gone(self.files));
            let uses_gone = |code: &[u8]| words::names(code).any(|word| helpers.contains(word));
            // A test of a helper that is gone went with it; another of a like body took its place.
            if pairing::own_name(old) != pairing::own_name(new) && uses_gone(&old.tokens) {
                continue;
            }
            let around = Around {
                delegates: self.delegates(pair),
                moved: moved.get_or_init(|| self.moved_assertions()),
                names_gone: &|code| self.gone().named_in(code, pairing::own_name(old)) || !emptied && uses_gone(code),
            };
            let Comparison { mut removed, mut weakened } = compare::compare(old, new, &around);
            if removed.is_empty() && weakened.is_empty() {
                continue;
            }
            let Some(existing) = self.base.test(old_file, old, self.facts) else { continue };
            removed.retain(|at| existing.asserted(&old.assertions[*at]));
            weakened.retain(|(at, ..)| existing.asserted(&old.assertions[*at]));
            if (old.broken || new.broken) && !(removed.is_empty() && weakened.is_empty()) {
                self.facts.cannot_judge(&file.path, "a test in it could not be parsed");
                continue;
            }
            let name = title(file.grammar, &new.name);
            if let Some(first) = removed.first().map(|at| &old.assertions[*at]) {
                diff.removed.push(Removed {
                    name: name.clone(),
                    spot: spot(&old_file.old_path, old_text, first.line),
                    assertions: removed.iter().map(|at| old.assertions[*at].text.clone()).collect(),
                    left: compare::live(&new.assertions).count(),
                });
            }
            for (before, after, how) in weakened {
                let (before, after) = (&old.assertions[before], &new.assertions[after]);
                diff.weakened.push(Weakened {
                    name: name.clone(),
                    spot: spot(&file.path, text, after.line),
                    old: before.text.clone(),
                    new: after.text.clone(),
                    how,
                });
            }
        }
        diff.removed.sort_by_key(|one| (one.spot.path.clone(), one.spot.line));
        diff.weakened.sort_by_key(|one| (one.spot.path.clone(), one.spot.line));
    }

    /// Does the new test call something it did not call before that may assert in its place?
    fn delegates(&self, pair: &Pair) -> bool {
        let (Some((_, _, old)), Some((file, text, new))) = (self.old_test(pair.old), self.new_test(pair.new)) else {
            return false;
        };
        new.calls.iter().filter(|call| old.calls.binary_search(call).is_err()).any(|call| {
            let here = pairing::helper(&text.code, call);
            let elsewhere = || self.files.iter().filter_map(|file| file.new.as_ref());
            let helper = here.or_else(|| elsewhere().find_map(|text| pairing::helper(&text.code, call)));
            match helper {
                // One call further down is followed, no more.
                Some(helper) => {
                    !helper.assertions.is_empty()
                        || helper.calls.iter().any(|call| {
                            sounds_like_check(call)
                                || pairing::helper(&text.code, call).is_some_and(|next| !next.assertions.is_empty())
                        })
                }
                None => sounds_like_check(call) || !is_harmless(file.grammar, call),
            }
        })
    }

    /// Tokens of the assertions that stand in new tests, or newly in helpers and tests that were there.
    fn moved_assertions(&self) -> FxHashSet<&'a [u8]> {
        let mut moved = FxHashSet::default();
        for at in &self.pairs.fresh {
            let Some((_, _, test)) = self.new_test(*at) else { continue };
            moved.extend(test.assertions.iter().map(|check| check.tokens.as_slice()));
        }
        let in_helpers =
            |text: &'a Text| text.code.helpers.iter().flat_map(|one| &one.assertions).map(|one| &one.tokens[..]);
        for file in self.files {
            let had: FxHashSet<&[u8]> = file.old.iter().flat_map(in_helpers).collect();
            moved.extend(file.new.iter().flat_map(in_helpers).filter(|one| !had.contains(one)));
        }
        for pair in &self.pairs.kept {
            let (Some((_, _, old)), Some((_, _, new))) = (self.old_test(pair.old), self.new_test(pair.new)) else {
                continue;
            };
            if old.tokens == new.tokens {
                continue;
            }
            let had: FxHashSet<&[u8]> = old.assertions.iter().map(|check| check.tokens.as_slice()).collect();
            moved.extend(new.assertions.iter().map(|check| check.tokens.as_slice()).filter(|one| !had.contains(one)));
        }
        moved
    }
}

/// Suites are told once.
fn add_mark(list: &mut Vec<Marked>, file: &File, text: &Text, test: &Test, mark: &Mark) {
    let same = |one: &&mut Marked| one.spot.line == mark.line && one.spot.path == file.path;
    if let Some(one) = list.iter_mut().rev().find(same) {
        one.tests += 1;
        return;
    }
    let name = title(file.grammar, &test.name);
    list.push(Marked { name, tests: 1, spot: spot(&file.path, text, mark.line), mark: mark.text.clone() });
}

/// A function by whose name one expects it to fail a test.
fn sounds_like_check(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [&b"assert"[..], b"check", b"verif", b"expect", b"ensure", b"must", b"should", b"require", b"valid", b"compare"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// Calls of the language itself that assert nothing.
fn is_harmless(grammar: Grammar, name: &[u8]) -> bool {
    let list: &[&str] = match grammar {
        Grammar::Rust => &[
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
        ],
        Grammar::Python => &[
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
        ],
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => &[
            "String",
            "Number",
            "Boolean",
            "Array",
            "Object",
            "Date",
            "Error",
            "Promise",
            "setTimeout",
            "require",
            "fn",
        ],
        Grammar::Go => &["len", "make", "append", "string", "int", "panic", "cap", "print", "println", "copy", "new"],
        _ => &["print", "println", "printf", "puts", "len", "sizeof", "String", "count", "echo", "var_dump", "p", "pp"],
    };
    list.iter().any(|known| known.as_bytes() == name)
}

/// As the language's runner writes it.
fn title(grammar: Grammar, name: &[Vec<u8>]) -> Vec<u8> {
    let between: &[u8] = match grammar {
        Grammar::Rust | Grammar::Python | Grammar::Php => b"::",
        Grammar::Go => b"/",
        Grammar::Java | Grammar::Kotlin | Grammar::CSharp | Grammar::Swift | Grammar::Cpp => b".",
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx | Grammar::Ruby => b" > ",
    };
    let parts: Vec<&[u8]> = name.iter().map(Vec::as_slice).filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

fn spot(path: &RepoPath, text: &Text, line: u32) -> Spot {
    let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let shown = text.bytes.split(|byte| *byte == b'\n').nth(index).unwrap_or_default();
    Spot { path: path.clone(), line, text: shown.to_vec() }
}

//! The assertions of tests that are there on both sides: where to look for what became of them.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::compare::{self, Around, Comparison};
use super::files::Text;
use super::pairing::{self, Pair};
use super::rewritten::Moved;
use super::{Removed, TestDiff, Weakened, Work, helpers, spot, title, words};
use crate::analyze::testcode::{self, Assertion, Helper, Test};

impl<'a> Work<'a> {
    pub(super) fn assertions(&self, diff: &mut TestDiff) {
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
            if same {
                continue;
            }
            let whole = self.with_subtests(pair);
            let (old, new) = whole.as_ref().map_or((old, new), |(old, new)| (old, new));
            if old.assertions.is_empty() {
                continue;
            }
            // A test that asserts nothing any more was emptied, whatever else went with it.
            let emptied = compare::live(&new.assertions).next().is_none();
            let helpers = gone_helpers.get_or_init(|| helpers::gone(self.files));
            let uses_gone = |code: &[u8]| !self.partial && words::names(code).any(|word| helpers.contains(word));
            // A test of a helper that is gone went with it; another of a like body took its place.
            if pairing::own_name(old) != pairing::own_name(new) && uses_gone(&old.tokens) {
                continue;
            }
            let around = Around {
                delegates: self.delegates(pair, old, new),
                moved: moved.get_or_init(|| self.moved_assertions()),
                names_gone: &|code| {
                    self.gone().named_in(code, pairing::own_name(old))
                        || self.api().gone_in(code, &old.tokens)
                        || !emptied && uses_gone(code)
                },
                other_form: &|before: &Assertion, after: &Assertion| {
                    self.api().reshaped_in(&before.subject, &old.tokens)
                        || before.expected != after.expected && self.api().brought_in(&after.tokens)
                },
            };
            let Comparison { mut removed, mut weakened } = compare::compare(old, new, &around);
            if removed.is_empty() && weakened.is_empty() {
                continue;
            }
            let Some(existing) = self.base.test(old_file, old, &self.doubts) else { continue };
            removed.retain(|at| existing.asserted(&old.assertions[*at]));
            weakened.retain(|(at, ..)| existing.asserted(&old.assertions[*at]));
            if (old.broken || new.broken) && !(removed.is_empty() && weakened.is_empty()) {
                self.doubts.add(&file.path, "a test in it could not be parsed");
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

    /// Both tests with what their subtests assert, where the change made subtests of a test or a test of subtests.
    fn with_subtests(&self, pair: &Pair) -> Option<(Test, Test)> {
        let (_, old_text, old) = self.old_test(pair.old)?;
        let (_, new_text, new) = self.new_test(pair.new)?;
        let within = |text: &'a Text, outer: &'a Test| {
            let inner = text.code.tests.iter().enumerate();
            inner.filter(|(_, test)| test.name.len() > outer.name.len() && test.name.starts_with(&outer.name))
        };
        let made = within(new_text, new).any(|(at, _)| self.pairs.fresh.contains(&(pair.new.0, at)));
        let unmade = within(old_text, old).any(|(at, _)| self.pairs.gone.contains(&(pair.old.0, at)));
        (made || unmade).then(|| (joined(old, within(old_text, old)), joined(new, within(new_text, new))))
    }

    /// Does the new test call something it did not call before that may assert in its place, or something that asserts more
    /// than it did?
    fn delegates(&self, pair: &Pair, old: &Test, new: &Test) -> bool {
        let (Some((_, old_text, _)), Some((file, text, _))) = (self.old_test(pair.old), self.new_test(pair.new)) else {
            return false;
        };
        let harmless = |call: &[u8]| testcode::is_harmless(file.grammar, call);
        let mut seen = FxHashSet::default();
        new.calls.iter().any(|call| {
            let helper = self.helper(text, call);
            if old.calls.binary_search(call).is_ok() {
                let before = pairing::helper(&old_text.code, call);
                let count = |helper: &Helper| helper.assertions.len();
                return helper.zip(before).is_some_and(|(after, before)| count(after) > count(before));
            }
            match helper {
                Some(helper) => asserts(text, helper, &mut seen),
                // It may be one that asserts nothing.
                None if self.partial => false,
                None => sounds_like_check(call) || !harmless(call),
            }
        })
    }

    /// The helper of this name, of this file or else of another.
    fn helper(&self, text: &'a Text, name: &[u8]) -> Option<&'a Helper> {
        let elsewhere = || self.files.iter().filter_map(|file| file.new.as_ref());
        pairing::helper(&text.code, name).or_else(|| elsewhere().find_map(|text| pairing::helper(&text.code, name)))
    }

    /// The assertions that stand in new tests, or newly in helpers and tests that were there.
    fn moved_assertions(&self) -> Moved<'a> {
        let mut moved = Moved::default();
        for at in &self.pairs.fresh {
            let Some((_, _, test)) = self.new_test(*at) else { continue };
            test.assertions.iter().for_each(|check| moved.add(check));
        }
        let in_helpers = |text: &'a Text| text.code.helpers.iter().flat_map(|one| &one.assertions);
        for file in self.files {
            let had: FxHashSet<&[u8]> = file.old.iter().flat_map(in_helpers).map(|one| &one.tokens[..]).collect();
            let new = file.new.iter().flat_map(in_helpers);
            new.filter(|one| !had.contains(&one.tokens[..])).for_each(|check| moved.add(check));
        }
        for pair in &self.pairs.kept {
            let (Some((_, _, old)), Some((_, _, new))) = (self.old_test(pair.old), self.new_test(pair.new)) else {
                continue;
            };
            if old.tokens == new.tokens {
                continue;
            }
            let had: FxHashSet<&[u8]> = old.assertions.iter().map(|check| check.tokens.as_slice()).collect();
            let new = new.assertions.iter().filter(|one| !had.contains(&one.tokens[..]));
            new.for_each(|check| moved.add(check));
        }
        moved
    }
}

/// Does a helper assert anything, however many calls down? Each one is looked at once.
fn asserts<'t>(text: &'t Text, helper: &'t Helper, seen: &mut FxHashSet<&'t [u8]>) -> bool {
    let mut open = vec![helper];
    while let Some(helper) = open.pop() {
        if !helper.assertions.is_empty() || helper.calls.iter().any(|call| sounds_like_check(call)) {
            return true;
        }
        let calls = helper.calls.iter().filter(|call| seen.insert(call.as_slice()));
        open.extend(calls.filter_map(|call| pairing::helper(&text.code, call)));
    }
    false
}

fn joined<'t>(outer: &Test, inner: impl Iterator<Item = (usize, &'t Test)>) -> Test {
    let mut whole = Test {
        name: outer.name.clone(),
        lines: outer.lines.clone(),
        span: outer.span.clone(),
        skip: None,
        focus: None,
        cases: outer.cases,
        assertions: outer.assertions.clone(),
        calls: outer.calls.clone(),
        tokens: outer.tokens.clone(),
        broken: outer.broken,
    };
    for (_, test) in inner {
        whole.assertions.extend(test.assertions.iter().cloned());
        whole.calls.extend(test.calls.iter().cloned());
        whole.broken |= test.broken;
    }
    whole.calls.sort();
    whole.calls.dedup();
    whole
}

/// A function by whose name one expects it to fail a test.
fn sounds_like_check(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [&b"assert"[..], b"check", b"verif", b"expect", b"ensure", b"must", b"should", b"require", b"valid", b"compare"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}

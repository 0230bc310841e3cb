//! The changed files that hold tests, on both sides.

use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::analyze::syntax::{Grammar, Unparsed, grammar_of};
use crate::analyze::testcode::{self, TestCode};
use crate::model::change::Engine;
use crate::model::content::Bytes;
use crate::model::path::RepoPath;

/// What one change parses at most, in bytes of both sides together. It is some seconds of work.
const MAX_TOTAL: usize = 48 << 20;

/// One changed file with the tests of both its sides.
pub(super) struct File {
    pub(super) grammar: Grammar,
    pub(super) path: RepoPath,
    pub(super) old_path: RepoPath,
    pub(super) old: Option<Text>,
    pub(super) new: Option<Text>,
}

pub(super) struct Text {
    pub(super) bytes: Bytes,
    pub(super) code: TestCode,
}

impl File {
    /// The file was there before and is not any more.
    pub(super) fn is_gone(&self) -> bool {
        self.new.is_none()
    }
}

/// Reads the changed files that may hold tests. What cannot be read is recorded with `facts`.
pub(super) fn collect(facts: &Facts<'_>) -> Vec<File> {
    let mut files = Vec::new();
    let mut total = 0;
    for (index, change) in facts.changes() {
        let Some(grammar) = grammar_of(&change.path).filter(|_| change.has_lines() && !change.is_mode_only()) else {
            continue;
        };
        let classes = facts.classes(index);
        if classes.vendored || classes.generated || facts.renames().of_old(index).is_some() {
            continue;
        }
        if facts.set().engine == Engine::Patch && change.old.is_some() && change.new.is_some() {
            in_patch(facts, index, grammar, classes);
            continue;
        }
        let rename = facts.renames().of_new(index);
        if rename.is_some_and(|rename| rename.similarity == 100) {
            continue;
        }
        let old_path = rename.map_or(&change.path, |rename| &facts.set().changes[rename.from].path);
        // What cannot be read is told by `facts`.
        let Some((old, new)) = facts.states(index) else { continue };
        // In a merge, what one parent does not have was taken out on that side.
        let old: Vec<Bytes> = old.into_iter().collect::<Option<_>>().unwrap_or_default();
        let may = |bytes: &Bytes| testcode::may_hold_tests(grammar, classes.test, bytes);
        if !old.iter().any(may) && !new.as_ref().is_some_and(may) {
            continue;
        }
        if let ([old], Some(new)) = (old.as_slice(), &new)
            && !classes.test
            && is_before_tests(facts, index, grammar, old, new)
        {
            continue;
        }
        total += old.iter().chain(new.as_ref()).map(|bytes| bytes.len()).sum::<usize>();
        if total > MAX_TOTAL {
            facts.cannot_judge(&change.path, "the change holds more test code than is read");
            break;
        }
        match read(grammar, &old, new) {
            Ok((old, new)) => {
                files.push(File { grammar, path: change.path.clone(), old_path: old_path.clone(), old, new });
            }
            Err(error) if classes.test => facts.cannot_judge(&change.path, error.to_string()),
            Err(_) => {}
        }
    }
    files
}

fn read(grammar: Grammar, old: &[Bytes], new: Option<Bytes>) -> Result<(Option<Text>, Option<Text>), Unparsed> {
    let text = |bytes: Bytes| testcode::read(grammar, &bytes).map(|code| Text { bytes, code });
    let mut before = None;
    for bytes in old {
        let next = text(bytes.clone())?;
        before = match before {
            Some(first) => Some(agreed(first, &next)),
            None => Some(next),
        };
    }
    let after = new.map(text).transpose()?;
    Ok((before, after))
}

/// For a merge: what all parents have. A merge that takes one side's word changes nothing.
fn agreed(mut first: Text, other: &Text) -> Text {
    first.code.tests.retain_mut(|test| {
        let Some(same) = other.code.tests.iter().find(|same| same.name == test.name) else { return false };
        test.assertions.retain(|check| same.assertions.iter().any(|there| there.tokens == check.tokens));
        test.skip = test.skip.take().or_else(|| same.skip.clone());
        test.focus = test.focus.take().or_else(|| same.focus.clone());
        true
    });
    first.code.doubtful |= other.code.doubtful;
    first
}

/// Tests close a file of source: nothing of them changed when all changed lines lie before the first.
fn is_before_tests(facts: &Facts<'_>, index: usize, grammar: Grammar, old: &[u8], new: &[u8]) -> bool {
    let line = |text: &[u8]| {
        let before = text.get(..testcode::first_hint(grammar, text)?)?;
        u32::try_from(memchr::memchr_iter(b'\n', before).count()).ok()
    };
    let Some(diff) = facts.lines(index) else { return false };
    let (Some(old), Some(new)) = (line(old), line(new)) else { return false };
    // An attribute or two may stand between the hint and what was changed above it.
    diff.hunks.iter().all(|hunk| hunk.old.end <= old && hunk.new.end <= new)
}

/// A patch shows parts of files, of which no tests can be read.
fn in_patch(facts: &Facts<'_>, index: usize, grammar: Grammar, classes: Classes) {
    let change = &facts.set().changes[index];
    let Some(diff) = facts.lines(index).filter(|diff| !diff.deleted.is_empty()) else { return };
    if classes.test && testcode::may_hold_tests(grammar, true, diff.deleted.source()) {
        facts.cannot_judge(&change.path, "a patch does not carry whole files, so their tests cannot be compared");
    }
}

//! Which names of the sources are gone with the change: a test of what is no more has nothing left to test.

use rustc_hash::FxHashSet;

use super::words::{DEFINING, MAX_TEXT, is_compound, is_source, names, words};
use crate::analyze::facts::Facts;
use crate::analyze::syntax::grammar_of;
use crate::analyze::testcode;

/// Words that stand before what a line defines, beside [`DEFINING`]: also of what is no member.
const ALSO_DEFINING: &[&[u8]] = &[b"let", b"macro_rules", b"define", b"typedef"];

/// Names that stood in the changed sources and do so no more.
#[derive(Debug, Default)]
pub(super) struct Gone {
    names: FxHashSet<Vec<u8>>,
    /// The stems of source files that are gone.
    stems: FxHashSet<Vec<u8>>,
}

impl Gone {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let mut gone = Self::default();
        let mut searched = 0;
        let mut sources = Vec::new();
        for (index, change) in facts.changes() {
            if !is_source(facts.classes(index)) {
                continue;
            }
            let Some(diff) = facts.lines(index).filter(|diff| !diff.binary) else { continue };
            searched += diff.deleted.source().len() + diff.added.source().len();
            if searched > MAX_TEXT {
                return Self::default();
            }
            if change.new.is_none() && facts.renames().of_old(index).is_none() {
                gone.stems.extend(stem(change.path.file_name()).map(<[u8]>::to_vec));
            }
            // Where a source file holds tests, they come last; their own names are no sources.
            let grammar = grammar_of(&change.path);
            let first_test = |text: &[u8]| grammar.and_then(|grammar| testcode::first_hint(grammar, text));
            let end = first_test(diff.deleted.source()).unwrap_or(usize::MAX);
            for row in 0..diff.deleted.len() {
                let Some((line, _)) = diff.deleted.at(row).filter(|(_, start)| *start < end) else { break };
                gone.take(line.text);
            }
            sources.push((diff, first_test(diff.added.source()).unwrap_or(usize::MAX)));
        }
        let mut kept: FxHashSet<Vec<u8>> = FxHashSet::default();
        for (diff, end) in sources {
            // The whole file where something was added to it; where nothing was, what is left of the old one.
            let new = diff.added.source();
            let new = new.get(..end.min(new.len())).unwrap_or_default();
            kept.extend(names(new).filter(|word| gone.names.contains(*word)).map(<[u8]>::to_vec));
            if diff.added.is_empty() {
                let deleted: FxHashSet<u32> = diff.deleted.iter().map(|line| line.number).collect();
                let lines = diff.deleted.source().split(|byte| *byte == b'\n').zip(1u32..);
                let left = lines.filter(|(_, number)| !deleted.contains(number)).flat_map(|(line, _)| names(line));
                kept.extend(left.filter(|word| gone.names.contains(*word)).map(<[u8]>::to_vec));
            }
        }
        gone.names.retain(|word| !kept.contains(word));
        gone
    }

    fn take(&mut self, line: &[u8]) {
        let mut before: &[u8] = b"";
        for word in words(line) {
            let defined = word.len() >= 3 && (DEFINING.contains(&before) || ALSO_DEFINING.contains(&before));
            if (defined || is_compound(word)) && !word.first().is_some_and(u8::is_ascii_digit) {
                self.names.insert(word.to_vec());
            }
            before = word;
        }
    }

    /// Does the code name something that is gone? `own` is the name of the code itself, which does not count.
    pub(super) fn named_in(&self, code: &[u8], own: &[u8]) -> bool {
        !self.names.is_empty() && names(code).any(|word| word != own && self.names.contains(word))
    }

    /// Is this the test file of a source file that is gone: `a_test.go` of `a.go`?
    pub(super) fn tested_by(&self, file_name: &[u8]) -> bool {
        let Some(stem) = stem(file_name) else { return false };
        let own = [&b"test_"[..], b"Test"].iter().find_map(|start| stem.strip_prefix(*start)).unwrap_or(stem);
        let ends: [&[u8]; 8] = [b"_test", b"_tests", b"_spec", b"-test", b"-spec", b"Tests", b"Test", b"Spec"];
        let own = ends.iter().find_map(|end| own.strip_suffix(*end)).unwrap_or(own);
        own.len() >= 3 && self.stems.contains(own)
    }
}

/// A file's name without its endings (`.test.ts`).
fn stem(name: &[u8]) -> Option<&[u8]> {
    name.split(|byte| *byte == b'.').next().filter(|stem| !stem.is_empty())
}

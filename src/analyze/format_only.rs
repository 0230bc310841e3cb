//! Which changed lines change nothing but white space.
//!
//! Each hunk is compared token by token, so that a statement broken over lines is recognised. A line counts only if all
//! its tokens are on the other side too, and none of them stands there beside a changed one: a doubtful line does not
//! count. White space inside a string literal is not told from other white space.

use gix_imara_diff::{Algorithm, Diff, InternedInput};
use rustc_hash::FxHashSet;

use crate::model::lines::{Line, LineDiff};
use crate::model::path::RepoPath;

/// A hunk with more tokens than this is not looked into; its lines count as changed.
const MAX_HUNK_TOKENS: usize = 20_000;

/// Nor is one that comes after this many tokens in one change.
const MAX_TOKENS: usize = 2_000_000;

/// Changed lines of one file, added and deleted together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub format_only: u64,
    pub total: u64,
}

/// Does white space at the start of a line carry meaning in this kind of file? Unknown kinds are taken to be so.
pub fn indentation_matters(path: &RepoPath) -> bool {
    let extension = path.extension().map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    !matches!(
        extension.as_slice(),
        b"rs"
            | b"js"
            | b"jsx"
            | b"mjs"
            | b"cjs"
            | b"ts"
            | b"tsx"
            | b"mts"
            | b"cts"
            | b"go"
            | b"java"
            | b"kt"
            | b"c"
            | b"h"
            | b"cc"
            | b"cpp"
            | b"cxx"
            | b"hpp"
            | b"hh"
            | b"cs"
            | b"rb"
            | b"php"
            | b"swift"
            | b"scala"
            | b"dart"
            | b"zig"
            | b"lua"
            | b"pl"
            | b"sh"
            | b"bash"
            | b"sql"
            | b"json"
            | b"css"
            | b"scss"
            | b"html"
            | b"xml"
    )
}

/// Counts over the files of one change, within a bound on the work.
#[derive(Debug, Default)]
pub struct Counter {
    pub count: Count,
    tokens: usize,
}

impl Counter {
    /// Adds the hunks of one two-sided diff.
    pub fn add(&mut self, diff: &LineDiff, indentation_matters: bool) {
        self.count.total += (diff.added.len() + diff.deleted.len()) as u64;
        let (mut deleted, mut added) = (diff.deleted.iter(), diff.added.iter());
        for hunk in &diff.hunks {
            let old: Vec<Line<'_>> = deleted.by_ref().take(hunk.old.len()).collect();
            let new: Vec<Line<'_>> = added.by_ref().take(hunk.new.len()).collect();
            let before = tokens(&old, indentation_matters);
            let after = tokens(&new, indentation_matters);
            let tokens = before.len() + after.len();
            self.tokens += tokens;
            if tokens <= MAX_HUNK_TOKENS && self.tokens <= MAX_TOKENS {
                self.count.format_only += hunk_format_only((&before, old.len()), (&after, new.len()));
            }
        }
    }
}

/// A token and the index of its line in the hunk.
type Token<'a> = (&'a [u8], usize);

/// The tokens of each side, with its number of lines.
fn hunk_format_only((before, old): (&[Token<'_>], usize), (after, new): (&[Token<'_>], usize)) -> u64 {
    if before.iter().map(|token| token.0).eq(after.iter().map(|token| token.0)) {
        return (old + new) as u64;
    }
    let mut input = InternedInput::<&[u8]>::default();
    input.update_before(before.iter().map(|token| token.0));
    input.update_after(after.iter().map(|token| token.0));
    let diff = Diff::compute(Algorithm::Myers, &input);

    let (mut changed_old, mut changed_new) = (FxHashSet::default(), FxHashSet::default());
    let mut kept: Vec<(usize, usize)> = Vec::new();
    let (mut at_old, mut at_new) = (0usize, 0usize);
    let keep = |kept: &mut Vec<(usize, usize)>, from: (usize, usize), count: usize| {
        let old = before.get(from.0..from.0 + count).unwrap_or_default();
        let new = after.get(from.1..from.1 + count).unwrap_or_default();
        kept.extend(old.iter().zip(new).map(|(old, new)| (old.1, new.1)));
    };
    for hunk in diff.hunks() {
        let (old, new) = (span(&hunk.before), span(&hunk.after));
        keep(&mut kept, (at_old, at_new), old.start.saturating_sub(at_old));
        changed_old.extend(before.get(old.clone()).unwrap_or_default().iter().map(|token| token.1));
        changed_new.extend(after.get(new.clone()).unwrap_or_default().iter().map(|token| token.1));
        (at_old, at_new) = (old.end, new.end);
    }
    keep(&mut kept, (at_old, at_new), before.len().saturating_sub(at_old));

    // A kept token beside a changed one makes its own line on the other side doubtful.
    let (mut doubtful_old, mut doubtful_new) = (changed_old.clone(), changed_new.clone());
    for (old, new) in kept {
        if changed_new.contains(&new) {
            doubtful_old.insert(old);
        }
        if changed_old.contains(&old) {
            doubtful_new.insert(new);
        }
    }
    ((old - doubtful_old.len()) + (new - doubtful_new.len())) as u64
}

fn span(range: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    usize::try_from(range.start).unwrap_or(usize::MAX)..usize::try_from(range.end).unwrap_or(usize::MAX)
}

/// Words and single punctuation marks. Where indentation matters, it is a token of its line, and so is the line's end.
fn tokens<'a>(lines: &[Line<'a>], indentation_matters: bool) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.trim_ascii_end();
        let start = text.len() - text.trim_ascii_start().len();
        if indentation_matters && !text.is_empty() {
            tokens.push((&text[..start], index));
        }
        let mut at = start;
        while at < text.len() {
            let word = text[at..].iter().take_while(|byte| is_word(**byte)).count();
            let length = word.max(1);
            if !text[at].is_ascii_whitespace() {
                tokens.push((&text[at..at + length], index));
            }
            at += length;
        }
        if indentation_matters && !text.is_empty() {
            tokens.push((b"\n", index));
        }
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analyze::linediff;

    fn counted(old: &str, new: &str, indentation_matters: bool) -> (u64, u64) {
        let (old, new) = (Arc::from(old.as_bytes()), Arc::from(new.as_bytes()));
        let diff = linediff::diff(&old, &new, &linediff::Effort::default()).expect("a small file");
        let mut counter = Counter::default();
        counter.add(&diff, indentation_matters);
        (counter.count.format_only, counter.count.total)
    }

    #[test]
    fn white_space_alone_counts_on_both_sides() {
        assert_eq!(counted("a\nif x {\nb;\n}\n", "a\nif x {\n    b;\n}\n", false), (2, 2));
        assert_eq!(counted("f(a, b);\n", "f(\n    a,\n    b\n);\n", false), (5, 5));
        assert_eq!(counted("a\nb\n", "a\n\n\nb\n", false), (2, 2));
    }

    #[test]
    fn a_changed_token_makes_its_lines_count_as_changed() {
        assert_eq!(counted("x = 1;\n", "x = 2;\n", false), (0, 2));
        assert_eq!(counted("x = 1;\n", "x = 1; // why\n", false), (0, 2));
        assert_eq!(counted("a;\nb;\n", "  a;\n  c;\n", false), (2, 4));
    }

    #[test]
    fn indentation_is_meaning_in_some_languages() {
        assert_eq!(counted("if x:\n  a()\nb()\n", "if x:\n  a()\n  b()\n", true), (0, 2));
        assert_eq!(counted("a = 1 \n", "a  =  1\n", true), (2, 2));
        assert!(indentation_matters(&RepoPath::from("a.py")) && indentation_matters(&RepoPath::from("Makefile")));
        assert!(!indentation_matters(&RepoPath::from("a.rs")));
    }

    #[test]
    fn moved_lines_are_no_formatting() {
        let (format_only, total) = counted("a;\nb;\nc;\n", "b;\nc;\na;\n", false);
        assert_eq!((format_only, total), (0, 2));
    }
}

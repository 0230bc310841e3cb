//! How many lines of a file can differ in white space alone, at most: found without taking the file apart.
//!
//! A line is of [`Nature::Format`](super::Nature) when all its tokens stand in the same hunk on the other side. Then each of
//! its words is there, too, once all white space is left out.

use crate::model::lines::{LineDiff, Lines};

/// A side of a hunk with more text than this is taken for formatting throughout.
const MAX_HUNK_BYTES: usize = 32 << 10;

/// Added and deleted lines that may be of that nature; never fewer than are.
pub fn most_format(diff: &LineDiff) -> u64 {
    // A line can only be laid out anew where there was one.
    if diff.binary || diff.added.source().is_empty() || diff.deleted.source().is_empty() {
        return 0;
    }
    let (mut at_old, mut at_new) = (0, 0);
    let mut most = 0;
    for hunk in &diff.hunks {
        let old = rows(&diff.deleted, at_old, hunk.old.len());
        let new = rows(&diff.added, at_new, hunk.new.len());
        (at_old, at_new) = (at_old + hunk.old.len(), at_new + hunk.new.len());
        most += likely(&old, &new) + likely(&new, &old);
    }
    most
}

fn rows(lines: &Lines, from: usize, count: usize) -> Vec<&[u8]> {
    (from..from + count).filter_map(|at| lines.at(at).map(|(line, _)| line.text)).collect()
}

/// The lines whose words all stand on the other side, and blank lines.
fn likely(lines: &[&[u8]], other: &[&[u8]]) -> u64 {
    let size = |lines: &[&[u8]]| lines.iter().map(|line| line.len()).sum::<usize>();
    if size(lines).max(size(other)) > MAX_HUNK_BYTES {
        return lines.len() as u64;
    }
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
    let there: Vec<u8> = other.iter().flat_map(|line| line.iter()).filter(|byte| !is_blank(byte)).copied().collect();
    let stands = |line: &&&[u8]| {
        let mut words = line.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
        line.trim_ascii().is_empty()
            || !there.is_empty() && words.all(|word| memchr::memmem::find(&there, word).is_some())
    };
    lines.iter().filter(stands).count() as u64
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{File, Nature, natures};
    use super::*;
    use crate::analyze::linediff::{self, Effort};
    use crate::model::content::Bytes;
    use crate::model::path::RepoPath;

    fn compared(old: &str, new: &str) -> LineDiff {
        linediff::diff(&Bytes::from(old.as_bytes()), &Bytes::from(new.as_bytes()), &Effort::default()).expect("small")
    }

    #[test]
    fn most_changes_hold_no_formatting() {
        assert_eq!(most_format(&compared("a = 1\nb = 2\n", "a = 3\nb = 2\n")), 0);
        assert_eq!(most_format(&compared("f(a,b)\n", "f( a,\n  b)\n")), 3);
        assert_eq!(most_format(&compared("a\n", "a\n\nnew\n")), 1);
        assert_eq!(most_format(&compared("", "a\n")), 0);
    }

    const PIECES: &[&str] = &[
        "ab", "ab", "ab", " ", " ", " ", "\n", "\n", "c", "c", "\"", "(", ")", "//", "#", "'", "\t", ",", "`", "<<E\n",
        "r", "/*", "*/", "é",
    ];

    /// Lines of few words, with white space, quotes and comments.
    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
    }

    const NAMES: &[&str] = &[
        "a.rs", "a.py", "a.ts", "a.go", "a.rb", "a.sh", "a.css", "a.c", "a.sql", "a.php", "a.txt", "a.json", "a.swift",
        "a.toml",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn never_fewer_than_are(old in text(), new in text(), name in prop::sample::select(NAMES)) {
            let diff = compared(&old, &new);
            let path = RepoPath::from(name);
            let file = File { path: &path, diff: &diff, whole: true };
            let found: u64 = natures(&[Some(file)]).iter().map(|natures| natures.count(Nature::Format)).sum();
            prop_assert!(found <= most_format(&diff), "{} lines of {}", found, name);
        }
    }
}

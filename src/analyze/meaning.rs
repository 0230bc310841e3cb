//! Does a change that is said to be formatting change what the code says?
//!
//! A formatter moves, breaks and joins lines, sorts imports, adds and takes away commas, semicolons and parentheses. It
//! brings no word into a file's code that was not there, and it leaves the operators as they are. Only that is evidence;
//! what stands in comments and strings, on import lines and where the lexer is in doubt is not looked at.

use rustc_hash::FxHashSet;

use super::code_lines::{Class, Language, Regions};
use crate::model::lines::{LineDiff, Lines};

/// Evidence that the code says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A word of the new code that the old code did not have, and its 1-based line.
    Word { word: Vec<u8>, line: u32 },
    /// The number of this operator sign differs.
    Operator(u8),
}

/// Signs a formatter neither adds nor takes away. `*`, `/` and `|` are not among them: formatters write them in types,
/// comments and patterns.
const SIGNS: &[u8] = b"!=<>+-%^~&";

const IMPORTS: &[&[u8]] =
    &[b"import ", b"use ", b"pub use ", b"from ", b"#include", b"using ", b"require", b"export {", b"} from"];

/// Looks for evidence in the changed lines of one file; `None` where there is none.
pub fn changed(language: Language, old: &[u8], new: &[u8], diff: &LineDiff) -> Option<Meaning> {
    let (before, after) = (Regions::of(language, old), Regions::of(language, new));
    let deleted = code(&before, old, &diff.deleted)?;
    let added = code(&after, new, &diff.added)?;
    let known: FxHashSet<Vec<u8>> = words(old).map(|(_, word)| word.to_ascii_lowercase()).collect();
    for (line, text) in added.iter().filter(|(_, text)| !is_import(text)) {
        let strange = |word: &[u8]| tells(word) && !known.contains(&word.to_ascii_lowercase());
        if let Some((_, word)) = words(text).find(|(_, word)| strange(word)) {
            return Some(Meaning::Word { word: word.to_vec(), line: *line });
        }
    }
    let count = |lines: &[(u32, Vec<u8>)], sign: u8| -> usize {
        lines.iter().filter(|(_, text)| !is_import(text)).map(|(_, text)| memchr::memchr_iter(sign, text).count()).sum()
    };
    SIGNS.iter().copied().find(|sign| count(&deleted, *sign) != count(&added, *sign)).map(Meaning::Operator)
}

/// The code of each changed line, other classes blanked. `None` where a byte's class cannot be told.
fn code(regions: &Regions, text: &[u8], changed: &Lines) -> Option<Vec<(u32, Vec<u8>)>> {
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
    let mut lines = Vec::new();
    for line in changed.iter() {
        let start = starts.get(usize::try_from(line.number).ok()?.checked_sub(1)?)?;
        let mut kept = Vec::with_capacity(line.text.len());
        for (offset, byte) in line.text.iter().enumerate() {
            kept.push(if regions.class_at(start + offset)? == Class::Code { *byte } else { b' ' });
        }
        lines.push((line.number, kept));
    }
    Some(lines)
}

fn is_import(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    IMPORTS.iter().any(|start| text.starts_with(start))
}

/// A name, or a number of several digits: formatters rewrite `.5` as `0.5`, and the case of hexadecimal digits.
fn tells(word: &[u8]) -> bool {
    word.len() > 1 && (!word[0].is_ascii_digit() || word.iter().all(u8::is_ascii_digit))
}

fn words(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.iter().position(part)?;
        let length = text.get(start..)?.iter().take_while(|byte| part(byte)).count();
        at = start + length;
        Some((start, text.get(start..at)?))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analyze::linediff;

    fn of(language: Language, old: &str, new: &str) -> Option<Meaning> {
        let (a, b) = (Arc::from(old.as_bytes()), Arc::from(new.as_bytes()));
        let diff = linediff::diff(&a, &b, &linediff::Effort::default()).expect("a small file");
        changed(language, old.as_bytes(), new.as_bytes(), &diff)
    }

    #[test]
    fn what_formatters_do_is_no_evidence() {
        for (language, old, new) in [
            (Language::Rust, "use b;\nuse a;\nfn f(){ g(a,b) }\n", "use a;\nuse b;\nfn f() {\n    g(a, b)\n}\n"),
            (Language::JavaScript, "const a = 'x'\nf(a => a)\n", "const a = \"x\";\nf((a) => a);\n"),
            (Language::Python, "x = [1,\n 2]  # why\n", "x = [\n    1,\n    2,\n]  # why not\n"),
            (Language::Cpp, "A<B<int> > x;\n", "A<B<int>> x;\n"),
        ] {
            assert_eq!(of(language, old, new), None, "{new}");
        }
    }

    #[test]
    fn new_words_and_other_operators_are() {
        assert_eq!(of(Language::Rust, "if a == b {}\n", "if a != b {}\n"), Some(Meaning::Operator(b'!')));
        assert!(matches!(
            of(Language::Go, "x := f(1)\n", "x := g2(1)\n"),
            Some(Meaning::Word { line: 1, word }) if word == b"g2"
        ));
        assert!(matches!(of(Language::Python, "n = 10\n", "n = 100\n"), Some(Meaning::Word { .. })));
    }
}

//! Strings that surely are no text for people: the names a program goes by, what it compares with, what it asks a database.
//!
//! A string that changed may be a message, a description or a link, which is documentation to some and code to others.
//! These are none of it, whoever reads them.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::analyze::code_lines::{Class, Language, Regions};
use crate::analyze::facts::Facts;
use crate::analyze::touch::edited;
use crate::model::lines::Lines;

/// Names are no longer than this.
const MAX_NAME: usize = 64;

/// The first words of a query, and a word that comes behind them.
const QUERIES: &[(&[u8], &[u8])] = &[
    (b"CREATE TABLE ", b"("),
    (b"CREATE INDEX ", b" ON "),
    (b"CREATE UNIQUE INDEX ", b" ON "),
    (b"ALTER TABLE ", b" "),
    (b"INSERT INTO ", b"("),
    (b"INSERT OR ", b" INTO "),
    (b"DELETE FROM ", b" "),
    (b"SELECT ", b"FROM "),
    (b"UPDATE ", b"SET "),
    (b"WITH ", b"SELECT "),
];

/// Functions that look for their argument in a text, in any letter case and without `_`.
const COMPARE: &[&[u8]] =
    &[b"indexof(", b"split(", b"startswith(", b"endswith(", b"hasprefix(", b"hassuffix(", b"replace(", b"replaceall("];

/// What makes documents of sources, and where it puts them: settings of these are documentation wherever they stand.
const TOOLS: &[&[u8]] = &[
    b"sphinx",
    b"mkdocs",
    b"vitepress",
    b"docusaurus",
    b"jekyll",
    b"hugo",
    b"typedoc",
    b"book",
    b"doc",
    b"_build",
    b"public",
    b"sidebar",
    b"spell",
];

/// Does the line speak of a tool that makes documents, or of what it makes?
pub(super) fn names_a_tool_of_documents(line: &[u8]) -> bool {
    let lower = line.to_ascii_lowercase();
    TOOLS.iter().any(|tool| memchr::memmem::find(&lower, tool).is_some())
}

/// The first changed line on which such a string is another one.
pub(super) fn code(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let path = &facts.set().changes.get(index)?.path;
    if names_a_tool_of_documents(path.as_bytes()) {
        return None;
    }
    sides(facts, index, |old, new| {
        let alone = |rows: &[Row<'_>], others: &[Row<'_>]| {
            let known: FxHashSet<Vec<u8>> = others.iter().flat_map(|row| &row.strings).map(Piece::packed).collect();
            rows.iter().find(|row| row.is_alone_in(&known)).map(|row| row.number)
        };
        alone(new, old).or_else(|| alone(old, new)).or_else(|| paired(old, new, is_other_value))
    })
}

/// The first changed line on which a string is another version, or another sign: neither is documentation.
pub(super) fn told(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let is_told = |new: &Row<'_>, old: &Row<'_>| {
        // Since when there is something is told to people.
        let is_since = memchr::memmem::find(&new.bare.to_ascii_lowercase(), b"since").is_some();
        new.changed(old).filter(|_| !is_since).is_some_and(|(old, new)| {
            is_version(old) && is_version(new) || is_sign(old) && is_sign(new) || is_escape(old) && is_escape(new)
        })
    };
    sides(facts, index, |old, new| paired(old, new, is_told))
}

/// Looks at the changed lines with strings of both states.
fn sides(facts: &Facts<'_>, index: usize, look: impl Fn(&[Row<'_>], &[Row<'_>]) -> Option<u32>) -> Option<u32> {
    let language = facts.language(index)?;
    let diff = edited(facts, index)?;
    let (old, new) = (facts.old_content(index)?, facts.new_content(index)?);
    look(&rows(language, &old, &diff.deleted)?, &rows(language, &new, &diff.added)?)
}

/// The first of as many lines before as after that differs so.
fn paired(old: &[Row<'_>], new: &[Row<'_>], differs: impl Fn(&Row<'_>, &Row<'_>) -> bool) -> Option<u32> {
    let mut pairs = new.iter().zip(old).filter(|_| old.len() == new.len());
    pairs.find(|(new, old)| differs(new, old)).map(|(new, _)| new.number)
}

/// A changed line with a string.
struct Row<'a> {
    number: u32,
    /// The code around the strings, without white space.
    bare: Vec<u8>,
    strings: Vec<Piece<'a>>,
}

/// What of a string stands on a line.
#[derive(PartialEq, Eq)]
enum Piece<'a> {
    /// The inside of a string that opens and closes here.
    Whole(&'a [u8]),
    Part(&'a [u8]),
    /// Of a query.
    Query(&'a [u8]),
}

/// `None` where it cannot be told what some byte belongs to.
fn rows<'a>(language: Language, text: &'a [u8], changed: &Lines) -> Option<Vec<Row<'a>>> {
    let regions = Regions::of(language, text);
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
    let mut rows = Vec::new();
    let mut literal: Option<(Range<usize>, bool)> = None;
    for line in changed.iter() {
        let start = *starts.get(usize::try_from(line.number).ok()?.checked_sub(1)?)?;
        let mut row = Row { number: line.number, bare: Vec::new(), strings: Vec::new() };
        for (class, range) in regions.within(start..start + line.text.len())? {
            let part = text.get(range.clone())?;
            match class {
                Class::Code => row.bare.extend(part.iter().filter(|byte| !byte.is_ascii_whitespace())),
                Class::String => {
                    // Looked at once, however many of its lines changed.
                    let whole = regions.around(range.start, text.len());
                    if literal.as_ref().is_none_or(|(known, _)| *known != whole) {
                        let asks = is_query(text.get(whole.clone())?);
                        literal = Some((whole, asks));
                    }
                    row.strings.push(Piece::of(part, literal.as_ref().is_some_and(|(_, asks)| *asks)));
                }
                Class::Comment | Class::DocString => {}
            }
        }
        if !row.strings.is_empty() {
            rows.push(row);
        }
    }
    Some(rows)
}

impl<'a> Piece<'a> {
    fn of(part: &'a [u8], of_query: bool) -> Self {
        if of_query {
            return Self::Query(part.trim_ascii());
        }
        match part {
            [open @ (b'"' | b'\'' | b'`'), inner @ .., close] if open == close => Self::Whole(inner),
            part => Self::Part(part),
        }
    }

    /// Without white space.
    fn packed(&self) -> Vec<u8> {
        let (Piece::Whole(text) | Piece::Part(text) | Piece::Query(text)) = self;
        text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
    }

    /// Says something to the database.
    fn asks(&self) -> bool {
        matches!(self, Self::Query(part) if !part.starts_with(b"--") && part.iter().any(u8::is_ascii_alphanumeric))
    }
}

fn is_query(literal: &[u8]) -> bool {
    let inner = literal.iter().position(|byte| !b"rRbBfF#\"'`".contains(byte)).and_then(|at| literal.get(at..));
    let inner = inner.unwrap_or_default().trim_ascii_start();
    let follows = |rest: &[u8], word: &[u8]| memchr::memmem::find(rest, word).is_some();
    QUERIES.iter().any(|(start, word)| inner.strip_prefix(*start).is_some_and(|rest| follows(rest, word)))
}

impl<'a> Row<'a> {
    /// A part of a query, or an entry of a list of names, that the other side has nowhere.
    fn is_alone_in(&self, others: &FxHashSet<Vec<u8>>) -> bool {
        let stands = |piece: &Piece<'_>| others.contains(&piece.packed());
        match self.strings.as_slice() {
            [entry @ Piece::Whole(name)] if self.bare == b"," => {
                is_name(name) && !names_a_tool_of_documents(name) && !stands(entry)
            }
            pieces => pieces.iter().any(|piece| piece.asks() && !stands(piece)),
        }
    }

    /// The one string that differs between two lines of the same code, before and after.
    fn changed(&self, old: &'a Row<'_>) -> Option<(&'a [u8], &'a [u8])> {
        if self.bare != old.bare || self.strings.len() != old.strings.len() {
            return None;
        }
        let mut changed = old.strings.iter().zip(&self.strings).filter(|(old, new)| old != new);
        match (changed.next(), changed.next()) {
            (Some((Piece::Whole(old), Piece::Whole(new))), None) => Some((old, new)),
            _ => None,
        }
    }
}

/// The same code around strings one of which is another name, or another text to look for.
fn is_other_value(new: &Row<'_>, old: &Row<'_>) -> bool {
    let Some((before, after)) = new.changed(old) else { return false };
    let bare: Vec<u8> = new.bare.iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase).collect();
    let has = |word: &[u8]| memchr::memmem::find(&bare, word).is_some();
    let compares = COMPARE.iter().any(|function| has(function)) && is_sign(before) && is_sign(after);
    // How a page looks is no code to many.
    let names = is_name(before) && is_name(after) && (is_compound(before) || is_compound(after)) && !has(b"class");
    compares || names
}

/// Nothing but signs: what stands between the words of a text that a program takes apart.
fn is_sign(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_punctuation)
}

/// `1.2.3`, `v2.0.0-rc.1`, `3.4.1n_12_12_25`.
fn is_version(text: &[u8]) -> bool {
    let number = text.strip_prefix(b"v").unwrap_or(text);
    number.first().is_some_and(u8::is_ascii_digit)
        && number.contains(&b'.')
        && number.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(byte))
}

/// One character by its number.
fn is_escape(text: &[u8]) -> bool {
    let number = text.strip_prefix(b"\\u").or_else(|| text.strip_prefix(b"\\U")).or_else(|| text.strip_prefix(b"\\x"));
    number.is_some_and(|number| number.iter().all(|byte| byte.is_ascii_hexdigit() || b"{}".contains(byte)))
}

/// A word as programs have them, and no version, file, address or word that starts a sentence.
fn is_name(text: &[u8]) -> bool {
    let is_number = |word: &[u8]| matches!(word, [b'v', digit, ..] if digit.is_ascii_digit());
    // A file or a host.
    let ends_short = |word: &[u8]| word.rsplit(|byte| *byte == b'.').next().is_some_and(|last| last.len() <= 4);
    (2..=MAX_NAME).contains(&text.len())
        && text.first().is_some_and(u8::is_ascii_lowercase)
        && text.last().is_some_and(u8::is_ascii_alphanumeric)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(byte))
        && !is_number(text)
        && !(text.contains(&b'.') && ends_short(text))
}

/// Made of several words, so that nobody takes it for one of a sentence.
fn is_compound(name: &[u8]) -> bool {
    name.iter().any(|byte| b"_.:-".contains(byte))
        || name.windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["hooks", "fastmcp.traceparent", "trace_state", "onSave", "x-request-id", "ns:key"] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        for text in
            ["Save", "a b", "v1.2", "faq.md", "worktrunk.dev", "https://a.b", "3.4.2", "done.", "a", "", "naïve"]
        {
            assert!(!is_name(text.as_bytes()), "{text}");
        }
        assert!(is_compound(b"trace_state") && is_compound(b"onSave") && !is_compound(b"hooks"));
    }

    #[test]
    fn queries() {
        for text in
            ["\"SELECT a FROM b\"", "`\n  CREATE TABLE IF NOT EXISTS a (id)`", "r#\"INSERT INTO a(b) VALUES (1)\"#"]
        {
            assert!(is_query(text.as_bytes()), "{text}");
        }
        for text in ["\"Select a file from the list\"", "\"UPDATE the page\"", "\"SELECT\"", "\"see SELECT a FROM b\""]
        {
            assert!(!is_query(text.as_bytes()), "{text}");
        }
    }
}

//! The words, numbers and operators of a line, in a form that no formatter changes.

use bstr::ByteSlice as _;

use crate::analyze::code_lines::{Class, Language};

/// What a term is, and with it what may be said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    Word,
    Number,
    /// One byte of an operator; in code alone.
    Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) sort: Sort,
    /// In lower case; a number in one notation of many.
    pub(super) key: Vec<u8>,
    /// Its offset in the line.
    pub(super) at: usize,
    /// `false` for what a formatter may write anew: escapes, entities, numbers of a list, hashes, numbers with an exponent.
    pub(super) tells: bool,
}

/// The terms of a line. Operators are left out: see [`operators`].
pub(super) fn terms(line: &[u8]) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut at = 0;
    let mut is_first = true;
    while let Some((start, length)) = next_run(line, at) {
        let first = line.get(start).copied().unwrap_or_default();
        let length = if first.is_ascii_digit() { number_length(line, start, length) } else { length };
        let text = line.get(start..start + length).unwrap_or_default();
        let before = line.get(..start).unwrap_or_default();
        let after = line.get(start + length..).unwrap_or_default();
        let written_anew = before.ends_with(b"\\")
            || before.ends_with(b"\\u{")
            || after.starts_with(b";") && (before.ends_with(b"&") || before.ends_with(b"&#"))
            || is_hash(text);
        let term = if first.is_ascii_digit() {
            let is_of_list = is_first && (after.starts_with(b".") || after.starts_with(b")"));
            let tells = !written_anew && !is_of_list && !has_exponent(text);
            Some(Term { sort: Sort::Number, key: plain_number(text, before), at: start, tells })
        } else {
            let word = text.trim_with(|c| c == '_');
            let tells = !written_anew;
            (!word.is_empty()).then(|| Term {
                sort: Sort::Word,
                key: word.to_str_lossy().to_lowercase().into_bytes(),
                at: start,
                tells,
            })
        };
        terms.extend(term);
        is_first = false;
        at = start + length.max(1);
    }
    terms
}

/// The bytes of operators of a line that a formatter of the language leaves alone; none of a language that is not known.
pub(super) fn operators(language: Option<Language>) -> &'static [u8] {
    match language {
        // Elements without children close themselves in one notation or the other.
        Some(Language::JavaScript | Language::TypeScript) => b"+-*%^~!&",
        // A body of one expression may be written with a sign.
        Some(Language::Kotlin | Language::CSharp) => b"+-*/%^~!&<",
        Some(
            Language::Rust
            | Language::Go
            | Language::Java
            | Language::C
            | Language::Cpp
            | Language::Python
            | Language::Swift,
        ) => b"+-*/%^~!&<>=",
        _ => b"",
    }
}

/// A word that a tool which lays out this language adds or takes away by itself.
pub(super) fn is_of_tools(word: &[u8], class: Option<Class>, language: Option<Language>) -> bool {
    let tools: &[&[u8]] = match language {
        Some(Language::Php) => &[b"array", b"list", b"else", b"elseif", b"if"],
        Some(Language::Swift) => &[b"private", b"fileprivate", b"return", b"self"],
        Some(Language::Kotlin) => &[b"unit", b"public", b"return"],
        // `extern fn` becomes `extern "C" fn`.
        Some(Language::Rust) if class == Some(Class::String) => &[b"c"],
        _ => &[],
    };
    tools.contains(&word)
}

/// A line whose words are ordered, joined and split by formatters: imports.
pub(super) fn is_import(line: &[u8], language: Option<Language>) -> bool {
    let line = line.trim_ascii();
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word.as_bytes()));
    match language {
        Some(Language::Rust) => starts(&["use ", "pub use ", "pub(crate) use ", "pub(super) use ", "#[derive("]),
        Some(Language::JavaScript | Language::TypeScript) => {
            starts(&["import ", "import{", "export {", "export{", "export *", "export type {"])
                || line.contains_str("} from ")
                || line.contains_str("require(")
        }
        Some(Language::Go) => starts(&["import "]) || line.ends_with(b"\"") && !line.contains_str("="),
        Some(Language::Python) => starts(&["import ", "from "]),
        Some(Language::C | Language::Cpp) => starts(&["#include", "#import", "using "]),
        Some(Language::CSharp) => starts(&["using ", "global using "]),
        Some(Language::Swift | Language::Java | Language::Kotlin | Language::Scala | Language::Dart) => {
            starts(&["import ", "@testable import ", "export ", "part "])
        }
        Some(Language::Php) => starts(&["use "]),
        Some(Language::Ruby) => starts(&["require", "load "]),
        Some(Language::Css | Language::Scss) => starts(&["@import", "@use"]),
        _ => false,
    }
}

/// A comment that tools write: `//go:build`, the name at the end of a namespace.
pub(super) fn is_tool_comment(line: &[u8], language: Option<Language>) -> bool {
    let line = line.trim_ascii();
    match language {
        Some(Language::Go) => line.starts_with(b"//go:build") || line.starts_with(b"// +build"),
        Some(Language::C | Language::Cpp) => line.starts_with(b"}") || line.starts_with(b"#endif"),
        _ => false,
    }
}

/// The next run of letters, digits and underscores: start and length.
fn next_run(line: &[u8], from: usize) -> Option<(usize, usize)> {
    let rest = line.get(from..)?;
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut start = None;
    for (at, end, c) in rest.char_indices() {
        match (start, is_part(c) && c != char::REPLACEMENT_CHARACTER) {
            (None, true) => start = Some((at, end)),
            (Some((first, _)), true) => start = Some((first, end)),
            (Some((first, last)), false) => return Some((from + first, last - first)),
            (None, false) => {}
        }
    }
    start.map(|(first, last)| (from + first, last - first))
}

/// A number goes on over points between digits.
fn number_length(line: &[u8], start: usize, length: usize) -> usize {
    let mut end = start + length;
    while line.get(end) == Some(&b'.') && line.get(end + 1).is_some_and(u8::is_ascii_digit) {
        let more = line.get(end + 1..).unwrap_or_default();
        end += 1 + more.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    }
    end - start
}

/// `1_000` is `1000`, `.5` is `0.5`, `1.50` is `1.5`, `0XFF` is `0xff`.
fn plain_number(text: &[u8], before: &[u8]) -> Vec<u8> {
    let mut key: Vec<u8> = text.iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase).collect();
    let leads = before.strip_suffix(b".").is_some_and(|rest| {
        !rest.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b')' | b']' | b'.'))
    });
    if leads {
        key.splice(..0, *b"0.");
    }
    let points = key.iter().filter(|byte| **byte == b'.').count();
    if points == 1 && key.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        let kept = key.trim_end_with(|c| c == '0').trim_end_with(|c| c == '.').len();
        key.truncate(kept);
    }
    key
}

fn has_exponent(text: &[u8]) -> bool {
    let is_hex = text.starts_with(b"0x") || text.starts_with(b"0X");
    !is_hex && text.iter().skip(1).any(|byte| matches!(byte, b'e' | b'E'))
}

/// Long runs of digits and letters without order: hashes of files change with their layout.
fn is_hash(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    text.len() >= 16 && digits >= 3 && letters >= 2 && digits + letters == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(line: &str) -> Vec<String> {
        terms(line.as_bytes()).iter().map(|term| term.key.to_str_lossy().into_owned()).collect()
    }

    #[test]
    fn one_form_for_what_formatters_rewrite() {
        assert_eq!(keys("let x = 1_000 + .5 + 1.50 + 2.;"), ["let", "x", "1000", "0.5", "1.5", "2"]);
        assert_eq!(keys("#FFF 0XFF"), keys("#fff 0xff"));
        assert_eq!(keys("_emphasis_ of snake_case"), ["emphasis", "of", "snake_case"]);
        assert_eq!(keys("don\u{2019}t naïve"), ["don", "t", "naïve"]);
        assert_eq!(keys("version 1.2.30, a.5"), ["version", "1.2.30", "a", "5"]);
        assert!(keys("").is_empty() && keys("(),;").is_empty());
    }

    #[test]
    fn what_is_written_anew_tells_nothing() {
        let silent = |line: &str| terms(line.as_bytes()).iter().filter(|term| !term.tells).count();
        assert_eq!(silent("2. second"), 1);
        assert_eq!(silent("\"\\x1b\" &quot; 1e10"), 3);
        assert_eq!(silent("sha 0f343b0931126a20f133d67c2b018a3b"), 1);
        assert_eq!(silent("x 2. test_of_some_long_name_2024"), 0);
    }
}

//! The tokens of some lines: what stays the same when only white space changes.

use std::ops::Range;

use crate::analyze::code_lines::{Class, Language};

use super::Kind;
use super::sheet::{Row, Sheet};

/// What a token is beside its bytes, so that code never equals a comment of the same words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    #[default]
    Code,
    Comment,
    /// Its bytes as they stand.
    Verbatim,
    /// White space that carries meaning.
    Space,
}

/// A token, and the index of its line among those asked for.
pub(super) type Token<'a> = ((Sort, &'a [u8]), usize);

/// Operators of two bytes: `a--b` is not `a - -b`.
const PAIRS: &[&[u8; 2]] = &[
    b"++", b"--", b"<<", b">>", b"&&", b"||", b"==", b"!=", b"<=", b">=", b"->", b"=>", b"::", b"+=", b"-=", b"*=",
    b"/=", b"|=", b"&=", b"^=", b"%=", b"..", b"?.", b"??", b"**", b"//", b"/*", b"*/", b":=", b"<-", b"!!", b"?:",
    b"=~", b"!~", b"~=", b"@@", b"##",
];

pub(super) fn tokens<'a>(sheet: &Sheet<'a>, rows: &[Row]) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    for (index, (line, range)) in rows.iter().enumerate() {
        let text = sheet.text.get(range.clone()).unwrap_or_default();
        let Some(pieces) = pieces(sheet, range) else {
            tokens.push(((Sort::Verbatim, end_trimmed(sheet, text)), index));
            continue;
        };
        let first = tokens.len();
        for (class, piece) in pieces {
            let part = sheet.text.get(piece.clone()).unwrap_or_default();
            match class {
                Class::Code => words(part, Sort::Code, index, sheet.kind, &mut tokens),
                Class::Comment => words(part, Sort::Comment, index, Kind::Free, &mut tokens),
                Class::String | Class::DocString => tokens.push(((Sort::Verbatim, part), index)),
            }
        }
        if tokens.len() == first {
            continue;
        }
        if sheet.kind == Kind::Indented && !sheet.is_continuation(*line) {
            let indent = text.len() - text.trim_ascii_start().len();
            tokens.insert(first, ((Sort::Space, text.get(..indent).unwrap_or_default()), index));
        }
        let ends = match sheet.kind {
            Kind::Lines | Kind::Indented => sheet.ends_statement(*line),
            Kind::Words => true,
            Kind::Free | Kind::Gaps | Kind::Exact => false,
        };
        if ends {
            tokens.push(((Sort::Space, b"\n"), index));
        } else if sheet.kind == Kind::Gaps {
            gap(index, &mut tokens);
        }
    }
    tokens
}

/// The regions of one line; `None` where the line has to be taken as it stands.
fn pieces(sheet: &Sheet<'_>, row: &Range<usize>) -> Option<Vec<(Class, Range<usize>)>> {
    let regions = sheet.regions.as_ref()?;
    let text = sheet.text.get(row.clone())?;
    let has_directives = matches!(sheet.language, Language::C | Language::Cpp | Language::CSharp | Language::Swift);
    // A macro's body goes on over a backslash.
    let before = sheet.text.get(..row.start.saturating_sub(1)).unwrap_or_default();
    let is_directive = text.trim_ascii_start().starts_with(b"#") || before.trim_ascii_end().ends_with(b"\\");
    if has_directives && is_directive {
        return None;
    }
    // An attribute of Swift and a preprocessor's line look alike; a line in doubt is taken as it stands.
    regions.within(row.clone())
}

/// Trailing white space is content in Markdown, and in what might be such.
fn end_trimmed<'a>(sheet: &Sheet<'_>, text: &'a [u8]) -> &'a [u8] {
    if sheet.kind == Kind::Exact { text.strip_suffix(b"\r").unwrap_or(text) } else { text.trim_ascii_end() }
}

fn words<'a>(text: &'a [u8], sort: Sort, index: usize, kind: Kind, tokens: &mut Vec<Token<'a>>) {
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        let rest = text.get(at..).unwrap_or_default();
        if byte.is_ascii_whitespace() {
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match kind {
                Kind::Gaps => gap(index, tokens),
                Kind::Words if tokens.last().is_some_and(|token| token.1 == index) && at + blank < text.len() => {
                    tokens.push(((Sort::Space, b" "), index));
                }
                // `<b>a</b> c` is not `<b>a</b>c` between tags.
                Kind::Lines if text.get(at.wrapping_sub(1)) == Some(&b'>') || text.get(at + blank) == Some(&b'<') => {
                    tokens.push(((Sort::Space, b" "), index));
                }
                _ => {}
            }
            at += blank;
            continue;
        }
        let word = rest.iter().take_while(|byte| is_word(**byte)).count();
        let pair = rest.get(..2).is_some_and(|two| PAIRS.iter().any(|pair| pair.as_slice() == two));
        let length = if word > 0 { word } else { 1 + usize::from(pair) };
        let token = rest.get(..length).unwrap_or_default();
        if kind == Kind::Gaps && cuts(token) {
            tokens.pop_if(|last| last.0.0 == Sort::Space);
        }
        tokens.push(((sort, token), index));
        at += length;
    }
}

/// White space of any length is one token, and none beside punctuation that cuts words anyway.
fn gap(index: usize, tokens: &mut Vec<Token<'_>>) {
    let is_cut = |token: &Token<'_>| matches!(token.0.0, Sort::Space | Sort::Comment) || cuts(token.0.1);
    if tokens.last().is_some_and(|token| !is_cut(token)) {
        tokens.push(((Sort::Space, b" "), index));
    }
}

fn cuts(token: &[u8]) -> bool {
    matches!(token, b"{" | b"}" | b";" | b",")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

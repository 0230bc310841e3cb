//! What single languages do differently from the general lexer.

use super::lexer::Lexer;
use super::literals;
use super::{Class, Language};

/// How far a look back or ahead on one line may go, so that one endless line costs linear time.
const LOOK: usize = 4096;

/// Before the first byte: byte order mark, shebang, and the HTML around PHP.
pub(super) fn begin(lexer: &mut Lexer<'_>) {
    if lexer.looking_at("\u{feff}") {
        lexer.at += 3;
    }
    // Rust's `#![…]` is an attribute.
    if lexer.looking_at("#!") && !lexer.looking_at("#![") {
        lexer.take(Class::Code, lexer.line_end(lexer.at));
    }
    if lexer.language == Language::Php {
        literals::skip_html(lexer);
    }
}

/// After the last byte.
pub(super) fn end(lexer: &mut Lexer<'_>) {
    if lexer.language == Language::Go && memchr::memmem::find(lexer.text, b"import \"C\"").is_some() {
        // The comment above it is C code, and the lexer does not tell which one that is.
        lexer.doubt_all();
    }
}

/// The bytes at which [`step`] may take something.
pub(super) fn triggers(language: Language) -> &'static [u8] {
    match language {
        Language::Rust => b"\nrbc'",
        Language::Swift => b"\n#",
        Language::Cpp => b"\nR",
        Language::JavaScript | Language::TypeScript => b"\n`{}/",
        Language::Ruby => b"\n/%=_<",
        Language::Shell => b"\n<\\$",
        Language::Php => b"\n<?",
        Language::Sql => b"\n$",
        _ => b"\n",
    }
}

/// Takes what only this language has; `true` if something was taken. [`triggers`] has to know where.
pub(super) fn step(lexer: &mut Lexer<'_>) -> bool {
    let Some(&byte) = lexer.rest().first() else { return false };
    if byte == b'\n' {
        return match lexer.language {
            Language::Yaml => literals::yaml_block_scalar(lexer),
            _ if !lexer.heredocs.is_empty() => literals::heredoc_bodies(lexer),
            _ => false,
        };
    }
    match (lexer.language, byte) {
        (Language::Rust, b'r' | b'b' | b'c') => literals::rust_raw(lexer),
        (Language::Rust, b'\'') => literals::rust_quote(lexer),
        (Language::Swift, b'#') => literals::swift_raw(lexer),
        (Language::Cpp, b'R') => literals::cpp_raw(lexer),
        (Language::JavaScript | Language::TypeScript, b'`') => {
            lexer.at += 1;
            literals::template_text(lexer, lexer.at - 1)
        }
        (Language::JavaScript | Language::TypeScript, b'{' | b'}') => literals::template_brace(lexer, byte),
        (Language::JavaScript | Language::TypeScript | Language::Ruby, b'/') => literals::regex(lexer),
        (Language::Ruby, b'%') => literals::ruby_percent(lexer),
        (Language::Ruby, b'=') => literals::ruby_block_comment(lexer),
        (Language::Ruby, b'_') if lexer.looking_at("__END__") && lexer.at_line_start() => {
            lexer.lose();
            true
        }
        (Language::Ruby | Language::Shell | Language::Php, b'<') => literals::heredoc_start(lexer),
        (Language::Shell, b'\\') => {
            // Not past a line feed: a here-document may wait for it.
            let next_is_feed = lexer.rest().get(1) == Some(&b'\n');
            lexer.at += if next_is_feed { 1 } else { 2 };
            true
        }
        (Language::Shell, b'$') => literals::shell_ansi_string(lexer),
        (Language::Php, b'?') if lexer.looking_at("?>") => literals::skip_html(lexer),
        (Language::Sql, b'$') => literals::sql_dollar(lexer),
        _ => false,
    }
}

/// Does the comment sign here start a comment?
pub(super) fn starts_comment(lexer: &Lexer<'_>) -> bool {
    let previous = lexer.previous();
    match lexer.language {
        Language::Shell => {
            previous.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'(' | b')' | b'|' | b'&'))
        }
        Language::Yaml => previous.is_none_or(|byte| byte.is_ascii_whitespace()),
        // `url(http://…)`
        Language::Scss => previous != Some(b':'),
        // An attribute.
        Language::Php => !lexer.looking_at("#["),
        // A character literal, a global variable.
        Language::Ruby => !matches!(previous, Some(b'?' | b'$')),
        _ => true,
    }
}

/// Where the line comment that starts here ends.
pub(super) fn comment_end(lexer: &Lexer<'_>) -> usize {
    let end = lexer.line_end(lexer.at);
    if lexer.language != Language::Php {
        return end;
    }
    let line = lexer.text.get(lexer.at..end).unwrap_or_default();
    memchr::memmem::find(line, b"?>").map_or(end, |at| lexer.at + at)
}

/// Is the line comment that starts here an order to the compiler?
pub(super) fn is_directive(lexer: &Lexer<'_>, end: usize) -> bool {
    let comment = lexer.text.get(lexer.at..end.min(lexer.at + LOOK)).unwrap_or_default();
    let starts = |prefix: &[u8]| comment.starts_with(prefix);
    match lexer.language {
        Language::Go => starts(b"//go:") || starts(b"// +build") || starts(b"//export ") || starts(b"//line "),
        Language::TypeScript => starts(b"/// <"),
        Language::Ruby => starts(b"# frozen_string_literal:") || starts(b"# encoding:"),
        _ => false,
    }
}

/// Does the quotation mark here start a string?
pub(super) fn starts_string(lexer: &Lexer<'_>) -> bool {
    let previous = lexer.previous();
    match lexer.language {
        Language::Yaml => {
            let after = lexer.last_code.map(|(_, byte)| byte);
            lexer.at_line_start()
                || previous.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'[' | b'{' | b','))
                    && matches!(after, Some(b':' | b'-' | b'[' | b'{' | b',' | b'?'))
        }
        Language::Ruby => !matches!(previous, Some(b'?' | b'$')),
        Language::C | Language::Cpp => !(lexer.looking_at("'") && in_number(lexer)),
        _ => true,
    }
}

/// Is this place inside a number, as the `'` of `1'000`?
fn in_number(lexer: &Lexer<'_>) -> bool {
    let before = lexer.text.get(lexer.at.saturating_sub(64)..lexer.at).unwrap_or_default();
    let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'\'').last();
    word.is_some_and(u8::is_ascii_digit)
}

/// The class of the string that starts here. May move the start back over a prefix.
pub(super) fn string_class(lexer: &mut Lexer<'_>, multiline: bool) -> Class {
    if lexer.language != Language::Python || !multiline || lexer.depth > 0 {
        return Class::String;
    }
    let here = lexer.at;
    if matches!(lexer.previous(), Some(b'r' | b'R' | b'u' | b'U')) {
        lexer.at -= 1;
    }
    if lexer.at_line_start() && !continued(lexer) {
        return Class::DocString;
    }
    lexer.at = here;
    Class::String
}

/// Did the line before end with a backslash?
fn continued(lexer: &Lexer<'_>) -> bool {
    lexer.last_code.is_some_and(|(_, byte)| byte == b'\\')
}

/// A string that is a statement of its own ends its line.
pub(super) fn after_string(lexer: &mut Lexer<'_>, class: Class) {
    if class != Class::DocString {
        return;
    }
    let rest = lexer.rest();
    let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    if next.is_some_and(|byte| !matches!(byte, b'\n' | b'#' | b';')) {
        lexer.retake(Class::String);
    }
}

//! Literals that need more than a pair of quotation marks.
//!
//! Each function looks at the current place, takes the literal if there is one, and tells whether it did.

use super::lexer::Lexer;
use super::{Class, Language};

/// The longest regular expression or delimiter looked for on a line.
const MAX_REGEX: usize = 2000;
const MAX_DELIMITER: usize = 64;

/// A here-document whose body starts on the next line.
pub(super) struct Heredoc {
    terminator: Vec<u8>,
    /// The terminator may be indented.
    indented: bool,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn find_from(text: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text.get(from..)?, needle).map(|at| from + at)
}

/// Takes a string from here to behind `close`, or gives up on the rest of the text.
fn take_to(lexer: &mut Lexer<'_>, from: usize, close: &[u8]) -> bool {
    match find_from(lexer.text, from, close) {
        Some(at) => {
            lexer.take(Class::String, at + close.len());
            lexer.last_code = Some((lexer.at - 1, b'"'));
        }
        None => lexer.lose(),
    }
    true
}

/// `r"…"`, `r#"…"#`, `br"…"`, `cr"…"`.
pub(super) fn rust_raw(lexer: &mut Lexer<'_>) -> bool {
    if lexer.previous().is_some_and(is_word) {
        return false;
    }
    let rest = lexer.rest();
    let prefix = match rest {
        [b'r', ..] => 1,
        [b'b' | b'c', b'r', ..] => 2,
        _ => return false,
    };
    let hashes = rest.iter().skip(prefix).take(256).take_while(|byte| **byte == b'#').count();
    if rest.get(prefix + hashes) != Some(&b'"') {
        return false;
    }
    let close = [&b"\""[..], &b"#".repeat(hashes)].concat();
    take_to(lexer, lexer.at + prefix + hashes + 1, &close)
}

/// A character literal; a lifetime or label is code.
pub(super) fn rust_quote(lexer: &mut Lexer<'_>) -> bool {
    let rest = lexer.rest();
    let length = match rest.get(1) {
        Some(b'\\') => {
            // Behind the escaped character; `'\u{1f600}'` is the longest.
            rest.iter().skip(3).take(16).position(|byte| *byte == b'\'').map(|at| at + 4)
        }
        Some(first) => {
            let width = match *first {
                0xf0.. => 4,
                0xe0.. => 3,
                0xc0.. => 2,
                _ => 1,
            };
            (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
        }
        None => None,
    };
    match length {
        Some(length) => lexer.take(Class::String, lexer.at + length),
        None => lexer.at += 1,
    }
    true
}

/// `#"…"#` with any number of `#`.
pub(super) fn swift_raw(lexer: &mut Lexer<'_>) -> bool {
    let hashes = lexer.rest().iter().take(256).take_while(|byte| **byte == b'#').count();
    let quotes = lexer.rest().iter().skip(hashes).take(3).take_while(|byte| **byte == b'"').count();
    let quotes = match quotes {
        0 => return false,
        3 => 3,
        _ => 1,
    };
    let close = [b"\"".repeat(quotes), b"#".repeat(hashes)].concat();
    take_to(lexer, lexer.at + hashes + quotes, &close)
}

/// `R"delimiter(…)delimiter"`.
pub(super) fn cpp_raw(lexer: &mut Lexer<'_>) -> bool {
    let rest = lexer.rest();
    if rest.get(1) != Some(&b'"') {
        return false;
    }
    let Some(length) = rest.iter().skip(2).take(17).position(|byte| *byte == b'(') else { return false };
    let delimiter = rest.get(2..2 + length).unwrap_or_default();
    let close = [b")", delimiter, b"\""].concat();
    take_to(lexer, lexer.at + 3 + length, &close)
}

/// The text of a template literal from `start`, up to its end or the next `${`.
pub(super) fn template_text(lexer: &mut Lexer<'_>, start: usize) -> bool {
    let mut at = lexer.at;
    lexer.at = start;
    while let Some(&byte) = lexer.text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'`' => {
                lexer.take(Class::String, at + 1);
                lexer.last_code = Some((at, b'`'));
                return true;
            }
            b'$' if lexer.text.get(at + 1) == Some(&b'{') => {
                lexer.take(Class::String, at);
                lexer.at += 2;
                lexer.templates.push(0);
                lexer.last_code = Some((at + 1, b'{'));
                return true;
            }
            _ => at += 1,
        }
    }
    lexer.lose();
    true
}

/// Braces inside `${…}`; the one that closes it goes back to the text.
pub(super) fn template_brace(lexer: &mut Lexer<'_>, byte: u8) -> bool {
    match (lexer.templates.last_mut(), byte) {
        (Some(open), b'{') => *open = open.saturating_add(1),
        (Some(0), _) => {
            lexer.templates.pop();
            lexer.at += 1;
            return template_text(lexer, lexer.at);
        }
        (Some(open), _) => *open -= 1,
        (None, _) => {}
    }
    false
}

/// A regular expression literal, where the code before it cannot be a divided value.
pub(super) fn regex(lexer: &mut Lexer<'_>) -> bool {
    if matches!(lexer.rest().get(1), Some(b'/' | b'*')) && lexer.language != Language::Ruby || !expects_value(lexer) {
        return false;
    }
    let mut class = false;
    let mut at = lexer.at + 1;
    let limit = lexer.at + MAX_REGEX;
    while let Some(&byte) = lexer.text.get(at).filter(|_| at < limit) {
        match byte {
            b'\n' => return false,
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => {
                lexer.take(Class::String, at + 1);
                lexer.last_code = Some((at, b'"'));
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Words behind which a value comes.
const BEFORE_VALUE: &[&[u8]] = &[
    b"return", b"typeof", b"case", b"in", b"of", b"delete", b"void", b"throw", b"new", b"else", b"do", b"await",
    b"yield", b"if", b"unless", b"when", b"and", b"or", b"not", b"while", b"until", b"elsif", b"then",
];

/// Can a value start here, going by the last code before?
fn expects_value(lexer: &Lexer<'_>) -> bool {
    let Some((at, byte)) = lexer.last_code else { return true };
    match byte {
        b'(' | b',' | b'=' | b':' | b'[' | b'!' | b'&' | b'|' | b'?' | b'{' | b'}' | b';' | b'+' | b'-' | b'*'
        | b'%' | b'~' | b'^' => true,
        // An arrow; else JSX or a comparison.
        b'>' => at.checked_sub(1).and_then(|before| lexer.text.get(before)) == Some(&b'='),
        _ if is_word(byte) => {
            let before = lexer.text.get(at.saturating_sub(16)..=at).unwrap_or_default();
            let start = before.iter().rposition(|byte| !is_word(*byte)).map_or(0, |gap| gap + 1);
            let word = before.get(start..).unwrap_or_default();
            let ruby_argument = lexer.language == Language::Ruby
                && lexer.previous() == Some(b' ')
                && lexer.rest().get(1).is_some_and(|next| !next.is_ascii_whitespace() && *next != b'=');
            ruby_argument || BEFORE_VALUE.contains(&word)
        }
        _ => false,
    }
}

/// `%w[…]`, `%(…)` and the like.
pub(super) fn ruby_percent(lexer: &mut Lexer<'_>) -> bool {
    let rest = lexer.rest();
    let letter = rest.get(1).is_some_and(|byte| b"qQwWiIrxs".contains(byte));
    let at = if letter { 2 } else { 1 };
    if !letter && !expects_value(lexer) {
        return false;
    }
    let Some(&open) = rest.get(at) else { return false };
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'|' | b'!' | b'/' => open,
        _ => return false,
    };
    let mut depth = 1u32;
    let mut end = lexer.at + at + 1;
    while let Some(&byte) = lexer.text.get(end) {
        if byte == b'\\' {
            end += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                lexer.take(Class::String, end + 1);
                lexer.last_code = Some((end, b'"'));
                return true;
            }
        } else if byte == open {
            depth = depth.saturating_add(1);
        }
        end += 1;
    }
    lexer.lose();
    true
}

/// `=begin` to `=end`, both at the start of a line.
pub(super) fn ruby_block_comment(lexer: &mut Lexer<'_>) -> bool {
    if !lexer.looking_at("=begin") || lexer.previous().is_some_and(|byte| byte != b'\n') {
        return false;
    }
    match find_from(lexer.text, lexer.at, b"\n=end") {
        Some(at) => lexer.take(Class::Comment, lexer.line_end(at + 1)),
        None => lexer.lose(),
    }
    true
}

/// `<<EOF`, `<<-EOF`, `<<~EOF`, `<<"EOF"`; in PHP `<<<EOF`. Notes it; the body comes after the line.
pub(super) fn heredoc_start(lexer: &mut Lexer<'_>) -> bool {
    let php = lexer.language == Language::Php;
    let arrows = if php { 3 } else { 2 };
    let rest = lexer.rest();
    let signs = rest.iter().take(4).take_while(|byte| **byte == b'<').count();
    if signs != arrows {
        if signs > 1 {
            // A here-string, or a shift of a shift.
            lexer.at += signs;
            return true;
        }
        return false;
    }
    let mut at = arrows;
    let mut indented = php;
    match (lexer.language, rest.get(at)) {
        (Language::Shell, Some(b'-')) | (Language::Ruby, Some(b'-' | b'~')) => {
            indented = true;
            at += 1;
        }
        (Language::Shell | Language::Php, _) => {
            at += rest.iter().skip(at).take(8).take_while(|byte| **byte == b' ').count();
        }
        _ => {}
    }
    let quote = rest.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'\\'));
    at += usize::from(quote.is_some());
    let word: Vec<u8> = rest.iter().skip(at).take(MAX_DELIMITER).copied().take_while(|byte| is_word(*byte)).collect();
    // `a <<b` in Ruby appends; only capitals are taken for a terminator there.
    let plausible = match (lexer.language, quote, word.first()) {
        (_, _, None) => false,
        (Language::Ruby, None, Some(first)) => {
            first.is_ascii_uppercase() && indented || word.iter().all(u8::is_ascii_uppercase)
        }
        (_, _, Some(first)) => !first.is_ascii_digit(),
    };
    if !plausible {
        lexer.at += arrows;
        return true;
    }
    at += word.len() + usize::from(matches!(quote, Some(b'"' | b'\'')));
    lexer.heredocs.push(Heredoc { terminator: word, indented });
    lexer.at += at;
    true
}

/// At a line feed: the bodies of the here-documents announced on the line.
pub(super) fn heredoc_bodies(lexer: &mut Lexer<'_>) -> bool {
    lexer.at += 1;
    for heredoc in std::mem::take(&mut lexer.heredocs) {
        let mut line = lexer.at;
        loop {
            if line >= lexer.text.len() {
                lexer.lose();
                return true;
            }
            let end = lexer.line_end(line);
            let text = lexer.text.get(line..end).unwrap_or_default();
            if heredoc.ends_at(text, lexer.language) {
                lexer.take(Class::String, line);
                // The terminator is code; PHP lets more code follow it on the line.
                let lead = text.len() - text.trim_ascii_start().len();
                lexer.at = (line + lead + heredoc.terminator.len()).min(end);
                if lexer.language != Language::Php {
                    lexer.at = end;
                }
                break;
            }
            line = end + 1;
        }
        if lexer.language != Language::Php && lexer.rest().first() == Some(&b'\n') {
            lexer.at += 1;
        }
    }
    true
}

impl Heredoc {
    fn ends_at(&self, line: &[u8], language: Language) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if self.indented { line.trim_ascii_start() } else { line };
        match line.strip_prefix(self.terminator.as_slice()) {
            Some(rest) if language == Language::Php => rest.first().is_none_or(|byte| !is_word(*byte)),
            Some(rest) => rest.is_empty(),
            None => false,
        }
    }
}

/// `$'…'` with backslash escapes.
pub(super) fn shell_ansi_string(lexer: &mut Lexer<'_>) -> bool {
    if !lexer.looking_at("$'") {
        return false;
    }
    let mut at = lexer.at + 2;
    while let Some(&byte) = lexer.text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\'' => {
                lexer.take(Class::String, at + 1);
                return true;
            }
            _ => at += 1,
        }
    }
    lexer.lose();
    true
}

/// PHP: everything up to behind the next opening tag is HTML, which counts as code.
pub(super) fn skip_html(lexer: &mut Lexer<'_>) -> bool {
    let next = find_from(lexer.text, lexer.at, b"<?");
    lexer.at = next.map_or(lexer.text.len(), |at| at + 2);
    true
}

/// A dollar-quoted string, `$tag$…$tag$`.
pub(super) fn sql_dollar(lexer: &mut Lexer<'_>) -> bool {
    let rest = lexer.rest();
    let tag = rest.iter().skip(1).take(MAX_DELIMITER).take_while(|byte| is_word(**byte)).count();
    if rest.get(1 + tag) != Some(&b'$') || rest.get(1).is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let close = rest.get(..tag + 2).unwrap_or_default();
    take_to(lexer, lexer.at + tag + 2, close)
}

/// At a line feed in YAML: the lines of a block scalar (`key: |`), which are indented more than its key.
pub(super) fn yaml_block_scalar(lexer: &mut Lexer<'_>) -> bool {
    let Some((last, byte)) = lexer.last_code else { return false };
    if !(matches!(byte, b'|' | b'>' | b'+' | b'-') || byte.is_ascii_digit()) {
        return false;
    }
    let from = last.saturating_sub(MAX_REGEX);
    let before = lexer.text.get(from..=last).unwrap_or_default();
    let line = before.get(memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..).unwrap_or_default();
    let Some(parent) = block_scalar_parent(line) else { return false };
    lexer.at += 1;
    let mut end = lexer.at;
    while end < lexer.text.len() {
        let line_end = lexer.line_end(end);
        let text = lexer.text.get(end..line_end).unwrap_or_default();
        let indent = text.iter().take_while(|byte| **byte == b' ').count();
        if !text.trim_ascii().is_empty() && indent <= parent {
            break;
        }
        end = (line_end + 1).min(lexer.text.len());
    }
    // Blank lines behind the scalar are the scalar's as far as anybody can tell.
    lexer.take(Class::String, end);
    lexer.last_code = None;
    true
}

/// The indentation of the key that owns the block scalar whose header ends `line`; `None` if it is no header.
fn block_scalar_parent(line: &[u8]) -> Option<usize> {
    let header = line.rsplit(|byte| *byte == b' ').next()?;
    let [b'|' | b'>', flags @ ..] = header else { return None };
    if flags.len() > 2 || !flags.iter().all(|byte| matches!(byte, b'+' | b'-') || byte.is_ascii_digit()) {
        return None;
    }
    let mut indent = line.iter().take_while(|byte| **byte == b' ').count();
    let mut rest = line.get(indent..)?;
    while let Some(item) = rest.strip_prefix(b"- ") {
        let gap = 2 + item.iter().take_while(|byte| **byte == b' ').count();
        let inner = rest.get(gap..)?;
        if inner == header {
            break;
        }
        indent += gap;
        rest = inner;
    }
    Some(indent)
}

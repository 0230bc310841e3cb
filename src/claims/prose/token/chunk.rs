//! Cuts a run of characters without white space into tokens: signs are peeled from both ends, what is left is told by
//! its looks.

use super::super::clause::{Token, TokenKind};
use super::{looks, word};

/// A run of characters without white space or backtick.
pub(super) struct Chunk<'a> {
    pub(super) text: &'a str,
    /// The chunk and the rest of its line.
    pub(super) rest: &'a str,
    /// Where the chunk starts in the message.
    pub(super) at: usize,
}

/// A tag of HTML or the target of a link longer than this is text.
const MAX_SKIP: usize = 500;

impl Chunk<'_> {
    /// Reads the chunk, or as much of it as makes sense by itself; gives the bytes read. What is left is read again.
    pub(super) fn read(&self, tokens: &mut Vec<Token>) -> usize {
        let Some(first) = self.text.chars().next() else { return 0 };
        if let Some(skipped) = self.tag() {
            return skipped;
        }
        if self.text.starts_with("](") {
            return self.link_target(tokens);
        }
        if let Some(length) = dash(self.text) {
            self.push(tokens, 0, length, TokenKind::Sign, "—");
            return length;
        }
        if let Some(length) = dots(self.text) {
            self.push(tokens, 0, length, TokenKind::Sign, "…");
            return length;
        }
        if is_opening(first, self.text) {
            return self.sign(tokens, first);
        }
        let core = self.core();
        if core.is_empty() {
            return self.sign(tokens, first);
        }
        self.classify(core, tokens);
        core.len()
    }

    /// One sign; signs of emphasis only part words and are dropped.
    fn sign(&self, tokens: &mut Vec<Token>, sign: char) -> usize {
        let shown = match sign {
            '*' | '_' | '~' | '#' => "",
            '“' | '”' | '„' | '«' | '»' | '"' => "\"",
            '‘' | '’' | '\'' => "'",
            _ => self.text.get(..sign.len_utf8()).unwrap_or_default(),
        };
        if !shown.is_empty() {
            self.push(tokens, 0, sign.len_utf8(), TokenKind::Sign, shown);
        }
        sign.len_utf8()
    }

    /// From the start to where signs end it: `a.rs` of `a.rs),`.
    fn core(&self) -> &str {
        let text = self.text;
        if looks::is_url(text) {
            let end = text.find(['>', '"', ')', ']', '|']).unwrap_or(text.len());
            return text.get(..end).unwrap_or(text).trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '\'']);
        }
        let mut depth = 0_usize;
        let mut end = text.len();
        for (at, c) in text.char_indices() {
            let next = text.get(at + c.len_utf8()..).unwrap_or_default();
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                // `f()` and `a[0]` are one word; `f(x)` is cut.
                '(' if next.starts_with(')') => {}
                ')' if text.get(..at).is_some_and(|before| before.ends_with('(')) => {}
                '[' if next.starts_with(|c: char| c.is_ascii_digit() || c == ']') => {}
                ']' if text.get(..at).is_some_and(|before| before.contains('[')) => {}
                '<' | '>' if text.contains("::") => {}
                c if c.is_whitespace() => {
                    end = at;
                    break;
                }
                '(' | ')' | '[' | ']' | '"' | '“' | '”' | '„' | '«' | '»' | ';' | '|' | '<' | '>' | '—' | '…' | '→'
                | '!' | '?' | '‘' | '=' => {
                    end = at;
                    break;
                }
                ',' if depth == 0 && !between_digits(text, at) => {
                    end = at;
                    break;
                }
                // `a::b`, `a:12` and `https:` hold together, `key:value` does not.
                ':' if !holds_colon(text, at) => {
                    end = at;
                    break;
                }
                '–' if !between_digits(text, at) => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let core = text.get(..end).unwrap_or(text);
        let cut = core.trim_end_matches(['.', ',', ':', '*', '\'', '’', '~', '…', '-', '&']);
        // An underscore at the end is a sign where one at the start was taken off.
        let cut = if cut.ends_with("__") { cut } else { cut.trim_end_matches('_') };
        // `--` alone, or a glob: what was cut is all there is.
        if core.ends_with("/*") || core.ends_with("/**") { core } else { cut }
    }

    fn classify(&self, core: &str, tokens: &mut Vec<Token>) {
        if let Some(path) = looks::position(core) {
            return self.push(tokens, 0, core.len(), TokenKind::Position, path);
        }
        let kind = looks::kind(core);
        // `100ms` is a number and its unit.
        if kind == TokenKind::Word && core.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = core.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(core.len());
            if let (Some(number), Some(unit)) = (core.get(..digits), core.get(digits..)) {
                if unit.chars().all(char::is_alphabetic) && !unit.is_empty() {
                    self.push(tokens, 0, digits, TokenKind::Number, number);
                    return self.push(tokens, digits, unit.len(), TokenKind::Word, &word(unit));
                }
            }
        }
        match kind {
            TokenKind::Word => self.push(tokens, 0, core.len(), kind, &word(core)),
            _ => self.push(tokens, 0, core.len(), kind, core),
        }
    }

    /// A tag of HTML, which says nothing: `<br>`, `</details>`, `<img src="…">`.
    fn tag(&self) -> Option<usize> {
        let inner = self.rest.strip_prefix('<')?;
        let name = inner.trim_start_matches('/');
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let known = name.get(..length).is_some_and(|name| TAGS.contains(&name.to_ascii_lowercase().as_str()));
        if !known {
            return None;
        }
        inner.as_bytes().iter().take(MAX_SKIP).position(|byte| *byte == b'>').map(|end| end + 2)
    }

    /// `](target)` behind the text of a link: the target is a URL, whatever it leads to.
    fn link_target(&self, tokens: &mut Vec<Token>) -> usize {
        self.push(tokens, 0, 1, TokenKind::Sign, "]");
        let close = self.rest.as_bytes().iter().take(MAX_SKIP).position(|byte| *byte == b')');
        let Some((close, target)) = close.and_then(|close| Some((close, self.rest.get(2..close)?))) else { return 1 };
        if !target.is_empty() {
            self.push(tokens, 2, target.len(), TokenKind::Url, target);
        }
        close + 1
    }

    fn push(&self, tokens: &mut Vec<Token>, offset: usize, length: usize, kind: TokenKind, text: &str) {
        let start = self.at + offset;
        tokens.push(Token { span: start..start + length, kind, text: text.to_owned() });
    }
}

const TAGS: &[&str] = &[
    "a", "b", "br", "code", "details", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "kbd", "li", "ol", "p",
    "picture", "pre", "small", "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "ul", "video",
];

/// The length of a dash that parts clauses. A hyphen does where it stands alone.
fn dash(text: &str) -> Option<usize> {
    for sign in ["—", "–", "→", "=>", "->"] {
        if text.starts_with(sign) {
            return Some(sign.len());
        }
    }
    let hyphens = text.bytes().take_while(|byte| *byte == b'-').count();
    (hyphens > 0 && hyphens == text.len()).then_some(hyphens)
}

fn dots(text: &str) -> Option<usize> {
    let dots = text.bytes().take_while(|byte| *byte == b'.').count();
    if dots >= 2 && !text.get(dots..).is_some_and(|rest| rest.starts_with('/')) {
        return Some(dots);
    }
    text.starts_with('…').then_some('…'.len_utf8())
}

/// Is the first character a sign that opens, and no part of a word?
fn is_opening(first: char, text: &str) -> bool {
    let next = text.chars().nth(1);
    match first {
        // `#12` is an id.
        '#' => !next.is_some_and(|c| c.is_ascii_digit()),
        // `__init__`, `_private`, `*.rs` and `**/a` are names.
        '_' => !looks::is_underscored(text),
        '*' => !(next == Some('.') || next == Some('/') || text.starts_with("**/") || text.starts_with("**.")),
        // `~/x` is a path, `~57` a guess.
        '~' => next != Some('/'),
        // `.gitignore`, `./a`
        '.' => !next.is_some_and(|c| c.is_alphanumeric() || c == '/' || c == '.'),
        // `--flag`
        '-' => !(text.starts_with("--") && text.chars().nth(2).is_some_and(char::is_alphanumeric)),
        // `@scope/a`, `$HOME`, `/abs`, `{a,b}.rs`
        '@' | '$' | '/' => !next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '{' | '_' | '.')),
        '{' => !text.contains("}."),
        _ => !first.is_alphanumeric(),
    }
}

fn between_digits(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at..).and_then(|text| text.chars().nth(1));
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    digit(before) && digit(after)
}

/// Does this colon belong to the word around it?
fn holds_colon(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + 1..).unwrap_or_default();
    let digits = after.starts_with(|c: char| c.is_ascii_digit());
    after.starts_with(':') && after.len() > 1
        || before.ends_with(':') && !after.is_empty()
        || digits && before.contains(['.', '/', ':'])
}

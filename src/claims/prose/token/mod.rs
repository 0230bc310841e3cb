//! Words and signs of a block. A token never crosses a line, save a code span.
//!
//! Inline Markdown is read by its signs and not by its rules: `__init__.py` and `Vec<String>` stand bare in messages, and
//! to Markdown they are emphasis and HTML.

mod chunk;
mod looks;

use std::ops::Range;

use super::clause::{Token, TokenKind};
use chunk::Chunk;

/// Where code spans can close: the runs of backticks of a block, by length.
struct Ticks(Vec<(usize, usize)>);

impl Ticks {
    fn of(text: &str, lines: &[Range<usize>]) -> Self {
        let mut runs = Vec::new();
        for line in lines {
            let bytes = text.as_bytes().get(line.clone()).unwrap_or_default();
            let mut at = 0;
            while let Some(found) = memchr::memchr(b'`', bytes.get(at..).unwrap_or_default()) {
                let start = at + found;
                let length = bytes.iter().skip(start).take_while(|byte| **byte == b'`').count();
                runs.push((length, line.start + start));
                at = start + length;
            }
        }
        runs.sort_unstable();
        Self(runs)
    }

    /// The start of the next run of this length.
    fn close(&self, length: usize, after: usize) -> Option<usize> {
        let at = self.0.partition_point(|run| *run < (length, after));
        self.0.get(at).filter(|run| run.0 == length).map(|run| run.1)
    }
}

/// A code span longer than this is a stray backtick.
const MAX_CODE: usize = 400;

/// A run without white space is read in pieces of at most so many bytes, so that reading it is linear.
const MAX_CHUNK: usize = 256;

/// The tokens of a block, given its lines without indent and markers.
pub(super) fn tokens(text: &str, lines: &[Range<usize>]) -> Vec<Token> {
    let ticks = Ticks::of(text, lines);
    let mut tokens = Vec::new();
    // Where a code span that crossed a line goes on.
    let mut resume = 0;
    for line in lines {
        let mut at = line.start.max(resume);
        while at < line.end {
            let Some(rest) = text.get(at..line.end) else { break };
            let Some(first) = rest.chars().next() else { break };
            if first.is_whitespace() {
                at += first.len_utf8();
                continue;
            }
            if first == '`' {
                at = code(text, lines, &ticks, at, &mut tokens);
                resume = at;
                continue;
            }
            // What is a sign wherever it stands needs no look at what follows.
            let most = if is_plain_sign(first) { first.len_utf8() } else { MAX_CHUNK };
            let near = head(rest, most);
            let length = memchr::memchr3(b' ', b'\t', b'`', near.as_bytes()).unwrap_or(near.len());
            let Some(chunk) = rest.get(..length) else { break };
            at += Chunk { text: chunk, rest, at }.read(&mut tokens).max(1);
        }
    }
    join(tokens)
}

/// Verbs of several words, and the one word that stands for them.
const JOINED: &[(&[&str], &str)] = &[
    (&["get", "rid", "of"], "remove"),
    (&["gets", "rid", "of"], "removes"),
    (&["got", "rid", "of"], "removed"),
    (&["getting", "rid", "of"], "removing"),
];

/// Puts one word for each of them, in one pass.
fn join(tokens: Vec<Token>) -> Vec<Token> {
    let is = |token: &Token, word: &str| token.kind == TokenKind::Word && token.text == word;
    let found = |rest: &[Token]| {
        JOINED
            .iter()
            .find(|(words, _)| rest.len() >= words.len() && words.iter().zip(rest).all(|(word, token)| is(token, word)))
    };
    if !tokens.iter().any(|token| is(token, "rid")) {
        return tokens;
    }
    let mut joined = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, verb) = found(rest).map_or((1, None), |(words, verb)| (words.len(), Some(*verb)));
        let (Some(first), Some(last)) = (rest.first(), rest.get(length - 1)) else { break };
        let text = verb.map_or_else(|| first.text.clone(), str::to_owned);
        joined.push(Token { span: first.span.start..last.span.end, kind: first.kind, text });
        at += length;
    }
    joined
}

/// Reads a code span at a backtick; gives where the text goes on.
fn code(text: &str, lines: &[Range<usize>], ticks: &Ticks, at: usize, tokens: &mut Vec<Token>) -> usize {
    let length = text.as_bytes().iter().skip(at).take_while(|byte| **byte == b'`').count();
    let inside = at + length;
    let end = lines.last().map_or(0, |line| line.end);
    let close = ticks.close(length, inside).filter(|close| *close <= end && close - inside <= MAX_CODE);
    let Some((close, content)) = close.and_then(|close| Some((close, text.get(inside..close)?))) else { return inside };
    let content = content.split_whitespace().collect::<Vec<_>>().join(" ");
    if !content.is_empty() {
        tokens.push(Token { span: at..close + length, kind: TokenKind::Code, text: content });
    }
    close + length
}

fn is_plain_sign(c: char) -> bool {
    matches!(c, '(' | ')' | '|' | '"' | ';' | ',' | '!' | '?' | '=' | '>' | '“' | '”')
}

/// At most so many bytes from the start, on a character boundary.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// A lower-case word with a straight apostrophe.
fn word(text: &str) -> String {
    text.to_lowercase().replace(['’', 'ʼ'], "'")
}

#[cfg(test)]
mod tests;

//! The general lexer: comments and strings by a language's [`Syntax`], its peculiarities by [`special`].

use std::ops::Range;

use super::language::{Escape, Quote, Syntax};
use super::literals::Heredoc;
use super::special;
use super::{Class, Language, Regions};

/// Cuts a text into regions. Linear in its length.
pub(super) fn lex(language: Language, text: &[u8]) -> Regions {
    let mut lexer = Lexer::new(language, text);
    lexer.run();
    Regions { starts: lexer.starts, doubts: lexer.doubts }
}

/// [`lex`] without the short cut for plain bytes.
#[cfg(test)]
pub(super) fn lex_bytewise(language: Language, text: &[u8]) -> Regions {
    let mut lexer = Lexer::new(language, text);
    lexer.triggers = [true; 256];
    lexer.run();
    Regions { starts: lexer.starts, doubts: lexer.doubts }
}

pub(super) struct Lexer<'a> {
    pub(super) language: Language,
    syntax: Syntax,
    pub(super) text: &'a [u8],
    /// The next byte to look at; everything before it is classed.
    pub(super) at: usize,
    starts: Vec<(usize, Class)>,
    doubts: Vec<Range<usize>>,
    /// Open brackets, for languages where a line can go on inside them.
    pub(super) depth: u32,
    /// Open braces inside each `${` of the template literals around this place.
    pub(super) templates: Vec<u32>,
    /// Here-documents announced on this line.
    pub(super) heredocs: Vec<Heredoc>,
    /// The last byte of code that is not white space, and where it is.
    pub(super) last_code: Option<(usize, u8)>,
    /// Bytes that can be more than code.
    triggers: [bool; 256],
}

impl<'a> Lexer<'a> {
    fn new(language: Language, text: &'a [u8]) -> Self {
        let syntax = language.syntax();
        Self {
            language,
            triggers: triggers(language, &syntax),
            syntax,
            text,
            at: 0,
            starts: vec![(0, Class::Code)],
            doubts: Vec::new(),
            depth: 0,
            templates: Vec::new(),
            heredocs: Vec::new(),
            last_code: None,
        }
    }

    fn run(&mut self) {
        special::begin(self);
        while self.at < self.text.len() {
            self.plain();
            let before = self.at;
            if before < self.text.len() && !(special::step(self) || self.comment() || self.string()) {
                self.code();
            }
            if self.at <= before {
                // No step may stand still, whatever the text.
                self.at = before + 1;
            }
        }
        special::end(self);
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn looking_at(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix.as_bytes())
    }

    /// The byte before the current one.
    pub(super) fn previous(&self) -> Option<u8> {
        self.at.checked_sub(1).and_then(|at| self.text.get(at)).copied()
    }

    /// Is there nothing but white space between the start of the line and here?
    pub(super) fn at_line_start(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).is_none_or(|byte| *byte == b'\n')
    }

    /// The end of the line `from` is on: its line feed or the end of the text.
    pub(super) fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(self.text.len(), |at| from + at)
    }

    /// Classes the bytes from here up to `end` and goes on behind them.
    pub(super) fn take(&mut self, class: Class, end: usize) {
        let end = end.min(self.text.len());
        if end > self.at {
            self.mark(self.at, class);
            self.mark(end, Class::Code);
            self.at = end;
        }
    }

    /// Classes the last taken region anew.
    pub(super) fn retake(&mut self, class: Class) {
        let last = self.starts.len().checked_sub(2).and_then(|at| self.starts.get_mut(at));
        if let Some(region) = last {
            region.1 = class;
        }
    }

    pub(super) fn doubt(&mut self, range: Range<usize>) {
        self.doubts.push(range);
    }

    fn mark(&mut self, at: usize, class: Class) {
        match self.starts.last_mut() {
            Some(last) if last.0 == at => last.1 = class,
            _ => self.starts.push((at, class)),
        }
    }

    /// Passes over bytes that are code whatever the place: nothing else starts with them.
    fn plain(&mut self) {
        let rest = self.rest();
        let mut length = 0;
        for byte in rest {
            if self.triggers.get(usize::from(*byte)).is_none_or(|is_trigger| *is_trigger) {
                break;
            }
            match byte {
                b'(' | b'[' | b'{' => self.depth = self.depth.saturating_add(1),
                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            length += 1;
        }
        let passed = rest.get(..length).unwrap_or_default();
        if let Some(last) = passed.iter().rposition(|byte| !byte.is_ascii_whitespace()) {
            self.last_code = passed.get(last).map(|byte| (self.at + last, *byte));
        }
        self.at += length;
    }

    /// One byte of code.
    fn code(&mut self) {
        let Some(&byte) = self.text.get(self.at) else { return };
        match byte {
            b'(' | b'[' | b'{' => self.depth = self.depth.saturating_add(1),
            b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.last_code = Some((self.at, byte));
        }
        self.at += 1;
    }

    fn comment(&mut self) -> bool {
        if self.syntax.line_comments.iter().any(|open| self.looking_at(open)) && special::starts_comment(self) {
            let end = special::comment_end(self);
            let class = if special::is_directive(self, end) { Class::Code } else { Class::Comment };
            self.take(class, end);
            return true;
        }
        let Some(block) = self.syntax.block_comments.iter().find(|block| self.looking_at(block.open)) else {
            return false;
        };
        let (open, close, nested) = (block.open, block.close, block.nested);
        match block_end(self.text, self.at, open.as_bytes(), close.as_bytes(), nested) {
            Some(end) => self.take(Class::Comment, end),
            None => self.lose(),
        }
        true
    }

    fn string(&mut self) -> bool {
        let rest = self.rest();
        let Some(quote) = self.syntax.quotes.iter().find(|quote| rest.starts_with(quote.open.as_bytes())) else {
            return false;
        };
        if !special::starts_string(self) {
            return false;
        }
        let from = self.at + quote.open.len();
        let end = quote_end(self.text, from, quote);
        let class = special::string_class(self, quote.multiline);
        match end {
            End::At(end) => {
                self.take(class, end);
                self.last_code = Some((end - 1, b'"'));
                special::after_string(self, class);
            }
            // The quote was no quote, or the line is broken: the line cannot be judged, the next one can.
            End::LineFeed(end) => {
                self.doubt(self.at..end.max(self.at + 1));
                self.take(Class::String, end);
            }
            End::Never => self.lose(),
        }
        true
    }

    /// Nothing at all can be told.
    pub(super) fn doubt_all(&mut self) {
        self.doubts.clear();
        self.doubt(0..self.text.len() + 1);
    }

    /// Nothing from here on can be told.
    pub(super) fn lose(&mut self) {
        self.doubt(self.at..self.text.len() + 1);
        self.at = self.text.len();
    }
}

enum End {
    At(usize),
    LineFeed(usize),
    Never,
}

/// The bytes with which anything but code can start.
fn triggers(language: Language, syntax: &Syntax) -> [bool; 256] {
    let mut triggers = [false; 256];
    let openings = syntax.line_comments.iter().map(|open| open.as_bytes());
    let openings = openings.chain(syntax.block_comments.iter().map(|block| block.open.as_bytes()));
    let openings = openings.chain(syntax.quotes.iter().map(|quote| quote.open.as_bytes()));
    for byte in openings.filter_map(|open| open.first()).chain(special::triggers(language)) {
        if let Some(slot) = triggers.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    triggers
}

fn quote_end(text: &[u8], from: usize, quote: &Quote) -> End {
    let close = quote.close.as_bytes();
    let first = close.first().copied().unwrap_or(b'\n');
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr3(first, b'\\', b'\n', rest)) {
        at += found;
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(close) {
            if quote.escape == Escape::Doubled && rest.get(close.len()..).unwrap_or_default().starts_with(close) {
                at += 2 * close.len();
                continue;
            }
            return End::At(at + close.len());
        }
        match rest.first() {
            Some(b'\\') if quote.escape == Escape::Backslash => at += 2,
            Some(b'\n') if !quote.multiline => return End::LineFeed(at),
            _ => at += 1,
        }
    }
    if quote.multiline { End::Never } else { End::LineFeed(text.len()) }
}

fn block_end(text: &[u8], from: usize, open: &[u8], close: &[u8], nested: bool) -> Option<usize> {
    let mut at = from + open.len();
    let mut depth = 1u32;
    let (first, other) = (close.first().copied()?, open.first().copied()?);
    loop {
        let rest = text.get(at..)?;
        at += if nested { memchr::memchr2(first, other, rest) } else { memchr::memchr(first, rest) }?;
        let rest = text.get(at..)?;
        if rest.starts_with(close) {
            at += close.len();
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if nested && rest.starts_with(open) {
            at += open.len();
            depth = depth.saturating_add(1);
        } else {
            at += 1;
        }
    }
}

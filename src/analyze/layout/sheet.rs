//! A text cut into lines, with what is known of the white space at their ends.

use std::ops::Range;

use crate::analyze::code_lines::{Class, Language, Regions};

use super::Kind;

pub(super) struct Sheet<'a> {
    pub(super) text: &'a [u8],
    pub(super) kind: Kind,
    pub(super) language: Language,
    pub(super) regions: Option<Regions>,
    /// The line break after this line can end a statement; by 0-based line.
    ends: Vec<bool>,
    /// The line goes on a statement of an earlier one: its indentation says nothing.
    continues: Vec<bool>,
}

/// The last bytes of code met, white space left out.
#[derive(Clone, Copy, Default)]
struct Before {
    last: u8,
    /// The byte right before the last, if nothing stands between them.
    beside: u8,
    line: usize,
    /// The innermost bracket open after it; 0 for none.
    bracket: u8,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(text: &'a [u8], kind: Kind, language: Language) -> Self {
        let lines = memchr::memchr_iter(b'\n', text).count() + 1;
        let regions = (kind != Kind::Exact).then(|| Regions::of(language, text));
        let mut sheet = Self { text, kind, language, regions, ends: vec![true; lines], continues: vec![false; lines] };
        if matches!(kind, Kind::Lines | Kind::Indented) {
            sheet.find_ends();
        }
        sheet
    }

    pub(super) fn ends_statement(&self, line: usize) -> bool {
        self.ends.get(line).copied().unwrap_or(true)
    }

    pub(super) fn is_continuation(&self, line: usize) -> bool {
        self.continues.get(line).copied().unwrap_or(false)
    }

    /// Walks over the code once, with the stack of open brackets.
    fn find_ends(&mut self) {
        // Brackets cannot be counted through text that was not understood.
        let Some(regions) = self.regions.as_ref().filter(|regions| !regions.has_doubts()) else { return };
        let mut stack: Vec<u8> = Vec::new();
        let mut before: Option<Before> = None;
        let mut line = 0_usize;
        let (mut ends, mut continues) = (std::mem::take(&mut self.ends), std::mem::take(&mut self.continues));
        for (class, range) in regions.iter(self.text.len()) {
            for at in range {
                let Some(byte) = self.text.get(at).copied() else { break };
                if byte == b'\n' {
                    line += 1;
                }
                // A comment is no token; a string is one, whatever is in it.
                if class == Class::Comment || byte.is_ascii_whitespace() {
                    continue;
                }
                let is_code = class == Class::Code;
                let byte = if is_code { byte } else { b'"' };
                if let Some(before) = before.filter(|before| before.line < line) {
                    let ends_there = self.ends_between(before, byte);
                    if let Some(slot) = ends.get_mut(before.line) {
                        *slot = ends_there;
                    }
                    if let Some(slot) = continues.get_mut(line) {
                        *slot = !ends_there;
                    }
                }
                match byte {
                    b'(' | b'[' | b'{' if is_code => stack.push(byte),
                    b')' | b']' | b'}' if is_code => {
                        stack.pop();
                    }
                    _ => {}
                }
                let beside = before.filter(|_| at > 0 && !self.is_blank(at - 1)).map_or(0, |before| before.last);
                before = Some(Before { last: byte, beside, line, bracket: stack.last().copied().unwrap_or_default() });
            }
        }
        (self.ends, self.continues) = (ends, continues);
    }

    fn is_blank(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(u8::is_ascii_whitespace)
    }

    /// Can a statement end between what was met and this first byte of a later line?
    fn ends_between(&self, before: Before, next: u8) -> bool {
        if self.kind == Kind::Indented {
            return before.bracket == 0 && before.last != b'\\';
        }
        if matches!(before.bracket, b'(' | b'[') {
            return false;
        }
        let doubled = before.beside == before.last;
        let goes_on = match before.last {
            b'(' | b'[' | b'{' | b',' | b';' | b'=' | b'|' | b'&' | b':' | b'.' => true,
            b'+' | b'-' => !doubled,
            b'>' => before.beside == b'=',
            _ => false,
        };
        let goes_on_there = matches!(next, b')' | b']' | b'}' | b',' | b';' | b'.');
        !(goes_on || goes_on_there)
    }
}

/// The lines of a hunk's side, as byte ranges of the text, without line feeds.
pub(super) type Row = (usize, Range<usize>);

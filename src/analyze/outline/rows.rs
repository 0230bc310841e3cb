//! What the outline needs to know of each line.

use super::ruby::{self, Step};
use crate::analyze::code_lines::{Class, Regions};

/// One line of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) start: usize,
    /// Brackets, and blocks of Ruby, that are open where it starts.
    pub(super) depth: u32,
    /// The fewest that are open anywhere on it.
    pub(super) lowest: u32,
    /// It starts outside of strings and comments.
    pub(super) plain: bool,
    /// Offsets of the first and the last byte that is code or a string.
    pub(super) first: Option<usize>,
    pub(super) last: Option<usize>,
    /// There is something on it.
    seen: bool,
    /// The line of what is closed by the first byte, or the first word.
    pub(super) closes: Option<usize>,
}

pub(super) struct Table<'a> {
    pub(super) text: &'a [u8],
    pub(super) rows: Vec<Row>,
    /// Where comments stand: offsets of pieces that are no code, for words to be looked for in code alone.
    others: Vec<std::ops::Range<usize>>,
}

/// How far into a line the words of Ruby are looked at, and how far behind a word: an endless line is no code.
const LOOK: usize = 4 << 10;

/// By byte.
const IS_BRACKET: [bool; 256] = {
    let mut is = [false; 256];
    let mut at = 0;
    while at < 6 {
        is[b"()[]{}"[at] as usize] = true;
        at += 1;
    }
    is
};

/// What stands for a block of Ruby among the open brackets.
const BLOCK: u8 = b'e';

impl<'a> Table<'a> {
    /// `None` where brackets do not match, or the blocks of Ruby do not end where they seem to by their margins.
    pub(super) fn of(text: &'a [u8], regions: &Regions, is_ruby: bool) -> Option<Self> {
        let mut table = Self { text, rows: Vec::new(), others: Vec::new() };
        let mut open: Vec<(u8, usize)> = Vec::new();
        let mut row = Row { plain: true, ..Row::default() };
        for (class, range) in regions.iter(text.len()) {
            let plain = class == Class::Code;
            let says = class != Class::Comment;
            if !plain && !range.is_empty() {
                table.others.push(range.clone());
            }
            let mut at = range.start;
            while let Some(rest) = text.get(at..range.end).filter(|rest| !rest.is_empty()) {
                let feed = memchr::memchr(b'\n', rest);
                let part = rest.get(..feed.unwrap_or(rest.len()))?;
                let found = part.iter().position(|byte| !byte.is_ascii_whitespace());
                if let Some(first) = found {
                    row.seen = true;
                    if says {
                        let last = part.iter().rposition(|byte| !byte.is_ascii_whitespace()).unwrap_or(first);
                        row.first.get_or_insert(at + first);
                        row.last = Some(at + last);
                        if plain {
                            table.code(at, part.get(..=last)?, &mut row, &mut open, is_ruby)?;
                        }
                    }
                }
                at += part.len();
                if feed.is_some() {
                    at += 1;
                    let depth = u32::try_from(open.len()).ok()?;
                    let next = Row { start: at, depth, lowest: depth, plain, ..Row::default() };
                    table.rows.push(std::mem::replace(&mut row, next));
                }
            }
        }
        if !open.is_empty() {
            return None;
        }
        table.rows.push(row);
        Some(table)
    }

    /// The brackets, and the words of Ruby, in a piece of code on one line.
    fn code(&self, start: usize, part: &[u8], row: &mut Row, open: &mut Vec<(u8, usize)>, is_ruby: bool) -> Option<()> {
        for (at, byte) in (start..).zip(part).filter(|(_, byte)| is_ruby || IS_BRACKET[usize::from(**byte)]) {
            let is_first = row.first == Some(at);
            if is_ruby
                && is_word(*byte)
                && !at.checked_sub(1).and_then(|at| self.text.get(at)).is_some_and(|byte| is_word(*byte))
            {
                match self.word(at, row.start)? {
                    Step::Open => open.push((BLOCK, self.rows.len())),
                    Step::End => {
                        let (BLOCK, line) = open.pop()? else { return None };
                        let start = self.rows.get(line).map_or(row.start, |row| row.start);
                        let same = line == self.rows.len() || is_first && self.margin(start) == self.margin(row.start);
                        if !same {
                            return None;
                        }
                        if is_first {
                            row.closes = Some(line);
                        }
                        row.lowest = row.lowest.min(u32::try_from(open.len()).ok()?);
                    }
                    Step::Stay => {}
                }
            }
            match byte {
                b'(' | b'[' | b'{' => open.push((*byte, self.rows.len())),
                b')' | b']' | b'}' => {
                    let (opening, line) = open.pop()?;
                    if !matches!((opening, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        return None;
                    }
                    if is_first {
                        row.closes = Some(line);
                    }
                    row.lowest = row.lowest.min(u32::try_from(open.len()).ok()?);
                }
                _ => {}
            }
        }
        Some(())
    }

    /// What the word that starts here does to the blocks of Ruby. `None` where that is not looked at.
    fn word(&self, at: usize, line: usize) -> Option<Step> {
        let rest = self.text.get(at..)?;
        let rest = rest.get(..LOOK).unwrap_or(rest);
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(length)?;
        if !ruby::is_keyword(word) {
            return Some(Step::Stay);
        }
        let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let before = self.text.get(line..at).filter(|before| before.len() <= LOOK)?;
        Some(ruby::step(word, before, after))
    }

    pub(super) fn is_seen(&self, row: u32) -> bool {
        usize::try_from(row).ok().and_then(|row| self.rows.get(row)).is_some_and(|row| row.seen)
    }

    fn margin(&self, line: usize) -> &'a [u8] {
        let line = self.text.get(line..).unwrap_or_default();
        let end = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        line.get(..end).unwrap_or_default()
    }

    /// Where each line starts, and the end of the text.
    pub(super) fn starts(&self) -> Vec<usize> {
        self.rows.iter().map(|row| row.start).chain([self.text.len()]).collect()
    }

    pub(super) fn byte(&self, at: Option<usize>) -> Option<u8> {
        self.text.get(at?).copied()
    }

    /// Is the place where a line ends, counted from 0, outside of strings and comments, and how deep in brackets?
    pub(super) fn end(&self, row: usize) -> (u32, bool) {
        self.rows.get(row + 1).map_or((0, true), |next| (next.depth, next.plain))
    }

    /// The words of a line up to its first bracket, or up to `end`. Code alone.
    pub(super) fn words(&self, row: usize, end: impl Fn(u8) -> bool) -> Vec<&'a [u8]> {
        let Some(start) = self.rows.get(row).and_then(|row| row.first) else { return Vec::new() };
        let line = self.text.get(start..).unwrap_or_default();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let next = self.others.partition_point(|range| range.end <= start);
        let code = self.others.get(next).map_or(line.len(), |range| range.start.saturating_sub(start).min(line.len()));
        let stop = line.iter().position(|byte| end(*byte)).unwrap_or(line.len()).min(code);
        let line = line.get(..stop).unwrap_or_default();
        line.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty()).collect()
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

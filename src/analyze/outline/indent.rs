//! Items of Python.

use super::rows::Table;
use super::{Inner, Item, MAX_NESTING};

/// Clauses of a statement that began above.
const CLAUSES: &[&[u8]] = &[b"else", b"elif", b"except", b"finally", b"case"];

pub(super) fn items(table: &Table<'_>) -> Option<Vec<Item>> {
    let indented = Indented::of(table)?;
    indented.items(0..indented.lines.len(), 0)
}

/// The lines on which a statement, or a part of one in brackets or strings, does not go on: row and indentation.
struct Indented<'t, 'a> {
    table: &'t Table<'a>,
    lines: Vec<(usize, usize)>,
}

impl<'t, 'a> Indented<'t, 'a> {
    fn of(table: &'t Table<'a>) -> Option<Self> {
        let mut lines = Vec::new();
        let (mut tabs, mut blanks) = (false, false);
        for (at, row) in table.rows.iter().enumerate() {
            let goes_on = at.checked_sub(1).is_some_and(|before| {
                let rest = table.text.get(..row.start.saturating_sub(1)).unwrap_or_default();
                table.rows.get(before).is_some() && rest.strip_suffix(b"\r").unwrap_or(rest).ends_with(b"\\")
            });
            let Some(first) = row.first.filter(|_| row.plain && row.depth == 0 && !goes_on) else { continue };
            let margin = table.text.get(row.start..first)?;
            tabs |= margin.contains(&b'\t');
            blanks |= margin.contains(&b' ');
            if !margin.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                return None;
            }
            lines.push((at, margin.len()));
        }
        // What one is worth in the other is for the language to say.
        (!(tabs && blanks)).then_some(Self { table, lines })
    }

    /// The items among some of the lines, by index.
    fn items(&self, part: std::ops::Range<usize>, nesting: usize) -> Option<Vec<Item>> {
        let lines = self.lines.get(part.clone())?;
        let Some((_, margin)) = lines.first().copied() else { return Some(Vec::new()) };
        let mut starts = Vec::new();
        let mut decorated = false;
        for (index, (row, indent)) in lines.iter().enumerate() {
            if *indent < margin {
                return None;
            }
            if *indent > margin {
                continue;
            }
            let words = self.table.words(*row, |_| false);
            let is_clause = index > 0 && words.first().is_some_and(|word| CLAUSES.contains(word));
            if !decorated && !is_clause {
                starts.push(part.start + index);
            }
            decorated = self.first(*row) == Some(b'@');
        }
        let mut list = Vec::new();
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(part.end);
            list.push(self.item(*start..end, margin, nesting)?);
        }
        Some(list)
    }

    fn item(&self, part: std::ops::Range<usize>, margin: usize, nesting: usize) -> Option<Item> {
        let rows = self.row(part.start)?..self.end_before(part.end)?;
        let lines = self.lines.get(part.clone())?;
        // Past the decorators.
        let head = lines.iter().position(|(row, indent)| *indent == margin && self.first(*row) != Some(b'@'))?;
        let words = self.table.words(lines.get(head)?.0, |_| false);
        let is = |word: &[u8]| words.first() == Some(&word);
        let body = head + 1;
        let is_block =
            lines.get(body..).is_some_and(|rest| !rest.is_empty() && rest.iter().all(|(_, indent)| *indent > margin));
        let block = is_block && (is(b"def") || is(b"class") || is(b"async"));
        let inner = if block && is(b"class") && nesting < MAX_NESTING {
            let items = self.items(part.start + body..part.end, nesting + 1)?;
            Some(Inner { head: rows.start..self.end_before(part.start + body)?, items })
        } else {
            None
        };
        Some(Item { rows, lead: 0, apart: true, block, inner })
    }

    fn first(&self, row: usize) -> Option<u8> {
        self.table.rows.get(row).and_then(|row| self.table.byte(row.first))
    }

    fn row(&self, index: usize) -> Option<u32> {
        u32::try_from(self.lines.get(index)?.0).ok()
    }

    /// The row after the last one with code before a line, by its index.
    fn end_before(&self, index: usize) -> Option<u32> {
        let next = self.lines.get(index).map_or(self.table.rows.len(), |(row, _)| *row);
        let rows = self.table.rows.get(..next)?;
        u32::try_from(rows.iter().rposition(|row| row.first.is_some())? + 1).ok()
    }
}

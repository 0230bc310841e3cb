//! The items of a text, found by its brackets, its words or its indentation: where one function, class or suite ends and the next
//! begins.
//!
//! Taking a file apart by its grammar costs some hundred times what reading it costs, and most of a file is no part of a
//! change. What surely lies apart from what is looked for is left out first ([`Outline::without`]); the rest keeps its lines
//! and offsets. An outline is made only of text that is plain to the lexer, with brackets that match; of anything else
//! there is none, and callers take the whole.

mod braces;
mod common;
mod indent;
mod rows;
mod ruby;

use std::ops::Range;

use crate::analyze::code_lines::{Language, Regions};

pub use common::common;

/// Nested items deeper than this are not told apart.
const MAX_NESTING: usize = 6;

/// Lines of a text, counted from 0.
pub type Rows = Range<u32>;

#[derive(Debug, PartialEq, Eq)]
pub struct Outline {
    /// In the order of the text.
    pub items: Vec<Item>,
    /// Where each line starts, and the length of the text.
    starts: Vec<usize>,
    /// What stands for an item in a place that must not be empty.
    filler: Option<u8>,
}

/// A function, a class, a suite of tests, or a statement beside them.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// From its first line of code to its last.
    pub rows: Rows,
    /// The first line of the comments before it, if there are any; else its own first.
    pub lead: u32,
    /// Without it, the rest means what it meant.
    pub apart: bool,
    /// It is a function, a class or the like.
    pub block: bool,
    /// What it holds, where it is nothing but a holder of other items.
    pub inner: Option<Inner>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Inner {
    /// The lines that open it.
    pub head: Rows,
    pub items: Vec<Item>,
}

/// A text of which some items were left out.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// As long as before, with the same lines.
    pub text: Vec<u8>,
    /// The bytes to look at, in whole lines; what lies between them is blank.
    pub parts: Vec<Range<usize>>,
}

impl Excerpt {
    /// How many bytes are left.
    pub fn size(&self) -> usize {
        self.parts.iter().map(ExactSizeIterator::len).sum()
    }
}

impl Outline {
    /// `None` where the text is not plain, or of a language whose items are not known.
    pub fn of(language: Language, text: &[u8]) -> Option<Self> {
        let style = style(language)?;
        // What is around PHP is no code, and what follows the first mark is, as long as no other stands there.
        if language == Language::Php && (!text.starts_with(b"<?php") || memchr::memmem::find(text, b"?>").is_some()) {
            return None;
        }
        let regions = Regions::of(language, text);
        if regions.has_doubts() {
            return None;
        }
        let rows = rows::Table::of(text, &regions, language == Language::Ruby)?;
        let (mut items, filler) = match style {
            Style::Indented => (indent::items(&rows)?, Some(b'0')),
            Style::Terminated | Style::Lines => (braces::items(&rows, language, style)?, None),
        };
        if let Some(first) = items.first_mut().filter(|_| language == Language::Php) {
            first.apart = false;
        }
        set_leads(&mut items, 0, &rows);
        Some(Self { items, starts: rows.starts(), filler })
    }

    /// The text without some of its items.
    pub fn without(&self, text: &[u8], gone: &[&Item]) -> Excerpt {
        let mut gone = gone.to_vec();
        gone.sort_unstable_by_key(|item| item.rows.start);
        let mut out = text.to_vec();
        let mut parts = Vec::new();
        let mut from = 0;
        for item in gone {
            let (Some(all), Some(own)) = (self.bytes(&(item.lead..item.rows.end)), self.bytes(&item.rows)) else {
                continue;
            };
            parts.push(from..all.start);
            from = all.end;
            for byte in out.get_mut(all).unwrap_or_default().iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
                *byte = b' ';
            }
            let Some(filler) = self.filler else { continue };
            let line = text.get(own.clone()).unwrap_or_default();
            let margin = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or_default();
            if let Some(place) = out.get_mut(own.start + margin) {
                *place = filler;
            }
            let end = memchr::memchr(b'\n', line).map_or(own.end, |at| own.start + at + 1);
            parts.push(own.start..end);
        }
        parts.push(from..text.len());
        parts.retain(|part| !part.is_empty());
        Excerpt { text: out, parts }
    }

    /// The items that can be left out, but for those that `keeps` asks to keep.
    pub fn apart(&self, text: &[u8], keeps: impl Fn(&Item, &[u8]) -> bool) -> Vec<&Item> {
        let mut gone = Vec::new();
        let mut open: Vec<&Item> = self.items.iter().collect();
        while let Some(item) = open.pop() {
            let own = self.bytes(&item.rows).and_then(|range| text.get(range));
            if own.is_some_and(|own| !keeps(item, own)) {
                gone.extend(item.apart.then_some(item));
            } else if let Some(inner) = item.inner.as_ref() {
                open.extend(&inner.items);
            }
        }
        gone
    }

    /// Does the place lie inside a block, past where it starts?
    pub fn is_within_block(&self, at: usize) -> bool {
        let row = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let Ok(row) = u32::try_from(row) else { return false };
        let item = self.items.partition_point(|item| item.rows.end <= row);
        self.items.get(item).is_some_and(|item| {
            item.block && item.rows.start <= row && self.bytes(&item.rows).is_some_and(|own| own.start < at)
        })
    }

    fn bytes(&self, rows: &Rows) -> Option<Range<usize>> {
        let at = |row: u32| self.starts.get(usize::try_from(row).ok()?).copied();
        Some(at(rows.start)?..at(rows.end)?)
    }
}

fn set_leads(items: &mut [Item], mut from: u32, rows: &rows::Table<'_>) {
    for item in items {
        item.lead = (from..item.rows.start).find(|row| rows.is_seen(*row)).unwrap_or(item.rows.start);
        from = item.rows.end;
        if let Some(inner) = &mut item.inner {
            set_leads(&mut inner.items, inner.head.end, rows);
        }
    }
}

/// How the items of a language end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// With `;` or `}`.
    Terminated,
    /// With the line, unless something shows that it goes on.
    Lines,
    /// With the indentation.
    Indented,
}

fn style(language: Language) -> Option<Style> {
    Some(match language {
        Language::Rust | Language::C | Language::Cpp | Language::Java | Language::CSharp | Language::Php => {
            Style::Terminated
        }
        Language::JavaScript
        | Language::TypeScript
        | Language::Go
        | Language::Kotlin
        | Language::Swift
        | Language::Ruby => Style::Lines,
        Language::Python => Style::Indented,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

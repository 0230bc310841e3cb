//! A message as blocks: subject, paragraphs, list items, headings, table cells, each with the bytes of its lines.
//!
//! Messages are read line by line and not by Markdown's rules, for they are no Markdown: lines are wrapped by hand, lists
//! start anywhere, labels stand where headings would, `---------` parts what a host has glued together. What is plainly
//! no prose (trailers, signatures, HTML comments, rules) is left out; what is prose in no one's mouth (code, logs,
//! quotations, other commits' messages) is a block with its stance settled. Reading is linear in the text.

mod form;
mod line;
mod log;
mod scan;
mod table;

use std::ops::Range;

use super::clause::{Place, Stance};
use super::lexicon::Title;

pub use form::Form;

/// The blocks of one text.
#[derive(Debug, Default)]
pub struct Document {
    pub form: Form,
    pub blocks: Vec<Block>,
    pub sections: Vec<Section>,
    /// Bytes from here on were not read: the text is longer than the bound.
    pub unread: Option<usize>,
}

/// A run of prose that is one statement or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub place: Place,
    /// The lines that are joined to one, without indent and markers. Never empty, nor is any of them.
    pub lines: Vec<Range<usize>>,
    /// What the kind of block already settles.
    pub stance: Option<Stance>,
    pub boxed: Boxed,
    /// Index into [`Document::sections`].
    pub section: Option<usize>,
    /// The block that introduces this one: a line that ends in a colon, the item above in the list.
    pub lead: Option<usize>,
    /// A blank line stands before.
    pub fresh: bool,
}

impl Block {
    pub fn span(&self) -> Range<usize> {
        let start = self.lines.first().map_or(0, |line| line.start);
        start..self.lines.last().map_or(start, |line| line.end)
    }
}

/// The box before an item, or the sign that stands for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Boxed {
    #[default]
    None,
    Ticked,
    Unticked,
}

/// What a heading or label opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// As written, without marks.
    pub title: String,
    pub kind: Title,
    /// A line such as `Changes:`, not a heading.
    pub is_label: bool,
    /// The heading above a label.
    pub parent: Option<usize>,
}

/// The most bytes of a text that are read.
pub const MAX_TEXT: usize = 256 << 10;

impl Document {
    /// Reads a message or another text of that kind. The first line is its subject.
    pub fn read(text: &str) -> Self {
        let end = (0..=MAX_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let mut document = scan::scan(text.get(..end).unwrap_or_default());
        document.unread = (end < text.len()).then_some(end);
        end_labels(&mut document);
        document
    }
}

/// Decides how far a label reaches: over its list, or over what follows up to the next label; the last label of a text
/// reaches no further than the paragraph it stands over.
fn end_labels(document: &mut Document) {
    let Document { blocks, sections, .. } = document;
    let mut content = Content::default();
    for at in 0..blocks.len() {
        let Some(section) = blocks.get(at).and_then(|block| block.section) else { continue };
        if content.section != Some(section) {
            let later = blocks.iter().skip(at).find_map(|block| block.section.filter(|other| *other != section));
            let is_last = later.and_then(|later| sections.get(later)).is_none_or(|later| !later.is_label);
            content = Content { section: Some(section), is_last, ..Content::default() };
        }
        let Some(label) = sections.get(section).filter(|section| section.is_label) else { continue };
        let Some(block) = blocks.get_mut(at) else { break };
        if matches!(block.place, Place::Heading) {
            continue;
        }
        let is_item = matches!(block.place, Place::Item { .. } | Place::Cell { .. });
        content.ended |= block.fresh && !is_item && (content.items || content.is_last && content.paragraphs);
        content.items |= is_item;
        content.paragraphs |= !is_item;
        if content.ended {
            block.section = label.parent;
        }
    }
}

/// What a label was seen to stand over.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is something seen by itself")]
struct Content {
    section: Option<usize>,
    is_last: bool,
    items: bool,
    paragraphs: bool,
    ended: bool,
}

#[cfg(test)]
mod tests;

//! Syntax trees by tree-sitter, within bounds.
//!
//! A tree is made of any text, however broken: [`Parsed::has_error`] says where it is to be doubted. The text is hostile, so
//! its size, the parser's work and the depth to which a tree is followed are bounded; what is over a bound has no tree, and
//! the caller says so.

mod grammar;
mod place;

use std::cell::Cell;
use std::ops::{ControlFlow, Range};

use tree_sitter::{ParseOptions, Parser, Point, Tree};

pub use grammar::{Grammar, grammar_of};
pub use place::Place;
pub use tree_sitter::Node;

use crate::analyze::outline::Excerpt;

/// The largest text that is parsed, in bytes. Test files over it are data or generated.
pub const MAX_BYTES: usize = 4 << 20;

/// Nodes deeper than this are not followed: code that people write nests some 60 nodes deep.
pub const MAX_DEPTH: usize = 400;

/// tree-sitter asks for leave to go on every 100 operations. Real code needs less than one operation a byte.
const FREE_STEPS: usize = 20_000;
const BYTES_A_STEP: usize = 10;

/// What may be made of tokens on one walk, beside so many times the text.
const FREE_TOKENS: usize = 1 << 20;
const TOKENS_A_BYTE: usize = 8;

/// Why there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unparsed {
    #[error("larger than the {MAX_BYTES} bytes that are parsed")]
    TooLarge,
    #[error("the parser's bound of work is reached")]
    TooHard,
}

/// A tree and the text it was made of.
pub struct Parsed<'s> {
    tree: Tree,
    source: &'s [u8],
}

impl<'s> Parsed<'s> {
    /// # Errors
    /// When the text is over the bound of size or of work.
    pub fn of(grammar: Grammar, source: &'s [u8]) -> Result<Self, Unparsed> {
        Self::read(grammar, source, None)
    }

    /// [`Parsed::of`], of what an excerpt has left.
    ///
    /// # Errors
    /// As there.
    pub fn of_excerpt(grammar: Grammar, excerpt: &'s Excerpt) -> Result<Self, Unparsed> {
        Self::read(grammar, &excerpt.text, Some(&excerpt.parts))
    }

    fn read(grammar: Grammar, source: &'s [u8], parts: Option<&[Range<usize>]>) -> Result<Self, Unparsed> {
        if source.len() > MAX_BYTES {
            return Err(Unparsed::TooLarge);
        }
        let mut parser = Parser::new();
        parser
            .set_language(&grammar.language())
            .expect("the grammars and the library are of one ABI; a test holds this");
        if let Some(parts) = parts {
            // They are in order and do not overlap.
            parser.set_included_ranges(&in_lines(source, parts)).map_err(|_| Unparsed::TooHard)?;
        }
        let mut steps = FREE_STEPS + source.len() / BYTES_A_STEP;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps = steps.saturating_sub(1);
            if steps == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut read = |at: usize, _| source.get(at..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(options)).ok_or(Unparsed::TooHard)?;
        Ok(Self { tree, source })
    }

    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    pub fn source(&self) -> &'s [u8] {
        self.source
    }

    /// Some part of the text did not fit the grammar.
    pub fn has_error(&self) -> bool {
        self.root().has_error()
    }

    /// Where the text did not fit the grammar: offsets in ascending order. `tolerated` is asked with a token the parser put in
    /// because it was missing and that token's parent; what it says yes to is left out.
    pub fn errors(&self, tolerated: impl Fn(Node<'_>, Node<'_>) -> bool) -> Vec<usize> {
        let mut found = Vec::new();
        // How many were met, the tolerated ones too.
        let mut met = 0;
        let mut cursor = self.tree.walk();
        let mut ancestors: Vec<(Node<'_>, usize)> = Vec::new();
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                met += 1;
                let fine = node.is_missing() && ancestors.last().is_some_and(|(parent, _)| tolerated(*parent, node));
                found.extend((!fine).then(|| node.start_byte()));
            }
            if node.has_error() && cursor.goto_first_child() {
                ancestors.push((node, met));
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some((parent, before)) = ancestors.pop() else {
                    found.sort_unstable();
                    return found;
                };
                if met == before && !parent.is_error() {
                    // What is missing is a token the grammar hides.
                    met += 1;
                    found.push(parent.start_byte());
                }
                cursor.goto_parent();
            }
        }
    }

    /// Walks the tree in the order of the text. `enter` says whether to go into the node; `leave` is called for every node
    /// that `enter` was called for. `false` when something lay too deep or was too much to take down, and was left out.
    pub fn walk<'t>(&'t self, mut enter: impl FnMut(&Place<'_, 't>) -> bool, mut leave: impl FnMut(Node<'t>)) -> bool {
        let mut cursor = self.tree.walk();
        let mut ancestors: Vec<Node<'t>> = Vec::new();
        let mut earlier: Vec<Vec<Node<'t>>> = vec![Vec::new()];
        let mut whole = true;
        let budget = Cell::new(FREE_TOKENS + TOKENS_A_BYTE * self.source.len());
        loop {
            let node = cursor.node();
            let siblings = earlier.last().map_or(&[][..], Vec::as_slice);
            let inside =
                enter(&Place { node, ancestors: &ancestors, earlier: siblings, source: self.source, budget: &budget });
            let too_deep = ancestors.len() >= MAX_DEPTH && node.child_count() > 0;
            whole &= !(inside && too_deep);
            if inside && !too_deep && cursor.goto_first_child() {
                ancestors.push(node);
                earlier.push(Vec::new());
                continue;
            }
            leave(node);
            loop {
                if let Some(siblings) = earlier.last_mut() {
                    siblings.push(cursor.node());
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                let Some(parent) = ancestors.pop() else { return whole && budget.get() > 0 };
                earlier.pop();
                cursor.goto_parent();
                leave(parent);
            }
        }
    }
}

/// Parts of whole lines as the parser takes them.
fn in_lines(source: &[u8], parts: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    let (mut at, mut row) = (0, 0);
    let mut point = |to: usize| {
        let passed = source.get(at..to).unwrap_or_default();
        row += memchr::memchr_iter(b'\n', passed).count();
        at = to;
        let start = memchr::memrchr(b'\n', source.get(..to).unwrap_or_default()).map_or(0, |feed| feed + 1);
        Point { row, column: to - start }
    };
    let range = |part: &Range<usize>| tree_sitter::Range {
        start_byte: part.start,
        start_point: point(part.start),
        end_byte: part.end,
        end_point: point(part.end),
    };
    parts.iter().map(range).collect()
}

#[cfg(test)]
mod tests;

//! A node with what lies around it.

use std::cell::Cell;

use tree_sitter::Node;

/// A node met on a walk. Ancestors and earlier siblings are kept by the walk: asking tree-sitter for them costs a search
/// from the root each time.
pub struct Place<'a, 't> {
    pub node: Node<'t>,
    /// From the root down; the last is the parent.
    pub ancestors: &'a [Node<'t>],
    /// The siblings before this node, comments and punctuation included.
    pub earlier: &'a [Node<'t>],
    pub source: &'a [u8],
    /// Bytes of tokens that may still be made on this walk: nested nodes asked one by one would cost the square of the text.
    pub budget: &'a Cell<usize>,
}

impl<'a, 't> Place<'a, 't> {
    pub fn kind(&self) -> &'t str {
        self.node.kind()
    }

    pub fn parent(&self) -> Option<Node<'t>> {
        self.ancestors.last().copied()
    }

    pub fn field(&self, name: &str) -> Option<Node<'t>> {
        self.node.child_by_field_name(name)
    }

    pub fn text(&self, node: Node<'_>) -> &'a [u8] {
        text(self.source, node)
    }

    /// The nearest ancestor of one of the kinds.
    pub fn enclosing(&self, kinds: &[&str]) -> Option<Node<'t>> {
        self.ancestors.iter().rev().copied().find(|node| kinds.contains(&node.kind()))
    }

    /// The node's tokens, one blank between two, comments left out: equal for texts that differ in layout only. Cut where
    /// the walk's budget ends.
    pub fn tokens(&self, node: Node<'_>) -> Vec<u8> {
        let tokens = tokens(self.source, node, self.budget.get());
        self.budget.set(self.budget.get().saturating_sub(tokens.len().max(1)));
        tokens
    }
}

fn text<'s>(source: &'s [u8], node: Node<'_>) -> &'s [u8] {
    source.get(node.byte_range()).unwrap_or_default()
}

/// A leaf that holds the text of a string, as the grammars name it.
fn is_string_text(kind: &str) -> bool {
    ["string", "str_text", "heredoc"].iter().any(|word| kind.contains(word))
}

fn tokens(source: &[u8], node: Node<'_>, limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut cursor = node.walk();
    loop {
        let here = cursor.node();
        let comment = here.is_extra() && here.kind().contains("comment");
        if !comment && cursor.goto_first_child() {
            continue;
        }
        if !comment {
            let part = text(source, here);
            // Blanks at the ends of a string are part of it.
            let part = if is_string_text(here.kind()) { part } else { part.trim_ascii() };
            if !part.is_empty() {
                if !out.is_empty() {
                    out.push(b' ');
                }
                out.extend_from_slice(part);
            }
            if out.len() >= limit {
                return out;
            }
        }
        while !cursor.goto_next_sibling() {
            // A cursor made at a node does not leave it.
            if !cursor.goto_parent() {
                return out;
            }
        }
    }
}

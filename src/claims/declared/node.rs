//! A parsed report before it is understood: one tree for both formats, every value with its place.

use std::ops::Range;

/// A value and its byte range in the text it was parsed from.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum Value {
    Table(Vec<Entry>),
    Array(Vec<Node>),
    Text(String),
    /// `None` when it is not a whole number from 0 to `u64::MAX`.
    Number(Option<u64>),
    /// A type no field has, by its name.
    Other(&'static str),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) node: Node,
}

impl Node {
    /// What a person calls the type.
    pub(super) fn type_name(&self) -> &'static str {
        match &self.value {
            Value::Table(_) => "a table",
            Value::Array(_) => "an array",
            Value::Text(_) => "text",
            Value::Number(_) => "a number",
            Value::Other(name) => name,
        }
    }

    /// From the start of the value to the end of all it holds: a TOML table's own span is its header alone.
    pub(super) fn extent(&self) -> Range<usize> {
        let inner: Vec<Range<usize>> = match &self.value {
            Value::Table(entries) => {
                entries.iter().map(|entry| entry.key_span.start..entry.node.extent().end).collect()
            }
            _ => Vec::new(),
        };
        inner.into_iter().fold(self.span.clone(), |all, one| all.start.min(one.start)..all.end.max(one.end))
    }
}

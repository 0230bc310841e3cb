//! JSON into a tree. Places come from borrowed raw values: `serde_json` keeps none of its own.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::node::{Entry, Node, Value};
use super::read::Place;
use crate::model::diagnostic::Diagnostic;

/// Levels below the root that a report can have: the claims, a claim, its list, an entry.
const MAX_DEPTH: usize = 4;

pub(super) fn parse(text: &str, place: &Place) -> (Option<Node>, Vec<Diagnostic>) {
    let body = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<&RawValue>(body) {
        Ok(raw) => (Some(node(raw, text, 0)), Vec::new()),
        Err(error) => {
            let at = text.len() - body.len() + offset(body, error.line(), error.column());
            let said = error.to_string();
            // serde_json ends its message with the position; the place is shown with the diagnostic.
            let message = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
            (None, vec![Diagnostic::error(format!("not valid JSON: {message}"), Some(place.origin(at..at)))])
        }
    }
}

fn node(raw: &RawValue, text: &str, depth: usize) -> Node {
    let body = raw.get();
    let span = span_in(text, body);
    let value = match body.as_bytes().first() {
        Some(b'{') if depth < MAX_DEPTH => match serde_json::from_str::<Pairs<'_>>(body) {
            Ok(Pairs(pairs)) => Value::Table(pairs.into_iter().map(|pair| entry(pair, text, depth)).collect()),
            Err(_) => Value::Other("a table that cannot be read"),
        },
        Some(b'[') if depth < MAX_DEPTH => match serde_json::from_str::<Vec<&RawValue>>(body) {
            Ok(items) => Value::Array(items.into_iter().map(|item| node(item, text, depth + 1)).collect()),
            Err(_) => Value::Other("an array that cannot be read"),
        },
        Some(b'{') => Value::Other("a table"),
        Some(b'[') => Value::Other("an array"),
        Some(b'"') => {
            serde_json::from_str::<String>(body).map_or(Value::Other("text that is not valid Unicode"), Value::Text)
        }
        Some(b't' | b'f') => Value::Other("a boolean"),
        Some(b'n') => Value::Other("null"),
        _ => Value::Number(body.parse().ok()),
    };
    Node { value, span }
}

fn entry((key, raw): (Name<'_>, &RawValue), text: &str, depth: usize) -> Entry {
    let node = node(raw, text, depth + 1);
    let key_span = match &key.0 {
        Cow::Borrowed(part) => span_in(text, part),
        // A key with escapes is a copy, so only its value has a place.
        Cow::Owned(_) => node.span.clone(),
    };
    Entry { key: key.0.into_owned(), key_span, node }
}

/// The byte range of `part`, which borrows from `text`.
fn span_in(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    start..(start + part.len()).min(text.len())
}

/// The byte offset of a 1-based line and column as `serde_json` counts them (columns in bytes).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    let start = starts.take(line.max(1)).last().unwrap_or_default();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// All pairs of an object, repeated keys included, so that a repeat can be told.
struct Pairs<'a>(Vec<(Name<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Vec<(Name<'de>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(PairsVisitor).map(Pairs)
    }
}

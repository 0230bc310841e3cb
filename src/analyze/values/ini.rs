//! `key = value` by lines, with and without sections: INI, Java properties, environment files.

use crate::analyze::deps::tree::{Entry, Node, Value};

pub(super) fn read(text: &str) -> Result<Node, String> {
    let mut sections: Vec<Entry> = Vec::new();
    let mut top: Vec<Entry> = Vec::new();
    for (index, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1));
        let body = raw.trim();
        if body.is_empty() || body.starts_with(['#', ';', '!']) {
            continue;
        }
        if let Some(name) = body.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let node = Node { line, value: Value::Table(Vec::new()) };
            sections.push(Entry { key: name.trim().to_owned(), line, node });
            continue;
        }
        let entries = match sections.last_mut() {
            Some(Entry { node: Node { value: Value::Table(entries), .. }, .. }) => entries,
            _ => &mut top,
        };
        if raw.starts_with([' ', '\t']) && entries.last_mut().is_some_and(|last| goes_on(last, body, line)) {
            continue;
        }
        let (key, value) = body.split_once(['=', ':']).unwrap_or((body, ""));
        if value.trim_end().ends_with('\\') {
            return Err(format!("line {line} goes on in the next one"));
        }
        let key = key.trim();
        let key = key.strip_prefix("export ").unwrap_or(key).trim();
        let node = Node { line, value: Value::Scalar(unquoted(value.trim()).to_owned()) };
        entries.push(Entry { key: key.to_owned(), line, node });
    }
    top.extend(sections);
    Ok(Node { line: 1, value: Value::Table(top) })
}

/// An indented line below a key without a value is one of its values.
fn goes_on(last: &mut Entry, body: &str, line: u32) -> bool {
    let item = Node { line, value: Value::Scalar(body.to_owned()) };
    match &mut last.node.value {
        Value::Scalar(text) if text.is_empty() => last.node.value = Value::List(vec![item]),
        Value::List(items) => items.push(item),
        _ => return false,
    }
    true
}

fn unquoted(value: &str) -> &str {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

//! Which settings of a configuration file have another value.

use std::collections::BTreeMap;

use crate::analyze::deps::tree::{self, Node, Value};
use crate::model::path::RepoPath;

/// A larger file is told as a whole.
const MAX_BYTES: usize = 256 << 10;

/// The most keys that are told of one file.
const MAX_KEYS: usize = 100;

type Read = fn(&str) -> Result<Node, String>;

fn reader(path: &RepoPath) -> Option<Read> {
    let read: Read = match path.extension()? {
        b"toml" => tree::toml,
        b"json" => tree::json,
        b"yml" | b"yaml" => tree::yaml,
        b"ini" | b"cfg" | b"env" | b"properties" => assignments,
        _ if path.file_name().starts_with(b".env.") => assignments,
        _ => return None,
    };
    Some(read)
}

pub(super) fn is_config(path: &RepoPath) -> bool {
    reader(path).is_some()
}

/// The keys, with dots, whose value was changed, added or taken away, in the order of their names. Nothing where one of
/// the states cannot be read: then the file is told as a whole.
pub(super) fn changed_keys(path: &RepoPath, old: &[u8], new: &[u8]) -> Vec<String> {
    let values = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_BYTES)?;
        let mut found = BTreeMap::new();
        flatten(&reader(path)?(text).ok()?, &mut String::new(), &mut found);
        Some(found)
    };
    let (Some(old), Some(new)) = (values(old), values(new)) else { return Vec::new() };
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let other = new.iter().filter(|(key, value)| old.get(*key) != Some(value)).map(|(key, _)| key);
    let mut keys: Vec<&String> = gone.chain(other).collect();
    keys.sort();
    keys.into_iter().take(MAX_KEYS).cloned().collect()
}

/// Lists are one value: an entry that is new makes no other one new.
fn flatten(node: &Node, key: &mut String, found: &mut BTreeMap<String, String>) {
    let Value::Table(entries) = &node.value else {
        let mut text = String::new();
        write_value(node, &mut text);
        found.insert(key.clone(), text);
        return;
    };
    for entry in entries {
        let length = key.len();
        if length > 0 {
            key.push('.');
        }
        key.push_str(&entry.key);
        flatten(&entry.node, key, found);
        key.truncate(length);
    }
}

fn write_value(node: &Node, out: &mut String) {
    match &node.value {
        Value::Scalar(text) => out.push_str(text),
        Value::List(items) => {
            for item in items {
                write_value(item, out);
                out.push('\n');
            }
        }
        Value::Table(entries) => {
            for entry in entries {
                out.push_str(&entry.key);
                out.push('=');
                write_value(&entry.node, out);
                out.push('\n');
            }
        }
    }
}

/// `key = value` and `key: value` a line, with `[sections]`.
fn assignments(text: &str) -> Result<Node, String> {
    if text.contains('\0') {
        return Err("it is no text".to_owned());
    }
    let mut entries = Vec::new();
    let mut section = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(['=', ':']).filter(|_| !line.starts_with(['#', ';'])) {
            let node = Node { line: number, value: Value::Scalar(value.trim().to_owned()) };
            entries.push(tree::Entry { key: format!("{section}{}", key.trim()), line: number, node });
        }
    }
    Ok(Node { line: 1, value: Value::Table(entries) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(path: &str, old: &str, new: &str) -> Vec<String> {
        changed_keys(&RepoPath::from(path), old.as_bytes(), new.as_bytes())
    }

    #[test]
    fn keys_that_differ() {
        assert_eq!(keys("a.toml", "[a]\nb = 1\nc = 2\n", "[a]\nc = 3\nd = 4\n"), ["a.b", "a.c", "a.d"]);
        assert_eq!(keys("a.json", r#"{"a": [1, 2], "b": 1}"#, r#"{"b": 1, "a": [1, 3]}"#), ["a"]);
        assert_eq!(keys("a.yaml", "a:\n  b: 1\n", "a:\n  b: 2\n"), ["a.b"]);
        assert_eq!(keys("a.ini", "[a]\nb=1\n# c\n", "[a]\nb = 2\n; d\n"), ["a.b"]);
    }

    #[test]
    fn layout_and_what_cannot_be_read() {
        assert_eq!(keys("a.toml", "a = 1\nb = 2\n", "b = 2\na = 1 # x\n"), Vec::<String>::new());
        assert_eq!(keys("a.json", "{", "{}"), Vec::<String>::new());
        assert!(!is_config(&RepoPath::from("a.rs")));
    }
}

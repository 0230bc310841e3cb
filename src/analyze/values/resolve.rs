//! A key with dots, in a tree.

use crate::analyze::deps::tree::{Entry, Node, Value as Tree};

use super::{Lookup, Setting, Value};

/// The most places of one key that are looked at.
const MAX_FOUND: usize = 32;

pub(super) fn find(root: &Node, key: &str) -> Lookup {
    let key = plain(key);
    let mut found = Vec::new();
    descend(root, &key, "", &mut found);
    if found.is_empty() {
        let mut ends = Ends { key: &key, last: key.rsplit('.').next().unwrap_or(&key), found: Vec::new(), near: 0 };
        ends.walk(root, &mut String::new());
        let Ends { found: below, near, .. } = ends;
        let mut names: Vec<&str> = below.iter().map(|setting| setting.key.as_str()).collect();
        names.dedup();
        match (names.len(), near) {
            (0, 0) => return Lookup::Absent,
            (0, _) => {
                return Lookup::Unknown("the key does not stand there, and its last part does elsewhere".to_owned());
            }
            (1, _) => {}
            _ => return Lookup::Unknown("more than one key of the file ends so; write it from the top".to_owned()),
        }
        found = below;
    }
    Lookup::Found(found)
}

/// Quotes around a part, brackets around a number: `a."b.c".d`, `a[0].b`.
fn plain(key: &str) -> String {
    let key: String = key.chars().filter(|c| !matches!(c, '"' | '\'' | ']')).collect();
    key.replace('[', ".")
}

/// Keys may hold dots themselves, so every split is tried.
fn descend(node: &Node, rest: &str, walked: &str, found: &mut Vec<Setting>) {
    let join = |name: &str| if walked.is_empty() { name.to_owned() } else { format!("{walked}.{name}") };
    let mut step = |name: &str, line: u32, child: &Node| {
        let Some(after) = rest.strip_prefix(name).filter(|_| found.len() < MAX_FOUND) else { return };
        if after.is_empty() {
            found.push(Setting { key: join(name), value: value(child), line });
        } else if let Some(after) = after.strip_prefix('.') {
            descend(child, after, &join(name), found);
        }
    };
    match &node.value {
        Tree::Table(entries) => entries.iter().for_each(|Entry { key, line, node }| step(key, *line, node)),
        Tree::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| step(&index.to_string(), item.line, item));
        }
        Tree::Scalar(_) => {}
    }
}

/// Keys that end in the one asked for.
struct Ends<'k> {
    key: &'k str,
    last: &'k str,
    found: Vec<Setting>,
    /// How often its last part is a key.
    near: usize,
}

impl Ends<'_> {
    fn walk(&mut self, node: &Node, path: &mut String) {
        match &node.value {
            Tree::Table(entries) => {
                for entry in entries {
                    self.step(&entry.key, entry.line, &entry.node, path);
                }
            }
            Tree::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.step(&index.to_string(), item.line, item, path);
                }
            }
            Tree::Scalar(_) => {}
        }
    }

    fn step(&mut self, name: &str, line: u32, child: &Node, path: &mut String) {
        let before = path.len();
        if before > 0 {
            path.push('.');
        }
        path.push_str(name);
        self.near += usize::from(name.eq_ignore_ascii_case(self.last));
        let is_end = path.strip_suffix(self.key).is_some_and(|start| start.ends_with('.'));
        if is_end && self.found.len() < MAX_FOUND {
            self.found.push(Setting { key: path.clone(), value: value(child), line });
        }
        self.walk(child, path);
        path.truncate(before);
    }
}

fn value(node: &Node) -> Value {
    match &node.value {
        Tree::Scalar(text) => Value::Scalar(text.clone()),
        Tree::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| item.text().map(str::to_owned)).collect();
            items.map_or(Value::Compound, Value::List)
        }
        Tree::Table(_) => Value::Compound,
    }
}

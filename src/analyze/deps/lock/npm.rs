//! `package-lock.json` (versions 1 to 3), `npm-shrinkwrap.json` and `bun.lock`.

use super::super::tree::{self, Node};
use super::{Hash, Lock, Locked, Member, Requirement, origin};

const TABLES: &[&str] = &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

pub(super) fn package_lock(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    for entry in root.all("packages") {
        let node = &entry.node;
        let Some((_, name)) = entry.key.rsplit_once("node_modules/") else {
            lock.members.push(member(&entry.key, node));
            continue;
        };
        if !node.is_true("link") {
            let name = node.text_of("name").unwrap_or(name);
            lock.packages.push(locked(name, node, entry.line));
        }
    }
    if root.get("packages").is_none() {
        nested(&root, &mut lock);
    }
    Ok(lock)
}

/// Version 1; the depth is bounded by the tree.
fn nested(node: &Node, lock: &mut Lock) {
    for entry in node.all("dependencies") {
        lock.packages.push(locked(&entry.key, &entry.node, entry.line));
        nested(&entry.node, lock);
    }
}

fn locked(name: &str, node: &Node, line: u32) -> Locked {
    let text = |key: &str| node.text_of(key).unwrap_or_default();
    // An integrity may list several checksums.
    let hashes = text("integrity").split_whitespace().map(|hash| Hash::parse("", hash)).collect();
    Locked {
        name: name.to_owned(),
        version: text("version").to_owned(),
        origin: origin(text("resolved")),
        hashes,
        line,
    }
}

fn member(directory: &str, node: &Node) -> Member {
    Member {
        name: node.text_of("name").map(str::to_owned),
        directory: Some(directory.to_owned()),
        requires: TABLES.iter().flat_map(|table| node.all(table)).map(Requirement::of).collect(),
    }
}

pub(super) fn bun(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    lock.members.extend(root.all("workspaces").map(|entry| member(&entry.key, &entry.node)));
    for entry in root.all("packages") {
        let items = entry.node.items();
        let text = |at: usize| items.get(at).and_then(Node::text);
        let Some((name, version)) = text(0).and_then(|id| id.rsplit_once('@')) else { continue };
        let hash = items.last().and_then(Node::text).filter(|hash| hash.starts_with("sha"));
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            origin: text(1).and_then(origin),
            hashes: hash.map(|hash| Hash::parse("", hash)).into_iter().collect(),
            line: entry.line,
        });
    }
    Ok(lock)
}

//! `pnpm-lock.yaml`, versions 5 to 9.

use super::super::tree::{self, Node};
use super::{Hash, Lock, Locked, Member, Requirement, origin};

const TABLES: &[&str] = &["dependencies", "devDependencies", "optionalDependencies"];

pub(super) fn lock(text: &str) -> Result<Lock, String> {
    let root = tree::yaml(text)?;
    let mut lock = Lock::default();
    let member = |directory: &str, node: &Node| Member {
        name: None,
        directory: Some(if directory == "." { String::new() } else { directory.to_owned() }),
        requires: TABLES
            .iter()
            .flat_map(|table| node.all(table))
            .map(|entry| Requirement::new(&entry.key, entry.node.text_of("specifier")))
            .collect(),
    };
    lock.members.extend(root.all("importers").map(|entry| member(&entry.key, &entry.node)));
    if lock.members.is_empty() {
        lock.members.push(member("", &root));
    }
    for entry in root.all("packages") {
        let Some((name, version)) = split(&entry.key) else { continue };
        let resolution = entry.node.get("resolution");
        let text = |key: &str| resolution.and_then(|resolution| resolution.text_of(key));
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            origin: text("tarball").or_else(|| text("repo")).and_then(origin),
            hashes: text("integrity").map(|hash| Hash::parse("", hash)).into_iter().collect(),
            line: entry.line,
        });
    }
    Ok(lock)
}

/// `a@1.0(b@2.0)`, `/a@1.0`, and `/a/1.0` of version 5.
fn split(key: &str) -> Option<(&str, &str)> {
    let key = key.strip_prefix('/').unwrap_or(key);
    let key = key.split('(').next().unwrap_or(key);
    match key.rfind('@').filter(|at| *at > 0) {
        Some(at) => Some((key.get(..at)?, key.get(at + 1..)?)),
        None => key.rsplit_once('/'),
    }
}

//! `Cargo.lock`, versions 1 to 4.

use rustc_hash::FxHashMap;

use super::super::tree::{self, Node};
use super::{Hash, Lock, Locked, Member, Requirement};

pub(super) fn lock(text: &str) -> Result<Lock, String> {
    let root = tree::toml(text)?;
    let mut lock = Lock::default();
    // Version 1 keeps the checksums apart: `"checksum a 1.0 (registry+…)" = "…"`.
    let apart: FxHashMap<(&str, &str), &str> = root
        .all("metadata")
        .filter_map(|entry| {
            let mut words = entry.key.strip_prefix("checksum ")?.split(' ');
            Some(((words.next()?, words.next()?), entry.node.text()?))
        })
        .collect();
    for package in root.get("package").map(Node::items).unwrap_or_default() {
        let text = |key: &str| package.text_of(key).unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        let Some(source) = package.text_of("source") else {
            let requires = package.get("dependencies").map(Node::items).unwrap_or_default().iter();
            let names = requires.filter_map(|item| item.text()?.split(' ').next());
            let requires = names.map(|name| Requirement::new(name, None)).collect();
            lock.members.push(Member { name: Some(name.to_owned()), directory: None, requires });
            continue;
        };
        let hash = package.text_of("checksum").or_else(|| apart.get(&(name, version)).copied());
        let hash =
            hash.map(|value| Hash { of: String::new(), algorithm: "sha256".to_owned(), value: value.to_owned() });
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            origin: Some(origin(source)),
            hashes: hash.into_iter().collect(),
            line: package.get("name").map_or(package.line, |name| name.line),
        });
    }
    Ok(lock)
}

/// Both addresses of crates.io are one.
fn origin(source: &str) -> String {
    let bare = source.split(['#', '?']).next().unwrap_or(source);
    match bare {
        "registry+https://github.com/rust-lang/crates.io-index" | "sparse+https://index.crates.io/" => {
            "crates.io".to_owned()
        }
        _ => bare.to_owned(),
    }
}

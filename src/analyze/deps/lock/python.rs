//! `poetry.lock`, `pdm.lock`, `uv.lock` and `Pipfile.lock`.

use rustc_hash::FxHashMap;

use super::super::tree::{self, Node};
use super::{Hash, Lock, Locked, Member, Requirement, origin};

/// The keys of a requirement that uv takes from the index.
const PLAIN: &[&str] = &["name", "specifier", "extras", "extra", "marker"];

/// Poetry and PDM: `files = [{ file = "…", hash = "sha256:…" }]`; older ones keep the files in `[metadata.files]`.
pub(super) fn poetry(text: &str) -> Result<Lock, String> {
    let root = tree::toml(text)?;
    let mut lock = Lock::default();
    let older: FxHashMap<&str, &Node> = root
        .get("metadata")
        .into_iter()
        .flat_map(|metadata| metadata.all("files"))
        .map(|entry| (entry.key.as_str(), &entry.node))
        .collect();
    for package in root.get("package").map(Node::items).unwrap_or_default() {
        let text = |key: &str| package.text_of(key).unwrap_or_default();
        let files =
            package.get("files").filter(|files| !files.items().is_empty()).or_else(|| older.get(text("name")).copied());
        let files = files.map(Node::items).unwrap_or_default().iter();
        let source = |key: &str| package.at(&["source", key]).and_then(Node::text);
        // A path or a directory has no origin to compare.
        let git = source("type") == Some("git");
        let url = source("url").filter(|url| git || url.contains("://"));
        lock.packages.push(Locked {
            name: text("name").to_owned(),
            version: text("version").to_owned(),
            // The default index is not written down.
            origin: Some(url.map_or_else(
                || "the default index".to_owned(),
                |url| if git { url.to_owned() } else { origin(url).unwrap_or_default() },
            )),
            hashes: files
                .filter_map(|file| {
                    Some(Hash::parse(file.text_of("file").or_else(|| file.text_of("url"))?, file.text_of("hash")?))
                })
                .collect(),
            line: package.get("name").map_or(package.line, |name| name.line),
        });
    }
    Ok(lock)
}

pub(super) fn uv(text: &str) -> Result<Lock, String> {
    let root = tree::toml(text)?;
    let mut lock = Lock::default();
    for package in root.get("package").map(Node::items).unwrap_or_default() {
        let name = package.text_of("name").unwrap_or_default();
        let source = package.get("source").map(Node::entries).unwrap_or_default().first();
        let address = source.and_then(|source| source.node.text()).unwrap_or_default();
        let kind = source.map(|source| source.key.as_str()).unwrap_or_default();
        if matches!(kind, "editable" | "virtual" | "directory") {
            let metadata = package.get("metadata");
            let lists = metadata.into_iter().flat_map(|metadata| {
                let groups = metadata.all("requires-dev").map(|entry| &entry.node);
                metadata.get("requires-dist").into_iter().chain(groups)
            });
            lock.members.push(Member {
                name: Some(name.to_owned()),
                directory: Some(if address == "." { String::new() } else { address.to_owned() }),
                requires: lists
                    .flat_map(Node::items)
                    .filter_map(|item| {
                        // What comes from elsewhere is recorded with its address instead of a range.
                        let plain = item.entries().iter().all(|entry| PLAIN.contains(&entry.key.as_str()));
                        let range = item.text_of("specifier").unwrap_or_default();
                        Some(Requirement::new(item.text_of("name")?, plain.then_some(range)))
                    })
                    .collect(),
            });
            continue;
        }
        let files = package.get("sdist").into_iter().chain(package.get("wheels").map(Node::items).unwrap_or_default());
        let hashes = files.filter_map(|file| {
            let address = file.text_of("url").or_else(|| file.text_of("path"))?;
            Some(Hash::parse(address.rsplit('/').next()?, file.text_of("hash")?))
        });
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: package.text_of("version").unwrap_or_default().to_owned(),
            origin: match kind {
                "git" => address.split(['#', '?']).next().map(str::to_owned),
                _ => origin(address),
            },
            hashes: hashes.collect(),
            line: package.get("name").map_or(package.line, |name| name.line),
        });
    }
    Ok(lock)
}

/// The hashes carry no file names, so they count as changed only when none is left.
pub(super) fn pipfile(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    for entry in root.entries().iter().filter(|entry| entry.key != "_meta").flat_map(|group| group.node.entries()) {
        let hashes = entry.node.get("hashes").map(Node::items).unwrap_or_default().iter();
        lock.packages.push(Locked {
            name: entry.key.clone(),
            version: entry.node.text_of("version").unwrap_or_default().to_owned(),
            origin: entry.node.text_of("index").or_else(|| entry.node.text_of("git")).map(str::to_owned),
            hashes: hashes.filter_map(|hash| hash.text().map(|hash| Hash::parse("", hash))).collect(),
            line: entry.line,
        });
    }
    Ok(lock)
}

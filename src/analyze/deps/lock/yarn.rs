//! `yarn.lock`: the form of version 1, and Berry's YAML.

use super::super::{number, tree};
use super::{Hash, Lock, Locked, Member, Requirement, origin};

pub(super) fn lock(text: &str) -> Result<Lock, String> {
    if text.contains("\n__metadata:") { berry(text) } else { Ok(classic(text)) }
}

fn classic(text: &str) -> Lock {
    let mut lock = Lock::default();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            // `"a@^1", a@^1.2:`, and `"b@npm:c@^1"` for an alias.
            let first = line.trim_end_matches(':').split(',').next().unwrap_or_default().trim().trim_matches('"');
            let first = first.split_once("@npm:").map_or(first, |(_, package)| package);
            let name = first.rfind('@').filter(|at| *at > 0).and_then(|at| first.get(..at)).unwrap_or(first);
            lock.packages.push(Locked { name: name.to_owned(), line: number(index), ..Locked::default() });
            continue;
        }
        let (Some(package), Some((key, value))) = (lock.packages.last_mut(), line.trim().split_once(' ')) else {
            continue;
        };
        // Deeper lines are the package's own requirements.
        if line.starts_with("    ") {
            continue;
        }
        let value = value.trim().trim_matches('"');
        match key {
            "version" => value.clone_into(&mut package.version),
            "resolved" => package.origin = origin(value),
            "integrity" => package.hashes = value.split_whitespace().map(|hash| Hash::parse("", hash)).collect(),
            _ => {}
        }
    }
    lock
}

fn berry(text: &str) -> Result<Lock, String> {
    let root = tree::yaml(text)?;
    let mut lock = Lock::default();
    for entry in root.entries().iter().filter(|entry| entry.key != "__metadata") {
        let text = |key: &str| entry.node.text_of(key).unwrap_or_default();
        let resolution = text("resolution");
        let Some(at) = resolution.rfind('@').filter(|at| *at > 0) else { continue };
        let (name, reference) = resolution.split_at_checked(at).unwrap_or((resolution, ""));
        if let Some(directory) = reference.strip_prefix("@workspace:") {
            let requires = ["dependencies", "peerDependencies"].iter().flat_map(|table| entry.node.all(table));
            lock.members.push(Member {
                name: Some(name.to_owned()),
                directory: Some(if directory == "." { String::new() } else { directory.to_owned() }),
                requires: requires
                    .map(|entry| {
                        let range = entry.node.text().map(|range| range.strip_prefix("npm:").unwrap_or(range));
                        Requirement::new(&entry.key, range)
                    })
                    .collect(),
            });
            continue;
        }
        // The number before the slash is the version of Yarn's cache, which changes every checksum.
        let (cache, value) = text("checksum").split_once('/').unwrap_or(("", text("checksum")));
        let hash = Hash { of: String::new(), algorithm: format!("cache {cache}"), value: value.to_owned() };
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: format!("{}{}", text("version"), if reference.starts_with("@patch:") { " patched" } else { "" }),
            origin: None,
            hashes: if value.is_empty() || reference.starts_with("@patch:") { Vec::new() } else { vec![hash] },
            line: entry.line,
        });
    }
    Ok(lock)
}

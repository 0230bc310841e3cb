//! The lock files of Go, Bundler, Composer, .NET, Gradle and Swift.

use rustc_hash::FxHashMap;

use super::super::number;
use super::super::tree::{self, Node};
use super::{Hash, Lock, Locked, Member, Requirement, origin};

/// `module version h1:…`, a line for the module and one for its `go.mod`.
pub(super) fn go_sum(text: &str) -> Lock {
    let mut lock = Lock::default();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version), Some(hash)) = (words.next(), words.next(), words.next()) else { continue };
        let (version, of) = version.strip_suffix("/go.mod").map_or((version, ""), |version| (version, "go.mod"));
        lock.packages.push(Locked {
            name: name.to_owned(),
            version: if of.is_empty() { version.to_owned() } else { format!("{version}/{of}") },
            origin: None,
            hashes: vec![Hash::parse(of, hash)],
            line: number(index),
        });
    }
    lock
}

pub(super) fn gemfile(text: &str) -> Lock {
    let mut lock = Lock::default();
    let mut places: FxHashMap<(String, String), usize> = FxHashMap::default();
    let mut direct = Member { directory: Some(String::new()), ..Member::default() };
    let (mut section, mut remote) = ("", "");
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        if indent == 0 {
            (section, remote) = (trimmed, "");
        } else if let Some(address) = trimmed.strip_prefix("remote: ") {
            remote = address;
        } else if section == "DEPENDENCIES" {
            let name = trimmed.split([' ', '!']).next().unwrap_or_default();
            let range = trimmed.split_once('(').and_then(|(_, rest)| rest.split(')').next());
            direct.requires.push(Requirement::new(name, Some(range.unwrap_or_default())));
        } else if let Some((name, rest)) = trimmed.split_once(" (") {
            let (version, hash) = rest.split_once(')').unwrap_or((rest, ""));
            if section == "CHECKSUMS" {
                let place = places.get(&(name.to_owned(), version.to_owned()));
                if let Some(package) = place.and_then(|place| lock.packages.get_mut(*place)) {
                    package.hashes = hash
                        .trim()
                        .split(',')
                        .filter(|hash| hash.contains('='))
                        .map(|hash| Hash::parse("", hash))
                        .collect();
                }
            } else if indent == 4 && matches!(section, "GEM" | "GIT") {
                places.insert((name.to_owned(), version.to_owned()), lock.packages.len());
                lock.packages.push(Locked {
                    name: name.to_owned(),
                    version: version.to_owned(),
                    origin: if section == "GIT" {
                        Some(remote.trim_end_matches(".git").to_owned())
                    } else {
                        origin(remote)
                    },
                    hashes: Vec::new(),
                    line: number(index),
                });
            }
        }
    }
    lock.members.push(direct);
    lock
}

pub(super) fn composer(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    for package in ["packages", "packages-dev"].iter().filter_map(|list| root.get(list)).flat_map(Node::items) {
        let text =
            |keys: &[&str]| package.at(keys).and_then(Node::text).filter(|text| !text.is_empty() && *text != "null");
        let version = text(&["version"]).unwrap_or_default();
        // The version of a branch stays while its commit moves.
        let moves = version.starts_with("dev-") || version.ends_with("-dev");
        let commit = text(&["source", "reference"]).or_else(|| text(&["dist", "reference"])).filter(|_| !moves);
        let sum = text(&["dist", "shasum"]).filter(|_| !moves);
        lock.packages.push(Locked {
            name: text(&["name"]).unwrap_or_default().to_owned(),
            version: version.to_owned(),
            origin: text(&["dist", "url"]).or_else(|| text(&["source", "url"])).and_then(origin),
            hashes: commit
                .map(Hash::commit)
                .into_iter()
                .chain(sum.map(|sum| Hash::parse("dist", &format!("sha1:{sum}"))))
                .collect(),
            line: package.get("name").map_or(package.line, |name| name.line),
        });
    }
    Ok(lock)
}

/// A list for each target framework.
pub(super) fn nuget(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    for entry in root.all("dependencies").flat_map(|framework| framework.node.entries()) {
        let text = |key: &str| entry.node.text_of(key);
        let Some(version) = text("resolved") else { continue };
        lock.packages.push(Locked {
            name: entry.key.clone(),
            version: version.to_owned(),
            origin: None,
            hashes: text("contentHash").map(|hash| Hash::parse("", &format!("sha512-{hash}"))).into_iter().collect(),
            line: entry.line,
        });
    }
    Ok(lock)
}

/// `group:name:version=configurations`.
pub(super) fn gradle(text: &str) -> Lock {
    let mut lock = Lock::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let id = line.split('=').next().unwrap_or_default();
        if let Some((name, version)) = id.rsplit_once(':') {
            lock.packages.push(Locked {
                name: name.to_owned(),
                version: version.to_owned(),
                line: number(index),
                ..Locked::default()
            });
        }
    }
    lock
}

/// Version 1 keeps its pins under `object` and names them otherwise than the later ones.
pub(super) fn swift(text: &str) -> Result<Lock, String> {
    let root = tree::json(text)?;
    let mut lock = Lock::default();
    let pins = root.get("pins").or_else(|| root.at(&["object", "pins"]));
    for pin in pins.map(Node::items).unwrap_or_default() {
        let text = |keys: &[&str]| pin.at(keys).and_then(Node::text).filter(|text| *text != "null");
        let version = text(&["state", "version"]);
        let name = text(&["identity"]).or_else(|| text(&["package"])).unwrap_or_default();
        let address = text(&["location"]).or_else(|| text(&["repositoryURL"])).unwrap_or_default();
        lock.packages.push(Locked {
            name: name.to_ascii_lowercase(),
            version: version.unwrap_or("a branch").to_owned(),
            origin: Some(address.trim_end_matches(".git").to_owned()),
            // The commit behind a version does not change; that of a branch does.
            hashes: version.and_then(|_| text(&["state", "revision"])).map(Hash::commit).into_iter().collect(),
            line: pin.line,
        });
    }
    Ok(lock)
}

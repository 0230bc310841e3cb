//! Where sessions are recorded: files and folders that are named, and what a repository holds itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{AuditError, shown};
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::source::git::GitSource;

/// The most files taken from folders, and from a ref.
const MAX_FILES: usize = 50_000;
/// Folders in folders.
const MAX_DEPTH: usize = 12;

/// The refs that Entire keeps its checkpoints under, the newest layout first.
const ENTIRE: &[&str] =
    &["refs/entire/checkpoints/v1", "refs/heads/entire/checkpoints/v1", "refs/remotes/origin/entire/checkpoints/v1"];

/// One recorded session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub source: Source,
    /// Where it is, for people.
    pub name: String,
    /// Entire's name for the checkpoint it belongs to.
    pub checkpoint: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    Blob { commit: ObjectId, path: RepoPath },
}

impl Place {
    /// Entire's short form, which stands beside its whole one.
    pub fn short_form(&self) -> Option<Self> {
        const WHOLE: &str = "full.jsonl";
        const SHORT: &str = "transcript.jsonl";
        let Source::Blob { commit, path } = &self.source else { return None };
        let folder = path.as_bytes().strip_suffix(WHOLE.as_bytes())?;
        let path = RepoPath::new([folder, SHORT.as_bytes()].concat());
        let name = format!("{}{SHORT}", self.name.strip_suffix(WHOLE)?);
        Some(Self { source: Source::Blob { commit: *commit, path }, name, checkpoint: self.checkpoint.clone() })
    }
}

/// Everything there is, in a fixed order.
pub fn find(git: Option<&dyn GitSource>, paths: &[PathBuf]) -> Result<Vec<Place>, AuditError> {
    let mut places = Vec::new();
    for path in paths {
        below(path, &mut places)?;
    }
    if !paths.is_empty() {
        return Ok(places);
    }
    let Some(git) = git else { return Ok(places) };
    checkpoints(git, &mut places)?;
    if let Some(top) = &git.layout().work_tree {
        let history = top.join(".specstory/history");
        if history.is_dir() {
            below(&history, &mut places)?;
        }
    }
    Ok(places)
}

/// A file as it is; of a folder, every file that is named like a transcript. Links are not followed.
fn below(path: &Path, places: &mut Vec<Place>) -> Result<(), AuditError> {
    let fault = |error| AuditError::Read { path: shown(path), error };
    let found = std::fs::metadata(path).map_err(fault)?;
    if !found.is_dir() {
        places.push(file(path));
        return Ok(());
    }
    let mut folders = vec![(path.to_owned(), 0)];
    let mut files = BTreeSet::new();
    while let Some((folder, depth)) = folders.pop() {
        // What cannot be read below the named folder is passed over: it is not ours to demand.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() && depth < MAX_DEPTH && entry.file_name() != ".git" && entry.file_name() != "node_modules"
            {
                folders.push((path, depth + 1));
            } else if kind.is_file() && is_named_like_one(&path) && files.len() < MAX_FILES {
                files.insert(path);
            }
        }
    }
    places.extend(files.iter().map(|path| file(path)));
    Ok(())
}

fn file(path: &Path) -> Place {
    Place { source: Source::File(path.to_owned()), name: shown(path), checkpoint: None }
}

/// By its ending. Files of helpers are read with the session they belong to; Entire's short form only where there is no whole one.
fn is_named_like_one(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parent =
        path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") if name == "transcript.jsonl" => !path.with_file_name("full.jsonl").exists(),
        Some("jsonl") => !name.starts_with("agent-") && parent != "subagents",
        Some("json") => name != "metadata.json" && name != "package.json" && !name.ends_with(".meta.json"),
        Some("md") => parent == "history",
        _ => false,
    }
}

/// `<2>/<10>/<n>/full.jsonl`, or `transcript.jsonl` where the whole one is not kept.
fn checkpoints(git: &dyn GitSource, places: &mut Vec<Place>) -> Result<(), AuditError> {
    let Some((commit, reference)) = ENTIRE.iter().find_map(|name| Some((git.resolve(name).ok()?, *name))) else {
        return Ok(());
    };
    let paths = git.paths_at(commit)?;
    let whole: BTreeSet<&[u8]> =
        paths.iter().filter(|path| path.file_name() == b"full.jsonl").map(RepoPath::parent).collect();
    let short = reference.strip_prefix("refs/").unwrap_or(reference);
    for path in &paths {
        let is_one = match path.file_name() {
            b"full.jsonl" => true,
            b"transcript.jsonl" => !whole.contains(path.parent()),
            _ => false,
        };
        if !is_one || places.len() >= MAX_FILES {
            continue;
        }
        let parts: Vec<&[u8]> = path.components().collect();
        let id = match parts.as_slice() {
            [shard, rest, ..] if shard.len() == 2 => {
                Some(String::from_utf8_lossy(&[*shard, *rest].concat()).into_owned())
            }
            _ => None,
        };
        places.push(Place {
            source: Source::Blob { commit, path: path.clone() },
            name: format!("{short}:{}", path.to_wire()),
            checkpoint: id,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transcripts_are_found_by_their_endings() {
        let directory = tempfile::TempDir::new().expect("a temporary directory");
        let at = |name: &str| {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            std::fs::write(&path, "").expect("writable");
        };
        for name in [
            "a/s.jsonl",
            "a/s/subagents/agent-1.jsonl",
            "a/agent-2.jsonl",
            "b/full.jsonl",
            "b/transcript.jsonl",
            "b/metadata.json",
            "c/transcript.jsonl",
            "d/session-1.json",
            ".specstory/history/x.md",
            "README.md",
            ".git/x.jsonl",
        ] {
            at(name);
        }
        let places = find(None, &[directory.path().to_owned()]).expect("a folder");
        let names: Vec<String> = places
            .iter()
            .map(|place| {
                place.name.strip_prefix(&format!("{}/", directory.path().display())).expect("below").to_owned()
            })
            .collect();
        assert_eq!(
            names,
            [".specstory/history/x.md", "a/s.jsonl", "b/full.jsonl", "c/transcript.jsonl", "d/session-1.json"]
        );
        assert!(find(None, &[directory.path().join("absent")]).is_err());
    }
}

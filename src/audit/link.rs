//! Which commits came from which sessions, and do the sessions' edits explain what the commits changed?

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bstr::{BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::find::Place;
use crate::analyze::session::Gatherer;
use crate::model::audit::{Link, SessionRecord};
use crate::model::change::CommitInfo;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::source::git::{GitError, GitSource};

/// The most commits that are walked.
const MAX_COMMITS: usize = 200_000;
/// The most files listed of a commit.
const MAX_LISTED: usize = 20;
const TRAILER: &[u8] = b"entire-checkpoint:";

/// What of a session is needed to link it.
#[derive(Debug)]
pub(super) struct Trail {
    place: String,
    checkpoint: Option<String>,
    is_read: bool,
    /// Edited paths with `/` between their names, by the last of them.
    edits: FxHashMap<Vec<u8>, Vec<Vec<u8>>>,
    /// Names of files that commands speak of.
    named: FxHashSet<Vec<u8>>,
    commits: Vec<String>,
}

impl Trail {
    pub(super) fn unread(place: &Place) -> Self {
        Self {
            place: place.name.clone(),
            checkpoint: place.checkpoint.clone(),
            is_read: false,
            edits: FxHashMap::default(),
            named: FxHashSet::default(),
            commits: Vec::new(),
        }
    }

    pub(super) fn of(place: &Place, record: &SessionRecord, gatherer: &Gatherer, directory: Option<&BString>) -> Self {
        let mut trail =
            Self { is_read: record.fault.is_none(), commits: record.commits.clone(), ..Self::unread(place) };
        let root = directory.map(|directory| slashed(directory)).unwrap_or_default();
        for path in gatherer.edits().keys() {
            let path = slashed(path);
            let path = path.strip_prefix(b"./").map(<[u8]>::to_vec).unwrap_or(path);
            let inside = path.strip_prefix(root.as_slice()).and_then(|rest| rest.strip_prefix(b"/"));
            let path = inside.filter(|_| !root.is_empty()).map(<[u8]>::to_vec).unwrap_or(path);
            trail.edits.entry(name(&path).to_vec()).or_default().push(path);
        }
        for command in gatherer.commands() {
            let is_between = |c: u8| c.is_ascii_whitespace() || b"'\"`=:;,()<>|&".contains(&c);
            for word in command
                .command
                .as_bytes()
                .split(|c| is_between(*c))
                .filter(|word| word.contains(&b'.') || word.contains(&b'/'))
            {
                trail.named.insert(name(&slashed(word)).to_vec());
            }
        }
        trail
    }

    /// Does an edit name this path of the repository? The session may have stood in a folder of the repository, or the repository
    /// in a folder of it (a linked work tree); a name at the top must be the whole path.
    fn edits(&self, path: &[u8]) -> bool {
        let Some(edited) = self.edits.get(name(path)) else { return false };
        edited.iter().any(|edit| {
            edit == path
                || is_end(path, edit)
                || (is_end(edit, path) && (path.contains(&b'/') || edit.find(b"worktrees/").is_some()))
        })
    }
}

fn slashed(path: &[u8]) -> Vec<u8> {
    path.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// Is `end` the last parts of `path`?
fn is_end(path: &[u8], end: &[u8]) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.ends_with(b"/"))
}

/// Every commit that `HEAD` holds, newest first.
pub(super) fn all(git: &dyn GitSource) -> Result<Vec<ObjectId>, GitError> {
    let mut queue: VecDeque<ObjectId> = git.head()?.commit.into_iter().collect();
    let mut met: BTreeSet<ObjectId> = queue.iter().copied().collect();
    let mut commits = Vec::new();
    while let Some(id) = queue.pop_front() {
        // The parents of a shallow clone's last commits are not there.
        let Ok(info) = git.commit_info(id) else { continue };
        commits.push(id);
        for parent in info.parents {
            if met.len() < MAX_COMMITS && met.insert(parent) {
                queue.push_back(parent);
            }
        }
    }
    Ok(commits)
}

pub(super) fn links(git: &dyn GitSource, commits: &[ObjectId], trails: &[Trail]) -> Result<Vec<Link>, GitError> {
    let mut by_checkpoint: BTreeMap<&str, Vec<&Trail>> = BTreeMap::new();
    for trail in trails {
        if let Some(id) = &trail.checkpoint {
            by_checkpoint.entry(id).or_default().push(trail);
        }
    }
    let mut by_output: BTreeMap<ObjectId, Vec<&Trail>> = BTreeMap::new();
    // Checkpoints are tied by their trailers; a commit's own output is for sessions that have none.
    for trail in trails.iter().filter(|trail| trail.checkpoint.is_none()) {
        for short in &trail.commits {
            if let Ok(id) = git.resolve(short) {
                by_output.entry(id).or_default().push(trail);
            }
        }
    }
    let mut links = Vec::new();
    for id in commits {
        let Ok(info) = git.commit_info(*id) else { continue };
        let told = checkpoints(&info);
        let tied: Vec<&Trail> =
            told.iter().filter_map(|id| by_checkpoint.get(id.as_str())).flatten().copied().collect();
        let (by, tied) = match by_output.get(id) {
            _ if !told.is_empty() && !by_checkpoint.is_empty() => ("trailer", tied),
            Some(trails) => ("output", trails.clone()),
            None => continue,
        };
        links.push(link(git, &info, by, &tied)?);
    }
    Ok(links)
}

fn link(git: &dyn GitSource, info: &CommitInfo, by: &'static str, tied: &[&Trail]) -> Result<Link, GitError> {
    let set = git.commit(info.id)?;
    let read: Vec<&&Trail> = tied.iter().filter(|trail| trail.is_read).collect();
    let mut link = Link {
        commit: info.id,
        subject: String::from_utf8_lossy(info.message.lines().next().unwrap_or_default()).into_owned(),
        by,
        sessions: read.iter().map(|trail| trail.place.clone()).collect(),
        unread: (tied.len() - read.len()) as u64,
        files: 0,
        edited: 0,
        named: 0,
        uncovered: Vec::new(),
        uncovered_total: 0,
    };
    let paths: BTreeSet<&RepoPath> = set.changes.iter().map(|change| &change.path).collect();
    for path in paths {
        link.files += 1;
        let bytes = path.as_bytes();
        if read.iter().any(|trail| trail.edits(bytes)) {
            link.edited += 1;
        } else if read.iter().any(|trail| trail.named.contains(name(bytes))) {
            link.named += 1;
        } else {
            link.uncovered_total += 1;
            if link.uncovered.len() < MAX_LISTED {
                link.uncovered.push(path.clone());
            }
        }
    }
    Ok(link)
}

/// The checkpoints that a message names.
fn checkpoints(info: &CommitInfo) -> Vec<String> {
    let mut ids = Vec::new();
    for line in info.message.lines() {
        let Some(key) = line.get(..TRAILER.len()).filter(|key| key.eq_ignore_ascii_case(TRAILER)) else { continue };
        let id = line[key.len()..].trim_ascii();
        if id.len() == 12 && id.iter().all(u8::is_ascii_hexdigit) {
            let id = String::from_utf8_lossy(id).into_owned();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(root: &str, edits: &[&str]) -> Trail {
        use crate::model::event::{Edit, EditKind, Event, Tool, What};
        use crate::model::receipt::ReceiptSource;
        let mut gatherer = Gatherer::new("s", ReceiptSource::Transcript);
        for path in edits {
            let tool = Tool::Edit { files: vec![Edit { path: (*path).into(), kind: EditKind::Modified }] };
            gatherer.event(&Event { at: None, turn: None, helper: None, what: What::Call { id: None, tool } });
        }
        let place =
            Place { source: super::super::find::Source::File("s".into()), name: "s".to_owned(), checkpoint: None };
        Trail::of(&place, &SessionRecord::default(), &gatherer, Some(&BString::from(root)))
    }

    #[test]
    fn edits_are_found_in_folders_and_linked_work_trees() {
        let is = |root: &str, edit: &str, path: &str| trail(root, &[edit]).edits(path.as_bytes());
        assert!(is("/r", "/r/src/a.rs", "src/a.rs"));
        assert!(is("/r/sub", "/r/sub/a.rs", "sub/a.rs"));
        assert!(is("/r", "/r/.worktrees/3/README.md", "README.md"));
        assert!(is("/r", "/elsewhere/src/a.rs", "src/a.rs"));
        assert!(is(r"D:\r", r"D:\r\src\a.rs", "src/a.rs"));
        assert!(is("", "src/a.rs", "src/a.rs"));
        assert!(!is("/r", "/r/docs/README.md", "README.md"));
        assert!(!is("/r", "/r/src/ba.rs", "src/a.rs"));
    }

    #[test]
    fn only_whole_trailers_name_checkpoints() {
        let info = |message: &str| CommitInfo {
            id: ObjectId::from_hex(&[b'a'; 40]).expect("an id"),
            parents: Vec::new(),
            author: crate::model::change::Person { name: "x".into(), email: "x".into() },
            committer: crate::model::change::Person { name: "x".into(), email: "x".into() },
            message: message.into(),
        };
        let told = checkpoints(&info(
            "x\n\nEntire-Checkpoint: 0123456789ab\nentire-checkpoint: 0123456789ab\nEntire-Checkpoint: short\n",
        ));
        assert_eq!(told, ["0123456789ab"]);
    }
}

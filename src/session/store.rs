//! Finds sessions: the one a hook speaks of, and those that are under way in a work tree.
//!
//! A session lies in `<git common dir>/warrant/sessions/<id>/` and, where that cannot be written, in `sessions/<id>/` of the
//! user's state directory. The id is made from the agent, its own name for the session and the work tree's git directory, so
//! linked work trees and agents side by side never share one.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::entry::{Start, digest};
use super::ledger::{Ledger, Told, read_bounded, write_whole};
use crate::system;

/// A session in which nothing happened for so long is over, whether anybody said so or not.
const LIVE: Duration = Duration::from_secs(24 * 3600);

/// The most sessions that are looked through.
const MAX_SESSIONS: usize = 5000;

/// One run of one agent in one work tree.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub ledger: Ledger,
}

impl Session {
    /// `git_dir` is that of the work tree, `common_dir` the one it shares with others.
    pub fn of(agent: &str, session: &str, git_dir: &Path, common_dir: &Path) -> Self {
        let mut name = Vec::new();
        for part in [agent.as_bytes(), session.as_bytes(), real(git_dir).as_os_str().as_bytes()] {
            name.extend_from_slice(&(part.len() as u64).to_le_bytes());
            name.extend_from_slice(part);
        }
        Self::named(digest(&name), common_dir)
    }

    fn named(id: String, common_dir: &Path) -> Self {
        let second = system::state_dir().map(|state| state.join("sessions").join(&id));
        let ledger = Ledger::new(folder(common_dir).join(&id), second);
        Self { id, ledger }
    }

    /// The ref that keeps the baseline, below `refs/warrant/`.
    pub fn kept(&self) -> String {
        format!("sessions/{}/baseline", self.id)
    }

    pub fn read(&self) -> io::Result<Option<Told>> {
        self.ledger.read()
    }

    /// Keeps what the baseline lists beside its tree; gives its digest.
    pub fn write_beside<S: Serialize>(&self, list: &[S]) -> io::Result<String> {
        let bytes = serde_json::to_vec(list)?;
        let mut last = Err(io::ErrorKind::NotFound.into());
        for folder in self.ledger.folders() {
            last = write_whole(&folder.join("beside.json"), &bytes);
            if last.is_ok() {
                break;
            }
        }
        last.map(|()| digest(&bytes))
    }

    /// Reads it again: `None` where it is not what was written.
    pub fn read_beside<T: for<'a> Deserialize<'a>>(&self, wanted: &str) -> Option<Vec<T>> {
        let files = self.ledger.folders().map(|folder| folder.join("beside.json"));
        let mut found = files.filter_map(|path| read_bounded(&path, 64 << 20).ok());
        let bytes = found.find(|bytes| digest(bytes) == wanted)?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// The sessions of all work trees of a repository that an agent calls by one name, with where each started.
pub fn siblings(agent: &str, session: &str, common_dir: &Path) -> Vec<(Session, Start)> {
    let all = ids(common_dir).into_iter().filter(|(_, touched)| is_live(*touched));
    let all = all.map(|(id, _)| Session::named(id, common_dir));
    let common = real(common_dir);
    let is_one = |start: &Start| {
        start.agent == agent && start.session == session && Path::new(&start.git_dir).starts_with(&common)
    };
    all.filter_map(|one| Some((one.ledger.start().filter(is_one)?, one))).map(|(start, one)| (one, start)).collect()
}

fn is_live(touched: SystemTime) -> bool {
    touched.elapsed().map_or(true, |age| age <= LIVE)
}

/// The sessions of a work tree in which something happened lately and that have not ended, the latest first.
pub fn live(git_dir: &Path, common_dir: &Path) -> Vec<Session> {
    let wanted = real(git_dir).to_string_lossy().into_owned();
    let mut found: Vec<(SystemTime, Session)> = Vec::new();
    for (id, touched) in ids(common_dir) {
        if !is_live(touched) {
            continue;
        }
        let session = Session::named(id, common_dir);
        if session.ledger.start().is_some_and(|start| start.git_dir == wanted) {
            found.push((touched, session));
        }
    }
    found.sort_by_key(|(touched, _)| std::cmp::Reverse(*touched));
    found.into_iter().map(|(_, session)| session).filter(|session| !session.ledger.is_ended()).collect()
}

/// The live session that the environment names, else the latest one; the latest of `agent`, where that is known.
pub fn current(git_dir: &Path, common_dir: &Path, agent: Option<&str>) -> Option<Session> {
    let (live, names) = (live(git_dir, common_dir), names());
    let of = |test: &dyn Fn(&Start) -> bool| {
        live.iter().position(|session| session.ledger.start().is_some_and(|start| test(&start)))
    };
    let named = of(&|start| !start.session.is_empty() && names.contains(&start.session));
    let found = named.or_else(|| of(&|start| agent.is_none_or(|agent| start.agent == agent)))?;
    live.into_iter().nth(found)
}

/// What agents call their sessions in the environment of their shells.
fn names() -> BTreeSet<String> {
    const VARIABLES: [&str; 6] = [
        "CLAUDE_CODE_SESSION_ID",
        "CODEX_SESSION_ID",
        "CODEX_THREAD_ID",
        "GEMINI_SESSION_ID",
        "QWEN_CODE_SESSION_ID",
        "COPILOT_AGENT_SESSION_ID",
    ];
    VARIABLES.iter().filter_map(|name| system::env(name)).collect()
}

/// All sessions of a repository, with the time something was last written to each.
pub fn ids(common_dir: &Path) -> Vec<(String, SystemTime)> {
    let mut found: Vec<(String, SystemTime)> = Vec::new();
    let homes = [Some(folder(common_dir)), system::state_dir().map(|state| state.join("sessions"))];
    for home in homes.into_iter().flatten() {
        let Ok(entries) = fs::read_dir(&home) else { continue };
        for entry in entries.flatten().take(MAX_SESSIONS) {
            let Ok(id) = entry.file_name().into_string() else { continue };
            if !is_id(&id) {
                continue;
            }
            let files = ["ledger.jsonl", "witness.json"].map(|name| entry.path().join(name));
            let touched = files.iter().filter_map(|file| fs::metadata(file).ok()?.modified().ok()).max();
            let touched = touched.or_else(|| entry.metadata().ok()?.modified().ok());
            found.extend(touched.map(|touched| (id, touched)));
        }
    }
    found.sort();
    // The later of the two homes counts.
    found.reverse();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// The session of a known id.
pub fn by_id(id: &str, common_dir: &Path) -> Session {
    Session::named(id.to_owned(), common_dir)
}

fn is_id(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn folder(common_dir: &Path) -> PathBuf {
    common_dir.join("warrant/sessions")
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The git directory as a ledger names it.
pub fn git_dir_name(git_dir: &Path) -> String {
    real(git_dir).to_string_lossy().into_owned()
}

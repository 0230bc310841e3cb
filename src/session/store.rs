//! Finds sessions: the one a hook speaks of, and those that are under way in a work tree.
//!
//! A session lies in `<git common dir>/warrant/sessions/<id>/` and, where that cannot be written, in `sessions/<id>/` of the
//! user's state directory. The id is made from the agent, its own name for the session and the work tree's git directory, so
//! linked work trees and agents side by side never share one.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::entry::{Did, Start, digest};
use super::journal::Journal;
use super::ledger::{Ledger, Told, read_bounded, write_whole};
use crate::system;

/// A session in which nothing happened for so long is over, whether anybody said so or not.
const LIVE: Duration = Duration::from_secs(24 * 3600);

/// Clocks of file systems tick coarsely.
const TICK: Duration = Duration::from_secs(2);

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
    recent(git_dir, common_dir, None).into_iter().filter(|session| !session.ledger.is_ended()).collect()
}

/// The same with those that have ended; only those in which something happened `since`, in milliseconds since 1970.
pub fn recent(git_dir: &Path, common_dir: &Path, since: Option<i64>) -> Vec<Session> {
    let since =
        since.and_then(|at| u64::try_from(at).ok()).map(|at| SystemTime::UNIX_EPOCH + Duration::from_millis(at));
    let wanted = real(git_dir).to_string_lossy().into_owned();
    let mut found: Vec<(SystemTime, Session)> = Vec::new();
    for (id, touched) in ids(common_dir) {
        if !is_live(touched) || since.is_some_and(|since| touched + TICK < since) {
            continue;
        }
        let session = Session::named(id, common_dir);
        if session.ledger.start().is_some_and(|start| start.git_dir == wanted) {
            found.push((touched, session));
        }
    }
    found.sort_by_key(|(touched, _)| std::cmp::Reverse(*touched));
    found.into_iter().map(|(_, session)| session).collect()
}

/// The session that a command of ours is run in.
#[derive(Clone, Debug)]
pub enum Current {
    None,
    Is(Session),
    /// One of several, and which one is not told.
    Several,
}

impl Current {
    pub fn session(self) -> Option<Session> {
        match self {
            Self::Is(session) => Some(session),
            Self::None | Self::Several => None,
        }
    }
}

/// The live session that the environment names. Else the only one there is, of `agent` where that is known; of several, the
/// only one whose shell is at work now. One session never stands in for another.
pub fn current(git_dir: &Path, common_dir: &Path, agent: Option<&str>) -> Current {
    let live: Vec<(Session, Start)> = live(git_dir, common_dir)
        .into_iter()
        .filter_map(|session| Some((session.ledger.start()?, session)))
        .map(|(start, session)| (session, start))
        .collect();
    let names = names();
    let is_named = |start: &Start| names.iter().any(|(_, name)| *name == start.session);
    if let Some((session, _)) = live.iter().find(|(_, start)| is_named(start)) {
        return Current::Is(session.clone());
    }
    let own: Vec<&(Session, Start)> =
        live.iter().filter(|(_, start)| agent.is_none_or(|agent| start.agent == agent)).collect();
    // The environment names a session that is none of these: a helper's, or one that our hooks do not tell of.
    let is_other = own.iter().any(|(_, start)| names.iter().any(|(of, _)| *of == start.agent));
    match own.as_slice() {
        [] => Current::None,
        [(session, _)] if !is_other => Current::Is(session.clone()),
        several => {
            let mut at_work = several.iter().filter(|(session, _)| is_at_work(session));
            match (at_work.next(), at_work.next()) {
                (Some((session, _)), None) => Current::Is(session.clone()),
                _ => Current::Several,
            }
        }
    }
}

/// Is a shell command of the session's under way?
fn is_at_work(session: &Session) -> bool {
    let journal = Journal::of(session.read().ok().flatten().unwrap_or_default());
    journal.windows.iter().any(|window| window.to.is_none() && matches!(window.tool, Did::Shell { .. }))
}

/// What agents call their sessions in the environment of their shells, each with the agent.
fn names() -> Vec<(&'static str, String)> {
    const VARIABLES: [(&str, &str); 6] = [
        ("claude-code", "CLAUDE_CODE_SESSION_ID"),
        ("codex", "CODEX_SESSION_ID"),
        ("codex", "CODEX_THREAD_ID"),
        ("gemini", "GEMINI_SESSION_ID"),
        ("qwen", "QWEN_CODE_SESSION_ID"),
        ("copilot", "COPILOT_AGENT_SESSION_ID"),
    ];
    let named = VARIABLES.iter().filter_map(|(agent, name)| Some((*agent, system::env(name)?)));
    named.filter(|(_, value)| !value.is_empty()).collect()
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

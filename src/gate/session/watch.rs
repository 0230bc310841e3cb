//! What a judgement is to know beside the change: other sessions under way, and whether what calls us still stands.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::Case;
use crate::model::receipt::SessionFacts;
use crate::session::attribute::{Stamp, Whose, whose};
use crate::session::entry::{Guard, digest};
use crate::session::guards;
use crate::session::journal::Journal;
use crate::session::store::{self, Current, Session};
use crate::source::agent::{Signs, UNKNOWN, identify};
use crate::source::git::GitSource;
use crate::system;

/// The most other sessions that are read, the latest.
const MAX_OTHERS: usize = 32;

/// What brings us into play: hooks of git, entries in agents' settings, and where git looks for its hooks.
pub fn guards(git: &dyn GitSource) -> Vec<(Guard, PathBuf)> {
    let layout = git.layout();
    let configured = git.config("core.hooksPath").ok().flatten().filter(|value| !value.is_empty());
    let folder = match (&configured, &layout.work_tree) {
        (Some(value), Some(top)) => top.join(String::from_utf8_lossy(value).as_ref()),
        _ => layout.common_dir.join("hooks"),
    };
    let mut found = guards::look(layout.work_tree.as_deref(), &[folder]);
    if found.iter().any(|(guard, _)| guard.name.starts_with("git hook")) {
        let guard = Guard { name: "core.hooksPath".to_owned(), digest: Some(digest(&configured.unwrap_or_default())) };
        found.push((guard, layout.common_dir.join("config")));
    }
    found
}

/// What is wrong with what brings us into play, one sentence each, where the agent can have done it.
pub fn tampered(git: &dyn GitSource, journal: &Journal) -> Vec<String> {
    let Some(start) = journal.start.as_ref().filter(|start| !start.guards.is_empty()) else { return Vec::new() };
    let now = guards(git);
    let by_agent = guards::changed(&start.guards, &now).into_iter().filter(|guard| {
        let file = now.iter().find(|(other, _)| other.name == guard.name).map(|(_, path)| path);
        // A file that is gone, or that calls us no more, has no place in the present list.
        let found = file.and_then(|path| std::fs::symlink_metadata(path).ok());
        let stamp = found.map_or(Stamp::Gone(None), |found| {
            Stamp::There(found.ctime().saturating_mul(1000) + found.ctime_nsec() / 1_000_000)
        });
        !matches!(whose(&guard.name, stamp, journal, &[]), Whose::Other | Whose::Lost)
    });
    by_agent
        .map(|guard| format!("`{}` does not call git-warrant as it did when the session began", guard.name))
        .collect()
}

/// The journals of further sessions in this work tree that were at work since `started`.
pub fn others(git: &dyn GitSource, own: &str, started: i64) -> Vec<Journal> {
    let layout = git.layout();
    // One that has ended was at work all the same.
    let recent = store::recent(&layout.git_dir, &layout.common_dir, Some(started));
    let told = recent
        .into_iter()
        .filter(|other| other.id != own)
        .take(MAX_OTHERS)
        .filter_map(|other| other.read().ok().flatten())
        .map(Journal::of);
    told.filter(|other| other.windows.iter().any(|window| window.to.is_none_or(|to| to >= started))).collect()
}

/// The session that a command of ours is run in, and the agent, by the environment alone.
pub fn here(git: &dyn GitSource) -> (Option<&'static str>, Current) {
    let signs = Signs { environment: Some(&system::env), commit: None, message: None, branch: None };
    let agent = identify(&signs).agent().filter(|agent| *agent != UNKNOWN);
    let layout = git.layout();
    (agent, store::current(&layout.git_dir, &layout.common_dir, agent))
}

/// The session that a change is being made in, where a gate is asked from inside of one.
pub struct Present {
    session: Session,
    pub journal: Journal,
    others: Vec<Journal>,
}

impl Present {
    /// The one that the environment names, or the only one that it can be; of `agent`, where that is known.
    pub fn of(git: &dyn GitSource, agent: Option<&str>) -> Option<Self> {
        let layout = git.layout();
        let known = agent.filter(|agent| *agent != UNKNOWN);
        let session = store::current(&layout.git_dir, &layout.common_dir, known).session()?;
        let journal = Journal::of(session.read().ok().flatten()?);
        let others = others(git, &session.id, journal.started);
        Some(Self { session, journal, others })
    }

    /// What it is called by.
    pub fn id(&self) -> &str {
        &self.session.id
    }

    /// What rules may know of it.
    pub fn facts(&self, git: &dyn GitSource) -> SessionFacts {
        let tampered = tampered(git, &self.journal);
        super::evidence::of_journal(&Case {
            session: &self.session,
            journal: &self.journal,
            others: &self.others,
            message: None,
            report: None,
            tampered: &tampered,
        })
    }
}

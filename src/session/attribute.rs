//! Whose work a changed file is: the agent's, as far as its journal explains it, or somebody else's.
//!
//! A file belongs to the agent when an edit of its own names it, or when its inode last changed (`ctime`, which no program
//! can set) while one of its tools was at work. It belongs to somebody else when that was at another time. What is gone has no
//! time; its folder has, and a later change there hides the earlier. Where nothing can be told, that is said.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::entry::Did;
use super::journal::{Journal, Window};
use crate::model::path::RepoPath;

/// Clocks of file systems tick coarsely, and hooks take a moment to start. Milliseconds.
const SLACK: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Agent,
    /// It changed while no tool of the agent's was at work, or another agent's was.
    Other,
    /// Nothing recorded tells.
    Unknown,
    /// It changed while nothing could be recorded.
    Lost,
}

/// When a path last changed, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    There(i64),
    /// The path is gone; the nearest folder above it changed then.
    Gone(Option<i64>),
}

impl Stamp {
    pub fn time(self) -> Option<i64> {
        match self {
            Self::There(at) => Some(at),
            Self::Gone(at) => at,
        }
    }
}

/// Reads the stamp of a path below `top`.
pub fn stamp(top: &Path, path: &RepoPath) -> Stamp {
    let full = top.join(OsStr::from_bytes(path.as_bytes()));
    if let Ok(found) = fs::symlink_metadata(&full) {
        return Stamp::There(changed(&found));
    }
    let mut folder: Option<PathBuf> = full.parent().map(Path::to_owned);
    while let Some(path) = folder.filter(|folder| folder.starts_with(top)) {
        if let Ok(found) = fs::symlink_metadata(&path) {
            return Stamp::Gone(Some(changed(&found)));
        }
        folder = path.parent().map(Path::to_owned);
    }
    Stamp::Gone(None)
}

fn changed(found: &fs::Metadata) -> i64 {
    found.ctime().saturating_mul(1000) + found.ctime_nsec() / 1_000_000
}

/// Whose a change of `path` (as a ledger writes it) is. `others` are further sessions of the same work tree.
pub fn whose(path: &str, stamp: Stamp, journal: &Journal, others: &[Journal]) -> Whose {
    if journal.edits.contains_key(path) {
        return Whose::Agent;
    }
    let named_by_other = others.iter().any(|other| other.edits.contains_key(path));
    // A client that tells of no tool gives nothing to tell by.
    if journal.is_blind() {
        return if named_by_other { Whose::Other } else { Whose::Unknown };
    }
    let (time, is_gone) = match stamp {
        Stamp::There(time) => (Some(time), false),
        Stamp::Gone(time) => (time, true),
    };
    let during = |journal: &Journal| time.is_some_and(|time| journal.windows.iter().any(|w| holds(w, time)));
    let is_lost = time.is_some_and(|time| journal.is_lost(time, SLACK));
    let (own, other) = (during(journal), named_by_other || others.iter().any(during));
    match (own, other) {
        (true, false) => Whose::Agent,
        (true, true) if named_by_other => Whose::Other,
        // Both were at work: a command that names the file tells, where only one does.
        (true, true) => {
            let at = |window: &Window| time.is_some_and(|time| holds(window, time));
            let named = |journal: &Journal| journal.windows.iter().any(|window| at(window) && names(window, path));
            match (named(journal), others.iter().any(named)) {
                (true, false) => Whose::Agent,
                (false, true) => Whose::Other,
                _ => Whose::Unknown,
            }
        }
        (false, true) => Whose::Other,
        (false, false) if is_lost && !(is_gone && mentions(journal, path)) => Whose::Lost,
        (false, false) if !is_gone => Whose::Other,
        (false, false) if mentions(journal, path) => Whose::Agent,
        (false, false) if journal.ran.iter().all(|ran| ran.refused) => Whose::Other,
        (false, false) => Whose::Unknown,
    }
}

fn holds(window: &Window, time: i64) -> bool {
    window.from - SLACK <= time && window.to.is_none_or(|to| time <= to + SLACK)
}

/// Does a command name a file that is gone? By its name alone, for paths can be written in many ways.
fn mentions(journal: &Journal, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = |command: &str| !name.is_empty() && command.contains(name);
    journal.windows.iter().any(|window| matches!(&window.tool, Did::Shell { command, .. } if named(command)))
}

/// Does a command name a file, by its path or by a name that is no accident?
fn names(window: &Window, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = |command: &str| command.contains(path) || name.len() >= 4 && command.contains(name);
    matches!(&window.tool, Did::Shell { command, .. } if named(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(windows: &[(i64, Option<i64>, &str)], edits: &[&str]) -> Journal {
        let mut journal = Journal::default();
        for (from, to, command) in windows {
            let tool = Did::Shell { command: (*command).to_owned(), cut: false, directory: None };
            journal.windows.push(Window { from: *from, to: *to, tool });
            let ran = super::super::journal::Ran {
                id: String::new(),
                command: (*command).to_owned(),
                is_cut: false,
                directory: None,
                from: *from,
                to: *to,
                ended: None,
                refused: false,
            };
            journal.ran.push(ran);
        }
        journal.edits.extend(edits.iter().map(|path| ((*path).to_owned(), vec![0])));
        journal
    }

    #[test]
    fn a_file_is_the_agents_when_its_tools_explain_it() {
        let own = journal(&[(1000, Some(2000), "x"), (9000, None, "server &")], &["named"]);
        assert_eq!(whose("named", Stamp::There(5000), &own, &[]), Whose::Agent);
        assert_eq!(whose("f", Stamp::There(1500), &own, &[]), Whose::Agent);
        assert_eq!(whose("f", Stamp::There(5000), &own, &[]), Whose::Other);
        assert_eq!(whose("f", Stamp::There(99_000), &own, &[]), Whose::Agent);
    }

    #[test]
    fn what_is_gone_is_told_by_its_folder_or_by_name() {
        let own = journal(&[(1000, Some(2000), "rm -f src/old.rs")], &[]);
        assert_eq!(whose("src/old.rs", Stamp::Gone(Some(5000)), &own, &[]), Whose::Agent);
        assert_eq!(whose("src/other.rs", Stamp::Gone(Some(1500)), &own, &[]), Whose::Agent);
        assert_eq!(whose("src/other.rs", Stamp::Gone(Some(5000)), &own, &[]), Whose::Unknown);
        let mut edits_only = own;
        edits_only.ran.clear();
        assert_eq!(whose("src/other.rs", Stamp::Gone(Some(5000)), &edits_only, &[]), Whose::Other);
    }

    #[test]
    fn agents_side_by_side_are_told_apart() {
        let own = journal(&[(1000, Some(2000), "x")], &[]);
        let other = journal(&[(1500, Some(3000), "y")], &["theirs"]);
        let others = [other];
        assert_eq!(whose("theirs", Stamp::There(1600), &own, &others), Whose::Other);
        assert_eq!(whose("f", Stamp::There(1600), &own, &others), Whose::Unknown);
        assert_eq!(whose("f", Stamp::There(1100), &own, &others), Whose::Agent);
        assert_eq!(whose("f", Stamp::There(2500), &own, &others), Whose::Other);
        let own = journal(&[(1000, Some(2000), "sed -i s/a/b/ src/main.rs")], &[]);
        let others = [journal(&[(1500, Some(3000), "make src/other.rs"), (5000, None, "x src/main.rs")], &[])];
        assert_eq!(whose("src/main.rs", Stamp::There(1600), &own, &others), Whose::Agent);
        assert_eq!(whose("src/other.rs", Stamp::There(1600), &own, &others), Whose::Other);
        assert_eq!(whose("src/third.rs", Stamp::There(1600), &own, &others), Whose::Unknown);
    }

    #[test]
    fn what_changed_while_nothing_could_be_recorded_is_nobody_s() {
        let own =
            Journal { lost: Some((5000, 8000)), ..journal(&[(1000, Some(2000), "x"), (7000, Some(7500), "y")], &[]) };
        let at = |time| whose("f", Stamp::There(time), &own, &[]);
        assert_eq!(
            [at(1500), at(4000), at(6000), at(7200), at(9000)],
            [Whose::Agent, Whose::Other, Whose::Lost, Whose::Agent, Whose::Other]
        );
        assert_eq!(whose("f", Stamp::Gone(Some(6000)), &own, &[]), Whose::Lost);
    }

    #[test]
    fn without_any_tool_nothing_was_done_unless_the_client_tells_of_none() {
        assert_eq!(whose("f", Stamp::There(1), &Journal::default(), &[]), Whose::Other);
        let start = super::super::entry::Start { agent: "aider".to_owned(), ..Default::default() };
        let blind = Journal { start: Some(start), ..Journal::default() };
        assert_eq!(whose("f", Stamp::There(1), &blind, &[]), Whose::Unknown);
    }

    #[test]
    fn stamps_are_those_of_the_inode() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join("d")).expect("a folder");
        let before = crate::system::now_ms();
        fs::write(directory.path().join("d/f"), "x").expect("a file");
        let Stamp::There(time) = stamp(directory.path(), &RepoPath::from("d/f")) else { panic!("it is there") };
        assert!((before - SLACK..before + 5000).contains(&time), "{time} {before}");
        assert!(matches!(stamp(directory.path(), &RepoPath::from("d/e/gone")), Stamp::Gone(Some(_))));
    }
}

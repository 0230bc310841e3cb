//! Messages that tell of work while the change holds none: only the tracker, lock files or generated files changed.
//!
//! The message has to be plain: its subject gives itself a type of work, or opens with a deed to the code. A word that can
//! mean what did change takes that away.

use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::analyze::message::{conventional, first_line, is_revert};
use crate::claims::prose::clause::{Deed, Place, Stance, Standing, TokenKind};
use crate::claims::prose::stance;
use crate::model::message::Message;
use crate::model::path::RepoPath;

/// What a change consists of when nothing in it is work by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Only {
    Tracker,
    Lock,
    Generated,
}

impl Only {
    /// Completes "only … changed".
    pub fn what(self) -> &'static str {
        match self {
            Self::Tracker => "issues, plans and to-do lists",
            Self::Lock => "lock files",
            Self::Generated => "generated files",
        }
    }

    /// Words that can mean such a change.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Tracker => &[
                "issue",
                "issues",
                "bead",
                "beads",
                "jsonl",
                "sync",
                "synced",
                "tracker",
                "tracking",
                "task",
                "tasks",
                "todo",
                "todos",
                "plan",
                "plans",
                "planning",
                "backlog",
                "close",
                "closes",
                "closed",
                "closing",
                "reopen",
                "triage",
                "ticket",
                "tickets",
                "epic",
                "epics",
                "roadmap",
                "priority",
                "priorities",
                "status",
                "file",
                "filed",
                "milestone",
                "note",
                "notes",
                "claim",
                "database",
                "db",
                "export",
                "import",
                "state",
                "data",
                "merge",
                "conflict",
                "conflicts",
                "typo",
                "spec",
                "proposal",
                "design",
                "wisp",
                "hygiene",
                "cleanup",
                "metadata",
                "progress",
                "record",
                "log",
                "followup",
                "mark",
                "duplicate",
                "duplicates",
                "prefix",
                "reset",
                "init",
                "initialize",
                "id",
                "ids",
                "complete",
                "completed",
                "document",
                "docs",
                "entry",
                "entries",
                "deletions",
                "follow",
                "request",
                "requests",
            ],
            Self::Lock => &[
                "dep",
                "deps",
                "dependency",
                "dependencies",
                "lock",
                "lockfile",
                "lockfiles",
                "bump",
                "bumps",
                "bumped",
                "upgrade",
                "upgrades",
                "update",
                "updates",
                "updated",
                "version",
                "versions",
                "package",
                "packages",
                "npm",
                "yarn",
                "pnpm",
                "cargo",
                "uv",
                "poetry",
                "gem",
                "gems",
                "go",
                "mod",
                "sum",
                "nix",
                "flake",
                "hash",
                "audit",
                "cve",
                "vulnerability",
                "vulnerabilities",
                "security",
                "sync",
                "install",
                "downgrade",
                "build",
                "ci",
                "release",
                "resolve",
                "resolution",
                "module",
                "modules",
                "pin",
                "transitive",
            ],
            Self::Generated => &[
                "generate",
                "generated",
                "generates",
                "regenerate",
                "regenerated",
                "regen",
                "codegen",
                "build",
                "rebuild",
                "rebuilt",
                "bundle",
                "bundles",
                "minify",
                "minified",
                "schema",
                "schemas",
                "api",
                "client",
                "proto",
                "protobuf",
                "types",
                "sync",
                "update",
                "updates",
                "release",
                "output",
                "artifact",
                "artifacts",
            ],
        }
    }
}

/// What only changed, where the message tells of work; `None` where the change may be that work.
pub fn phantom(message: &Message, facts: &Facts<'_>) -> Option<Only> {
    if facts.set().merge || !facts.set().incomplete.is_empty() || is_revert(first_line(message).1) {
        return None;
    }
    let mut kinds = facts.changes().map(|(index, change)| kind(&change.path, facts.classes(index)));
    let mut all = vec![kinds.next()??];
    for kind in kinds {
        all.push(kind?);
    }
    all.sort_unstable();
    all.dedup();
    let text = &message.text;
    let told = all.iter().any(|only| first_words(first_line(message).1).any(|word| only.words().contains(&&*word)));
    let named = facts.changes().any(|(_, change)| names(text, &change.path));
    let held = || all.iter().all(|only| *only != Only::Tracker) && holds(first_line(message).1, facts);
    (!told && !named && tells_of_work(message) && !held()).then(|| all.first().copied()).flatten()
}

/// Do the changed lines hold a telling word of the subject? Then they may be all that is meant: "remove funding" of a lock file.
fn holds(subject: &str, facts: &Facts<'_>) -> bool {
    let words: Vec<String> = first_words(subject).filter(|word| word.len() >= TELLING).collect();
    let has = |line: &[u8]| {
        let line = line.to_ascii_lowercase();
        words.iter().any(|word| memchr::memmem::find(&line, word.as_bytes()).is_some())
    };
    facts
        .changes()
        .filter_map(|(index, _)| facts.lines(index))
        .any(|diff| diff.added.iter().chain(diff.deleted.iter()).take(MAX_LINES).any(|line| has(line.text)))
}

/// Shorter words stand everywhere.
const TELLING: usize = 6;

/// The most lines of a file that are looked at.
const MAX_LINES: usize = 2000;

fn kind(path: &RepoPath, classes: Classes) -> Option<Only> {
    if is_tracker(path) {
        Some(Only::Tracker)
    } else if classes.lock_file {
        Some(Only::Lock)
    } else {
        classes.generated.then_some(Only::Generated)
    }
}

/// The data of a tracker that lives in the repository, a plan or a list of what is to be done.
fn is_tracker(path: &RepoPath) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    let name = lower.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let data = name.ends_with(b".jsonl") || name.ends_with(b".json") || name.ends_with(b".db");
    let in_tracker = path.components().next().is_some_and(|first| first == b".beads");
    let names: [&[u8]; 8] =
        [b"issues.jsonl", b"todo.md", b"todo.txt", b"todo", b"todos.md", b"backlog.md", b"plan.md", b"tasks.md"];
    in_tracker && data || names.contains(&name)
}

fn names(text: &str, path: &RepoPath) -> bool {
    let name = std::str::from_utf8(path.file_name()).unwrap_or_default();
    !name.is_empty() && text.contains(name)
}

fn first_words(subject: &str) -> impl Iterator<Item = String> + use<'_> {
    subject.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// A type of work, or a subject that opens with a deed and names what it was done to.
fn tells_of_work(message: &Message) -> bool {
    let subject = first_line(message).1;
    let typed = conventional(subject);
    if let Some(found) = typed {
        return ["feat", "fix", "refactor", "perf"].iter().any(|kind| found.kind.eq_ignore_ascii_case(kind));
    }
    let read = stance::clauses(&message.text);
    let mut subject = read.list.iter().filter(|clause| clause.place == Place::Subject);
    subject.next().is_some_and(|clause| {
        let deed = clause.verb.filter(|verb| verb.at == 0).map(|verb| verb.deed);
        let works = matches!(deed, Some(Deed::Create | Deed::Modify | Deed::Delete | Deed::Move));
        let is_word = |kind| matches!(kind, TokenKind::Word | TokenKind::Name | TokenKind::Code | TokenKind::Path);
        let objects = clause.tokens.iter().filter(|token| is_word(token.kind)).count();
        works && clause.stance == Stance::Asserted && clause.standing == Standing::Main && objects > 2
    })
}

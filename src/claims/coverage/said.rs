//! What a text can mean, taken as widely as its words allow.
//!
//! Here nothing is claimed: a word in a plan, a quotation or a condition tells of a thing as well as any other. Only what
//! a clause denies is not told by it. Where the wording is open ("across the codebase"), in a language that is not read, or
//! cut off, it may mean everything.

use rustc_hash::FxHashSet;

use super::units::Part;
use crate::analyze::message::conventional;
use crate::claims::cover::{Cover, Covered};
use crate::claims::prose::clause::{Deed, Stance};
use crate::claims::prose::stance;
use crate::model::claim::Unit;
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

/// The most names of files and folders that are looked for among the changed ones.
const MAX_NAMES: usize = 2_000;

/// A text of more different words may mean everything.
const MAX_WORDS: usize = 3_000;

/// The most changed lines of a file that are looked at for a word of the text.
const MAX_LINES: usize = 500;

/// The texts of one report.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Something was said at all.
    any: bool,
    everything: bool,
    clauses: Vec<Heard>,
    /// Every word that is not denied, once.
    words: Vec<String>,
    files: FxHashSet<Vec<u8>>,
    places: Cover,
}

/// One clause that denies nothing.
#[derive(Debug)]
struct Heard {
    words: Vec<String>,
    /// It tells of what is new, not of a change to what was there.
    adds: bool,
    /// It tells of what was run and how that went.
    runs: bool,
}

impl Said {
    pub(super) fn of(texts: &[&str]) -> Self {
        let mut said = Self::default();
        let mut names = Vec::new();
        for text in texts {
            said.read(text, &mut names);
        }
        names.truncate(MAX_NAMES);
        said.files = names.iter().map(|name| name.trim_start_matches("./").as_bytes().to_vec()).collect();
        names.retain(|name| name.contains(['/', '*']));
        said.places = Cover::new(&names);
        let all: FxHashSet<&String> = said.clauses.iter().flat_map(|clause| &clause.words).collect();
        let mut all: Vec<String> = all.into_iter().filter(|word| word.chars().count() > 2).cloned().collect();
        all.sort_unstable();
        said.everything |= all.len() > MAX_WORDS || all.iter().any(|word| is_open(word));
        all.retain(|word| is_own(word));
        said.words = all;
        said
    }

    /// Is there anything a change could be held against?
    pub(super) fn is_telling(&self) -> bool {
        self.any && !self.everything
    }

    /// Is the file named, or a folder or glob it falls under?
    pub(super) fn names_file(&self, path: &RepoPath) -> bool {
        self.files.contains(path.as_bytes())
            || self.files.contains(path.file_name())
            || self.places.covers(path) > Covered::No
    }

    /// Can any word mean this part of the change to the file?
    pub(super) fn may_mean(&self, part: &Part, path: &RepoPath) -> bool {
        if self.everything || self.names_file(path) {
            return true;
        }
        let name = part.name.as_deref().unwrap_or_default();
        match part.unit {
            Unit::TestDeleted | Unit::TestSkipped | Unit::TestWeakened => {
                self.has_word_of(name) || self.has_word_of_path(path) || self.speaks(TESTS, true)
            }
            Unit::DependencyAdded | Unit::DependencyRemoved | Unit::DependencySource | Unit::DependencyUpdated => {
                self.has_word_of(name) || self.speaks(DEPENDENCIES, false)
            }
            Unit::Manifest => self.has_word_of_path(path) || self.speaks(DEPENDENCIES, false),
            Unit::Ci | Unit::CiPermission | Unit::CiStep | Unit::GateLowered => {
                let named = self.has_word_of(name) || self.has_word_of_path(path);
                named || self.speaks(CI, false) || self.speaks(TESTS, true)
            }
            Unit::Guard => self.has_word_of_path(path) || self.speaks(GUARDS, false),
            Unit::Migration => self.has_word_of_path(path) || self.speaks(MIGRATIONS, false),
            Unit::SymbolRemoved | Unit::SymbolChanged | Unit::SymbolAdded | Unit::ConfigKey => self.has_word_of(name),
            Unit::File => false,
        }
    }

    fn read(&mut self, text: &str, names: &mut Vec<String>) {
        let read = stance::clauses(text);
        self.everything |= read.document.unread.is_some();
        let subject = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let label = subject.find([':', '-']).and_then(|end| subject.get(..end));
        if let Some(label) = label.filter(|label| conventional(subject).is_some() || label.trim_end().ends_with(')')) {
            self.clauses.push(Heard { words: words(label).collect(), adds: false, runs: false });
        }
        let mut lead = None::<(usize, bool, bool)>;
        for clause in &read.list {
            self.any = true;
            self.everything |= clause.stance == Stance::Foreign;
            if clause.stance == Stance::Denied {
                continue;
            }
            let said = text.get(clause.span.clone()).unwrap_or_default();
            names.extend(said.split_whitespace().filter_map(file_name));
            let words: Vec<String> =
                clause.tokens.iter().flat_map(|token| words(&token.text)).chain(words(said)).collect();
            // "The linter is clean" says how a run went.
            let deed = clause.verb.filter(|verb| verb.base != "clean" || verb.at == 0).map(|verb| verb.deed);
            let has = |list: &[&str]| deed.is_none() && words.iter().any(|word| list.contains(&word.as_str()));
            // "with 5 tests" goes with the deed before it.
            let (led_adds, led_runs) = lead
                .filter(|lead| deed.is_none() && lead.0 == clause.sentence)
                .map_or((false, false), |lead| (lead.1, lead.2));
            let adds = led_adds || deed == Some(Deed::Create) || has(NEW);
            let runs = led_runs || deed == Some(Deed::Run) || has(WENT_WELL);
            lead = Some((clause.sentence, adds, runs));
            self.clauses.push(Heard { words, adds, runs });
        }
    }

    fn speaks(&self, about: &[&str], of_change: bool) -> bool {
        let told = self.clauses.iter().filter(|clause| !(clause.runs || of_change && clause.adds));
        told.flat_map(|clause| &clause.words).any(|word| about.iter().any(|start| is_of(word, start)))
    }

    fn has_word_of(&self, name: &str) -> bool {
        words(name).filter(|word| is_own(word)).any(|word| self.words.iter().any(|said| are_akin(said, &word)))
    }

    /// Is any longer word of the text among the changed lines? Then the text may well speak of them.
    pub(super) fn has_word_in(&self, diff: &LineDiff) -> bool {
        let mut lines = diff.added.iter().chain(diff.deleted.iter()).take(MAX_LINES);
        lines.any(|line| {
            let text = String::from_utf8_lossy(line.text.get(..line.text.len().min(400)).unwrap_or_default());
            let long = |word: &String| word.chars().count() > 3 && is_own(word);
            words(&text).filter(long).any(|word| self.words.binary_search(&word).is_ok())
        })
    }

    fn has_word_of_path(&self, path: &RepoPath) -> bool {
        let text = String::from_utf8_lossy(path.as_bytes());
        self.has_word_of(text.rsplit_once('.').map_or(&*text, |(stem, _)| stem))
    }
}

/// A word of a text that can be the name of a file, folder or glob.
fn file_name(word: &str) -> Option<String> {
    let edge =
        |c: char| !c.is_alphanumeric() && !matches!(c, '.' | '/' | '*' | '_' | '-' | '{' | '}' | '[' | ']' | '@');
    let word = word.trim_matches(edge).trim_end_matches(['.', ',', ':']);
    let named = word.len() > 2 && word.len() < 400 && word.contains(['.', '/', '*']);
    (named && word.chars().any(char::is_alphanumeric)).then(|| word.to_owned())
}

/// Lower-case words of a text, with names in `camelCase` and `snake_case` taken apart.
fn words(text: &str) -> impl Iterator<Item = String> + use<'_> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(humps).map(str::to_lowercase).filter(|word| !word.is_empty())
}

/// `HTTPServer2` is `HTTP` and `Server2`.
fn humps(word: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, window) in chars.windows(2).enumerate() {
        let [(_, before), (place, here)] = *window else { continue };
        let after_is_lower = chars.get(at + 2).is_some_and(|(_, next)| next.is_lowercase());
        if here.is_uppercase() && (!before.is_uppercase() || after_is_lower) {
            parts.extend(word.get(start..place));
            start = place;
        }
    }
    parts.extend(word.get(start..));
    parts
}

/// May two words be forms of one, or made of one? `encrypt` and `cryptography` are.
fn are_akin(a: &str, b: &str) -> bool {
    let start = |word: &str| word.char_indices().nth(5).map_or(word.len(), |(end, _)| end);
    let stem = |word: &'_ str| -> String {
        let short = word.get(..start(word)).unwrap_or(word);
        if short.len() == word.len() { word.strip_suffix('s').unwrap_or(word).to_owned() } else { short.to_owned() }
    };
    let (one, other) = (stem(a), stem(b));
    one == other || one.len() > 3 && b.contains(&one) || other.len() > 3 && a.contains(&other)
}

/// A short one has to be the whole word; `deps` is the plural of `dep`.
fn is_of(word: &str, start: &str) -> bool {
    if start.len() <= 3 { word == start || word.strip_suffix('s') == Some(start) } else { word.starts_with(start) }
}

fn is_own(word: &str) -> bool {
    word.chars().count() > 2 && !word.chars().all(char::is_numeric) && !COMMON.contains(&word)
}

fn is_open(word: &str) -> bool {
    OPEN.iter().any(|start| is_of(word, start))
}

const NEW: &[&str] = &["new", "added", "adds", "additional", "more"];

const WENT_WELL: &[&str] = &["pass", "passes", "passed", "passing", "green", "clean"];

const TESTS: &[&str] =
    &["test", "spec", "assert", "coverage", "fixture", "snapshot", "flak", "skip", "golden", "expect", "mock", "suite"];

const DEPENDENCIES: &[&str] = &[
    "dep",
    "dependenc",
    "devdep",
    "package",
    "bump",
    "upgrade",
    "downgrade",
    "requirement",
    "librar",
    "crate",
    "gem",
    "lock",
    "version",
    "manifest",
    "pin",
    "pinned",
    "npm",
    "pip",
    "cargo",
    "yarn",
    "pnpm",
    "vendor",
    "renovate",
    "dependabot",
    "sdk",
    "toolchain",
    "maven",
    "gradle",
    "nuget",
    "composer",
    "poetry",
    "module",
];

const CI: &[&str] = &[
    "ci",
    "workflow",
    "pipeline",
    "action",
    "github",
    "gitlab",
    "job",
    "matrix",
    "runner",
    "deploy",
    "publish",
    "cron",
    "build",
    "lint",
    "coverage",
    "threshold",
    "gate",
    "permission",
    "nightly",
    "artifact",
];

const GUARDS: &[&str] = &[
    "hook",
    "polic",
    "agent",
    "claude",
    "codex",
    "cursor",
    "gemini",
    "copilot",
    "instruction",
    "guid",
    "owner",
    "setting",
    "permission",
    "mcp",
    "skill",
    "command",
    "commit",
    "lint",
    "rule",
    "guard",
    "warrant",
    "doc",
    "config",
    "prompt",
    "convention",
    "format",
    "opencode",
];

const MIGRATIONS: &[&str] =
    &["migrat", "schema", "database", "db", "table", "column", "sql", "index", "model", "backfill", "field", "store"];

/// Wording that can stand for any part of a change.
const OPEN: &[&str] = &[
    "everywhere",
    "throughout",
    "across",
    "various",
    "misc",
    "wip",
    "checkpoint",
    "cleanup",
    "codebase",
    "repo",
    "repositor",
    "reformat",
    "refactor",
    "restructur",
    "reorgani",
    "overhaul",
    "rewrit",
    "rewrote",
    "merge",
    "sync",
    "release",
    "initial",
    "revert",
    "scaffold",
    "bootstrap",
    "backup",
    "squash",
    "feedback",
    "review",
    "nit",
    "import",
    "moderni",
    "migrate",
    "migrating",
    "convert",
    "ported",
    "porting",
];

/// Words of names that tell nothing of what it is about.
const COMMON: &[&str] = &[
    "and",
    "app",
    "apps",
    "are",
    "can",
    "case",
    "cases",
    "cmd",
    "com",
    "common",
    "core",
    "crate",
    "crates",
    "does",
    "for",
    "from",
    "get",
    "github",
    "has",
    "have",
    "helper",
    "helpers",
    "index",
    "init",
    "integration",
    "internal",
    "into",
    "java",
    "kotlin",
    "lib",
    "libs",
    "main",
    "mod",
    "new",
    "not",
    "org",
    "package",
    "packages",
    "pkg",
    "python",
    "return",
    "returns",
    "ruby",
    "rust",
    "set",
    "should",
    "spec",
    "specs",
    "src",
    "test",
    "testing",
    "tests",
    "that",
    "the",
    "this",
    "unit",
    "use",
    "util",
    "utils",
    "when",
    "with",
    "without",
    "workflow",
    "workflows",
    "works",
];

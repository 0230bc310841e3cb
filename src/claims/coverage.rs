//! The other direction: what changed and no claim covers.

use rustc_hash::FxHashSet;

use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::claims::cover::{Cover, Covered};
use crate::claims::normal;
use crate::model::change::{Change, Status};
use crate::model::claim::{ClaimKind, Judged, Materiality, Undisclosed};
use crate::model::path::RepoPath;

/// What the claims of a report speak of.
#[derive(Default)]
struct Disclosed {
    /// In normal form.
    files: FxHashSet<RepoPath>,
    lists: Vec<Cover>,
    documents: bool,
    tests: bool,
}

/// Changed files no claim covers, by materiality and path. Only meaningful where there is a report.
///
/// A claim covers what it names, be it right or wrong: a wrong one is told as such. `untouched` and counts name nothing,
/// and an `only` that allows every path says nothing.
pub fn undisclosed(claims: &[Judged], facts: &Facts<'_>) -> Vec<Undisclosed> {
    let disclosed = Disclosed::by(claims);
    let mut found: Vec<Undisclosed> = facts
        .changes()
        .filter(|(index, change)| !disclosed.covers(&change.path, facts.classes(*index)))
        .map(|(index, change)| Undisclosed {
            path: change.path.clone(),
            unit: "file".to_owned(),
            materiality: materiality(facts, index, change),
        })
        .collect();
    found.sort_by(|a, b| (a.materiality, &a.path).cmp(&(b.materiality, &b.path)));
    found
}

impl Disclosed {
    fn by(claims: &[Judged]) -> Self {
        let mut all = Self::default();
        for judged in claims {
            match &judged.claim.what {
                ClaimKind::Created { path } | ClaimKind::Deleted { path } | ClaimKind::Modified { path } => {
                    all.files.insert(normal::form(path));
                }
                ClaimKind::Renamed { from, to } => all.files.extend([from, to].map(normal::form)),
                ClaimKind::Only { paths } => {
                    let telling: Vec<&String> = paths.iter().filter(|entry| !is_everything(entry)).collect();
                    all.lists.push(Cover::new(&telling));
                }
                ClaimKind::SymbolAdded { path, .. } | ClaimKind::SymbolRemoved { path, .. } => {
                    all.files.extend(path.as_ref().map(normal::form));
                }
                ClaimKind::DocsOnly => all.documents = true,
                ClaimKind::TestsOnly => all.tests = true,
                ClaimKind::ValueSet { path, .. } => {
                    all.files.insert(normal::form(path));
                }
                ClaimKind::DependencyAdded { package, .. }
                | ClaimKind::DependencyRemoved { package, .. }
                | ClaimKind::DependencyUpdated { package, .. } => {
                    all.files.extend(package.manifest.as_ref().map(normal::form));
                }
                ClaimKind::FormattingOnly
                | ClaimKind::TextRemovedEverywhere { .. }
                | ClaimKind::TextReplacedEverywhere { .. }
                | ClaimKind::NoNewDependencies
                | ClaimKind::Untouched { .. }
                | ClaimKind::FilesChanged { .. }
                | ClaimKind::LinesAdded { .. }
                | ClaimKind::LinesDeleted { .. }
                | ClaimKind::NoCodeChange
                | ClaimKind::SymbolRenamed { .. }
                | ClaimKind::PublicApiUnchanged { .. }
                | ClaimKind::TestsAdded { .. }
                | ClaimKind::Committed { .. }
                | ClaimKind::Pushed { .. } => {}
            }
        }
        all
    }

    fn covers(&self, path: &RepoPath, classes: Classes) -> bool {
        self.files.contains(&normal::form(path))
            || self.documents && classes.document && !classes.code
            || self.tests && classes.test
            || self.lists.iter().any(|list| list.covers(path) > Covered::No)
    }
}

fn is_everything(entry: &str) -> bool {
    entry.split('/').all(|part| matches!(part, "" | "*" | "**"))
}

fn materiality(facts: &Facts<'_>, index: usize, change: &Change) -> Materiality {
    let classes = facts.classes(index);
    if classes.generated || classes.vendored {
        return Materiality::Low;
    }
    if classes.ci || classes.manifest || classes.migration || is_guard(&change.path) {
        return Materiality::High;
    }
    if classes.snapshot || classes.lock_file {
        return Materiality::Low;
    }
    if classes.test && change.status() == Status::Deleted {
        // A test that moved out of the tests is no test any more.
        let still_a_test = facts.renames().of_old(index).is_some_and(|pair| facts.classes(pair.to).test);
        if !still_a_test {
            return Materiality::High;
        }
    }
    if classes.document && !classes.code { Materiality::Low } else { Materiality::Medium }
}

/// Files that decide what is checked or who reviews: the policy, git hooks, agent settings, CODEOWNERS.
fn is_guard(path: &RepoPath) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    let top = lower.split(|byte| *byte == b'/').next().unwrap_or_default();
    let name = lower.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let folders: [&[u8]; 8] =
        [b".husky", b".githooks", b".warrant", b".claude", b".codex", b".cursor", b".gemini", b".opencode"];
    let names: [&[u8]; 13] = [
        b"warrant.toml",
        b"codeowners",
        b"lefthook.yml",
        b"lefthook.yaml",
        b"lefthook.toml",
        b".pre-commit-config.yaml",
        b"prek.toml",
        b".mcp.json",
        b"opencode.json",
        b"agents.md",
        b"claude.md",
        b"gemini.md",
        b"copilot-instructions.md",
    ];
    folders.contains(&top) || names.contains(&name)
}

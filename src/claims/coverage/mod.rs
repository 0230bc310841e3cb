//! The other direction: what changed and nothing said covers.
//!
//! Two readings. Against a declared report, every changed file has to be covered by a claim or named in the text, and
//! what matters most in it (a test that was deleted, a check that lets more pass) on its own account. Against words alone,
//! only such parts are listed, and only where no word of the text can mean them.

mod ci;
mod config;
mod grade;
mod said;
mod units;

use rustc_hash::FxHashSet;

use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::analyze::message::is_revert;
use crate::claims::cover::{Cover, Covered};
use crate::claims::{declared, normal};
use crate::model::change::Change;
use crate::model::claim::{ClaimKind, Judged, Materiality, Report, Undisclosed, Unit};
use crate::model::message::Message;
use crate::model::path::RepoPath;

use said::Said;
use units::{Part, Parts};

/// Everything that was said of a change.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// Declared ones and those read from prose.
    pub claims: &'a [Judged],
    pub report: Option<&'a Report>,
    pub message: Option<&'a Message>,
    pub asked: Asked,
}

/// What the policy asks for, of that which is not sure enough to be listed unasked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// `tests/assertion-removed` is on.
    pub assertions_removed: bool,
    /// `tests/weakened` is on.
    pub tests_weakened: bool,
}

/// What the claims of a report speak of.
#[derive(Default)]
struct Disclosed {
    /// In normal form.
    files: FxHashSet<RepoPath>,
    /// Files that are said to be gone, with all that was in them.
    gone: FxHashSet<RepoPath>,
    /// Packages, symbols, texts and keys.
    names: FxHashSet<String>,
    lists: Vec<Cover>,
    documents: bool,
    tests: bool,
    everything: bool,
}

/// Changed units that nothing said covers, by materiality and path.
///
/// A claim covers what it names, be it right or wrong: a wrong one is told as such. `untouched` and counts name nothing,
/// and an `only` that allows every path says nothing. A revert restores what it names; a merge is no one's own work unless
/// someone reports on it.
pub fn undisclosed(told: &Told<'_>, facts: &Facts<'_>) -> Vec<Undisclosed> {
    let message = told.message.map(|message| declared::without_blocks(&message.text)).unwrap_or_default();
    if told.message.is_some_and(reverts) || told.report.is_none() && facts.set().merge {
        return Vec::new();
    }
    let summary = told.report.map_or("", |report| report.summary.as_str());
    let said = Said::of(&[&message, summary]);
    if told.report.is_none() && !said.is_telling() {
        return Vec::new();
    }
    let disclosed = Disclosed::by(told.claims);
    let mut found = Vec::new();
    if !disclosed.everything {
        Listing { said: &said, disclosed: &disclosed, facts, asked: told.asked }
            .list(told.report.is_some(), &mut found);
    }
    found.sort_by(|a, b| (a.materiality, &a.path, a.unit).cmp(&(b.materiality, &b.path, b.unit)));
    found
}

/// Git's own subject and line for a revert.
fn reverts(message: &Message) -> bool {
    is_revert(message.subject()) || message.text.lines().any(|line| line.starts_with("This reverts commit "))
}

struct Listing<'a> {
    said: &'a Said,
    disclosed: &'a Disclosed,
    facts: &'a Facts<'a>,
    asked: Asked,
}

impl Listing<'_> {
    fn list(&self, by_report: bool, found: &mut Vec<Undisclosed>) {
        let covered: Vec<bool> = self.facts.changes().map(|(index, change)| self.covers(index, change)).collect();
        let is_covered = |index: usize| covered.get(index).copied().unwrap_or_default();
        let mut parts = Parts::high(self.facts, self.asked);
        if by_report {
            parts.add_inner(self.facts, &|index| !is_covered(index));
        }
        for (index, change) in self.facts.changes() {
            let gone = self.disclosed.gone.contains(&normal::form(&change.path));
            let is_open = |part: &&Part| !gone && !self.discloses(part, index, change);
            let whole = Parts::whole(self.facts, index, change);
            let mut open: Vec<&Part> = parts.of(index).iter().filter(is_open).collect();
            if by_report && is_covered(index) {
                // A claim on the file tells of all that is usual in it; a package of a manifest is.
                open.retain(|part| is_told_apart(part.unit));
            } else if by_report {
                // One line for the file, for what matters most in it; what can be told apart has its own.
                open.push(&whole);
                let most = open.iter().map(|part| (part.materiality, part.unit)).min();
                open.retain(|part| is_told_apart(part.unit) || Some((part.materiality, part.unit)) == most);
            } else {
                open.extend(Some(&whole).filter(|part| is_open(part)));
                open.retain(|part| part.materiality == Materiality::High && self.holds_against_words(part, index));
                if is_covered(index) {
                    open.retain(|part| is_told_apart(part.unit));
                }
            }
            push(&change.path, open, found);
        }
    }

    /// Either side of a rename speaks for both.
    fn covers(&self, index: usize, change: &Change) -> bool {
        let renames = self.facts.renames();
        let other = renames.of_new(index).map(|pair| pair.from).or_else(|| renames.of_old(index).map(|pair| pair.to));
        let other = other.and_then(|other| Some((other, self.facts.set().changes.get(other)?)));
        std::iter::once((index, change)).chain(other).any(|(index, change)| {
            self.disclosed.covers(&change.path, self.facts.classes(index)) || self.said.names_file(&change.path)
        })
    }

    fn discloses(&self, part: &Part, index: usize, change: &Change) -> bool {
        let named = part.name.as_ref().is_some_and(|name| self.disclosed.names.contains(&name.to_lowercase()));
        if named || self.said.may_mean(part, &change.path) {
            return true;
        }
        // What is done in a workflow has seldom a word in common with its name.
        let by_content = matches!(part.unit, Unit::Ci | Unit::Guard | Unit::Migration);
        by_content && self.facts.lines(index).is_some_and(|diff| self.said.has_word_in(diff))
    }

    /// Where nothing but tests changed, the message is about them.
    fn is_about_tests(&self) -> bool {
        self.facts.changes().all(|(index, _)| self.facts.classes(index).test)
    }

    /// Are workflows less than a third of what changed?
    fn is_by_the_way(&self) -> bool {
        let (of_host, all) = self.facts.changes().fold((0, 0), |(of_host, all), (index, change)| {
            (of_host + usize::from(is_of_host(&change.path, self.facts.classes(index))), all + 1)
        });
        of_host * 3 < all
    }

    /// Is a unit sure and weighty enough to be missed in a message?
    fn holds_against_words(&self, part: &Part, index: usize) -> bool {
        let classes = self.facts.classes(index);
        let aside = self.facts.set().changes.get(index).is_some_and(|change| is_aside(&change.path));
        match part.unit {
            // Only a test that was read is known to be gone, and not moved.
            Unit::TestDeleted => part.name.is_some() && !self.is_about_tests(),
            Unit::TestSkipped | Unit::TestWeakened => !self.is_about_tests(),
            // A change to the workflows alone is what the message is about, whatever its words.
            Unit::Ci => self.is_by_the_way(),
            // Instructions to agents are documents that follow the code.
            Unit::Guard => !classes.document,
            // A new manifest follows from a new package, and one that cannot be read may ask for the same as before.
            Unit::Manifest => false,
            Unit::DependencyAdded | Unit::DependencyRemoved | Unit::DependencySource => !aside && !classes.test,
            _ => true,
        }
    }
}

/// What a claim that the file was modified does not tell.
fn is_told_apart(unit: Unit) -> bool {
    matches!(
        unit,
        Unit::TestDeleted
            | Unit::TestSkipped
            | Unit::TestWeakened
            | Unit::GateLowered
            | Unit::CiPermission
            | Unit::CiStep
    )
}

/// Settings and scripts of the host.
fn is_of_host(path: &RepoPath, classes: Classes) -> bool {
    classes.ci || path.components().next().is_some_and(|first| first == b".github" || first == b".gitlab")
}

/// Does it stand beside the project: in its examples, templates or documentation?
fn is_aside(path: &RepoPath) -> bool {
    const FOLDERS: [&[u8]; 9] =
        [b"example", b"examples", b"sample", b"samples", b"demo", b"demos", b"docs", b"doc", b"benchmarks"];
    path.components().any(|part| {
        let part = part.to_ascii_lowercase();
        part.starts_with(b"template") || FOLDERS.contains(&part.as_slice())
    })
}

/// One entry for each kind of unit, with the name of the first.
fn push(path: &RepoPath, mut parts: Vec<&Part>, found: &mut Vec<Undisclosed>) {
    // A named unit says more than the file as a whole.
    let named: FxHashSet<Unit> = parts.iter().filter(|part| part.name.is_some()).map(|part| part.unit).collect();
    parts.retain(|part| part.name.is_some() || !named.contains(&part.unit));
    parts.sort_by_key(|part| part.unit);
    for same in parts.chunk_by(|a, b| a.unit == b.unit) {
        let Some(first) = same.first() else { continue };
        found.push(Undisclosed {
            path: path.clone(),
            unit: first.unit,
            name: first.name.clone(),
            more: same.len() - 1,
            materiality: first.materiality,
        });
    }
}

impl Disclosed {
    fn by(claims: &[Judged]) -> Self {
        let mut all = Self::default();
        for judged in claims {
            match &judged.claim.what {
                ClaimKind::Created { path } | ClaimKind::Modified { path } => {
                    all.files.insert(normal::form(path));
                }
                ClaimKind::Deleted { path } => {
                    all.files.insert(normal::form(path));
                    all.gone.insert(normal::form(path));
                }
                ClaimKind::Renamed { from, to } => all.files.extend([from, to].map(normal::form)),
                ClaimKind::Only { paths } => {
                    let telling: Vec<&String> = paths.iter().filter(|entry| !is_everything(entry)).collect();
                    all.lists.push(Cover::new(&telling));
                }
                ClaimKind::SymbolAdded { name, path, .. } | ClaimKind::SymbolRemoved { name, path, .. } => {
                    all.files.extend(path.as_ref().map(normal::form));
                    all.name(name);
                }
                ClaimKind::SymbolRenamed { from, to } => {
                    all.name(from);
                    all.name(to);
                }
                ClaimKind::DocsOnly => all.documents = true,
                ClaimKind::TestsOnly => all.tests = true,
                ClaimKind::ValueSet { path, key, .. } => {
                    all.files.insert(normal::form(path));
                    all.name(key);
                    all.name(key.rsplit('.').next().unwrap_or(key));
                }
                ClaimKind::DependencyAdded { package, .. }
                | ClaimKind::DependencyRemoved { package, .. }
                | ClaimKind::DependencyUpdated { package, .. } => {
                    all.files.extend(package.manifest.as_ref().map(normal::form));
                    all.name(&package.name);
                }
                // Of the whole change it is said that nothing in it matters.
                ClaimKind::FormattingOnly => all.everything = true,
                ClaimKind::TextRemovedEverywhere { text, .. } => all.name(text),
                ClaimKind::TextReplacedEverywhere { from, to, .. } => {
                    all.name(from);
                    all.name(to);
                }
                ClaimKind::NoNewDependencies
                | ClaimKind::Untouched { .. }
                | ClaimKind::FilesChanged { .. }
                | ClaimKind::LinesAdded { .. }
                | ClaimKind::LinesDeleted { .. }
                | ClaimKind::NoCodeChange
                | ClaimKind::PublicApiUnchanged { .. }
                | ClaimKind::TestsAdded { .. }
                | ClaimKind::TestsPassed { .. }
                | ClaimKind::LintPassed { .. }
                | ClaimKind::BuildPassed { .. }
                | ClaimKind::CommandPassed { .. }
                | ClaimKind::Committed { .. }
                | ClaimKind::Pushed { .. } => {}
            }
        }
        all
    }

    fn name(&mut self, name: &str) {
        self.names.insert(name.to_lowercase());
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

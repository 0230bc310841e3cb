//! The units of a change: what of it is worth telling, file by file.
//!
//! What several parts of this program find about a change is put into one shape here; nothing is judged anew. What could
//! not be read is recorded by those parts.

use rustc_hash::FxHashMap;

use super::{Asked, ci, config, grade};
use crate::analyze::deps::{self, Source};
use crate::analyze::facts::Facts;
use crate::analyze::gates::{self, Lowered};
use crate::analyze::symbols::Visibility;
use crate::analyze::symbols::diff::At;
use crate::model::change::{Change, Engine, Status};
use crate::model::claim::{Materiality, Unit};
use crate::model::content::Bytes;
use crate::model::path::RepoPath;

/// How many units of one kind are kept for one file; the rest is not even looked at for words that mean it.
const MAX_OF_KIND: usize = 200;

/// A part of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) unit: Unit,
    pub(super) name: Option<String>,
    pub(super) materiality: Materiality,
}

impl Part {
    pub(super) fn new(unit: Unit, name: &[u8], materiality: Materiality) -> Self {
        Self { unit, name: Some(String::from_utf8_lossy(name).into_owned()), materiality }
    }
}

/// The parts of each changed file, by the index of the change.
#[derive(Default)]
pub(super) struct Parts {
    files: FxHashMap<usize, Vec<Part>>,
}

impl Parts {
    /// The parts graded high that stand in any file: tests, dependencies, CI, limits of checks. Files as a whole are not
    /// among them.
    pub(super) fn high(facts: &Facts<'_>, asked: Asked) -> Self {
        let mut parts = Self::default();
        parts.tests(facts, asked);
        parts.dependencies(facts);
        parts.gates(facts);
        for (index, change) in facts.changes() {
            if facts.classes(index).ci && !is_moved_away(facts, index, change) {
                for part in facts.lines(index).map(|diff| ci::parts(&change.path, diff)).unwrap_or_default() {
                    parts.add(index, part);
                }
            }
        }
        parts
    }

    pub(super) fn of(&self, index: usize) -> &[Part] {
        self.files.get(&index).map_or(&[], Vec::as_slice)
    }

    /// Adds what is told of a file only where the file itself is not told: symbols and settings.
    pub(super) fn add_inner(&mut self, facts: &Facts<'_>, wanted: &dyn Fn(usize) -> bool) {
        let diff = facts.symbols();
        let old = |at: &At| diff.before(*at).map(|(file, symbol)| (file.index, symbol));
        let new = |at: &At| diff.after(*at).map(|(file, symbol)| (file.index, symbol));
        let removed = diff.removed.iter().filter_map(old).map(|found| (Unit::SymbolRemoved, found));
        let changed = diff.changed.iter().filter_map(|(_, at)| new(at)).map(|found| (Unit::SymbolChanged, found));
        let added = diff.added.iter().filter_map(new).map(|found| (Unit::SymbolAdded, found));
        for (unit, (index, symbol)) in removed.chain(changed).chain(added) {
            let public = symbol.visibility == Visibility::Public && !symbol.test && !facts.classes(index).test;
            if public && wanted(index) {
                let high = unit == Unit::SymbolRemoved;
                let materiality = if high { Materiality::High } else { Materiality::Medium };
                self.add(index, Part::new(unit, &symbol.name, materiality));
            }
        }
        for (index, change) in facts.changes().filter(|(index, _)| wanted(*index)) {
            let classes = facts.classes(index);
            let is_data = classes.test || classes.lock_file || classes.generated || classes.vendored || classes.code;
            if is_data || !config::is_config(&change.path) || change.is_mode_only() {
                continue;
            }
            if let (Some(old), Some(new)) = (facts.old_content(index), facts.new_content(index)) {
                for key in config::changed_keys(&change.path, &old, &new) {
                    self.add(index, Part::new(Unit::ConfigKey, key.as_bytes(), Materiality::Medium));
                }
            }
        }
    }

    /// The file as a whole. A manifest that asks for the same packages as before is a file like others.
    pub(super) fn whole(facts: &Facts<'_>, index: usize, change: &Change) -> Part {
        let classes = facts.classes(index);
        let (mut unit, mut materiality) = grade::of_file(&change.path, classes);
        if unit == Unit::Manifest && is_read(facts, index) {
            (unit, materiality) = (Unit::File, Materiality::Medium);
        }
        if materiality == Materiality::Medium && classes.test && change.status() == Status::Deleted {
            // A test that moved out of the tests is no test any more.
            let still = facts.renames().of_old(index).is_some_and(|pair| facts.classes(pair.to).test);
            if !still {
                (unit, materiality) = (Unit::TestDeleted, Materiality::High);
            }
        }
        Part { unit, name: None, materiality }
    }

    fn add(&mut self, index: usize, part: Part) {
        let list = self.files.entry(index).or_default();
        if list.iter().filter(|one| one.unit == part.unit).count() < MAX_OF_KIND && !list.contains(&part) {
            list.push(part);
        }
    }

    fn tests(&mut self, facts: &Facts<'_>, asked: Asked) {
        let changes = &facts.set().changes;
        let at = |path: &RepoPath| changes.binary_search_by(|change| change.path.cmp(path)).ok();
        let tests = facts.tests();
        let deleted = tests.deleted.iter().map(|one| (Unit::TestDeleted, &one.spot, &one.name));
        let marks = tests.skipped.iter().chain(&tests.focused);
        let marked = marks.map(|one| (Unit::TestSkipped, &one.spot, &one.name));
        let removed = tests.removed.iter().filter(|_| asked.assertions_removed);
        let removed = removed.map(|one| (Unit::TestWeakened, &one.spot, &one.name));
        let weakened = tests.weakened.iter().filter(|_| asked.tests_weakened);
        let weakened = weakened.map(|one| (Unit::TestWeakened, &one.spot, &one.name));
        for (unit, spot, name) in deleted.chain(marked).chain(removed).chain(weakened) {
            if let Some(index) = at(&spot.path) {
                self.add(index, Part::new(unit, name, Materiality::High));
            }
        }
    }

    fn dependencies(&mut self, facts: &Facts<'_>) {
        let all = facts.dependencies();
        for delta in &all.deltas {
            let Some(manifest) = all.manifests.get(delta.manifest) else { continue };
            let Some(entry) = delta.new.as_ref().or(delta.old.as_ref()) else { continue };
            // What lies in the repository itself is told by its files.
            if matches!(entry.source, Source::Path(_) | Source::Workspace | Source::Indirect) {
                continue;
            }
            let (unit, materiality) = match delta.kind {
                deps::Kind::Added => (Unit::DependencyAdded, Materiality::High),
                deps::Kind::Removed => (Unit::DependencyRemoved, Materiality::High),
                deps::Kind::Resourced => (Unit::DependencySource, Materiality::High),
                deps::Kind::Promoted | deps::Kind::Updated => (Unit::DependencyUpdated, Materiality::Medium),
            };
            self.add(manifest.index, Part::new(unit, entry.name.as_bytes(), materiality));
        }
    }

    fn gates(&mut self, facts: &Facts<'_>) {
        // A patch shows parts of a file, and a merge has several old states.
        if facts.set().merge || facts.set().engine == Engine::Patch {
            return;
        }
        let (mut files, mut pairs) = (Vec::new(), Vec::new());
        for (index, change) in facts.changes() {
            if !gates::is_config(&change.path) || change.is_mode_only() || is_moved_away(facts, index, change) {
                continue;
            }
            let read = |text: &Option<Bytes>| match gates::read(&change.path, text.as_ref()?)? {
                Ok(gates) => Some(gates),
                Err(error) => {
                    facts.cannot_judge(&change.path, format!("its gates are not read: {error}"));
                    None
                }
            };
            let (old, new) = (facts.old_content(index), facts.new_content(index));
            // Without an old state nothing can be lower than it was.
            if old.is_some() {
                pairs.push(gates::Pair { old: read(&old), new: read(&new) });
                files.push(index);
            }
        }
        for lowered in gates::compare(&pairs) {
            let (file, name) = match lowered {
                Lowered::Limit { file, name, .. } | Lowered::LimitGone { file, name, .. } => (file, name),
                Lowered::LeftOut { file, text, .. } => (file, text),
                Lowered::RunLeavesOut { file, runner, .. }
                | Lowered::Tolerated { file, runner, .. }
                | Lowered::RunGone { file, runner, .. } => (file, runner),
            };
            if let Some(index) = files.get(file) {
                self.add(*index, Part::new(Unit::GateLowered, name.as_bytes(), Materiality::High));
            }
        }
    }
}

fn is_moved_away(facts: &Facts<'_>, index: usize, change: &Change) -> bool {
    change.new.is_none() && facts.renames().of_old(index).is_some()
}

/// Was the manifest there before, and is it known what it asks for in both states?
fn is_read(facts: &Facts<'_>, index: usize) -> bool {
    let all = facts.dependencies();
    let is_known = all.manifests.iter().any(|manifest| manifest.index == index);
    is_known && facts.set().changes.get(index).is_some_and(|change| change.old.is_some() && change.new.is_some())
}

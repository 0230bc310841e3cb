//! The change as the verifiers look at it: by path, with what is not known of it.

use std::cell::{Cell, OnceCell};

use rustc_hash::FxHashMap;

use super::dependencies::Index;
use super::symbols::Names;
use super::values::Cache;
use crate::analyze::facts::Facts;
use crate::claims::normal;
use crate::model::change::{Change, Incomplete, Status};
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// A report may name thousands of absent paths; the first ones get a hint.
const MAX_HINTS: usize = 100;

pub(super) struct Picture<'a> {
    pub(super) facts: &'a Facts<'a>,
    by_path: FxHashMap<&'a [u8], usize>,
    /// Of paths that are not ASCII: composed form to index. File systems differ in the form they hand to git.
    composed: OnceCell<FxHashMap<RepoPath, usize>>,
    /// How often an absent path has been compared with all changed ones for a hint.
    hints: Cell<usize>,
    /// Values of files that claims name.
    pub(super) values: Cache,
    dependencies: OnceCell<Index<'a>>,
    /// The symbols that the claims of the report name.
    pub(super) names: Names,
}

/// A path of a claim, looked up.
pub(super) enum Found<'a> {
    Changed(usize, &'a Change),
    /// The change surely does not list it.
    Absent {
        /// What else may have been meant.
        hint: Option<String>,
    },
    /// It cannot be told, with the reason.
    Unknown(String),
}

impl<'a> Picture<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, names: Names) -> Self {
        let by_path = facts.changes().map(|(index, change)| (change.path.as_bytes(), index)).collect();
        Self {
            facts,
            by_path,
            composed: OnceCell::new(),
            hints: Cell::new(0),
            values: Cache::default(),
            dependencies: OnceCell::new(),
            names,
        }
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = (usize, &'a Change)> + use<'a> {
        self.facts.changes()
    }

    /// The packages of the changed manifests.
    pub(super) fn dependencies(&self) -> &Index<'a> {
        self.dependencies.get_or_init(|| Index::new(self.facts.dependencies()))
    }

    pub(super) fn find(&self, path: &RepoPath) -> Found<'a> {
        let changes = &self.facts.set().changes;
        if let Some(index) = self.by_path.get(path.as_bytes()).copied().or_else(|| self.composed_twin(path)) {
            if let Some(change) = changes.get(index) {
                return Found::Changed(index, change);
            }
        }
        if let Some(gap) = self.gap_at(path) {
            return Found::Unknown(gap);
        }
        let below = [path.as_bytes(), b"/"].concat();
        let start = changes.partition_point(|change| change.path.as_bytes() < below.as_slice());
        if changes.get(start).is_some_and(|change| change.path.as_bytes().starts_with(&below)) {
            return Found::Unknown(format!("`{path}` is a folder, and the claim is about one file"));
        }
        if let Some(module) = self.submodule_around(path) {
            return Found::Unknown(format!(
                "`{path}` lies in the submodule `{module}`, whose files are not in this change"
            ));
        }
        self.near(path)
    }

    /// Why the list of changes may lack paths; `None` when it is whole.
    pub(super) fn gap(&self) -> Option<String> {
        if self.facts.set().merge {
            return Some("of a merge, only what differs from every parent is known".to_owned());
        }
        self.facts.set().incomplete.first().map(described)
    }

    /// [`Picture::gap`] as far as it concerns one path.
    fn gap_at(&self, path: &RepoPath) -> Option<String> {
        if self.facts.set().merge {
            return self.gap();
        }
        let concerns = |entry: &&Incomplete| match &entry.path {
            None => true,
            Some(at) => at == path || path.as_bytes().starts_with(&[at.as_bytes(), b"/"].concat()),
        };
        self.facts.set().incomplete.iter().find(concerns).map(described)
    }

    /// Why renames may have been missed; `None` when all were looked for.
    pub(super) fn rename_gap(&self) -> Option<String> {
        self.facts.renames().skipped.clone()
    }

    /// Deleted and added paths: where one of them is none, nothing can have moved.
    pub(super) fn most_renames(&self) -> usize {
        let count = |status| self.changes().filter(|(_, change)| change.status() == status).count();
        count(Status::Added).min(count(Status::Deleted))
    }

    fn composed_twin(&self, path: &RepoPath) -> Option<usize> {
        if path.as_bytes().is_ascii() {
            return None;
        }
        let twins = self.composed.get_or_init(|| {
            let named = self.changes().filter(|(_, change)| !change.path.as_bytes().is_ascii());
            named.map(|(index, change)| (normal::form(&change.path), index)).collect()
        });
        twins.get(&normal::form(path)).copied()
    }

    fn submodule_around(&self, path: &RepoPath) -> Option<&'a RepoPath> {
        memchr::memchr_iter(b'/', path.as_bytes()).find_map(|at| {
            let index = *self.by_path.get(path.as_bytes().get(..at)?)?;
            let change = self.facts.set().changes.get(index)?;
            let is_module = [change.old, change.new].iter().flatten().any(|side| side.mode == Mode::Gitlink);
            is_module.then_some(&change.path)
        })
    }

    /// An absent path, with the changed path it may have been meant for.
    fn near(&self, path: &RepoPath) -> Found<'a> {
        let wanted = path.as_bytes();
        let slashed: Vec<u8> = wanted.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
        if slashed != wanted && self.by_path.contains_key(slashed.as_slice()) {
            let other = RepoPath::new(slashed);
            return Found::Unknown(format!("no changed path is so written; `{other}` is, and git writes `/`"));
        }
        if self.hints.replace(self.hints.get() + 1) >= MAX_HINTS {
            return Found::Absent { hint: None };
        }
        let ends_with = |long: &[u8], short: &[u8]| {
            long.len() > short.len() && long.ends_with(short) && long[..long.len() - short.len()].ends_with(b"/")
        };
        let mut suffix = None;
        for (_, change) in self.changes() {
            let other = change.path.as_bytes();
            if other.eq_ignore_ascii_case(wanted) {
                return Found::Absent { hint: Some(format!("`{}` is changed: letter case counts", change.path)) };
            }
            if suffix.is_none() && (ends_with(other, wanted) || ends_with(wanted, other)) {
                suffix = Some(format!("`{}` is changed: paths start at the top of the repository", change.path));
            }
        }
        Found::Absent { hint: suffix }
    }
}

fn described(entry: &Incomplete) -> String {
    match &entry.path {
        Some(path) => format!("the change is not wholly known: `{path}`: {}", entry.reason),
        None => format!("the change is not wholly known: {}", entry.reason),
    }
}

//! The manifests and lock files of one change set, read and compared.

use super::lock::Lock;
use super::{Delta, Ecosystem, ManifestChange, Reader, Text, compare, format_of, read_lock, read_manifest};
use crate::analyze::facts::Facts;
use crate::model::content::Bytes;
use crate::model::path::RepoPath;

/// Folders whose manifests are data of a test, or somebody else's.
const FOREIGN: &[&[u8]] = &[b"fixtures", b"__fixtures__", b"fixture", b"testdata", b"test-data", b"test_data"];

/// Everything a change did to dependencies.
#[derive(Default)]
pub struct Dependencies {
    pub manifests: Vec<ManifestChange>,
    pub locks: Vec<LockChange>,
    pub deltas: Vec<Delta>,
    /// Files that could not be read: the index of the change, and why.
    pub gaps: Vec<(usize, String)>,
}

/// One lock file in its old and its new state.
pub struct LockChange {
    /// Index of the change in its change set.
    pub index: usize,
    pub ecosystem: Ecosystem,
    /// The state in each parent; more than one for a merge. Empty, as `new` is, for a form that is not read.
    pub olds: Vec<Lock>,
    pub new: Lock,
    pub new_text: Text,
}

impl Dependencies {
    /// Reads the manifests and lock files among the changes. Vendored packages and fixtures are passed over.
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut all = Self::default();
        for (index, change) in facts.changes() {
            let Some(format) = format_of(&change.path) else { continue };
            if !change.has_lines() || change.is_mode_only() || facts.classes(index).vendored || is_foreign(&change.path)
            {
                continue;
            }
            if change.new.is_none() && facts.renames().of_old(index).is_some() {
                continue;
            }
            if let Err(reason) = all.add(facts, index, &change.path, format.ecosystem, format.reader) {
                all.gaps.push((index, reason));
            }
        }
        all.deltas = compare(&all.manifests);
        all
    }

    fn add(
        &mut self,
        facts: &Facts<'_>,
        index: usize,
        path: &RepoPath,
        ecosystem: Ecosystem,
        reader: Reader,
    ) -> Result<(), String> {
        let empty = || Bytes::from([]);
        // What cannot be had at all is recorded by the facts themselves.
        let Some((olds, new)) = facts.states(index) else { return Ok(()) };
        let new_text = Text::new(new.clone().unwrap_or_else(empty));
        match reader {
            Reader::Manifest(read) => {
                let new = read_manifest(read, path, new.as_deref())?;
                let parsed = olds.iter().map(|old| read_manifest(read, path, old.as_deref()));
                let parsed =
                    parsed.collect::<Result<Vec<_>, _>>().map_err(|reason| format!("its old state: {reason}"))?;
                let old_text = Text::new(olds.into_iter().next().flatten().unwrap_or_else(empty));
                self.manifests.push(ManifestChange { index, ecosystem, olds: parsed, new, old_text, new_text });
            }
            Reader::Lock(read) => {
                let new = read_lock(read, new.as_deref())?;
                let parsed = olds.iter().map(|old| read_lock(read, old.as_deref()));
                let olds =
                    parsed.collect::<Result<Vec<_>, _>>().map_err(|reason| format!("its old state: {reason}"))?;
                self.locks.push(LockChange { index, ecosystem, olds, new, new_text });
            }
            Reader::Opaque => {
                self.locks.push(LockChange { index, ecosystem, olds: Vec::new(), new: Lock::default(), new_text });
            }
        }
        Ok(())
    }
}

/// Is the file data of a test, or somebody else's?
pub fn is_foreign(path: &RepoPath) -> bool {
    let mut tests = false;
    path.components().any(|part| {
        let part = part.to_ascii_lowercase();
        let resources = tests && part == b"resources";
        tests |= part == b"test" || part == b"tests";
        resources || FOREIGN.contains(&part.as_slice())
    })
}

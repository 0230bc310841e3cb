//! Renames: which deleted path and which added path are one file that moved.
//!
//! The pairs are those of `git diff-tree -M` (git's `diffcore-rename.c`): equal ids first, then a base name that is
//! unique on both sides, then the most similar of all that are left, each path in at most one pair. Blobs are read only
//! when added and deleted files of a comparable size are left after the equal ids are paired.

mod pairing;
mod spans;

use rustc_hash::FxHashMap;

use crate::model::change::{Change, ChangeSet, Side};
use crate::model::content::Contents;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;

/// At most this many identical sources are weighed for one destination, as in git.
const MAX_IDENTICAL: usize = 100;

/// The renames of one change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// One a rename, in the order of the added entries.
    pub pairs: Vec<Rename>,
    /// Why not every candidate was compared, if so: a file that looks new may then be one that moved.
    pub skipped: Option<String>,
    /// Positions in `pairs`, in the order of the deleted entries.
    by_from: Vec<usize>,
}

/// Indices into [`ChangeSet::changes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The deleted entry.
    pub from: usize,
    /// The added entry.
    pub to: usize,
    /// Percent of content kept, rounded down.
    pub similarity: u8,
}

impl Renames {
    fn new(mut pairs: Vec<Rename>, skipped: Option<String>) -> Self {
        pairs.sort_unstable_by_key(|pair| pair.to);
        let mut by_from: Vec<usize> = (0..pairs.len()).collect();
        by_from.sort_unstable_by_key(|at| pairs[*at].from);
        Self { pairs, skipped, by_from }
    }

    pub fn of_old(&self, index: usize) -> Option<&Rename> {
        let at = self.by_from.binary_search_by_key(&index, |at| self.pairs[*at].from).ok()?;
        self.pairs.get(self.by_from[at])
    }

    pub fn of_new(&self, index: usize) -> Option<&Rename> {
        self.pairs.binary_search_by_key(&index, |pair| pair.to).ok().map(|at| &self.pairs[at])
    }
}

/// A path that is on one side of the change only.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    index: usize,
    path: &'a RepoPath,
    side: Side,
    paired: bool,
}

/// Finds the renames of a change set. Those the source states itself, as a patch does, come first.
pub fn detect(set: &ChangeSet, contents: &dyn Contents) -> Renames {
    let (mut sources, mut destinations) = candidates(set);
    if sources.is_empty() || destinations.is_empty() {
        return Renames::default();
    }
    let mut pairs = stated(contents, &mut sources, &mut destinations);
    pairs.extend(identical(&mut sources, &mut destinations));
    sources.retain(|candidate| !candidate.paired);
    destinations.retain(|candidate| !candidate.paired);
    let (similar, skipped) = pairing::similar(sources, destinations, contents);
    pairs.extend(similar);
    Renames::new(pairs, skipped)
}

/// The deleted and the added paths, each in path order. In a merge a path counts only if all parents agree.
fn candidates(set: &ChangeSet) -> (Vec<Candidate<'_>>, Vec<Candidate<'_>>) {
    let mut sources = Vec::new();
    let mut destinations = Vec::new();
    for (index, change) in set.changes.iter().enumerate() {
        let Change { path, old, new, other_olds } = change;
        match (*old, *new) {
            (Some(side), None) if other_olds.iter().all(Option::is_some) => {
                sources.push(Candidate { index, path, side, paired: false });
            }
            (None, Some(side)) if other_olds.iter().all(Option::is_none) => {
                destinations.push(Candidate { index, path, side, paired: false });
            }
            _ => {}
        }
    }
    (sources, destinations)
}

fn stated(contents: &dyn Contents, sources: &mut [Candidate<'_>], destinations: &mut [Candidate<'_>]) -> Vec<Rename> {
    let mut pairs = Vec::new();
    for known in contents.ready_renames() {
        let source = sources.binary_search_by(|candidate| candidate.path.cmp(&known.from));
        let destination = destinations.binary_search_by(|candidate| candidate.path.cmp(&known.to));
        let (Ok(source), Ok(destination)) = (source, destination) else { continue };
        if sources[source].paired || destinations[destination].paired {
            continue;
        }
        pairs.push(pair(&mut sources[source], &mut destinations[destination], known.similarity));
    }
    pairs
}

/// Pairs by id. Of several identical sources one with the same base name wins, then the first by path.
fn identical(sources: &mut [Candidate<'_>], destinations: &mut [Candidate<'_>]) -> Vec<Rename> {
    let mut by_id: FxHashMap<ObjectId, Vec<usize>> = FxHashMap::default();
    for (at, source) in sources.iter().enumerate() {
        if !source.paired && !source.side.id.is_zero() {
            by_id.entry(source.side.id).or_default().push(at);
        }
    }
    let mut pairs = Vec::new();
    for destination in destinations.iter_mut().filter(|destination| !destination.paired) {
        let Some(same) = by_id.get_mut(&destination.side.id) else { continue };
        let mut best = None;
        for (at, source) in same.iter().take(MAX_IDENTICAL).enumerate() {
            let source = &sources[*source];
            let regular = source.side.mode.is_regular() && destination.side.mode.is_regular();
            if !regular && source.side.mode != destination.side.mode {
                continue;
            }
            if source.path.file_name() == destination.path.file_name() {
                best = Some(at);
                break;
            }
            best = best.or(Some(at));
        }
        if let Some(at) = best {
            pairs.push(pair(&mut sources[same.remove(at)], destination, 100));
        }
    }
    pairs
}

fn pair(source: &mut Candidate<'_>, destination: &mut Candidate<'_>, similarity: u8) -> Rename {
    source.paired = true;
    destination.paired = true;
    Rename { from: source.index, to: destination.index, similarity }
}

#[cfg(test)]
mod tests;

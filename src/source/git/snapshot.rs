//! The work tree of this moment, kept as a tree in the object store: tracked, changed and untracked files, not the ignored
//! ones. The index is not touched, no lock is taken, and no filter or other program runs.
//!
//! What cannot or should not be stored (very large files; everything, where the store cannot be written) is not forgotten: it
//! is listed beside the tree by path, mode and id ([`Snapshot::beside`]), so that a later state can still be told from it.
//! Nothing that is missing is ever named by a tree that is kept, or `git gc` would fail over it.

use super::GitError;
use super::objects::Objects;
use super::treewrite;
use crate::model::change::{Change, ChangeSet, Incomplete, Side};
use crate::model::content::Contents;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// A larger file is listed, not stored.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// No more bytes than this are stored for one snapshot.
const MAX_STORED_BYTES: u64 = 512 << 20;

/// No more entries than this are listed beside the tree.
const MAX_BESIDE: usize = 50_000;

/// A state of the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// In the object store.
    pub tree: ObjectId,
    /// What differs from `tree` and is not stored; `None` for a path that is gone.
    pub beside: Vec<(RepoPath, Option<Side>)>,
    /// What could not be told.
    pub incomplete: Vec<Incomplete>,
}

/// Where new objects go.
pub(super) trait Sink {
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError>;

    fn tree(&mut self, content: &[u8]) -> Result<ObjectId, GitError>;
}

/// Stores `base` with the changes of `set`, whose files `contents` can read.
pub(super) fn store(
    objects: &impl Objects,
    contents: &dyn Contents,
    sink: &mut dyn Sink,
    base: ObjectId,
    set: ChangeSet,
) -> Snapshot {
    let mut incomplete = set.incomplete;
    let mut stored: Vec<&Change> = Vec::new();
    let mut beside: Vec<(RepoPath, Option<Side>)> = Vec::new();
    let mut total = 0;
    let mut is_writable = true;
    for change in &set.changes {
        let is_stored = match change.new {
            None => true,
            Some(side) if side.mode == Mode::Gitlink => true,
            Some(side) if is_writable => {
                let size = contents.size(&change.path, &side).unwrap_or(u64::MAX);
                let fits = size <= MAX_FILE_BYTES && size <= MAX_STORED_BYTES - total;
                fits && (matches!(objects.header(side.id), Ok(Some(_))) || {
                    total += size;
                    let written = contents.read(&change.path, &side).ok().map(|content| sink.blob(&content));
                    is_writable &= !matches!(written, Some(Err(_)));
                    written.is_some_and(|id| id.is_ok_and(|id| id == side.id))
                })
            }
            Some(_) => false,
        };
        if is_stored {
            stored.push(change);
        } else {
            beside.push((change.path.clone(), change.new));
        }
    }
    let edits: Vec<treewrite::Edit<'_>> = stored.iter().map(|change| (&change.path, change.new)).collect();
    let made = if is_writable && !edits.is_empty() {
        treewrite::updated(objects, base, &edits, &mut |bytes| sink.tree(bytes))
    } else if edits.is_empty() {
        Ok(base)
    } else {
        Err(GitError::Bare)
    };
    let tree = made.unwrap_or_else(|_| {
        beside.extend(stored.iter().map(|change| (change.path.clone(), change.new)));
        base
    });
    beside.sort();
    if beside.len() > MAX_BESIDE {
        let reason = format!("more than {MAX_BESIDE} files could not be stored, and the rest of them is not known");
        incomplete.push(Incomplete { path: None, reason });
        beside.truncate(MAX_BESIDE);
    }
    Snapshot { tree, beside, incomplete }
}

impl Snapshot {
    /// A comparison of `tree` with a later state, put right by what was listed beside the tree. `contents` can look into it.
    pub fn correct(&self, set: &mut ChangeSet, contents: &dyn Contents) {
        for (path, then) in &self.beside {
            match set.changes.binary_search_by(|change| change.path.cmp(path)) {
                Ok(at) if set.changes[at].new == *then => drop(set.changes.remove(at)),
                Ok(at) => set.changes[at].old = *then,
                Err(at) if set.incomplete.iter().all(|gap| gap.path.as_ref() != Some(path)) => {
                    // It is what the tree has, and was something else.
                    let Some(now) = contents.side_in(self.tree, path).filter(|now| now != then) else { continue };
                    let change = Change { path: path.clone(), old: *then, new: now, other_olds: Vec::new() };
                    set.changes.insert(at, change);
                }
                Err(_) => {}
            }
        }
    }
}

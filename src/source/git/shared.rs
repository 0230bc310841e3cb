//! What both adapters do alike, over any store of objects.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::commit::{self, Commit};
use super::objects::{self, Kind, Objects};
use super::{GitError, Head, Layout, file, tree, treediff, treewrite};
use crate::model::change::{Change, ChangeSet, CommitInfo, Engine, Incomplete, Side, Subject};
use crate::model::content::{Bytes, Unreadable};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// The largest file [`super::GitSource::file_at`] gives.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The trees a change is measured from, or why they cannot be had.
pub(super) enum Olds {
    /// Trees; never empty. `None` is the empty tree.
    Trees(Vec<Option<ObjectId>>),
    Unknown(Incomplete),
}

/// The trees of a commit's parents. A parent this clone does not have leaves the change unknown: it is not "everything
/// added", which is what git shows at the boundary of a shallow clone.
pub(super) fn olds_of(
    objects: &impl Objects,
    boundary: &BTreeSet<ObjectId>,
    commit: &Commit,
) -> Result<Olds, GitError> {
    if commit.info.parents.is_empty() {
        return Ok(Olds::Trees(vec![None]));
    }
    trees_of(objects, boundary, &commit.info.parents)
}

/// The trees of commits (or trees) by id.
pub(super) fn trees_of(
    objects: &impl Objects,
    boundary: &BTreeSet<ObjectId>,
    ids: &[ObjectId],
) -> Result<Olds, GitError> {
    let mut trees = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(tree) = commit::tree_of(objects, *id)? else {
            let why = if boundary.is_empty() {
                "is missing from this clone".to_owned()
            } else {
                "lies beyond the boundary of this shallow clone; `git fetch --deepen=1` brings it".to_owned()
            };
            let reason = format!("the parent {} {why}", id.short());
            return Ok(Olds::Unknown(Incomplete { path: None, reason }));
        };
        trees.push(Some(tree));
    }
    Ok(Olds::Trees(trees))
}

/// A change set of which nothing can be told.
pub(super) fn unknown(subject: Subject, engine: Engine, merge: bool, why: Incomplete) -> ChangeSet {
    ChangeSet { subject, changes: Vec::new(), base: None, merge, engine, incomplete: vec![why] }
}

/// The commits the next commit will have as parents: `base` or `HEAD`, then those being merged.
pub(super) fn next_parents(head: &Head, base: Option<ObjectId>, merged: Vec<ObjectId>) -> Vec<ObjectId> {
    base.or(head.commit).into_iter().chain(merged).collect()
}

/// The commits a merge under way brings in, from `MERGE_HEAD`.
pub(super) fn merge_heads(layout: &Layout) -> Result<Vec<ObjectId>, GitError> {
    file::ids(&layout.git_dir.join("MERGE_HEAD"), "MERGE_HEAD")
}

/// The commits a clean merge brings in, while `pre-merge-commit` runs: git has not written `MERGE_HEAD` yet, and names them
/// in variables `GITHEAD_<id>`.
pub(super) fn announced_heads() -> Vec<ObjectId> {
    let mut heads: Vec<ObjectId> = crate::system::env_names()
        .iter()
        .filter_map(|name| ObjectId::from_hex(name.strip_prefix("GITHEAD_")?.as_bytes()))
        .collect();
    heads.sort();
    heads.dedup();
    heads
}

/// The id a tree has after some changes.
pub(super) fn tree_after(objects: &impl Objects, tree: ObjectId, changes: &[Change]) -> Result<ObjectId, GitError> {
    if changes.is_empty() {
        return Ok(tree);
    }
    let edits: Vec<treewrite::Edit<'_>> = changes.iter().map(|change| (&change.path, change.new)).collect();
    treewrite::updated(objects, tree, &edits, &mut |bytes| objects::hash_tree(bytes, tree.as_bytes().len()))
}

pub(super) fn commit(objects: &impl Objects, id: ObjectId) -> Result<Commit, GitError> {
    commit::read(objects, id)?.ok_or_else(|| GitError::UnknownRevision(id.to_string()))
}

pub(super) fn commit_info(objects: &impl Objects, id: ObjectId) -> Result<CommitInfo, GitError> {
    commit(objects, id).map(|commit| commit.info)
}

pub(super) fn tree_of(objects: &impl Objects, id: ObjectId) -> Result<ObjectId, GitError> {
    commit(objects, id).map(|commit| commit.tree)
}

pub(super) fn paths_at(objects: &impl Objects, id: ObjectId) -> Result<Vec<RepoPath>, GitError> {
    let leaves = treediff::leaves(objects, commit(objects, id)?.tree)?;
    Ok(leaves.into_iter().map(|(path, _)| path).collect())
}

pub(super) fn entries_at(
    objects: &impl Objects,
    id: ObjectId,
    folders: &[RepoPath],
    name: &[u8],
) -> Result<Vec<(RepoPath, Mode)>, GitError> {
    tree::entries_at(objects, commit(objects, id)?.tree, folders, name)
}

pub(super) fn file_at(objects: &impl Objects, id: ObjectId, path: &RepoPath) -> Result<Option<Bytes>, GitError> {
    let side = tree::entry_at(objects, commit(objects, id)?.tree, path)?;
    let Some(side) = side.filter(|side| side.mode.is_regular()) else { return Ok(None) };
    let failed = |error: Unreadable| objects::failed(side.id, format!("{path}: {error}"));
    let size = size(objects, &side).map_err(failed)?;
    if size > MAX_FILE_BYTES {
        return Err(failed(Unreadable::TooLarge { size, limit: MAX_FILE_BYTES }));
    }
    read(objects, &side).map(Some).map_err(failed)
}

/// [`crate::model::content::Contents::size`] over a store.
pub(super) fn size(objects: &impl Objects, side: &Side) -> Result<u64, Unreadable> {
    if side.mode == Mode::Gitlink {
        return Err(Unreadable::Failed("a submodule has no content here".to_owned()));
    }
    match objects.header(side.id).map_err(|error| Unreadable::Failed(error.to_string()))? {
        None => Err(Unreadable::Missing),
        Some(header) if header.kind == Kind::Blob => Ok(header.size),
        Some(_) => Err(Unreadable::Failed("the object is no file".to_owned())),
    }
}

/// [`crate::model::content::Contents::read`] over a store.
pub(super) fn read(objects: &impl Objects, side: &Side) -> Result<Bytes, Unreadable> {
    // Also refuses what is no blob.
    size(objects, side)?;
    let content = objects.content(side.id).map_err(|error| Unreadable::Failed(error.to_string()))?;
    content.map(|content| Arc::from(content.as_ref())).ok_or(Unreadable::Missing)
}

/// Can a name from a claim be looked up? Only plain names and ids are: revision expressions can walk the whole history.
pub(super) fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with(['-', '.', '/'])
        && !name.contains("..")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/+#".contains(&byte))
}

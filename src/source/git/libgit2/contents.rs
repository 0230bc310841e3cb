//! What the pure layers ask of it: contents, and the state of the repository.

use std::collections::BTreeSet;

use git2::ErrorCode;

use super::Libgit2;
use crate::model::change::{Change, ChangeSet, Side};
use crate::model::content::{BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit};
use crate::model::lines::LineDiff;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::model::paths::PathList;
use crate::model::repository::RepoState;
use crate::source::git::indexed::{self, Indexed};
use crate::source::git::store::from_oid;
use crate::source::git::{GitSource as _, each, shared, tree, treediff};

impl Contents for Libgit2 {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        if let Some(size) = self.plumbing.size_on_disk(path, side) {
            return Ok(size);
        }
        self.read_pending();
        or_git_unless_missing(shared::size(&self.store(), side), || self.plumbing.size(path, side))
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        if let Some(content) = self.plumbing.read_on_disk(path, side) {
            return content;
        }
        or_git_unless_missing(self.store().blob(side), || self.plumbing.read(path, side))
    }

    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>> {
        let ours = tree::entry_at(&self.store(), tree, path);
        ours.ok().or_else(|| self.plumbing.side_in(tree, path))
    }

    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        let ours = treediff::leaves(&self.store(), tree);
        ours.ok().or_else(|| self.plumbing.leaves(tree))
    }

    fn paths(&self, tree: ObjectId) -> Option<PathList> {
        // What it says of a tree holds, whatever the index says later.
        let indexed = self.indexed.get_or_init(|| Indexed::read(&self.index_file, self.id_bytes));
        let ours = indexed::list(&self.store(), indexed.as_ref(), tree);
        ours.ok().or_else(|| self.plumbing.paths(tree))
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        if self.is_alone && sides.len() >= each::MIN_AHEAD {
            return each::ahead(self, &self.own, self.reader(), sides, bounds, each);
        }
        each::in_turn(self, sides, bounds, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        // One of several readers goes through a history, whose trees are nearly the same.
        (!self.is_alone).then_some(&self.own)
    }

    fn ready_lines(&self, _: &Change) -> Option<LineDiff> {
        None
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    fn ready_renames(&self) -> &[KnownRename] {
        &[]
    }
}

fn or_git_unless_missing<T>(
    ours: Result<T, Unreadable>,
    git: impl FnOnce() -> Result<T, Unreadable>,
) -> Result<T, Unreadable> {
    match ours {
        Err(Unreadable::Failed(_)) => git(),
        answer => answer,
    }
}

impl RepoState for Libgit2 {
    fn commit_named(&self, name: &str) -> Option<Option<ObjectId>> {
        if name.starts_with("refs/") && shared::is_plain_name(name) {
            match self.repository.refname_to_id(name).map(from_oid) {
                Ok(Ok(id)) if self.is_commit(id) => return Some(Some(id)),
                // A shallow clone does not know what it left out.
                Err(error)
                    if error.code() == ErrorCode::NotFound
                        && self.plumbing.boundary().is_ok_and(BTreeSet::is_empty) =>
                {
                    return Some(None);
                }
                _ => {}
            }
        }
        self.plumbing.commit_named(name)
    }

    fn remote_branches_containing(&self, commit: ObjectId) -> Option<Vec<String>> {
        self.plumbing.remote_branches_containing(commit)
    }

    fn change_of(&self, commit: ObjectId) -> Option<ChangeSet> {
        self.commit(commit).ok()
    }
}

//! A commit of a range with the state the range started from.

use std::cell::OnceCell;

use crate::analyze::renames;
use crate::model::change::{Change, Side};
use crate::model::content::{BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit};
use crate::model::lines::LineDiff;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::model::paths::PathList;
use crate::source::git::{GitError, GitSource};

/// The contents of one commit of a range. Nothing of the base is read before it is asked for.
pub(super) struct InRange<'a> {
    git: &'a dyn GitSource,
    base: ObjectId,
    /// The commit's first parent.
    parent: ObjectId,
    /// New and old path of what was renamed between the two, sorted.
    renamed: OnceCell<Result<Vec<(RepoPath, RepoPath)>, Unreadable>>,
}

impl<'a> InRange<'a> {
    pub(super) fn new(git: &'a dyn GitSource, base: ObjectId, parent: ObjectId) -> Self {
        Self { git, base, parent, renamed: OnceCell::new() }
    }

    fn old_path(&self, path: &RepoPath) -> Result<Option<&RepoPath>, Unreadable> {
        let renamed = self.renamed.get_or_init(|| self.renamed().map_err(|error| failed(&error)));
        let renamed = renamed.as_ref().map_err(Clone::clone)?;
        Ok(renamed.binary_search_by_key(&path, |(new, _)| new).ok().map(|at| &renamed[at].1))
    }

    fn renamed(&self) -> Result<Vec<(RepoPath, RepoPath)>, GitError> {
        let set = self.git.trees(&self.base.to_string(), &self.parent.to_string())?;
        let found = renames::detect(&set, self.git);
        let path = |index: usize| set.changes[index].path.clone();
        let mut pairs: Vec<_> = found.pairs.iter().map(|pair| (path(pair.to), path(pair.from))).collect();
        pairs.sort();
        Ok(pairs)
    }
}

impl Contents for InRange<'_> {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.git.size(path, side)
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        self.git.read(path, side)
    }

    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        self.git.leaves(tree)
    }

    fn paths(&self, tree: ObjectId) -> Option<PathList> {
        self.git.paths(tree)
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        self.git.read_each(sides, bounds, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        self.git.notes()
    }

    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>> {
        self.git.side_in(tree, path)
    }

    fn ready_lines(&self, change: &Change) -> Option<LineDiff> {
        self.git.ready_lines(change)
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        Some(self)
    }

    fn ready_renames(&self) -> &[KnownRename] {
        self.git.ready_renames()
    }
}

impl BaseFiles for InRange<'_> {
    fn file(&self, path: &RepoPath) -> Result<Option<Bytes>, Unreadable> {
        let here = self.git.file_at(self.base, path).map_err(|error| failed(&error))?;
        if here.is_some() {
            return Ok(here);
        }
        let Some(old) = self.old_path(path)? else { return Ok(None) };
        self.git.file_at(self.base, old).map_err(|error| failed(&error))
    }
}

fn failed(error: &GitError) -> Unreadable {
    Unreadable::Failed(error.to_string())
}

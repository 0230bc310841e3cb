//! What the pure layers ask of it: contents, and the state of the repository.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::Plumbing;
use crate::model::change::{Change, ChangeSet, Side};
use crate::model::content::{BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit};
use crate::model::lines::LineDiff;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::model::paths::PathList;
use crate::model::repository::RepoState;
use crate::source::git::{GitSource as _, each, indexed, shared, tree, treediff};

impl Contents for Plumbing {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.size_on_disk(path, side).map_or_else(|| shared::size(self, side), Ok)
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        self.read_on_disk(path, side).unwrap_or_else(|| shared::read(self, side))
    }

    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>> {
        tree::entry_at(self, tree, path).ok()
    }

    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        treediff::leaves(self, tree).ok()
    }

    fn paths(&self, tree: ObjectId) -> Option<PathList> {
        indexed::list(self, None, tree).ok()
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        each::in_turn(self, sides, bounds, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
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

impl RepoState for Plumbing {
    fn change_of(&self, commit: ObjectId) -> Option<ChangeSet> {
        self.commit(commit).ok()
    }

    fn commit_named(&self, name: &str) -> Option<Option<ObjectId>> {
        if !shared::is_plain_name(name) {
            return None;
        }
        let expression = format!("{name}^{{commit}}");
        let found = self.git.run(&["rev-parse", "--verify", "--quiet", &expression], b"").ok()?;
        if found.success {
            return ObjectId::from_hex(found.stdout.trim_ascii()).map(Some);
        }
        // Words on the error stream mean more than "not here": an ambiguous id, a broken ref. And a shallow clone does not
        // know what it left out.
        let surely = found.stderr.is_empty() && self.boundary().is_ok_and(BTreeSet::is_empty);
        surely.then_some(None)
    }

    fn remote_branches_containing(&self, commit: ObjectId) -> Option<Vec<String>> {
        let contains = format!("--contains={commit}");
        let listed = self
            .git
            .run(&["for-each-ref", &contains, "--format=%(symref)%00%(refname)", "refs/remotes/"], b"")
            .ok()
            .filter(|listed| listed.success)?;
        let names: Vec<String> = listed
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix(b"\0refs/remotes/"))
            .map(|name| name.to_str_lossy().into_owned())
            .collect();
        // A shallow history may have lost the path from a branch to the commit.
        let whole = self.boundary().is_ok_and(BTreeSet::is_empty);
        (whole || !names.is_empty()).then_some(names)
    }
}

//! A change set held in memory: scenarios, policy cases and tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::model::change::{Change, ChangeSet, Engine, Side, Subject};
use crate::model::content::{
    BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit, read_in_turn,
};
use crate::model::lines::LineDiff;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::model::paths::PathList;

/// One file of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub mode: Mode,
    pub content: Vec<u8>,
}

impl File {
    pub fn regular(content: impl Into<Vec<u8>>) -> Self {
        Self { mode: Mode::File, content: content.into() }
    }
}

/// Files by path.
pub type Tree = BTreeMap<RepoPath, File>;

/// Contents of two trees, found by id.
#[derive(Debug, Default)]
pub struct Memory {
    blobs: BTreeMap<ObjectId, Bytes>,
    /// The old tree, under [`BASE`].
    base: BTreeMap<RepoPath, Side>,
}

/// What stands for the id of the old tree.
const BASE: &[u8; 20] = b"the tree before it..";

/// Compares two trees.
pub fn change_set(before: &Tree, after: &Tree) -> (ChangeSet, Memory) {
    let mut memory = Memory::default();
    let mut changes = Vec::new();
    memory.base = before.iter().map(|(path, file)| (path.clone(), memory.add(file))).collect();
    let paths: std::collections::BTreeSet<&RepoPath> = before.keys().chain(after.keys()).collect();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        if old == new {
            continue;
        }
        let mut side = |file: &File| memory.add(file);
        changes.push(Change {
            path: path.clone(),
            old: old.map(&mut side),
            new: new.map(&mut side),
            other_olds: Vec::new(),
        });
    }
    (
        ChangeSet {
            subject: Subject::Staged,
            changes,
            base: ObjectId::from_bytes(BASE),
            merge: false,
            engine: Engine::Memory,
            incomplete: Vec::new(),
        },
        memory,
    )
}

impl Memory {
    fn add(&mut self, file: &File) -> Side {
        let digest: [u8; 32] = Sha256::digest(&file.content).into();
        let digest = ObjectId::from_bytes(&digest).expect("a SHA-256 digest has 32 bytes");
        // A submodule's entry is a commit's id; a file that holds one stands for it.
        let id = match file.mode {
            Mode::Gitlink => ObjectId::from_hex(&file.content).unwrap_or(digest),
            Mode::File | Mode::Executable | Mode::Symlink => digest,
        };
        self.blobs.entry(id).or_insert_with(|| Arc::from(file.content.as_slice()));
        Side { mode: file.mode, id }
    }
}

impl Contents for Memory {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.read(path, side).map(|bytes| bytes.len() as u64)
    }

    fn read(&self, _path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        self.blobs.get(&side.id).cloned().ok_or(Unreadable::Missing)
    }

    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>> {
        (tree.as_bytes() == BASE).then(|| self.base.get(path).copied())
    }

    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        let entries = self.base.iter().map(|(path, side)| (path.clone(), *side));
        (tree.as_bytes() == BASE).then(|| entries.collect())
    }

    fn paths(&self, tree: ObjectId) -> Option<PathList> {
        let mut list = PathList::default();
        for (path, side) in &self.base {
            list.push(path.as_bytes(), b"", side.mode == Mode::Symlink)?;
        }
        (tree.as_bytes() == BASE).then_some(list)
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
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

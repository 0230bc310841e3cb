//! What claims about git itself (`committed`, `pushed`, a revert's word) are judged by.

use super::attestation::Signature;
use super::change::ChangeSet;
use super::object::ObjectId;

/// Questions about a repository's refs and commits. An answer of `None` means "cannot tell".
pub trait RepoState {
    /// The commit a name or abbreviated id stands for; `Some(None)` when there surely is none.
    fn commit_named(&self, name: &str) -> Option<Option<ObjectId>>;

    /// Remote-tracking branches (`origin/main`) that contain the commit, as far as this clone knows.
    fn remote_branches_containing(&self, commit: ObjectId) -> Option<Vec<String>>;

    /// What the commit changed against its parents; its contents are read where those of the change under judgement are.
    fn change_of(&self, _commit: ObjectId) -> Option<ChangeSet> {
        None
    }

    /// Who signed the note on a commit; `None` where the gate at hand looks at no notes.
    fn signature_of(&self, _commit: ObjectId) -> Option<Signature> {
        None
    }
}

/// For patches and tests: nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct NoRepository;

impl RepoState for NoRepository {
    fn commit_named(&self, _name: &str) -> Option<Option<ObjectId>> {
        None
    }

    fn remote_branches_containing(&self, _commit: ObjectId) -> Option<Vec<String>> {
        None
    }
}

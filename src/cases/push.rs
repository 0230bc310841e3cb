//! The `push` block of a case: what happens to a ref, and what is known of the commit that is judged in it.

use crate::model::attestation::Signature;
use crate::model::change::{CommitInfo, Person};
use crate::model::object::ObjectId;
use crate::model::push::{Push, RefUpdate};
use crate::model::repository::RepoState;

#[derive(Clone, Debug)]
pub struct Pushed {
    pub push: Push,
    /// What the commit's note is signed like; `None` where the case does not say.
    signature: Option<Signature>,
}

impl Pushed {
    /// `REF made|moved|rewritten|deleted`; then, where a commit of it is judged, `verified` or `unverified`, and after a comma
    /// `signed`, `unsigned`, `signed by a stranger` or `badly signed`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().ok_or("a `push` block names a ref and what happens to it")?;
        let (name, verb) = first.rsplit_once(' ').ok_or_else(|| format!("`{first}`: no word for what happens"))?;
        let [old, new] = [1, 2].map(|byte| ObjectId::from_bytes(&[byte; 20]));
        let (old, new) = match verb {
            "made" => (None, new),
            "moved" | "rewritten" => (old, new),
            "deleted" => (old, None),
            other => return Err(format!("`{other}` is none of made, moved, rewritten, deleted")),
        };
        let second = lines.next().map(|line| line.split_once(", ").map_or((line, None), |(a, b)| (a, Some(b))));
        let passed = match second.map(|(word, _)| word) {
            None => None,
            Some("verified") => Some(true),
            Some("unverified") => Some(false),
            Some(other) => return Err(format!("`{other}` is neither `verified` nor `unverified`")),
        };
        let by = || "ada@example.com".to_owned();
        let signature = match second.and_then(|(_, signed)| signed) {
            None => None,
            Some("signed") if passed == Some(false) => Some(Signature::NotPassed { by: by() }),
            Some("signed") => Some(Signature::Trusted { by: by() }),
            Some("unsigned") => Some(Signature::Missing),
            Some("signed by a stranger") => Some(Signature::Untrusted(by())),
            Some("badly signed") => Some(Signature::Bad(by())),
            Some(other) => return Err(format!("`{other}` says nothing of a signature")),
        };
        let update = RefUpdate { name: name.trim().into(), old, new };
        let push = Push { update, of_ref: passed.is_none(), rewrites: Some(verb == "rewritten"), passed };
        Ok(Self { push, signature })
    }

    /// The commit whose note is signed somehow.
    pub(super) fn commit(&self) -> Option<CommitInfo> {
        let id = self.signature.as_ref().and(self.push.update.new)?;
        let nobody = Person::default;
        Some(CommitInfo { id, parents: Vec::new(), author: nobody(), committer: nobody(), message: "".into() })
    }
}

impl RepoState for Pushed {
    fn commit_named(&self, _name: &str) -> Option<Option<ObjectId>> {
        None
    }

    fn remote_branches_containing(&self, _commit: ObjectId) -> Option<Vec<String>> {
        None
    }

    fn signature_of(&self, _commit: ObjectId) -> Option<Signature> {
        self.signature.clone()
    }
}

//! A push: refs that are to move, and what is known of each.

use bstr::{BStr, BString};

use super::object::ObjectId;

/// One ref of a push, as git hands it to a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The full name at the side pushed to: `refs/heads/main`.
    pub name: BString,
    /// What it points at there; `None` where it is new.
    pub old: Option<ObjectId>,
    /// What it is to point at; `None` where it is to go.
    pub new: Option<ObjectId>,
}

impl RefUpdate {
    /// The name of a branch, short.
    pub fn branch(&self) -> Option<&BStr> {
        self.name.strip_prefix(b"refs/heads/").map(BStr::new)
    }

    pub fn is_tag(&self) -> bool {
        self.name.starts_with(b"refs/tags/")
    }

    pub fn is_delete(&self) -> bool {
        self.new.is_none()
    }
}

/// The push that a change, or the ref itself, is judged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    pub update: RefUpdate,
    /// The ref itself is judged, not one of its commits.
    pub of_ref: bool,
    /// What the ref pointed at is no longer reached from it, or a tag is moved. `None`: an object is missing, so nobody
    /// can tell.
    pub rewrites: Option<bool>,
    /// Did a hook pass the commit at hand? `None` where that cannot be told: no notes were left or none came along.
    pub passed: Option<bool>,
}

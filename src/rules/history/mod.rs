//! What a push does to refs, what its commits passed on the way, and commits that were not to be made.

pub mod forbidden_commit;
pub mod protected_ref;
pub mod rewritten;
pub mod unverified_commit;

use crate::model::globs::{GlobEntry, Globs};
use crate::model::push::RefUpdate;

/// The entry that names a ref. A name without `refs/` is that of a branch.
fn names<'a>(globs: &'a Globs, update: &RefUpdate) -> Option<&'a GlobEntry> {
    let branch = update.branch().and_then(|branch| globs.matched_name(branch));
    branch.or_else(|| globs.matched_name(&update.name))
}

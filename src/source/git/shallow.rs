//! The boundary of a shallow clone: commits whose parents were left out.

use std::collections::BTreeSet;
use std::path::Path;

use super::{GitError, Layout, file};
use crate::model::object::ObjectId;

/// Commits whose parents this clone does not have. Empty in a full clone.
pub(super) fn boundary(layout: &Layout) -> Result<BTreeSet<ObjectId>, GitError> {
    // While receiving a push git names a file of its own.
    let named = crate::system::env_os("GIT_SHALLOW_FILE").filter(|name| !name.is_empty());
    let path = named.map_or_else(|| layout.common_dir.join("shallow"), |name| Path::new(&name).to_owned());
    Ok(file::ids(&path, "the shallow boundary")?.into_iter().collect())
}

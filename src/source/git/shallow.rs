//! The boundary of a shallow clone: commits whose parents were left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{GitError, Layout};
use crate::model::object::ObjectId;

/// The largest `shallow` file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// Commits whose parents this clone does not have. Empty in a full clone.
pub(super) fn boundary(layout: &Layout) -> Result<BTreeSet<ObjectId>, GitError> {
    // While receiving a push git names a file of its own.
    let named = crate::system::env_os("GIT_SHALLOW_FILE").filter(|name| !name.is_empty());
    let path = named.map_or_else(|| layout.common_dir.join("shallow"), |name| Path::new(&name).to_owned());
    let failed = |reason: String| GitError::Failed { context: "the shallow boundary".to_owned(), reason };
    match fs::metadata(&path) {
        Ok(found) if found.len() > MAX_BYTES => return Err(failed(format!("larger than {MAX_BYTES} bytes"))),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(failed(error.to_string())),
    }
    let bytes = fs::read(&path).map_err(|error| failed(error.to_string()))?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| ObjectId::from_hex(line).ok_or_else(|| failed("a line that is no id".to_owned()))).collect()
}

//! How file contents reach the pure layers: through a handle, so that a whole check can run in memory.

use std::sync::Arc;

use super::change::{Change, Side};
use super::lines::LineDiff;
use super::object::ObjectId;
use super::path::RepoPath;

/// Shared bytes of one blob.
pub type Bytes = Arc<[u8]>;

/// Gives the bytes behind a [`Side`]. Implemented by the git readers, by patches, and by tests in memory.
pub trait Contents {
    /// The size in bytes, without reading the content.
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable>;

    /// The content. Callers ask for [`Contents::size`] first and keep within their own bounds.
    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable>;

    /// The file at a path of a whole tree; `Some(None)` when there surely is none, `None` when that cannot be told.
    fn side_in(&self, _tree: ObjectId, _path: &RepoPath) -> Option<Option<Side>> {
        None
    }

    /// The line diff, where the source holds one ready made (a patch has hunks and no blobs).
    fn ready_lines(&self, _change: &Change) -> Option<LineDiff> {
        None
    }

    /// Where the range of commits started that the change is one of.
    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    /// The renames the source itself states (a patch has `rename from` and `rename to`).
    fn ready_renames(&self) -> &[KnownRename] {
        &[]
    }
}

/// The state a range of commits started from. What came to be after it is the work of those who made the range.
pub trait BaseFiles {
    /// The regular file that was to become this path, under whatever name it had; `None` when there was none.
    fn file(&self, path: &RepoPath) -> Result<Option<Bytes>, Unreadable>;
}

/// A rename by its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRename {
    pub from: RepoPath,
    pub to: RepoPath,
    /// Percent of content kept.
    pub similarity: u8,
}

/// Why content could not be had. Each of these makes a check `incomplete`, none is "no change".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the object is missing from this clone")]
    Missing,
    #[error("larger than the bound of {limit} bytes ({size} bytes)")]
    TooLarge { size: u64, limit: u64 },
    #[error("a patch does not carry whole files")]
    NotInPatch,
    #[error("{0}")]
    Failed(String),
}

//! How file contents reach the pure layers: through a handle, so that a whole check can run in memory.

use std::sync::Arc;

use super::change::{Change, Side};
use super::grams::Grams;
use super::lines::LineDiff;
use super::object::ObjectId;
use super::path::RepoPath;
use super::paths::PathList;

/// Shared bytes of one blob.
pub type Bytes = Arc<[u8]>;

/// Told the index of a side and its content; `false` ends the reading.
pub type Visit<'a> = dyn FnMut(usize, Result<&[u8], Unreadable>) -> bool + 'a;

/// How much [`Contents::read_each`] may read, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct ReadBounds {
    pub file: u64,
    pub total: u64,
}

impl ReadBounds {
    /// What is said where the bound of all files is reached.
    pub fn reached(&self) -> Unreadable {
        Unreadable::Failed(format!("the bound of {} bytes is reached", self.total))
    }
}

/// Gives the bytes behind a [`Side`]. Implemented by the git readers, by patches, and by tests in memory.
///
/// No method has a body of its own: what wraps another source and forgets one of them would silently know less than it.
pub trait Contents {
    /// The size in bytes, without reading the content.
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable>;

    /// The content. Callers ask for [`Contents::size`] first and keep within their own bounds.
    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable>;

    /// The file at a path of a whole tree; `Some(None)` when there surely is none, `None` when that cannot be told.
    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>>;

    /// Every entry of a whole tree that is no folder, sorted by path; `None` when that cannot be told.
    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>>;

    /// The paths of [`Contents::leaves`] alone, which may cost much less.
    fn paths(&self, tree: ObjectId) -> Option<PathList>;

    /// Reads many sides, in their order, and hands each to `each` with its index until that gives `false`. A file above
    /// `bounds.file` is [`Unreadable::TooLarge`] and the rest goes on. At `bounds.total`, or after too long a time, the
    /// next one is [`Unreadable::Failed`] and the last. Gives the bytes read. [`read_in_turn`] does it for most.
    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64;

    /// What is noted of texts, where the same ones are searched again and again.
    fn notes(&self) -> Option<&dyn Notes>;

    /// The line diff, where the source holds one ready made (a patch has hunks and no blobs).
    fn ready_lines(&self, change: &Change) -> Option<LineDiff>;

    /// Where the range of commits started that the change is one of.
    fn base(&self) -> Option<&dyn BaseFiles>;

    /// The renames the source itself states (a patch has `rename from` and `rename to`).
    fn ready_renames(&self) -> &[KnownRename];
}

/// What is kept of texts that were read: what one does not hold need not be looked for in it.
pub trait Notes {
    fn grams(&self, id: ObjectId) -> Option<Grams>;

    /// Of a text, and of the size of the file that it was read from.
    fn note(&self, id: ObjectId, text: &[u8], size: u64);
}

/// [`Contents::read_each`], one by one. `ended` is asked before each of them and says why to end early.
pub fn read_in_turn(
    contents: &(impl Contents + ?Sized),
    sides: &[(&RepoPath, Side)],
    bounds: ReadBounds,
    ended: impl Fn() -> Option<Unreadable>,
    each: &mut Visit<'_>,
) -> u64 {
    let mut turn = Turn { bounds, read: 0 };
    for (index, (path, side)) in sides.iter().enumerate() {
        if let Some(why) = ended() {
            each(index, Err(why));
            break;
        }
        if !turn.hand((index, path, side), contents, None, each) {
            break;
        }
    }
    turn.read
}

/// How far a reading in turn has come.
pub struct Turn {
    pub bounds: ReadBounds,
    /// Bytes so far.
    pub read: u64,
}

impl Turn {
    /// Hands on the next one, read already or not. `false`: it was the last.
    pub fn hand(
        &mut self,
        (index, path, side): (usize, &RepoPath, &Side),
        contents: &(impl Contents + ?Sized),
        known: Option<Bytes>,
        each: &mut Visit<'_>,
    ) -> bool {
        let bounds = self.bounds;
        let size = known.as_ref().map_or_else(|| contents.size(path, side), |content| Ok(content.len() as u64));
        let content = match (size, known) {
            (Ok(size), _) if size > bounds.file => Err(Unreadable::TooLarge { size, limit: bounds.file }),
            (Ok(size), _) if size > bounds.total - self.read => {
                each(index, Err(bounds.reached()));
                return false;
            }
            (Ok(_), Some(content)) => Ok(content),
            (Ok(_), None) => contents.read(path, side),
            (Err(error), _) => Err(error),
        };
        let read = content.as_ref().map_or(0, |content| content.len() as u64);
        self.read = (self.read + read).min(bounds.total);
        each(index, content.as_ref().map(|content| &**content).map_err(Clone::clone))
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

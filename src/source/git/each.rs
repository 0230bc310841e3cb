//! Many blobs in turn, within bytes and time.

use std::time::{Duration, Instant};

use crate::model::change::Side;
use crate::model::content::{self, Contents, ReadBounds, Unreadable, Visit};
use crate::model::path::RepoPath;

/// The longest that one such reading goes on.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// [`Contents::read_each`] for a reader of git.
pub(super) fn in_turn(
    contents: &impl Contents,
    sides: &[(&RepoPath, Side)],
    bounds: ReadBounds,
    each: &mut Visit<'_>,
) -> u64 {
    let deadline = Instant::now() + TIME_LIMIT;
    let late = || Unreadable::Failed(format!("the bound of {} seconds is reached", TIME_LIMIT.as_secs()));
    content::read_in_turn(contents, sides, bounds, || (Instant::now() >= deadline).then(late), each)
}

//! The three lists of [`Listed`] made here: the index against trees by its own trees, files by their stat data, untracked
//! files by a walk that asks git of unknown names alone.
//!
//! A file whose stat data are those of the index is not opened, as in git; whatever differs, and whatever was written as late
//! as the index, is listed and hashed. In any doubt there is no list, and git makes it.

mod tracked;
mod unknown;
mod walk;

use std::path::Path;
use std::sync::Arc;
use std::thread;

use self::tracked::Tracked;
use self::walk::Seen;
pub(super) use self::walk::is_same;
use super::ask::{Ask, Checkout};
use super::{File, Listed, Work, hidden};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::source::git::index::{self, Index, Made, With};
use crate::source::git::objects::Objects;
use crate::source::git::raw::RawDiff;
use crate::source::git::treediff;

/// An index, taken apart.
pub(super) struct Read {
    index: Arc<Index>,
    made: Made,
    tracked: Tracked,
}

impl Read {
    pub(super) fn of(file: &Path, id_bytes: usize) -> Option<Self> {
        let index = Arc::new(Index::read(file, id_bytes)?);
        let (made, tracked) = thread::scope(|scope| {
            let make = || index::make(&index);
            let making = thread::Builder::new().spawn_scoped(scope, make).ok();
            let tracked = Tracked::of(&index);
            (making.map_or_else(make, |making| making.join().ok()?), tracked)
        });
        Some(Self { made: made?, tracked: tracked?, index })
    }
}

/// `None` where git has to be asked.
pub(super) fn list(
    ask: &Ask<'_>,
    top: &Path,
    Read { index, made, tracked }: &Read,
    objects: &impl Objects,
    trees: &[ObjectId],
) -> Option<Listed> {
    if ask.settings.checkout != Checkout::Usual {
        return None;
    }
    let with = With(objects, made);
    let mut staged = Vec::with_capacity(trees.len());
    for tree in trees {
        let found = treediff::compare(&with, &[Some(*tree)], Some(made.root)).ok()?;
        if found.missing || !found.incomplete.is_empty() {
            return None;
        }
        staged.push(RawDiff { changes: found.changes, unmerged: Vec::new() });
    }
    let mut walked = walk::walk(tracked, top, index.written(), hidden::is_sparse(ask))?;
    let file = |(at, seen): &(usize, Seen)| File {
        path: RepoPath::new(tracked.path(*at)),
        index: tracked.side(*at),
        work: match seen {
            Seen::Same => Work::AsIndex,
            Seen::MayDiffer => Work::OnDisk(None),
            Seen::Gone => Work::Gone,
        },
    };
    let mut files: Vec<File> = walked.changed.iter().map(file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let hidden =
        walked.hidden.iter().filter_map(|one| Some((file(one), hidden::Flag::of(&tracked.entry(one.0)?)?))).collect();
    let untracked = match unknown::untracked(ask, top, std::mem::take(&mut walked.unknown))? {
        unknown::Untracked::Are(paths) => paths,
        // A repository inside, of which git has its own opinion.
        unknown::Untracked::AskGit => super::untracked(ask).ok()?,
    };
    Some(Listed { staged, files, unmerged: Vec::new(), untracked, hidden, has_attributes: tracked.has_attributes() })
}

/// What lies at a name of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    File,
    Link,
    Folder,
    /// A pipe, a socket, a device: git does not see it.
    Special,
}

/// Git's kinds of entry besides files.
fn is_link(mode: u32) -> bool {
    Mode::from_bits(mode) == Some(Mode::Symlink)
}

fn is_submodule(mode: u32) -> bool {
    Mode::from_bits(mode) == Some(Mode::Gitlink)
}

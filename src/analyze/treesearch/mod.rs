//! Does a text stand in the tree a change leaves, and did it before?
//!
//! Needles are announced first, so that one pass over the tree answers all of them; the pass is made when the first is
//! asked for. Files the change touches are looked at before the others, and a needle that has been found often enough is
//! looked for no longer. Bytes and (by the reader of the files) time are bounded; what was not looked at is told with the
//! answer, and it is for the caller to say "cannot tell".
//!
//! Not searched: binary files, pointers of Git LFS, submodules, targets of links. They are counted. UTF-16 with a byte
//! order mark is searched as text.

mod needle;
mod pass;
mod scan;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::model::change::{ChangeSet, Engine, Side, Subject};
use crate::model::content::Contents;
use crate::model::path::RepoPath;

pub use needle::{Needle, Scope};

/// The most bytes all searches of one check read.
pub const MAX_BYTES: u64 = 1 << 30;

/// The most needles that one check looks for.
pub const MAX_NEEDLES: usize = 256;

/// The most files of each state that are named for one needle.
pub const MAX_PLACES: usize = 10;

/// Every file, link and submodule of a tree, sorted by path.
pub type Leaves = Rc<[(RepoPath, Side)]>;

/// Where one needle stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub before: Places,
    pub after: Places,
    /// Texts of the scope that could not be searched. The bound is a first reason; places found still stand there.
    pub gap: Option<String>,
    pub skipped: Skipped,
}

/// The files of one state that hold a needle: at most [`MAX_PLACES`] of each sort, those the change touches first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Where it stands for itself.
    pub whole: Vec<Place>,
    /// Where it stands only within a longer word: `set` in `reset`.
    pub within: Vec<Place>,
}

impl Places {
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.within.is_empty()
    }
}

/// The first line of a file that holds a needle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: RepoPath,
    /// 1-based.
    pub line: u32,
}

/// Entries of the state after the change that are not searched as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    pub binary: usize,
    pub lfs_pointers: usize,
    pub submodules: usize,
}

/// The searches of one check.
#[derive(Default)]
pub struct TreeSearch {
    /// Every file of the state before; `None` when it cannot be told. Listed when first needed.
    leaves: OnceCell<Option<Leaves>>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    announced: Vec<Needle>,
    answers: Vec<(Needle, Rc<Found>)>,
    bytes_left: Option<u64>,
}

impl TreeSearch {
    /// Says that this needle may be asked for.
    pub fn announce(&self, needle: Needle) {
        let mut state = self.state.borrow_mut();
        if !state.announced.contains(&needle) && !state.answers.iter().any(|(known, _)| *known == needle) {
            state.announced.push(needle);
        }
    }

    /// Where the needle stands. The first call reads the tree for all that were announced.
    pub fn find(&self, needle: &Needle, set: &ChangeSet, contents: &dyn Contents) -> Rc<Found> {
        if let Some(found) = self.known(needle) {
            return found;
        }
        self.announce(needle.clone());
        let needles = std::mem::take(&mut self.state.borrow_mut().announced);
        let found = self.search(&needles, set, contents);
        let mut state = self.state.borrow_mut();
        state.answers.extend(needles.into_iter().zip(found.into_iter().map(Rc::new)));
        drop(state);
        self.known(needle).unwrap_or_default()
    }

    /// Every file, link and submodule of the state before the change; `None` when that cannot be told.
    pub fn leaves(&self, set: &ChangeSet, contents: &dyn Contents) -> Option<Leaves> {
        let list = || match set.base {
            _ if set.engine == Engine::Patch => None,
            None => Some(Leaves::from([])),
            Some(tree) => contents.leaves(tree).map(Rc::from),
        };
        self.leaves.get_or_init(list).clone()
    }

    fn known(&self, needle: &Needle) -> Option<Rc<Found>> {
        let state = self.state.borrow();
        state.answers.iter().find(|(known, _)| known == needle).map(|(_, found)| Rc::clone(found))
    }

    fn search(&self, needles: &[Needle], set: &ChangeSet, contents: &dyn Contents) -> Vec<Found> {
        let unknown = |reason: &str| Found { gap: Some(reason.to_owned()), ..Found::default() };
        if let Some(reason) = no_tree(set) {
            return vec![unknown(&reason); needles.len()];
        }
        let Some(leaves) = self.leaves(set, contents) else {
            return vec![unknown("the files of the state before could not be listed"); needles.len()];
        };
        let room = MAX_NEEDLES.saturating_sub(self.state.borrow().answers.len());
        let (taken, refused) = needles.split_at(room.min(needles.len()));
        let bytes = self.state.borrow().bytes_left.unwrap_or(MAX_BYTES);
        let (mut found, read) = pass::run(taken, set, &leaves, contents, bytes);
        self.state.borrow_mut().bytes_left = Some(bytes - read.min(bytes));
        found
            .extend(refused.iter().map(|_| unknown(&format!("more than {MAX_NEEDLES} texts were to be searched for"))));
        found
    }
}

/// Why the tree after the change is not known.
fn no_tree(set: &ChangeSet) -> Option<String> {
    if set.engine == Engine::Patch {
        return Some("a patch does not carry the other files".to_owned());
    }
    if set.subject == Subject::Policy {
        return Some("there is no change".to_owned());
    }
    if set.merge {
        return Some("of a merge, only what differs from every parent is known".to_owned());
    }
    set.incomplete.first().map(|entry| match &entry.path {
        Some(path) => format!("the change is not wholly known: `{path}`: {}", entry.reason),
        None => format!("the change is not wholly known: {}", entry.reason),
    })
}

#[cfg(test)]
mod tests;

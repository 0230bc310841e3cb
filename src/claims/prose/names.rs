//! The names of files: of the tree before the change, and of the change itself.
//!
//! The tree is listed once, and only when a name is not found among the changed paths.

use std::cell::Cell;

use crate::analyze::facts::Facts;
use crate::analyze::path_index::PathIndex;
use crate::claims::prose::doubt::mentioned;
use crate::model::object::Mode;
use crate::model::path::RepoPath;
use crate::model::paths::PathList;

/// The most names that are held against every path: globs, and names with a part left out.
const MAX_SEARCHES: usize = 100;

/// The most paths that are looked up by themselves: for more of them, the tree is listed.
const MAX_LOOKUPS: usize = 24;

/// Every path the change knows of, and those of the tree before it.
pub(super) struct Names<'a> {
    facts: &'a Facts<'a>,
    changed: PathIndex,
    /// The tree has been listed.
    listed: Cell<bool>,
    searches: Cell<usize>,
    lookups: Cell<usize>,
}

/// Where a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    Changed,
    /// In the tree before the change.
    Tree,
}

/// What was found at one path.
enum Stands {
    Nothing,
    Entry(Mode),
    /// It cannot be told, or a list serves better.
    Unknown,
}

impl<'a> Names<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Self {
        let mut paths = PathList::default();
        for change in &facts.set().changes {
            if paths.push(change.path.as_bytes(), b"", false).is_none() {
                break;
            }
        }
        let changed = PathIndex::new(paths);
        Self { facts, changed, listed: Cell::new(false), searches: Cell::new(0), lookups: Cell::new(0) }
    }

    /// Is there a file of just this path?
    pub(super) fn has(&self, among: Among, path: &[u8]) -> bool {
        match among {
            Among::Changed => self.changed.has(path),
            Among::Tree => match self.looked_up(path) {
                Stands::Nothing => false,
                Stands::Entry(_) => true,
                Stands::Unknown => self.tree().is_some_and(|tree| tree.has(path)),
            },
        }
    }

    /// Paths whose last components are those of `suffix`, in any case; bounded.
    pub(super) fn ending_in(&self, among: Among, suffix: &[u8]) -> Vec<RepoPath> {
        self.index(among).map(|index| index.ending_in(suffix)).unwrap_or_default()
    }

    /// Those of the tree that the change leaves alone.
    pub(super) fn idle(&self, suffix: &[u8]) -> Vec<RepoPath> {
        let mut found = self.ending_in(Among::Tree, suffix);
        found.retain(|path| !self.has(Among::Changed, path.as_bytes()));
        found
    }

    /// Is there a file below this folder?
    pub(super) fn has_folder(&self, among: Among, folder: &[u8]) -> bool {
        self.index(among).is_some_and(|index| index.has_folder(folder))
    }

    /// Does some path begin with these bytes?
    pub(super) fn has_start(&self, among: Among, start: &[u8]) -> bool {
        self.index(among).is_some_and(|index| index.has_start(start))
    }

    /// May one more name be held against every path?
    pub(super) fn may_search(&self) -> bool {
        self.searches.replace(self.searches.get() + 1) < MAX_SEARCHES
    }

    pub(super) fn any(&self, among: Among, mut test: impl FnMut(&RepoPath) -> bool) -> bool {
        self.index(among).is_some_and(|index| index.paths().any(|path| test(&RepoPath::new(path))))
    }

    /// Is the path, or a folder it lies in, a symbolic link of the tree before the change?
    pub(super) fn is_link(&self, path: &RepoPath) -> bool {
        let mut ends = memchr::memchr_iter(b'/', path.as_bytes()).chain([path.as_bytes().len()]);
        ends.any(|end| {
            let part = path.as_bytes().get(..end).unwrap_or_default();
            match self.looked_up(part) {
                Stands::Nothing => false,
                Stands::Entry(mode) => mode == Mode::Symlink,
                Stands::Unknown => self.tree().is_some_and(|tree| tree.is_link(part)),
            }
        })
    }

    /// The one changed file with an added line that holds the word for itself; `None` where several have one, or some file
    /// could not be read.
    pub(super) fn only_file_adding(&self, word: &str) -> Option<RepoPath> {
        if !self.may_search() {
            return None;
        }
        let finder = memchr::memmem::Finder::new(word);
        let mut only = None;
        for (index, change) in self.facts.changes().filter(|(_, change)| change.has_lines()) {
            let lines = self.facts.lines(index)?;
            if lines.added.iter().any(|line| mentioned::stands(line.text, &finder, b"")) {
                if only.is_some() {
                    return None;
                }
                only = Some(change.path.clone());
            }
        }
        only
    }

    /// What stands at a path of the tree, read by itself.
    fn looked_up(&self, path: &[u8]) -> Stands {
        if self.listed.get() || self.lookups.replace(self.lookups.get() + 1) >= MAX_LOOKUPS {
            return Stands::Unknown;
        }
        match self.facts.side_before(&RepoPath::new(path)) {
            None => Stands::Unknown,
            Some(None) => Stands::Nothing,
            Some(Some(side)) => Stands::Entry(side.mode),
        }
    }

    fn index(&self, among: Among) -> Option<&PathIndex> {
        match among {
            Among::Changed => Some(&self.changed),
            Among::Tree => self.tree(),
        }
    }

    fn tree(&self) -> Option<&PathIndex> {
        self.listed.set(true);
        self.facts.paths_before()
    }
}

//! The names of files: of the tree before the change, and of the change itself.
//!
//! The tree is listed once, and only when a name is not found among the changed paths. Looking up a name costs the same
//! however many files there are.

use std::cell::{Cell, OnceCell};
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use crate::analyze::facts::Facts;
use crate::analyze::treesearch::Leaves;
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// The most names that are held against every path: globs, and names with a part left out.
const MAX_SEARCHES: usize = 100;

/// The most paths that are looked up by themselves: for more of them, the tree is listed.
const MAX_LOOKUPS: usize = 40;

/// The most files one name is looked up among: `index.ts` may be there ten thousand times.
const MAX_FOUND: usize = 64;

/// Every path the change knows of, and those of the tree before it.
pub(super) struct Names<'a> {
    facts: &'a Facts<'a>,
    changed: Index,
    tree: OnceCell<Option<Tree>>,
    searches: Cell<usize>,
    lookups: Cell<usize>,
}

/// The tree before the change, without its folders.
struct Tree {
    index: Index,
    /// Positions in the index, ascending.
    links: Vec<u32>,
}

/// Paths, sorted, with a table of their last components.
struct Index {
    paths: Paths,
    /// Hash of the folded file name, position; sorted.
    by_name: Vec<(u64, u32)>,
}

/// Sorted paths.
enum Paths {
    Changed(Vec<RepoPath>),
    Tree(Leaves),
}

impl Paths {
    fn len(&self) -> usize {
        match self {
            Self::Changed(paths) => paths.len(),
            Self::Tree(leaves) => leaves.len(),
        }
    }

    fn get(&self, at: usize) -> Option<&RepoPath> {
        match self {
            Self::Changed(paths) => paths.get(at),
            Self::Tree(leaves) => leaves.get(at).map(|(path, _)| path),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &RepoPath> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The first position whose path is not before `path`.
    fn first_from(&self, path: &[u8]) -> usize {
        match self {
            Self::Changed(paths) => paths.partition_point(|known| known.as_bytes() < path),
            Self::Tree(leaves) => leaves.partition_point(|(known, _)| known.as_bytes() < path),
        }
    }
}

/// Where a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    Changed,
    /// In the tree before the change.
    Tree,
}

impl<'a> Names<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Self {
        let paths = facts.set().changes.iter().map(|change| change.path.clone()).collect();
        let changed = Index::of(Paths::Changed(paths));
        Self { facts, changed, tree: OnceCell::new(), searches: Cell::new(0), lookups: Cell::new(0) }
    }

    pub(super) fn has(&self, among: Among, path: &[u8]) -> bool {
        self.index(among).is_some_and(|index| index.position(path).is_some())
    }

    /// Is there a file of just this path before the change? Does not list the tree for a few of them.
    pub(super) fn stands(&self, path: &str) -> bool {
        if self.tree.get().is_none() && self.lookups.replace(self.lookups.get() + 1) < MAX_LOOKUPS {
            if let Some(side) = self.facts.side_before(&RepoPath::from(path)) {
                return side.is_some();
            }
        }
        self.has(Among::Tree, path.as_bytes())
    }

    /// Paths whose last components are those of `suffix`, in any case; bounded.
    pub(super) fn ending_in(&self, among: Among, suffix: &[u8]) -> Vec<&RepoPath> {
        self.index(among).map(|index| index.ending_in(suffix)).unwrap_or_default()
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
        self.index(among).is_some_and(|index| index.paths.iter().any(&mut test))
    }

    /// Is the path, or a folder it lies in, a symbolic link of the tree before the change?
    pub(super) fn is_link(&self, path: &RepoPath) -> bool {
        let Some(tree) = self.tree() else { return false };
        let mut ends = memchr::memchr_iter(b'/', path.as_bytes()).chain([path.as_bytes().len()]);
        ends.any(|end| {
            let position = path.as_bytes().get(..end).and_then(|part| tree.index.position(part));
            position.is_some_and(|at| tree.links.binary_search(&at).is_ok())
        })
    }

    fn index(&self, among: Among) -> Option<&Index> {
        match among {
            Among::Changed => Some(&self.changed),
            Among::Tree => self.tree().map(|tree| &tree.index),
        }
    }

    fn tree(&self) -> Option<&Tree> {
        let list = || {
            let leaves = self.facts.leaves_before()?;
            let links = (0_u32..).zip(leaves.iter()).filter(|(_, (_, side))| side.mode == Mode::Symlink);
            Some(Tree { links: links.map(|(at, _)| at).collect(), index: Index::of(Paths::Tree(leaves)) })
        };
        self.tree.get_or_init(list).as_ref()
    }
}

impl Index {
    fn of(paths: Paths) -> Self {
        let mut by_name: Vec<(u64, u32)> =
            (0_u32..).zip(paths.iter()).map(|(at, path)| (folded_hash(path.file_name()), at)).collect();
        by_name.sort_unstable();
        Self { paths, by_name }
    }

    fn position(&self, path: &[u8]) -> Option<u32> {
        let at = self.paths.first_from(path);
        let is_it = self.paths.get(at).is_some_and(|known| known.as_bytes() == path);
        u32::try_from(at).ok().filter(|_| is_it)
    }

    fn ending_in(&self, suffix: &[u8]) -> Vec<&RepoPath> {
        let name = suffix.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let hash = folded_hash(name);
        let start = self.by_name.partition_point(|(known, _)| *known < hash);
        self.by_name
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|(known, _)| *known == hash)
            .filter_map(|(_, at)| self.paths.get(*at as usize))
            .filter(|path| ends_in(path.as_bytes(), suffix))
            .take(MAX_FOUND)
            .collect()
    }

    fn has_folder(&self, folder: &[u8]) -> bool {
        self.has_start(&[folder, b"/"].concat())
    }

    fn has_start(&self, start: &[u8]) -> bool {
        self.paths.get(self.paths.first_from(start)).is_some_and(|path| path.as_bytes().starts_with(start))
    }
}

/// Is `suffix` the path, or its last whole components, whatever the case of ASCII letters?
fn ends_in(path: &[u8], suffix: &[u8]) -> bool {
    let Some(start) = path.len().checked_sub(suffix.len()) else { return false };
    let (head, tail) = path.split_at(start);
    tail.eq_ignore_ascii_case(suffix) && (head.is_empty() || head.ends_with(b"/"))
}

fn folded_hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    for byte in name {
        hasher.write_u8(byte.to_ascii_lowercase());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> Vec<RepoPath> {
        paths.iter().map(|path| RepoPath::from(*path)).collect()
    }

    #[test]
    fn names_are_found_by_their_last_components() {
        let paths = paths(&["README.md", "a/b/mod.rs", "a/mod.rs", "ab/b/mod.rs", "x/xmod.rs"]);
        let index = Index::of(Paths::Changed(paths));
        let found = |suffix: &str| {
            index.ending_in(suffix.as_bytes()).into_iter().map(RepoPath::to_wire).collect::<Vec<String>>()
        };
        assert_eq!(found("mod.rs"), ["a/b/mod.rs", "a/mod.rs", "ab/b/mod.rs"]);
        assert_eq!(found("a/b/mod.rs"), ["a/b/mod.rs"]);
        assert_eq!(found("b/MOD.rs"), ["a/b/mod.rs", "ab/b/mod.rs"]);
        assert_eq!(found("readme.md"), ["README.md"]);
        assert!(found("od.rs").is_empty() && found("").is_empty());
    }

    #[test]
    fn folders_are_what_files_lie_in() {
        let paths = paths(&["a-b/c", "a/b/c", "ab/c"]);
        let index = Index::of(Paths::Changed(paths));
        assert!(index.has_folder(b"a") && index.has_folder(b"a/b") && index.has_folder(b"a-b"));
        assert!(!index.has_folder(b"b") && !index.has_folder(b"a/b/c"));
    }
}

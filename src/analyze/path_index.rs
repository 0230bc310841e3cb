//! Paths by their last components, in any case of letters: a look-up costs the same however many there are.

use crate::model::path::RepoPath;
use crate::model::paths::PathList;

/// The most paths one name is looked up among: `index.ts` may be there ten thousand times.
const MAX_FOUND: usize = 64;

/// A sorted list of paths with a table of their file names.
#[derive(Debug, Default)]
pub struct PathIndex {
    list: PathList,
    /// By the hash of a file name: one more than the first position with it, or 0.
    heads: Vec<u32>,
    /// By position: the next one of the same hash, likewise.
    next: Vec<u32>,
}

impl PathIndex {
    pub fn new(list: PathList) -> Self {
        let mut heads = vec![0; list.len().next_power_of_two()];
        let mut next = vec![0; list.len()];
        for at in (0..list.len()).rev() {
            let name = list.get(at).map(file_name).unwrap_or_default();
            let slot = slot(name, heads.len());
            if let (Some(head), Some(link), Ok(number)) = (heads.get_mut(slot), next.get_mut(at), u32::try_from(at + 1))
            {
                *link = std::mem::replace(head, number);
            }
        }
        Self { list, heads, next }
    }

    pub fn has(&self, path: &[u8]) -> bool {
        self.list.position(path).is_some()
    }

    pub fn is_link(&self, path: &[u8]) -> bool {
        self.list.position(path).is_some_and(|at| self.list.is_link(at))
    }

    /// Does some path begin with these bytes?
    pub fn has_start(&self, start: &[u8]) -> bool {
        self.list.get(self.list.first_from(start)).is_some_and(|path| path.starts_with(start))
    }

    /// Is there a path below this folder?
    pub fn has_folder(&self, folder: &[u8]) -> bool {
        self.has_start(&[folder, b"/"].concat())
    }

    /// Paths whose last components are those of `suffix`, in any case of ASCII letters, in order; bounded.
    pub fn ending_in(&self, suffix: &[u8]) -> Vec<RepoPath> {
        let mut found = Vec::new();
        let mut number = self.heads.get(slot(file_name(suffix), self.heads.len())).copied().unwrap_or_default();
        while let Some(at) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) {
            let path = self.list.get(at).filter(|path| ends_in(path, suffix));
            found.extend(path.map(RepoPath::new));
            if found.len() == MAX_FOUND {
                break;
            }
            number = self.next.get(at).copied().unwrap_or_default();
        }
        found
    }

    pub fn paths(&self) -> impl Iterator<Item = &[u8]> {
        self.list.iter()
    }
}

/// Is `suffix` the path, or its last whole components, whatever the case of ASCII letters?
fn ends_in(path: &[u8], suffix: &[u8]) -> bool {
    let Some(start) = path.len().checked_sub(suffix.len()) else { return false };
    let (head, tail) = path.split_at(start);
    tail.eq_ignore_ascii_case(suffix) && (head.is_empty() || head.ends_with(b"/"))
}

fn file_name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(path, |at| path.get(at + 1..).unwrap_or_default())
}

/// The place of a name in a table of this size, a power of two. Setting one bit of every byte makes one of `A` and `a`.
fn slot(name: &[u8], size: usize) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = name.len() as u64;
    for chunk in name.chunks(8) {
        let mut word = [0; 8];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        hash = (hash.rotate_left(23) ^ (u64::from_le_bytes(word) | 0x2020_2020_2020_2020)).wrapping_mul(FACTOR);
    }
    let high = usize::try_from(hash >> 32).unwrap_or_default();
    high & size.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(paths: &[&str]) -> PathIndex {
        let mut list = PathList::default();
        for path in paths {
            list.push(path.as_bytes(), b"", false).expect("room");
        }
        PathIndex::new(list)
    }

    #[test]
    fn names_are_found_by_their_last_components() {
        let index = index(&["README.md", "a/b/mod.rs", "a/mod.rs", "ab/b/mod.rs", "x/xmod.rs"]);
        let found = |suffix: &str| index.ending_in(suffix.as_bytes()).iter().map(RepoPath::to_wire).collect::<Vec<_>>();
        assert_eq!(found("mod.rs"), ["a/b/mod.rs", "a/mod.rs", "ab/b/mod.rs"]);
        assert_eq!(found("a/b/mod.rs"), ["a/b/mod.rs"]);
        assert_eq!(found("b/MOD.rs"), ["a/b/mod.rs", "ab/b/mod.rs"]);
        assert_eq!(found("readme.md"), ["README.md"]);
        assert!(found("od.rs").is_empty() && found("").is_empty());
        assert!(
            PathIndex::default().ending_in(b"a").is_empty()
                && PathIndex::new(PathList::default()).ending_in(b"").is_empty()
        );
    }

    #[test]
    fn folders_are_what_files_lie_in() {
        let index = index(&["a-b/c", "a/b/c", "ab/c"]);
        assert!(index.has_folder(b"a") && index.has_folder(b"a/b") && index.has_folder(b"a-b"));
        assert!(!index.has_folder(b"b") && !index.has_folder(b"a/b/c"));
        assert!(index.has(b"a/b/c") && !index.has(b"a/b") && index.has_start(b"a/b/") && !index.has_start(b"b"));
    }
}

//! Many paths in one piece of memory.

/// The paths of a tree that are no folders, sorted, and which of them are symbolic links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathList {
    bytes: Vec<u8>,
    /// Where each path ends in `bytes`.
    ends: Vec<u32>,
    /// Positions, ascending.
    links: Vec<u32>,
}

impl PathList {
    /// Adds `folder` and `rest`, one behind the other, as the last path. `None` where there is no more room.
    #[must_use]
    pub fn push(&mut self, folder: &[u8], rest: &[u8], is_link: bool) -> Option<()> {
        let at = u32::try_from(self.ends.len()).ok()?;
        let end = u32::try_from(self.bytes.len() + folder.len() + rest.len()).ok()?;
        self.bytes.extend_from_slice(folder);
        self.bytes.extend_from_slice(rest);
        self.ends.push(end);
        if is_link {
            self.links.push(at);
        }
        Some(())
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends.get(before).map_or(0, |end| *end as usize));
        self.bytes.get(start..end)
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The first position whose path is not before `path`.
    pub fn first_from(&self, path: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(|known| known < path) { low = middle + 1 } else { high = middle }
        }
        low
    }

    pub fn position(&self, path: &[u8]) -> Option<usize> {
        let at = self.first_from(path);
        (self.get(at) == Some(path)).then_some(at)
    }

    pub fn is_link(&self, at: usize) -> bool {
        u32::try_from(at).is_ok_and(|at| self.links.binary_search(&at).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_by_name_and_position() {
        let mut list = PathList::default();
        for (folder, rest, is_link) in [("a-b/", "c", false), ("a/", "b", true), ("", "b", false)] {
            list.push(folder.as_bytes(), rest.as_bytes(), is_link).expect("room");
        }
        assert_eq!(list.iter().collect::<Vec<_>>(), [&b"a-b/c"[..], b"a/b", b"b"]);
        assert_eq!((list.position(b"a/b"), list.position(b"a"), list.position(b"")), (Some(1), None, None));
        assert_eq!((list.first_from(b"a/"), list.first_from(b"c"), list.get(3)), (1, 3, None));
        assert!(list.is_link(1) && !list.is_link(0) && !list.is_link(9));
    }
}

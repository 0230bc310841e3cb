//! What was read of objects, kept within bytes. In a history the new side of a commit is the old side of a later one, so that
//! about a third of all reads ask for what was just read.

use rustc_hash::FxHashMap;

use crate::model::object::ObjectId;

/// What one entry costs beside its content.
const ENTRY_BYTES: usize = 128;

/// Two generations: what is asked for comes into the young one; when that is full it becomes the old one, and what was old
/// and not asked for since is forgotten.
pub(super) struct Cache<T> {
    young: FxHashMap<ObjectId, (T, usize)>,
    old: FxHashMap<ObjectId, (T, usize)>,
    /// Bytes of the young.
    used: usize,
    /// The most bytes of one generation.
    limit: usize,
}

impl<T: Clone> Cache<T> {
    pub(super) fn new(bytes: usize) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), used: 0, limit: bytes / 2 }
    }

    pub(super) fn get(&mut self, id: ObjectId) -> Option<T> {
        if let Some((found, _)) = self.young.get(&id) {
            return Some(found.clone());
        }
        let (found, bytes) = self.old.remove(&id)?;
        self.put(id, bytes, found.clone());
        Some(found)
    }

    /// Can more come in before what came last is old?
    pub(super) fn has_room(&self) -> bool {
        self.used < self.limit / 4 * 3
    }

    /// Keeps what takes so many bytes.
    pub(super) fn put(&mut self, id: ObjectId, bytes: usize, value: T) {
        let cost = bytes + ENTRY_BYTES;
        // A giant would push out all the others.
        if cost > self.limit / 8 {
            return;
        }
        if self.used + cost > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.used = 0;
        }
        if self.young.insert(id, (value, bytes)).is_none() {
            self.used += cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::id;
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut cache = Cache::new(40_000);
        for n in 1..100 {
            cache.put(id(n), 1000, n);
            assert_eq!(cache.get(id(1)), Some(1));
        }
        assert_eq!(cache.get(id(2)), None);
        assert!(cache.young.len() + cache.old.len() <= 40, "bounded");
    }

    #[test]
    fn a_giant_is_not_kept() {
        let mut cache = Cache::new(40_000);
        cache.put(id(1), 10_000, ());
        assert_eq!(cache.get(id(1)), None);
    }
}

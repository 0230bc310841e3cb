//! Objects that were read, kept within bytes. In a history the new side of a commit is the old side of a later one, so that
//! about a third of all reads ask for what was just read.

use rustc_hash::FxHashMap;

use super::objects::Kind;
use crate::model::content::Bytes;
use crate::model::object::ObjectId;

/// What one entry costs beside its content.
const ENTRY_BYTES: usize = 128;

/// Two generations: what is asked for comes into the young one; when that is full it becomes the old one, and what was old
/// and not asked for since is forgotten.
pub(super) struct Cache {
    young: FxHashMap<ObjectId, (Kind, Bytes)>,
    old: FxHashMap<ObjectId, (Kind, Bytes)>,
    /// Bytes of the young.
    used: usize,
    /// The most bytes of one generation.
    limit: usize,
}

impl Cache {
    pub(super) fn new(bytes: usize) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), used: 0, limit: bytes / 2 }
    }

    pub(super) fn get(&mut self, id: ObjectId) -> Option<(Kind, Bytes)> {
        if let Some(found) = self.young.get(&id) {
            return Some(found.clone());
        }
        let (kind, content) = self.old.remove(&id)?;
        self.put(id, kind, Bytes::clone(&content));
        Some((kind, content))
    }

    /// Can more come in before what came last is old?
    pub(super) fn has_room(&self) -> bool {
        self.used < self.limit / 4 * 3
    }

    pub(super) fn put(&mut self, id: ObjectId, kind: Kind, content: Bytes) {
        let cost = content.len() + ENTRY_BYTES;
        // A giant would push out all the others.
        if cost > self.limit / 8 {
            return;
        }
        if self.used + cost > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.used = 0;
        }
        if self.young.insert(id, (kind, content)).is_none() {
            self.used += cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::id;
    use super::*;

    fn content(byte: u8) -> Bytes {
        Bytes::from(vec![byte; 1000])
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut cache = Cache::new(40_000);
        cache.put(id(1), Kind::Blob, content(1));
        cache.put(id(2), Kind::Tree, content(2));
        for n in 3..100 {
            cache.put(id(n), Kind::Blob, content(n));
            assert_eq!(cache.get(id(1)), Some((Kind::Blob, content(1))));
        }
        assert_eq!(cache.get(id(2)), None);
        assert!(cache.young.len() + cache.old.len() <= 40, "bounded");
    }

    #[test]
    fn a_giant_is_not_kept() {
        let mut cache = Cache::new(40_000);
        cache.put(id(1), Kind::Blob, Bytes::from(vec![0; 10_000]));
        assert_eq!(cache.get(id(1)), None);
    }
}

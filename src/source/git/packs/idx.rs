//! The index of a pack, version 2: sorted ids, and where their entries are.

use std::cell::{Cell, OnceCell};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::model::object::ObjectId;

const FANOUT: usize = 256;
const HEADER_BYTES: u64 = 8;

/// How many ids are read at once.
const WINDOW: u64 = 64;

/// The longest search for one id: more steps than halving would need.
const MAX_STEPS: usize = 64;

/// A larger index is not kept in memory: it has some two million objects.
const MAX_KEPT: u64 = 64 << 20;

/// A smaller one is read as quickly as a few of its parts.
const SMALL: u64 = 128 << 10;

pub(super) struct Idx {
    file: File,
    length: u64,
    /// The bytes read so far. Once they are a share of all, the index is read whole and kept: more objects will be asked for.
    spent: Cell<u64>,
    kept: OnceCell<Option<Vec<u8>>>,
    id_bytes: u64,
    /// How many ids start with this byte or a smaller one.
    fanout: Vec<u32>,
}

impl Idx {
    /// `None` for another version, and where the size does not fit.
    pub(super) fn open(path: &Path, id_bytes: usize) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        let mut head = [0; 8 + 4 * FANOUT];
        file.read_exact_at(&mut head, 0).ok()?;
        let fanout: Vec<u32> =
            head.get(8..)?.chunks_exact(4).filter_map(|word| Some(u32::from_be_bytes(word.try_into().ok()?))).collect();
        let id_bytes = u64::try_from(id_bytes).ok()?;
        let count = u64::from(*fanout.last()?);
        let least = HEADER_BYTES + 4 * 256 + count * (id_bytes + 8) + 2 * id_bytes;
        let is_sound = head.starts_with(b"\xfftOc\0\0\0\x02") && fanout.is_sorted() && length >= least;
        is_sound.then(|| Self { file, length, spent: Cell::new(0), kept: OnceCell::new(), id_bytes, fanout })
    }

    pub(super) fn id_bytes(&self) -> usize {
        usize::try_from(self.id_bytes).unwrap_or_default()
    }

    fn count(&self) -> u64 {
        self.fanout.last().copied().map_or(0, u64::from)
    }

    fn read(&self, into: &mut [u8], at: u64) -> Option<()> {
        let spent = self.spent.get();
        let share = if self.length > SMALL { self.length / 2 } else { self.length / 16 };
        if spent < share || self.length > MAX_KEPT {
            self.spent.set(spent + into.len() as u64);
            return self.file.read_exact_at(into, at).ok();
        }
        let whole = || {
            let mut bytes = vec![0; usize::try_from(self.length).ok()?];
            self.file.read_exact_at(&mut bytes, 0).ok()?;
            Some(bytes)
        };
        let kept = self.kept.get_or_init(whole).as_ref()?;
        let at = usize::try_from(at).ok()?;
        into.copy_from_slice(kept.get(at..at.checked_add(into.len())?)?);
        Some(())
    }

    /// The offset of an object's entry in the pack.
    pub(super) fn find(&self, id: ObjectId) -> Option<u64> {
        let first = usize::from(*id.as_bytes().first()?);
        let mut low =
            first.checked_sub(1).and_then(|before| self.fanout.get(before)).map_or(0, |count| u64::from(*count));
        let mut high = u64::from(*self.fanout.get(first)?);
        let mut window = Vec::new();
        let width = usize::try_from(self.id_bytes).ok()?;
        // Ids are spread evenly, so a guess from the next bytes lands close by.
        let next = u64::from(u32::from_be_bytes(id.as_bytes().get(1..5)?.try_into().ok()?));
        let mut guess = low + (((high - low) * (next >> 8)) >> 24);
        for _ in 0..MAX_STEPS {
            if low >= high {
                return None;
            }
            let start = guess.saturating_sub(WINDOW / 2).clamp(low, high - 1);
            let end = (start + WINDOW).min(high);
            window.resize(usize::try_from(end - start).ok()? * width, 0);
            self.read(&mut window, HEADER_BYTES + 4 * 256 + start * self.id_bytes)?;
            let ids: Vec<&[u8]> = window.chunks_exact(width).collect();
            match ids.binary_search(&id.as_bytes()) {
                Ok(at) => return self.offset(start + u64::try_from(at).ok()?),
                Err(0) => high = start,
                Err(at) if at == ids.len() => low = end,
                Err(_) => return None,
            }
            guess = low + (high - low) / 2;
        }
        None
    }

    fn offset(&self, at: u64) -> Option<u64> {
        let offsets = HEADER_BYTES + 4 * 256 + self.count() * (self.id_bytes + 4);
        let mut word = [0; 4];
        self.read(&mut word, offsets + 4 * at)?;
        let offset = u32::from_be_bytes(word);
        if offset & 0x8000_0000 == 0 {
            return Some(u64::from(offset));
        }
        let mut long = [0; 8];
        let at = u64::from(offset & 0x7fff_ffff);
        self.read(&mut long, offsets + 4 * self.count() + 8 * at)?;
        Some(u64::from_be_bytes(long))
    }
}

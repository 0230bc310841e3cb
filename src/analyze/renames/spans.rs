//! How much of one file is found in another, estimated as git does (`diffcore-delta.c`): a file is cut into spans, at
//! each line feed and after 64 bytes at the latest, and the bytes of equal spans are counted.
//!
//! The hash decides which spans fall together, so it is git's own: another one would give other percentages.

use crate::analyze::linediff;

/// Git's `HASHBASE`: the number of span hashes.
const HASHES: u32 = 107_927;

const SPAN_BYTES: u32 = 64;

/// The spans of one file: hash and total bytes, sorted by hash, without repeats.
#[derive(Debug)]
pub(super) struct Spans {
    counts: Vec<(u32, u32)>,
    /// Bytes of the file.
    size: u64,
}

impl Spans {
    pub(super) fn of(content: &[u8]) -> Self {
        let text = !linediff::is_binary(content);
        let mut cut = Vec::new();
        let (mut high, mut low, mut length) = (0_u32, 0_u32, 0_u32);
        for (at, byte) in content.iter().enumerate() {
            if text && *byte == b'\r' && content.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = high;
            high = ((high << 7) ^ (low >> 25)).wrapping_add(u32::from(*byte));
            low = (low << 7) ^ (before >> 25);
            length += 1;
            if length == SPAN_BYTES || *byte == b'\n' {
                cut.push((hash(high, low), length));
                (high, low, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            cut.push((hash(high, low), length));
        }
        cut.sort_unstable_by_key(|span| span.0);
        cut.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        cut.shrink_to_fit();
        Self { counts: cut, size: content.len() as u64 }
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Bytes of `self` that `new` has too.
    fn common(&self, new: &Self) -> u64 {
        let mut common = 0;
        let mut rest = new.counts.iter().peekable();
        for (hash, bytes) in &self.counts {
            while rest.next_if(|other| other.0 < *hash).is_some() {}
            if let Some(other) = rest.next_if(|other| other.0 == *hash) {
                common += u64::from(*bytes.min(&other.1));
            }
        }
        common
    }

    /// The share of the larger file that both have, in parts of [`super::pairing::MAX_SCORE`].
    pub(super) fn score(&self, new: &Self) -> u64 {
        let larger = self.size.max(new.size);
        if new.size == 0 { 0 } else { self.common(new) * super::pairing::MAX_SCORE / larger }
    }
}

fn hash(high: u32, low: u32) -> u32 {
    high.wrapping_add(low.wrapping_mul(0x61)) % HASHES
}

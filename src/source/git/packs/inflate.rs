//! Inflates whole objects at once: their sizes are known, or can be guessed.

use std::iter;
use std::sync::Arc;

use libdeflater::{DecompressionError, Decompressor};

use crate::model::content::Bytes;

pub(super) struct Inflater(Decompressor);

impl Default for Inflater {
    fn default() -> Self {
        Self(Decompressor::new())
    }
}

/// To be written into: what is first made as a `Vec` has to be copied to be shared.
pub(super) fn zeros(size: usize) -> Bytes {
    iter::repeat_n(0, size).collect()
}

impl Inflater {
    /// Content of just this size. What stands behind the stream is left alone.
    pub(super) fn exact(&mut self, packed: &[u8], size: usize) -> Option<Bytes> {
        // A stream makes at most 1,032 bytes of each of its own: no memory for what cannot come.
        if size / 1032 > packed.len() {
            return None;
        }
        let mut content = zeros(size);
        let found = self.0.zlib_decompress(packed, Arc::get_mut(&mut content)?).ok()?;
        (found == size).then_some(content)
    }

    /// Content of at most this size.
    pub(super) fn at_most(&mut self, packed: &[u8], most: usize) -> Option<Vec<u8>> {
        let mut room = (4 * packed.len() + 256).min(most);
        loop {
            let mut content = vec![0; room];
            match self.0.zlib_decompress(packed, &mut content) {
                Ok(found) => {
                    content.truncate(found);
                    return Some(content);
                }
                Err(DecompressionError::InsufficientSpace) if room < most => room = room.saturating_mul(8).min(most),
                Err(_) => return None,
            }
        }
    }
}

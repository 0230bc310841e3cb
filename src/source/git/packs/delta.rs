//! Deltas: an object made of pieces of another.

use std::sync::Arc;

use super::inflate::zeros;
use crate::model::content::Bytes;

/// A number of seven bits a byte, the lowest first.
fn number(delta: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    let mut shift = 0;
    loop {
        let byte = *delta.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift).filter(|_| shift < 50)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

/// The most bytes that one command copies.
const MAX_PIECE: usize = 1 << 24;

/// How large the object will be.
pub(super) fn result_size(delta: &[u8]) -> Option<usize> {
    let mut at = 0;
    number(delta, &mut at)?;
    number(delta, &mut at)
}

/// `None` unless the delta is whole, of this base, and makes just what it says.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Bytes> {
    let mut at = 0;
    if number(delta, &mut at)? != base.len() {
        return None;
    }
    let size = number(delta, &mut at)?;
    // A short delta cannot ask for much memory: a piece has at most 16 MB, for at least two bytes.
    if size / MAX_PIECE > delta.len() {
        return None;
    }
    let mut made = zeros(size);
    let mut rest = Arc::get_mut(&mut made)?;
    while let Some(command) = delta.get(at).copied() {
        at += 1;
        let piece = if command & 0x80 != 0 {
            let mut word = |bits: u8| -> Option<usize> {
                let mut value = 0;
                for (place, bit) in (0..8).filter(|bit| bits & 1 << bit != 0).map(|bit| (bit, 1_u8 << bit)) {
                    if command & bit != 0 {
                        let shift = 8 * (place - bits.trailing_zeros());
                        value |= usize::from(*delta.get(at)?) << shift;
                        at += 1;
                    }
                }
                Some(value)
            };
            let start = word(0x0f)?;
            let length = match word(0x70)? {
                0 => 0x10000,
                length => length,
            };
            base.get(start..start.checked_add(length)?)?
        } else if command != 0 {
            let piece = delta.get(at..at + usize::from(command))?;
            at += usize::from(command);
            piece
        } else {
            return None;
        };
        let (place, left) = rest.split_at_mut_checked(piece.len())?;
        place.copy_from_slice(piece);
        rest = left;
    }
    rest.is_empty().then_some(made)
}

//! Which short runs of bytes a text holds: enough to say of most texts that they do not hold another.

use std::rc::Rc;

/// How many bytes a run has.
const RUN: usize = 4;

/// The fewest bits that are kept.
const MIN_BITS: usize = 256;

/// A Bloom filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970) over all runs of four bytes, with
/// one or two bits for each byte of the text.
#[derive(Clone, Debug)]
pub struct Grams {
    /// Of the file, in bytes.
    size: u64,
    /// A power of two of them.
    bits: Rc<[u64]>,
}

impl Grams {
    /// Of a text, and of the size of the file that it was read from.
    pub fn of(text: &[u8], size: u64) -> Self {
        let mut bits = vec![0_u64; text.len().next_power_of_two().max(MIN_BITS) / 64];
        let shift = shift(&bits);
        for run in runs(text) {
            let bit = bit(run, shift);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Self { size, bits: bits.into() }
    }

    /// `false`: this text surely is no part of it.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        let shift = shift(&self.bits);
        runs(text).map(|run| bit(run, shift)).all(|bit| self.bits[bit / 64] & 1 << (bit % 64) != 0)
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// What it takes in memory, in bytes.
    pub fn cost(&self) -> usize {
        self.bits.len() * 8
    }
}

/// Each run as a number, the last byte the highest.
fn runs(text: &[u8]) -> impl Iterator<Item = u32> {
    let add = |run: u32, byte: &u8| run >> 8 | u32::from(*byte) << 24;
    let (start, rest) = text.split_at(text.len().min(RUN - 1));
    let mut run = start.iter().fold(0, add);
    rest.iter().map(move |byte| {
        run = add(run, byte);
        run
    })
}

/// What is to be left of 32 mixed bits.
fn shift(bits: &[u64]) -> u32 {
    32_u32.saturating_sub((bits.len() * 64).ilog2())
}

fn bit(run: u32, shift: u32) -> usize {
    // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4).
    usize::try_from(run.wrapping_mul(0x9e37_79b9) >> shift).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_there_is_never_denied(text in "[a-d\n]{0,300}", from in 0_usize..300, length in 0_usize..20) {
            let bytes = text.as_bytes();
            let part = &bytes[from.min(bytes.len())..(from + length).min(bytes.len())];
            prop_assert!(Grams::of(bytes, 0).may_hold(part));
        }
    }

    #[test]
    fn most_of_what_is_not_there_is_denied() {
        let lines: Vec<String> = (0..500).map(|n| format!("fn function_{n}(value: u32) -> u32;")).collect();
        let text = lines.join("\n");
        let grams = Grams::of(text.as_bytes(), 7);
        let held = (0..500).filter(|n| grams.may_hold(format!("other_{n}_name").as_bytes())).count();
        assert!(held < 10, "{held}");
        assert_eq!((grams.size(), grams.may_hold(b"abc"), grams.cost() <= text.len() / 4), (7, true, true));
    }
}

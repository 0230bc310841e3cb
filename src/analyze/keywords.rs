//! Many words searched for at once, in any letter case.
//!
//! The words of the program's own tables. An automaton (`aho-corasick`, which the words of a policy get) takes a millisecond
//! to make of them, as much as all else that a small hook does; this is ready at once and, with words of a few letters that
//! seldom stand anywhere, no slower: at each byte one bit says whether a word can start there.

use std::ops::{ControlFlow, Range};

/// The shortest word there can be: so many bytes are looked up.
const HEAD: usize = 3;

/// Bits of the table, as a power of two.
const BITS: u32 = 16;

#[derive(Debug)]
pub(super) struct Keywords {
    words: Vec<Word>,
    /// The first word of each bucket.
    buckets: [Option<u32>; BUCKETS],
    /// One bit for each hash of the first bytes of a word.
    starts: Vec<u64>,
}

#[derive(Debug)]
struct Word {
    head: u32,
    text: &'static [u8],
    number: usize,
    /// The one behind it in its bucket.
    next: Option<u32>,
}

/// Lists of words, by the hash of their first bytes: to sort the words takes longer than to file them.
const BUCKETS: usize = 512;

impl Keywords {
    /// Of words in lower case, each with a number of its own, none shorter than three bytes.
    pub(super) fn new(words: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        let head = |word: &[u8]| word.iter().take(HEAD).fold(0, |head, byte| push(head, *byte));
        let words = words.into_iter().map(|(word, number)| (word.as_bytes(), number));
        let word = |(text, number)| Word { head: head(text), text, number, next: None };
        let mut words: Vec<Word> = words.filter(|(text, _)| text.len() >= HEAD).map(word).collect();
        let mut starts = vec![0u64; 1 << (BITS - 6)];
        let mut buckets = [None; BUCKETS];
        // From the back, so that the first comes first.
        for (at, word) in words.iter_mut().enumerate().rev() {
            let bit = hash(word.head);
            if let (Some(cell), Some(first)) = (starts.get_mut(bit >> 6), buckets.get_mut(bit % BUCKETS)) {
                *cell |= 1 << (bit & 63);
                word.next = std::mem::replace(first, u32::try_from(at).ok());
            }
        }
        Self { words, buckets, starts }
    }

    /// Calls with every place of every word, in the order of where they start, until told to stop.
    pub(super) fn search(
        &self,
        text: &[u8],
        mut found: impl FnMut(usize, Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut head = 0;
        for (at, byte) in text.iter().enumerate() {
            head = push(head, *byte);
            let bit = hash(head);
            if self.starts.get(bit >> 6).is_none_or(|cell| cell >> (bit & 63) & 1 == 0) || at + 1 < HEAD {
                continue;
            }
            let start = at + 1 - HEAD;
            let rest = text.get(start..).unwrap_or_default();
            for word in self.of_bucket(bit).filter(|word| word.head == head) {
                if rest.get(..word.text.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.text)) {
                    found(word.number, start..start + word.text.len())?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn of_bucket(&self, hash: usize) -> impl Iterator<Item = &Word> {
        let get = |at: Option<u32>| self.words.get(at? as usize);
        std::iter::successors(get(self.buckets.get(hash % BUCKETS).copied().flatten()), move |word| get(word.next))
    }
}

/// The last three bytes, with one more.
fn push(head: u32, byte: u8) -> u32 {
    (head << 8 | u32::from(byte.to_ascii_lowercase())) & 0x00ff_ffff
}

/// Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, 6.4).
fn hash(head: u32) -> usize {
    (head.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &[&'static str], text: &str) -> Vec<(usize, Range<usize>)> {
        let mut places = Vec::new();
        let keywords = Keywords::new(words.iter().enumerate().map(|(number, word)| (*word, number)));
        let _ = keywords.search(text.as_bytes(), |number, range| {
            places.push((number, range));
            ControlFlow::Continue(())
        });
        places
    }

    #[test]
    fn every_place_of_every_word() {
        assert_eq!(all(&["todo", "tod", "odo"], "a TODOdo"), [(0, 2..6), (1, 2..5), (2, 3..6), (2, 5..8)]);
        assert_eq!(all(&["://"], "a://b :/"), [(0, 1..4)]);
        assert!(all(&["todo"], "to do tod").is_empty());
        assert!(all(&["todo"], "").is_empty());
    }

    #[test]
    fn stops_when_told() {
        let keywords = Keywords::new([("aaa", 0)]);
        let mut count = 0;
        let stopped = keywords.search(&[b'a'; 9], |_, _| {
            count += 1;
            if count < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert!(stopped.is_break() && count == 2);
    }

    proptest::proptest! {
        #[test]
        fn as_a_search_for_each_word_alone(text in "[abAB:/ ]{0,60}") {
            let words = ["aab", "aba", "ab:", "://", "abab", "bb a"];
            let lower = text.to_ascii_lowercase();
            let mut alone: Vec<(usize, Range<usize>)> = Vec::new();
            for (number, word) in words.iter().enumerate() {
                let starts = (0..lower.len()).filter(|at| lower[*at..].starts_with(word));
                alone.extend(starts.map(|at| (number, at..at + word.len())));
            }
            let mut found = all(&words, &text);
            found.sort_by_key(|(number, range)| (*number, range.start));
            proptest::prop_assert_eq!(found, alone);
        }
    }
}

//! Words and token bags: what two pieces of code have in common.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::{FxHashSet, FxHasher};

use crate::analyze::classify::Classes;

/// Tokens past this many are not compared: a test of this length is known again by its beginning.
const MAX_TOKENS: usize = 3_000;

/// More text of sources than this is not searched for what changed; the answer is then "nothing".
pub(super) const MAX_TEXT: usize = 64 << 20;

/// Words before a name that define it.
pub(super) const DEFINING: &[&[u8]] = &[
    b"fn",
    b"def",
    b"class",
    b"struct",
    b"enum",
    b"trait",
    b"interface",
    b"func",
    b"fun",
    b"function",
    b"type",
    b"const",
    b"static",
    b"var",
    b"val",
    b"mod",
    b"module",
    b"object",
    b"record",
    b"namespace",
    b"protocol",
];

/// May a test be about this file?
pub(super) fn is_source(classes: Classes) -> bool {
    !(classes.test || classes.document || classes.lock_file || classes.vendored || classes.generated)
}

/// Words of code: letters, digits, `_` and whatever is not ASCII. Those in strings and comments count too.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_word(*byte)).filter(|word| !word.is_empty())
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Words that name something: no numbers, and nothing of one or two letters that any code has.
pub(super) fn names(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    words(text).filter(|word| word.len() > 1 && !word.first().is_some_and(u8::is_ascii_digit))
}

/// Is the word in the text, as a whole word?
pub(super) fn has_word(text: &[u8], word: &[u8]) -> bool {
    if word.is_empty() {
        return false;
    }
    memchr::memmem::find_iter(text, word).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
        let after = text.get(at + word.len()).is_some_and(|byte| is_word(*byte));
        !before && !after
    })
}

/// How often the word is in the text, as a whole word.
pub(super) fn count(text: &[u8], word: &[u8]) -> usize {
    let bounded = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
        let after = text.get(at + word.len()).is_some_and(|byte| is_word(*byte));
        !before && !after
    };
    memchr::memmem::find_iter(text, word).filter(|at| bounded(*at)).count()
}

/// A name made of several words: `snake_case`, `camelCase`, `CamelCase`. Two things of one such name are one thing.
pub(super) fn is_compound(word: &[u8]) -> bool {
    let inner = word.trim_ascii();
    let inside = inner.get(1..inner.len().saturating_sub(1)).unwrap_or_default();
    let humps = inner.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    word.len() >= 5 && (inside.contains(&b'_') || humps)
}

/// The tokens of a test as a sorted bag of hashes.
#[derive(Debug, Default)]
pub(super) struct Bag(Vec<u32>);

impl Bag {
    pub(super) fn of(tokens: &[u8]) -> Self {
        let parts = tokens.split(|byte| *byte == b' ').filter(|part| !part.is_empty()).take(MAX_TOKENS);
        let mut bag: Vec<u32> = parts.map(hash).collect();
        bag.sort_unstable();
        Self(bag)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Dice's coefficient: 1 for the same tokens, 0 for none in common.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        let all = self.len() + other.len();
        if all == 0 { 1.0 } else { 2.0 * share(self.common(other), all) }
    }

    fn common(&self, other: &Self) -> usize {
        let (mut at, mut to, mut count) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.0.get(at), other.0.get(to)) {
            match a.cmp(b) {
                std::cmp::Ordering::Equal => {
                    count += 1;
                    at += 1;
                    to += 1;
                }
                std::cmp::Ordering::Less => at += 1,
                std::cmp::Ordering::Greater => to += 1,
            }
        }
        count
    }
}

/// How much of one set is in another; 0 of nothing.
pub(super) fn contained(part: &FxHashSet<&[u8]>, whole: &FxHashSet<&[u8]>) -> f64 {
    share(part.intersection(whole).count(), part.len())
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

fn hash(token: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    token.hash(&mut hasher);
    u32::try_from(hasher.finish() >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words() {
        assert!(has_word(b"a.read_all(x)", b"read_all"));
        assert!(!has_word(b"a.read_all(x)", b"read"));
        assert!(!has_word(b"abc", b""));
    }

    #[test]
    fn compound_names() {
        for word in ["read_all", "readAll", "ReadAll", "A_B_C"] {
            assert!(is_compound(word.as_bytes()), "{word}");
        }
        for word in ["result", "Result", "_private", "HTTP", "a_b"] {
            assert!(!is_compound(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn similarity_is_by_tokens_not_by_order() {
        let bag = |text: &str| Bag::of(text.as_bytes());
        assert!((bag("a b c").similarity(&bag("c b a")) - 1.0).abs() < 1e-9);
        assert!(bag("a b c").similarity(&bag("d e f")) < 1e-9);
        assert!((bag("a a b b").similarity(&bag("a b")) - 2.0 / 3.0).abs() < 1e-9);
    }
}

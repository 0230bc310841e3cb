//! The needles in one text.

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::analyze::{linediff, utf16};

use super::Needle;

/// The most places of one needle within longer words that are looked at in one file for one where it stands for itself.
const MAX_TRIES: usize = 100_000;

/// What a blob is to a search.
pub(super) enum Content<'a> {
    Text(Cow<'a, [u8]>),
    Binary,
    LfsPointer,
}

impl<'a> Content<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
        // git-lfs: a pointer is less than 1024 bytes.
        if bytes.len() < 1024 && bytes.starts_with(POINTER) {
            return Self::LfsPointer;
        }
        if !linediff::is_binary(bytes) {
            return Self::Text(Cow::Borrowed(bytes));
        }
        utf16::decode(bytes).map_or(Self::Binary, |text| Self::Text(Cow::Owned(text.to_vec())))
    }
}

/// The first place of a needle in a text.
pub(super) struct Spot {
    /// 1-based.
    pub line: u32,
    /// It stands for itself, not within a longer word.
    pub whole: bool,
}

/// The first place where the needle stands for itself; else the first within a longer word.
pub(super) fn first(text: &[u8], needle: &Needle, finder: &Finder<'_>) -> Option<Spot> {
    let mut within = None;
    for at in finder.find_iter(text).take(MAX_TRIES).filter(|at| needle.counts(text, *at)) {
        if stands_alone(text, at, needle.text()) {
            return Some(Spot { line: line_at(text, at), whole: true });
        }
        within.get_or_insert(at);
    }
    within.map(|at| Spot { line: line_at(text, at), whole: false })
}

fn stands_alone(text: &[u8], at: usize, needle: &[u8]) -> bool {
    let joins = |inner: Option<&u8>, outer: Option<&u8>| matches!((inner, outer), (Some(inner), Some(outer)) if is_word(*inner) && is_word(*outer));
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    !joins(needle.first(), before) && !joins(needle.last(), text.get(at + needle.len()))
}

/// Letters of other scripts are words too, whatever their encoding.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn line_at(text: &[u8], at: usize) -> u32 {
    let before = memchr::memchr_iter(b'\n', text.get(..at).unwrap_or_default()).count();
    u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1))
}

//! Paths in composed form (Unicode NFC). File systems differ in the form of a name they hand to git, and an agent writes
//! the form it knows: the two mean one file.

use unicode_normalization::UnicodeNormalization as _;

use crate::model::path::RepoPath;

/// The composed form; the path itself where it is ASCII or no text.
pub(super) fn form(path: &RepoPath) -> RepoPath {
    match std::str::from_utf8(path.as_bytes()) {
        Ok(text) if !text.is_ascii() => RepoPath::new(text.nfc().collect::<String>()),
        _ => path.clone(),
    }
}

/// [`form`] of an entry of `paths`.
pub(super) fn text(entry: &str) -> String {
    entry.nfc().collect()
}

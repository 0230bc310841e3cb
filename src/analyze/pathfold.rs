//! Folding of path names: two names that some file system takes for one come out the same.
//!
//! A protected path must not be reachable under another spelling. What is folded, and where git itself guards against it
//! (`is_hfs_dotgit` in `utf8.c`, `is_ntfs_dotgit` in `path.c`):
//! - letter case, by Unicode's simple lower-case mapping (APFS, NTFS, HFS+),
//! - canonical and compatibility composition, NFKC (HFS+ decomposes; full-width letters look like ASCII ones),
//! - the code points HFS+ ignores, and other characters that cannot be seen,
//! - trailing dots and blanks of a component, and an NTFS stream name after `:` (NTFS drops them),
//! - `\` as a separator, and empty and `.` components,
//! - NTFS short names of `.git` (`git~1`).
//!
//! Folding only ever widens a match. It is for lists that protect; a list that allows is matched exactly.

use bstr::ByteSlice as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::model::escape;
use crate::model::path::RepoPath;

/// The folded form of a whole path.
pub fn fold(path: &RepoPath) -> RepoPath {
    let bytes = path.as_bytes();
    if is_plain(bytes) {
        return path.clone();
    }
    let parts: Vec<Vec<u8>> = bytes
        .split(|byte| matches!(byte, b'/' | b'\\'))
        .map(fold_component)
        .filter(|part| !part.is_empty() && part != b".")
        .collect();
    RepoPath::new(parts.join(&b'/'))
}

/// The folded form of one component. Empty for a name that is nothing but ignorable characters.
pub fn fold_component(name: &[u8]) -> Vec<u8> {
    let mut folded = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        let visible = chunk.valid().chars().filter(|c| !is_ignorable(*c));
        let lower: String = visible.nfkc().flat_map(char::to_lowercase).nfc().collect();
        folded.extend_from_slice(lower.as_bytes());
        folded.extend_from_slice(chunk.invalid());
    }
    if folded == b".." {
        return folded;
    }
    if let Some(stream) = folded.find_byte(b':').filter(|at| *at > 0) {
        folded.truncate(stream);
    }
    let kept = folded.trim_end_with(|c| matches!(c, '.' | ' ')).len();
    folded.truncate(kept);
    if folded == b"git~1" { b".git".to_vec() } else { folded }
}

/// The form by which a case-insensitive, normalising file system (APFS, HFS+, NTFS) tells names apart: case and canonical
/// composition only. Two names with this form in common cannot be checked out side by side there.
pub fn collision_key(path: &RepoPath) -> Vec<u8> {
    if path.as_bytes().is_ascii() {
        return path.as_bytes().to_ascii_lowercase();
    }
    let mut key = Vec::with_capacity(path.as_bytes().len());
    for chunk in path.as_bytes().utf8_chunks() {
        let lower: String = chunk.valid().chars().nfc().flat_map(char::to_lowercase).nfc().collect();
        key.extend_from_slice(lower.as_bytes());
        key.extend_from_slice(chunk.invalid());
    }
    key
}

/// Lower-case ASCII without anything that folds: most paths.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'/' | b'_' | b'-' | b'.'))
        && !bytes.split(|byte| *byte == b'/').any(|part| part.is_empty() || part.ends_with(b"."))
}

/// HFS+ skips these when it compares names (git's `next_hfs_char`); the rest of the set cannot be seen either.
fn is_ignorable(c: char) -> bool {
    escape::is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(path: &str) -> String {
        String::from_utf8_lossy(fold(&RepoPath::from(path)).as_bytes()).into_owned()
    }

    #[test]
    fn spellings_of_one_protected_path_fold_together() {
        for path in [
            ".GitHub/workflows/CI.yml",
            ".g\u{200c}ithub/workflows/ci.yml",
            ".github./workflows/ci.yml ",
            ".github//workflows/./ci.yml",
            ".github\\workflows\\ci.yml",
            ".github/workflows/ci.yml::$DATA",
            "\u{ff0e}github/workflows/ci.yml",
            ".\u{feff}github/work\u{ad}flows/ci.yml",
        ] {
            assert_eq!(folded(path), ".github/workflows/ci.yml", "{path:?}");
        }
    }

    #[test]
    fn look_alikes_of_the_git_directory() {
        for path in [".GIT", "git~1", "GIT~1", ".git.", ".git ", ".git::$INDEX_ALLOCATION", ".g\u{200d}it", ".Git"] {
            assert_eq!(folded(path), ".git", "{path:?}");
        }
        for path in [".gitignore", "git", "git~10", "dot.git", ".github"] {
            assert_ne!(folded(path), ".git", "{path:?}");
        }
    }

    #[test]
    fn different_paths_stay_different() {
        assert_ne!(folded("a/b"), folded("ab"));
        assert_ne!(folded("a.b"), folded("a-b"));
        assert_eq!(fold(&RepoPath::new(b"A\xff".to_vec())).as_bytes(), b"a\xff");
        assert_eq!(folded("a/../b"), "a/../b");
    }

    #[test]
    fn the_kelvin_sign_is_a_k_in_either_fold() {
        assert_eq!(folded("\u{212a}ey"), "key");
        assert_eq!(collision_key(&RepoPath::from("\u{212a}ey")), b"key");
    }

    #[test]
    fn collisions_know_case_and_composition_but_no_more() {
        let key = |path: &str| collision_key(&RepoPath::from(path));
        assert_eq!(key("caf\u{e9}"), key("CAFE\u{301}"));
        assert_ne!(key("a."), key("a"));
        assert_ne!(key("\u{ff41}"), key("a"));
    }
}

//! Would git ignore a file of this path? Such a file can be made and is in no commit.
//!
//! A doubt needs no exactness: a pattern that any reading of it would match counts, and what takes it back (`!`) does not.

use crate::analyze::facts::Facts;
use crate::claims::cover::{Cover, Covered};
use crate::model::path::RepoPath;

/// The most patterns of one file that are looked at.
const MAX_PATTERNS: usize = 500;

/// The pattern of a `.gitignore` on the way to the path that matches it. Local excludes are not in the repository.
pub(super) fn by(path: &RepoPath, facts: &Facts<'_>) -> Option<String> {
    let bytes = path.as_bytes();
    let folders = std::iter::once(0).chain(memchr::memchr_iter(b'/', bytes).map(|at| at + 1));
    for start in folders {
        let (folder, rest) = bytes.split_at_checked(start)?;
        let file = RepoPath::new([folder, b".gitignore"].concat());
        let Some(Some(content)) = facts.base_file(&file) else { continue };
        let rest = RepoPath::new(rest);
        let text = String::from_utf8_lossy(&content);
        let hit = text.lines().map(str::trim).take(MAX_PATTERNS).find(|pattern| matches(pattern, &rest));
        if let Some(pattern) = hit {
            return Some(pattern.to_owned());
        }
    }
    None
}

fn matches(pattern: &str, path: &RepoPath) -> bool {
    if pattern.is_empty() || pattern.starts_with(['#', '!']) {
        return false;
    }
    let plain = pattern.trim_start_matches('/').trim_end_matches('/');
    if plain.is_empty() {
        return false;
    }
    if plain.contains('/') || pattern.starts_with('/') {
        return Cover::new(&[plain]).covers(path) > Covered::No;
    }
    // Without a slash a pattern matches a component at any depth.
    let cover = Cover::new(&[plain]);
    path.components().any(|part| cover.covers(&RepoPath::new(part)) > Covered::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_git() {
        let hit = |pattern: &str, path: &str| matches(pattern, &RepoPath::from(path));
        assert!(hit("*.log", "a/b.log") && hit("/dist", "dist/a.js") && hit("build/", "x/build/a"));
        assert!(hit("docs/*.pdf", "docs/a.pdf"));
        assert!(!hit("# *.rs", "a.rs") && !hit("!a.rs", "a.rs") && !hit("*.log", "a.rs") && !hit("/", "a"));
    }
}

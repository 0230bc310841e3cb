//! Texts that tell of other commits: reverts, releases, merges, and the notes of a package that a bot put into its bump.
//!
//! What they say was done, but not by this change; so nothing of it may accuse.

use crate::analyze::message::{conventional, is_revert};

/// Why no claim of the message may accuse, where its subject says what kind of text it is.
pub(super) fn of_message(text: &str) -> Option<&'static str> {
    let subject = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let typed = conventional(subject);
    let (kind, scope, description) =
        typed.map_or(("", None, subject), |found| (found.kind, found.scope, found.description));
    let words: Vec<String> = description
        .split_whitespace()
        .map(|word| word.trim_matches([',', ':', '`', '(', ')']).to_lowercase())
        .collect();
    match () {
        () if is_revert(subject) || kind.eq_ignore_ascii_case("revert") => {
            Some("a revert tells again what it takes back")
        }
        () if subject.starts_with("Merge ") => Some("a merge tells of what other commits did"),
        () if kind.eq_ignore_ascii_case("release") || scope == Some("release") || is_release(&words) => {
            Some("a release tells of what other commits did")
        }
        () if BOTS.iter().any(|mark| text.contains(mark)) => Some("a bump tells of what the package did"),
        () => None,
    }
}

/// Why a claim of these words may not accuse: a line of generated notes, "add `a` by @b in https://…".
pub(super) fn of_words(words: &str) -> Option<&'static str> {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let by = line.find(" by @").and_then(|at| line.get(at + " by @".len()..))?;
    by.split_once(' ')
        .is_some_and(|(_, rest)| rest.starts_with("in http"))
        .then_some("it is told of another pull request")
}

/// What bots put into the text of a bump.
const BOTS: &[&str] = &["\nupdated-dependencies:", "dependabot-badges", "renovate:", "[Renovate", "[renovate"];

/// "Release 1.2.0", "v1.2.0", "prepare the release of 1.2". "Release the lock" is none, and "bump the version to 1.2" tells
/// of itself.
fn is_release(words: &[String]) -> bool {
    let has = |wanted: &[&str]| words.iter().take(4).any(|word| wanted.contains(&word.as_str()));
    let version = words.iter().any(|word| is_version(word));
    let alone = words.len() <= 2 && words.first().is_some_and(|word| is_version(word));
    alone || version && has(&["release", "releases", "released", "publish"])
}

fn is_version(word: &str) -> bool {
    let word = word.trim_start_matches('v');
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.contains('.')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_by_their_subject() {
        for subject in [
            "Revert \"Add a\"",
            "revert: add a",
            "Merge branch 'a'",
            "chore(release): 1.2.0 Release Candidate (#1)",
            "release: everything",
            "Release v1.2.0",
            "v1.2.0",
            "0.9.3 (#12)",
        ] {
            assert!(of_message(subject).is_some(), "{subject}");
        }
        for subject in [
            "chore: bump version to 1.2.3",
            "Version bump",
            "Release the lock early",
            "fix: version the cache",
            "Bump the limit to 1.5",
            "Add a",
            "",
            "feat: publish events",
        ] {
            assert_eq!(of_message(subject), None, "{subject}");
        }
        assert!(of_message("bump a from 1 to 2\n\n---\nupdated-dependencies:\n- a\n").is_some());
    }

    #[test]
    fn lines_of_generated_notes() {
        assert!(of_words("Update a.rs by @some-one in\n  https://example.org/pull/1").is_some());
        assert!(of_words("Update a.rs by @someone").is_none() && of_words("Update a.rs").is_none());
    }
}

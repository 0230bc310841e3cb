//! The words of a range: `A..B`, `A...B`, `A..`, `..B`.

use super::GitError;

/// The most commits one range may hold.
pub(super) const MAX_COMMITS: usize = 200_000;

/// Both ends of a range. For `A...B` only the side of `B` is asked for, so the dots make no difference: the commits of
/// `A..B` are those of `B` that `A` does not have, and the base is the merge base in both.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ends<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
}

/// Splits a range at its dots; a missing end is `HEAD`.
pub(super) fn parse(spec: &str) -> Result<Ends<'_>, GitError> {
    let (from, to) = spec.split_once("...").or_else(|| spec.split_once("..")).ok_or_else(|| {
        GitError::Refused(format!("`{spec}` is no range; write `A..B`, or `{spec}..` for what came after it"))
    })?;
    if to.starts_with('.') || to.contains("..") {
        return Err(GitError::Refused(format!("`{spec}` is no range; write `A..B`")));
    }
    let or_head = |end| if str::is_empty(end) { "HEAD" } else { end };
    Ok(Ends { from: or_head(from), to: or_head(to) })
}

pub(super) fn too_long(spec: &str) -> GitError {
    GitError::Refused(format!("`{spec}` holds more than {MAX_COMMITS} commits; judge it in parts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_dots_and_missing_ends() {
        assert_eq!(parse("a..b").expect("a range"), Ends { from: "a", to: "b" });
        assert_eq!(parse("a...b").expect("a range"), Ends { from: "a", to: "b" });
        assert_eq!(parse("v1.2..").expect("a range"), Ends { from: "v1.2", to: "HEAD" });
        assert_eq!(parse("..b").expect("a range"), Ends { from: "HEAD", to: "b" });
    }

    #[test]
    fn a_single_revision_is_no_range() {
        for spec in ["main", "a..b..c", "a....b"] {
            assert!(matches!(parse(spec), Err(GitError::Refused(_))), "{spec}");
        }
    }
}

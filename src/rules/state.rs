//! Which rules speak of what stands in a file, and which only of what a change does to it.
//!
//! A tree can be judged by the former alone: that a secret stands in a file is true whoever put it there, that a path may
//! not be changed says nothing about the path.

/// Families and rules of state. All others judge a change.
const OF_STATE: &[&str] = &["bounds/file-bytes", "content/", "files/", "tests/focused", "tests/skipped"];

/// Of those families, the rules that judge a change all the same.
const OF_CHANGE: &[&str] = &["files/generated-edited"];

/// Can this rule be judged on a tree, taking every file for new?
pub fn is_of_state(id: &str) -> bool {
    let named = |list: &[&str]| list.iter().any(|name| id == *name || name.ends_with('/') && id.starts_with(name));
    named(OF_STATE) && !named(OF_CHANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forbids_a_change_says_nothing_of_a_tree() {
        for id in ["content/secret", "files/symlink", "bounds/file-bytes"] {
            assert!(is_of_state(id), "{id}");
        }
        for id in ["scope/denied-path", "guard/policy-changed", "bounds/files", "files/generated-edited", "deps/added"]
        {
            assert!(!is_of_state(id), "{id}");
        }
    }
}

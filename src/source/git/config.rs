//! Git's configuration as one listing: every source, includes and variables, in git's own order.

use std::collections::HashMap;

use bstr::BString;

/// The last value of each key.
#[derive(Debug, Default)]
pub(super) struct Listing(HashMap<Vec<u8>, BString>);

impl Listing {
    /// Parses `git config --null --list`: `key LF value NUL`, or `key NUL` for a key without a value, which means true.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let records = bytes.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        let pairs = records.map(|record| match memchr::memchr(b'\n', record) {
            Some(at) => (record.get(..at).unwrap_or_default(), record.get(at + 1..).unwrap_or_default()),
            None => (record, &[][..]),
        });
        Self(pairs.map(|(key, value)| (key.to_vec(), BString::from(value))).collect())
    }

    pub(super) fn value(&self, key: &str) -> Option<&BString> {
        self.0.get(&canonical(key))
    }
}

/// The values of `git config --null --show-scope --get-all`, `scope NUL value NUL` each, that the user or the system set.
pub(super) fn outer_values(bytes: &[u8]) -> Vec<BString> {
    let fields: Vec<&[u8]> = bytes.strip_suffix(b"\0").unwrap_or_default().split(|byte| *byte == 0).collect();
    let pairs = fields.chunks_exact(2);
    let outer = pairs.filter_map(|pair| match pair {
        [b"system" | b"global", value] => Some(BString::from(*value)),
        _ => None,
    });
    outer.collect()
}

/// Section and variable compare without case, the sub-section between them by its bytes.
fn canonical(key: &str) -> Vec<u8> {
    let mut bytes = key.as_bytes().to_vec();
    let first = memchr::memchr(b'.', &bytes).unwrap_or(bytes.len());
    let last = memchr::memrchr(b'.', &bytes).unwrap_or(0);
    for (at, byte) in bytes.iter_mut().enumerate() {
        if at <= first || at >= last {
            byte.make_ascii_lowercase();
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_users_and_the_systems_values_are_outer() {
        let bytes = b"system\0/a\0global\0/b\0local\0/c\0command\0/d\0worktree\0/e\0";
        assert_eq!(outer_values(bytes), ["/a", "/b"]);
        assert!(outer_values(b"").is_empty());
    }

    #[test]
    fn the_last_value_counts_and_case_only_in_the_middle() {
        let listing =
            Listing::parse(b"core.hookspath\nfirst\0core.hookspath\na\nb\0branch.Main.remote\nx\0core.bare\0");
        let text = |key| listing.value(key).map(ToString::to_string);
        assert_eq!(text("core.hooksPath").as_deref(), Some("a\nb"));
        assert_eq!(text("BRANCH.Main.Remote").as_deref(), Some("x"));
        assert_eq!(text("branch.main.remote"), None);
        assert_eq!(text("core.bare").as_deref(), Some(""));
    }
}

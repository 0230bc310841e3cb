//! A file and a line for every finding: code scanning and code quality cannot show one without.
//!
//! A line of the new file is itself. A line that is gone, and a file as a whole, are shown at line 1 of the file, and the
//! text says so. What is wrong with a message, or with the change as a whole, is shown at the line of the policy that asks
//! for it.

use std::fmt::Write as _;

use super::Asked;
use crate::model::finding::{Finding, LineSide, Location};
use crate::model::origin::Origin;
use crate::model::path::RepoPath;

/// The name a policy has where the repository has none yet.
const POLICY: &str = "warrant.toml";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) path: RepoPath,
    /// 1-based.
    pub(super) line: u32,
}

pub(super) fn of(finding: &Finding, asked: &Asked<'_>) -> Spot {
    match &finding.location {
        Location::Path { path } | Location::Line { path, side: LineSide::Old, .. } => {
            Spot { path: path.clone(), line: 1 }
        }
        Location::Line { path, side: LineSide::New, line, .. } => Spot { path: path.clone(), line: (*line).max(1) },
        Location::Change | Location::Message { .. } => {
            finding.origin.as_ref().and_then(|origin| of_origin(origin, asked)).unwrap_or_else(|| of_policy(asked))
        }
    }
}

/// The line of a policy, where it is one of the repository's own.
pub(super) fn of_origin(origin: &Origin, asked: &Asked<'_>) -> Option<Spot> {
    let path = RepoPath::from(origin.source.name.as_str());
    let line = u32::try_from(origin.line()).unwrap_or(u32::MAX);
    asked.policy.files.contains(&path).then_some(Spot { path, line })
}

/// The policy file, at its first line.
pub(super) fn of_policy(asked: &Asked<'_>) -> Spot {
    Spot { path: asked.policy.files.first().cloned().unwrap_or_else(|| RepoPath::from(POLICY)), line: 1 }
}

/// A path as a relative URI reference (RFC 3986): its bytes, percent-encoded. No segment can be taken for a scheme.
pub(super) fn uri(path: &RepoPath) -> String {
    let mut out = String::new();
    for &byte in path.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_percent_encoded() {
        assert_eq!(uri(&RepoPath::from("src/a b.rs")), "src/a%20b.rs");
        assert_eq!(uri(&RepoPath::from("javascript:x?#%")), "javascript%3Ax%3F%23%25");
        assert_eq!(uri(&RepoPath::new(b"\xff\n".to_vec())), "%FF%0A");
        assert_eq!(uri(&RepoPath::from("é")), "%C3%A9");
    }
}

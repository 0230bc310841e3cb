//! What a change to a workflow lets it do that it could not do before, line by line.
//!
//! Only lines that have no like among the deleted ones count, so that what moved is nothing new.

use crate::model::claim::{Materiality, Unit};
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

use super::units::Part;

/// The longest line that is looked at.
const MAX_LINE: usize = 400;

pub(super) fn parts(path: &RepoPath, diff: &LineDiff) -> Vec<Part> {
    let is_yaml = path.extension().is_some_and(|extension| matches!(extension, b"yml" | b"yaml"));
    if !is_yaml || diff.binary {
        return Vec::new();
    }
    let mut old: Vec<&str> = diff.deleted.iter().filter_map(|line| plain(line.text)).collect();
    old.sort_unstable();
    let mut parts = Vec::new();
    for line in diff.added.iter().filter_map(|line| plain(line.text)) {
        if old.binary_search(&line).is_ok() {
            continue;
        }
        if let Some((unit, name)) = widened(line, &old) {
            parts.push(Part::new(unit, name.as_bytes(), Materiality::High));
        }
    }
    parts
}

/// Without indentation, list dash and comment; `None` where nothing is left.
fn plain(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text.get(..text.len().min(MAX_LINE))?).ok()?.trim();
    let text = text.strip_prefix("- ").map_or(text, str::trim_start);
    let text = text.split_once(" #").map_or(text, |(text, _)| text.trim_end());
    (!text.is_empty() && !text.starts_with('#')).then_some(text)
}

fn widened<'a>(line: &'a str, old: &[&str]) -> Option<(Unit, &'a str)> {
    if let Some((key, value)) = line.split_once(':') {
        let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
        match (key, value) {
            ("permissions", "write-all") | ("pull_request_target", _) => return Some((Unit::CiPermission, line)),
            ("continue-on-error", "true") => return Some((Unit::CiStep, line)),
            (_, "write") if PERMISSIONS.contains(&key) => return Some((Unit::CiPermission, line)),
            ("uses", action) => return unpinned(action, old).then_some((Unit::CiStep, line)),
            _ => {}
        }
    }
    (line.ends_with("|| true") || line.ends_with("|| :") || line.ends_with("|| exit 0")).then_some((Unit::CiStep, line))
}

const PERMISSIONS: &[&str] = &[
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
];

/// Was the action called by a commit id before, and is it called by a name now?
fn unpinned(action: &str, old: &[&str]) -> bool {
    let Some((name, revision)) = action.split_once('@') else { return false };
    let is_id = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    !is_id(revision)
        && old.iter().any(|line| {
            let before = line.strip_prefix("uses:").map(str::trim).and_then(|line| line.split_once('@'));
            before.is_some_and(|(before, revision)| before == name && is_id(revision))
        })
}

//! Notes of git-ai (`refs/notes/ai`, specification 3.0.0): which lines of a commit came from which session.
//!
//! A note is a list of files, below each the sessions with their lines; then `---` and JSON that says what the sessions are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::object::ObjectId;
use crate::source::git::{GitError, GitSource};
use crate::source::json::Object;

const NOTES: &str = "refs/notes/ai";
const MAX_NOTE: usize = 16 << 20;

/// What a note says of its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    pub commit: ObjectId,
    /// Lines by agent; what people are said to have written stands under `human`.
    pub lines: BTreeMap<String, u64>,
    pub files: u64,
}

/// The notes of some commits. A note whose blob is not there or not text is passed over.
pub(super) fn read(git: &dyn GitSource, commits: &[ObjectId]) -> Result<Vec<Attribution>, GitError> {
    let Ok(notes) = git.resolve(NOTES) else { return Ok(Vec::new()) };
    let wanted: BTreeSet<ObjectId> = commits.iter().copied().collect();
    let mut found = Vec::new();
    for path in git.paths_at(notes)? {
        let hex: Vec<u8> = path.as_bytes().iter().copied().filter(|byte| *byte != b'/').collect();
        let Some(commit) = ObjectId::from_hex(&hex).filter(|id| wanted.contains(id)) else { continue };
        let Ok(Some(bytes)) = git.file_at(notes, &path) else { continue };
        if bytes.len() <= MAX_NOTE {
            found.push(parse(commit, &String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(found)
}

fn parse(commit: ObjectId, text: &str) -> Attribution {
    let (list, json) = text
        .split_once("\n---\n")
        .unwrap_or((text.strip_prefix("---\n").map_or(text, |_| ""), text.strip_prefix("---\n").unwrap_or_default()));
    let meta = Object::parse(json.trim()).unwrap_or_default();
    let tool = |key: &str| -> String {
        let session = key.split("::").next().unwrap_or(key);
        let one = ["sessions", "prompts"].iter().find_map(|kind| meta.object(kind)?.object(session));
        let named = one
            .and_then(|one| one.object("agent_id")?.text("tool").map(|tool| tool.chars().take(60).collect::<String>()));
        named.unwrap_or_else(|| if key.starts_with("h_") { "human" } else { "unknown" }.to_owned())
    };
    let mut attribution = Attribution { commit, lines: BTreeMap::new(), files: 0 };
    for line in list.lines() {
        match line.strip_prefix("  ") {
            None => attribution.files += u64::from(!line.trim().is_empty()),
            Some(entry) => {
                if let Some((key, ranges)) = entry.trim().split_once(' ') {
                    *attribution.lines.entry(tool(key)).or_default() += count(ranges);
                }
            }
        }
    }
    attribution
}

/// `1-4,9` are five lines.
fn count(ranges: &str) -> u64 {
    let lines = |range: &str| -> Option<u64> {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (to >= from).then(|| (to - from).saturating_add(1).min(10_000_000))
    };
    ranges.split(',').filter_map(lines).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_how_many_lines_came_from_whom() {
        let note = "src/a.rs\n  s_0123456789abcd::t_0123456789abcd 1-4,9\n  h_0123456789abcd 5\n\"b c.rs\"\n  0123456789abcdef 2,x,9-3\n---\n\
                    {\"schema_version\":\"authorship/3.0.0\",\"sessions\":{\"s_0123456789abcd\":{\"agent_id\":{\"tool\":\"claude\"}}},\
                    \"prompts\":{\"0123456789abcdef\":{\"agent_id\":{\"tool\":\"codex\"}}}}";
        let told = parse(ObjectId::from_hex(&[b'a'; 40]).expect("an id"), note);
        let lines: Vec<(&str, u64)> = told.lines.iter().map(|(tool, lines)| (tool.as_str(), *lines)).collect();
        assert_eq!((told.files, lines), (2, vec![("claude", 5), ("codex", 1), ("human", 1)]));
        assert_eq!(parse(told.commit, "").lines.len(), 0);
        assert_eq!(parse(told.commit, "---\n{}").files, 0);
    }
}

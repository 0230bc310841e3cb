//! Would git ignore a file of this path? Such a file can be made and is in no commit.
//!
//! As gitignore(5) has it: of one file the last pattern that matches decides, a deeper file goes before a higher one, and what
//! lies in a folder that is ignored cannot be taken back. Local excludes are not in the repository.

use bstr::ByteSlice as _;
use globset::{GlobBuilder, GlobMatcher};

use crate::analyze::facts::Facts;
use crate::model::path::RepoPath;

/// The most patterns of one file that are looked at.
const MAX_PATTERNS: usize = 500;

/// How many folders deep the files are looked for.
const MAX_DEPTH: usize = 64;

struct Rule {
    /// As written.
    text: String,
    takes_back: bool,
    folders_only: bool,
    /// Matched against the name alone.
    name_only: bool,
    glob: GlobMatcher,
}

/// The pattern of a `.gitignore` on the way to the path that makes git ignore it.
pub(super) fn by(path: &RepoPath, facts: &Facts<'_>) -> Option<String> {
    let bytes = path.as_bytes();
    // The rules of each folder above what is looked at, the top first.
    let mut above: Vec<(usize, Vec<Rule>)> = vec![(0, rules(b"", facts))];
    for end in memchr::memchr_iter(b'/', bytes).chain([bytes.len()]).take(MAX_DEPTH) {
        let part = bytes.get(..end)?;
        let is_folder = end < bytes.len();
        let decided = above.iter().rev().find_map(|(start, rules)| {
            let within = part.get(*start..)?;
            rules.iter().rev().find(|rule| (is_folder || !rule.folders_only) && rule.matches(within))
        });
        if let Some(rule) = decided.filter(|rule| !rule.takes_back) {
            return Some(rule.text.clone());
        }
        if is_folder {
            above.push((end + 1, rules(bytes.get(..=end)?, facts)));
        }
    }
    None
}

/// The rules of the file in this folder, whose name ends in a slash or is empty.
fn rules(folder: &[u8], facts: &Facts<'_>) -> Vec<Rule> {
    let file = RepoPath::new([folder, b".gitignore"].concat());
    let Some(Some(content)) = facts.base_file(&file) else { return Vec::new() };
    content.lines().take(MAX_PATTERNS).filter_map(|line| rule(line.to_str().ok()?.trim())).collect()
}

fn rule(text: &str) -> Option<Rule> {
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let takes_back = text.starts_with('!');
    let pattern = text.strip_prefix('!').unwrap_or(text);
    let folders_only = pattern.ends_with('/');
    let inner = pattern.trim_end_matches('/');
    let name_only = !inner.contains('/');
    let plain = inner.trim_start_matches('/');
    // Braces are plain characters to git.
    let plain = plain.replace('{', "\\{").replace('}', "\\}");
    let glob = GlobBuilder::new(&plain).literal_separator(true).backslash_escape(true).build().ok()?;
    let glob = glob.compile_matcher();
    (!plain.is_empty()).then(|| Rule { text: text.to_owned(), takes_back, folders_only, name_only, glob })
}

impl Rule {
    fn matches(&self, within: &[u8]) -> bool {
        let name = within.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let text = if self.name_only { name } else { within };
        self.glob.is_match(&*text.to_path_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory::{File, Tree, change_set};

    fn ignored(files: &[(&str, &str)], path: &str) -> bool {
        let before: Tree = files.iter().map(|(path, text)| (RepoPath::from(*path), File::regular(*text))).collect();
        let (set, contents) = change_set(&before, &before);
        by(&RepoPath::from(path), &Facts::new(&set, &contents)).is_some()
    }

    #[test]
    fn patterns_of_git() {
        let hit = |pattern: &str, path: &str| ignored(&[(".gitignore", pattern)], path);
        assert!(hit("*.log", "a/b.log") && hit("/dist", "dist/a.js") && hit("build/", "x/build/a"));
        assert!(hit("docs/*.pdf", "docs/a.pdf") && hit("**/tmp/", "a/tmp/b/c.rs") && hit("a/**", "a/b/c.rs"));
        assert!(!hit("# *.rs", "a.rs") && !hit("!a.rs", "a.rs") && !hit("*.log", "a.rs") && !hit("/", "a"));
        assert!(!hit("build/", "build") && !hit("/dist", "x/dist/a.js"));
    }

    #[test]
    fn what_is_taken_back() {
        let hit = |patterns: &str, path: &str| ignored(&[(".gitignore", patterns)], path);
        assert!(!hit(".tool/*\n!.tool/rules", ".tool/rules/a.md") && hit(".tool/*\n!.tool/rules", ".tool/log/a.md"));
        assert!(hit(".tool/\n!.tool/rules", ".tool/rules/a.md"), "nothing below an ignored folder is taken back");
        let files = [(".gitignore", "*.rs"), ("a/.gitignore", "!keep.rs")];
        assert!(!ignored(&files, "a/keep.rs") && ignored(&files, "keep.rs") && ignored(&files, "a/b.rs"));
    }
}

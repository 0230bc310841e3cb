//! What a changed file is worth telling, by what kind of file it is.

use crate::analyze::classify::Classes;
use crate::model::claim::{Materiality, Unit};
use crate::model::path::RepoPath;

/// The unit a file is as a whole, and its grade.
pub(super) fn of_file(path: &RepoPath, classes: Classes) -> (Unit, Materiality) {
    use Materiality::{High, Low, Medium};
    if classes.generated || classes.vendored {
        (Unit::File, Low)
    } else if classes.ci {
        (Unit::Ci, High)
    } else if classes.migration && !classes.test {
        (Unit::Migration, High)
    } else if is_guard(path) {
        (Unit::Guard, High)
    } else if classes.manifest {
        (Unit::Manifest, High)
    } else if classes.snapshot || classes.lock_file || classes.document && !classes.code {
        (Unit::File, Low)
    } else {
        (Unit::File, Medium)
    }
}

/// Files that decide what is checked or who reviews: the policy, git hooks, agent settings, CODEOWNERS.
fn is_guard(path: &RepoPath) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    let top = lower.split(|byte| *byte == b'/').next().unwrap_or_default();
    let name = lower.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let folders: [&[u8]; 8] =
        [b".husky", b".githooks", b".warrant", b".claude", b".codex", b".cursor", b".gemini", b".opencode"];
    let names: [&[u8]; 13] = [
        b"warrant.toml",
        b"codeowners",
        b"lefthook.yml",
        b"lefthook.yaml",
        b"lefthook.toml",
        b".pre-commit-config.yaml",
        b"prek.toml",
        b".mcp.json",
        b"opencode.json",
        b"agents.md",
        b"claude.md",
        b"gemini.md",
        b"copilot-instructions.md",
    ];
    folders.contains(&top) || names.contains(&name)
}

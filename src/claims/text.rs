//! A claim in one line, for people.

use crate::model::claim::ClaimKind;

/// The most bytes of a claim's text; lists are cut, and say by how much.
const MAX_TEXT: usize = 200;

/// `modified src/a.rs`, `renamed a -> b`, `only src/**, tests/**`. Not escaped: that is the printer's work.
pub fn one_line(what: &ClaimKind) -> String {
    match what {
        ClaimKind::Created { path } => format!("created {}", path.to_wire()),
        ClaimKind::Deleted { path } => format!("deleted {}", path.to_wire()),
        ClaimKind::Modified { path } => format!("modified {}", path.to_wire()),
        ClaimKind::Renamed { from, to } => format!("renamed {} -> {}", from.to_wire(), to.to_wire()),
        ClaimKind::Untouched { paths } => format!("untouched {}", list(paths)),
        ClaimKind::Only { paths } => format!("only {}", list(paths)),
        ClaimKind::FilesChanged { count } => format!("files-changed {count}"),
        ClaimKind::LinesAdded { count } => format!("lines-added {count}"),
        ClaimKind::LinesDeleted { count } => format!("lines-deleted {count}"),
        ClaimKind::NoCodeChange => "no-code-change".to_owned(),
        ClaimKind::DocsOnly => "docs-only".to_owned(),
        ClaimKind::TestsOnly => "tests-only".to_owned(),
        ClaimKind::Committed { commit } => {
            commit.as_ref().map_or_else(|| "committed".to_owned(), |commit| format!("committed {commit}"))
        }
        ClaimKind::Pushed { remote, branch } => {
            let named = [remote.as_deref(), branch.as_deref()].into_iter().flatten();
            let words: Vec<&str> = std::iter::once("pushed").chain(named).collect();
            words.join(" ")
        }
    }
}

/// Entries up to the bound, then how many more.
fn list(entries: &[String]) -> String {
    let mut out = String::new();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 && out.len() + entry.len() > MAX_TEXT {
            return format!("{out} and {} more", entries.len() - index);
        }
        out.push_str(if index == 0 { "" } else { ", " });
        out.push_str(entry);
    }
    out
}

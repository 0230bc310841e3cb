//! A claim in one line, for people.

use crate::model::claim::{ClaimKind, Ran};
use crate::model::path::RepoPath;

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
        ClaimKind::FormattingOnly => "formatting-only".to_owned(),
        ClaimKind::TextRemovedEverywhere { text, paths } => {
            format!("text-removed-everywhere {}{}", cut(text), within(paths.as_deref()))
        }
        ClaimKind::TextReplacedEverywhere { from, to, paths } => {
            format!("text-replaced-everywhere {} -> {}{}", cut(from), cut(to), within(paths.as_deref()))
        }
        ClaimKind::ValueSet { path, key, value } => {
            format!("value-set {} {} = {}", path.to_wire(), cut(key), cut(value))
        }
        ClaimKind::DependencyAdded { package, to } => {
            format!("dependency-added {}{}", cut(&package.name), version(None, to.as_deref()))
        }
        ClaimKind::DependencyRemoved { package, from } => {
            format!("dependency-removed {}{}", cut(&package.name), version(from.as_deref(), None))
        }
        ClaimKind::DependencyUpdated { package, from, to } => {
            format!("dependency-updated {}{}", cut(&package.name), version(from.as_deref(), to.as_deref()))
        }
        ClaimKind::NoNewDependencies => "no-new-dependencies".to_owned(),
        ClaimKind::SymbolAdded { name, path, symbol } => {
            symbol_line("symbol-added", name, path.as_ref(), symbol.as_deref())
        }
        ClaimKind::SymbolRemoved { name, path, symbol } => {
            symbol_line("symbol-removed", name, path.as_ref(), symbol.as_deref())
        }
        ClaimKind::SymbolRenamed { from, to } => format!("symbol-renamed {from} -> {to}"),
        ClaimKind::PublicApiUnchanged { paths } if paths.is_empty() => "public-api-unchanged".to_owned(),
        ClaimKind::PublicApiUnchanged { paths } => format!("public-api-unchanged {}", list(paths)),
        ClaimKind::TestsAdded { count, path, unit } => {
            let unit = unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
            let path = path.as_ref().map_or_else(String::new, |path| format!(" in {}", path.to_wire()));
            format!("tests-added {count}{unit}{path}")
        }
        ClaimKind::TestsPassed { run, count } => {
            ran("tests-passed", run) + &count.map_or_else(String::new, |count| format!(" ({count})"))
        }
        ClaimKind::LintPassed { run } => ran("lint-passed", run),
        ClaimKind::BuildPassed { run } => ran("build-passed", run),
        ClaimKind::CommandPassed { run } => ran("command-passed", run),
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

/// `tests-passed cargo test [run-3]`.
fn ran(kind: &str, run: &Ran) -> String {
    let command = run.command.as_ref().map_or_else(String::new, |command| format!(" {}", cut(command)));
    let receipt = run.receipt.as_ref().map_or_else(String::new, |receipt| format!(" [{}]", cut(receipt)));
    format!("{kind}{command}{receipt}")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT / 2) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn within(paths: Option<&[String]>) -> String {
    paths.map_or_else(String::new, |paths| format!(" in {}", list(paths)))
}

fn version(from: Option<&str>, to: Option<&str>) -> String {
    let from = from.map_or_else(String::new, |from| format!(" {}", cut(from)));
    let to = to.map_or_else(String::new, |to| format!(" -> {}", cut(to)));
    from + &to
}

/// `symbol-added function parse in src/a.rs`.
fn symbol_line(kind: &str, name: &str, path: Option<&RepoPath>, symbol: Option<&str>) -> String {
    let symbol = symbol.map_or_else(String::new, |symbol| format!(" {symbol}"));
    let path = path.map_or_else(String::new, |path| format!(" in {}", path.to_wire()));
    format!("{kind}{symbol} {name}{path}")
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

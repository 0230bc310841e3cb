//! Does the change itself write of a file? "Add `a.lock` to the list" changes the list, and not `a.lock`.

use memchr::memmem::Finder;

use crate::analyze::facts::Facts;
use crate::analyze::syntax::grammar_of;
use crate::model::path::RepoPath;

/// The changed file whose added or deleted lines hold the name, or, where the diff cannot be read, that file.
pub(super) fn in_diff(path: &RepoPath, name: &str, facts: &Facts<'_>) -> Option<RepoPath> {
    let last = path.file_name();
    let escaped: Vec<u8> =
        last.iter().flat_map(|byte| if *byte == b'.' { vec![b'\\', b'.'] } else { vec![*byte] }).collect();
    let finders = [Finder::new(last), Finder::new(&escaped)];
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.rsplit('/').next().unwrap_or_default();
    // A path in full is not written of where its last part stands alone: `README.md` may be any.
    let in_full = !folder.is_empty() && name.as_bytes() == path.as_bytes();
    for (index, change) in facts.changes() {
        if !change.has_lines() {
            continue;
        }
        let Some(diff) = facts.lines(index) else { continue };
        let mut lines = diff.added.iter().chain(diff.deleted.iter());
        if lines.any(|line| finders.iter().any(|finder| stands_in(line.text, finder, folder.as_bytes(), in_full))) {
            return Some(change.path.clone());
        }
    }
    None
}

/// The changed file whose deleted lines hold the last part of a symbol's name.
pub(super) fn deleted(name: &str, facts: &Facts<'_>) -> Option<RepoPath> {
    let finder = Finder::new(name.rsplit("::").next().unwrap_or(name));
    let holds = |index: usize| {
        let lines = facts.lines(index).map(|diff| &diff.deleted);
        lines.is_some_and(|lines| lines.iter().any(|line| stands(line.text, &finder, b"")))
    };
    facts.changes().find(|(index, change)| change.has_lines() && holds(*index)).map(|(_, change)| change.path.clone())
}

/// The changed file with an added line that holds this text.
pub(super) fn added(text: &str, facts: &Facts<'_>) -> Option<RepoPath> {
    let finder = Finder::new(text);
    let holds = |index: usize| {
        let lines = facts.lines(index).map(|diff| &diff.added);
        lines.is_none_or(|lines| lines.iter().any(|line| stands(line.text, &finder, b"")))
    };
    facts.changes().find(|(index, change)| change.has_lines() && holds(*index)).map(|(_, change)| change.path.clone())
}

/// The changed file of a language whose tests are not read, with an added line that speaks of a test.
pub(super) fn tests_unread(facts: &Facts<'_>) -> Option<RepoPath> {
    let finder = Finder::new("test");
    let may = |index: usize| {
        let lines = facts.lines(index).map(|diff| &diff.added);
        lines.is_none_or(|lines| lines.iter().any(|line| finder.find(&line.text.to_ascii_lowercase()).is_some()))
    };
    let is_document =
        |path: &RepoPath| [&b".md"[..], b".mdx", b".rst", b".adoc"].iter().any(|end| path.as_bytes().ends_with(end));
    let is_unread = |path: &RepoPath| grammar_of(path).is_none() && !is_document(path);
    let mut changes = facts.changes().filter(|(_, change)| change.has_lines() && is_unread(&change.path));
    changes.find(|(index, _)| may(*index)).map(|(_, change)| change.path.clone())
}

/// Does the name stand there for itself, and not in another folder than the one it was given with?
pub(in crate::claims::prose) fn stands(line: &[u8], finder: &Finder<'_>, folder: &[u8]) -> bool {
    stands_in(line, finder, folder, false)
}

/// The same; `with_folder` where it must stand with that folder.
fn stands_in(line: &[u8], finder: &Finder<'_>, folder: &[u8], with_folder: bool) -> bool {
    finder.find_iter(line).any(|at| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + finder.needle().len()).copied().unwrap_or(b' ');
        let starts = before.last().is_none_or(|byte| !is_word(*byte));
        let ends = !is_word(after);
        let elsewhere = match before.strip_suffix(b"/") {
            Some(above) if !folder.is_empty() => !above.to_ascii_lowercase().ends_with(&folder.to_ascii_lowercase()),
            _ => with_folder,
        };
        starts && ends && !elsewhere
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_itself() {
        let holds =
            |line: &str, name: &str, folder: &str| stands(line.as_bytes(), &Finder::new(name), folder.as_bytes());
        assert!(holds("path = \"setup.go\"", "setup.go", ""));
        assert!(holds("a/setup.go:", "setup.go", "a") && holds("setup.go", "setup.go", "a"));
        assert!(!holds("b/setup.go:", "setup.go", "a"));
        assert!(!holds("mysetup.go setup.gox", "setup.go", ""));
        let with = |line: &str| stands_in(line.as_bytes(), &Finder::new("setup.go"), b"a", true);
        assert!(with("see x/a/setup.go") && !with("see setup.go") && !with("b/setup.go"));
    }
}

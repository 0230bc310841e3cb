//! What `.gitattributes` says of generated and vendored files: `linguist-generated` and `linguist-vendored`.
//!
//! Patterns are matched as gitattributes(5) has it: without a slash against the name, with one against the path from
//! the file's folder; the last line that matches decides, and a deeper file before a higher one. Macros (`[attr]`) and
//! `-diff` say nothing of where a file comes from and are left alone. Only files of the state before the change are
//! read: a change cannot excuse itself.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use bstr::ByteSlice as _;
use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::FxHashMap;

use crate::analyze::facts::Facts;
use crate::model::path::RepoPath;

/// More of one file is not read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The most lines of one file that speak of these attributes.
const MAX_RULES: usize = 2000;

/// How many folders deep the files are looked for.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    Generated,
    Vendored,
}

/// Where an attribute was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: RepoPath,
    /// 1-based.
    pub line: usize,
}

/// The attribute files met so far, by folder.
#[derive(Default)]
pub struct Attributes {
    files: RefCell<FxHashMap<Vec<u8>, Arc<[Rule]>>>,
    /// Some file could not be read.
    unreadable: Cell<bool>,
}

struct Rule {
    line: usize,
    /// Matched against the name alone.
    name_only: bool,
    glob: GlobMatcher,
    sets: Vec<(Attribute, Option<bool>)>,
}

impl Attributes {
    /// The place that sets the attribute for this path, if it is set.
    pub fn find(&self, facts: &Facts<'_>, path: &RepoPath, attribute: Attribute) -> Option<Place> {
        let mut folder = path.parent();
        for _ in 0..MAX_DEPTH {
            let rules = self.rules(facts, folder);
            let within = if folder.is_empty() { path.as_bytes() } else { path.as_bytes().get(folder.len() + 1..)? };
            let decided = rules.iter().rev().find_map(|rule| {
                let set = rule.sets.iter().rev().find(|(which, _)| *which == attribute)?.1;
                rule.matches(within, path.file_name()).then_some((rule.line, set))
            });
            match decided {
                Some((line, Some(true))) => return Some(Place { file: file_in(folder), line }),
                Some((_, Some(false) | None)) => return None,
                None => {}
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rfind_byte(b'/').and_then(|at| folder.get(..at)).unwrap_or_default();
        }
        None
    }

    /// Could some attribute file not be had, so that a file may be generated and not known to be?
    pub fn is_partly_unknown(&self) -> bool {
        self.unreadable.get()
    }

    fn rules(&self, facts: &Facts<'_>, folder: &[u8]) -> Arc<[Rule]> {
        if let Some(known) = self.files.borrow().get(folder) {
            return Arc::clone(known);
        }
        let rules: Arc<[Rule]> = match facts.base_file(&file_in(folder)) {
            Some(Some(content)) => parse(&content).into(),
            Some(None) => Arc::from([]),
            None => {
                self.unreadable.set(true);
                Arc::from([])
            }
        };
        self.files.borrow_mut().insert(folder.to_vec(), Arc::clone(&rules));
        rules
    }
}

impl Rule {
    fn matches(&self, within: &[u8], name: &[u8]) -> bool {
        let text = if self.name_only { name } else { within };
        self.glob.is_match(&*text.to_path_lossy())
    }
}

fn file_in(folder: &[u8]) -> RepoPath {
    let mut path = folder.to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(b".gitattributes");
    RepoPath::new(path)
}

fn parse(content: &[u8]) -> Vec<Rule> {
    let content = content.get(..MAX_BYTES).unwrap_or(content);
    let lines = content.lines().zip(1..);
    lines.filter_map(|(text, line)| rule(text.trim_ascii(), line)).take(MAX_RULES).collect()
}

fn rule(text: &[u8], line: usize) -> Option<Rule> {
    if text.starts_with(b"#") || text.starts_with(b"[attr]") || !text.contains_str("linguist-") {
        return None;
    }
    let (pattern, rest) = pattern(text)?;
    let sets: Vec<_> = rest.split(u8::is_ascii_whitespace).filter_map(setting).collect();
    if sets.is_empty() || pattern.ends_with('/') || pattern.starts_with('!') {
        return None;
    }
    let name_only = !pattern.contains('/');
    // Braces are plain characters to git.
    let pattern = pattern.strip_prefix('/').unwrap_or(&pattern).replace('{', "\\{").replace('}', "\\}");
    let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build().ok()?;
    Some(Rule { line, name_only, glob: glob.compile_matcher(), sets })
}

/// The pattern of a line, quoted or not, and what follows it.
fn pattern(text: &[u8]) -> Option<(String, &[u8])> {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(u8::is_ascii_whitespace)?;
        return Some((text.get(..end)?.to_str().ok()?.to_owned(), text.get(end..)?));
    };
    let end = quoted.iter().position(|byte| *byte == b'"')?;
    let inner = quoted.get(..end)?.to_str().ok()?;
    // Git's escapes inside quotes are rare here; a line that has one is left alone.
    (!inner.contains('\\')).then(|| (inner.to_owned(), quoted.get(end + 1..).unwrap_or_default()))
}

/// `linguist-generated`, `-linguist-generated`, `!linguist-generated`, `linguist-generated=true`.
fn setting(word: &[u8]) -> Option<(Attribute, Option<bool>)> {
    let (word, plain) = match word.split_first()? {
        (b'-', rest) => (rest, Some(false)),
        (b'!', rest) => (rest, None),
        _ => (word, Some(true)),
    };
    let (name, value) = match word.split_once_str("=") {
        Some((name, b"true")) => (name, Some(true)),
        Some((name, _)) => (name, Some(false)),
        None => (word, plain),
    };
    match name {
        b"linguist-generated" => Some((Attribute::Generated, value)),
        b"linguist-vendored" => Some((Attribute::Vendored, value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory::{File, Tree, change_set};

    fn place(files: &[(&str, &str)], path: &str, attribute: Attribute) -> Option<(String, usize)> {
        let before: Tree = files.iter().map(|(path, text)| (RepoPath::from(*path), File::regular(*text))).collect();
        let (set, contents) = change_set(&before, &before);
        let facts = Facts::new(&set, &contents);
        let place = facts.attributes().find(&facts, &RepoPath::from(path), attribute)?;
        assert!(!facts.attributes().is_partly_unknown());
        Some((place.file.to_string(), place.line))
    }

    fn is_generated(text: &str, path: &str) -> bool {
        place(&[(".gitattributes", text)], path, Attribute::Generated).is_some()
    }

    #[test]
    fn patterns_match_as_git_has_it() {
        assert!(is_generated("*.pb.go linguist-generated\n", "a/b/c.pb.go"));
        assert!(is_generated("api/*.go text linguist-generated=true\n", "api/a.go"));
        assert!(!is_generated("api/*.go linguist-generated\n", "web/api/a.go"));
        assert!(!is_generated("api/*.go linguist-generated\n", "api/v1/a.go"));
        assert!(is_generated("api/** linguist-generated\n", "api/v1/a.go"));
        assert!(is_generated("/gen.go linguist-generated\n", "gen.go"));
        assert!(!is_generated("/gen.go linguist-generated\n", "a/gen.go"));
        assert!(is_generated("\"a b.go\" linguist-generated\n", "x/a b.go"));
        assert!(!is_generated("{a,b}.go linguist-generated\n", "a.go"));
        assert!(!is_generated("gen/ linguist-generated\n", "gen/a.go"));
    }

    #[test]
    fn the_last_word_counts() {
        assert!(!is_generated("*.go linguist-generated\na.go -linguist-generated\n", "a.go"));
        assert!(!is_generated("*.go linguist-generated\na.go linguist-generated=false\n", "a.go"));
        assert!(!is_generated("*.go linguist-generated\na.go !linguist-generated\n", "a.go"));
        assert!(!is_generated("# *.go linguist-generated\n*.go -diff\n[attr]g linguist-generated\n*.go g\n", "a.go"));
    }

    #[test]
    fn a_deeper_file_goes_first() {
        let files = [
            (".gitattributes", "*.go linguist-generated\n"),
            ("api/.gitattributes", "\nx.go -linguist-generated linguist-vendored\n"),
        ];
        assert_eq!(place(&files, "api/x.go", Attribute::Generated), None);
        assert_eq!(place(&files, "api/x.go", Attribute::Vendored), Some(("api/.gitattributes".to_owned(), 2)));
        assert_eq!(place(&files, "api/y.go", Attribute::Generated), Some((".gitattributes".to_owned(), 1)));
    }
}

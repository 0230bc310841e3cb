//! Lists of globs over repository paths and names, compiled once.
//!
//! `*` and `?` do not cross `/`; `**` does. A pattern without a slash is anchored at the top like any other: `*.md`
//! is a file at the top, `**/*.md` one anywhere. A pattern that ends in `/` means everything below it.

use std::sync::{Arc, OnceLock};

use bstr::ByteSlice as _;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::origin::Origin;
use super::path::RepoPath;

/// Lists up to this length, in bytes of all globs, and with so many braces are compiled when first asked for. What was parsed
/// compiles then: its compiled form is a small multiple of its length, and stays under globset's 10 MiB; groups are nested
/// less than 250 deep, as regex-syntax bounds them. A test holds this. Larger lists are compiled when they are made.
const LAZY_BYTES: usize = 16 << 10;
const LAZY_BRACES: usize = 100;

/// Globs, each with the place in the policy that wrote it (none for lists built into a rule). They are checked when made, and
/// compiled when first asked for, once for all clones: most lists of a large policy meet no path of a change.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    list: Arc<List>,
    /// The folder paths are taken from; `None` for the top of the repository.
    base: Option<Base>,
}

#[derive(Debug, Default)]
struct List {
    entries: Vec<GlobEntry>,
    ignore_case: bool,
    set: OnceLock<GlobSet>,
    /// The same globs without regard to case.
    folded: OnceLock<GlobSet>,
}

/// A folder, and its folded form (of [`crate::analyze::pathfold`]).
#[derive(Clone, Debug)]
struct Base {
    folder: RepoPath,
    folded: RepoPath,
}

#[derive(Clone, Debug)]
pub struct GlobEntry {
    pub pattern: String,
    pub origin: Option<Origin>,
}

/// A glob that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a valid glob: {reason}")]
pub struct BadGlob {
    pub index: usize,
    pub pattern: String,
    pub reason: String,
}

impl Globs {
    pub fn new(entries: Vec<GlobEntry>) -> Result<Self, BadGlob> {
        Self::build(entries, false)
    }

    /// Ignores ASCII and Unicode case: for protected paths, where `.GitHub` must not slip past `.github`.
    pub fn ignoring_case(entries: Vec<GlobEntry>) -> Result<Self, BadGlob> {
        Self::build(entries, true)
    }

    /// Globs without an origin, for lists that are part of the program or of a rule's options.
    pub fn of<S: AsRef<str>>(patterns: &[S]) -> Result<Self, BadGlob> {
        Self::new(plain(patterns))
    }

    /// [`Globs::of`], ignoring case.
    pub fn of_ignoring_case<S: AsRef<str>>(patterns: &[S]) -> Result<Self, BadGlob> {
        Self::ignoring_case(plain(patterns))
    }

    fn build(entries: Vec<GlobEntry>, ignore_case: bool) -> Result<Self, BadGlob> {
        for (index, entry) in entries.iter().enumerate() {
            parse(index, entry, ignore_case)?;
        }
        let set = if is_large(&entries) { compile(&entries, ignore_case)?.into() } else { OnceLock::new() };
        Ok(Self { list: Arc::new(List { entries, ignore_case, set, folded: OnceLock::new() }), base: None })
    }

    /// The same globs, matched from a folder instead of the top, over paths below it only. `folded` is the folder's folded
    /// form.
    #[must_use]
    pub fn below(mut self, folder: RepoPath, folded: RepoPath) -> Self {
        self.base = Some(Base { folder, folded });
        self
    }

    pub fn is_empty(&self) -> bool {
        self.list.entries.is_empty()
    }

    pub fn entries(&self) -> &[GlobEntry] {
        &self.list.entries
    }

    pub fn is_match(&self, path: &RepoPath) -> bool {
        self.matched(path).is_some()
    }

    /// The first entry, in the order written, that matches.
    pub fn matched(&self, path: &RepoPath) -> Option<&GlobEntry> {
        self.matched_name(relative(path, self.base.as_ref().map(|base| &base.folder))?)
    }

    /// The patterns as they would be written at the top of the repository.
    pub fn patterns(&self) -> impl Iterator<Item = String> {
        self.list.entries.iter().map(|entry| self.pattern_of(entry))
    }

    /// One of [`Globs::patterns`].
    pub fn pattern_of(&self, entry: &GlobEntry) -> String {
        let Some(base) = &self.base else { return entry.pattern.clone() };
        let mut text = String::new();
        for c in base.folder.as_bstr().chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!') {
                text.push('\\');
            }
            text.push(c);
        }
        format!("{text}/{}", entry.pattern)
    }

    /// [`Globs::matched`] for a name that is no path: a branch, an agent.
    pub fn matched_name(&self, name: &[u8]) -> Option<&GlobEntry> {
        if self.list.entries.is_empty() {
            return None;
        }
        self.first(self.list.set(), name)
    }

    /// [`Globs::matched`] for a list that protects: by the path itself, or by its `folded` form (of
    /// [`crate::analyze::pathfold`]) without regard to case.
    pub fn protecting(&self, path: &RepoPath, folded: &RepoPath) -> Option<&GlobEntry> {
        self.matched(path).or_else(|| {
            if self.list.entries.is_empty() {
                return None;
            }
            self.first(self.list.folded(), relative(folded, self.base.as_ref().map(|base| &base.folded))?)
        })
    }

    fn first(&self, set: &GlobSet, name: &[u8]) -> Option<&GlobEntry> {
        // globset wants an OsStr; on every platform the bytes of a repository path are taken as they are.
        let path = name.to_path_lossy();
        set.matches(&*path).into_iter().min().and_then(|index| self.list.entries.get(index))
    }
}

impl List {
    fn set(&self) -> &GlobSet {
        self.set.get_or_init(|| compile(&self.entries, self.ignore_case).unwrap_or_default())
    }

    fn folded(&self) -> &GlobSet {
        self.folded.get_or_init(|| compile(&self.entries, true).unwrap_or_default())
    }
}

fn is_large(entries: &[GlobEntry]) -> bool {
    let texts = || entries.iter().map(|entry| entry.pattern.as_bytes());
    texts().map(<[u8]>::len).sum::<usize>() > LAZY_BYTES
        || texts().any(|text| memchr::memchr_iter(b'{', text).count() > LAZY_BRACES)
}

fn parse(index: usize, entry: &GlobEntry, ignore_case: bool) -> Result<Glob, BadGlob> {
    let below = entry.pattern.ends_with('/').then(|| format!("{}**", entry.pattern));
    GlobBuilder::new(below.as_deref().unwrap_or(&entry.pattern))
        .literal_separator(true)
        .backslash_escape(true)
        .case_insensitive(ignore_case)
        .build()
        .map_err(|error| BadGlob { index, pattern: entry.pattern.clone(), reason: error.kind().to_string() })
}

fn compile(entries: &[GlobEntry], ignore_case: bool) -> Result<GlobSet, BadGlob> {
    let mut builder = GlobSetBuilder::new();
    for (index, entry) in entries.iter().enumerate() {
        builder.add(parse(index, entry, ignore_case)?);
    }
    builder.build().map_err(|error| BadGlob {
        index: 0,
        pattern: error.glob().unwrap_or_default().to_owned(),
        reason: error.kind().to_string(),
    })
}

/// The part of a path below a folder.
fn relative<'p>(path: &'p RepoPath, folder: Option<&RepoPath>) -> Option<&'p [u8]> {
    let Some(folder) = folder else { return Some(path.as_bytes()) };
    path.as_bytes().strip_prefix(folder.as_bytes())?.strip_prefix(b"/")
}

fn plain<S: AsRef<str>>(patterns: &[S]) -> Vec<GlobEntry> {
    patterns.iter().map(|pattern| GlobEntry { pattern: pattern.as_ref().to_owned(), origin: None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Globs::of(&[pattern]).expect("valid glob").is_match(&RepoPath::from(path))
    }

    #[test]
    fn star_does_not_cross_a_slash() {
        assert!(matches("src/*.rs", "src/a.rs"));
        assert!(!matches("src/*.rs", "src/a/b.rs"));
        assert!(matches("src/**", "src/a/b.rs"));
        assert!(matches("**/*.sql", "top.sql"));
        assert!(matches("**/secrets/**", "pkg/secrets/key.pem"));
        assert!(!matches("*.md", "docs/a.md"));
        assert!(matches("docs/", "docs/a/b.md"));
        assert!(!matches("docs/", "docs2/a.md"));
    }

    #[test]
    fn bytes_that_are_not_text_still_match() {
        let globs = Globs::of(&["src/**"]).expect("valid glob");
        assert!(globs.is_match(&RepoPath::new(b"src/\xff\n.rs".to_vec())));
    }

    #[test]
    fn what_is_compiled_late_compiles() {
        let most = |piece: &str| piece.repeat(LAZY_BYTES / piece.len());
        let nested = format!("{}a{}", "{".repeat(LAZY_BRACES), "}".repeat(LAZY_BRACES));
        let worst = ["**/", "*?a", "?", "[!a]", "[a-z]", "[é-ö]", "é", "\\*"].map(most);
        for pattern in worst.iter().chain([&nested]) {
            for ignore_case in [false, true] {
                let entries = plain(&[pattern]);
                assert!(!is_large(&entries), "{pattern:.20}");
                assert!(compile(&entries, ignore_case).is_ok(), "{pattern:.20}");
            }
        }
        let many: Vec<String> = (0..LAZY_BYTES / 4).map(|n| format!("*{}?", n % 100)).collect();
        assert!(compile(&plain(&many), true).is_ok());
        // Too deep for the compiler, so it is told when the list is made.
        let deep = format!("{}a{}", "{".repeat(300), "}".repeat(300));
        assert!(Globs::of(&[deep]).is_err());
    }

    #[test]
    fn case_is_kept_unless_asked() {
        assert!(!matches(".github/**", ".GitHub/x"));
        let globs = Globs::of_ignoring_case(&[".github/**"]).expect("valid glob");
        assert!(globs.is_match(&RepoPath::from(".GitHub/x")));
    }

    #[test]
    fn a_list_of_a_folder_matches_below_it_only() {
        let (folder, folded) = (RepoPath::from("Svc/[a]"), RepoPath::from("svc/[a]"));
        let globs = Globs::of(&["*.rs", "db/**"]).expect("valid globs").below(folder, folded);
        let matched = |path: &str| globs.matched(&RepoPath::from(path)).map(|entry| entry.pattern.as_str());
        assert_eq!(matched("Svc/[a]/x.rs"), Some("*.rs"));
        assert_eq!(matched("Svc/[a]/db/1"), Some("db/**"));
        assert_eq!(matched("x.rs").or(matched("Svc/[a]x.rs")).or(matched("Svc/[a]/b/x.rs")), None);
        assert!(globs.protecting(&RepoPath::from("SVC/[a]/DB/1"), &RepoPath::from("svc/[a]/db/1")).is_some());
        assert_eq!(globs.patterns().collect::<Vec<_>>(), ["Svc/\\[a\\]/*.rs", "Svc/\\[a\\]/db/**"]);
        let written = Globs::of(&globs.patterns().collect::<Vec<_>>()).expect("valid globs");
        assert!(written.is_match(&RepoPath::from("Svc/[a]/x.rs")));
    }

    #[test]
    fn a_protecting_list_takes_the_folded_path_in_any_case() {
        let globs = Globs::of(&["Secrets/**"]).expect("valid glob");
        assert!(globs.protecting(&RepoPath::from("SECRETS./a"), &RepoPath::from("secrets/a")).is_some());
        assert!(globs.protecting(&RepoPath::from("other/a"), &RepoPath::from("other/a")).is_none());
    }
}

//! What a word that looks like a file stands for, by the trees before and after the change.
//!
//! A name that resolves to no file is no object of a claim. Where a name can mean several files, all of them are kept: the
//! reader of a claim takes the one that makes the claim true.

use crate::claims::cover::{self, Cover, Covered};
use crate::model::path::RepoPath;

use super::names::{Among, Names};

/// The longest name looked at, in bytes.
const MAX_NAME: usize = 512;

/// Extensions of files that people write; an `out/report.html` may be what a run leaves.
const SURE: &[&str] =
    &["c", "cpp", "go", "h", "java", "js", "jsx", "kt", "md", "php", "py", "rb", "rs", "swift", "ts", "tsx", "vue"];

/// The most files one abbreviation stands for.
const MAX_PARTS: usize = 24;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// Files; more than one for an abbreviation such as `{a,b}.rs`.
    Files(Vec<File>),
    /// Everything below a folder, or what a glob matches: an entry as `paths` of a claim takes it.
    Several(String),
    /// A path nobody knows, in a folder that exists.
    Absent(RepoPath),
    /// A path nobody knows, nor its folder.
    Nowhere(RepoPath),
}

/// A file by the paths it can have; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Best first.
    pub(super) candidates: Vec<RepoPath>,
    pub(super) how: How,
    /// What its paths end in. Files of the tree that are called so are among the candidates only where no changed one is:
    /// see [`Names::idle`].
    pub(super) ending: String,
}

/// How a name led to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// The whole path, or its last components.
    Named,
    /// One of the files an abbreviation stands for.
    Abbreviated,
    /// With a part missing or other letters: enough to support a claim, too little to accuse.
    Loosely,
}

/// The name as a path of the repository, or `None` where it cannot be one: an address, a command, an expression, a place
/// outside.
pub(super) fn cleaned(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > MAX_NAME || name.contains("://") {
        return None;
    }
    let name = name.replace('\\', "/");
    let odd = |c: char| c.is_whitespace() || c.is_control() || "()<>|&;\"'`$=!:^%#".contains(c);
    if name.contains(odd) || name.starts_with(['/', '~', '-', '@', '+']) || name.contains("...") {
        return None;
    }
    let mut path = name.trim_end_matches(['.', ',']);
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    let climbs = path.split('/').any(|part| part == "..");
    (!climbs && !path.is_empty() && !path.contains("//")).then(|| path.to_owned())
}

/// Could a text with white space or odd signs be a path in full, and no command that names one?
pub(super) fn may_be_verbatim(name: &str) -> bool {
    let parted = name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let mut words = name.split(' ');
    let first = words.next().is_some_and(|first| first.contains('/') && !first.starts_with('~'));
    let last = name.rsplit('/').next().unwrap_or_default();
    parted && first && words.all(|word| !word.starts_with('-')) && last.contains('.')
}

/// Looks like a file or folder by itself, whatever the trees hold.
pub(super) fn looks_like_path(name: &str) -> bool {
    let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let dotted = last.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=12).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    name.contains('/') || dotted || name.contains('{')
}

impl Names<'_> {
    /// What a name means. `changed_only` leaves the tree before the change unread.
    pub(super) fn resolve(&self, name: &str, changed_only: bool) -> Option<Object> {
        let Some(name) = cleaned(name) else { return self.verbatim(name, changed_only) };
        let whole = name.trim_end_matches('/');
        if whole.is_empty() {
            return None;
        }
        // An identifier is no file unless a changed file is called so: the tree is not listed for it.
        let changed_only = changed_only || !looks_like_path(&name) && !cover::has_wildcard(whole);
        let is_folder = name.ends_with('/');
        if !is_folder {
            if let Some(file) = self.file(whole, changed_only) {
                return Some(Object::Files(vec![file]));
            }
        }
        if let Some(parts) = expanded(whole) {
            let files: Option<Vec<File>> = parts.iter().map(|part| self.file(part, changed_only)).collect();
            if let Some(files) = files {
                return Some(Object::Files(files.into_iter().map(File::abbreviated).collect()));
            }
        }
        if let Some(folder) = self.folder(whole, changed_only) {
            return Some(Object::Several(folder));
        }
        if cover::has_wildcard(whole) {
            return if self.may_search() { self.glob(whole, changed_only) } else { None };
        }
        if let Some(file) = (!is_folder).then(|| self.loosely(whole)).flatten() {
            return Some(Object::Files(vec![file]));
        }
        self.slashed(whole, changed_only)
            .or_else(|| (!is_folder && !changed_only).then(|| self.absent(whole)).flatten())
    }

    /// A path with signs that names seldom have, `app/(shop)/page.tsx` or `res/Main Menu/a.json`: only what stands there in
    /// full is one, or what would stand in a folder that does.
    fn verbatim(&self, name: &str, changed_only: bool) -> Option<Object> {
        let fits =
            name.len() <= MAX_NAME && name.contains('/') && !name.contains("://") && !name.contains(char::is_control);
        if !fits || !may_be_verbatim(name) {
            return None;
        }
        let known = |path: &[u8]| self.has(Among::Changed, path) || !changed_only && self.has(Among::Tree, path);
        if known(name.as_bytes()) {
            let candidates = vec![RepoPath::from(name)];
            return Some(Object::Files(vec![File { candidates, how: How::Named, ending: name.to_owned() }]));
        }
        if changed_only {
            return None;
        }
        match self.absent(name) {
            Some(Object::Absent(path)) => Some(Object::Absent(path)),
            _ => None,
        }
    }

    /// A file by its path or its last components; changed files go before others.
    fn file(&self, name: &str, changed_only: bool) -> Option<File> {
        // A path in full means that file, and no other that ends like it.
        let in_full = name.contains('/')
            && (self.has(Among::Changed, name.as_bytes()) || !changed_only && self.has(Among::Tree, name.as_bytes()));
        let ending = name.to_owned();
        if in_full {
            return Some(File { candidates: vec![RepoPath::from(name)], how: How::Named, ending });
        }
        let in_order = |mut found: Vec<RepoPath>| {
            // A file at the top of a tree is what a bare name means first.
            found.sort_by_key(|path| (path.as_bytes() != name.as_bytes(), path.components().count()));
            found
        };
        let in_case = |found: &[RepoPath]| found.iter().any(|path| path.as_bytes().ends_with(name.as_bytes()));
        let mut candidates = in_order(self.ending_in(Among::Changed, name.as_bytes()));
        // What the change did to one of its own files is what a claim is about: the tree is not listed for others.
        if !changed_only && !in_case(&candidates) {
            candidates.extend(in_order(self.idle(name.as_bytes())));
        }
        let how = if in_case(&candidates) { How::Named } else { How::Loosely };
        (!candidates.is_empty()).then_some(File { candidates, how, ending })
    }

    /// A changed file with a part of its name left out, or with one part too many at the front.
    fn loosely(&self, name: &str) -> Option<File> {
        let shorter = name.split_once('/').map(|(_, rest)| rest).filter(|rest| rest.contains('/'));
        let longer = shorter.and_then(|rest| self.file(rest, true));
        if let Some(file) = longer {
            return Some(File { how: How::Loosely, ..file });
        }
        if !self.may_search() {
            return None;
        }
        let flat = name.replace('/', "_");
        let mut candidates = Vec::new();
        self.any(Among::Changed, |path| {
            let last = path.file_name();
            let undotted = last.strip_prefix(b".").unwrap_or(last);
            let stem = undotted.iter().rposition(|byte| *byte == b'.').map_or(undotted, |at| &undotted[..at]);
            let folder = path.parent();
            let (in_folder, wanted) = name.rsplit_once('/').unwrap_or(("", name));
            let fits_folder = in_folder.is_empty() || folder.ends_with(in_folder.as_bytes());
            let fits = |own: &[u8]| own.eq_ignore_ascii_case(wanted.as_bytes());
            if fits_folder && (fits(undotted) || fits(stem)) || last.eq_ignore_ascii_case(flat.as_bytes()) {
                candidates.push(path.clone());
            }
            candidates.len() >= MAX_PARTS
        });
        (!candidates.is_empty()).then_some(File { candidates, how: How::Loosely, ending: name.to_owned() })
    }

    fn folder(&self, name: &str, changed_only: bool) -> Option<String> {
        let known = |folder: &[u8]| {
            self.has_folder(Among::Changed, folder) || !changed_only && self.has_folder(Among::Tree, folder)
        };
        known(name.as_bytes()).then(|| format!("{name}/"))
    }

    fn glob(&self, name: &str, changed_only: bool) -> Option<Object> {
        let covers = Cover::new(&[name]);
        let hit = |path: &RepoPath| covers.covers(path) > Covered::No;
        let known = self.any(Among::Changed, hit) || !changed_only && self.any(Among::Tree, hit);
        known.then(|| Object::Several(name.to_owned()))
    }

    /// `a_unix/windows.go`, `b.ts/test.ts`: names that share their start and their extension.
    fn slashed(&self, name: &str, changed_only: bool) -> Option<Object> {
        let parts: Vec<&str> = name.split('/').collect();
        let (first, rest) = parts.split_first()?;
        if rest.is_empty() || parts.len() > MAX_PARTS || parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let extension = rest.last().and_then(|last| last.rsplit_once('.')).map(|(_, extension)| extension)?;
        let with_extension = |part: &str| {
            if part.ends_with(&format!(".{extension}")) { part.to_owned() } else { format!("{part}.{extension}") }
        };
        let mut files =
            vec![self.file(first, changed_only).or_else(|| self.file(&with_extension(first), changed_only))?];
        let stem = first.strip_suffix(&format!(".{extension}")).unwrap_or(first);
        for part in rest {
            // `a.ts/test.ts` is `a.test.ts` before it is any `test.ts`.
            let mut forms = vec![with_extension(&format!("{stem}.{part}")), with_extension(&format!("{stem}_{part}"))];
            if let Some(at) = stem.rfind(['_', '-', '.']) {
                forms.push(with_extension(&format!("{}{part}", stem.get(..=at).unwrap_or_default())));
            }
            forms.push(with_extension(part));
            files.push(forms.iter().find_map(|form| self.file(form, changed_only))?);
        }
        Some(Object::Files(files.into_iter().map(File::abbreviated).collect()))
    }

    /// A path nobody knows, if nothing begins like it.
    fn absent(&self, name: &str) -> Option<Object> {
        let (folder, last) = name.rsplit_once('/')?;
        let stem = last.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(stem, _)| stem)?;
        let known = |among| self.has_folder(among, folder.as_bytes());
        let begins = |among| self.has_start(among, format!("{folder}/{stem}").as_bytes());
        let exists = known(Among::Tree) || known(Among::Changed);
        let alike = begins(Among::Tree) || begins(Among::Changed);
        match (exists, alike) {
            (_, true) => None,
            (true, false) => Some(Object::Absent(RepoPath::from(name))),
            // "text/event.stream" is none: the name must end like that of a file.
            (false, false) => {
                let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
                let named = SURE.contains(&extension) && !folder.contains(['.', ':']);
                named.then(|| Object::Nowhere(RepoPath::from(name)))
            }
        }
    }
}

impl File {
    fn abbreviated(mut self) -> Self {
        self.how = self.how.max(How::Abbreviated);
        self
    }
}

/// The names behind braces: `{a,b}.rs`. `None` without any.
fn expanded(name: &str) -> Option<Vec<String>> {
    let (head, rest) = name.split_once('{')?;
    let (inside, tail) = rest.split_once('}')?;
    if !inside.contains(',') || tail.contains('{') || name.contains(['*', '?']) {
        return None;
    }
    let parts: Vec<String> = inside.split(',').take(MAX_PARTS).map(|part| format!("{head}{part}{tail}")).collect();
    Some(parts)
}

//! Which paths an entry of `paths` covers.
//!
//! An entry may be a file, a folder or a glob, and people write globs in three dialects. What all of them read alike is
//! `Surely`; what only some of them would match is `Perhaps`, and no verdict accuses on it. So `app/[id]/page.tsx` is
//! that very file, and `src/*` surely covers `src/a` but only perhaps `src/a/b` (git's pathspecs let `*` cross `/`,
//! globs do not).

use rustc_hash::FxHashSet;

use super::normal;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covered {
    No,
    Perhaps,
    Surely,
}

/// The entries of one claim, compiled.
#[derive(Debug, Default)]
pub struct Cover {
    literal: FxHashSet<Vec<u8>>,
    surely: Globs,
    perhaps: Globs,
}

pub fn has_wildcard(entry: &str) -> bool {
    entry.contains(['*', '?', '[', '{'])
}

impl Cover {
    pub fn new<S: AsRef<str>>(entries: &[S]) -> Self {
        let mut surely = Vec::new();
        let mut perhaps = Vec::new();
        let entries: Vec<String> = entries.iter().map(|entry| normal::text(entry.as_ref())).collect();
        for entry in entries.iter().filter(|entry| has_wildcard(entry)) {
            readings(entry, &mut surely, &mut perhaps);
        }
        Self {
            literal: entries.into_iter().map(String::into_bytes).collect(),
            surely: compile(surely),
            perhaps: compile(perhaps),
        }
    }

    pub fn covers(&self, path: &RepoPath) -> Covered {
        let path = &normal::form(path);
        if self.covers_literally(path) || self.surely.is_match(path) {
            Covered::Surely
        } else if self.perhaps.is_match(path) {
            Covered::Perhaps
        } else {
            Covered::No
        }
    }

    /// The path itself, or a folder it lies in, with or without a trailing slash.
    fn covers_literally(&self, path: &RepoPath) -> bool {
        let bytes = path.as_bytes();
        if self.literal.contains(bytes) {
            return true;
        }
        // A path that is not UTF-8 can be written in git's quoted form only.
        if std::str::from_utf8(bytes).is_err() && self.literal.contains(path.to_wire().as_bytes()) {
            return true;
        }
        memchr::memchr_iter(b'/', bytes).any(|at| {
            let (folder, with_slash) = (bytes.get(..at), bytes.get(..=at));
            [folder, with_slash].into_iter().flatten().any(|prefix| self.literal.contains(prefix))
        })
    }
}

/// The globs an entry can stand for.
fn readings(entry: &str, surely: &mut Vec<String>, perhaps: &mut Vec<String>) {
    let base = entry.trim_end_matches('/');
    let literal_classes = escaped(base, &['[', ']', '{', '}', '\\']);
    let mut sure_forms = vec![literal_classes.clone()];
    if base.contains('{') && base.contains(',') {
        sure_forms.push(escaped(base, &['[', ']', '\\']));
    }
    let last_is_plain = base.rsplit('/').next().is_some_and(|name| !name.contains(['*', '?']));
    for form in sure_forms {
        if last_is_plain {
            surely.push(format!("{form}/**"));
        } else {
            perhaps.push(format!("{form}/**"));
        }
        // Only what lies below a folder is covered by an entry that ends in a slash.
        if !entry.ends_with('/') {
            surely.push(form);
        } else if !last_is_plain {
            surely.push(format!("{form}/**"));
        }
    }
    perhaps.push(base.to_owned());
    perhaps.push(format!("{base}/**"));
    let crossing: Vec<String> = literal_classes
        .split('/')
        .map(|part| if part.contains(['*', '?']) && part != "**" { format!("**/{part}") } else { part.to_owned() })
        .collect();
    perhaps.push(crossing.join("/"));
    perhaps.push(format!("{}/**", crossing.join("/")));
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A reading that is no glob is left out: the entry still covers what it names literally.
fn compile(mut patterns: Vec<String>) -> Globs {
    patterns.sort();
    patterns.dedup();
    patterns.retain(|pattern| Globs::of(std::slice::from_ref(pattern)).is_ok());
    Globs::of(&patterns).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Covered::{No, Perhaps, Surely};

    fn covers(entry: &str, path: &str) -> Covered {
        Cover::new(&[entry]).covers(&RepoPath::from(path))
    }

    #[test]
    fn files_and_folders() {
        assert_eq!(covers("src/a.rs", "src/a.rs"), Surely);
        assert_eq!(covers("src", "src/a/b.rs"), Surely);
        assert_eq!(covers("src/", "src/a/b.rs"), Surely);
        assert_eq!(covers("src", "src2/a.rs"), No);
        assert_eq!(covers("src/", "src"), No);
        assert_eq!(covers("README.md", "docs/README.md"), No);
        assert_eq!(covers("src/A.rs", "src/a.rs"), No);
    }

    #[test]
    fn composed_and_decomposed_names_are_one() {
        assert_eq!(covers("src/\u{e9}.rs", "src/e\u{301}.rs"), Surely);
        assert_eq!(covers("e\u{301}/*", "\u{e9}/a"), Surely);
    }

    #[test]
    fn globs() {
        assert_eq!(covers("**", "a/b"), Surely);
        assert_eq!(covers("src/**", "src/a/b.rs"), Surely);
        assert_eq!(covers("src/**/*.rs", "src/b.rs"), Surely);
        assert_eq!(covers("pkg/*/src", "pkg/a/src/b.rs"), Surely);
        assert_eq!(covers("pkg/*/", "pkg/a/b.rs"), Surely);
        assert_eq!(covers("src/{a,b}.rs", "src/b.rs"), Surely);
        assert_eq!(covers("src/*.rs", "src/b.py"), No);
    }

    #[test]
    fn dialects_differ_on_what_a_star_crosses() {
        assert_eq!(covers("src/*", "src/a"), Surely);
        assert_eq!(covers("src/*", "src/a/b"), Perhaps);
        assert_eq!(covers("*.md", "docs/a.md"), Perhaps);
        assert_eq!(covers("src/*.rs", "src/a/b.rs"), Perhaps);
    }

    #[test]
    fn brackets_and_braces_in_names_are_literal() {
        assert_eq!(covers("app/[id]/page.tsx", "app/[id]/page.tsx"), Surely);
        assert_eq!(covers("app/[id]/**", "app/[id]/page.tsx"), Surely);
        assert_eq!(covers("app/[id]/page.tsx", "app/i/page.tsx"), Perhaps);
        assert_eq!(covers("{{cookiecutter.name}}/**", "{{cookiecutter.name}}/a.py"), Surely);
        assert_eq!(covers("a[", "a["), Surely);
    }

    #[test]
    fn bytes_in_gits_quoted_form() {
        let path = RepoPath::new(b"a\xff".to_vec());
        assert_eq!(Cover::new(&["\"a\\377\""]).covers(&path), Surely);
    }
}

//! What each changed line is: a real change, white space alone, or part of a block that only moved.
//!
//! The two sides of a hunk are compared token by token with the line differ's own Myers (one engine, near-linear on
//! hostile text). A token is what the language's lexer makes of it: white space inside a string is content, and so are
//! the line breaks and the indentation that carry meaning in the language ([`Kind`]). Everything doubtful is a real
//! change: what is not known of a file is never called formatting.

mod beyond;
mod bound;
mod format;
mod moves;
mod sheet;
mod terms;
mod tokens;

use crate::analyze::code_lines::{Language, language_of};
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

pub use beyond::{Beyond, beyond};
pub use bound::most_format;

/// What became of one changed line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    #[default]
    Real,
    /// Its tokens stand on the other side too, in the same order, with other white space around them.
    Format,
    /// Part of a block that was deleted in one place and added in another, indented differently at most.
    Moved,
}

/// The nature of each added and each deleted line of one change, in their order.
#[derive(Clone, Debug, Default)]
pub struct Natures {
    pub added: Vec<Nature>,
    pub deleted: Vec<Nature>,
}

impl Natures {
    /// Lines of this nature on both sides.
    pub fn count(&self, nature: Nature) -> u64 {
        self.added.iter().chain(&self.deleted).filter(|line| **line == nature).count() as u64
    }
}

/// One file's part of the change.
#[derive(Clone, Copy)]
pub struct File<'a> {
    pub path: &'a RepoPath,
    pub diff: &'a LineDiff,
    /// Both states of the file are at hand, whole: not of a patch, nor of a merge, whose hunks are not its lines.
    pub whole: bool,
}

/// Looks at a whole change; `None` stands for what has no lines. The result has one entry a file.
pub fn natures(files: &[Option<File<'_>>]) -> Vec<Natures> {
    let mut budget = format::Budget::default();
    let mut all: Vec<Natures> =
        files.iter().map(|file| file.map(|file| format::natures(&file, &mut budget)).unwrap_or_default()).collect();
    moves::mark(files, &mut all);
    all
}

/// Which white space carries meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// None between two tokens.
    Free,
    /// Line breaks that can end a statement.
    Lines,
    /// Line breaks, and white space between two words.
    Words,
    /// Line breaks and indentation, but not inside brackets.
    Indented,
    /// White space between two words, of whatever sort.
    Gaps,
    /// All of it but what stands at the end of a line; also for files nothing is known of.
    Exact,
}

fn kind_of(path: &RepoPath) -> (Kind, Language) {
    let extension = path.extension().map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    if matches!(extension.as_slice(), b"json" | b"jsonc" | b"json5") {
        return (Kind::Free, Language::JavaScript);
    }
    let Some(language) = language_of(path) else { return (Kind::Exact, Language::C) };
    let kind = match language {
        Language::Rust
        | Language::Java
        | Language::CSharp
        | Language::C
        | Language::Cpp
        | Language::Dart
        | Language::Sql => Kind::Free,
        Language::JavaScript
        | Language::TypeScript
        | Language::Go
        | Language::Kotlin
        | Language::Swift
        | Language::Toml => Kind::Lines,
        // `f [1]` is not `f[1]`, `f -1` is not `f - 1`; a shell's words are cut by white space.
        Language::Ruby | Language::Shell => Kind::Words,
        Language::Python => Kind::Indented,
        Language::Css | Language::Scss => Kind::Gaps,
        // Scala 3 and YAML indent; text between tags is content.
        Language::Scala | Language::Yaml | Language::Html | Language::Php => Kind::Exact,
    };
    (kind, language)
}

#[cfg(test)]
mod tests;

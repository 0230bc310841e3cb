//! Languages told by path alone, and the outer syntax of each: what starts and ends comments and strings.
//!
//! Only languages whose comments can be found without parsing are here; anything else has no language, and callers
//! then know nothing about its lines.

use crate::model::path::RepoPath;

/// A language whose comments and strings the lexer can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    Rust,
    Python,
    /// With JSX.
    JavaScript,
    /// With TSX.
    TypeScript,
    Go,
    Java,
    Kotlin,
    Scala,
    CSharp,
    C,
    Cpp,
    Swift,
    Dart,
    Php,
    Ruby,
    Shell,
    Toml,
    Yaml,
    Sql,
    /// HTML, XML, Vue and Svelte: only `<!-- -->` is a comment; embedded scripts count as code throughout.
    Html,
    Css,
    /// SCSS and Less.
    Scss,
}

/// The language of a path by its extension or name, letter case ignored.
pub fn language_of(path: &RepoPath) -> Option<Language> {
    let name = path.file_name().to_ascii_lowercase();
    match name.as_slice() {
        b"gemfile" | b"rakefile" | b"podfile" | b"vagrantfile" => return Some(Language::Ruby),
        b".bashrc" | b".bash_profile" | b".profile" | b".zshrc" | b".envrc" => return Some(Language::Shell),
        b"cargo.lock" | b"poetry.lock" | b"uv.lock" | b"pdm.lock" => return Some(Language::Toml),
        _ => {}
    }
    let extension = path.extension()?.to_ascii_lowercase();
    Some(match extension.as_slice() {
        b"rs" => Language::Rust,
        b"py" | b"pyi" | b"pyw" => Language::Python,
        b"js" | b"jsx" | b"mjs" | b"cjs" => Language::JavaScript,
        b"ts" | b"tsx" | b"mts" | b"cts" => Language::TypeScript,
        b"go" => Language::Go,
        b"java" => Language::Java,
        b"kt" | b"kts" => Language::Kotlin,
        b"scala" => Language::Scala,
        b"cs" => Language::CSharp,
        b"c" | b"h" => Language::C,
        b"cc" | b"cpp" | b"cxx" | b"hpp" | b"hh" | b"hxx" => Language::Cpp,
        b"swift" => Language::Swift,
        b"dart" => Language::Dart,
        b"php" => Language::Php,
        b"rb" | b"rake" | b"gemspec" => Language::Ruby,
        b"sh" | b"bash" | b"zsh" | b"ksh" => Language::Shell,
        b"toml" => Language::Toml,
        b"yaml" | b"yml" => Language::Yaml,
        b"sql" => Language::Sql,
        b"html" | b"htm" | b"xml" | b"vue" | b"svelte" | b"xhtml" => Language::Html,
        b"css" => Language::Css,
        b"scss" | b"less" => Language::Scss,
        _ => return None,
    })
}

/// What the general lexer needs of a language; its peculiarities are in [`super::special`].
pub(super) struct Syntax {
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comments: &'static [Block],
    /// Longer openings before the shorter ones they start with.
    pub(super) quotes: &'static [Quote],
}

pub(super) struct Block {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) nested: bool,
}

pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) escape: Escape,
    pub(super) multiline: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// A backslash takes the next byte with it.
    Backslash,
    /// The closing quote twice stands for itself.
    Doubled,
    None,
}

const C_BLOCK: &[Block] = &[Block { open: "/*", close: "*/", nested: false }];
const NESTED_BLOCK: &[Block] = &[Block { open: "/*", close: "*/", nested: true }];
const DOUBLE: Quote = Quote { open: "\"", close: "\"", escape: Escape::Backslash, multiline: false };
const SINGLE: Quote = Quote { open: "'", close: "'", escape: Escape::Backslash, multiline: false };
const TRIPLE_DOUBLE: Quote = Quote { open: "\"\"\"", close: "\"\"\"", escape: Escape::Backslash, multiline: true };
const TRIPLE_SINGLE: Quote = Quote { open: "'''", close: "'''", escape: Escape::Backslash, multiline: true };
const TRIPLE_RAW: Quote = Quote { open: "\"\"\"", close: "\"\"\"", escape: Escape::None, multiline: true };
const TRIPLE_RAW_SINGLE: Quote = Quote { open: "'''", close: "'''", escape: Escape::None, multiline: true };
const OPEN_DOUBLE: Quote = Quote { open: "\"", close: "\"", escape: Escape::Backslash, multiline: true };
const OPEN_SINGLE: Quote = Quote { open: "'", close: "'", escape: Escape::Backslash, multiline: true };
const LITERAL_SINGLE: Quote = Quote { open: "'", close: "'", escape: Escape::None, multiline: false };

impl Language {
    pub(super) fn syntax(self) -> Syntax {
        let (line_comments, block_comments, quotes): (&[&str], &[Block], &[Quote]) = match self {
            // Char literals and lifetimes are told apart in `special`.
            Self::Rust => (&["//"], NESTED_BLOCK, const { &[OPEN_DOUBLE] }),
            Self::Python => (&["#"], &[], const { &[TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE] }),
            // Template literals and regular expressions are in `special`.
            Self::JavaScript | Self::TypeScript => (&["//"], C_BLOCK, const { &[DOUBLE, SINGLE] }),
            Self::Go => (
                &["//"],
                C_BLOCK,
                const { &[DOUBLE, SINGLE, Quote { open: "`", close: "`", escape: Escape::None, multiline: true }] },
            ),
            Self::Java => (&["//"], C_BLOCK, const { &[TRIPLE_DOUBLE, DOUBLE, SINGLE] }),
            Self::Kotlin | Self::Scala => (&["//"], NESTED_BLOCK, const { &[TRIPLE_RAW, DOUBLE, SINGLE] }),
            Self::Swift => (&["//"], NESTED_BLOCK, const { &[TRIPLE_DOUBLE, DOUBLE] }),
            Self::Dart => (&["//"], NESTED_BLOCK, const { &[TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE] }),
            Self::CSharp => (
                &["//"],
                C_BLOCK,
                const {
                    &[
                        TRIPLE_RAW,
                        Quote { open: "@\"", close: "\"", escape: Escape::Doubled, multiline: true },
                        Quote { open: "@$\"", close: "\"", escape: Escape::Doubled, multiline: true },
                        DOUBLE,
                        SINGLE,
                    ]
                },
            ),
            Self::C | Self::Cpp => (&["//"], C_BLOCK, const { &[DOUBLE, SINGLE] }),
            Self::Php => (&["//", "#"], C_BLOCK, const { &[OPEN_DOUBLE, OPEN_SINGLE] }),
            Self::Ruby => (&["#"], &[], const { &[OPEN_DOUBLE, OPEN_SINGLE] }),
            Self::Shell => (
                &["#"],
                &[],
                const { &[OPEN_DOUBLE, Quote { open: "'", close: "'", escape: Escape::None, multiline: true }] },
            ),
            Self::Toml => (&["#"], &[], const { &[TRIPLE_DOUBLE, TRIPLE_RAW_SINGLE, DOUBLE, LITERAL_SINGLE] }),
            Self::Yaml => (
                &["#"],
                &[],
                const { &[OPEN_DOUBLE, Quote { open: "'", close: "'", escape: Escape::Doubled, multiline: true }] },
            ),
            Self::Sql => (
                &["--"],
                C_BLOCK,
                const {
                    &[
                        Quote { open: "'", close: "'", escape: Escape::Doubled, multiline: true },
                        Quote { open: "\"", close: "\"", escape: Escape::Doubled, multiline: false },
                    ]
                },
            ),
            Self::Html => (&[], const { &[Block { open: "<!--", close: "-->", nested: false }] }, &[]),
            Self::Css => (&[], C_BLOCK, const { &[DOUBLE, SINGLE] }),
            Self::Scss => (&["//"], C_BLOCK, const { &[DOUBLE, SINGLE] }),
        };
        Syntax { line_comments, block_comments, quotes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_names() {
        let of = |path: &str| language_of(&RepoPath::from(path));
        assert_eq!(of("src/a.RS"), Some(Language::Rust));
        assert_eq!(of("Gemfile"), Some(Language::Ruby));
        assert_eq!(of("a/b.tsx"), Some(Language::TypeScript));
        assert_eq!(of("README.md"), None);
        assert_eq!(of("Makefile"), None);
    }
}

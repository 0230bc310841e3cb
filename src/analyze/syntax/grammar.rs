//! The grammars, and which one a path asks for.

use tree_sitter::Language;

use crate::analyze::code_lines;
use crate::model::path::RepoPath;

/// One compiled grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grammar {
    /// Also C: what it cannot tell of C is of no matter here.
    Cpp,
    CSharp,
    Go,
    Java,
    /// With JSX.
    JavaScript,
    Kotlin,
    Php,
    Python,
    Ruby,
    Rust,
    Swift,
    /// TypeScript where `<T>x` is a cast.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
}

impl Grammar {
    pub const ALL: [Self; 13] = [
        Self::Cpp,
        Self::CSharp,
        Self::Go,
        Self::Java,
        Self::JavaScript,
        Self::Kotlin,
        Self::Php,
        Self::Python,
        Self::Ruby,
        Self::Rust,
        Self::Swift,
        Self::TypeScript,
        Self::Tsx,
    ];

    pub(super) fn language(self) -> Language {
        match self {
            Self::Cpp => tree_sitter_cpp::LANGUAGE,
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE,
            Self::Go => tree_sitter_go::LANGUAGE,
            Self::Java => tree_sitter_java::LANGUAGE,
            Self::JavaScript => tree_sitter_javascript::LANGUAGE,
            Self::Kotlin => tree_sitter_kotlin_ng::LANGUAGE,
            Self::Php => tree_sitter_php::LANGUAGE_PHP,
            Self::Python => tree_sitter_python::LANGUAGE,
            Self::Ruby => tree_sitter_ruby::LANGUAGE,
            Self::Rust => tree_sitter_rust::LANGUAGE,
            Self::Swift => tree_sitter_swift::LANGUAGE,
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX,
        }
        .into()
    }
}

/// The grammar of a path by its extension, letter case ignored.
pub fn grammar_of(path: &RepoPath) -> Option<Grammar> {
    use code_lines::Language as L;
    Some(match code_lines::language_of(path)? {
        L::C | L::Cpp => Grammar::Cpp,
        L::CSharp => Grammar::CSharp,
        L::Go => Grammar::Go,
        L::Java => Grammar::Java,
        L::JavaScript => Grammar::JavaScript,
        L::Kotlin => Grammar::Kotlin,
        L::Php => Grammar::Php,
        L::Python => Grammar::Python,
        L::Ruby => Grammar::Ruby,
        L::Rust => Grammar::Rust,
        L::Swift => Grammar::Swift,
        L::TypeScript if path.extension().is_some_and(|end| end.eq_ignore_ascii_case(b"tsx")) => Grammar::Tsx,
        L::TypeScript => Grammar::TypeScript,
        _ => return None,
    })
}

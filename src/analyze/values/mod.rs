//! What a file says a setting is: keys of configuration files, and simple assignments in source.
//!
//! Keys are written with dots (`tool.ruff.line-length`, `servers.0.port`). A key that is nowhere from the top is looked
//! for at the end of longer ones, and counts where there is only one such. What is in doubt is [`Lookup::Unknown`].

mod assign;
mod compare;
mod ini;
mod resolve;

use crate::analyze::code_lines::language_of;
use crate::analyze::deps::tree::{self, Node};
use crate::model::path::RepoPath;

pub use compare::{Likeness, compare, is_other};

/// The largest file that is read for values, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A file, read for its values.
#[derive(Debug)]
pub enum Values {
    /// A form with keys.
    Tree(Node),
    /// Text in which assignments are looked for.
    Source(assign::Source),
    /// Why it cannot be read.
    Unreadable(String),
}

/// What became of a question for a key.
#[derive(Debug)]
pub enum Lookup {
    /// Every place where the key stands; at least one.
    Found(Vec<Setting>),
    /// The last part of the key is nowhere in the file.
    Absent,
    Unknown(String),
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The whole key.
    pub key: String,
    pub value: Value,
    /// 1-based.
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A scalar of a configuration file, without quotes.
    Scalar(String),
    /// A list of scalars.
    List(Vec<String>),
    /// What stands behind an assignment, as written.
    Written(String),
    /// A table, or a list that holds one.
    Compound,
}

impl Values {
    pub fn read(path: &RepoPath, content: &[u8]) -> Self {
        if content.len() > MAX_BYTES {
            return Self::Unreadable(format!("it is larger than the bound of {MAX_BYTES} bytes"));
        }
        let Ok(text) = std::str::from_utf8(content) else { return Self::Unreadable("it is not UTF-8".to_owned()) };
        match form(path) {
            Some(read) => read(text).map_or_else(Self::Unreadable, Self::Tree),
            None => Self::Source(assign::Source::new(text, language_of(path))),
        }
    }

    pub fn find(&self, key: &str) -> Lookup {
        match self {
            Self::Unreadable(reason) => Lookup::Unknown(reason.clone()),
            Self::Tree(root) => resolve::find(root, key),
            Self::Source(source) => source.find(key),
        }
    }
}

type Read = fn(&str) -> Result<Node, String>;

/// The reader of a form with keys, by the name of the file.
fn form(path: &RepoPath) -> Option<Read> {
    let name = path.file_name().to_ascii_lowercase();
    let extension = path.extension().map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    let read: Read = match (name.as_slice(), extension.as_slice()) {
        (b"pipfile" | b"cargo.lock" | b"uv.lock" | b"poetry.lock", _) | (_, b"toml") => tree::toml,
        (b".prettierrc" | b".eslintrc" | b".babelrc", _) | (_, b"json" | b"jsonc" | b"json5" | b"webmanifest") => {
            tree::json
        }
        (b".clang-format" | b".clang-tidy", _) | (_, b"yml" | b"yaml") => tree::yaml,
        (_, b"xml" | b"csproj" | b"fsproj" | b"vbproj" | b"props" | b"targets" | b"plist") => tree::xml,
        (b".editorconfig" | b".npmrc" | b".gitconfig" | b".gitmodules" | b".flake8" | b".coveragerc", _)
        | (_, b"ini" | b"cfg" | b"properties") => ini::read,
        (name, _) if name == b".env" || name.starts_with(b".env.") || name.ends_with(b".env") => ini::read,
        _ => return None,
    };
    Some(read)
}

#[cfg(test)]
mod tests;

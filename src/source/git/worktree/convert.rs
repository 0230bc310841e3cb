//! What git would store for a file of the work tree: line ends, `$Id$`, and LFS pointers, without running any program.
//!
//! The rules are those of git's `convert.c` in the direction "to git". Git's external filters are never run; what they
//! would make of a file is known only for Git LFS, whose pointer is a published format.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::model::hex;

/// The attributes of one path that say how its content is stored, as `git check-attr` gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) line_ends: LineEnds,
    pub(super) ident: bool,
    /// The name of a filter, whether it is configured or not.
    pub(super) filter: Option<Vec<u8>>,
    /// An encoding other than UTF-8.
    pub(super) encoding: bool,
}

/// Are carriage returns before line feeds left out?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LineEnds {
    #[default]
    Keep,
    /// Unless the content looks binary, or the version in the index has carriage returns already.
    Guess,
    Convert,
}

/// The names asked for, in the order of [`Attributes::from_values`].
pub(super) const NAMES: [&str; 6] = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];

/// How a file becomes what git stores; derived once, applied each time the file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipe {
    AsIs,
    Text { line_ends: bool, ident: bool },
    LfsPointer,
}

impl Attributes {
    /// `auto_crlf` is `core.autocrlf` (true or `input`), which rules where no attribute does.
    pub(super) fn from_values(values: [&[u8]; 6], auto_crlf: bool) -> Self {
        let [text, crlf, eol, ident, filter, encoding] = values;
        let named = |value: &[u8]| !matches!(value, b"unspecified" | b"unset" | b"set" | b"");
        Self {
            line_ends: line_ends(text, crlf, eol, auto_crlf),
            ident: ident == b"set",
            filter: named(filter).then(|| filter.to_vec()),
            encoding: named(encoding)
                && !encoding.eq_ignore_ascii_case(b"utf-8")
                && !encoding.eq_ignore_ascii_case(b"utf8"),
        }
    }

    /// How the content is stored. `index` gives the version in the index, if there is one and it is needed.
    pub(super) fn recipe(&self, content: &[u8], lfs: bool, index: impl FnOnce() -> Option<Vec<u8>>) -> Recipe {
        if lfs {
            return if is_pointer(content) || content.is_empty() { Recipe::AsIs } else { Recipe::LfsPointer };
        }
        let line_ends = match self.line_ends {
            LineEnds::Keep => false,
            LineEnds::Convert => has_crlf(content),
            LineEnds::Guess => {
                has_crlf(content) && looks_like_text(content) && !index().is_some_and(|old| has_text_crlf(&old))
            }
        };
        if line_ends || self.ident { Recipe::Text { line_ends, ident: self.ident } } else { Recipe::AsIs }
    }
}

impl Recipe {
    pub(super) fn apply(self, content: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::AsIs => Cow::Borrowed(content),
            Self::LfsPointer => Cow::Owned(pointer(content)),
            Self::Text { line_ends, ident } => {
                let text = if line_ends { Cow::Owned(without_crlf(content)) } else { Cow::Borrowed(content) };
                if ident { Cow::Owned(collapse_ident(&text)) } else { text }
            }
        }
    }
}

fn line_ends(text: &[u8], crlf: &[u8], eol: &[u8], auto_crlf: bool) -> LineEnds {
    let of = |value: &[u8]| match value {
        b"set" | b"input" => Some(LineEnds::Convert),
        b"unset" => Some(LineEnds::Keep),
        b"auto" => Some(LineEnds::Guess),
        _ => None,
    };
    // `crlf` is the old name of `text`.
    match of(text).or_else(|| of(crlf)) {
        Some(known) => known,
        // `eol` without `text` says that it is text.
        None if matches!(eol, b"lf" | b"crlf") => LineEnds::Convert,
        None if auto_crlf => LineEnds::Guess,
        None => LineEnds::Keep,
    }
}

fn has_crlf(content: &[u8]) -> bool {
    memchr::memmem::find(content, b"\r\n").is_some()
}

fn has_text_crlf(content: &[u8]) -> bool {
    has_crlf(content) && looks_like_text(content)
}

/// Git's guess: no NUL, no lone carriage return, and at most one control character in 128.
fn looks_like_text(content: &[u8]) -> bool {
    let (mut printable, mut control) = (0_usize, 0_usize);
    for (at, byte) in content.iter().enumerate() {
        match byte {
            0 => return false,
            b'\r' if content.get(at + 1) != Some(&b'\n') => return false,
            b'\r' | b'\n' => {}
            0x08 | b'\t' | 0x0c | 0x1b => printable += 1,
            // The end-of-file mark of old systems.
            0x1a if at + 1 == content.len() => {}
            0x7f | 0..=0x1f => control += 1,
            _ => printable += 1,
        }
    }
    printable / 128 >= control
}

fn without_crlf(content: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(content.len());
    let mut start = 0;
    for at in memchr::memmem::find_iter(content, b"\r\n") {
        kept.extend_from_slice(&content[start..at]);
        start = at + 1;
    }
    kept.extend_from_slice(&content[start..]);
    kept
}

/// `$Id: anything$` on one line becomes `$Id$`.
fn collapse_ident(content: &[u8]) -> Vec<u8> {
    const OPEN: &[u8] = b"$Id:";
    let mut kept = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = memchr::memmem::find(rest, OPEN) {
        let (before, found) = rest.split_at(at);
        kept.extend_from_slice(before);
        let value = &found[OPEN.len()..];
        match memchr::memchr2(b'$', b'\n', value) {
            Some(end) if value[end] == b'$' => {
                kept.extend_from_slice(b"$Id$");
                rest = &value[end + 1..];
            }
            _ => {
                kept.extend_from_slice(OPEN);
                rest = value;
            }
        }
    }
    kept.extend_from_slice(rest);
    kept
}

/// The first line of every pointer file of Git LFS.
const POINTER_START: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// A pointer is a small text; larger files are never one.
const MAX_POINTER_BYTES: usize = 1024;

fn is_pointer(content: &[u8]) -> bool {
    content.len() <= MAX_POINTER_BYTES
        && content.starts_with(POINTER_START)
        && memchr::memmem::find(content, b"\noid sha256:").is_some()
        && memchr::memmem::find(content, b"\nsize ").is_some()
}

fn pointer(content: &[u8]) -> Vec<u8> {
    let digest = hex::of(&Sha256::digest(content));
    let mut text = POINTER_START.to_vec();
    text.extend_from_slice(format!("oid sha256:{digest}\nsize {}\n", content.len()).as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &[u8] = b"unspecified";

    fn attributes(text: &[u8], eol: &[u8], auto_crlf: bool) -> Attributes {
        Attributes::from_values([text, NONE, eol, NONE, NONE, NONE], auto_crlf)
    }

    fn stored(attributes: &Attributes, content: &[u8], index: Option<&[u8]>) -> Vec<u8> {
        attributes.recipe(content, false, || index.map(<[u8]>::to_vec)).apply(content).into_owned()
    }

    #[test]
    fn attributes_rule_and_configuration_fills_in() {
        assert_eq!(attributes(NONE, NONE, false).line_ends, LineEnds::Keep);
        assert_eq!(attributes(NONE, NONE, true).line_ends, LineEnds::Guess);
        assert_eq!(attributes(b"unset", b"lf", true).line_ends, LineEnds::Keep);
        assert_eq!(attributes(b"auto", b"crlf", false).line_ends, LineEnds::Guess);
        assert_eq!(attributes(NONE, b"crlf", false).line_ends, LineEnds::Convert);
        let encoding = |name: &[u8]| Attributes::from_values([NONE, NONE, NONE, NONE, NONE, name], false).encoding;
        assert!(encoding(b"UTF-16") && !encoding(b"UTF-8") && !encoding(NONE));
    }

    #[test]
    fn text_loses_the_carriage_returns_before_line_feeds_only() {
        let text = attributes(b"set", NONE, false);
        assert_eq!(stored(&text, b"a\r\nb\rc\r\r\n", None), b"a\nb\rc\r\n");
        assert_eq!(stored(&text, b"a\n", None), b"a\n");
    }

    #[test]
    fn a_guess_leaves_binary_alone_and_what_the_index_has() {
        let auto = attributes(b"auto", NONE, false);
        assert_eq!(stored(&auto, b"a\r\n", None), b"a\n");
        assert_eq!(stored(&auto, b"a\r\n\0", None), b"a\r\n\0");
        assert_eq!(stored(&auto, b"a\rb\r\n", None), b"a\rb\r\n", "a lone one looks binary");
        assert_eq!(stored(&auto, b"a\r\nb\r\n", Some(b"a\r\n")), b"a\r\nb\r\n");
        assert_eq!(stored(&auto, b"a\r\nb\r\n", Some(b"a\n")), b"a\nb\n");
        assert_eq!(stored(&auto, b"\x01\x02\r\n", None), b"\x01\x02\r\n");
    }

    #[test]
    fn idents_collapse() {
        assert_eq!(collapse_ident(b"x $Id: abc $ y $Id$ $Id: cut\n$"), b"x $Id$ y $Id$ $Id: cut\n$");
        assert_eq!(collapse_ident(b"$Id:$Id: a$"), b"$Id$Id: a$");
    }

    #[test]
    fn lfs_content_becomes_its_pointer_and_a_pointer_stays() {
        let made = pointer(b"hello\n");
        let expected = b"version https://git-lfs.github.com/spec/v1\n\
            oid sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\nsize 6\n";
        assert_eq!(made, expected);
        let none = Attributes::default();
        assert_eq!(none.recipe(&made, true, || None), Recipe::AsIs);
        assert_eq!(none.recipe(b"", true, || None), Recipe::AsIs);
        assert_eq!(none.recipe(b"x", true, || None), Recipe::LfsPointer);
    }
}

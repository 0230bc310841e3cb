//! The name of a symbol as people write it, and which declarations it may mean.

use crate::analyze::symbols::Symbol;
use crate::analyze::symbols::SymbolKind;
use crate::analyze::symbols::diff::Text;
use crate::model::escape;
use crate::model::path::RepoPath;

/// A name, cut into what stands before it and itself.
pub(in crate::claims) struct Name {
    pub(in crate::claims) own: Vec<u8>,
    qualifiers: Vec<Vec<u8>>,
    /// As written, escaped.
    pub(super) shown: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// The last part agrees; what stands before it does not say this symbol.
    Own,
    Exact,
}

/// Words that people put before a name.
const LEADS: &[&str] = &[
    "fn ",
    "func ",
    "function ",
    "def ",
    "fun ",
    "class ",
    "struct ",
    "enum ",
    "trait ",
    "interface ",
    "type ",
    "const ",
];

/// Qualifiers that name no place.
const NO_PLACE: &[&[u8]] = &[b"crate", b"self", b"super", b"this", b"Self", b"prototype"];

impl Name {
    /// Reads `bar`, `Foo::bar`, `Foo.bar()`, `Foo#bar`, `(*Foo).Bar`, `bar!`. `None` for what no declaration could be named.
    pub(in crate::claims) fn read(text: &str) -> Option<Self> {
        let mut rest = text.trim().trim_matches('`');
        rest = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)).unwrap_or(rest).trim();
        let receiver;
        if let Some((inner, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            receiver = format!("{}{after}", inner.trim_start_matches(['*', '&', ' ']));
            rest = &receiver;
        }
        let rest = rest.split('(').next().unwrap_or_default();
        let plain = without_arguments(rest)?;
        let joined = plain.replace("::", ".").replace("->", ".").replace(['#', '\\'], ".");
        let mut parts: Vec<Vec<u8>> =
            joined.split('.').filter(|part| !part.is_empty()).map(|part| part.as_bytes().to_vec()).collect();
        if !parts.iter().all(|part| is_identifier(part)) {
            return None;
        }
        let own = parts.pop()?;
        Some(Self { own, qualifiers: parts, shown: escape::visible(text.trim().trim_matches('`').as_bytes()) })
    }

    /// The letters of the name alone: what texts are searched for.
    pub(in crate::claims) fn word(&self) -> &[u8] {
        let own = self.own.as_slice();
        let start = own.iter().position(|byte| is_word_byte(*byte)).unwrap_or(0);
        let end = own.iter().rposition(|byte| is_word_byte(*byte)).map_or(own.len(), |at| at + 1);
        own.get(start..end).unwrap_or_default()
    }

    /// Does this symbol of this file bear the name?
    pub(super) fn matches(&self, path: &RepoPath, text: &Text, symbol: &Symbol) -> Option<Match> {
        let sigils = |name: &[u8]| name.iter().copied().skip_while(|byte| matches!(byte, b'$' | b'#' | b'@')).collect();
        let (mine, its): (Vec<u8>, Vec<u8>) = (sigils(&self.own), sigils(&symbol.name));
        let called = symbol.kind == SymbolKind::Macro && mine.strip_suffix(b"!") == Some(its.as_slice());
        if mine != its && !called {
            return None;
        }
        let stem = path.file_name().split(|byte| *byte == b'.').map(<[u8]>::to_vec);
        let folders = path.parent().split(|byte| *byte == b'/').map(<[u8]>::to_vec);
        let holders = text.symbols.namespace.iter().chain(&symbol.container).cloned();
        let mut around = folders.chain(stem).chain(holders).map(|part| folded(&part));
        let mut wanted = self.qualifiers.iter().filter(|part| !NO_PLACE.contains(&part.as_slice()));
        // In this order, but not each of them: people leave out what is clear.
        let all = wanted.all(|part| {
            let part = folded(part);
            around.any(|here| here == part)
        });
        Some(if all { Match::Exact } else { Match::Own })
    }
}

/// `Foo<T>::bar` without `<T>`; `None` where the brackets are no arguments.
fn without_arguments(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '[' => depth += 1,
            '>' if out.ends_with('-') && depth == 0 => out.push(c),
            '>' | ']' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (depth == 0).then_some(out)
}

pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128
}

fn is_identifier(part: &[u8]) -> bool {
    let core = part.strip_prefix(b"~").or(part.strip_prefix(b"@")).or(part.strip_prefix(b"$")).unwrap_or(part);
    let core = core.strip_suffix(b"?").or(core.strip_suffix(b"!")).or(core.strip_suffix(b"=")).unwrap_or(core);
    let inner = core.iter().all(|byte| is_word_byte(*byte) || *byte == b'$');
    inner && core.iter().any(|byte| is_word_byte(*byte)) && core.first().is_some_and(|byte| !byte.is_ascii_digit())
}

/// Packages are written with hyphens, modules with underscores.
fn folded(part: &[u8]) -> Vec<u8> {
    part.iter().map(|byte| if *byte == b'-' { b'_' } else { *byte }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<String> {
        let name = Name::read(text)?;
        let all = name.qualifiers.into_iter().chain([name.own]);
        Some(all.map(|part| String::from_utf8_lossy(&part).into_owned()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn names_as_people_write_them() {
        for (text, wanted) in [
            ("bar", "bar"),
            ("`bar()`", "bar"),
            ("Foo::bar", "Foo bar"),
            ("Foo.bar(a, b)", "Foo bar"),
            ("Foo#bar?", "Foo bar?"),
            ("(*Foo).Bar", "Foo Bar"),
            ("fn bar", "bar"),
            ("Foo<T>::bar", "Foo bar"),
            ("a\\b\\C", "a b C"),
            ("#own", "own"),
            ("bar!", "bar!"),
            ("$x", "$x"),
            ("naïve", "naïve"),
        ] {
            assert_eq!(parts(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "two words", "a-b", "operator<", "1st", "a/b", "()", "--flag", "a.b-c"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_without_signs() {
        assert_eq!(Name::read("Foo#bar?").map(|name| name.word().to_vec()), Some(b"bar".to_vec()));
        assert_eq!(Name::read("$x").map(|name| name.word().to_vec()), Some(b"x".to_vec()));
    }
}

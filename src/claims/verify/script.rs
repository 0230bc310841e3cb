//! Code of scripts that no lexer of this program reads: by the sign of their comments, or by the interpreter they name.
//!
//! A line surely is code where the file holds nothing that could make of it a comment or the inside of a text over several
//! lines, and where something with the signs of code is left of it without strings.

use rustc_hash::FxHashSet;

use crate::analyze::code_lines::Language;
use crate::analyze::facts::Facts;
use crate::analyze::touch::{certain_as, edited};

/// A language by its extensions, what starts a comment, and what starts a text or comment of several lines.
struct Script {
    extensions: &'static [&'static [u8]],
    comment: &'static [u8],
    several: &'static [&'static [u8]],
}

const SCRIPTS: &[Script] = &[
    Script { extensions: &[b"ps1", b"psm1"], comment: b"#", several: &[b"<#", b"@\"", b"@'"] },
    Script { extensions: &[b"fish", b"nu"], comment: b"#", several: &[] },
    Script { extensions: &[b"lua"], comment: b"--", several: &[b"[[", b"[="] },
    Script { extensions: &[b"ex", b"exs"], comment: b"#", several: &[b"\"\"\"", b"'''"] },
    Script { extensions: &[b"pl", b"pm"], comment: b"#", several: &[b"\n=", b"<<"] },
    Script { extensions: &[b"r"], comment: b"#", several: &[] },
    Script { extensions: &[b"jl", b"nim"], comment: b"#", several: &[b"#=", b"#[", b"\"\"\""] },
    Script { extensions: &[b"zig"], comment: b"//", several: &[b"\\\\"] },
    Script { extensions: &[b"hs"], comment: b"--", several: &[b"{-"] },
    Script { extensions: &[b"erl"], comment: b"%", several: &[b"\"\"\""] },
];

/// The first changed line that surely is code.
pub(super) fn code(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let change = facts.set().changes.get(index)?;
    let Some(extension) = change.path.extension().map(<[u8]>::to_ascii_lowercase) else {
        let language = interpreter(&facts.new_content(index)?)?;
        return certain_as(language, facts, index);
    };
    if matches!(extension.as_slice(), b"m" | b"mm") {
        let text = facts.new_content(index)?;
        // The extension is that of other languages, too.
        let told = [&b"#import"[..], b"@implementation", b"@interface"];
        let is_objective = told.iter().any(|sign| memchr::memmem::find(&text, sign).is_some());
        return is_objective.then(|| certain_as(Language::C, facts, index)).flatten();
    }
    let script = SCRIPTS.iter().find(|script| script.extensions.contains(&extension.as_slice()))?;
    let diff = edited(facts, index)?;
    let is_plain = |text: &[u8]| script.several.iter().all(|sign| memchr::memmem::find(text, sign).is_none());
    let side = |exists: bool, content: Option<_>| {
        !exists || content.is_some_and(|text: crate::model::content::Bytes| is_plain(&text))
    };
    if !side(change.old.is_some(), facts.old_content(index)) || !side(change.new.is_some(), facts.new_content(index)) {
        return None;
    }
    let of = |line: &[u8]| bare(line, script.comment);
    let gone: FxHashSet<Vec<u8>> = diff.deleted.iter().filter_map(|line| of(line.text)).collect();
    diff.added.iter().find(|line| of(line.text).is_some_and(|code| !gone.contains(&code))).map(|line| line.number)
}

/// The language of a file without extension, by its first line.
fn interpreter(text: &[u8]) -> Option<Language> {
    let first = text.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let mut words = first.split(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    words.find_map(|word| match word {
        b"sh" | b"bash" | b"zsh" | b"ksh" | b"dash" => Some(Language::Shell),
        b"python" | b"python3" => Some(Language::Python),
        b"node" | b"bun" => Some(Language::JavaScript),
        b"ruby" => Some(Language::Ruby),
        _ => None,
    })
}

/// The code of a line without strings, comment and white space; nothing where a string is not closed or no sign of code
/// is left.
fn bare(line: &[u8], comment: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut quote = None;
    for (at, byte) in line.iter().copied().enumerate() {
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if line.get(at..).is_some_and(|rest| rest.starts_with(comment)) => break,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None if byte.is_ascii_whitespace() => {}
            None => kept.push(byte),
        }
    }
    let has = |test: fn(u8) -> bool| kept.iter().copied().any(test);
    let is_code = has(|byte| byte.is_ascii_alphanumeric()) && has(|byte| b"=(){}[]|$;<>".contains(&byte));
    (quote.is_none() && is_code && kept.len() >= MIN_CODE).then_some(kept)
}

/// Fewer signs than these may stand anywhere.
const MIN_CODE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_scripts() {
        let of = |line: &str| bare(line.as_bytes(), b"#").map(|code| String::from_utf8_lossy(&code).into_owned());
        assert_eq!(of("if ($ready) { Start-Thing \"a # b\" } # why").as_deref(), Some("if($ready){Start-Thing}"));
        for line in ["# $a = f()", "plain words", "$name = 'open", "", "  }", "$a ="] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn interpreters() {
        assert_eq!(interpreter(b"#!/usr/bin/env bash\nset -e\n"), Some(Language::Shell));
        assert_eq!(interpreter(b"#!/usr/bin/python3\n"), Some(Language::Python));
        assert!(interpreter(b"#!/usr/bin/perl\n").is_none() && interpreter(b"set -e\n").is_none());
    }
}

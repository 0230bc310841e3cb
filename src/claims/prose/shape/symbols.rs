//! "Added the function `s()`", "introduces `s`", "remove `s`", "rename `s` to `t`": symbols by the verb that governs them.
//!
//! The name must look like that of a symbol by itself: words that stand in backticks for other reasons (options, values,
//! commands) are no objects.

use crate::claims::prose::clause::{Clause, Deed, Stance, Standing, Token, TokenKind, Verb, Voice};
use crate::claims::prose::names::Names;
use crate::model::claim::ClaimKind;

use super::cursor::Cursor;
use super::file_words::FOLLOWING;
use super::files::{chained, has_own_subject};
use super::{Found, IN_PASSING, NOT_THE_AUTHOR};

/// What may stand between the verb and the name.
const BEFORE: &[&str] = &[
    "a",
    "an",
    "the",
    "new",
    "two",
    "three",
    "shared",
    "small",
    "private",
    "public",
    "internal",
    "static",
    "async",
    "pure",
    "generic",
    "deprecated",
    "unused",
    "dead",
    "obsolete",
    "legacy",
    "old",
    "now-unused",
    "redundant",
    "both",
    "dedicated",
    "separate",
    "single",
    "common",
    "missing",
    "simple",
    "reusable",
    "thin",
    "local",
    "exported",
    "regression",
    "unit",
    "integration",
];

/// Words that say what the name is of.
const SORTS: &[&str] = &[
    "function",
    "functions",
    "method",
    "methods",
    "helper",
    "helpers",
    "class",
    "classes",
    "struct",
    "structs",
    "type",
    "types",
    "enum",
    "enums",
    "trait",
    "traits",
    "interface",
    "interfaces",
    "constant",
    "constants",
    "macro",
    "macros",
    "test",
    "tests",
    "component",
    "components",
    "hook",
    "hooks",
    "variant",
    "wrapper",
    "accessor",
    "getter",
    "setter",
    "constructor",
    "property",
    "fn",
    "func",
];

/// The longest name looked at, in bytes.
const MAX_NAME: usize = 100;

pub(super) fn read(clause: &Clause, names: &Names<'_>) -> Vec<Found> {
    let Some(first) = clause.verb.filter(|_| clause.stance == Stance::Asserted) else { return Vec::new() };
    let verbs = if first.voice == Voice::Active { chained(clause, first) } else { vec![first] };
    if first.voice == Voice::Passive {
        return came(clause, first, names).into_iter().collect();
    }
    verbs.into_iter().flat_map(|verb| of_verb(clause, first, verb, names)).collect()
}

/// "A new `s` function was added": of what is called new, the passive says no more than the active does.
fn came(clause: &Clause, verb: Verb, names: &Names<'_>) -> Option<Found> {
    if verb.deed != Deed::Create || clause.standing != Standing::Main {
        return None;
    }
    let mut cursor = Cursor::new(&clause.tokens, names);
    cursor.skip(&["a", "an", "the"]);
    if !cursor.eat(&["new"]) {
        return None;
    }
    let before = skip_sorts(&mut cursor);
    let name = cursor.token().filter(|token| token.kind == TokenKind::Code).and_then(symbol)?;
    cursor.advance();
    let sorted = skip_sorts(&mut cursor) || before;
    cursor.skip(&["is", "was", "has", "been", "also", "now"]);
    let is_said = sorted && cursor.position() == verb.at;
    cursor.advance();
    let bare = name.trim_end_matches("()").to_owned();
    let what = ClaimKind::SymbolAdded { name: bare, path: None, symbol: None };
    let found = Found { what, span: clause.span.clone(), name, others: Vec::new(), weak: None };
    (is_said && (cursor.is_done() || cursor.is_at(FOLLOWING))).then_some(found)
}

fn of_verb(clause: &Clause, first: Verb, verb: Verb, names: &Names<'_>) -> Vec<Found> {
    let governs = matches!(verb.deed, Deed::Create | Deed::Delete | Deed::Move) && verb.voice != Voice::Passive;
    if !governs || MOVING.contains(&verb.base) {
        return Vec::new();
    }
    let mut cursor = Cursor::starting(&clause.tokens, verb.at + 1, names);
    cursor.skip(&["of"]);
    let mut sorted = skip_sorts(&mut cursor);
    // What stands in backticks is a name, whatever follows.
    let ticked = cursor.token().is_some_and(|token| token.kind == TokenKind::Code);
    let list = list(&mut cursor);
    sorted |= skip_sorts(&mut cursor);
    let weak = if verb.voice == Voice::Active && !has_own_subject(clause, first) {
        Some(NOT_THE_AUTHOR)
    } else if clause.standing != Standing::Main {
        Some(IN_PASSING)
    } else if !(ends(&cursor) || ticked && verb.deed == Deed::Create) {
        Some("the name may belong to the word behind it")
    } else {
        None
    };
    if verb.deed == Deed::Move {
        return renamed(clause, &list, &mut cursor, weak);
    }
    let found = |name: String| claim(clause, verb, name, sorted, &cursor, weak);
    list.into_iter().filter_map(found).collect()
}

/// Verbs that say of a symbol that it is gone; others drop a value or a use of it.
const REMOVING: &[&str] = &["remove", "delete", "drop"];

/// Verbs of the class of `rename` that leave the name as it is.
const MOVING: &[&str] = &["move", "relocate", "extract", "hoist", "lift", "pull", "push", "transfer"];

fn skip_sorts(cursor: &mut Cursor<'_>) -> bool {
    let mut sorted = false;
    loop {
        if cursor.eat(SORTS) {
            sorted = true;
        } else if !cursor.eat(BEFORE) {
            return sorted;
        }
    }
}

fn list(cursor: &mut Cursor<'_>) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(name) = cursor.token().and_then(symbol) {
        names.push(name);
        cursor.advance();
        let mut ahead = cursor.clone();
        if !ahead.joint() || ahead.token().and_then(symbol).is_none() {
            break;
        }
        *cursor = ahead;
    }
    names
}

fn claim(
    clause: &Clause,
    verb: Verb,
    name: String,
    sorted: bool,
    cursor: &Cursor<'_>,
    weak: Option<&'static str>,
) -> Option<Found> {
    let bare = name.trim_end_matches("()").to_owned();
    let what = match verb.deed {
        Deed::Create => ClaimKind::SymbolAdded { name: bare, path: None, symbol: None },
        // "Remove `s` from `t`" says nothing of `s` itself.
        Deed::Delete if !REMOVING.contains(&verb.base) && verb.voice != Voice::Nominal => return None,
        Deed::Delete if !cursor.is_at(&["from", "in", "on", "as"]) => {
            ClaimKind::SymbolRemoved { name: bare, path: None, symbol: None }
        }
        _ => return None,
    };
    let weak = weak
        .or_else(|| (!sorted && verb.deed == Deed::Delete && !cursor.closes()).then_some("a use of it may be meant"));
    Some(Found { what, span: clause.span.clone(), name, others: Vec::new(), weak })
}

/// "Rename `s` to `t`".
fn renamed(clause: &Clause, from: &[String], cursor: &mut Cursor<'_>, weak: Option<&'static str>) -> Vec<Found> {
    let is_arrow = cursor.sign().is_some_and(|sign| matches!(sign, "→" | "->" | "—"));
    if is_arrow {
        cursor.advance();
    } else if !cursor.eat(&["to", "into", "as"]) {
        return Vec::new();
    }
    skip_sorts(cursor);
    let to = list(cursor);
    let ([from], [to]) = (from, to.as_slice()) else { return Vec::new() };
    let bare = |name: &str| name.trim_end_matches("()").to_owned();
    let what = ClaimKind::SymbolRenamed { from: bare(from), to: bare(to) };
    vec![Found { what, span: clause.span.clone(), name: to.clone(), others: Vec::new(), weak }]
}

fn ends(cursor: &Cursor<'_>) -> bool {
    cursor.is_done()
        || cursor.sign().is_some()
        || cursor.is_at(FOLLOWING)
        || cursor.is_at(&["in", "inside", "within", "on", "from", "→"])
}

/// The token as the name of a symbol: more than one word run together, or a call.
fn symbol(token: &Token) -> Option<String> {
    if !matches!(token.kind, TokenKind::Code | TokenKind::Name) || token.text.len() > MAX_NAME {
        return None;
    }
    let name = token.text.trim_start_matches(['&', '*']);
    let bare = name.strip_suffix("()").unwrap_or(name);
    let plain = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
    let starts = bare.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let colons = bare.replace("::", "").contains(':');
    let last = bare.rsplit("::").next().unwrap_or_default();
    let humps = last.bytes().zip(last.bytes().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let joined = last.trim_matches('_').contains('_');
    let telling = humps || joined || bare != name;
    (plain && starts && !colons && telling && last.len() >= 4).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_symbols() {
        let is_symbol =
            |text: &str| symbol(&Token { span: 0..text.len(), kind: TokenKind::Code, text: text.to_owned() }).is_some();
        for name in ["read_all", "readAll", "ReadAll", "open()", "Store::read_all", "_read_all"] {
            assert!(is_symbol(name), "{name}");
        }
        for name in
            ["--read-all", "read", "read all", "a.b", "src/read_all.rs", "read_all.rs", "k:v_w", "f(x)", "404_page"]
        {
            assert!(!is_symbol(name), "{name}");
        }
    }
}

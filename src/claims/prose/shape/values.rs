//! "Set `a` to 5", "raised `a` from 3 to 5": a key or constant, and the value it has now.
//!
//! The words do not say where. It is the one changed file with an added line that holds the key; where there is none, or
//! more than one, nothing is claimed.

use crate::claims::prose::clause::{Clause, Stance, Standing, TokenKind, Verb, Voice};
use crate::claims::prose::names::Names;
use crate::model::claim::ClaimKind;

use super::cursor::Cursor;
use super::files::{chained, has_own_subject};
use super::{Found, IN_PASSING, NOT_THE_AUTHOR};

const SETTING: &[&str] = &["set", "change", "raise", "lower", "increase", "decrease", "reduce"];
const BEFORE: &[&str] = &["the", "default", "value", "of", "constant", "setting", "option", "its", "for"];

/// The longest key, in bytes.
const MAX_KEY: usize = 100;

pub(super) fn read(clause: &Clause, names: &Names<'_>) -> Vec<Found> {
    let Some(verb) = clause.verb.filter(|_| clause.stance == Stance::Asserted) else { return Vec::new() };
    if verb.voice != Voice::Active {
        return Vec::new();
    }
    let weak = if clause.standing != Standing::Main {
        Some(IN_PASSING)
    } else {
        (!has_own_subject(clause, verb)).then_some(NOT_THE_AUTHOR)
    };
    // "Sets `a` to 5" may be what the program does.
    let is_done = |verb: &Verb| {
        let word = clause.tokens.get(verb.at).map_or("", |token| token.text.as_str());
        word == verb.base || word.ends_with("ed")
    };
    let verbs = chained(clause, verb).into_iter().filter(|verb| SETTING.contains(&verb.base) && is_done(verb));
    let found = |verb: Verb| {
        let (key, value) = pair(Cursor::starting(&clause.tokens, verb.at + 1, names))?;
        let path = names.only_file_adding(&key)?;
        let what = ClaimKind::ValueSet { path, key: key.clone(), value };
        Some(Found { what, span: clause.span.clone(), name: key, others: Vec::new(), weak })
    };
    verbs.filter_map(found).collect()
}

fn pair(mut cursor: Cursor<'_>) -> Option<(String, String)> {
    cursor.skip(BEFORE);
    let key = cursor.token().filter(|token| matches!(token.kind, TokenKind::Code | TokenKind::Name))?.text.clone();
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !plain || !starts || key.len() > MAX_KEY {
        return None;
    }
    cursor.advance();
    if cursor.eat(&["from"]) {
        value(&mut cursor)?;
    }
    if !cursor.eat(&["to"]) && !cursor.sign().is_some_and(|sign| matches!(sign, "=" | "→" | "->")) {
        return None;
    }
    if cursor.sign().is_some() {
        cursor.advance();
    }
    let value = value(&mut cursor)?;
    // "… when it is empty" is what the program does.
    (cursor.closes() || cursor.is_at(&["in", "so", "to", "instead"])).then_some((key, value))
}

/// A number, or what stands in backticks.
fn value(cursor: &mut Cursor<'_>) -> Option<String> {
    let token = cursor.token().filter(|token| matches!(token.kind, TokenKind::Code | TokenKind::Number))?;
    cursor.advance();
    Some(token.text.clone())
}

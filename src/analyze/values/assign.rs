//! `NAME = value` in source: only what stands alone at the start of a line and ends on it.

use std::sync::Arc;

use crate::analyze::code_lines::{Class, Language, Regions};

use super::{Lookup, Setting, Value};

/// The most mentions of a name that are looked at.
const MAX_MENTIONS: usize = 10_000;

/// A text with what its language makes of it.
#[derive(Debug)]
pub struct Source {
    text: Arc<str>,
    language: Option<Language>,
}

impl Source {
    pub(super) fn new(text: &str, language: Option<Language>) -> Self {
        Self { text: Arc::from(text), language }
    }

    /// Assignments to the last part of the key.
    pub(super) fn find(&self, key: &str) -> Lookup {
        let name = key.rsplit(['.', ':', '/']).next().unwrap_or(key).trim();
        if name.is_empty() || !name.bytes().all(is_word) {
            return Lookup::Unknown("the key is no plain name".to_owned());
        }
        let regions = self.language.map(|language| Regions::of(language, self.text.as_bytes()));
        let mut found = Vec::new();
        let mut mentions = 0;
        let mut doubt = false;
        for at in memchr::memmem::find_iter(self.text.as_bytes(), name.as_bytes()).take(MAX_MENTIONS) {
            if !self.is_word_at(at, name.len()) {
                continue;
            }
            mentions += 1;
            let is_code = regions.as_ref().is_none_or(|regions| regions.class_at(at) == Some(Class::Code));
            if !is_code {
                continue;
            }
            let start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |feed| feed + 1);
            let before = self.text.get(start..at).unwrap_or_default();
            let after = self.text.get(at + name.len()..).unwrap_or_default();
            let after = after.split('\n').next().unwrap_or_default().trim_end();
            match assigned(before, after) {
                Assigned::Value(written) => {
                    let line =
                        self.text.as_bytes().get(..at).map_or(0, |before| memchr::memchr_iter(b'\n', before).count());
                    let line = u32::try_from(line).map_or(u32::MAX, |line| line.saturating_add(1));
                    found.push(Setting { key: name.to_owned(), value: Value::Written(written.to_owned()), line });
                }
                Assigned::Doubt => doubt = true,
                Assigned::No => {}
            }
        }
        match (found.is_empty(), doubt, mentions) {
            (true, false, 0) => Lookup::Absent,
            (true, _, _) => Lookup::Unknown(format!("no simple assignment to `{name}` was found")),
            (false, true, _) => Lookup::Unknown(format!("`{name}` is assigned in more than one form")),
            (false, false, _) => Lookup::Found(found),
        }
    }

    fn is_word_at(&self, at: usize, length: usize) -> bool {
        let byte = |at: usize| self.text.as_bytes().get(at).copied();
        !at.checked_sub(1).and_then(byte).is_some_and(is_word) && !byte(at + length).is_some_and(is_word)
    }
}

enum Assigned<'a> {
    Value(&'a str),
    /// An assignment whose value is not all on the line.
    Doubt,
    No,
}

/// `before` and `after` are what stands on the line around the name.
fn assigned<'a>(before: &str, after: &'a str) -> Assigned<'a> {
    // Words of a declaration: `pub const`, `export const`, `static int`, `self.`.
    let declares = |c: char| c.is_alphanumeric() || "_ \t.#@$*&<>[]:-".contains(c);
    if !before.chars().all(declares) || before.trim_start().starts_with("//") {
        return Assigned::No;
    }
    let word = before.trim();
    if matches!(word, "#") || ["return", "if", "case", "import", "from", "use"].contains(&word) {
        return Assigned::No;
    }
    let value = if word.trim_start_matches('#').trim() == "define" && word.starts_with('#') {
        Some(after).filter(|after| after.starts_with([' ', '\t']))
    } else {
        behind_sign(after)
    };
    let Some(value) = value else { return Assigned::No };
    let value = without_comment(value).trim().trim_end_matches([';', ',']).trim();
    if value.is_empty() || value.ends_with(['(', '[', '{', '\\', '+', '|', '&', '<', '-', '*', '=']) {
        return Assigned::Doubt;
    }
    Assigned::Value(value)
}

/// What follows `=`, `:=` or `?=`, or a colon with a literal behind it (an entry of an object).
fn behind_sign(after: &str) -> Option<&str> {
    let is_of_type = |c: char| c.is_alphanumeric() || "_<>[]&'.|?*:, \t".contains(c);
    if let Some((declared, value)) = after.split_once('=') {
        let compound =
            declared.ends_with(['+', '-', '*', '/', '|', '&', '^', '%', '!', '~', '<', '>']) && !declared.contains('<');
        if declared.chars().all(is_of_type) && !compound && !value.starts_with(['=', '>', '~']) {
            return Some(value);
        }
        return None;
    }
    let value = after.trim_start().strip_prefix(':')?.trim();
    let bare = value.trim_end_matches([',', ';']);
    super::compare::is_literal(without_comment(bare).trim().trim_end_matches([',', ';'])).then_some(value)
}

/// Up to a comment that starts outside of quotes.
fn without_comment(value: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in value.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None => {
                let rest = value.get(at..).unwrap_or_default();
                let spaced = at == 0 || value.get(..at).is_some_and(|before| before.ends_with([' ', '\t', ';', ',']));
                if rest.starts_with("//") && spaced || rest.starts_with("/*") || c == '#' && spaced {
                    return value.get(..at).unwrap_or_default();
                }
            }
        }
    }
    value
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

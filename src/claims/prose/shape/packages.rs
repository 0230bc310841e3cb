//! "No new dependencies", "without adding a dependency", "installed `a`", "added the dependency `a`".
//!
//! "No new runtime dependencies" speaks of some of them only, and "add a `cache` package" may speak of a folder: neither is
//! a claim.

use crate::claims::prose::clause::{Clause, Stance, Standing, Token, TokenKind, Verb, Voice};
use crate::claims::prose::names::Names;
use crate::model::claim::{ClaimKind, Package};

use super::cursor::Cursor;
use super::files::{chained, has_own_subject};
use super::{Found, IN_PASSING, NOT_THE_AUTHOR, Words};

const DEPENDENCIES: &[&str] = &["dependency", "dependencies", "dep", "deps"];
const FRESH: &[&str] = &["new", "additional", "extra", "further"];
const WHO: &[&str] = &[
    "this", "the", "commit", "change", "changes", "pr", "patch", "diff", "it", "there", "with", "and", "so", "also",
    "we", "i", "is", "are", "were", "was", "has", "have",
];
const ADD: &[&str] = &["add", "introduce", "adds", "introduces", "added", "introduced"];

/// The longest name of a package, in bytes.
const MAX_NAME: usize = 100;

pub(super) fn none_new(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    if !says_none_new(Cursor::new(words.tokens, names)) {
        return Vec::new();
    }
    let what = ClaimKind::NoNewDependencies;
    vec![Found { what, span: words.span.clone(), name: String::new(), others: Vec::new(), weak: words.weak }]
}

fn says_none_new(mut cursor: Cursor<'_>) -> bool {
    cursor.skip(WHO);
    let any = |cursor: &mut Cursor<'_>| {
        cursor.skip(&["any", "a"]);
        cursor.skip(FRESH);
        cursor.eat(DEPENDENCIES) && ended(cursor)
    };
    if cursor.eat(&["without"]) {
        return cursor.eat(&["adding", "introducing"]) && any(&mut cursor);
    }
    let mut denied = cursor.clone();
    denied.skip(&["did", "does", "do"]);
    if denied.eat(&["not", "didn't", "doesn't", "don't"]) {
        return denied.eat(ADD) && any(&mut denied);
    }
    let adds = cursor.eat(ADD);
    if !cursor.eat(&["no", "zero"]) {
        return false;
    }
    let fresh = cursor.is_at(FRESH);
    cursor.skip(FRESH);
    if !cursor.eat(DEPENDENCIES) {
        return false;
    }
    cursor.skip(&["is", "are", "was", "were", "have", "been", "has"]);
    let added = cursor.eat(&["added", "introduced"]);
    if fresh {
        cursor.skip(&["needed", "required"]);
    }
    (adds || fresh || added) && ended(&mut cursor)
}

/// "Installed `a`", "added `a` as a dependency".
pub(super) fn added(clause: &Clause, names: &Names<'_>) -> Vec<Found> {
    let Some(verb) = clause.verb.filter(|_| clause.stance == Stance::Asserted) else { return Vec::new() };
    if verb.voice != Voice::Active {
        return Vec::new();
    }
    let weak = if clause.standing != Standing::Main {
        Some(IN_PASSING)
    } else {
        (!has_own_subject(clause, verb)).then_some(NOT_THE_AUTHOR)
    };
    let found = |verb: Verb| {
        let name = package(Cursor::starting(&clause.tokens, verb.at + 1, names), &clause.tokens, verb)?;
        let package = Package { name: name.clone(), ecosystem: None, manifest: None };
        let what = ClaimKind::DependencyAdded { package, to: None };
        Some(Found { what, span: clause.span.clone(), name, others: Vec::new(), weak })
    };
    chained(clause, verb).into_iter().filter_map(found).collect()
}

fn package(mut cursor: Cursor<'_>, tokens: &[Token], verb: Verb) -> Option<String> {
    // "Install `a`" may be what a workflow does; "installed `a`" was done.
    let installs = tokens.get(verb.at).is_some_and(|token| token.text == "installed");
    if !installs && verb.base != "add" {
        return None;
    }
    cursor.skip(&["the", "a", "an", "new", "missing", "dev", "development", "runtime", "direct"]);
    let mut called = cursor.eat(DEPENDENCIES);
    let token = cursor.token().filter(|token| token.kind == TokenKind::Code)?;
    let name = package_name(&token.text)?;
    cursor.advance();
    called |= cursor.eat(DEPENDENCIES);
    if cursor.eat(&["as", "to"]) {
        cursor.skip(&["a", "an", "the", "new", "dev", "development", "direct", "explicit", "project"]);
        called |= cursor.eat(DEPENDENCIES);
    }
    ((installs || called) && cursor.closes()).then_some(name)
}

/// The name of a package without a version behind it.
fn package_name(text: &str) -> Option<String> {
    let scope = usize::from(text.starts_with('@'));
    let end = text.get(scope..)?.find(['@', '=', '<', '>', '~', '^', '[']).map_or(text.len(), |at| at + scope);
    let name = text.get(..end)?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./@:".contains(&byte));
    let starts = name.get(scope..)?.starts_with(|c: char| c.is_ascii_alphanumeric());
    (plain && starts && name.len() <= MAX_NAME).then(|| name.to_owned())
}

fn ended(cursor: &mut Cursor<'_>) -> bool {
    cursor.skip(&["here", "in", "by", "this", "commit", "pr", "change", "patch", "at", "all", "whatsoever"]);
    cursor.is_done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages() {
        assert_eq!(package_name("pyjwt").as_deref(), Some("pyjwt"));
        assert_eq!(package_name("pyjwt==2.8").as_deref(), Some("pyjwt"));
        assert_eq!(package_name("@scope/name@1.2").as_deref(), Some("@scope/name"));
        assert_eq!(package_name("github.com/a/b").as_deref(), Some("github.com/a/b"));
        for text in ["--save", "a b", "", "@", "$x"] {
            assert_eq!(package_name(text), None, "{text}");
        }
    }
}

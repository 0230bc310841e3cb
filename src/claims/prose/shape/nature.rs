//! "Documentation only", "no code changes", "tests only": what the change is as a whole.
//!
//! Such words also modify nouns ("a test-only helper") and speak of parts ("no code changes needed in the client"), so the
//! clause must say nothing else.

use crate::claims::prose::clause::{Token, TokenKind};
use crate::claims::prose::names::Names;
use crate::model::claim::ClaimKind;

use super::cursor::Cursor;
use super::{Found, Words};

const WHO: &[&str] = &[
    "this", "is", "the", "commit", "change", "pr", "patch", "diff", "a", "an", "it", "changes", "purely", "pure",
    "strictly", "are", "just", "these", "was", "entirely", "contains", "makes", "with", "so", "and",
];
const DOCS: &[&str] = &["documentation", "docs", "doc"];
const COMMENTS: &[&str] = &["comment", "comments"];
const TESTS: &[&str] = &["test", "tests"];
const CHANGE: &[&str] =
    &["change", "changes", "commit", "update", "updates", "edit", "edits", "pr", "patch", "fix", "modifications"];
const CHANGED: &[&str] = &["changed", "touched", "modified", "edited", "affected", "altered", "made", "updated"];
const AUXILIARIES: &[&str] = &["is", "are", "was", "were", "has", "have", "been", "being"];

pub(super) fn read(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    let parts: Vec<&[Token]> = words
        .tokens
        .split(|token| token.kind == TokenKind::Sign && matches!(token.text.as_str(), "," | ";" | "—" | "."))
        .filter(|part| !part.is_empty())
        .collect();
    let kinds: Option<Vec<ClaimKind>> = parts.into_iter().map(|part| one(part, names)).collect();
    let found =
        |what| Found { what, span: words.span.clone(), name: String::new(), others: Vec::new(), weak: words.weak };
    kinds.unwrap_or_default().into_iter().map(found).collect()
}

fn one(tokens: &[Token], names: &Names<'_>) -> Option<ClaimKind> {
    let cursor = || Cursor::new(tokens, names);
    no_code(cursor()).or_else(|| one_thing_only(cursor())).or_else(|| only_one_thing(cursor()))
}

/// "No code changes", "no source code was modified", "does not change any code".
fn no_code(mut cursor: Cursor<'_>) -> Option<ClaimKind> {
    cursor.skip(WHO);
    cursor.skip(&["there"]);
    cursor.skip(AUXILIARIES);
    let denied = cursor.eat(&["doesn't", "didn't", "don't"]) || {
        let mut ahead = cursor.clone();
        ahead.skip(&["does", "did", "do", "have", "has"]);
        let not = ahead.eat(&["not"]);
        if not {
            cursor = ahead;
        }
        not
    };
    if denied {
        if !cursor.eat(&["change", "touch", "modify", "edit", "alter", "contain", "include", "affect"]) {
            return None;
        }
        cursor.skip(&["any"]);
        cursor.skip(&["source", "actual", "program"]);
        if !cursor.eat(&["code"]) {
            return None;
        }
        cursor.skip(&["changes"]);
        return cursor.ends_here().then_some(ClaimKind::NoCodeChange);
    }
    if !cursor.eat(&["no", "zero", "without"]) {
        return None;
    }
    cursor.skip(&["any", "changing", "touching", "source", "actual", "program"]);
    if cursor.eat(CHANGE) {
        // "No changes to the code"
        cursor.skip(&["made", "to", "the", "any", "actual", "source"]);
        return (cursor.eat(&["code"]) && cursor.ends_here()).then_some(ClaimKind::NoCodeChange);
    }
    if !cursor.eat(&["code", "code-changes"]) {
        return None;
    }
    cursor.skip(AUXILIARIES);
    let said = cursor.eat(CHANGE) || cursor.eat(CHANGED);
    cursor.skip(AUXILIARIES);
    cursor.skip(&["made", "at", "all"]);
    (said && cursor.ends_here()).then_some(ClaimKind::NoCodeChange)
}

/// "Documentation only", "docs-only change", "comment-only".
fn one_thing_only(mut cursor: Cursor<'_>) -> Option<ClaimKind> {
    if purely_documents(cursor.clone()) {
        return Some(ClaimKind::DocsOnly);
    }
    cursor.skip(WHO);
    let what = match cursor.word()? {
        "docs-only"
        | "doc-only"
        | "documentation-only"
        | "comment-only"
        | "comments-only"
        | "documentation-and-comment-only" => {
            cursor.advance();
            ClaimKind::DocsOnly
        }
        "test-only" | "tests-only" => {
            cursor.advance();
            ClaimKind::TestsOnly
        }
        word if DOCS.contains(&word) || COMMENTS.contains(&word) => {
            subject(&mut cursor);
            cursor.eat(CHANGE);
            cursor.eat(&["only"]).then_some(ClaimKind::DocsOnly)?
        }
        word if TESTS.contains(&word) => {
            cursor.advance();
            cursor.eat(CHANGE);
            cursor.eat(&["only"]).then_some(ClaimKind::TestsOnly)?
        }
        _ => return None,
    };
    cursor.eat(CHANGE);
    cursor.ends_here().then_some(what)
}

/// "Purely documentation", "this is purely a documentation change".
fn purely_documents(mut cursor: Cursor<'_>) -> bool {
    cursor.skip(&["this", "is", "it", "the", "commit", "change", "pr", "patch"]);
    if !cursor.eat(&["purely", "strictly", "solely"]) {
        return false;
    }
    cursor.skip(&["a"]);
    if !subject(&mut cursor) {
        return false;
    }
    cursor.eat(CHANGE);
    cursor.ends_here()
}

/// "Only documentation changed", "only touches docs and comments".
fn only_one_thing(mut cursor: Cursor<'_>) -> Option<ClaimKind> {
    cursor.skip(&["this", "the", "commit", "change", "pr", "patch", "it"]);
    let first = cursor.eat(&["only", "just"]);
    let verb =
        cursor.eat(&["changes", "touches", "modifies", "updates", "edits", "affects", "change", "touch", "touched"]);
    let only = first || verb && cursor.eat(&["only", "just"]);
    if !only {
        return None;
    }
    let tests = cursor.is_at(TESTS);
    if tests {
        cursor.advance();
        cursor.skip(&["files", "code"]);
    } else if !subject(&mut cursor) {
        return None;
    }
    cursor.skip(AUXILIARIES);
    let said = cursor.eat(CHANGED) || cursor.eat(CHANGE);
    ((verb || said) && cursor.ends_here()).then_some(if tests { ClaimKind::TestsOnly } else { ClaimKind::DocsOnly })
}

/// "Documentation", "docs and comments", "doc comments", "documentation files".
fn subject(cursor: &mut Cursor<'_>) -> bool {
    if !cursor.eat(DOCS) && !cursor.eat(COMMENTS) {
        return false;
    }
    loop {
        let joined = cursor.sign().is_some_and(|sign| matches!(sign, "/" | "," | "&"));
        if joined {
            cursor.advance();
        }
        let word = cursor.eat(&[
            "and",
            "or",
            "files",
            "comments",
            "comment",
            "docs",
            "documentation",
            "docstrings",
            "markdown",
        ]);
        if !joined && !word {
            return true;
        }
    }
}

//! "Did not touch `a`", "`a` is left untouched", "no changes to `a`", "without changing `a`".

use crate::claims::prose::names::{Among, Names};
use crate::claims::prose::resolve::{How, Object};
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

use super::cursor::{Cursor, List};
use super::{Found, Words};

const TOUCH: &[&str] =
    &["touch", "modify", "change", "edit", "alter", "update", "touched", "modified", "changed", "edited", "altered"];
const TOUCHING: &[&str] = &["touching", "modifying", "changing", "editing", "altering"];
const TOUCHED: &[&str] = &["touched", "modified", "changed", "edited", "altered"];
const INTACT: &[&str] = &["untouched", "unchanged", "unmodified", "unaltered", "unedited", "intact"];
const STATES: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
    "has",
    "have",
    "had",
    "remain",
    "remains",
    "remained",
    "stay",
    "stays",
    "stayed",
    "left",
    "kept",
    "itself",
    "still",
    "also",
    "both",
    "all",
    "completely",
    "entirely",
    "deliberately",
    "intentionally",
    "now",
    "purposely",
    "explicitly",
];
const WHO: &[&str] = &[
    "this",
    "the",
    "commit",
    "change",
    "pr",
    "patch",
    "diff",
    "changeset",
    "pull",
    "request",
    "we",
    "i",
    "it",
    "also",
    "and",
    "but",
    "deliberately",
    "intentionally",
    "explicitly",
];
const NOT: &[&str] = &["not", "never", "n't"];
const DO_NOT: &[&str] = &["didn't", "doesn't", "don't", "haven't", "hasn't"];

pub(super) fn read(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    let forms: [fn(Cursor<'_>) -> Option<List>; 5] =
        [not_touched, did_not_touch, no_changes_to, without_touching, left_alone];
    let Some(list) = forms.iter().find_map(|form| form(Cursor::new(words.tokens, names))) else { return Vec::new() };
    let mut found = Vec::new();
    for named in &list.named {
        let mut weak = words.weak;
        let paths = match &named.object {
            Object::Files(files) => {
                let mut paths = Vec::new();
                for file in files {
                    // A file at the top is meant by its bare name, else the one that did not change, where there is one.
                    let exact = |path: &&RepoPath| path.to_wire() == named.name;
                    let is_idle = |path: &&RepoPath| !names.has(Among::Changed, path.as_bytes());
                    let others = match file.candidates.first() {
                        Some(first) if exact(&first) || is_idle(&first) => Vec::new(),
                        _ => names.idle(file.ending.as_bytes()),
                    };
                    let all = || file.candidates.iter().chain(&others);
                    let meant = all().find(exact).or_else(|| all().find(is_idle)).or_else(|| all().next());
                    paths.extend(meant.map(RepoPath::to_wire));
                    if file.how == How::Loosely {
                        weak = Some("the name is not quite that of a file");
                    }
                }
                paths
            }
            Object::Several(several) => vec![several.clone()],
            Object::Absent(_) | Object::Nowhere(_) => continue,
        };
        let what = ClaimKind::Untouched { paths };
        found.push(Found { what, span: words.span.clone(), name: named.name.clone(), others: Vec::new(), weak });
    }
    found
}

/// "`a` is untouched", "`a` was not changed", "`a` is left alone".
fn not_touched(mut cursor: Cursor<'_>) -> Option<List> {
    let list = cursor.files()?;
    if cursor.sign().is_some_and(|sign| sign == ":" || sign == "—") {
        cursor.advance();
    }
    says_untouched(cursor).then_some(list)
}

fn says_untouched(mut cursor: Cursor<'_>) -> bool {
    cursor.skip(STATES);
    if cursor.eat(INTACT) || cursor.eat(&["alone", "as-is"]) || cursor.eat_all(&["as", "is"]) {
        return cursor.ends_here();
    }
    if cursor.eat_all(&["no", "change"]) || cursor.eat_all(&["no", "changes"]) || cursor.eat_all(&["no", "edits"]) {
        return cursor.ends_here();
    }
    let denied = cursor.eat(NOT) || cursor.eat(&["isn't", "wasn't", "aren't", "weren't", "hasn't", "haven't"]);
    if !denied {
        return false;
    }
    cursor.skip(STATES);
    cursor.eat(TOUCHED) && cursor.ends_here()
}

/// "Did not touch `a`", "doesn't modify `a`", "never touches `a`".
fn did_not_touch(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(WHO);
    let denied = if cursor.eat(DO_NOT) {
        true
    } else {
        cursor.skip(&["did", "does", "do", "have", "has"]);
        cursor.eat(NOT)
    };
    if !denied {
        return None;
    }
    cursor.skip(&["been", "even", "at", "all"]);
    if !cursor.eat(TOUCH) {
        return None;
    }
    cursor.skip(&["anything", "in", "any", "of", "files"]);
    let list = cursor.files()?;
    cursor.ends_here().then_some(list)
}

/// "No changes to `a`", "nothing in `a` changed".
fn no_changes_to(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(&[
        "there", "are", "is", "were", "was", "with", "makes", "make", "made", "this", "the", "commit", "pr", "change",
        "patch", "i", "we", "it", "have", "has", "contains",
    ]);
    if cursor.eat_all(&["nothing", "in"]) {
        let list = cursor.files()?;
        cursor.skip(STATES);
        return (cursor.eat(TOUCHED) && cursor.ends_here()).then_some(list);
    }
    if !cursor.eat(&["no", "zero"]) {
        return None;
    }
    cursor.skip(&["further", "other", "additional"]);
    if !cursor.eat(&["changes", "change", "edits", "modifications", "modification"]) {
        return None;
    }
    cursor.skip(&["were", "was", "are", "is", "have", "been", "made"]);
    if !cursor.eat(&["to", "in"]) {
        return None;
    }
    let list = cursor.files()?;
    cursor.skip(&["were", "was", "are", "made"]);
    cursor.ends_here().then_some(list)
}

/// "Without touching `a`".
fn without_touching(mut cursor: Cursor<'_>) -> Option<List> {
    if !cursor.eat(&["without"]) || !cursor.eat(TOUCHING) {
        return None;
    }
    let list = cursor.files()?;
    cursor.ends_here().then_some(list)
}

/// "Leaves `a` untouched", "kept `a` as is".
fn left_alone(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(WHO);
    if !cursor.eat(&["leave", "leaves", "left", "leaving", "keep", "keeps", "kept", "keeping"]) {
        return None;
    }
    let list = cursor.files()?;
    cursor.skip(STATES);
    let intact = cursor.eat(INTACT) || cursor.eat(&["alone", "as-is"]) || cursor.eat_all(&["as", "is"]);
    (intact && cursor.ends_here()).then_some(list)
}

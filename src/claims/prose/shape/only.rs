//! "Only `a` was changed", "no file other than `a` is touched", "changes are limited to `a`".
//!
//! The clause must say it of files as such. "Only the `a` parser changed" and "the only production change is in `a`" say
//! something else, and are no claim.

use crate::claims::prose::names::Names;
use crate::claims::prose::resolve::{How, Object};
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

use super::cursor::{Cursor, List};
use super::{Found, Words};

const AUXILIARIES: &[&str] =
    &["is", "are", "was", "were", "has", "have", "been", "being", "gets", "got", "now", "actually"];
const CHANGED: &[&str] = &["changed", "touched", "modified", "edited", "updated", "affected", "altered", "changes"];
const CHANGES: &[&str] = &[
    "changes", "touches", "modifies", "edits", "updates", "affects", "alters", "change", "touch", "modify", "edit",
    "update", "changed", "touched", "modified", "edited", "updated",
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
    "here",
    "so",
];
const OTHER_THAN: &[&[&str]] = &[
    &["other", "than"],
    &["than"],
    &["others", "than"],
    &["else", "than"],
    &["else", "but"],
    &["else", "besides"],
    &["apart", "from"],
    &["aside", "from"],
    &["except", "for"],
    &["except"],
    &["but"],
    &["besides"],
    &["outside", "of"],
    &["outside"],
    &["beyond"],
];

pub(super) fn read(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    let forms: [fn(Cursor<'_>) -> Option<List>; 6] =
        [only_was, only_touches, nothing_but, limited_to, the_only, is_the_only];
    let Some(list) = forms.iter().find_map(|form| form(Cursor::new(words.tokens, names))) else { return Vec::new() };
    if list.has_unknown || list.named.is_empty() {
        return Vec::new();
    }
    let mut paths = Vec::new();
    let mut weak = words.weak;
    for named in &list.named {
        match &named.object {
            // Whichever of the files is meant: all of them may change.
            Object::Files(files) => {
                for file in files {
                    paths.extend(file.candidates.iter().map(RepoPath::to_wire));
                    if file.how == How::Loosely {
                        weak = Some("the name is not quite that of a file");
                    }
                }
            }
            Object::Several(several) => paths.push(several.clone()),
            Object::Absent(path) | Object::Nowhere(path) => paths.push(path.to_wire()),
        }
    }
    let name = list.named.first().map(|named| named.name.clone()).unwrap_or_default();
    vec![Found { what: ClaimKind::Only { paths }, span: words.span.clone(), name, others: Vec::new(), weak }]
}

/// "Only `a` was changed".
fn only_was(mut cursor: Cursor<'_>) -> Option<List> {
    if !cursor.eat(&["only", "just", "solely"]) {
        return None;
    }
    let list = cursor.files()?;
    cursor.skip(AUXILIARIES);
    (cursor.eat(CHANGED) && cursor.ends_here()).then_some(list)
}

/// "This commit only changes `a`", "touches only `a`", "only touched `a`".
fn only_touches(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(WHO);
    cursor.skip(&["has", "have"]);
    let before = cursor.eat(&["only", "just", "solely"]);
    if !cursor.eat(CHANGES) {
        return None;
    }
    let behind = cursor.eat(&["only", "just", "solely", "exclusively", "nothing"]);
    if behind && !before {
        skip_but(&mut cursor);
    }
    if !before && !behind {
        return None;
    }
    let list = cursor.files()?;
    cursor.ends_here().then_some(list)
}

fn skip_but(cursor: &mut Cursor<'_>) {
    for phrase in OTHER_THAN {
        if cursor.eat_all(phrase) {
            return;
        }
    }
}

/// "No file other than `a` is touched", "nothing outside `a` changed", "no changes outside `a`".
fn nothing_but(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(&["there", "are", "is", "were", "was"]);
    let changes = if cursor.eat(&["nothing"]) {
        false
    } else if cursor.eat(&["no"]) {
        cursor.skip(&["further", "source"]);
        let mut ahead = cursor.clone();
        ahead.skip(&["other"]);
        let files = ahead.eat(&["file", "files"]);
        if files {
            cursor = ahead;
        }
        let changes = !files && cursor.eat(&["change", "changes", "edits", "modifications"]);
        if !files && !changes {
            return None;
        }
        changes
    } else {
        return None;
    };
    // "No files were changed other than `a`", "no changes were made outside `a`".
    cursor.skip(AUXILIARIES);
    let early = cursor.eat(CHANGED) || changes && cursor.eat(&["made"]);
    if !OTHER_THAN.iter().any(|phrase| cursor.eat_all(phrase)) {
        return None;
    }
    let list = cursor.files()?;
    if early || changes {
        cursor.skip(AUXILIARIES);
        cursor.skip(&["made"]);
        return cursor.ends_here().then_some(list);
    }
    cursor.skip(AUXILIARIES);
    (cursor.eat(CHANGED) && cursor.ends_here()).then_some(list)
}

/// "Changes are limited to `a`", "all changes are in `a`".
fn limited_to(mut cursor: Cursor<'_>) -> Option<List> {
    let all = cursor.eat(&["all"]);
    cursor.skip(&["the", "this", "these", "of"]);
    let subject = cursor.eat(&["change", "changes", "commit", "pr", "diff", "patch", "edits", "modifications"]);
    cursor.skip(&["here", "in", "this", "commit", "pr", "made"]);
    cursor.skip(AUXILIARIES);
    cursor.skip(&["strictly", "entirely"]);
    if cursor.eat(&["limited", "confined", "restricted", "constrained", "contained"]) {
        if !cursor.eat(&["to", "in", "within"]) {
            return None;
        }
    } else if !(all && subject && cursor.eat(&["in", "inside", "within"])) {
        return None;
    }
    let list = cursor.files()?;
    cursor.ends_here().then_some(list)
}

/// "The only file changed is `a`".
fn the_only(mut cursor: Cursor<'_>) -> Option<List> {
    cursor.skip(&["the"]);
    if !cursor.eat(&["only"]) {
        return None;
    }
    cursor.skip(CHANGED);
    if !cursor.eat(&["file", "files"]) {
        return None;
    }
    cursor.skip(&["that", "which", "this", "commit", "pr", "change", "patch"]);
    cursor.skip(AUXILIARIES);
    cursor.skip(CHANGED);
    cursor.skip(CHANGES);
    cursor.skip(&["in", "by", "this", "the", "commit", "pr", "change", "patch", "here"]);
    if !cursor.eat(&["is", "are", "was", "were"]) && cursor.sign().is_some_and(|sign| sign == ":") {
        cursor.advance();
    }
    let list = cursor.files()?;
    cursor.ends_here().then_some(list)
}

/// "`a` is the only file changed".
fn is_the_only(mut cursor: Cursor<'_>) -> Option<List> {
    let list = cursor.files()?;
    if !cursor.eat(&["is", "are", "was", "were"]) || !cursor.eat(&["the"]) || !cursor.eat(&["only"]) {
        return None;
    }
    let early = cursor.eat(CHANGED);
    if !cursor.eat(&["file", "files"]) {
        return None;
    }
    cursor.skip(&["that", "which"]);
    cursor.skip(AUXILIARIES);
    (cursor.eat(CHANGED) || cursor.eat(CHANGES) || early).then_some(())?;
    cursor.ends_here().then_some(list)
}

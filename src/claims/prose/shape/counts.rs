//! "12 files changed", "this commit changes 12 files", "3 files changed, 10 insertions(+), 2 deletions(-)".
//!
//! The unit must surely be the files of this change: "12 files in `src/`", "about 12 files" and "12 data files" are not.

use crate::claims::prose::names::Names;
use crate::model::claim::ClaimKind;

use super::cursor::Cursor;
use super::{Found, Words};

const CHANGED: &[&str] = &["changed", "touched", "modified", "edited", "updated", "affected"];
const CHANGES: &[&str] = &[
    "changes", "touches", "modifies", "edits", "updates", "affects", "changed", "touched", "modified", "edited",
    "updated",
];

pub(super) fn read(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    let found =
        |what| Found { what, span: words.span.clone(), name: String::new(), others: Vec::new(), weak: words.weak };
    let mut cursor = Cursor::new(words.tokens, names);
    if let Some(count) = stat(&mut cursor) {
        let mut all = vec![found(ClaimKind::FilesChanged { count })];
        if let Some((added, deleted)) = lines(rest(&cursor, words)) {
            all.extend(added.map(|count| found(ClaimKind::LinesAdded { count })));
            all.extend(deleted.map(|count| found(ClaimKind::LinesDeleted { count })));
            return all;
        }
        if ended(&mut cursor) {
            let own = words.message.get(words.span.clone()).unwrap_or_default();
            let apart = counts_apart(own, words.message);
            for one in all.iter_mut().filter(|_| apart) {
                one.weak.get_or_insert("files that are new or gone are counted apart");
            }
            return all;
        }
    }
    let count = changes(Cursor::new(words.tokens, names)).or_else(|| in_total(Cursor::new(words.tokens, names)));
    count.or_else(|| labelled(words, names)).map(|count| found(ClaimKind::FilesChanged { count })).into_iter().collect()
}

/// Does the message count other files by themselves: "3 new files" beside "12 modified files"?
pub(in crate::claims::prose) fn counts_apart(own: &str, message: &str) -> bool {
    let own = own.to_lowercase();
    if !["modified", "edited", "updated"].iter().any(|word| own.contains(word)) {
        return false;
    }
    let others = ["new", "added", "created", "deleted", "removed", "moved", "renamed"];
    message.lines().any(|line| {
        let line = line.to_lowercase();
        let mut before = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = before.next() {
            let next = before.peek().copied().unwrap_or_default();
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                let mut ahead = before.clone();
                ahead.next();
                let then = ahead.next().unwrap_or_default();
                let counted = |file: &str, kind: &str| matches!(file, "file" | "files") && others.contains(&kind);
                if counted(next, then) || counted(then, next) {
                    return true;
                }
            }
        }
        false
    })
}

/// "12 files changed", "12 files were modified", "12 changed files".
fn stat(cursor: &mut Cursor<'_>) -> Option<u64> {
    cursor.skip(&["in", "total", "a", "of", "overall", "all"]);
    while cursor.sign().is_some_and(|sign| matches!(sign, "," | ":")) {
        cursor.advance();
    }
    let count = cursor.number()?;
    if cursor.eat(CHANGED) {
        return cursor.eat(&["file", "files"]).then_some(count);
    }
    if !cursor.eat(&["file", "files"]) {
        return None;
    }
    cursor.skip(&["were", "was", "are", "is", "have", "has", "been", "in", "total"]);
    cursor.eat(CHANGED).then_some(count)
}

/// "This commit changes 12 files", "touches 12 files".
fn changes(mut cursor: Cursor<'_>) -> Option<u64> {
    cursor.skip(&[
        "this",
        "the",
        "commit",
        "pr",
        "patch",
        "change",
        "diff",
        "we",
        "i",
        "it",
        "in",
        "total",
        "pull",
        "request",
        "changeset",
        "overall",
        "only",
    ]);
    while cursor.sign().is_some_and(|sign| sign == ",") {
        cursor.advance();
    }
    if !cursor.eat(CHANGES) {
        return None;
    }
    cursor.skip(&["a", "total", "of", "exactly", "only", "just"]);
    let count = cursor.number()?;
    (cursor.eat(&["file", "files"]) && ended(&mut cursor)).then_some(count)
}

/// "The change spans 12 files".
fn in_total(mut cursor: Cursor<'_>) -> Option<u64> {
    cursor.skip(&["this", "the", "commit", "pr", "patch", "diff", "change", "changeset", "changes"]);
    if !cursor.eat(&["spans", "span", "covers", "comprises", "consists"]) {
        return None;
    }
    cursor.skip(&["of", "a", "total", "exactly"]);
    let count = cursor.number()?;
    (cursor.eat(&["file", "files"]) && ended(&mut cursor)).then_some(count)
}

/// "Files changed: 12".
fn labelled(words: &Words<'_>, names: &Names<'_>) -> Option<u64> {
    let mut label = Cursor::new(words.label?, names);
    label.skip(&["total", "number", "of"]);
    let files = label.eat(&["files"]) && label.eat(CHANGED) || label.eat(CHANGED) && label.eat(&["files"]);
    let mut cursor = Cursor::new(words.tokens, names);
    let count = cursor.number()?;
    cursor.skip(&["file", "files"]);
    (files && label.is_done() && ended(&mut cursor)).then_some(count)
}

/// The words of the message behind the cursor.
fn rest<'m>(cursor: &Cursor<'_>, words: &Words<'m>) -> &'m str {
    let start = cursor.token().map_or(words.span.end, |token| token.span.start);
    let rest = words.message.get(start..words.span.end).unwrap_or_default();
    // The next sentence may be taken for a part of this one.
    let end = [". ", ".\n", "\n\n"].iter().filter_map(|sign| rest.find(sign)).min();
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// ", 10 insertions(+), 2 deletions(-)" or ", +10/-2", up to the end; `None` where anything else is said.
fn lines(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (mut added, mut deleted) = (None, None);
    let text = text.to_lowercase().replace(['(', ')', '`', '*'], " ").replace(['−', '–'], "-");
    let mut words = text
        .split([' ', '/', '\n'])
        .map(|word| word.trim_matches([',', '.', ';', ':']))
        .filter(|word| !word.is_empty());
    let mut pending: Option<u64> = None;
    for word in words.by_ref() {
        let (sign, digits) = match word
            .strip_prefix('+')
            .map(|rest| ('+', rest))
            .or_else(|| word.strip_prefix('-').map(|rest| ('-', rest)))
        {
            Some(signed) => signed,
            None => (' ', word),
        };
        let count: Option<u64> = digits.replace([',', '_'], "").parse().ok();
        match (sign, count, word) {
            ('+', Some(count), _) => added = Some(count),
            ('-', Some(count), _) => deleted = Some(count),
            (' ', Some(count), _) => pending = Some(count),
            (_, None, "insertion" | "insertions" | "additions" | "added") => added = Some(pending.take().or(added)?),
            (_, None, "deletion" | "deletions" | "deleted" | "removed") => deleted = Some(pending.take().or(deleted)?),
            (_, None, "+" | "-" | "lines" | "line" | "and" | "with") => {}
            _ => return None,
        }
    }
    (pending.is_none() && (added.is_some() || deleted.is_some())).then_some((added, deleted))
}

fn ended(cursor: &mut Cursor<'_>) -> bool {
    cursor.skip(&["in", "total", "overall", "by", "this", "commit", "pr", "change", "altogether"]);
    cursor.is_done()
}

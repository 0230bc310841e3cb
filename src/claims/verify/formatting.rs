//! `formatting-only`: every changed line holds the tokens it held before.
//!
//! Contradicted by a word of code that stands on one side of a file alone, and by a file that is new or gone. What a
//! formatter may also do (quotes, commas, order of imports) leaves no new word behind, and is neither proof.

use rustc_hash::FxHashSet;

use super::Ruling;
use super::picture::Picture;
use crate::analyze::classify::Classes;
use crate::analyze::code_lines::{Class, Language, Regions};
use crate::analyze::layout::Nature;
use crate::model::change::{Change, Status};
use crate::model::content::Bytes;
use crate::model::escape;
use crate::model::lines::Lines;
use crate::model::path::RepoPath;

/// What a change did to one file.
enum Form {
    Layout,
    /// Surely more than layout.
    More {
        why: String,
        line: Option<u32>,
    },
    Doubt(String),
}

pub(super) fn formatting_only(picture: &Picture<'_>) -> Ruling {
    let facts = picture.facts;
    if facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    if facts.set().merge {
        return Ruling::unsupported("of a merge, only what differs from every parent is known");
    }
    let mut doubt: Option<(&RepoPath, String)> = None;
    for (index, change) in picture.changes() {
        match form(index, change, facts.classes(index), picture) {
            Form::Layout => {}
            Form::More { why, line } => {
                let place = line.map_or_else(String::new, |line| format!(", line {line}"));
                return Ruling::contradicted(format!("`{}`{place}: {why}", change.path))
                    .with(std::iter::once(change.path.to_wire()).chain(line.map(|line| format!("line {line}"))));
            }
            Form::Doubt(why) => {
                doubt.get_or_insert((&change.path, why));
            }
        }
    }
    if let Some((path, why)) = doubt {
        return Ruling::unsupported(format!("`{path}`: {why}")).with([path.to_wire()]);
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported("every changed line holds the tokens it held before"),
    }
}

fn form(index: usize, change: &Change, classes: Classes, picture: &Picture<'_>) -> Form {
    let facts = picture.facts;
    let doubt = |why: &str| Form::Doubt(why.to_owned());
    let renames = facts.renames();
    let moved = renames.of_old(index).is_some() || renames.of_new(index).is_some();
    if classes.generated || classes.vendored || classes.lock_file || classes.snapshot {
        return doubt("made by a tool or by others");
    }
    match change.status() {
        Status::Modified => {}
        _ if moved => return doubt("it moved"),
        // A move that was not looked for is none that can be ruled out.
        Status::Added | Status::Deleted if picture.rename_gap().is_some() => return doubt("it may have moved"),
        Status::Added | Status::Deleted if !classes.code => return doubt("it is new or gone, and no source"),
        Status::Added => return Form::More { why: "the file is new".to_owned(), line: None },
        Status::Deleted => return Form::More { why: "the file is deleted".to_owned(), line: None },
        Status::TypeChanged => return doubt("it became another type of entry"),
    }
    if change.is_mode_only() {
        return doubt("its mode changed");
    }
    let (Some(diff), Some(natures)) = (facts.lines(index), facts.natures(index)) else {
        return doubt("its lines could not be read");
    };
    if diff.binary {
        return doubt("it is binary");
    }
    if change.old.map(|side| side.mode) == change.new.map(|side| side.mode)
        && natures.added.iter().chain(&natures.deleted).all(|nature| *nature == Nature::Format)
    {
        return Form::Layout;
    }
    let language = facts.language(index).filter(|_| classes.code);
    let (Some(language), Some(old), Some(new)) = (language, facts.old_content(index), facts.new_content(index)) else {
        return doubt("some of its lines may have changed in more than layout");
    };
    let found = new_word(language, &new, &diff.added, &old, "new")
        .or_else(|| new_word(language, &old, &diff.deleted, &new, "gone"));
    found.unwrap_or_else(|| doubt("some of its lines may have changed in more than layout"))
}

/// A word in the code of these lines that the other side of the file does not have at all.
fn new_word(language: Language, content: &Bytes, lines: &Lines, other: &Bytes, what: &str) -> Option<Form> {
    let known: FxHashSet<Vec<u8>> = words(other).map(|(_, word)| word.to_ascii_lowercase()).collect();
    let regions = Regions::of(language, content);
    let mut row = 0;
    while let Some((line, start)) = lines.at(row) {
        row += 1;
        for (at, word) in words(line.text) {
            let tells = word.len() > 2 && word.first().is_some_and(u8::is_ascii_alphabetic);
            if tells && regions.class_at(start + at) == Some(Class::Code) && !known.contains(&word.to_ascii_lowercase())
            {
                let word = escape::visible(word);
                return Some(Form::More { why: format!("the word `{word}` is {what}"), line: Some(line.number) });
            }
        }
    }
    None
}

/// Runs of letters, digits and underscores, with their offsets.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.iter().position(is_word)?;
        let length = text.get(start..)?.iter().take_while(|byte| is_word(byte)).count();
        at = start + length;
        Some((start, text.get(start..at)?))
    })
}

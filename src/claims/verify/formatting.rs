//! `formatting-only`: every changed line holds the tokens it held before.
//!
//! Contradicted by what no formatter does ([`layout::beyond`]), and by a file that is new or gone. What a formatter may also
//! do (quotes, commas, order of imports) is neither proof.

use super::Ruling;
use super::picture::Picture;
use crate::analyze::classify::Classes;
use crate::analyze::layout::{self, Beyond, Nature};
use crate::model::change::{Change, Status};
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
    if classes.generated || classes.vendored || classes.snapshot {
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
    let (Some(old), Some(new)) = (facts.old_content(index), facts.new_content(index)) else {
        return doubt("its content could not be read");
    };
    match layout::beyond(&change.path, diff, &old, &new) {
        Some(Beyond { what, line }) => Form::More { why: what, line: Some(line) },
        None => doubt("some of its lines may have changed in more than layout"),
    }
}

//! `only` and `untouched`: every changed path against the entries of the claim. The old and the new path of a rename both
//! count.

use super::Ruling;
use super::picture::Picture;
use crate::claims::cover::{Cover, Covered};
use crate::model::path::RepoPath;

pub(super) fn only(entries: &[String], picture: &Picture<'_>) -> Ruling {
    let cover = Cover::new(entries);
    let outside = paths(&cover, Covered::No, picture);
    if let Some(first) = outside.first() {
        let more = others(outside.len());
        return Ruling::contradicted(format!("`{first}`{more} changed too and no entry covers it"))
            .with(outside.iter().map(|path| path.to_wire()));
    }
    let doubtful = paths(&cover, Covered::Perhaps, picture);
    if let Some(first) = doubtful.first() {
        return Ruling::unsupported(format!("an entry covers `{first}` only if a wildcard is read widely; write `**`"))
            .with(doubtful.iter().map(|path| path.to_wire()));
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported("every changed path is covered").with([count(picture)]),
    }
}

pub(super) fn untouched(entries: &[String], picture: &Picture<'_>) -> Ruling {
    let cover = Cover::new(entries);
    let touched = paths(&cover, Covered::Surely, picture);
    if let Some(first) = touched.first() {
        let more = others(touched.len());
        return Ruling::contradicted(format!("`{first}`{more} changed"))
            .with(touched.iter().map(|path| path.to_wire()));
    }
    let doubtful = paths(&cover, Covered::Perhaps, picture);
    if let Some(first) = doubtful.first() {
        return Ruling::unsupported(format!("`{first}` changed, and an entry covers it if a wildcard is read widely"))
            .with(doubtful.iter().map(|path| path.to_wire()));
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported("no changed path is covered").with([count(picture)]),
    }
}

fn paths<'a>(cover: &Cover, how: Covered, picture: &Picture<'a>) -> Vec<&'a RepoPath> {
    picture.changes().map(|(_, change)| &change.path).filter(|path| cover.covers(path) == how).collect()
}

fn others(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " (and 1 other)".to_owned(),
        _ => format!(" (and {} others)", count - 1),
    }
}

fn count(picture: &Picture<'_>) -> String {
    match picture.facts.set().changes.len() {
        1 => "1 changed path".to_owned(),
        count => format!("{count} changed paths"),
    }
}

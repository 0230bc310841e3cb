//! `text-removed-everywhere` and `text-replaced-everywhere`: against all texts of the tree, before and after the change.
//!
//! Contradicted by a place where the text still stands for itself. What stands within a longer word, in a change log or
//! in what others made is no proof against the claim, and none for it.

use std::rc::Rc;

use super::Ruling;
use super::picture::Picture;
use crate::analyze::classify;
use crate::analyze::facts::Facts;
use crate::analyze::treesearch::{Found, Needle, Place, Skipped};
use crate::claims::cover::{Cover, Covered};
use crate::model::claim::ClaimKind;
use crate::model::content::Bytes;
use crate::model::escape;
use crate::model::path::RepoPath;

/// The longest text that is shown, in characters.
const MAX_SHOWN: usize = 60;

/// Words of a path that holds what was, not what is.
const HISTORY: &[&str] =
    &["changelog", "changes", "history", "release-notes", "releasenotes", "releases", "newsfragments", "news"];

/// Announces what the claim will have searched for.
pub(super) fn announce(what: &ClaimKind, facts: &Facts<'_>) {
    let needles = match what {
        ClaimKind::TextRemovedEverywhere { text, paths } => [needle(text, None, paths.as_deref()), None],
        ClaimKind::TextReplacedEverywhere { from, to, paths } => {
            [needle(from, Some(to), paths.as_deref()), needle(to, None, paths.as_deref())]
        }
        _ => return,
    };
    needles.into_iter().flatten().for_each(|needle| facts.will_search(needle));
}

pub(super) fn removed(text: &str, paths: Option<&[String]>, picture: &Picture<'_>) -> Ruling {
    let Some(needle) = needle(text, None, paths) else { return Ruling::uncheckable("there is no text to look for") };
    let found = picture.facts.search(&needle);
    gone(text, paths, &found, picture).unwrap_or_else(|| {
        let (before, more) = (&found.before.whole, &found.before.within);
        let first = before.first().or(more.first());
        let held =
            first.map_or_else(String::new, |place| format!(" (it stood in `{}`, line {})", place.path, place.line));
        Ruling::supported(format!("`{}` stands in no file any more{held}{}", shown(text), unsearched(found.skipped)))
            .with(first.map(|place| place.path.to_wire()))
    })
}

pub(super) fn replaced(from: &str, to: &str, paths: Option<&[String]>, picture: &Picture<'_>) -> Ruling {
    if from == to {
        return Ruling::uncheckable("both texts are the same");
    }
    let (Some(old), Some(new)) = (needle(from, Some(to), paths), needle(to, None, paths)) else {
        return Ruling::uncheckable("there is no text to look for");
    };
    let found = picture.facts.search(&old);
    if let Some(ruling) = gone(from, paths, &found, picture) {
        return ruling;
    }
    let held = picture.facts.search(&new);
    if held.after.is_empty() {
        return Ruling::unsupported(format!(
            "`{}` stands in no file any more, and `{}` in none either",
            shown(from),
            shown(to)
        ));
    }
    match added(to, paths, picture) {
        Some(place) => Ruling::supported(format!(
            "`{}` stands in no file any more; `{}` was added to `{}`, line {}{}",
            shown(from),
            shown(to),
            place.path,
            place.line,
            unsearched(found.skipped)
        ))
        .with([place.path.to_wire(), format!("line {}", place.line)]),
        None => Ruling::unsupported(format!(
            "`{}` stands in no file any more, and no added line holds `{}`",
            shown(from),
            shown(to)
        )),
    }
}

/// A ruling where the text is not surely gone, or was never there.
fn gone(text: &str, paths: Option<&[String]>, found: &Found, picture: &Picture<'_>) -> Option<Ruling> {
    let text = shown(text);
    let cover = paths.map(Cover::new);
    let surely = |place: &&Place| cover.as_ref().is_none_or(|cover| cover.covers(&place.path) == Covered::Surely);
    let (proof, rest): (Vec<&Place>, Vec<&Place>) = found.after.whole.iter().partition(|place| {
        surely(place) && (paths.is_some() || !is_history(&place.path)) && !holds_claims(&place.path, picture.facts)
    });
    if let Some(first) = proof.first() {
        let more = match proof.len() {
            1 => String::new(),
            2 => ", and in 1 other file".to_owned(),
            count => format!(", and in {} other files or more", count - 1),
        };
        let places = proof.iter().map(|place| format!("{}:{}", place.path.to_wire(), place.line));
        let evidence = [first.path.to_wire(), format!("line {}", first.line)].into_iter().chain(places.skip(1));
        return Some(
            Ruling::contradicted(format!("`{text}` still stands in `{}`, line {}{more}", first.path, first.line))
                .with(evidence),
        );
    }
    if let Some(gap) = &found.gap {
        return Some(Ruling::unsupported(format!("not every file could be searched for `{text}`: {gap}")));
    }
    if let Some(place) = rest.first() {
        return Some(
            Ruling::unsupported(format!(
                "`{text}` still stands in `{}`, line {}, which may be no part of the claim",
                place.path, place.line
            ))
            .with([place.path.to_wire(), format!("line {}", place.line)]),
        );
    }
    if found.before.is_empty() {
        let also = unsearched(found.skipped);
        return Some(Ruling::unsupported(format!("`{text}` stood in no file before the change either{also}")));
    }
    let place = found.after.within.first()?;
    Some(
        Ruling::unsupported(format!(
            "`{text}` still stands within a longer word in `{}`, line {}",
            place.path, place.line
        ))
        .with([place.path.to_wire(), format!("line {}", place.line)]),
    )
}

fn needle(text: &str, longer: Option<&str>, paths: Option<&[String]>) -> Option<Needle> {
    let needle = Needle::new(text)?;
    let needle = match longer {
        Some(longer) => needle.outside(longer),
        None => needle,
    };
    let Some(entries) = paths else { return Some(needle) };
    let cover = Cover::new(entries);
    Some(needle.within(entries.to_vec(), Rc::new(move |path| cover.covers(path) > Covered::No)))
}

/// The first added line that holds the text's first line.
fn added(text: &str, paths: Option<&[String]>, picture: &Picture<'_>) -> Option<Place> {
    let cover = paths.map(Cover::new);
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    picture.changes().find_map(|(index, change)| {
        if cover.as_ref().is_some_and(|cover| cover.covers(&change.path) == Covered::No) {
            return None;
        }
        let lines = picture.facts.text_lines(index)?;
        let line = lines.added.iter().find(|line| memchr::memmem::find(line.text, first.as_bytes()).is_some())?;
        Some(Place { path: change.path.clone(), line: line.number })
    })
}

/// Is this a file of what was, or of what others or tools made?
fn is_history(path: &RepoPath) -> bool {
    let classes = classify::classify(path);
    let lower = path.as_bytes().to_ascii_lowercase();
    let mut parts = lower.split(|byte| b"/._".contains(byte));
    classes.vendored
        || classes.generated
        || classes.lock_file
        || classes.snapshot
        || parts.any(|part| HISTORY.iter().any(|word| part == word.as_bytes()))
}

/// A file that holds a report quotes what the report says is gone.
fn holds_claims(path: &RepoPath, facts: &Facts<'_>) -> bool {
    let content: Option<Bytes> = match facts.changes().find(|(_, change)| change.path == *path) {
        Some((index, _)) => facts.new_content(index),
        None => facts.base_file(path).flatten(),
    };
    content.is_some_and(|content| {
        ["text-removed-everywhere", "text-replaced-everywhere"]
            .iter()
            .any(|kind| memchr::memmem::find(&content, kind.as_bytes()).is_some())
    })
}

/// What was passed over, in words.
fn unsearched(skipped: Skipped) -> String {
    let one_or_more = |count: usize, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {more}")),
    };
    let parts = [
        one_or_more(skipped.binary, "binary file", "binary files"),
        one_or_more(skipped.lfs_pointers, "file kept by Git LFS", "files kept by Git LFS"),
        one_or_more(skipped.submodules, "submodule", "submodules"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("; not searched: {}", parts.join(", ")) }
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    let end = if cut.len() < text.len() { "…" } else { "" };
    escape::visible(cut.as_bytes()) + end
}

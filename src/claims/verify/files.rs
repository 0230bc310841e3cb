//! `created`, `deleted`, `modified`, `renamed`: against git's raw list, with renames as an overlay.

use super::Ruling;
use super::picture::{Found, Picture};
use crate::model::change::{Change, Status};
use crate::model::path::RepoPath;

pub(super) fn created(path: &RepoPath, picture: &Picture<'_>) -> Ruling {
    let (index, change) = match found(path, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let ruling = match change.status() {
        Status::Added => match picture.facts.renames().of_new(index) {
            Some(pair) => Ruling::supported(format!("`{path}` is new here; it was `{}`", path_at(picture, pair.from))),
            None => Ruling::supported(format!("`{path}` is new")),
        },
        Status::Deleted => Ruling::contradicted(format!("the change deletes `{path}`")),
        Status::Modified | Status::TypeChanged if change.other_olds.iter().any(Option::is_none) => {
            Ruling::unsupported(format!("`{path}` is new to one parent of the merge and not to another"))
        }
        Status::Modified | Status::TypeChanged => {
            Ruling::contradicted(format!("`{path}` existed before; the change modifies it"))
        }
    };
    ruling.with([change.path.to_wire()])
}

pub(super) fn deleted(path: &RepoPath, picture: &Picture<'_>) -> Ruling {
    let (index, change) = match found(path, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let ruling = match change.status() {
        Status::Deleted => match picture.facts.renames().of_old(index) {
            Some(pair) => Ruling::supported(format!("`{path}` is gone; it is now `{}`", path_at(picture, pair.to))),
            None => Ruling::supported(format!("`{path}` is gone")),
        },
        Status::Added => Ruling::contradicted(format!("the change adds `{path}`")),
        Status::Modified | Status::TypeChanged => {
            Ruling::contradicted(format!("`{path}` still exists; the change modifies it"))
        }
    };
    ruling.with([change.path.to_wire()])
}

pub(super) fn modified(path: &RepoPath, picture: &Picture<'_>) -> Ruling {
    let (index, change) = match found(path, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let ruling = match change.status() {
        Status::Modified if change.is_mode_only() => {
            Ruling::supported(format!("the mode of `{path}` changed, its content did not"))
        }
        Status::Modified => Ruling::supported(format!("`{path}` is changed")),
        Status::TypeChanged => Ruling::supported(format!("`{path}` became another type of entry")),
        Status::Added | Status::Deleted => modified_one_sided(path, index, change, picture),
    };
    ruling.with([change.path.to_wire()])
}

/// A path with one side only was modified if it moved and its content changed on the way.
fn modified_one_sided(path: &RepoPath, index: usize, change: &Change, picture: &Picture<'_>) -> Ruling {
    let renames = picture.facts.renames();
    if let Some(pair) = renames.of_old(index).or_else(|| renames.of_new(index)) {
        let (from, to) = (path_at(picture, pair.from), path_at(picture, pair.to));
        return if same_side(picture, pair.from, pair.to) {
            Ruling::unsupported(format!("`{from}` moved to `{to}` and nothing in it changed: that is `renamed`"))
        } else {
            Ruling::supported(format!("`{from}` moved to `{to}` with changes"))
        };
    }
    // A move the search did not see would make the claim true.
    if picture.most_renames() > 0 {
        if let Some(gap) = picture.rename_gap() {
            return Ruling::unsupported(format!("`{path}` may have moved: {gap}"));
        }
    }
    if picture.facts.set().merge {
        return Ruling::unsupported("of a merge, only what differs from every parent is known");
    }
    if change.status() == Status::Added {
        Ruling::contradicted(format!("`{path}` did not exist before; the change adds it"))
    } else {
        Ruling::contradicted(format!("the change deletes `{path}`"))
    }
}

pub(super) fn renamed(from: &RepoPath, to: &RepoPath, picture: &Picture<'_>) -> Ruling {
    let (old, new) = (picture.find(from), picture.find(to));
    let evidence = [from.to_wire(), to.to_wire()];
    let ruling = match (old, new) {
        (Found::Changed(from_index, old), Found::Changed(to_index, new)) => {
            both_changed((from_index, old), (to_index, new), picture)
        }
        (Found::Unknown(reason), _) | (_, Found::Unknown(reason)) => Ruling::unsupported(reason),
        (Found::Absent { hint }, _) => absent(from, hint),
        (_, Found::Absent { hint }) => absent(to, hint),
    };
    ruling.with(evidence)
}

fn both_changed(old: (usize, &Change), new: (usize, &Change), picture: &Picture<'_>) -> Ruling {
    let (from, to) = (&old.1.path, &new.1.path);
    if let Some(pair) = picture.facts.renames().of_new(new.0).filter(|pair| pair.from == old.0) {
        return Ruling::supported(format!("`{from}` moved to `{to}` ({} % of it kept)", pair.similarity));
    }
    if same_side(picture, old.0, new.0) {
        return Ruling::supported(format!("`{to}` now holds what `{from}` held"));
    }
    match (old.1.status(), new.1.status()) {
        // Rewritten on the way, moved over an existing file, or a stub left behind: git sees no move, and none is ruled out.
        (Status::Deleted, Status::Added | Status::Modified | Status::TypeChanged)
        | (Status::Modified | Status::TypeChanged, Status::Added) => {
            Ruling::unsupported(format!("`{from}` and `{to}` are too different to be seen as one file"))
        }
        (Status::Added, _) => Ruling::contradicted(format!("`{from}` did not exist before; the change adds it")),
        (_, Status::Deleted) => Ruling::contradicted(format!("the change deletes `{to}`")),
        (Status::Modified | Status::TypeChanged, Status::Modified | Status::TypeChanged) => {
            Ruling::contradicted(format!("`{from}` still exists, and `{to}` existed before"))
        }
    }
}

fn found<'a>(path: &RepoPath, picture: &Picture<'a>) -> Result<(usize, &'a Change), Ruling> {
    match picture.find(path) {
        Found::Changed(index, change) => Ok((index, change)),
        Found::Unknown(reason) => Err(Ruling::unsupported(reason)),
        Found::Absent { hint } => Err(absent(path, hint)),
    }
}

fn absent(path: &RepoPath, hint: Option<String>) -> Ruling {
    let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
    Ruling::contradicted(format!("the change does not touch `{path}`{hint}"))
}

/// Did the content and mode of `from` arrive in `to` unchanged?
fn same_side(picture: &Picture<'_>, from: usize, to: usize) -> bool {
    let changes = &picture.facts.set().changes;
    let (Some(old), Some(new)) = (changes.get(from).and_then(|c| c.old), changes.get(to).and_then(|c| c.new)) else {
        return false;
    };
    // A patch has no ids to compare.
    old == new && !old.id.is_zero()
}

fn path_at(picture: &Picture<'_>, index: usize) -> String {
    picture.facts.set().changes.get(index).map(|change| change.path.to_string()).unwrap_or_default()
}

//! `symbol-removed`.

use super::words::{Side, find_word};
use super::{How, Look, Match, Ruling, Wanted, holds, place, spot};
use crate::model::change::Engine;

pub(super) fn judge(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Ruling {
    if let Err(ruling) = look.claimed(wanted, Side::Deleted) {
        return ruling;
    }
    let weak = match gone(wanted, look) {
        Ok(ruling) => return ruling,
        Err(weak) => weak,
    };
    if let Some(weak) = weak {
        return weak;
    }
    if let Some(gap) = look.gap() {
        return Ruling::unsupported(gap);
    }
    stands(wanted, look).or_else(|| untouched(wanted, look)).unwrap_or_else(|| unseen(wanted, look))
}

/// A declaration that is gone from its place; else what comes closest.
fn gone(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Result<Ruling, Option<Ruling>> {
    let name = &wanted.name.shown;
    let mut weak: Option<Ruling> = None;
    for (at, how) in look.gone() {
        let Some((file, symbol)) = look.diff.before(at) else { continue };
        let Some(text) = &file.old else { continue };
        let Some(agreement) = wanted.name.matches(&file.old_path, text, symbol) else { continue };
        let (line, kind) = (symbol.lines.start, symbol.kind.name());
        let here = place(&file.old_path, line);
        let ruling = if !wanted.is_at(&file.old_path) && !wanted.is_at(&file.path) {
            Ruling::unsupported(format!("`{name}` is gone from {here}"))
        } else if agreement == Match::Own {
            let full = crate::model::escape::visible(&symbol.qualified(text.grammar));
            Ruling::uncheckable(format!("`{full}` is gone from {here}; whether that is `{name}` cannot be told"))
        } else if !wanted.is_like(symbol.kind) {
            Ruling::unsupported(format!("`{name}` is gone from {here}, a {kind}"))
        } else {
            match how {
                How::Plain if file.doubtful() && holds(file.new.as_ref(), &wanted.name) => {
                    Ruling::unsupported(format!("`{name}` stood in {here}; not all of the file could be parsed"))
                }
                How::Plain => Ruling::supported(format!("the {kind} `{name}` is gone from {here}")),
                How::Renamed(new) => {
                    let now = look.diff.after(new).map(|(_, one)| crate::model::escape::visible(&one.name));
                    Ruling::supported(format!("`{name}` is gone from {here}; it is now `{}`", now.unwrap_or_default()))
                }
                How::Moved(new) => {
                    let to = look.diff.after(new).map(|(file, _)| file.path.to_string()).unwrap_or_default();
                    let reason = format!("`{name}` moved from {here} to `{to}`");
                    if wanted.path.is_some() { Ruling::supported(reason) } else { Ruling::unsupported(reason) }
                }
            }
        };
        let ruling = ruling.with(spot(&file.old_path, line));
        if ruling.is_supported() {
            return Ok(ruling);
        }
        weak.get_or_insert(ruling);
    }
    if wanted.path.is_some() {
        // A file that moved took everything from its old path.
        for (old, _) in look.standing() {
            let Some((file, symbol)) = look.diff.before(old) else { continue };
            let Some(text) = file.old.as_ref().filter(|_| file.path != file.old_path && wanted.is_at(&file.old_path))
            else {
                continue;
            };
            let exact = wanted.name.matches(&file.old_path, text, symbol) == Some(Match::Exact);
            if exact && wanted.is_like(symbol.kind) {
                let reason = format!("`{name}` went with its file to `{}`", file.path);
                return Ok(Ruling::supported(reason).with(spot(&file.old_path, symbol.lines.start)));
            }
        }
    }
    Err(weak)
}

/// The very symbol stands there still.
fn stands(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Option<Ruling> {
    let name = &wanted.name.shown;
    let (file, symbol) = look.standing().find_map(|(_, new)| {
        let (file, symbol) = look.diff.after(new)?;
        let text = file.new.as_ref().filter(|_| wanted.is_at(&file.path))?;
        let exact = wanted.name.matches(&file.path, text, symbol) == Some(Match::Exact);
        (exact && wanted.is_like(symbol.kind)).then_some((file, symbol))
    })?;
    let line = symbol.lines.start;
    let is = format!("`{name}` is still there: {}", place(&file.path, line));
    let doubt = match wanted.path {
        Some(_) => look.doubt(Side::Deleted, &wanted.name, Some(file.index)),
        None => look.doubt(Side::Deleted, &wanted.name, None).or_else(|| elsewhere(wanted, look)),
    };
    let ruling = match doubt {
        Some(doubt) => Ruling::unsupported(format!("{is}; {doubt}")),
        None => Ruling::contradicted(is),
    };
    Some(ruling.with(spot(&file.path, line)))
}

/// A changed file whose declarations are not read held the name: it may be switched off there without a deleted line.
fn elsewhere(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Option<String> {
    look.facts.changes().find_map(|(index, change)| {
        let classes = look.facts.classes(index);
        let read = look.file_of(index).is_some_and(|file| !file.doubtful());
        let quiet =
            classes.document && !classes.code || classes.snapshot || look.facts.renames().of_old(index).is_some();
        if read || quiet || !change.has_lines() || change.old.is_none() {
            return None;
        }
        let told = |why: &str| Some(format!("`{}` {why}", change.path));
        match look.facts.old_content(index) {
            Some(old) if find_word(&old, wanted.name.word()).is_none() => None,
            Some(_) => told("held it too, and its declarations are not read"),
            None => told("could not be read"),
        }
    })
}

/// No deleted line holds the name.
fn untouched(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Option<Ruling> {
    let name = &wanted.name.shown;
    if !look.words.spots(Side::Deleted, wanted.name.word()).all.is_empty() {
        return None;
    }
    let none = format!("no deleted line holds `{name}`");
    if let Some(doubt) = elsewhere(wanted, look) {
        return Some(Ruling::unsupported(format!("{none}; {doubt}")));
    }
    let found = look.search(&wanted.name)?;
    if let Some(near) = look.near(Side::Deleted, &wanted.name) {
        return Some(Ruling::unsupported(format!("{none}; {near}")));
    }
    if let Some(at) = found.after.whole.first() {
        let here = place(&at.path, at.line);
        return Some(Ruling::contradicted(format!("{none}; it still stands in {here}")).with(spot(&at.path, at.line)));
    }
    if let Some(at) = found.before.within.first() {
        let here = place(&at.path, at.line);
        return Some(Ruling::unsupported(format!("{none}; {here}, held it within a longer word")));
    }
    match &found.gap {
        Some(gap) if look.facts.set().engine == Engine::Patch => Some(Ruling::unsupported(format!("{none}; {gap}"))),
        Some(gap) => Some(Ruling::contradicted(format!("{none}, nor does any file that was searched ({gap})"))),
        None => Some(Ruling::contradicted(format!("`{name}` stood nowhere before the change")).with(["0 files"])),
    }
}

/// The name stands in a deleted line, and no declaration of it is seen.
fn unseen(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Ruling {
    let name = &wanted.name.shown;
    let at = look.words.spots(Side::Deleted, wanted.name.word()).all.first();
    let change = at.and_then(|at| Some((look.facts.set().changes.get(at.index)?, at)));
    let Some((change, at)) = change else { return Ruling::unsupported(format!("no declaration of `{name}` is seen")) };
    let here = place(&change.path, at.line);
    let ruling = if look.file_of(at.index).is_none() {
        Ruling::uncheckable(format!("{here}, held `{name}`; the declarations of that file are not read"))
    } else {
        Ruling::unsupported(format!("{here}, held `{name}` and declared nothing of that name that is seen"))
    };
    ruling.with(spot(&change.path, at.line))
}

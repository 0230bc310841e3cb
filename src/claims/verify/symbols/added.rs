//! `symbol-added`.

use super::words::Side;
use super::{How, Look, Match, Ruling, Wanted, holds, place, spot};
use crate::model::change::Engine;

pub(super) fn judge(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Ruling {
    let claimed = match look.claimed(wanted, Side::Added) {
        Ok(claimed) => claimed,
        Err(ruling) => return ruling,
    };
    let weak = match declared(wanted, look) {
        Ok(ruling) => return ruling,
        Err(weak) => weak,
    };
    let name = &wanted.name.shown;
    if let Some(index) = claimed {
        if let Some(text) = look.facts.new_content(index) {
            let change = look.facts.set().changes.get(index).map(|change| &change.path);
            let absent = super::words::find_word(&text, wanted.name.word()).is_none();
            let folded = super::words::folded(&text);
            let stems = super::words::stems(wanted.name.word());
            let near = stems.iter().any(|stem| memchr::memmem::find(&folded, stem).is_some());
            if let Some(path) = change.filter(|_| absent && !near) {
                let more = weak.map_or_else(String::new, |weak| format!("; {}", weak.reason));
                return Ruling::contradicted(format!("`{path}` does not hold `{name}`{more}")).with([path.to_wire()]);
            }
        }
    }
    if let Some(weak) = weak {
        return weak;
    }
    if let Some(gap) = look.gap() {
        return Ruling::unsupported(gap);
    }
    stood(wanted, look).or_else(|| nowhere(wanted, look)).unwrap_or_else(|| unseen(wanted, look))
}

/// A declaration that is new in its place; else what comes closest.
fn declared(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Result<Ruling, Option<Ruling>> {
    let name = &wanted.name.shown;
    let mut weak: Option<Ruling> = None;
    for (at, how) in look.fresh() {
        let Some((file, symbol)) = look.diff.after(at) else { continue };
        let Some(text) = &file.new else { continue };
        let Some(agreement) = wanted.name.matches(&file.path, text, symbol) else { continue };
        let (line, kind) = (symbol.lines.start, symbol.kind.name());
        let here = place(&file.path, line);
        let ruling = if !wanted.is_at(&file.path) {
            Ruling::unsupported(format!("`{name}` is new in {here}"))
        } else if agreement == Match::Own {
            let full = crate::model::escape::visible(&symbol.qualified(text.grammar));
            Ruling::uncheckable(format!("`{full}` is new in {here}; whether that is `{name}` cannot be told"))
        } else if !wanted.is_like(symbol.kind) {
            Ruling::unsupported(format!("`{name}` is new in {here}, as a {kind}"))
        } else {
            match how {
                How::Plain if file.doubtful() && holds(file.old.as_ref(), &wanted.name) => {
                    Ruling::unsupported(format!("`{name}` stands in {here}; not all of the file could be parsed"))
                }
                How::Plain => Ruling::supported(format!("the {kind} `{name}` is new: {here}")),
                How::Renamed(old) => {
                    let was = look.diff.before(old).map(|(_, one)| crate::model::escape::visible(&one.name));
                    Ruling::supported(format!("`{name}` is new in {here}; it was `{}`", was.unwrap_or_default()))
                }
                How::Moved(old) => {
                    let from = look.diff.before(old).map(|(file, _)| file.old_path.to_string()).unwrap_or_default();
                    let reason = format!("`{name}` moved from `{from}` to {here}");
                    if wanted.path.is_some() { Ruling::supported(reason) } else { Ruling::unsupported(reason) }
                }
            }
        };
        let ruling = ruling.with(spot(&file.path, line));
        if ruling.is_supported() {
            return Ok(ruling);
        }
        weak.get_or_insert(ruling);
    }
    if wanted.path.is_some() {
        // What a file held before it moved is new where it is now.
        for (_, new) in look.standing() {
            let Some((file, symbol)) = look.diff.after(new) else { continue };
            let Some(text) = file.new.as_ref().filter(|_| file.path != file.old_path && wanted.is_at(&file.path))
            else {
                continue;
            };
            let exact = wanted.name.matches(&file.path, text, symbol) == Some(Match::Exact);
            if exact && wanted.is_like(symbol.kind) {
                let reason = format!("`{name}` came with its file from `{}`", file.old_path);
                return Ok(Ruling::supported(reason).with(spot(&file.path, symbol.lines.start)));
            }
        }
    }
    Err(weak)
}

/// The very symbol was there before.
fn stood(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Option<Ruling> {
    let name = &wanted.name.shown;
    let (old_file, symbol) = look.standing().find_map(|(old, _)| {
        let (file, symbol) = look.diff.before(old)?;
        let text = file.old.as_ref().filter(|_| wanted.is_at(&file.path))?;
        let exact = wanted.name.matches(&file.old_path, text, symbol) == Some(Match::Exact);
        (exact && wanted.is_like(symbol.kind)).then_some((file, symbol))
    })?;
    let line = symbol.lines.start;
    let was = format!("`{name}` was there before: {}", place(&old_file.old_path, line));
    let ruling = match look.doubt(Side::Added, &wanted.name, wanted.path.map(|_| old_file.index)) {
        Some(doubt) => Ruling::unsupported(format!("{was}; {doubt}")),
        None if old_file.old_path != old_file.path => Ruling::unsupported(format!("{was}; the file moved")),
        None => Ruling::contradicted(was),
    };
    Some(ruling.with(spot(&old_file.old_path, line)))
}

/// No added line holds the name.
fn nowhere(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Option<Ruling> {
    let name = &wanted.name.shown;
    let spots = look.words.spots(Side::Added, wanted.name.word());
    if !spots.all.is_empty() {
        return None;
    }
    let none = format!("no added line holds `{name}`");
    let found = look.search(&wanted.name)?;
    if let Some(at) = found.after.whole.first() {
        let line = look.unchanged(wanted, &at.path);
        let here = place(&at.path, line.unwrap_or(at.line));
        let ruling = match line {
            Some(_) => Ruling::contradicted(format!("`{name}` was there before: {here}; {none}")),
            None => Ruling::unsupported(format!("{none}; it stands in {here}")),
        };
        return Some(ruling.with(spot(&at.path, line.unwrap_or(at.line))));
    }
    if let Some(at) = found.after.within.first() {
        let here = place(&at.path, at.line);
        return Some(Ruling::unsupported(format!("{none}; {here}, holds it within a longer word")));
    }
    if let Some(near) = look.near(Side::Added, &wanted.name) {
        return Some(Ruling::unsupported(format!("{none}; {near}")));
    }
    // What could not be read was not changed: had it the name, that was there before.
    match &found.gap {
        Some(gap) if look.facts.set().engine == Engine::Patch => Some(Ruling::unsupported(format!("{none}; {gap}"))),
        Some(gap) => Some(Ruling::contradicted(format!("{none}, nor does any file that was searched ({gap})"))),
        None => Some(Ruling::contradicted(format!("`{name}` stands nowhere in the resulting tree")).with(["0 files"])),
    }
}

/// The name stands in an added line, and no declaration of it is seen.
fn unseen(wanted: &Wanted<'_>, look: &Look<'_, '_>) -> Ruling {
    let name = &wanted.name.shown;
    let at = look.words.spots(Side::Added, wanted.name.word()).all.first();
    let change = at.and_then(|at| Some((look.facts.set().changes.get(at.index)?, at)));
    let Some((change, at)) = change else { return Ruling::unsupported(format!("no declaration of `{name}` is seen")) };
    let here = place(&change.path, at.line);
    let ruling = if look.file_of(at.index).is_none() {
        Ruling::uncheckable(format!("{here}, holds `{name}`; the declarations of that file are not read"))
    } else {
        Ruling::unsupported(format!("{here}, holds `{name}` and declares nothing of that name that is seen"))
    };
    ruling.with(spot(&change.path, at.line))
}

//! `public-api-unchanged`.

use super::reach::{self, Reach};
use super::{holds, place, spot};
use crate::analyze::symbols::diff::{At, FileDiff};
use crate::analyze::symbols::{Symbol, SymbolKind, Visibility};
use crate::claims::cover::{Cover, Covered};
use crate::claims::verify::Ruling;
use crate::claims::verify::picture::Picture;

/// What happened to one public symbol.
struct Event<'a> {
    file: &'a FileDiff,
    symbol: &'a Symbol,
    what: &'static str,
    /// Not all of the file could be parsed, and what is missing may be there.
    unsure: bool,
}

pub(in crate::claims::verify) fn unchanged(paths: &[String], picture: &Picture<'_>) -> Ruling {
    let facts = picture.facts;
    let cover = (!paths.is_empty()).then(|| Cover::new(paths));
    let covered = |file: &FileDiff| {
        let of = |path| cover.as_ref().map_or(Covered::Surely, |cover| cover.covers(path));
        of(&file.path).max(of(&file.old_path))
    };
    let mut doubt: Option<Ruling> = None;
    for event in events(picture) {
        let covered = covered(event.file);
        if covered == Covered::No || facts.classes(event.file.index).test || event.symbol.test {
            continue;
        }
        let Some(text) = event.file.new.as_ref().or(event.file.old.as_ref()) else { continue };
        let name = crate::model::escape::visible(&event.symbol.qualified(text.grammar));
        let (path, line) =
            (if event.what == GONE { &event.file.old_path } else { &event.file.path }, event.symbol.lines.start);
        let said = format!("the public {} `{name}` {}: {}", event.symbol.kind.name(), event.what, place(path, line));
        let why = match reach::of(facts, path, text.grammar, event.symbol) {
            _ if event.unsure => "not all of the file could be parsed",
            _ if covered == Covered::Perhaps => "an entry covers it only if a wildcard is read widely",
            Reach::Doubtful(why) => why,
            Reach::Outside => return Ruling::contradicted(said).with(spot(path, line)),
        };
        doubt.get_or_insert_with(|| Ruling::unsupported(format!("{said}; {why}")).with(spot(path, line)));
    }
    doubt.or_else(|| unread(picture, cover.as_ref())).unwrap_or_else(|| match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported("no public name is new, gone, or has another signature"),
    })
}

const GONE: &str = "is gone";

fn events<'a>(picture: &Picture<'a>) -> Vec<Event<'a>> {
    let diff = picture.facts.symbols();
    let is_public = |one: &Symbol| one.visibility == Visibility::Public && one.kind != SymbolKind::Module;
    let old = |at: At| diff.before(at).filter(|(_, one)| is_public(one));
    let new = |at: At| diff.after(at).filter(|(_, one)| is_public(one));
    let mut all = Vec::new();
    let event = |(file, symbol), what, unsure| Event { file, symbol, what, unsure };
    for (file, symbol) in diff.removed.iter().chain(diff.renamed.iter().map(|(old, _)| old)).filter_map(|at| old(*at)) {
        all.push(event((file, symbol), GONE, file.doubtful() && has(file.new.as_ref(), symbol)));
    }
    for (file, symbol) in diff.added.iter().chain(diff.renamed.iter().map(|(_, new)| new)).filter_map(|at| new(*at)) {
        all.push(event((file, symbol), "is new", file.doubtful() && has(file.old.as_ref(), symbol)));
    }
    for (before, after) in &diff.changed {
        if let (Some((_, was)), Some((file, is))) = (old(*before), new(*after)) {
            if was.signature != is.signature {
                all.push(event((file, is), "has another signature", file.doubtful()));
            }
        }
    }
    for (before, after) in diff.kept.iter().chain(&diff.changed) {
        match (old(*before), new(*after)) {
            (Some(was), None) => all.push(event(was, "is public no more", was.0.doubtful())),
            (None, Some(is)) => all.push(event(is, "became public", is.0.doubtful())),
            _ => {}
        }
    }
    // What moved may be passed on from its old place.
    for at in diff.moved.iter().filter_map(|(before, _)| old(*before)) {
        all.push(event(at, "moved", true));
    }
    all
}

fn has(text: Option<&crate::analyze::symbols::diff::Text>, symbol: &Symbol) -> bool {
    let name = super::Name::read(&String::from_utf8_lossy(&symbol.name));
    name.is_none_or(|name| holds(text, &name))
}

/// What was changed and not read.
fn unread(picture: &Picture<'_>, cover: Option<&Cover>) -> Option<Ruling> {
    let facts = picture.facts;
    let diff = facts.symbols();
    for (index, change) in facts.changes() {
        let classes = facts.classes(index);
        let covered = cover.is_none_or(|cover| cover.covers(&change.path) > Covered::No);
        if !covered || classes.test || classes.document && !classes.code || !change.has_lines() {
            continue;
        }
        let told = |why: &str| format!("`{}` {why}", change.path);
        if let Some((_, reason)) = diff.unjudged.iter().find(|(at, _)| *at == index) {
            let reason = told(&format!("is not read: {reason}"));
            return Some(Ruling::unsupported(reason).with([change.path.to_wire()]));
        }
        let Some(file) = diff.files.iter().find(|file| file.index == index) else {
            if classes.code && facts.renames().of_old(index).is_none() {
                return Some(
                    Ruling::uncheckable(told("is of a language that is not read")).with([change.path.to_wire()]),
                );
            }
            continue;
        };
        let hidden = |text: Option<&_>| text.map(super::hidden_text).unwrap_or_default();
        if file.doubtful() {
            return Some(Ruling::unsupported(told("could not be parsed in full")).with([change.path.to_wire()]));
        }
        if hidden(file.old.as_ref()) != hidden(file.new.as_ref()) {
            let reason = told("has changes where macros or running code may declare names");
            return Some(Ruling::unsupported(reason).with([change.path.to_wire()]));
        }
    }
    None
}

//! A manifest asks for a package it did not ask for before.
//!
//! A manifest that is new as a whole is one finding: who reads it decides on all of it at once.

use std::collections::BTreeMap;

use crate::analyze::deps::{Dependency, Kind, ManifestChange, Source};
use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Asked, Options, Prepared, asked, group, line_of, package, path_of, shown, source, tell_gaps};

pub struct Added;

const HELP: &str = "if the task calls for it, add it to `allow`; else do without";

/// The most packages named in the finding of a new manifest.
const MAX_NAMES: usize = 5;

impl Check for Added {
    const META: Meta = Meta {
        id: "deps/added",
        summary: "a dependency was added",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/deps/added.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        tell_gaps(cx, prepared);
        let all = cx.facts.dependencies();
        let mut whole: BTreeMap<usize, Vec<&Dependency>> = BTreeMap::new();
        for Asked { path, manifest, delta, entry } in
            asked(cx, prepared, &[Kind::Added, Kind::Promoted], |delta| delta.new.as_ref())
        {
            if delta.kind == Kind::Added && is_new(cx, manifest) {
                whole.entry(delta.manifest).or_default().push(entry);
            } else {
                tell(path, manifest, delta.kind, entry, out);
            }
        }
        for (at, mut added) in whole {
            let Some(manifest) = all.manifests.get(at) else { continue };
            let Some(path) = path_of(cx, manifest) else { continue };
            added.sort_by_key(|new| new.line);
            match added.as_slice() {
                [only] => tell(path, manifest, Kind::Added, only, out),
                all => tell_all(path, manifest, all, out),
            }
        }
    }
}

/// Is the manifest itself new in the change, not moved there?
fn is_new(cx: &Context<'_>, manifest: &ManifestChange) -> bool {
    cx.set.changes.get(manifest.index).is_some_and(|change| {
        change.old.is_none()
            && change.other_olds.iter().all(Option::is_none)
            && cx.facts.renames().of_new(manifest.index).is_none()
    })
}

fn tell(path: &RepoPath, manifest: &ManifestChange, kind: Kind, new: &Dependency, out: &mut Sink<'_>) {
    let message = match kind {
        Kind::Promoted => format!("{} was for development only, and now ships", package(new)),
        _ => format!("{} is a new {}dependency", package(new), group(new.group)),
    };
    let (line, mark) = line_of(&manifest.new_text, new.line, &new.name);
    let mut draft = out.added_line(path, line, mark, message).key(new.name.as_bytes());
    if new.source != Source::Registry(None) {
        draft = draft.note(format!("it is taken from {}", source(&new.source)));
    }
    if let Some(alias) = &new.alias {
        draft = draft.note(format!("it goes by the name {}", shown(alias)));
    }
    draft.help(HELP).emit();
}

/// One finding for a manifest that is new as a whole, at its first dependency; the list is in the order of the file.
fn tell_all(path: &RepoPath, manifest: &ManifestChange, added: &[&Dependency], out: &mut Sink<'_>) {
    let Some(first) = added.first() else { return };
    let names: Vec<String> = added.iter().take(MAX_NAMES).map(|new| package(new)).collect();
    let more = match added.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("a new manifest with {} dependencies: {}{more}", added.len(), names.join(", "));
    let (line, mark) = line_of(&manifest.new_text, first.line, &first.name);
    let key: Vec<&str> = added.iter().map(|new| new.name.as_str()).collect();
    let mut draft = out.added_line(path, line, mark, message).key(key.join("\0").as_bytes());
    let elsewhere: Vec<_> = added.iter().filter(|new| new.source != Source::Registry(None)).collect();
    for new in elsewhere.iter().take(MAX_NAMES) {
        draft = draft.note(format!("{} is taken from {}", shown(&new.name), source(&new.source)));
    }
    if let Some(more) = elsewhere.len().checked_sub(MAX_NAMES + 1) {
        draft = draft.note(format!("{} more are not taken from the registry", more + 1));
    }
    draft.help("if the task calls for them, add them to `allow`; else do without").emit();
}

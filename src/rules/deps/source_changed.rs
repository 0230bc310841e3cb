//! A package is taken from elsewhere than before.

use rustc_hash::FxHashSet;

use crate::analyze::deps::{Ecosystem, Kind, Redirect, RedirectKind, Source};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{NarrowOptions, Prepared, line_of, path_of, shown, source, tell_gaps};

pub struct SourceChanged;

const HELP: &str = "take it from where it came before, or have the new source reviewed";

impl Check for SourceChanged {
    const META: Meta = Meta {
        id: "deps/source-changed",
        summary: "a package is taken from another registry, repository, URL or path, or is overridden",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/deps/source-changed.md"),
    };

    type Options = NarrowOptions;
    type Prepared = Prepared;

    fn prepare(options: NarrowOptions) -> Result<Prepared, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        tell_gaps(cx, prepared);
        let all = cx.facts.dependencies();
        for delta in all.deltas.iter().filter(|delta| delta.kind == Kind::Resourced) {
            let (Some(manifest), Some(old), Some(new)) = (all.manifests.get(delta.manifest), &delta.old, &delta.new)
            else {
                continue;
            };
            let Some(path) = path_of(cx, manifest).filter(|path| prepared.takes_file(path, delta.ecosystem)) else {
                continue;
            };
            let aliased = delta.ecosystem.fold(&old.name) != delta.ecosystem.fold(&new.name);
            // Back to the registry is back to normal.
            if !aliased && new.source == Source::Registry(None)
                || prepared.allows(delta.ecosystem, &new.name)
                || address(&new.source).is_some_and(|address| prepared.allows(delta.ecosystem, address))
            {
                continue;
            }
            let name = shown(&new.name);
            let message = if aliased {
                let alias = new.alias.as_ref().unwrap_or(&old.name);
                format!("{} now stands for the package {name}", shown(alias))
            } else {
                format!("{name} is now taken from {}", source(&new.source))
            };
            let (line, mark) = line_of(&manifest.new_text, new.line, new.alias.as_ref().unwrap_or(&new.name));
            let before = if aliased { format!("the package {}", shown(&old.name)) } else { source(&old.source) };
            out.added_line(path, line, mark, message)
                .key(new.name.as_bytes())
                .note(format!("before, it was {before}"))
                .help(HELP)
                .emit();
        }
        redirects(cx, prepared, out);
    }
}

/// Overrides, patches and registries that no manifest of the ecosystem had before.
fn redirects(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
    let all = cx.facts.dependencies();
    let mut before = FxHashSet::default();
    for manifest in &all.manifests {
        let old = manifest.olds.iter().flat_map(|old| &old.redirects);
        before.extend(old.map(|old| key(manifest.ecosystem, old)));
    }
    for manifest in &all.manifests {
        let Some(path) = path_of(cx, manifest).filter(|path| prepared.takes_file(path, manifest.ecosystem)) else {
            continue;
        };
        for redirect in &manifest.new.redirects {
            let allowed =
                [&redirect.name, &redirect.target].iter().any(|text| prepared.allows(manifest.ecosystem, text));
            if before.contains(&key(manifest.ecosystem, redirect)) || allowed {
                continue;
            }
            let (name, target) = (shown(&redirect.name), shown(&redirect.target));
            let message = match (redirect.kind, redirect.name.as_str()) {
                (RedirectKind::Replaced, _) => format!("{name} is replaced by {target}, wherever it is required"),
                (RedirectKind::Pinned, _) => format!("{name} is forced to {target}, whatever requires it asks for"),
                (RedirectKind::Registry, "") => format!("packages are also looked for at {target}"),
                (RedirectKind::Registry, _) => format!("the registry {name} is now {target}"),
            };
            let text = if redirect.target.is_empty() { &redirect.name } else { &redirect.target };
            let (line, mark) = line_of(&manifest.new_text, redirect.line, text);
            out.added_line(path, line, mark, message)
                .key(format!("{}\0{}", redirect.name, redirect.target).as_bytes())
                .help(HELP)
                .emit();
        }
    }
}

/// Under what a redirect is known: its kind, name and where it leads. A forced version may change: a new number is a
/// bump. A replacement without its version stands for one with it.
fn key(ecosystem: Ecosystem, redirect: &Redirect) -> (Ecosystem, u8, String, String) {
    let place = redirect.target.split([' ', '#']).next().unwrap_or_default();
    // `npm:@scope/name@1.0`.
    let place = match place.rsplit_once('@') {
        Some((package, _)) if place.starts_with("npm:") && package != "npm:" => package,
        _ => place,
    };
    let (kind, name, target) = match redirect.kind {
        RedirectKind::Replaced => (0, redirect.name.as_str(), place),
        RedirectKind::Pinned => (1, redirect.name.as_str(), ""),
        RedirectKind::Registry => (2, redirect.name.as_str(), place),
    };
    (ecosystem, kind, name.to_owned(), target.trim_end_matches('/').to_owned())
}

fn address(source: &Source) -> Option<&str> {
    match source {
        Source::Git(text) | Source::Url(text) | Source::Path(text) | Source::Registry(Some(text)) => Some(text),
        Source::Registry(None) | Source::Workspace | Source::Indirect => None,
    }
}

//! A manifest asks for a package it did not ask for before.

use crate::analyze::deps::{Kind, Source};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Options, Prepared, group, line_of, package, path_of, shown, source, tell_gaps};

pub struct Added;

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
        for delta in all.deltas.iter().filter(|delta| matches!(delta.kind, Kind::Added | Kind::Promoted)) {
            let (Some(manifest), Some(new)) = (all.manifests.get(delta.manifest), &delta.new) else { continue };
            let Some(path) = path_of(cx, manifest).filter(|path| prepared.takes_file(path, delta.ecosystem)) else {
                continue;
            };
            // The workspace's own entry and the project's own parts bring in nothing.
            if matches!(new.source, Source::Workspace | Source::Indirect | Source::Path(_))
                || !prepared.takes_group(new.group)
                || prepared.allows(delta.ecosystem, &new.name)
            {
                continue;
            }
            let message = match delta.kind {
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
            draft.help("if the task calls for it, add it to `allow`; else do without").emit();
        }
    }
}

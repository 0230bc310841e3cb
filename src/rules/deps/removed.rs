//! A manifest no longer asks for a package.

use crate::analyze::deps::{Kind, Source};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Options, Prepared, article, line_of, package, path_of, tell_gaps};

pub struct Removed;

impl Check for Removed {
    const META: Meta = Meta {
        id: "deps/removed",
        summary: "a dependency was removed",
        level: Level::Allow,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/deps/removed.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        tell_gaps(cx, prepared);
        let all = cx.facts.dependencies();
        for delta in all.deltas.iter().filter(|delta| delta.kind == Kind::Removed) {
            let (Some(manifest), Some(old)) = (all.manifests.get(delta.manifest), &delta.old) else { continue };
            let Some(path) = path_of(cx, manifest).filter(|path| prepared.takes_file(path, delta.ecosystem)) else {
                continue;
            };
            if matches!(old.source, Source::Workspace | Source::Indirect | Source::Path(_))
                || !prepared.takes_group(old.group)
                || prepared.allows(delta.ecosystem, &old.name)
            {
                continue;
            }
            let message = format!("{} is no longer {}", package(old), article(old.group));
            let (line, _) = line_of(&manifest.old_text, old.line, &old.name);
            out.deleted_line(path, line, message)
                .key(old.name.as_bytes())
                .help("leave it in, or say in the message why it can go")
                .emit();
        }
    }
}

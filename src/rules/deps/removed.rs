//! A manifest no longer asks for a package.

use crate::analyze::deps::Kind;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Asked, Options, Prepared, article, asked, line_of, package, tell_gaps};

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
        for Asked { path, manifest, entry, .. } in asked(cx, prepared, &[Kind::Removed], |delta| delta.old.as_ref()) {
            let message = format!("{} is no longer {}", package(entry), article(entry.group));
            let (line, _) = line_of(&manifest.old_text, entry.line, &entry.name);
            out.deleted_line(path, line, message)
                .key(entry.name.as_bytes())
                .help("leave it in, or say in the message why it can go")
                .emit();
        }
    }
}

//! A submodule was added, moved to another commit, or removed.

use crate::analyze::pathfold;
use crate::model::change::Side;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::object::Mode;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

pub struct Submodule;

impl Check for Submodule {
    const META: Meta = Meta {
        id: "files/submodule",
        summary: "a submodule was added, moved to another commit, or removed",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/files/submodule.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        for (_, change) in cx.changes().filter(|(_, change)| !allow.is_match(&change.path)) {
            let link = |side: Option<Side>| side.filter(|side| side.mode == Mode::Gitlink);
            let path = &change.path;
            let message = match (link(change.old), link(change.new)) {
                (None, Some(new)) => format!("submodule `{path}` was added at {}", new.id.short()),
                (Some(old), Some(new)) if old.id == new.id => continue,
                (Some(old), Some(new)) => {
                    format!("submodule `{path}` was moved from {} to {}", old.id.short(), new.id.short())
                }
                (Some(_), None) => format!("submodule `{path}` was removed"),
                (None, None) if pathfold::fold(path).as_bytes() == b".gitmodules" => {
                    format!("`{path}` decides where submodules come from, and was changed")
                }
                (None, None) => continue,
            };
            out.path(path, message).help("check that the commit is the one that was meant").emit();
        }
    }
}

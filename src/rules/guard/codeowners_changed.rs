//! Who has to review what was changed.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, Paths, happened};

/// Where forges look for code owners.
const OWNERS: &[&str] = &[
    "/codeowners",
    "/.github/codeowners",
    "/.gitlab/codeowners",
    "/docs/codeowners",
    "/.gitea/codeowners",
    "/.forgejo/codeowners",
    "/.bitbucket/codeowners",
];

pub struct CodeownersChanged;

impl Check for CodeownersChanged {
    const META: Meta = Meta {
        id: "guard/codeowners-changed",
        summary: "a file that says who has to review what was changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/codeowners-changed.md"),
    };

    type Options = PathOptions;
    type Prepared = Paths;

    fn prepare(options: PathOptions) -> Result<Paths, String> {
        Paths::prepare(&options)
    }

    fn check(cx: &Context<'_>, guarded: &Paths, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            if guarded.guards(change, OWNERS).is_none() {
                continue;
            }
            out.path(&change.path, format!("{}, which decides who has to review what", happened(change)))
                .help("leave the owners as they are; a person can change them in a commit of their own")
                .emit();
        }
    }
}

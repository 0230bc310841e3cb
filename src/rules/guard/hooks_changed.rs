//! The hooks that check commits were changed.

use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, Paths, happened};

/// Hook folders and the files hook managers read at the top of a repository. `.husky` often stands in the folder of the
/// front end.
const HOOKS: &[&str] = &[
    ".husky/",
    "/.githooks/",
    "/.git-hooks/",
    "/.hooks/",
    "/lefthook.*",
    "/.lefthook.*",
    "/lefthook-local.*",
    "/.lefthook-local.*",
    "/.config/lefthook.*",
    "/.lefthook/",
    "/.pre-commit-config.yaml",
    "/.pre-commit-config.yml",
    "/.pre-commit-hooks.yaml",
    "/prek.toml",
    "/.overcommit.yml",
    "/.huskyrc*",
    "/.simple-git-hooks.*",
    "/simple-git-hooks.*",
];

pub struct HooksChanged;

impl Check for HooksChanged {
    const META: Meta = Meta {
        id: "guard/hooks-changed",
        summary: "a git hook, or the configuration of a hook manager, was changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/hooks-changed.md"),
    };

    type Options = PathOptions;
    type Prepared = Paths;

    fn prepare(options: PathOptions) -> Result<Paths, String> {
        Paths::prepare(&options)
    }

    fn check(cx: &Context<'_>, guarded: &Paths, out: &mut Sink<'_>) {
        let directory: Vec<RepoPath> = cx.hooks_directory.cloned().into_iter().collect();
        for (_, change) in cx.changes() {
            if guarded.guards(change, HOOKS).is_none() && !guarded.is_at(change, &directory) {
                continue;
            }
            out.path(&change.path, format!("{}, which decides what checks a commit", happened(change)))
                .help("leave hooks as they are; a person can change them in a commit of their own")
                .emit();
        }
    }
}

//! A path the policy denies was changed.

use crate::analyze::pathfold;
use crate::model::finding::Level;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct DeniedPath;

impl Check for DeniedPath {
    const META: Meta = Meta {
        id: "scope/denied-path",
        summary: "a path that `[scope] deny` lists was changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/scope/denied-path.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            let Some((globs, entry)) = denied_by(cx, &change.path) else { continue };
            out.path(&change.path, format!("`{}` is outside what may change", change.path))
                .note(format!("`deny = \"{}\"` matches it", globs.pattern_of(entry)))
                .origin(entry.origin.as_ref())
                .help("take this file out of the change, or ask the owner of the policy to allow it")
                .emit();
        }
    }
}

/// The first deny entry that matches, the unconditional list first.
fn denied_by<'a>(cx: &Context<'a>, path: &RepoPath) -> Option<(&'a Globs, &'a GlobEntry)> {
    let scope = &cx.policy.scope;
    // A case-insensitive file system takes `.GitHub` for `.github`: another spelling is no way around.
    let folded = pathfold::fold(path);
    let denies = |globs: &'a Globs| Some((globs, globs.protecting(path, &folded)?));
    denies(&scope.deny).or_else(|| {
        scope
            .when
            .iter()
            .filter(|when| when.condition.holds(cx.branch, cx.agent()) && when.condition.holds_for(path))
            .find_map(|when| denies(&when.deny))
    })
}

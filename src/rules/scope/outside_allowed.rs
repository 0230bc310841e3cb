//! A path that no allow list names was changed.

use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::origin::Origin;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct OutsideAllowed;

impl Check for OutsideAllowed {
    const META: Meta = Meta {
        id: "scope/outside-allowed",
        summary: "a path that no entry of `[scope] allow` matches was changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/scope/outside-allowed.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            let Some((globs, origin)) = refusing(cx, &change.path) else { continue };
            let patterns: Vec<String> = globs.patterns().collect();
            out.path(&change.path, format!("`{}` is not among the paths that may change", change.path))
                .note(format!("allowed: {}", patterns.join(", ")))
                .origin(origin)
                .help("take this file out of the change, or ask the owner of the policy to allow it")
                .emit();
        }
    }
}

/// The first list that has to allow the path and does not, with its place. Every list that applies has to: a condition can
/// only narrow.
fn refusing<'a>(cx: &Context<'a>, path: &RepoPath) -> Option<(&'a Globs, Option<&'a Origin>)> {
    let scope = &cx.policy.scope;
    let refuses = |globs: &Globs| !globs.is_empty() && !globs.is_match(path);
    if refuses(&scope.allow) {
        return Some((&scope.allow, scope.allow.entries().first().and_then(|entry| entry.origin.as_ref())));
    }
    let mut conditional =
        scope.when.iter().filter(|when| when.condition.holds(cx.branch, cx.agent()) && when.condition.holds_for(path));
    conditional.find(|when| refuses(&when.allow)).map(|when| (&when.allow, Some(&when.origin)))
}

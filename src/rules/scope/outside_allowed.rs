//! A path that no allow list names was changed.

use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::origin::Origin;
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
        let scope = &cx.policy.scope;
        // Every list that applies has to allow the path: a condition can only narrow.
        let mut lists: Vec<(&Globs, Option<&Origin>)> = vec![(&scope.allow, None)];
        let conditional = scope.when.iter().filter(|when| when.condition.holds(cx.branch, cx.agent()));
        lists.extend(conditional.map(|when| (&when.allow, Some(&when.origin))));
        for (globs, when) in lists.into_iter().filter(|(globs, _)| !globs.is_empty()) {
            let origin = when.or_else(|| globs.entries().first().and_then(|entry| entry.origin.as_ref()));
            for (_, change) in cx.changes() {
                if globs.is_match(&change.path) {
                    continue;
                }
                let patterns: Vec<&str> = globs.entries().iter().map(|entry| entry.pattern.as_str()).collect();
                out.path(&change.path, format!("`{}` is not among the paths that may change", change.path))
                    .note(format!("allowed: {}", patterns.join(", ")))
                    .origin(origin)
                    .help("take this file out of the change, or ask the owner of the policy to allow it")
                    .emit();
            }
        }
    }
}

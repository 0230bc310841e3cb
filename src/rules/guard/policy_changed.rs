//! The policy itself was changed.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, Paths, happened};

/// Where the policy at the top is looked for.
const TOP: &[&str] = &["/warrant.toml", "/.warrant.toml", "/.config/warrant.toml"];

/// What the policy of a folder is called.
const NESTED: &[&str] = &["warrant.toml"];

pub struct PolicyChanged;

impl Check for PolicyChanged {
    const META: Meta = Meta {
        id: "guard/policy-changed",
        summary: "a policy file of git-warrant was changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/policy-changed.md"),
    };

    type Options = PathOptions;
    type Prepared = Paths;

    fn prepare(options: PathOptions) -> Result<Paths, String> {
        Paths::prepare(&options)
    }

    fn check(cx: &Context<'_>, guarded: &Paths, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            let is_nested =
                || guarded.guards(change, NESTED).is_some() && !cx.policy.nested_exclude.is_match(&change.path);
            if guarded.guards(change, TOP).is_none() && !is_nested() && !guarded.is_at(change, &cx.policy.files) {
                continue;
            }
            out.path(&change.path, format!("{}, which holds the rules this change is judged by", happened(change)))
                .help("take this change back; a person can change the policy in a commit of their own")
                .emit();
        }
    }
}

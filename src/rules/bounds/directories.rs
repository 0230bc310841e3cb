//! The change is spread over more directories than the policy allows.

use std::collections::BTreeSet;

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::in_force;

pub struct Directories;

impl Check for Directories {
    const META: Meta = Meta {
        id: "bounds/directories",
        summary: "files in more directories were changed than `[bounds] directories` allows",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/bounds/directories.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for bound in in_force(cx, |limits| limits.directories.as_ref()) {
            let covered =
                cx.changes().filter(|(_, change)| bound.condition.is_none_or(|when| when.holds_for(&change.path)));
            let directories: BTreeSet<&[u8]> = covered.map(|(_, change)| change.path.parent()).collect();
            let what = ("directory", "directories", "touched");
            if let Some(draft) = bound.passed(out, directories.len() as u64, what) {
                draft.help("keep the change to the part of the tree the task is about, or split it").emit();
            }
        }
    }
}

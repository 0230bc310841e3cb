//! More files were changed than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::in_force;

pub struct Files;

impl Check for Files {
    const META: Meta = Meta {
        id: "bounds/files",
        summary: "more files were changed than `[bounds] files` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/files.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for bound in in_force(cx, |limits| limits.files.as_ref()) {
            // Without renames the count can only be higher: no content is read where that is within the bound.
            if cx.set.changes.len() as u64 <= bound.limit.value {
                continue;
            }
            let renames = cx.facts.renames();
            let files = cx.changes().filter(|(index, _)| {
                // The old path of a rename is counted with the new one.
                renames.of_old(*index).is_none() && bound.covers(cx, *index)
            });
            let Some(draft) = bound.passed(out, files.count() as u64, ("file", "files", "changed")) else { continue };
            let draft = match &renames.skipped {
                Some(reason) => draft.note(format!("not every rename could be told: {reason}")),
                None => draft,
            };
            draft.help("split the work into smaller changes, or take out files the task does not need").emit();
        }
    }
}

//! More files were created than the policy allows.

use crate::model::change::Change;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::in_force;

pub struct NewFiles;

impl Check for NewFiles {
    const META: Meta = Meta {
        id: "bounds/new-files",
        summary: "more files were created than `[bounds] new-files` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/new-files.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for bound in in_force(cx, |limits| limits.new_files.as_ref()) {
            let new = || cx.changes().filter(|(_, change)| is_new(change));
            // Without renames the count can only be higher: no content is read where that is within the bound.
            if new().count() as u64 <= bound.limit.value {
                continue;
            }
            let renames = cx.facts.renames();
            let created = new()
                .filter(|(index, change)| {
                    renames.of_new(*index).is_none()
                        && bound.condition.is_none_or(|condition| condition.holds_for(&change.path))
                })
                .count();
            if let Some(draft) = bound.passed(out, created as u64, ("file", "files", "created")) {
                draft.help("put the work into files that exist, or take out files the task does not need").emit();
            }
        }
    }
}

/// No parent has the path.
fn is_new(change: &Change) -> bool {
    change.new.is_some() && change.old.is_none() && change.other_olds.iter().all(Option::is_none)
}

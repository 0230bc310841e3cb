//! More lines were deleted than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::{in_force, sum_lines};

pub struct DeletedLines;

impl Check for DeletedLines {
    const META: Meta = Meta {
        id: "bounds/deleted-lines",
        summary: "more lines were deleted than `[bounds] deleted-lines` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/deleted-lines.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for bound in in_force(cx, |limits| limits.deleted_lines.as_ref()) {
            let (total, most) = sum_lines(cx, &bound, |diff| diff.deleted.len());
            if let Some(draft) = bound.passed(out, total, ("line", "lines", "deleted")) {
                draft
                    .note(most)
                    .help("keep what the task does not ask to remove, or split the work into smaller changes")
                    .emit();
            }
        }
    }
}

//! More lines were deleted than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::in_force;
use super::lines::{self, LineOptions, Side};

pub struct DeletedLines;

impl Check for DeletedLines {
    const META: Meta = Meta {
        id: "bounds/deleted-lines",
        summary: "more lines were deleted than `[bounds] deleted-lines` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/deleted-lines.md"),
    };

    type Options = LineOptions;
    type Prepared = LineOptions;

    fn prepare(options: LineOptions) -> Result<LineOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, options: &LineOptions, out: &mut Sink<'_>) {
        let side = Side {
            lines: |diff| diff.deleted.len(),
            natures: |natures| &natures.deleted,
            verb: "deleted",
            help: "keep what the task does not ask to remove, or split the work into smaller changes",
        };
        for bound in in_force(cx, |limits| limits.deleted_lines.as_ref()) {
            lines::check(cx, &bound, options, &side, out);
        }
    }
}

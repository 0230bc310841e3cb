//! More lines were added than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::{in_force, sum_lines};

pub struct AddedLines;

impl Check for AddedLines {
    const META: Meta = Meta {
        id: "bounds/added-lines",
        summary: "more lines were added than `[bounds] added-lines` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/added-lines.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for bound in in_force(cx, |limits| limits.added_lines.as_ref()) {
            let (total, most) = sum_lines(cx, &bound, |diff| diff.added.len());
            if let Some(draft) = bound.passed(out, total, ("line", "lines", "added")) {
                draft
                    .note(most)
                    .help("split the work into smaller changes, or take out what the task does not need")
                    .emit();
            }
        }
    }
}

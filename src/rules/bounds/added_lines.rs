//! More lines were added than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::in_force;
use super::lines::{self, LineOptions, Side};

pub struct AddedLines;

impl Check for AddedLines {
    const META: Meta = Meta {
        id: "bounds/added-lines",
        summary: "more lines were added than `[bounds] added-lines` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/added-lines.md"),
    };

    type Options = LineOptions;
    type Prepared = LineOptions;

    fn prepare(options: LineOptions) -> Result<LineOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, options: &LineOptions, out: &mut Sink<'_>) {
        let side = Side {
            lines: |diff| diff.added.len(),
            natures: |natures| &natures.added,
            verb: "added",
            help: "split the work into smaller changes, or take out what the task does not need",
        };
        for bound in in_force(cx, |limits| limits.added_lines.as_ref()) {
            lines::check(cx, &bound, options, &side, out);
        }
    }
}

//! Too much of the change is reformatting.

use crate::analyze::layout::{Nature, most_format};
use crate::model::change::Change;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::in_force;
use super::lines::{Generated, LineOptions};

/// Below this many changed lines a share says nothing.
const MIN_LINES: u64 = 20;

pub struct FormatOnlyShare;

impl Check for FormatOnlyShare {
    const META: Meta = Meta {
        id: "bounds/format-only-share",
        summary: "more of the changed lines change only white space than `[bounds] format-only-share` allows",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/format-only-share.md"),
    };

    type Options = LineOptions;
    type Prepared = LineOptions;

    fn prepare(options: LineOptions) -> Result<LineOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, options: &LineOptions, out: &mut Sink<'_>) {
        // The hunks of a combined diff are not aligned with its lines.
        if cx.set.merge {
            return;
        }
        for bound in in_force(cx, |limits| limits.format_only_share.as_ref()) {
            let both = |index: usize, change: &Change| {
                change.new.is_some()
                    && (change.old.is_some() || cx.facts.renames().of_new(index).is_some())
                    && !change.is_mode_only()
            };
            let mut files: Vec<usize> = cx
                .changes()
                .filter(|(index, change)| bound.covers(cx, *index) && both(*index, change))
                .map(|(index, _)| index)
                .collect();
            if files.is_empty() {
                continue;
            }
            cx.facts.read_lines();
            files.retain(|index| options.generated != Generated::Apart || cx.facts.derived(*index).is_none());
            let diffs = || files.iter().filter_map(|index| cx.facts.lines(*index));
            let total: u64 = diffs().map(|diff| (diff.added.len() + diff.deleted.len()) as u64).sum();
            let limit = bound.limit.value;
            let is_over = |lines: u64| total >= MIN_LINES && lines.saturating_mul(100) > limit.saturating_mul(total);
            // To take every file apart costs more than all else of most checks.
            if !is_over(diffs().map(most_format).sum()) {
                continue;
            }
            let (mut format_only, mut moved) = (0, 0);
            for natures in files.iter().filter_map(|index| cx.facts.natures(*index)) {
                format_only += natures.count(Nature::Format);
                moved += natures.count(Nature::Moved);
            }
            if !is_over(format_only) {
                continue;
            }
            let share = format_only * 100 / total;
            let part = bound.part();
            let place = if part.is_empty() { String::new() } else { format!(" in {part}") };
            let message = format!(
                "{share} % of the changed lines{place} change only white space, more than the {limit} % allowed"
            );
            let blocks = if moved > 0 { format!("; {moved} more only moved") } else { String::new() };
            out.change(message)
                .within(bound.folder)
                .note(format!("{format_only} of {total} lines{blocks}"))
                .origin(Some(&bound.limit.origin))
                .key(part.as_bytes())
                .help("take the reformatting out of this change, and commit it on its own if it is wanted")
                .emit();
        }
    }
}

//! Upper bounds on the size of a change.
//!
//! A bound stands in `[bounds]`, over the whole change, or in a `[[bounds.when]]` table, over the part of the change that
//! its `paths` match. Where no bound is set, its rule is silent. Reaching a bound is allowed; passing it is not.

pub mod added_lines;
pub mod deleted_lines;
pub mod directories;
pub mod file_bytes;
pub mod files;
pub mod format_only_share;
pub mod lines;
pub mod new_files;

use crate::model::globs::Globs;
use crate::model::origin::Sourced;
use crate::model::path::RepoPath;
use crate::model::policy::{Condition, Limits};
use crate::rules::{Context, Draft, Sink};

/// One bound in force.
struct Bound<'a> {
    limit: &'a Sourced<u64>,
    /// `None` for the bound over the whole change.
    condition: Option<&'a Condition>,
    /// The folder whose policy set it.
    folder: Option<&'a RepoPath>,
}

/// The bounds of one kind whose branch and agent conditions hold, the unconditional one first.
fn in_force<'a>(cx: &Context<'a>, pick: fn(&Limits) -> Option<&Sourced<u64>>) -> Vec<Bound<'a>> {
    let bounds = &cx.policy.bounds;
    let whole = pick(&bounds.limits).map(|limit| Bound { limit, condition: None, folder: None });
    let parts = bounds.when.iter().filter(|when| when.condition.holds(cx.branch, cx.agent()));
    whole
        .into_iter()
        .chain(parts.filter_map(|when| {
            let limit = pick(&when.limits)?;
            Some(Bound { limit, condition: Some(&when.condition), folder: when.folder.as_ref() })
        }))
        .collect()
}

impl<'a> Bound<'a> {
    /// Does the bound count this change? A renamed file is counted where either of its paths matches.
    fn covers(&self, cx: &Context<'a>, index: usize) -> bool {
        let Some(condition) = self.condition.filter(|condition| condition.paths.is_some()) else { return true };
        let path = |index: usize| cx.set.changes.get(index).is_some_and(|change| condition.holds_for(&change.path));
        path(index) || cx.facts.renames().of_new(index).is_some_and(|rename| path(rename.from))
    }

    /// A finding that says both numbers, where the bound is passed. `what` reads after a number: `("file", "files",
    /// "changed")`.
    fn passed<'s, 'b>(
        &self,
        out: &'s mut Sink<'b>,
        actual: u64,
        (one, many, verb): (&str, &str, &str),
    ) -> Option<Draft<'s, 'b>> {
        let limit = self.limit.value;
        if actual <= limit {
            return None;
        }
        let noun = if actual == 1 { one } else { many };
        let part = self.part();
        let place = if part.is_empty() { String::new() } else { format!(" in {part}") };
        let message = format!("{actual} {noun} {verb}{place}, more than the {limit} allowed");
        Some(out.change(message).within(self.folder).origin(Some(&self.limit.origin)).key(part.as_bytes()))
    }

    /// The globs of a partial bound, for people; empty for the whole change.
    fn part(&self) -> String {
        let paths = self.condition.and_then(|condition| condition.paths.as_ref());
        let patterns = paths.into_iter().flat_map(Globs::patterns);
        patterns.map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ")
    }
}

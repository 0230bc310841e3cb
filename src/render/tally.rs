//! How many findings were lifted, and by what.

use std::fmt::Write as _;

use crate::model::escape;
use crate::model::outcome::Outcome;
use crate::model::waiver::{Lifted, Tally};

use super::text::plural;

/// The most waivers named in one line of text.
const MAX_NAMED: usize = 5;

/// The tallies of several outcomes as one: most findings first; alike, in the order of the policy.
pub fn of(outcomes: &[Outcome]) -> Vec<Tally> {
    let mut sum: Vec<Tally> = Vec::new();
    for one in outcomes.iter().flat_map(|outcome| &outcome.waived) {
        match sum.iter_mut().find(|other| other.by == one.by) {
            Some(other) => other.findings += one.findings,
            None => sum.push(one.clone()),
        }
    }
    sum.sort_by(|a, b| b.findings.cmp(&a.findings).then_with(|| place(&a.by).cmp(&place(&b.by))));
    sum
}

/// `3 findings waived (2 by warrant.toml:12 until 2026-12-31 @payments, 1 by …)`; `None` where nothing was lifted.
pub fn line(outcomes: &[Outcome]) -> Option<String> {
    let tallies = of(outcomes);
    let count = |tallies: &[Tally]| tallies.iter().map(|tally| tally.findings).sum::<u64>();
    if tallies.is_empty() {
        return None;
    }
    let (shown, rest) = tallies.split_at(tallies.len().min(MAX_NAMED));
    let mut parts: Vec<String> =
        shown.iter().map(|tally| format!("{} by {}", tally.findings, named(&tally.by))).collect();
    if !rest.is_empty() {
        parts.push(format!("{} by {} others", count(rest), rest.len()));
    }
    let total = plural(usize::try_from(count(&tallies)).unwrap_or(usize::MAX), "finding");
    Some(format!("{total} waived ({})", parts.join(", ")))
}

/// `warrant.toml:12 until 2026-12-31 @payments`, escaped.
pub fn named(lifted: &Lifted) -> String {
    // A baseline has an end in none of its lines, and thousands of them.
    let mut text = if lifted.until.is_some() { lifted.origin.to_string() } else { lifted.origin.source.name.clone() };
    if let Some(until) = lifted.until {
        let _ = write!(text, " until {until}");
    }
    if let Some(owner) = &lifted.owner {
        let _ = write!(text, " {owner}");
    }
    escape::visible(text.as_bytes())
}

fn place(lifted: &Lifted) -> (&str, usize) {
    (&lifted.origin.source.name, lifted.origin.span.start)
}

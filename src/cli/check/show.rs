//! The text output: outcomes as they come, and the same as one document.

use anyhow::Context as _;
use indicatif::ProgressBar;

use super::{CheckArgs, Term};
use crate::gate::{Judgement, Watch};
use crate::model::change::Subject;
use crate::model::outcome::{Decision, Outcome};
use crate::policy::{Loaded, review};
use crate::render::style::Style;
use crate::render::tally;
use crate::render::text::{self, Detail};
use crate::system;

/// Ranges shorter than this are done before anybody wonders.
const MIN_PROGRESS: usize = 100;

/// Prints outcomes as they come, with a progress bar on stderr where a person watches a long range.
pub(super) struct Show<'a> {
    args: &'a CheckArgs,
    /// The range, where it is one.
    spec: Option<&'a str>,
    term: &'a Term,
    detail: Detail,
    bar: Option<ProgressBar>,
    failed: Option<std::io::Error>,
}

impl<'a> Show<'a> {
    pub(super) fn new(args: &'a CheckArgs, spec: Option<&'a str>, term: &'a Term) -> Self {
        let detail = detail(args, spec);
        Self { args, spec, term, detail, bar: None, failed: None }
    }

    pub(super) fn end(self, judgement: &Judgement) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(error) = self.failed {
            return Err(error).context("the result cannot be written");
        }
        self.term.print(&end_of_range(&judgement.outcomes, self.spec, self.term.style()))?;
        Ok(())
    }
}

impl Watch for Show<'_> {
    fn begin(&mut self, loaded: &Loaded, total: usize) {
        self.term.faults(&loaded.warnings);
        self.term.faults(&review::far_waivers(loaded, system::today()));
        if self.args.verbose || loaded.is_default {
            let side = loaded.sources.first().map_or("embedded", |source| source.side.as_str());
            let why = if loaded.is_default { "; this repository has no warrant.toml" } else { "" };
            self.term.eprint(&format!(
                "{}: {} ({side}){why}\n",
                self.term.err_style().bold("policy"),
                loaded.policy.name
            ));
        }
        if total >= MIN_PROGRESS {
            // Draws nothing where stderr is no terminal.
            self.bar = Some(ProgressBar::new(total as u64));
        }
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let text = text::outcome(outcome, self.detail, self.term.style());
        let print = || if text.is_empty() { Ok(()) } else { self.term.print(&text) };
        let printed = match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.suspend(print)
            }
            None => print(),
        };
        self.failed = self.failed.take().or(printed.err());
    }
}

/// All of it, for a file.
pub(super) fn document(args: &CheckArgs, spec: Option<&str>, judgement: &Judgement) -> String {
    let detail = detail(args, spec);
    let each = judgement.outcomes.iter().map(|outcome| text::outcome(outcome, detail, Style::PLAIN));
    each.collect::<String>() + &end_of_range(&judgement.outcomes, spec, Style::PLAIN)
}

fn detail(args: &CheckArgs, spec: Option<&str>) -> Detail {
    Detail { verbose: args.verbose, silent_when_clean: spec.is_some() && !args.verbose }
}

/// What a range comes to; nothing for what is none.
fn end_of_range(outcomes: &[Outcome], spec: Option<&str>, style: Style) -> String {
    let Some(spec) = spec else { return String::new() };
    let waived = tally::line(outcomes).map(|line| format!("{line}\n")).unwrap_or_default();
    format!("{waived}{}\n", range_summary(outcomes, spec, style))
}

fn range_summary(all: &[Outcome], spec: &str, style: Style) -> String {
    let outcomes: Vec<&Outcome> = all.iter().filter(|outcome| !outcome.subject.is_sum()).collect();
    let count = |decision| outcomes.iter().filter(|outcome| outcome.decision == decision).count();
    let exempt = outcomes.iter().filter(|outcome| outcome.exempt.is_some()).count();
    let mut parts = vec![format!("{} judged", outcomes.len() - exempt)];
    if exempt > 0 {
        parts.push(format!("{exempt} without a sign of an agent"));
    }
    for (decision, word) in
        [(Decision::Block, "blocked"), (Decision::Incomplete, "incomplete"), (Decision::Warn, "with warnings")]
    {
        if count(decision) > 0 {
            parts.push(format!("{} {word}", count(decision)));
        }
        let is_whole = |outcome: &&Outcome| matches!(outcome.subject, Subject::Range { .. });
        if all.iter().filter(is_whole).any(|outcome| outcome.decision == decision) {
            parts.push(format!("the range as a whole {word}"));
        }
    }
    let spec = crate::model::escape::visible(spec.as_bytes());
    format!("{}: {spec} ({}): {}", style.bold("git-warrant"), text::plural(outcomes.len(), "commit"), parts.join(", "))
}

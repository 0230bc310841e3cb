//! What the last runs say of a claim.

use crate::model::claim::Ran;
use crate::model::receipt::{Freshness, Receipt, Run, RunKind, RunState, SessionFacts};

use super::super::Ruling;
use super::matching::means;

/// A claim on runs.
pub(super) struct Claimed<'a> {
    /// For people: `the tests`, `a linter`.
    pub(super) what: &'static str,
    pub(super) kinds: &'static [RunKind],
    pub(super) run: &'a Ran,
    pub(super) count: Option<u64>,
}

/// One run that the claim means, with the receipt it stands in.
struct Meant<'a> {
    /// Place in the session.
    at: usize,
    receipt: &'a Receipt,
    run: &'a Run,
}

impl Meant<'_> {
    fn is(&self, state: RunState) -> bool {
        self.run.state == state
    }

    fn is_fresh(&self) -> bool {
        self.receipt.freshness == Freshness::Fresh
    }

    /// As evidence: the id, and the command.
    fn shown(&self) -> [String; 2] {
        [self.receipt.id.clone(), self.receipt.command.chars().take(200).collect()]
    }
}

pub(super) fn judge(claimed: &Claimed<'_>, session: Option<&SessionFacts>) -> Ruling {
    let Some(session) = session else {
        return Ruling::uncheckable("no session was recorded here: which commands ran is not known");
    };
    let meant: Vec<Meant<'_>> = session
        .receipts
        .iter()
        .enumerate()
        .flat_map(|(at, receipt)| receipt.run.each().iter().map(move |run| Meant { at, receipt, run }))
        .filter(|meant| claimed.kinds.contains(&meant.run.kind) && means(claimed.run, meant.receipt, meant.run))
        .collect();
    let Some(last) = meant.last() else { return unseen(claimed, session) };
    let good = meant.iter().rev().find(|meant| meant.is(RunState::Passed) && meant.is_fresh() && !meant.run.subset);
    let bad = meant.iter().rev().find(|meant| meant.is(RunState::Failed));
    match good {
        // What failed before passes now, on the same files; what failed since is another matter.
        Some(good) if bad.is_none_or(|bad| bad.at < good.at) => match still_failing(good, &meant) {
            Some(other) => {
                let (by, other) = (by(good), format!("{}: {}", by(other), other.run.reason));
                Ruling::unsupported(format!("{by} passed, and the last run of another tool failed ({other})"))
                    .with(good.shown())
            }
            None => counted(claimed, good),
        },
        _ if last.is(RunState::Failed) => failed(claimed, last, &meant, session),
        _ => short(last).with(last.shown()),
    }
}

/// A tool other than the one that passed, whose own last run on these files failed.
fn still_failing<'m, 'a>(good: &Meant<'_>, meant: &'m [Meant<'a>]) -> Option<&'m Meant<'a>> {
    let last_of = |tool: &str| meant.iter().rev().find(|other| other.run.tool == tool);
    meant.iter().rev().find(|other| {
        other.run.tool != good.run.tool
            && other.is(RunState::Failed)
            && other.is_fresh()
            && last_of(&other.run.tool).is_some_and(|last| last.at == other.at)
    })
}

/// No run of it was seen.
fn unseen(claimed: &Claimed<'_>, session: &SessionFacts) -> Ruling {
    let named = claimed.run.receipt.as_ref().map(|id| format!("no receipt `{id}` that fits is in this session"));
    let named = named.or_else(|| claimed.run.command.as_ref().map(|command| format!("no run of `{command}` was seen")));
    let why = named.unwrap_or_else(|| format!("no run of {} was seen in this session", claimed.what));
    let rest = if session.is_whole { "" } else { ", of which not everything was seen" };
    Ruling::unsupported(format!("{why}{rest}"))
}

/// It passed, on what stands here, as a whole; the number that was named is still to be looked at.
fn counted(claimed: &Claimed<'_>, good: &Meant<'_>) -> Ruling {
    let counts = good.run.counts;
    let told = |rest: &str| format!("{}: {}{rest}", by(good), good.run.reason);
    let ruling = match (claimed.count, counts.passed) {
        (Some(count), Some(passed)) if count != passed && count != passed + counts.skipped.unwrap_or(0) => {
            Ruling::unsupported(told(&format!("; {passed} passed, not {count}")))
        }
        (Some(count), None) => Ruling::unsupported(told(&format!("; that it was {count} is not told"))),
        _ => Ruling::supported(told("")),
    };
    ruling.with(good.shown())
}

/// The last run failed.
fn failed(claimed: &Claimed<'_>, last: &Meant<'_>, meant: &[Meant<'_>], session: &SessionFacts) -> Ruling {
    let told = format!("the last run failed ({}: {})", by(last), last.run.reason);
    let doubt = match () {
        () if !last.is_fresh() => Some(match last.receipt.freshness {
            Freshness::Stale => "files changed since",
            _ => "whether files changed since is not known",
        }),
        () if !session.is_whole => Some("not everything of the session was seen"),
        // It passed on the very same files: it is flaky, or the other one was another run.
        () if meant.iter().any(|other| other.is(RunState::Passed) && other.is_fresh()) => {
            Some("another run passed on the same files")
        }
        () if tried_since(last, session) => Some("what was run afterwards may have been a better try"),
        () => None,
    };
    let ruling = match doubt {
        Some(doubt) => Ruling::unsupported(format!("{told}; {doubt}")),
        None => Ruling::contradicted(told),
    };
    // A count is no part of what a failing run contradicts.
    let ruling = match claimed.count.zip(last.run.counts.passed) {
        Some((count, passed)) if count == passed => {
            Ruling::unsupported(format!("{}; {passed} did pass", ruling.reason))
        }
        _ => ruling,
    };
    ruling.with(last.shown())
}

/// Did something run after the failure that may have been the same checks in another way?
fn tried_since(last: &Meant<'_>, session: &SessionFacts) -> bool {
    session.receipts.iter().skip(last.at + 1).any(|receipt| {
        let unknown = receipt.run.each().iter().any(|run| matches!(run.state, RunState::Unreadable | RunState::Passed));
        let words = ["test", "spec", "check", "lint", "build", "verify", "ci"];
        unknown && words.iter().any(|word| receipt.command.contains(word))
    })
}

/// A run that shows less than was claimed.
fn short(last: &Meant<'_>) -> Ruling {
    let told = format!("{}: {}", by(last), last.run.reason);
    Ruling::unsupported(match (last.run.state, last.receipt.freshness) {
        (RunState::NothingRun, _) => format!("the last run ran nothing ({told})"),
        (RunState::Unreadable, _) => format!("how the last run ended cannot be read ({told})"),
        (_, Freshness::Stale) => format!("it passed, and files changed since ({told})"),
        (_, Freshness::Unknown) => format!("it passed; whether files changed since is not known ({told})"),
        (RunState::Passed, Freshness::Fresh) if last.run.subset => {
            format!("what passed is a part of it ({told})")
        }
        (_, Freshness::Fresh) => format!("another run of it failed ({told})"),
    })
}

fn by<'a>(meant: &'a Meant<'_>) -> &'a str {
    if meant.run.tool.is_empty() { "the command" } else { &meant.run.tool }
}

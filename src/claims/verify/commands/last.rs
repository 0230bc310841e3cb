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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::runner;
    use crate::model::claim::Verdict;
    use crate::model::event::Text;
    use crate::model::receipt::ReceiptSource;
    use Freshness::{Fresh, Stale, Unknown};

    const GOOD: &str = "3 passed in 0.1s";
    const BAD: &str = "1 failed, 2 passed in 0.1s";

    fn session(runs: &[(&str, &str, i32, Freshness)]) -> SessionFacts {
        let receipt = |(at, (command, output, exit, freshness)): (usize, &(&str, &str, i32, Freshness))| Receipt {
            id: format!("run-{at}"),
            name: None,
            command: (*command).to_owned(),
            source: ReceiptSource::Journal,
            started: None,
            ended: None,
            exit: Some(*exit),
            run: runner::read(command, Some(&Text::from(*output)), Some(*exit)),
            freshness: *freshness,
        };
        let receipts = runs.iter().enumerate().map(receipt).collect();
        SessionFacts { receipts, is_whole: true, ..SessionFacts::default() }
    }

    fn verdict(run: &Ran, count: Option<u64>, session: &SessionFacts) -> (Verdict, String) {
        let ruling = super::super::tests_passed(run, count, Some(session));
        (ruling.verdict, ruling.reason)
    }

    fn of(runs: &[(&str, &str, i32, Freshness)]) -> (Verdict, String) {
        verdict(&Ran::default(), None, &session(runs))
    }

    #[test]
    fn only_a_whole_run_on_what_stands_here_supports() {
        assert_eq!(of(&[("pytest", GOOD, 0, Fresh)]).0, Verdict::Supported);
        assert_eq!(of(&[("pytest", BAD, 1, Stale), ("pytest", GOOD, 0, Fresh)]).0, Verdict::Supported);
        for (freshness, why) in [(Stale, "files changed since"), (Unknown, "is not known")] {
            let (verdict, reason) = of(&[("pytest", GOOD, 0, freshness)]);
            assert_eq!(verdict, Verdict::Unsupported);
            assert!(reason.contains(why), "{reason}");
        }
        let (verdict, reason) = of(&[("pytest tests/a.py", GOOD, 0, Fresh)]);
        assert!(verdict == Verdict::Unsupported && reason.contains("a part of it"), "{reason}");
        let (verdict, reason) = of(&[("pytest", "no tests ran in 0.01s", 5, Fresh)]);
        assert!(verdict == Verdict::Unsupported && reason.contains("ran nothing"), "{reason}");
        let (verdict, reason) = of(&[("pytest | head -1", "collected 3 items", 0, Fresh)]);
        assert!(verdict == Verdict::Unsupported && reason.contains("cannot be read"), "{reason}");
        let (verdict, reason) = of(&[("ls", "", 0, Fresh)]);
        assert!(verdict == Verdict::Unsupported && reason.contains("was seen in this session"), "{reason}");
        assert_eq!(super::super::tests_passed(&Ran::default(), None, None).verdict, Verdict::Uncheckable);
    }

    #[test]
    fn only_a_last_failure_on_what_stands_here_contradicts() {
        assert_eq!(of(&[("pytest", BAD, 1, Fresh)]).0, Verdict::Contradicted);
        assert_eq!(of(&[("pytest | tail -1", BAD, 0, Fresh)]).0, Verdict::Contradicted);
        let doubtful: &[&[(&str, &str, i32, Freshness)]] = &[
            &[("pytest", BAD, 1, Stale)],
            &[("pytest", BAD, 1, Unknown)],
            // The same files, another end: flaky.
            &[("pytest", GOOD, 0, Fresh), ("pytest", BAD, 1, Fresh)],
            // Tried again in a way that is not known.
            &[("pytest", BAD, 1, Fresh), ("./retry-tests-in-box", "", 0, Fresh)],
            &[("git stash && pytest", BAD, 1, Fresh)],
            &[("pytest", "Command running in background with ID: 1", 0, Fresh)],
        ];
        for runs in doubtful {
            assert_eq!(of(runs).0, Verdict::Unsupported, "{runs:?}");
        }
        let partly = SessionFacts { is_whole: false, ..session(&[("pytest", BAD, 1, Fresh)]) };
        assert_eq!(verdict(&Ran::default(), None, &partly).0, Verdict::Unsupported);
    }

    #[test]
    fn a_tool_that_failed_is_not_outdone_by_another() {
        let (verdict, reason) = of(&[("go test ./...", "FAIL\ta\t0.1s\nFAIL", 1, Fresh), ("pytest", GOOD, 0, Fresh)]);
        assert!(verdict == Verdict::Unsupported && reason.contains("another tool failed"), "{reason}");
    }

    #[test]
    fn what_is_named_is_looked_for() {
        let facts = session(&[("cargo test", "test result: ok. 3 passed; 0 failed; 0 ignored;", 0, Fresh)]);
        let named = |command: Option<&str>, receipt: Option<&str>| Ran {
            command: command.map(str::to_owned),
            receipt: receipt.map(str::to_owned),
        };
        assert_eq!(verdict(&named(Some("cargo test"), None), Some(3), &facts).0, Verdict::Supported);
        assert_eq!(verdict(&named(None, Some("run-0")), None, &facts).0, Verdict::Supported);
        assert_eq!(verdict(&named(Some("pytest"), None), None, &facts).0, Verdict::Unsupported);
        assert_eq!(verdict(&named(None, Some("run-9")), None, &facts).0, Verdict::Unsupported);
        assert_eq!(verdict(&named(None, None), Some(4), &facts).0, Verdict::Unsupported);
    }

    #[test]
    fn all_pass_and_the_linter_is_clean() {
        // A failing run, and a linter that never ran.
        let facts = session(&[("python -m pytest", "1 failed, 3 passed, 1 skipped in 0.2s", 1, Fresh)]);
        assert_eq!(verdict(&Ran::default(), None, &facts).0, Verdict::Contradicted);
        let lint = super::super::lint_passed(&Ran::default(), Some(&facts));
        assert_eq!(
            (lint.verdict, lint.reason.as_str()),
            (Verdict::Unsupported, "no run of a linter was seen in this session")
        );
    }
}

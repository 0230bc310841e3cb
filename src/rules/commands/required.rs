//! A command that has to have run did not, failed, or ran before the last edit.

use crate::analyze::shell::Script;
use crate::model::command::{Match, RequiredCommand};
use crate::model::finding::Level;
use crate::model::receipt::{Freshness, Receipt, RunState, SessionFacts};
use crate::rules::{Check, Context, Draft, Meta, Needs, NoOptions, Sink};

pub struct Required;

impl Check for Required {
    const META: Meta = Meta {
        id: "commands/required",
        summary: "a command that `[[commands.require]]` or the task's contract asks for has not passed on what stands now",
        level: Level::Deny,
        needs: Needs::Session,
        docs: include_str!("../../../docs/rules/commands/required.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(session) = cx.session else { return };
        let contract = cx.contract.map(|contract| contract.commands.require.as_slice()).unwrap_or_default();
        for required in cx.policy.commands.require.iter().chain(contract) {
            let concerns =
                cx.changes().any(|(_, change)| required.paths.is_empty() || required.paths.is_match(&change.path));
            if !concerns {
                continue;
            }
            let required = named(cx, required);
            let Some(shortfall) = shortfall(required, session) else { continue };
            let draft = out.change(shortfall.message(&required.name)).key(required.name.as_bytes());
            let draft = shortfall.explain(draft).at_most(shortfall.most()).origin(Some(&required.origin));
            let run: Vec<String> = required.run.iter().map(|pattern| format!("`{}`", pattern.text)).collect();
            draft.help(format!("run it on what stands now: {}", run.join(" or "))).emit();
        }
    }
}

/// A contract may name one of the policy's commands instead of a command line.
fn named<'a>(cx: &Context<'a>, required: &'a RequiredCommand) -> &'a RequiredCommand {
    let names = required.run.iter().all(|pattern| pattern.text == required.name);
    let known = cx.policy.commands.require.iter().find(|known| names && known.name == required.name);
    known.unwrap_or(required)
}

/// What a required command lacks.
enum Shortfall<'a> {
    NotRun,
    Failed(&'a Receipt),
    Stale(&'a Receipt),
    NothingRun(&'a Receipt),
    /// Only a part of it ran.
    Subset(&'a Receipt),
    /// It ran, and nothing here tells how it ended, or on what.
    Unreadable(Option<&'a Receipt>),
}

/// What is missing; `None` where the command passed, or where nothing can be said.
fn shortfall<'a>(required: &RequiredCommand, session: &'a SessionFacts) -> Option<Shortfall<'a>> {
    let asked = |line: &str| {
        let script = Script::of(line);
        required.run.iter().any(|pattern| script.matching(pattern, Match::Perhaps).is_some())
    };
    let runs: Vec<&Receipt> = session.receipts.iter().filter(|receipt| asked(&receipt.command)).collect();
    let good = |receipt: &&Receipt| {
        receipt.run.state == RunState::Passed && receipt.freshness == Freshness::Fresh && !receipt.run.subset
    };
    let bad = |receipt: &&Receipt| receipt.run.state == RunState::Failed && receipt.freshness != Freshness::Stale;
    let last_good = runs.iter().rposition(good);
    let last_bad = runs.iter().rposition(bad);
    if last_good.is_some() && last_good > last_bad {
        return None;
    }
    if let Some(failed) = last_bad.and_then(|at| runs.get(at)) {
        return Some(Shortfall::Failed(failed));
    }
    let Some(last) = runs.last() else {
        if session.commands.iter().any(|seen| !seen.refused && asked(&seen.command)) {
            return Some(Shortfall::Unreadable(None));
        }
        return session.is_whole.then_some(Shortfall::NotRun);
    };
    Some(match (last.run.state, last.freshness) {
        (_, Freshness::Stale) => Shortfall::Stale(last),
        (RunState::NothingRun, _) => Shortfall::NothingRun(last),
        (RunState::Passed, Freshness::Fresh) => Shortfall::Subset(last),
        _ => Shortfall::Unreadable(Some(last)),
    })
}

impl Shortfall<'_> {
    fn message(&self, name: &str) -> String {
        match self {
            Self::NotRun => format!("`{name}` has to run, and did not"),
            Self::Failed(_) => format!("`{name}` has to pass, and failed"),
            Self::Stale(_) => format!("`{name}` ran before the last edit"),
            Self::NothingRun(_) => format!("`{name}` ran, and there was nothing that it ran"),
            Self::Subset(_) => format!("only a part of `{name}` ran"),
            Self::Unreadable(_) => format!("`{name}` ran, and nothing tells how it ended"),
        }
    }

    fn explain<'s, 'a>(&self, draft: Draft<'s, 'a>) -> Draft<'s, 'a> {
        match self {
            Self::NotRun => draft.note("no run of it was seen in this session"),
            Self::Unreadable(None) => draft.note("it was seen to start; nothing of its end was kept"),
            Self::Failed(run)
            | Self::Stale(run)
            | Self::NothingRun(run)
            | Self::Subset(run)
            | Self::Unreadable(Some(run)) => {
                let reason = run.run.reason.trim();
                let draft = if reason.is_empty() { draft } else { draft.note(reason.to_owned()) };
                let unknown = run.freshness == Freshness::Unknown && run.run.state == RunState::Passed;
                if unknown { draft.note("whether it ran on what stands now is not known") } else { draft }
            }
        }
    }

    /// What nobody can tell for certain does not block.
    fn most(&self) -> Level {
        match self {
            Self::NotRun | Self::Failed(_) | Self::Stale(_) | Self::NothingRun(_) => Level::Deny,
            Self::Subset(_) | Self::Unreadable(_) => Level::Warn,
        }
    }
}

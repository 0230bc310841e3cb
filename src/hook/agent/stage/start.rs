//! A session starts or goes on: the baseline, and what the agent is to know.

use std::fmt::Write as _;

use super::StageError;
use super::open::Opened;
use crate::gate::{GateError, Sides, load_policy};
use crate::hook::agent::{Answer, MARK};
use crate::model::command::{CommandPattern, Commands};
use crate::model::contract::Contract;
use crate::model::escape;
use crate::model::globs::Globs;
use crate::model::policy::{Mode, Policy, Require};
use crate::session::contract::Place;

/// The most globs of one list that are named.
const MAX_NAMED: usize = 8;

pub(super) fn run(opened: &Opened<'_>, source: &str) -> Result<Answer, StageError> {
    if opened.call.event.helper.is_some() {
        return Ok(Answer::Silent);
    }
    if opened.session.ledger.exists() {
        opened.resumed(source)?;
    } else {
        opened.begin(false)?;
    }
    context(opened).map(|text| text.map_or(Answer::Silent, Answer::Context))
}

/// One short paragraph: the bounds, and what the end of a turn asks for. Nothing where nothing is asked.
fn context(opened: &Opened<'_>) -> Result<Option<String>, StageError> {
    let head = opened.git.head()?.commit;
    let loaded = load_policy(opened.git, &Sides::new(opened.git, head)?, None, &[])?;
    let contract = Place::of(&opened.git.layout().git_dir).load().map_err(GateError::Contract)?;
    let mut text = String::new();
    of_policy(&mut text, &loaded.policy);
    if let Some(contract) = &contract {
        of_contract(&mut text, contract);
    }
    if loaded.policy.report.require == Require::Declared && loaded.policy.mode == Mode::Enforce {
        text.push_str(
            "Before you end your turn, declare what you did with `git-warrant report -` (it reads a report from standard \
             input and checks it at once; `git-warrant explain report/missing` shows the form). ",
        );
    }
    Ok((!text.is_empty()).then(|| format!("{MARK}your changes are checked when your turn ends. {}", text.trim_end())))
}

fn commands(text: &mut String, commands: &Commands) {
    let named = |patterns: &[CommandPattern]| {
        let shown = patterns.iter().take(MAX_NAMED).map(|one| format!("`{}`", escape::visible(one.text.as_bytes())));
        shown.collect::<Vec<_>>().join(", ")
    };
    if !commands.deny.is_empty() {
        let _ = write!(text, "These commands must not be run: {}. ", named(&commands.deny));
    }
    for required in commands.require.iter().take(MAX_NAMED) {
        let _ = write!(text, "Before you end, this has to pass on what stands then: {}. ", named(&required.run));
    }
}

fn of_policy(text: &mut String, policy: &Policy) {
    commands(text, &policy.commands);
    list(text, "Only these paths may change", &policy.scope.allow);
    list(text, "These paths may not change", &policy.scope.deny);
}

pub(super) fn of_contract(text: &mut String, contract: &Contract) {
    if contract.read_only.is_some() {
        text.push_str("This task is read-only: nothing may change. ");
    }
    if contract.no_commit.is_some() {
        text.push_str("This task is to end without a commit. ");
    }
    for globs in &contract.allow {
        list(text, "For this task only these paths may change", globs);
    }
    list(text, "For this task these paths may not change", &contract.deny);
    for (key, bound) in contract.limits.entries() {
        if let Some(bound) = bound {
            let _ = write!(text, "This task may have at most {} {}. ", bound.value, key.replace('-', " "));
        }
    }
    commands(text, &contract.commands);
}

fn list(text: &mut String, what: &str, globs: &Globs) {
    let entries = globs.entries();
    if entries.is_empty() {
        return;
    }
    let named = entries.iter().take(MAX_NAMED).map(|entry| format!("`{}`", escape::visible(entry.pattern.as_bytes())));
    let more = if entries.len() > MAX_NAMED { ", …" } else { "" };
    let _ = write!(text, "{what}: {}{more}. ", named.collect::<Vec<_>>().join(", "));
}

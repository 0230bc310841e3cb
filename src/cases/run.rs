//! Judges a case and compares what comes of it with what was expected.

use jiff::civil::Date;

use crate::analyze::message::{self, Cleanup};
use crate::claims::declared;
use crate::engine::{self, Input, Part};
use crate::model::actor::{Actor, Evidence, EvidenceKind};
use crate::model::change::ChangeSet;
use crate::model::claim::Report;
use crate::model::content::{Bytes, Contents};
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::{Finding, Location};
use crate::model::message::{Message, MessageSource};
use crate::model::outcome::Outcome;
use crate::model::path::RepoPath;
use crate::model::repository::{NoRepository, RepoState};
use crate::model::waiver::Review;
use crate::policy::{self, Loaded, Nesting, Request, Side};
use crate::session;
use crate::source::memory::Tree;
use crate::source::{agent, memory, patch};

use super::parse::{Case, location_path};
use super::push::Pushed;

/// What a case does not say itself.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// For cases without a policy of their own; `None` for an empty one.
    pub policy: Option<&'a Loaded>,
    /// Where the policies of folders stand that belong to `policy`. Those of a case's own state before go first.
    pub side: Option<&'a dyn Side>,
    /// For cases that name no day.
    pub today: Date,
}

/// Judges the case in memory. The error says why it could not be judged.
pub fn in_memory(case: &Case, setting: Setting<'_>) -> Result<Outcome, String> {
    let Some(diff) = &case.diff else {
        let (set, contents) = memory::change_set(&case.before, &case.after);
        return judge(case, setting, &set, &contents);
    };
    let mut patches = patch::parse("diff", diff.as_bytes()).map_err(|error| format!("the `diff`: {error}"))?;
    match (patches.pop(), patches.is_empty()) {
        (Some(patch), true) => judge(case, setting, &patch.set, &patch.contents),
        _ => Err("the `diff` has to be one change".to_owned()),
    }
}

/// Judges the case over a change set that some source made of it.
pub fn judge(case: &Case, setting: Setting<'_>, set: &ChangeSet, contents: &dyn Contents) -> Result<Outcome, String> {
    let own = match (&case.policy, setting.policy) {
        (None, Some(_)) => None,
        (text, _) => Some(load(text.as_deref().unwrap_or_default())?),
    };
    let before = Before { tree: &case.before, beyond: setting.side.filter(|_| own.is_none()) };
    let loaded = own.as_ref().or(setting.policy).ok_or("no policy to judge by")?;
    let nesting = Nesting::beside(loaded, &before);
    let paths = set.changes.iter().map(|change| &change.path);
    let policy = nesting.policy_for(paths).map_err(|faults| faulty("policy", &faults))?;
    let message =
        case.message.as_ref().map(|text| message::parse(text.as_bytes(), MessageSource::Commit, &Cleanup::verbatim()));
    let report = report(case, message.as_ref())?;
    let contract = case.contract.as_deref().map(contract).transpose()?;
    let session = case.session.as_deref().map(super::session::read).transpose()?;
    Ok(engine::check(Input {
        set,
        contents,
        repository: case.push.as_ref().map_or(&NoRepository, |pushed| pushed as &dyn RepoState),
        policy: &policy,
        actor: actor(case, message.as_ref())?,
        branch: case.branch.as_deref().map(str::as_bytes),
        contract: contract.as_ref(),
        session: session.as_ref(),
        push: case.push.as_ref().map(|pushed| &pushed.push),
        hooks_directory: case.hooks_path.as_deref().map(RepoPath::from),
        commit: case.push.as_ref().and_then(Pushed::commit),
        message: message.as_ref(),
        report: report.as_ref(),
        prose: Vec::new(),
        part: part(case),
        review: case.review,
        today: case.today.unwrap_or(setting.today),
    }))
}

fn part(case: &Case) -> Part {
    match (&case.push, case.review) {
        (Some(pushed), _) if pushed.push.of_ref => Part::Ref,
        (_, Review::Tree) => Part::Tree,
        _ => Part::Whole,
    }
}

/// The files of a case before the change, and what lies beyond them.
struct Before<'a> {
    tree: &'a Tree,
    beyond: Option<&'a dyn Side>,
}

impl Side for Before<'_> {
    fn name(&self) -> String {
        "the state before".to_owned()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        match (self.tree.get(path), self.beyond) {
            (Some(file), _) if !file.mode.is_regular() => {
                Err("it is no regular file, as a policy has to be".to_owned())
            }
            (Some(file), _) => Ok(Some(file.content.as_slice().into())),
            (None, Some(beyond)) => beyond.read(path),
            (None, None) => Ok(None),
        }
    }
}

/// A first line `tampered` stands for a copy that differs from the pinned one.
fn contract(text: &str) -> Result<Contract, String> {
    let tampered = text.starts_with("# tampered\n").then(|| "the copy in the git directory was edited".to_owned());
    session::contract::parse(text, tampered).map_err(|faults| faulty("contract", &faults))
}

/// The difference between expectation and outcome, a row each: `-` was expected, `+` was found, a blank is both. `None`
/// where there is none.
pub fn difference(case: &Case, outcome: &Outcome) -> Option<Vec<String>> {
    let mut rows = Vec::new();
    let mut actual: Vec<Option<(String, &str)>> =
        outcome.findings.iter().map(|finding| Some((head(finding), finding.message.as_str()))).collect();
    for expected in &case.expect.findings {
        let fits = |(head, message): &(String, &str)| {
            *head == expected.head && expected.message.as_ref().is_none_or(|part| message.contains(part.as_str()))
        };
        let shown = match &expected.message {
            Some(message) => format!("{} {message:?}", expected.head),
            None => expected.head.clone(),
        };
        match actual.iter_mut().find(|slot| slot.as_ref().is_some_and(fits)) {
            Some(slot) => {
                *slot = None;
                rows.push(format!("  {shown}"));
            }
            None => rows.push(format!("- {shown}")),
        }
    }
    rows.extend(actual.into_iter().flatten().map(|(head, message)| format!("+ {head} {message:?}")));
    compare(&mut rows, "claim", case.expect.claims.as_deref(), || {
        outcome.claims.iter().map(|judged| format!("{} {}", judged.claim.kind, judged.verdict)).collect()
    });
    compare(&mut rows, "undisclosed", case.expect.undisclosed.as_deref(), || {
        outcome.undisclosed.iter().map(|unit| format!("{} {}", location_path(&unit.path), unit.materiality)).collect()
    });
    compare(&mut rows, "incomplete", case.expect.incomplete.as_deref(), || {
        outcome.incomplete.iter().map(|entry| entry.path.as_ref().map_or("-".to_owned(), location_path)).collect()
    });
    let decision = case.expect.decision.map(|decision| vec![decision.to_string()]);
    compare(&mut rows, "decision", decision.as_deref(), || vec![outcome.decision.to_string()]);
    rows.iter().any(|row| !row.starts_with(' ')).then_some(rows)
}

/// Two lists, in any order. What was not asked for is not compared.
fn compare(rows: &mut Vec<String>, word: &str, expected: Option<&[String]>, actual: impl FnOnce() -> Vec<String>) {
    let Some(expected) = expected else { return };
    let mut actual = actual();
    for wanted in expected {
        match actual.iter().position(|row| row == wanted) {
            Some(at) => rows.push(format!("  {word} {}", actual.remove(at))),
            None => rows.push(format!("- {word} {wanted}")),
        }
    }
    rows.extend(actual.iter().map(|row| format!("+ {word} {row}")));
}

/// `deny[rule/id] LOCATION`, as expectations write it.
pub fn head(finding: &Finding) -> String {
    let level = if finding.waived.is_some() { "waived".to_owned() } else { finding.level.to_string() };
    let place = match &finding.location {
        Location::Change => "-".to_owned(),
        Location::Path { path } => location_path(path),
        Location::Line { path, line, .. } => format!("{}:{line}", location_path(path)),
        Location::Message { line, .. } => format!("message:{line}"),
    };
    format!("{level}[{}] {place}", finding.rule)
}

/// A case writes only what matters to it, so `schema = 1` is put before a policy that lacks it.
fn load(text: &str) -> Result<Loaded, String> {
    let has_schema = text.lines().any(|line| line.starts_with("schema"));
    let text = if has_schema { text.to_owned() } else { format!("schema = 1\n{text}") };
    let request =
        Request { explicit: Some(("warrant.toml".to_owned(), text.into_bytes())), sides: Vec::new(), levels: &[] };
    policy::load(&request).map_err(|faults| faulty("policy", &faults))
}

fn report(case: &Case, message: Option<&Message>) -> Result<Option<Report>, String> {
    let parsed = match &case.report {
        Some(text) => Some(declared::parse("report", text)),
        None => message.and_then(declared::from_message),
    };
    parsed.transpose().map_err(|faults| faulty("report", &faults))
}

fn faulty(what: &str, faults: &[Diagnostic]) -> String {
    let rows = faults.iter().map(|fault| match &fault.origin {
        Some(origin) => format!("{origin}: {}", fault.message),
        None => fault.message.clone(),
    });
    format!("the {what} has faults: {}", rows.collect::<Vec<_>>().join("; "))
}

fn actor(case: &Case, message: Option<&Message>) -> Result<Actor, String> {
    let marks = message.map(agent::marks).unwrap_or_default();
    let name = case.agent.as_deref().unwrap_or("claude-code");
    if name == "none" {
        return Ok(Actor { marks, ..Actor::default() });
    }
    let agent = agent::names().find(|known| *known == name).ok_or_else(|| {
        let known: Vec<&str> = agent::names().collect();
        format!("no agent `{name}`; known: none, {}", known.join(", "))
    })?;
    let evidence = vec![Evidence { agent, kind: EvidenceKind::Environment, detail: "the case".to_owned() }];
    Ok(Actor { evidence, marks })
}

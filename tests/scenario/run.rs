//! Runs a case and compares what it gives with what it expects.

use git_warrant::analyze::message::{self, Cleanup};
use git_warrant::claims::declared;
use git_warrant::engine::{self, Input, Part};
use git_warrant::model::actor::{Actor, Evidence, EvidenceKind};
use git_warrant::model::change::ChangeSet;
use git_warrant::model::claim::Report;
use git_warrant::model::content::Contents;
use git_warrant::model::contract::Contract;
use git_warrant::model::diagnostic::Diagnostic;
use git_warrant::model::finding::{Finding, Location};
use git_warrant::model::message::{Message, MessageSource};
use git_warrant::model::outcome::Outcome;
use git_warrant::model::path::RepoPath;
use git_warrant::model::policy::Policy;
use git_warrant::model::repository::NoRepository;
use git_warrant::policy::{self, Request};
use git_warrant::session;
use git_warrant::source::memory;

use super::parse::{Case, location_path};

/// The day all cases are judged on, so that a waiver's end date means something.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 6, 1);

/// Judges the case in memory; the error is the difference, for a person.
pub(crate) fn in_memory(case: &Case) -> Result<Outcome, String> {
    let (set, contents) = memory::change_set(&case.before, &case.after);
    judge(case, &set, &contents)
}

/// Judges the case over a change set that some source made of it.
pub(crate) fn judge(case: &Case, set: &ChangeSet, contents: &dyn Contents) -> Result<Outcome, String> {
    let policy = load(case)?;
    let message =
        case.message.as_ref().map(|text| message::parse(text.as_bytes(), MessageSource::Commit, &Cleanup::verbatim()));
    let report = report(case, message.as_ref())?;
    let contract = match &case.contract {
        Some(text) => Some(contract(text)?),
        None => None,
    };
    Ok(engine::check(Input {
        set,
        contents,
        repository: &NoRepository,
        policy: &policy,
        actor: actor(case),
        branch: case.branch.as_deref().map(str::as_bytes),
        contract: contract.as_ref(),
        hooks_directory: case.hooks_path.as_deref().map(RepoPath::from),
        commit: None,
        message: message.as_ref(),
        report: report.as_ref(),
        prose: Vec::new(),
        part: Part::Whole,
        today: TODAY,
    }))
}

/// A first line `tampered` stands for a copy that differs from the pinned one.
fn contract(text: &str) -> Result<Contract, String> {
    let tampered = text.starts_with("# tampered\n").then(|| "the copy in the git directory was edited".to_owned());
    session::contract::parse(text, tampered).map_err(|faults| format!("{faults:?}"))
}

/// The difference between expectation and outcome, or nothing.
pub(crate) fn difference(case: &Case, outcome: &Outcome) -> Option<String> {
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
    rows.iter().any(|row| !row.starts_with(' ')).then(|| rows.join("\n"))
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
pub(crate) fn head(finding: &Finding) -> String {
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
fn load(case: &Case) -> Result<Policy, String> {
    let text = case.policy.clone().unwrap_or_default();
    let has_schema = text.lines().any(|line| line.starts_with("schema"));
    let text = if has_schema { text } else { format!("schema = 1\n{text}") };
    let request =
        Request { explicit: Some(("warrant.toml".to_owned(), text.into_bytes())), sides: Vec::new(), levels: &[] };
    policy::load(&request).map(|loaded| loaded.policy).map_err(|faults| faulty("policy", &faults))
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

fn actor(case: &Case) -> Actor {
    match case.agent.as_deref().unwrap_or("claude-code") {
        "none" => Actor::default(),
        name => Actor {
            evidence: vec![Evidence {
                agent: Box::leak(name.to_owned().into_boxed_str()),
                kind: EvidenceKind::Environment,
                detail: "the scenario".to_owned(),
            }],
        },
    }
}

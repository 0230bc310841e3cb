//! SARIF 2.1.0 (OASIS, errata 01), for code scanning: one run, whatever number of changes was judged.
//!
//! Places: see [`super::spot`]; what is said of a message or of the change as a whole has the logical location of that
//! beside the line of the policy. A waived finding is a suppressed result. What could not be judged is an error among the
//! notifications, and the invocation was not successful then.

mod wire;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Asked, RuleText, spot, words};
use crate::model::claim::Judged;
use crate::model::escape;
use crate::model::finding::{Finding, Level, LineSide, LineText, Location};
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;
use crate::model::policy::Mode;
use wire::{
    Artifact, AutomationDetails, Base, Driver, Fingerprints, Help, Invocation, Log, LogicalLocation, Notification,
    PhysicalLocation, Provenance, Region, ResultProperties, Rule, RuleProperties, Run, RunProperties, Suppression,
    Text, Tool,
};

/// GitHub refuses a run with more results.
pub const MAX_RESULTS: usize = 25_000;

/// Notifications are for people.
const MAX_NOTIFICATIONS: usize = 1000;

/// GitHub's bound for a description of a rule.
const MAX_DESCRIPTION: usize = 1024;

/// The document, as text.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    escape::visible_json(&serde_json::to_string_pretty(&log(asked, outcomes)).expect("these types are JSON")) + "\n"
}

fn log(asked: &Asked<'_>, outcomes: &[Outcome]) -> Log {
    let kept = kept(outcomes);
    let left_out = outcomes.iter().map(|outcome| outcome.findings.len()).sum::<usize>() - kept.len();
    let mut rules = Rules { asked, list: Vec::new(), index: FxHashMap::default() };
    let mut occurrences: FxHashMap<&str, usize> = FxHashMap::default();
    let results = kept
        .iter()
        .map(|(outcome, finding)| {
            let count = occurrences.entry(&finding.fingerprint).or_default();
            *count += 1;
            result(asked, outcome, finding, (rules.index(finding.rule), *count))
        })
        .collect();
    let decision = outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass);
    let version = env!("CARGO_PKG_VERSION");
    let driver = Driver { name: env!("CARGO_PKG_NAME"), version, semantic_version: version, rules: rules.list };
    let root = Base { description: text("The top of the work tree.") };
    let run = Run {
        tool: Tool { driver },
        automation_details: AutomationDetails { id: format!("git-warrant/{}/", asked.kind) },
        invocations: vec![invocation(outcomes, left_out)],
        version_control_provenance: provenance(asked).into_iter().collect(),
        original_uri_base_ids: BTreeMap::from([(wire::ROOT, root)]),
        column_kind: "unicodeCodePoints",
        results,
        properties: RunProperties {
            subject: asked.kind,
            name: asked.name.as_deref().map(words::line),
            decision: decision.to_string(),
            policy: words::line(&asked.policy.name),
            policy_id: asked.policy.id.clone(),
            base: asked.base.clone(),
            left_out: (left_out > 0).then_some(left_out),
        },
    };
    Log { schema: wire::SCHEMA, version: "2.1.0", runs: vec![run] }
}

/// The findings that fit, in their order: where there are too many, the gravest.
fn kept(outcomes: &[Outcome]) -> Vec<(&Outcome, &Finding)> {
    let all: Vec<(&Outcome, &Finding)> =
        outcomes.iter().flat_map(|outcome| outcome.findings.iter().map(move |finding| (outcome, finding))).collect();
    if all.len() <= MAX_RESULTS {
        return all;
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| (all[*at].1.waived.is_some(), std::cmp::Reverse(all[*at].1.level)));
    order.truncate(MAX_RESULTS);
    let chosen: FxHashSet<usize> = order.into_iter().collect();
    all.into_iter().enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, pair)| pair).collect()
}

/// The rules met so far. Only these are explained: a clean run is a short document.
struct Rules<'a> {
    asked: &'a Asked<'a>,
    list: Vec<Rule>,
    index: FxHashMap<&'static str, usize>,
}

impl Rules<'_> {
    fn index(&mut self, id: &'static str) -> usize {
        if let Some(known) = self.index.get(id) {
            return *known;
        }
        let known = self.asked.rules.iter().find(|rule| rule.id == id).copied();
        let RuleText { summary, docs, .. } = known.unwrap_or(RuleText { id, summary: id, docs: id });
        let at = self.list.len();
        self.list.push(Rule {
            id,
            short_description: text(summary),
            full_description: text(&description(summary, docs)),
            help: Help { text: docs.to_owned(), markdown: docs.to_owned() },
            properties: RuleProperties { tags: vec![id.split('/').next().unwrap_or(id)] },
        });
        self.index.insert(id, at);
        at
    }
}

/// What the rule checks: the first paragraph of that part of its page.
fn description(summary: &str, docs: &str) -> String {
    let part = docs.split_once("## What it checks").map(|(_, rest)| rest.trim_start());
    let paragraph = part.and_then(|part| part.split("\n\n").next()).unwrap_or(summary);
    let mut paragraph = paragraph.replace('\n', " ");
    if let Some((at, _)) = paragraph.char_indices().nth(MAX_DESCRIPTION - 1) {
        paragraph.truncate(at);
        paragraph.push('…');
    }
    paragraph
}

fn result(
    asked: &Asked<'_>,
    outcome: &Outcome,
    finding: &Finding,
    (rule_index, count): (usize, usize),
) -> wire::Result {
    let mut message = words::sentence(finding);
    for detail in words::details(finding, &outcome.claims) {
        message.push('\n');
        message.push_str(&detail);
    }
    let decided = finding.origin.as_ref().and_then(|origin| spot::of_origin(origin, asked));
    let related = decided
        .map(|spot| wire::Location { message: Some(text("decided here")), ..at(&spot.path, Some(region(spot.line))) });
    wire::Result {
        rule_id: finding.rule,
        rule_index,
        // Where nothing blocks, a reader must not block for it either.
        level: if finding.level == Level::Deny && asked.policy.mode == Mode::Enforce { "error" } else { "warning" },
        message: text(&unlinked(&message)),
        locations: vec![location(asked, outcome, finding)],
        related_locations: related.into_iter().collect(),
        partial_fingerprints: Fingerprints {
            line_hash: format!("{}:{count}", finding.fingerprint),
            own: finding.fingerprint.clone(),
        },
        suppressions: suppression(asked, finding).into_iter().collect(),
        properties: ResultProperties {
            commit: finding.commit.filter(|id| !id.is_zero()).map(|id| id.to_string()),
            old_line: match &finding.location {
                Location::Line { side: LineSide::Old, line, .. } => Some(*line),
                _ => None,
            },
            claim: claim(finding, &outcome.claims).map(|judged| words::line(&judged.claim.text)),
        },
    }
}

fn claim<'a>(finding: &Finding, claims: &'a [Judged]) -> Option<&'a Judged> {
    finding.claim.and_then(|index| claims.get(index))
}

fn location(asked: &Asked<'_>, outcome: &Outcome, finding: &Finding) -> wire::Location {
    let spot = spot::of(finding, asked);
    let region = match &finding.location {
        Location::Line { side: LineSide::New, text, .. } => marked(spot.line, text),
        _ => region(spot.line),
    };
    let of = match &outcome.commit {
        Some(commit) if !commit.id.is_zero() => commit.id.to_string(),
        _ => words::subject(outcome),
    };
    let logical = match &finding.location {
        Location::Message { line, .. } => Some((format!("{of}/message/line {line}"), "message")),
        Location::Change => Some((of, "change")),
        Location::Path { .. } | Location::Line { .. } => None,
    };
    let logical = logical.map(|(fully_qualified_name, kind)| LogicalLocation { fully_qualified_name, kind });
    wire::Location { logical_locations: logical.into_iter().collect(), ..at(&spot.path, Some(region)) }
}

fn suppression(asked: &Asked<'_>, finding: &Finding) -> Option<Suppression> {
    let lifted = finding.waived.as_ref()?;
    let owner = lifted.owner.as_deref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let until = lifted.until.map(|day| format!(", until {day}")).unwrap_or_default();
    Some(Suppression {
        kind: "external",
        status: "accepted",
        justification: words::line(&format!("{} ({}{until}{owner})", lifted.reason, lifted.origin)),
        location: spot::of_origin(&lifted.origin, asked).map(|spot| at(&spot.path, Some(region(spot.line)))),
    })
}

fn invocation(outcomes: &[Outcome], left_out: usize) -> Invocation {
    let mut notifications = Vec::new();
    for outcome in outcomes {
        let name = words::subject(outcome);
        for gap in &outcome.incomplete {
            notifications.push(Notification {
                level: "error",
                message: text(&unlinked(&format!("not judged in {name}: {}", words::line(&gap.reason)))),
                locations: gap.path.iter().map(|path| at(path, None)).collect(),
            });
        }
        notifications.extend(outcome.notes.iter().map(|note| Notification {
            level: "note",
            message: text(&unlinked(&format!("{name}: {}", words::line(note)))),
            locations: Vec::new(),
        }));
    }
    notifications.sort_by_key(|notification| notification.level != "error");
    notifications.truncate(MAX_NOTIFICATIONS);
    if left_out > 0 {
        notifications.push(Notification {
            level: "warning",
            message: text(&format!("{left_out} results over {MAX_RESULTS} were left out, the least grave first")),
            locations: Vec::new(),
        });
    }
    Invocation {
        execution_successful: outcomes.iter().all(|outcome| outcome.incomplete.is_empty()),
        tool_execution_notifications: notifications,
    }
}

fn provenance(asked: &Asked<'_>) -> Option<Provenance> {
    Some(Provenance {
        repository_uri: asked.repository.clone()?,
        revision_id: asked.head.clone(),
        mapped_to: Artifact { uri: None, uri_base_id: wire::ROOT },
    })
}

fn at(path: &RepoPath, region: Option<Region>) -> wire::Location {
    let artifact_location = Artifact { uri: Some(spot::uri(path)), uri_base_id: wire::ROOT };
    wire::Location {
        physical_location: PhysicalLocation { artifact_location, region },
        logical_locations: Vec::new(),
        message: None,
    }
}

fn region(line: u32) -> Region {
    Region { start_line: line, start_column: None, end_column: None, snippet: None }
}

/// The line with its text, and the columns of the mark in code points. A secret in it was redacted before it got here.
fn marked(line: u32, text: &LineText) -> Region {
    let column = |at: usize| text.text.get(..at).map(|before| before.chars().count() + 1);
    let mark = text.mark.filter(|(start, end)| start < end);
    let (start, end) = mark.and_then(|(start, end)| column(start).zip(column(end))).unzip();
    let snippet = Some(Text { text: text.text.clone() });
    Region { start_line: line, start_column: start, end_column: end, snippet }
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

/// `[text](target)` is a link in a message (SARIF 3.11.6), and no name and no claim is to make one.
fn unlinked(message: &str) -> String {
    if !message.contains("](") {
        return message.to_owned();
    }
    message.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

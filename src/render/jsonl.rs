//! JSON lines, version 1: one object a line, in the order things are judged, so that a long range can be read while it is
//! being judged. The parts are those of [`super::json`]; `type` says which one a line is.
//!
//! `schema/jsonl.schema.json` is generated from [`Line`].

use schemars::JsonSchema;
use serde::Serialize;

use super::json::{
    self, Changes, ClaimV1, CommitV1, FindingV1, IncompleteV1, NoteV1, PolicyV1, TallyV1, Tool, UndisclosedV1,
};
use super::{Asked, tally};
use crate::model::escape;
use crate::model::outcome::{Decision, Outcome};

/// One line of `git-warrant check --format jsonl`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Line {
    /// The first line.
    Start(Start),
    /// Claims come before the findings of their change.
    Claim(ClaimV1),
    /// `claim` is the number of a claim line of this stream, counted from 0.
    Finding(FindingV1),
    Undisclosed(UndisclosedV1),
    Incomplete(IncompleteV1),
    Note(NoteV1),
    /// One change is judged; all its lines have come.
    Decision(DecisionV1),
    /// The last line. A stream without it was cut off.
    End(End),
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Start {
    /// Version of this format: 1.
    pub schema: u32,
    pub tool: Tool,
    /// As in the JSON output.
    pub kind: &'static str,
    pub name: Option<String>,
    pub policy: PolicyV1,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionV1 {
    /// `commit`, `staged`, …; `range` for all commits of one as one change, `policy` for the policy itself.
    pub subject: &'static str,
    pub decision: Decision,
    pub commit: Option<CommitV1>,
    /// Why the rules were not run, when they were not.
    pub exempt: Option<String>,
    pub changes: Changes,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct End {
    /// The gravest of all.
    pub decision: Decision,
    pub changes: Changes,
    pub waived: Vec<TallyV1>,
}

/// A stream of lines under way.
#[derive(Debug, Default)]
pub struct Stream {
    claims: usize,
}

impl Stream {
    pub fn start(asked: &Asked<'_>) -> String {
        line(&Line::Start(Start {
            schema: 1,
            tool: Tool::THIS,
            kind: asked.kind,
            name: asked.name.clone(),
            policy: json::policy(asked),
        }))
    }

    /// The lines of one outcome.
    pub fn outcome(&mut self, outcome: &Outcome) -> String {
        let commit = json::commit_id(outcome);
        let commit = commit.as_deref();
        let first = self.claims;
        self.claims += outcome.claims.len();
        let mut lines: Vec<Line> = Vec::new();
        lines.extend(outcome.claims.iter().map(|judged| Line::Claim(json::claim(judged, commit))));
        lines.extend(outcome.findings.iter().map(|finding| Line::Finding(json::finding(finding, first))));
        lines.extend(outcome.undisclosed.iter().map(|unit| Line::Undisclosed(json::undisclosed(unit, commit))));
        lines.extend(outcome.incomplete.iter().map(|gap| Line::Incomplete(json::incomplete(gap, commit))));
        lines.extend(json::notes(outcome, commit).map(Line::Note));
        lines.push(Line::Decision(DecisionV1 {
            subject: json::subject_kind(&outcome.subject),
            decision: outcome.decision,
            commit: json::commit(outcome),
            exempt: outcome.exempt.clone(),
            changes: json::total(std::slice::from_ref(outcome)),
        }));
        lines.iter().map(line).collect()
    }

    pub fn end(outcomes: &[Outcome]) -> String {
        line(&Line::End(End {
            decision: outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass),
            changes: json::total(outcomes),
            waived: tally::of(outcomes)
                .iter()
                .map(|tally| TallyV1 { by: json::waived(&tally.by), findings: tally.findings })
                .collect(),
        }))
    }
}

/// The whole stream.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let mut stream = Stream::default();
    let lines: String = outcomes.iter().map(|outcome| stream.outcome(outcome)).collect();
    Stream::start(asked) + &lines + &Stream::end(outcomes)
}

fn line(line: &Line) -> String {
    let json = serde_json::to_string(line).expect("these types are JSON");
    escape::visible_json(&json) + "\n"
}

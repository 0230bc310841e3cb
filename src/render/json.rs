//! JSON output, version 1: frozen structs apart from the model, so that a refactoring cannot change the wire.
//!
//! Only additions are allowed within a version. `schema/output.schema.json` is generated from these types.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::change::{Incomplete, Subject};
use crate::model::claim::{ClaimSource, Judged, Materiality, Undisclosed, Verdict};
use crate::model::escape;
use crate::model::finding::{Finding, Level, LineSide, Location};
use crate::model::object::ObjectId;
use crate::model::origin::Origin;
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::Mode;
use crate::model::waiver::Lifted;

use super::{Asked, tally};

/// The result of `git-warrant check --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// Version of this format: 1.
    pub schema: u32,
    pub tool: Tool,
    pub subject: SubjectV1,
    /// Who made the change, where one change was judged and an agent shows.
    pub agent: Option<Agent>,
    pub policy: PolicyV1,
    pub changes: Changes,
    pub decision: Decision,
    /// Ordered by commit, path, line, rule and message.
    pub findings: Vec<FindingV1>,
    pub claims: Vec<ClaimV1>,
    /// Changed units no claim of the report covers.
    pub undisclosed: Vec<UndisclosedV1>,
    /// What could not be judged, and why.
    pub incomplete: Vec<IncompleteV1>,
    /// What is worth knowing and decides nothing.
    pub notes: Vec<NoteV1>,
    /// What lifted findings, and how many; most first.
    pub waived: Vec<TallyV1>,
    /// The commits of a range, oldest first; one for `--commit`; none otherwise.
    pub commits: Vec<CommitV1>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteV1 {
    pub message: String,
    pub commit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SubjectV1 {
    /// `staged`, `worktree`, `commit`, `range`, `trees`, `patch` or `tree` (every file of a commit).
    pub kind: &'static str,
    /// The commit id, the range or the file as given.
    pub name: Option<String>,
    /// The readers that answered: `libgit2`, `plumbing`, `patch`.
    pub engine: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Agent {
    /// Kebab-case name.
    pub name: &'static str,
    pub evidence: Vec<EvidenceV1>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceV1 {
    pub agent: &'static str,
    /// `environment`, `author`, `committer`, `trailer` or `branch`.
    pub kind: String,
    pub detail: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PolicyV1 {
    pub name: String,
    /// SHA-256 over all policy sources.
    pub id: String,
    pub mode: Mode,
    /// The sources in force with the side each was read from.
    pub sources: Vec<SourceV1>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceV1 {
    pub name: String,
    pub side: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Changes {
    /// Paths changed; a rename counts as two.
    pub files: u64,
    /// Null where no rule or claim asked for lines.
    pub added_lines: Option<u64>,
    pub deleted_lines: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingV1 {
    /// `family/name`.
    pub rule: &'static str,
    pub level: Level,
    pub message: String,
    /// Null for findings about the message or the change as a whole. Bytes that are not UTF-8 are given in git's quoted form.
    pub path: Option<String>,
    /// 1-based; of the file, or of the message where `side` is `message`.
    pub line: Option<u32>,
    /// `new`, `old` or `message`.
    pub side: Option<&'static str>,
    pub notes: Vec<String>,
    pub help: Option<String>,
    /// The policy line that decided.
    pub origin: Option<OriginV1>,
    /// Index into `claims`.
    pub claim: Option<usize>,
    /// The same finding has the same fingerprint in every run and after line moves.
    pub fingerprint: String,
    /// The commit judged.
    pub commit: Option<String>,
    /// What lifts the finding.
    pub waived: Option<WaivedV1>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OriginV1 {
    pub source: String,
    pub line: usize,
}

/// The exception that lifts a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaivedV1 {
    pub source: String,
    pub line: usize,
    /// The last day it holds, `2026-12-31`; null for an entry of the baseline, which has no end of its own.
    pub until: Option<String>,
    pub owner: Option<String>,
    pub reason: String,
}

/// How many findings one exception lifted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TallyV1 {
    pub by: WaivedV1,
    pub findings: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ClaimV1 {
    pub kind: &'static str,
    /// `declared`, `prose` or `extracted`.
    pub source: String,
    pub text: String,
    /// Byte range in the report or message.
    pub span: Option<(usize, usize)>,
    pub verdict: Verdict,
    pub reason: String,
    pub evidence: Vec<String>,
    pub commit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct UndisclosedV1 {
    pub path: String,
    /// `file`, `test-deleted`, `dependency-added`, …: docs/undisclosed.md lists them.
    pub unit: String,
    /// The test, package, symbol, key or step, where the unit has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many more of the same kind the file holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<usize>,
    pub materiality: Materiality,
    pub commit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct IncompleteV1 {
    pub path: Option<String>,
    pub reason: String,
    pub commit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitV1 {
    /// Null for a mail that does not name its commit.
    pub id: Option<String>,
    /// First line of the message.
    pub subject: String,
    pub agent: Option<Agent>,
    pub decision: Decision,
    /// Why the rules were not run, when they were not.
    pub exempt: Option<String>,
    pub changes: Changes,
}

/// The document, as text.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    escape::visible_json(&serde_json::to_string_pretty(&output(asked, outcomes)).expect("these types are JSON")) + "\n"
}

/// Builds the wire form of one or more outcomes.
pub fn output(asked: &Asked<'_>, outcomes: &[Outcome]) -> Output {
    let mut engines: Vec<String> = outcomes.iter().map(|outcome| outcome.engine.to_string()).collect();
    engines.sort();
    engines.dedup();
    let mut changes = outcomes.iter().filter(|outcome| !outcome.subject.is_sum());
    let single = changes.next().filter(|_| changes.next().is_none());
    let mut output = Output {
        schema: 1,
        tool: Tool::THIS,
        subject: SubjectV1 { kind: asked.kind, name: asked.name.clone(), engine: engines },
        agent: single.and_then(agent),
        policy: policy(asked),
        changes: total(outcomes),
        decision: outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass),
        findings: Vec::new(),
        claims: Vec::new(),
        undisclosed: Vec::new(),
        incomplete: Vec::new(),
        notes: Vec::new(),
        waived: tally::of(outcomes).iter().map(|t| TallyV1 { by: waived(&t.by), findings: t.findings }).collect(),
        commits: Vec::new(),
    };
    for outcome in outcomes {
        append(&mut output, outcome);
    }
    output
}

impl Tool {
    pub(super) const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

pub(super) fn policy(asked: &Asked<'_>) -> PolicyV1 {
    PolicyV1 {
        name: asked.policy.name.clone(),
        id: asked.policy.id.clone(),
        mode: asked.policy.mode,
        sources: asked.sources.iter().cloned().map(|(name, side)| SourceV1 { name, side }).collect(),
    }
}

/// The kind of subject, as the wire names it.
pub fn subject_kind(subject: &Subject) -> &'static str {
    match subject {
        Subject::Staged => "staged",
        Subject::Worktree => "worktree",
        Subject::Commit(_) => "commit",
        Subject::Session => "session",
        Subject::Trees { .. } => "trees",
        Subject::Range { .. } => "range",
        Subject::Patch { .. } => "patch",
        Subject::Tree { .. } => "tree",
        Subject::Policy => "policy",
        Subject::Ref { .. } => "ref",
    }
}

fn append(output: &mut Output, outcome: &Outcome) {
    let commit = commit_id(outcome);
    let first_claim = output.claims.len();
    output.findings.extend(outcome.findings.iter().map(|finding| self::finding(finding, first_claim)));
    output.claims.extend(outcome.claims.iter().map(|judged| claim(judged, commit.as_deref())));
    output.undisclosed.extend(outcome.undisclosed.iter().map(|unit| undisclosed(unit, commit.as_deref())));
    output.incomplete.extend(outcome.incomplete.iter().map(|gap| incomplete(gap, commit.as_deref())));
    output.notes.extend(notes(outcome, commit.as_deref()));
    output.commits.extend(self::commit(outcome));
}

/// `None` where the outcome is of no commit, and for a mail that does not say which commit it was made from.
pub(super) fn commit_id(outcome: &Outcome) -> Option<String> {
    outcome.commit.as_ref().and_then(|commit| id(commit.id))
}

pub(super) fn notes(outcome: &Outcome, commit: Option<&str>) -> impl Iterator<Item = NoteV1> {
    outcome.notes.iter().map(move |note| NoteV1 { message: note.clone(), commit: commit.map(str::to_owned) })
}

pub(super) fn commit(outcome: &Outcome) -> Option<CommitV1> {
    let info = outcome.commit.as_ref()?;
    let subject = info.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Some(CommitV1 {
        id: id(info.id),
        subject: String::from_utf8_lossy(subject).into_owned(),
        agent: agent(outcome),
        decision: outcome.decision,
        exempt: outcome.exempt.clone(),
        changes: changes(outcome),
    })
}

/// A mail need not say which commit it was made from.
fn id(commit: ObjectId) -> Option<String> {
    (!commit.is_zero()).then(|| commit.to_string())
}

pub(super) fn agent(outcome: &Outcome) -> Option<Agent> {
    let name = outcome.actor.agent()?;
    let evidence = outcome.actor.evidence.iter();
    let evidence = evidence.map(|e| EvidenceV1 { agent: e.agent, kind: e.kind.to_string(), detail: e.detail.clone() });
    Some(Agent { name, evidence: evidence.collect() })
}

fn changes(outcome: &Outcome) -> Changes {
    let stats = outcome.stats;
    Changes { files: stats.files, added_lines: stats.added_lines, deleted_lines: stats.deleted_lines }
}

pub(super) fn total(outcomes: &[Outcome]) -> Changes {
    let each = || outcomes.iter().filter(|outcome| !outcome.subject.is_sum());
    let sum = |field: fn(&Changes) -> Option<u64>| each().map(|o| field(&changes(o))).sum::<Option<u64>>();
    Changes {
        files: each().map(|outcome| outcome.stats.files).sum(),
        added_lines: sum(|c| c.added_lines),
        deleted_lines: sum(|c| c.deleted_lines),
    }
}

pub(super) fn finding(finding: &Finding, first_claim: usize) -> FindingV1 {
    let side = match &finding.location {
        Location::Line { side: LineSide::New, .. } => Some("new"),
        Location::Line { side: LineSide::Old, .. } => Some("old"),
        Location::Message { .. } => Some("message"),
        Location::Change | Location::Path { .. } => None,
    };
    FindingV1 {
        rule: finding.rule,
        level: finding.level,
        message: finding.message.clone(),
        path: finding.location.path().map(crate::model::path::RepoPath::to_wire),
        line: finding.location.line(),
        side,
        notes: finding.notes.clone(),
        help: finding.help.clone(),
        origin: finding.origin.as_ref().map(origin),
        claim: finding.claim.map(|index| first_claim + index),
        fingerprint: finding.fingerprint.clone(),
        commit: finding.commit.and_then(id),
        waived: finding.waived.as_ref().map(waived),
    }
}

fn origin(origin: &Origin) -> OriginV1 {
    OriginV1 { source: origin.source.name.clone(), line: origin.line() }
}

pub(super) fn waived(lifted: &Lifted) -> WaivedV1 {
    let OriginV1 { source, line } = origin(&lifted.origin);
    WaivedV1 {
        source,
        line,
        until: lifted.until.map(|day| day.to_string()),
        owner: lifted.owner.clone(),
        reason: lifted.reason.clone(),
    }
}

pub(super) fn claim(judged: &Judged, commit: Option<&str>) -> ClaimV1 {
    ClaimV1 {
        kind: judged.claim.kind,
        source: match judged.claim.source {
            ClaimSource::Declared => "declared".to_owned(),
            ClaimSource::Prose => "prose".to_owned(),
            ClaimSource::Extracted => "extracted".to_owned(),
        },
        text: judged.claim.text.clone(),
        span: judged.claim.span,
        verdict: judged.verdict,
        reason: judged.reason.clone(),
        evidence: judged.evidence.clone(),
        commit: commit.map(str::to_owned),
    }
}

pub(super) fn undisclosed(unit: &Undisclosed, commit: Option<&str>) -> UndisclosedV1 {
    UndisclosedV1 {
        path: unit.path.to_wire(),
        unit: unit.unit.name().to_owned(),
        name: unit.name.clone(),
        more: (unit.more > 0).then_some(unit.more),
        materiality: unit.materiality,
        commit: commit.map(str::to_owned),
    }
}

pub(super) fn incomplete(gap: &Incomplete, commit: Option<&str>) -> IncompleteV1 {
    IncompleteV1 {
        path: gap.path.as_ref().map(crate::model::path::RepoPath::to_wire),
        reason: gap.reason.clone(),
        commit: commit.map(str::to_owned),
    }
}

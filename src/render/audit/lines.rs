//! JSON lines: one object a commit, session, claim, link and attribution, and one `summary` at the end. Fields are only added.

use std::collections::BTreeMap;

use serde::Serialize;

use super::CommitSums;
use super::times::iso;
use crate::model::audit::{Link, Said, SessionRecord};
use crate::model::claim::{Judged, Verdict};
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::outcome::{Decision, Outcome};
use crate::model::receipt::RunKind;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Commit {
        id: String,
        subject: String,
        agent: Option<&'static str>,
        decision: Decision,
        exempt: bool,
        files: u64,
        /// By rule, without waived ones.
        findings: BTreeMap<&'static str, FindingsV1>,
        waived: u64,
        claims: Vec<ClaimV1<'a>>,
        undisclosed: BTreeMap<String, u64>,
        incomplete: usize,
    },
    Session {
        place: &'a str,
        format: Option<&'static str>,
        agent: Option<&'a str>,
        session: Option<&'a str>,
        versions: &'a [String],
        fault: Option<&'a str>,
        is_whole: bool,
        gaps: Vec<&'static str>,
        from: Option<String>,
        to: Option<String>,
        rows: u64,
        unknown: &'a BTreeMap<String, u64>,
        broken: u64,
        oversized: u64,
        prompts: u64,
        messages: u64,
        edits: u64,
        files: u64,
        commands: u64,
        refused: u64,
        ended: u64,
        shell_writes: u64,
        runs: Vec<RunsV1>,
        commits: &'a [String],
    },
    Claim {
        place: &'a str,
        session: Option<&'a str>,
        turn: u64,
        at: Option<String>,
        #[serde(flatten)]
        claim: ClaimV1<'a>,
    },
    Link {
        commit: String,
        subject: &'a str,
        by: &'static str,
        sessions: &'a [String],
        unread: u64,
        files: u64,
        edited: u64,
        named: u64,
        uncovered: u64,
        /// The first of them.
        uncovered_paths: Vec<String>,
    },
    Attribution {
        commit: String,
        files: u64,
        lines: &'a BTreeMap<String, u64>,
    },
    Summary {
        schema: u32,
        tool: &'static str,
        version: &'static str,
        commits: u64,
        decisions: BTreeMap<String, u64>,
        sessions: usize,
        repeated: u64,
        unreadable: usize,
        contradicted: usize,
        links: usize,
        explained: usize,
    },
}

#[derive(Serialize)]
struct FindingsV1 {
    count: u64,
    denied: u64,
}

#[derive(Serialize)]
struct ClaimV1<'a> {
    kind: &'static str,
    text: &'a str,
    verdict: Verdict,
    reason: &'a str,
    evidence: &'a [String],
}

#[derive(Serialize)]
struct RunsV1 {
    kind: RunKind,
    outcome: &'static str,
    count: u64,
}

impl<'a> From<&'a Judged> for ClaimV1<'a> {
    fn from(judged: &'a Judged) -> Self {
        Self {
            kind: judged.claim.kind,
            text: &judged.claim.text,
            verdict: judged.verdict,
            reason: &judged.reason,
            evidence: &judged.evidence,
        }
    }
}

fn write(line: &Line<'_>) -> String {
    // Nothing of the above can fail to be written.
    let text = serde_json::to_string(line).unwrap_or_default();
    format!("{}\n", escape::visible_json(&text))
}

/// A judged commit; nothing for what is none.
pub fn commit(outcome: &Outcome) -> Option<String> {
    let info = outcome.commit.as_ref()?;
    let mut findings: BTreeMap<&'static str, FindingsV1> = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.waived.is_none()) {
        let of = findings.entry(finding.rule).or_insert(FindingsV1 { count: 0, denied: 0 });
        of.count += 1;
        of.denied += u64::from(finding.level == Level::Deny);
    }
    let mut undisclosed: BTreeMap<String, u64> = BTreeMap::new();
    for unit in &outcome.undisclosed {
        let grade = serde_json::to_value(unit.materiality).ok();
        let grade = grade.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        *undisclosed.entry(grade).or_default() += 1;
    }
    Some(write(&Line::Commit {
        id: info.id.to_string(),
        subject: String::from_utf8_lossy(info.message.split(|byte| *byte == b'\n').next().unwrap_or_default())
            .into_owned(),
        agent: outcome.actor.agent(),
        decision: outcome.decision,
        exempt: outcome.exempt.is_some(),
        files: outcome.stats.files,
        waived: outcome.findings.iter().filter(|finding| finding.waived.is_some()).count() as u64,
        findings,
        claims: outcome.claims.iter().map(ClaimV1::from).collect(),
        undisclosed,
        incomplete: outcome.incomplete.len(),
    }))
}

/// A session, and behind it its claims.
pub fn session(record: &SessionRecord) -> String {
    let runs = record.runs.iter().map(|((kind, outcome), count)| RunsV1 {
        kind: *kind,
        outcome: outcome.name(),
        count: *count,
    });
    let mut out = write(&Line::Session {
        place: &record.place,
        format: record.format,
        agent: record.agent.as_deref(),
        session: record.session.as_deref(),
        versions: &record.versions,
        fault: record.fault.as_deref(),
        is_whole: record.fault.is_none() && record.gaps.is_empty(),
        gaps: record.gaps.iter().map(|(name, _)| *name).collect(),
        from: iso(record.from),
        to: iso(record.to),
        rows: record.rows,
        unknown: &record.unknown,
        broken: record.broken,
        oversized: record.oversized,
        prompts: record.prompts,
        messages: record.messages,
        edits: record.edits,
        files: record.files,
        commands: record.commands,
        refused: record.refused,
        ended: record.ended,
        shell_writes: record.shell_writes,
        runs: runs.collect(),
        commits: &record.commits,
    });
    for Said { turn, at, judged } in &record.claims {
        out.push_str(&write(&Line::Claim {
            place: &record.place,
            session: record.session.as_deref(),
            turn: *turn,
            at: iso(*at),
            claim: judged.into(),
        }));
    }
    out
}

pub fn link(link: &Link) -> String {
    write(&Line::Link {
        commit: link.commit.to_string(),
        subject: &link.subject,
        by: link.by,
        sessions: &link.sessions,
        unread: link.unread,
        files: link.files,
        edited: link.edited,
        named: link.named,
        uncovered: link.uncovered_total,
        uncovered_paths: link.uncovered.iter().map(crate::model::path::RepoPath::to_wire).collect(),
    })
}

pub fn attribution(commit: &str, files: u64, lines: &BTreeMap<String, u64>) -> String {
    write(&Line::Attribution { commit: commit.to_owned(), files, lines })
}

/// The last line.
pub fn summary(commits: &CommitSums, records: &[SessionRecord], repeated: u64, links: &[Link]) -> String {
    let contradicted =
        records.iter().flat_map(|record| &record.claims).filter(|said| said.judged.verdict == Verdict::Contradicted);
    write(&Line::Summary {
        schema: 1,
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        commits: commits.commits,
        decisions: commits.decisions.iter().map(|(decision, count)| (decision.to_string(), *count)).collect(),
        sessions: records.len(),
        repeated,
        unreadable: records.iter().filter(|record| record.fault.is_some()).count(),
        contradicted: contradicted.count(),
        links: links.len(),
        explained: links.iter().filter(|link| link.uncovered_total == 0 && link.files > 0).count(),
    })
}

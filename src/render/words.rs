//! A finding in words, for formats that have no place for its parts. All of it is escaped.

use crate::model::claim::Judged;
use crate::model::escape;
use crate::model::finding::{Finding, Level, LineSide, Location};
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::Mode;

/// The most evidence of a claim that is told.
const MAX_EVIDENCE: usize = 8;

/// What is wrong, on one line, with the place where that is no line of a file.
pub(super) fn sentence(finding: &Finding) -> String {
    let message = line(&finding.message);
    match &finding.location {
        Location::Line { side: LineSide::Old, line, .. } => format!("{message} (line {line} before the change)"),
        Location::Message { line, .. } => format!("{message} (line {line} of the message)"),
        Location::Change | Location::Path { .. } | Location::Line { .. } => message,
    }
}

/// What was claimed, why it matters, which line of the policy decided, and what to do. No string holds a line feed.
pub(super) fn details(finding: &Finding, claims: &[Judged]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Location::Message { text, .. } = &finding.location {
        lines.push(format!("the message says: {}", line(text)));
    }
    if let Some(claim) = finding.claim.and_then(|index| claims.get(index)) {
        lines.push(format!("claimed: {}", line(&claim.claim.text)));
        lines.extend(claim.evidence.iter().take(MAX_EVIDENCE).map(|evidence| line(evidence)));
    }
    lines.extend(finding.notes.iter().flat_map(|note| note.lines()).map(line));
    lines.extend(finding.origin.as_ref().map(|origin| format!("decided by {}", line(&origin.to_string()))));
    if let Some(help) = &finding.help {
        let mut each = help.lines().map(line);
        lines.extend(each.next().map(|first| format!("help: {first}")));
        lines.extend(each);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The name of what an outcome is about: `commit 1a2b3c4 subject`, `the staged change`.
pub(super) fn subject(outcome: &Outcome) -> String {
    match &outcome.commit {
        Some(commit) => {
            let subject = commit.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let name = if commit.id.is_zero() { "mail".to_owned() } else { format!("commit {}", commit.id.short()) };
            format!("{name} {}", escape::visible(subject)).trim_end().to_owned()
        }
        None => outcome.subject.to_string(),
    }
}

pub(super) fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Warn => "pass, with warnings",
        Decision::Incomplete => "incomplete: not everything could be judged",
        Decision::Block => "blocked",
    }
}

/// `error` or `warning`, as in the text output.
pub(super) fn heading(level: Level) -> &'static str {
    if level == Level::Deny { "error" } else { "warning" }
}

/// Does this finding, by itself, block?
pub(super) fn blocks(finding: &Finding, mode: Mode) -> bool {
    finding.waived.is_none() && finding.level == Level::Deny && mode == Mode::Enforce
}

/// Text on one line. Escapes that are there already stay as they are.
pub(super) fn line(text: &str) -> String {
    escape::visible_lines(text).split(['\n', '\t']).map(str::trim_end).collect::<Vec<_>>().join(" ").trim().to_owned()
}

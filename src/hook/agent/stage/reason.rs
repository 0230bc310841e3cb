//! Why a turn may not end yet, in few words: what, where, by which line of the policy, and what to do about it.

use std::fmt::Write as _;

use crate::hook::agent::MARK;
use crate::model::claim::Judged;
use crate::model::escape;
use crate::model::finding::{Finding, LineSide, Location};
use crate::model::origin::Origin;
use crate::model::outcome::Outcome;

/// Clients cut at 10,000 characters.
const MAX_CHARS: usize = 8000;

/// The most findings that are spelt out.
const MAX_FINDINGS: usize = 8;

/// The most of one line of text.
const MAX_LINE: usize = 300;

/// How to file a report, ready to be filled in.
const FILE_IT: &str =
    "run this, with one [[claim]] for each thing you did (`git-warrant explain report/missing` lists the kinds):
git-warrant report - <<'EOF'
schema = 1

[[claim]]
kind = \"modified\"
path = \"path/of/the/file\"
EOF
Where that command cannot be run, put the same lines into your last message, in a fenced block opened by ```warrant.";

/// The order in which findings are told: what undermines the check first, what the report lacks last.
pub(super) fn rank(rule: &str) -> u8 {
    match rule {
        "report/contradicted" | "report/empty-change" => 3,
        "report/missing" => 9,
        _ => match rule.split('/').next().unwrap_or_default() {
            "guard" => 0,
            "scope" | "commands" | "history" => 1,
            "content" | "tests" => 2,
            "report" => 8,
            _ => 5,
        },
    }
}

/// All that stands, for the agent.
pub(super) fn of(outcomes: &[Outcome], standing: &[(&Finding, &Outcome)]) -> String {
    let gaps: Vec<String> = outcomes.iter().flat_map(|outcome| &outcome.incomplete).map(gap).collect();
    let mut text = String::from(MARK);
    if standing.is_empty() {
        text.push_str("part of what you did could not be checked, so tell the user:\n");
        for gap in gaps.iter().take(MAX_FINDINGS) {
            let _ = writeln!(text, "- {gap}");
        }
        text.push_str("Then end the turn again; this is said once.");
        return cut(text);
    }
    let count = standing.len();
    let things = if count == 1 { "one thing".to_owned() } else { format!("{count} things") };
    let _ = writeln!(text, "this turn cannot end yet, {things} to put right:");
    for (number, (finding, outcome)) in standing.iter().take(MAX_FINDINGS).enumerate() {
        let of_commit = match &outcome.commit {
            Some(commit) => format!(" (commit {})", commit.id.short()),
            None => String::new(),
        };
        let _ = write!(text, "\n{}. {}{of_commit}\n", number + 1, one(finding, &outcome.claims));
    }
    if count > MAX_FINDINGS {
        let _ = write!(text, "\nand {} more of the kind.\n", count - MAX_FINDINGS);
    }
    text.push_str("\nThen end the turn again. Tell the user about what you cannot put right.");
    cut(text)
}

/// What stands though the turn ends, for the person.
pub(super) fn let_go(outcomes: &[Outcome], standing: &[(&Finding, &Outcome)]) -> String {
    let mut text = format!("{MARK}the agent ended its turn with this unresolved:\n");
    for (finding, _) in standing.iter().take(MAX_FINDINGS) {
        let _ = writeln!(text, "- {} [{}]", line(&finding.message), finding.rule);
    }
    for gap in outcomes.iter().flat_map(|outcome| &outcome.incomplete).map(gap).take(MAX_FINDINGS) {
        let _ = writeln!(text, "- not checked: {gap}");
    }
    text.push_str("`git-warrant check --worktree` shows it in full.");
    cut(text)
}

/// One finding, on a few lines.
pub(super) fn one(finding: &Finding, claims: &[Judged]) -> String {
    let mut text = format!("{} [{}]", line(&finding.message), finding.rule);
    match &finding.location {
        Location::Line { path, side, line: number, text: excerpt } => {
            let side = if *side == LineSide::Old { " (before)" } else { "" };
            let _ = write!(text, "\n   at {path}:{number}{side}: {}", line(excerpt.text.trim()));
        }
        Location::Path { path } if !finding.message.contains(&path.to_string()) => {
            let _ = write!(text, "\n   at {path}");
        }
        Location::Message { line: number, text: excerpt } => {
            let _ = write!(text, "\n   at line {number} of the message: {}", line(excerpt));
        }
        Location::Path { .. } | Location::Change => {}
    }
    if let Some(claim) = finding.claim.and_then(|index| claims.get(index)) {
        let _ = write!(text, "\n   you said: {}", line(&claim.claim.text));
    }
    for note in finding.notes.iter().take(2) {
        let _ = write!(text, "\n   {}", line(note));
    }
    if let Some(origin) = finding.origin.as_ref().filter(|origin| !origin.source.is_preset()) {
        let _ = write!(text, "\n   {}", policy_line(origin));
    }
    let help = if finding.rule == "report/missing" { Some(FILE_IT) } else { finding.help.as_deref() };
    if let Some(help) = help {
        let _ = write!(text, "\n   do: {}", escape::visible_lines(help));
    }
    text
}

fn policy_line(origin: &Origin) -> String {
    let written = origin.source.text.lines().nth(origin.line().saturating_sub(1)).unwrap_or_default();
    let name = escape::visible(origin.source.name.as_bytes());
    format!("by {name}:{}: {}", origin.line(), line(written.trim()))
}

fn gap(gap: &crate::model::change::Incomplete) -> String {
    let place = gap.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    line(&format!("{place}{}", gap.reason))
}

/// Escaped, on one line, within a bound.
fn line(text: &str) -> String {
    let shown = escape::visible(text.as_bytes());
    match shown.char_indices().nth(MAX_LINE) {
        Some((at, _)) => format!("{}…", &shown[..at]),
        None => shown,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

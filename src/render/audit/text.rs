//! For people: sums first, then every contradicted claim with what it stands against.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::style::Style;
use super::CommitSums;
use super::table::table;
use super::times::minute;
use crate::model::audit::{Link, SessionRecord};
use crate::model::claim::{Judged, Verdict};
use crate::model::escape::{visible, visible_lines};
use crate::model::outcome::{Decision, Outcome};

/// The most commits whose uncovered files are listed.
const MAX_LISTED: usize = 20;

fn cell(value: u64) -> String {
    value.to_string()
}

fn heading(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// Sums over the commits of a range.
pub fn commits(range: &str, sums: &CommitSums, outcomes: &[Outcome], style: Style) -> String {
    let of = |decision| sums.decisions.get(&decision).copied().unwrap_or_default();
    let mut out = format!(
        "{} {}: {} judged; {} blocked, {} with warnings, {} incomplete, {} clean\n",
        style.bold("commits"),
        visible(range.as_bytes()),
        sums.commits,
        of(Decision::Block),
        of(Decision::Warn),
        of(Decision::Incomplete),
        of(Decision::Pass),
    );
    if sums.exempt > 0 {
        let _ = writeln!(out, "  {} are no agent's, and the policy applies to agents", sums.exempt);
    }
    if !sums.agents.is_empty() {
        let mut rows = vec![heading(&["made by", "commits", "blocked", "warned", "contradicted", "undisclosed"])];
        for (agent, of) in &sums.agents {
            let name = if agent.is_empty() { "no agent that shows" } else { agent };
            rows.push(vec![
                name.to_owned(),
                cell(of.commits),
                cell(of.blocked),
                cell(of.warned),
                cell(of.contradicted),
                cell(of.undisclosed),
            ]);
        }
        let _ = write!(out, "\n{}", table(&rows));
    }
    if !sums.rules.is_empty() {
        let mut rules: Vec<_> = sums.rules.iter().collect();
        rules.sort_by_key(|(rule, of)| (std::cmp::Reverse(of.findings), **rule));
        let mut rows = vec![heading(&["rule", "findings", "at deny", "commits", "waived"])];
        for (rule, of) in rules {
            rows.push(vec![(*rule).to_owned(), cell(of.findings), cell(of.denied), cell(of.commits), cell(of.waived)]);
        }
        let _ = write!(out, "\n{}", table(&rows));
    }
    if !sums.verdicts.is_empty() {
        let verdicts: Vec<String> = sums.verdicts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        let _ = writeln!(out, "\n  claims: {}", verdicts.join(", "));
    }
    for outcome in outcomes {
        for judged in outcome.claims.iter().filter(|judged| judged.verdict == Verdict::Contradicted) {
            let id = outcome.commit.as_ref().map(|commit| commit.id.short()).unwrap_or_default();
            out.push_str(&accused(&id, judged, style));
        }
    }
    out
}

fn accused(whose: &str, judged: &Judged, style: Style) -> String {
    let mut out = format!(
        "\n{}: {} \"{}\" ({})\n  {}\n",
        style.error("contradicted"),
        whose,
        visible_lines(&judged.claim.text),
        judged.claim.kind,
        visible_lines(&judged.reason)
    );
    for evidence in &judged.evidence {
        let _ = writeln!(out, "    {}", visible_lines(evidence));
    }
    out
}

/// What the sessions hold, by format.
pub fn sessions(records: &[SessionRecord], repeated: u64, style: Style) -> String {
    let read: Vec<&SessionRecord> = records.iter().filter(|record| record.fault.is_none()).collect();
    let mut out = format!("{}: {} read", style.bold("sessions"), read.len());
    if records.len() > read.len() {
        let _ = write!(out, ", {} unreadable", records.len() - read.len());
    }
    if repeated > 0 {
        let _ = write!(out, ", {repeated} records are continued by later ones");
    }
    out.push('\n');
    let mut by_format: BTreeMap<&str, Vec<&SessionRecord>> = BTreeMap::new();
    for record in &read {
        by_format.entry(record.format.unwrap_or_default()).or_default().push(record);
    }
    if !by_format.is_empty() {
        let names = [
            "format",
            "sessions",
            "whole",
            "prompts",
            "messages",
            "edits",
            "commands",
            "refused",
            "ended",
            "unknown rows",
            "broken",
        ];
        let mut rows = vec![heading(&names)];
        for (format, of) in &by_format {
            let sum = |field: fn(&SessionRecord) -> u64| of.iter().map(|record| field(record)).sum::<u64>();
            rows.push(vec![
                (*format).to_owned(),
                cell(of.len() as u64),
                cell(of.iter().filter(|record| record.gaps.is_empty()).count() as u64),
                cell(sum(|record| record.prompts)),
                cell(sum(|record| record.messages)),
                cell(sum(|record| record.edits)),
                cell(sum(|record| record.commands)),
                cell(sum(|record| record.refused)),
                cell(sum(|record| record.ended)),
                cell(sum(|record| record.unknown.values().sum())),
                cell(sum(|record| record.broken + record.oversized)),
            ]);
        }
        let _ = write!(out, "\n{}", table(&rows));
    }
    out.push_str(&hidden(&read));
    out.push_str(&checks(&read));
    out.push_str(&claims(&read, style));
    for record in records.iter().filter(|record| record.fault.is_some()).take(MAX_LISTED) {
        let fault = visible_lines(record.fault.as_deref().unwrap_or_default());
        let _ = writeln!(out, "{}: {}: {fault}", style.warning("unreadable"), visible(record.place.as_bytes()));
    }
    out
}

/// What hides parts of sessions, and rows of kinds not known.
fn hidden(read: &[&SessionRecord]) -> String {
    let mut why: BTreeMap<&str, u64> = BTreeMap::new();
    let mut unknown: BTreeMap<&str, u64> = BTreeMap::new();
    for record in read {
        for (_, clause) in &record.gaps {
            *why.entry(clause).or_default() += 1;
        }
        for (kind, count) in &record.unknown {
            *unknown.entry(kind).or_default() += count;
        }
    }
    let mut out = String::new();
    for (clause, count) in why {
        let _ = writeln!(out, "  {count} not whole: {clause}");
    }
    for (kind, count) in unknown.iter().take(MAX_LISTED) {
        let _ = writeln!(out, "  {count} unknown rows of kind `{}`", visible(kind.as_bytes()));
    }
    out
}

fn checks(read: &[&SessionRecord]) -> String {
    let mut sums: BTreeMap<_, BTreeMap<&str, u64>> = BTreeMap::new();
    for record in read {
        for ((kind, outcome), count) in &record.runs {
            *sums.entry(*kind).or_default().entry(outcome.name()).or_default() += count;
        }
    }
    if sums.is_empty() {
        return String::new();
    }
    let mut rows = vec![heading(&["runs of", "passed", "failed", "nothing run", "unreadable"])];
    for (kind, of) in sums {
        let name =
            serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let count = |outcome: &str| cell(of.get(outcome).copied().unwrap_or_default());
        rows.push(vec![name, count("passed"), count("failed"), count("nothing-run"), count("unreadable")]);
    }
    format!("\n{}", table(&rows))
}

fn claims(read: &[&SessionRecord], style: Style) -> String {
    let mut sums: BTreeMap<&str, BTreeMap<Verdict, u64>> = BTreeMap::new();
    let mut accusations = String::new();
    for record in read {
        for said in &record.claims {
            *sums.entry(said.judged.claim.kind).or_default().entry(said.judged.verdict).or_default() += 1;
            if said.judged.verdict == Verdict::Contradicted {
                let when = minute(said.at).map(|at| format!(", {at}")).unwrap_or_default();
                let whose = format!("{}, turn {}{when}:", visible(record.place.as_bytes()), said.turn);
                accusations.push_str(&accused(&whose, &said.judged, style));
            }
        }
    }
    if sums.is_empty() {
        return String::new();
    }
    let mut rows =
        vec![heading(&["claims in last messages", "supported", "contradicted", "unsupported", "uncheckable"])];
    for (kind, of) in sums {
        let count = |verdict| cell(of.get(&verdict).copied().unwrap_or_default());
        rows.push(vec![
            kind.to_owned(),
            count(Verdict::Supported),
            count(Verdict::Contradicted),
            count(Verdict::Unsupported),
            count(Verdict::Uncheckable),
        ]);
    }
    format!("\n{}{accusations}", table(&rows))
}

/// Commits and the sessions they came from.
pub fn links(links: &[Link], style: Style) -> String {
    let read: Vec<&Link> = links.iter().filter(|link| !link.sessions.is_empty()).collect();
    if links.is_empty() {
        return String::new();
    }
    let explained = read.iter().filter(|link| link.files > 0 && link.edited == link.files).count();
    let with_shell = read.iter().filter(|link| link.files > 0 && link.uncovered_total == 0).count();
    let touching = read.iter().filter(|link| link.edited > 0).count();
    let mut out = format!(
        "{}: {} commits name sessions, {} of them sessions that could be read\n",
        style.bold("commits and sessions"),
        links.len(),
        read.len()
    );
    let _ = writeln!(
        out,
        "  {touching} share a file with the sessions' edits; {explained} are explained by edits alone, {with_shell} with files that commands name"
    );
    let mut rest: Vec<&&Link> = read.iter().filter(|link| link.uncovered_total > 0).collect();
    rest.sort_by_key(|link| std::cmp::Reverse(link.uncovered_total));
    for link in rest.iter().take(MAX_LISTED) {
        let _ = writeln!(
            out,
            "  {} {}: {} of {} files are named nowhere in the session",
            link.commit.short(),
            visible(link.subject.as_bytes()),
            link.uncovered_total,
            link.files
        );
        for path in link.uncovered.iter().take(3) {
            let _ = writeln!(out, "    {path}");
        }
    }
    if rest.len() > MAX_LISTED {
        let _ = writeln!(out, "  … and {} more commits", rest.len() - MAX_LISTED);
    }
    out
}

/// What git-ai's notes say, summed.
pub fn attributions(notes: &[(u64, &BTreeMap<String, u64>)], style: Style) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, of) in notes {
        for (agent, count) in *of {
            *lines.entry(agent).or_default() += count;
        }
    }
    let told: Vec<String> =
        lines.iter().map(|(agent, count)| format!("{} {count}", visible(agent.as_bytes()))).collect();
    format!("{}: {} commits; lines by {}\n", style.bold("notes of git-ai"), notes.len(), told.join(", "))
}

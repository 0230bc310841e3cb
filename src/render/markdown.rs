//! A comment on a pull request: the outcome as Markdown, with a mark by which the next run finds it again.
//!
//! Whatever comes from a repository or an agent stands in a code span, on one line: GitHub and GitLab look for no markup, no
//! mention, no reference and no link in there. The whole is bounded by what GitHub takes as one comment.

use std::fmt::Write as _;

use super::text::plural;
use super::{Asked, tally, words};
use crate::model::finding::{Finding, Level};
use crate::model::outcome::{Decision, Outcome};

/// The first line of every comment, by which to find it again.
pub const MARK: &str = "<!-- git-warrant -->";

/// GitHub takes 65,536 characters a comment; bytes are never fewer.
pub const MAX_BYTES: usize = 65_536;

/// Kept for what comes after the findings.
const RESERVE: usize = 2048;

/// The longest text in one code span.
const MAX_SPAN: usize = 1000;

/// A run of backticks longer than this is not fenced in, but replaced: readers of Markdown give up on long fences.
const MAX_TICKS: usize = 8;

/// The comment.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let decision = outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass);
    let mut out = format!("{MARK}\n### git-warrant: {}\n\n{}\n", words::decision(decision), summary(asked, outcomes));
    let mut left_out = 0;
    let (errors, errors_left) = findings(outcomes, Level::Deny, MAX_BYTES - RESERVE - out.len());
    out.push_str(&errors);
    left_out += errors_left;
    let gaps: Vec<String> = outcomes
        .iter()
        .flat_map(|outcome| outcome.incomplete.iter().map(move |gap| (outcome, gap)))
        .map(|(outcome, gap)| {
            let place = gap.path.as_ref().map(|path| format!("{}: ", code(&path.to_string()))).unwrap_or_default();
            format!("- **not judged** in {}: {place}{}\n", code(&words::subject(outcome)), code(&gap.reason))
        })
        .collect();
    if !gaps.is_empty() {
        out.push('\n');
        for gap in gaps {
            if out.len() + gap.len() > MAX_BYTES - RESERVE {
                left_out += 1;
            } else {
                out.push_str(&gap);
            }
        }
    }
    let count = standing(outcomes, Level::Warn).count();
    if count > 0 {
        let head = format!("\n<details><summary>{}</summary>\n", plural(count, "warning"));
        let foot = "\n</details>\n";
        let room = (MAX_BYTES - RESERVE).saturating_sub(out.len() + head.len() + foot.len());
        let (warnings, warnings_left) = findings(outcomes, Level::Warn, room);
        if !warnings.is_empty() {
            out = out + &head + &warnings + foot;
        }
        left_out += warnings_left;
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n{left_out} more are not shown here.");
    }
    if let Some(line) = tally::line(outcomes) {
        let _ = writeln!(out, "\n{}", code(&line));
    }
    out
}

/// How much was judged, by which policy.
fn summary(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let changes = outcomes.iter().filter(|outcome| !outcome.subject.is_sum());
    let exempt = changes.clone().filter(|outcome| outcome.exempt.is_some()).count();
    let commits = changes.clone().filter(|outcome| outcome.commit.is_some()).count();
    let mut parts = vec![match (asked.kind, changes.count()) {
        ("range", count) => plural(count, "commit"),
        _ if commits == 1 => "1 commit".to_owned(),
        _ => "1 change".to_owned(),
    }];
    if exempt > 0 {
        parts.push(format!("{exempt} without a sign of an agent"));
    }
    for (level, word) in [(Level::Deny, "error"), (Level::Warn, "warning")] {
        let count = standing(outcomes, level).count();
        if count > 0 {
            parts.push(plural(count, word));
        }
    }
    let policy = code(&asked.policy.name);
    let id: String = asked.policy.id.chars().take(12).collect();
    format!("{}; policy {policy} ({})", parts.join(", "), code(&id))
}

fn standing(outcomes: &[Outcome], level: Level) -> impl Iterator<Item = (&Outcome, &Finding)> {
    outcomes
        .iter()
        .flat_map(|outcome| outcome.findings.iter().map(move |finding| (outcome, finding)))
        .filter(move |(_, finding)| finding.waived.is_none() && finding.level == level)
}

/// The findings of a level under the names of their changes, as many as fit, and how many did not.
fn findings(outcomes: &[Outcome], level: Level, room: usize) -> (String, usize) {
    let mut out = String::new();
    let mut left_out = 0;
    let mut named: Option<&Outcome> = None;
    for (outcome, finding) in standing(outcomes, level) {
        let mut item = String::new();
        if !named.is_some_and(|known| std::ptr::eq(known, outcome)) {
            let _ = writeln!(item, "\n{}\n", code(&words::subject(outcome)));
        }
        item.push_str(&one(outcome, finding));
        if out.len() + item.len() > room {
            left_out += 1;
            continue;
        }
        named = Some(outcome);
        out.push_str(&item);
    }
    (out, left_out)
}

fn one(outcome: &Outcome, finding: &Finding) -> String {
    let place = match (finding.location.path(), finding.location.line()) {
        (Some(path), Some(line)) => format!(" {}", code(&format!("{path}:{line}"))),
        (Some(path), None) => format!(" {}", code(&path.to_string())),
        (None, _) => String::new(),
    };
    let heading = words::heading(finding.level);
    let mut item = format!("- **{heading}** {}{place}: {}\n", code(finding.rule), code(&words::sentence(finding)));
    for detail in words::details(finding, &outcome.claims) {
        let _ = writeln!(item, "  - {}", code(&detail));
    }
    item
}

/// A code span (CommonMark, 6.1) that its text cannot end.
fn code(text: &str) -> String {
    let mut text = words::line(text);
    if let Some((at, _)) = text.char_indices().nth(MAX_SPAN) {
        text.truncate(at);
        text.push('…');
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let (text, longest) = if longest > MAX_TICKS { (text.replace('`', "\\u{60}"), 0) } else { (text, longest) };
    if text.is_empty() {
        return "` `".to_owned();
    }
    let fence = "`".repeat(longest + 1);
    // A backtick at an end would join the fence; one space at each end is taken off again.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Parser};

    use super::*;

    /// The text of the only code span.
    fn read(markdown: &str) -> String {
        let codes: Vec<String> = Parser::new(markdown)
            .filter_map(|event| match event {
                Event::Code(text) => Some(text.into_string()),
                Event::Start(_) | Event::End(_) => None,
                other => panic!("{markdown}: {other:?}"),
            })
            .collect();
        assert_eq!(codes.len(), 1, "{markdown}: {codes:?}");
        codes[0].clone()
    }

    #[test]
    fn a_span_holds_whatever_it_is_given() {
        for text in ["a`b", "`a` and ``b``", "`", "<!-- x --> @team #1 https://x.y", "| a \\`", "*a* [b](c)"] {
            assert_eq!(read(&code(text)), text, "{text}");
        }
        assert_eq!(read(&code("a\n\n# b")), "a  # b");
        assert_eq!(read(&code(&"`".repeat(100))), "\\u{60}".repeat(100));
    }
}

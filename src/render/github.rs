//! Annotations of GitHub Actions: workflow commands, one a line (GitHub's "Workflow commands for GitHub Actions").
//!
//! The runner shows 10 errors and 10 warnings a step and drops the rest without a word, so the gravest come first and what
//! is over is printed as plain lines. No line of ours can be taken for another command, whatever a path or message holds.

use std::fmt::Write as _;

use super::text::plural;
use super::{Asked, tally, words};
use crate::model::finding::{Finding, LineSide, Location};
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;

/// The most annotations of one severity that the runner takes from one step.
const MAX_ANNOTATIONS: usize = 10;

/// The most lines printed beyond these.
const MAX_LINES: usize = 1000;

/// Annotations, what is over, and a last line that says how it went.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let mut said = Annotations::default();
    for outcome in outcomes {
        for gap in &outcome.incomplete {
            let reason = words::line(&gap.reason);
            let more = format!("\n{}", words::subject(outcome));
            let file = gap.path.as_ref().map(RepoPath::to_string);
            said.add(true, (file.as_deref(), None), "not everything could be judged", &reason, &more);
        }
    }
    let gaps = said.errors;
    for is_error in [true, false] {
        let all = outcomes.iter().flat_map(|outcome| outcome.findings.iter().map(move |finding| (outcome, finding)));
        for (outcome, finding) in all.filter(|(_, finding)| finding.waived.is_none()) {
            if words::blocks(finding, asked.policy.mode) != is_error {
                continue;
            }
            let mut more = String::new();
            for detail in words::details(finding, &outcome.claims) {
                let _ = write!(more, "\n{detail}");
            }
            if outcome.commit.is_some() {
                let _ = write!(more, "\n{}", words::subject(outcome));
            }
            let (file, line) = place(finding);
            said.add(is_error, (file.as_deref(), line), finding.rule, &words::sentence(finding), &more);
        }
    }
    let decision = outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass);
    let name = asked.name.as_deref().map(|name| format!(" {}", words::line(name))).unwrap_or_default();
    let mut counts = vec![plural(said.errors - gaps, "error"), plural(said.warnings, "warning")];
    if gaps > 0 {
        counts.push(plural(gaps, "part not judged"));
    }
    let counts = counts.join(", ");
    let summary = format!("git-warrant: {}{name}: {counts}; {}", asked.kind, words::decision(decision));
    let mut out = said.end();
    for line in tally::line(outcomes).into_iter().chain([summary]) {
        let _ = writeln!(out, "{}", defused(&line));
    }
    out
}

#[derive(Default)]
struct Annotations {
    out: String,
    /// Plain lines for what the runner would drop.
    over: Vec<String>,
    errors: usize,
    warnings: usize,
}

impl Annotations {
    fn add(&mut self, is_error: bool, (file, line): (Option<&str>, Option<u32>), title: &str, text: &str, more: &str) {
        let (name, count) = if is_error { ("error", &mut self.errors) } else { ("warning", &mut self.warnings) };
        *count += 1;
        if *count <= MAX_ANNOTATIONS {
            command(&mut self.out, name, file, line, title, &format!("{text}{more}"));
        } else {
            self.over.push(plain(&format!("{name}[{title}]"), file, line, text));
        }
    }

    fn end(mut self) -> String {
        if self.over.is_empty() {
            return self.out;
        }
        let most = MAX_ANNOTATIONS;
        let _ = writeln!(self.out, "GitHub shows {most} errors and {most} warnings of a step; the others:");
        for line in self.over.iter().take(MAX_LINES) {
            let _ = writeln!(self.out, "{line}");
        }
        if self.over.len() > MAX_LINES {
            let _ = writeln!(self.out, "and {} more", self.over.len() - MAX_LINES);
        }
        self.out
    }
}

/// A line that is gone cannot be annotated: its file can.
fn place(finding: &Finding) -> (Option<String>, Option<u32>) {
    let line = match &finding.location {
        Location::Line { side: LineSide::New, line, .. } => Some(*line),
        _ => None,
    };
    (finding.location.path().map(RepoPath::to_string), line)
}

fn command(out: &mut String, name: &str, file: Option<&str>, line: Option<u32>, title: &str, text: &str) {
    let mut properties = Vec::new();
    properties.extend(file.map(|file| format!("file={}", property(file))));
    properties.extend(line.map(|line| format!("line={line}")));
    properties.push(format!("title={}", property(title)));
    let _ = writeln!(out, "::{name} {}::{}", properties.join(","), data(text));
}

/// A line that is no command: neither `::` at its start nor the older `##[` anywhere.
fn plain(heading: &str, file: Option<&str>, line: Option<u32>, text: &str) -> String {
    let file = file.map(|file| format!(" {}", words::line(file))).unwrap_or_default();
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    defused(&format!("{heading}{file}{line}: {text}"))
}

fn defused(line: &str) -> String {
    line.replace("##[", "# #[")
}

/// The escapes that the runner undoes in a message (actions/toolkit, `packages/core/src/command.ts`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Those of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_a_property_or_a_line() {
        let mut out = String::new();
        command(&mut out, "error", Some("a,line=9::b\n::set-env name=X::y%"), Some(3), "r/x", "50%\r\nmore");
        assert_eq!(
            out,
            "::error file=a%2Cline=9%3A%3Ab%0A%3A%3Aset-env name=X%3A%3Ay%25,line=3,title=r/x::50%25%0D%0Amore\n"
        );
    }

    #[test]
    fn a_plain_line_is_no_command() {
        let line = plain("error[r/x]", Some("::debug::x"), None, "##[add-mask]y");
        assert_eq!(line, "error[r/x] ::debug::x: # #[add-mask]y");
    }
}

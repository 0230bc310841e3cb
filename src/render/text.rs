//! Output for people, in rustc's shape: what is wrong, the place in the diff, the policy line that decided, what to do.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level as Heading, Origin as Place, Renderer, Snippet};

use super::style::Style;
use super::{excerpt, tally};
use crate::model::change::Subject;
use crate::model::claim::{Judged, Verdict};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::escape;
use crate::model::finding::{Finding, Level, LineSide, Location};
use crate::model::origin::Origin;
use crate::model::outcome::{Decision, Outcome};

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Say who made the change, every claim and its verdict, waived findings, and why nothing was judged.
    pub verbose: bool,
    /// Say nothing where nothing was found (hooks).
    pub silent_when_clean: bool,
}

/// A fault in a policy or report.
pub fn diagnostic(fault: &Diagnostic, style: Style) -> String {
    let heading = match fault.severity {
        Severity::Error => Heading::ERROR,
        Severity::Warning => Heading::WARNING,
    };
    let mut group = heading.primary_title(escape::visible_lines(&fault.message)).elements(Vec::<Place<'_>>::new());
    if let Some(origin) = &fault.origin {
        group = group.element(policy_snippet(origin, AnnotationKind::Primary, fault.label.clone()));
    }
    if let Some((origin, label)) = &fault.also {
        group = group.element(policy_snippet(origin, AnnotationKind::Context, Some(label.clone())));
    }
    group = group.elements(fault.notes.iter().map(|note| Heading::NOTE.message(escape::visible_lines(note))));
    group = group.elements(fault.help.iter().map(|help| Heading::HELP.message(escape::visible_lines(help))));
    render(group, style)
}

/// One finding.
pub fn finding(finding: &Finding, claims: &[Judged], style: Style) -> String {
    let heading = if finding.level == Level::Deny { Heading::ERROR } else { Heading::WARNING };
    let title = heading.primary_title(escape::visible_lines(&finding.message)).id(finding.rule);
    let mut group = match &finding.location {
        Location::Change => title.elements(Vec::<Place<'_>>::new()),
        Location::Path { path } => title.element(Place::path(path.to_string())),
        Location::Line { path, side, line, text } => {
            let name = if *side == LineSide::Old { format!("{path} (before)") } else { path.to_string() };
            title.element(line_snippet(name, *line, &text.text, text.mark))
        }
        Location::Message { line, text } => title.element(line_snippet("commit message".to_owned(), *line, text, None)),
    };
    if let Some(claim) = finding.claim.and_then(|index| claims.get(index)) {
        group =
            group.element(Heading::NOTE.message(format!("claimed: {}", escape::visible(claim.claim.text.as_bytes()))));
        group = group
            .elements(claim.evidence.iter().take(8).map(|line| Heading::NOTE.message(escape::visible_lines(line))));
    }
    group = group.elements(finding.notes.iter().map(|note| Heading::NOTE.message(escape::visible_lines(note))));
    if let Some(origin) = &finding.origin {
        group = group.element(policy_snippet(origin, AnnotationKind::Context, Some("decided here".to_owned())));
    }
    group = group.elements(finding.help.iter().map(|help| Heading::HELP.message(escape::visible_lines(help))));
    render(group, style)
}

/// All of one outcome. Empty where there is nothing to say.
pub fn outcome(outcome: &Outcome, detail: Detail, style: Style) -> String {
    let mut out = String::new();
    let standing: Vec<&Finding> = outcome.findings.iter().filter(|f| f.waived.is_none() || detail.verbose).collect();
    for finding in &standing {
        let _ = writeln!(out, "{}\n", self::finding(finding, &outcome.claims, style));
        if detail.verbose {
            of_finding(&mut out, finding, style);
        }
    }
    for gap in &outcome.incomplete {
        let place = gap.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
        let heading = style.warning("incomplete");
        let _ = writeln!(out, "{heading}: {place}{}", escape::visible_lines(&gap.reason));
    }
    for note in &outcome.notes {
        let _ = writeln!(out, "{}: {}", style.bold("note"), escape::visible_lines(note));
    }
    if detail.verbose {
        verbose(&mut out, outcome, style);
    }
    let quiet = out.is_empty() && detail.silent_when_clean;
    if let Some(line) = tally::line(std::slice::from_ref(outcome)).filter(|_| !quiet) {
        let _ = writeln!(out, "{line}");
    }
    if !quiet {
        let _ = writeln!(out, "{}", summary(outcome, style));
    }
    match &outcome.commit {
        Some(commit) if !out.is_empty() => {
            let subject = commit.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let name = if commit.id.is_zero() { "mail".to_owned() } else { format!("commit {}", commit.id.short()) };
            let heading = style.bold(&name);
            format!("{heading} {}\n\n{out}", escape::visible(subject))
        }
        None if !out.is_empty() && matches!(outcome.subject, Subject::Range { .. }) => {
            format!("{} as one change\n\n{out}", style.bold(&outcome.subject.to_string()))
        }
        _ => out,
    }
}

/// The last line: how many of what, where, and what that comes to.
pub fn summary(outcome: &Outcome, style: Style) -> String {
    let count = |level| outcome.findings.iter().filter(|f| f.level == level && f.waived.is_none()).count();
    let mut parts = Vec::new();
    let mut add = |number: usize, one: &str| {
        if number > 0 {
            parts.push(plural(number, one));
        }
    };
    add(count(Level::Deny), "error");
    add(count(Level::Warn), "warning");
    let waived: u64 = outcome.waived.iter().map(|tally| tally.findings).sum();
    add(usize::try_from(waived).unwrap_or(usize::MAX), "waived finding");
    add(outcome.claims.iter().filter(|claim| claim.verdict == Verdict::Supported).count(), "supported claim");
    add(outcome.claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).count(), "contradicted claim");
    add(outcome.incomplete.len(), "part not judged");
    let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    let files = plural(usize::try_from(outcome.stats.files).unwrap_or(usize::MAX), "file");
    let decision = match outcome.decision {
        Decision::Pass => style.good("pass"),
        Decision::Warn => style.warning("pass, with warnings"),
        Decision::Incomplete => style.error("incomplete: not everything could be judged"),
        Decision::Block => style.error("blocked"),
    };
    let decision = if outcome.exempt.is_some() {
        "not judged: no sign of an agent (--applies-to everyone judges it)".to_owned()
    } else {
        decision
    };
    let size = if matches!(outcome.subject, Subject::Ref { .. }) { String::new() } else { format!(" ({files})") };
    format!("{}: {}{size}: {found}; {decision}", style.bold("git-warrant"), outcome.subject)
}

/// `1 file`, `2 files`, `2 parts not judged`.
pub fn plural(number: usize, one: &str) -> String {
    let (head, tail) = one.split_once(' ').filter(|(head, _)| *head == "part").unwrap_or((one, ""));
    let end = if number == 1 { "" } else { "s" };
    let gap = if tail.is_empty() { "" } else { " " };
    format!("{number} {head}{end}{gap}{tail}")
}

/// What a waiver wants to know of a finding, and what it did.
fn of_finding(out: &mut String, finding: &Finding, style: Style) {
    let _ = writeln!(out, "{}: {}", style.bold("fingerprint"), finding.fingerprint);
    if let Some(lifted) = &finding.waived {
        let reason = escape::visible(lifted.reason.as_bytes());
        let _ = writeln!(out, "{}: by {}: {reason}", style.bold("waived"), tally::named(lifted));
    }
    out.push('\n');
}

fn verbose(out: &mut String, outcome: &Outcome, style: Style) {
    for sign in &outcome.actor.evidence {
        let heading = style.bold("agent");
        let detail = escape::visible(sign.detail.as_bytes());
        let _ = writeln!(out, "{heading}: {} ({}: {detail})", sign.agent, sign.kind);
    }
    if let Some(reason) = &outcome.exempt {
        let _ = writeln!(out, "{}: {reason}", style.bold("not judged"));
    }
    for judged in &outcome.claims {
        let verdict = match judged.verdict {
            Verdict::Supported => style.good("supported"),
            Verdict::Contradicted => style.error("contradicted"),
            Verdict::Unsupported => style.warning("unsupported"),
            Verdict::Uncheckable => style.dimmed("uncheckable"),
        };
        let text = escape::visible(judged.claim.text.as_bytes());
        let _ = writeln!(out, "{}: {text}: {verdict}: {}", style.bold("claim"), escape::visible_lines(&judged.reason));
    }
    let _ = writeln!(out, "{}: {}", style.bold("read by"), outcome.engine);
}

fn line_snippet(
    name: String,
    line: u32,
    text: &str,
    mark: Option<(usize, usize)>,
) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let snippet = Snippet::source(text.to_owned()).path(name).line_start(usize::try_from(line).unwrap_or(usize::MAX));
    let (start, end) = mark.unwrap_or((indent(text), text.trim_end().len()));
    snippet
        .annotation(AnnotationKind::Primary.span(start.min(text.len())..end.clamp(start.min(text.len()), text.len())))
}

fn policy_snippet(
    origin: &Origin,
    kind: AnnotationKind,
    label: Option<String>,
) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let cut = excerpt::of(origin);
    let name = escape::visible(origin.source.name.as_bytes());
    Snippet::source(cut.text)
        .path(name)
        .line_start(cut.line)
        .annotation(kind.span(cut.mark).label(label.map(std::borrow::Cow::Owned)))
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn render(group: Group<'_>, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::finding::LineText;
    use crate::model::origin::PolicySource;
    use crate::model::path::RepoPath;

    fn origin() -> Origin {
        let text = "[scope]\ndeny = [\"migrations/**\"]\n".to_owned();
        Origin {
            source: Arc::new(PolicySource { name: "warrant.toml".into(), text, side: "HEAD".into() }),
            span: 16..31,
        }
    }

    fn sample(location: Location) -> Finding {
        Finding {
            rule: "scope/denied-path",
            level: Level::Deny,
            message: "`migrations/1.sql` is outside what may change".into(),
            location,
            notes: vec!["a note".into()],
            help: Some("do this".into()),
            origin: Some(origin()),
            claim: None,
            fingerprint: String::new(),
            commit: None,
            waived: None,
        }
    }

    #[test]
    fn a_finding_shows_both_places() {
        let finding = sample(Location::Path { path: RepoPath::from("migrations/1.sql") });
        insta::assert_snapshot!(super::finding(&finding, &[], Style::PLAIN));
    }

    #[test]
    fn a_line_finding_marks_the_text() {
        let text = LineText { text: "let a = dbg!(b);".into(), mark: Some((8, 12)) };
        let location = Location::Line { path: RepoPath::from("src/a.rs"), side: LineSide::New, line: 7, text };
        insta::assert_snapshot!(finding(&sample(location), &[], Style::PLAIN));
    }

    #[test]
    fn a_fault_in_the_policy() {
        let fault = Diagnostic::error("unknown key `dent`", Some(origin()))
            .label("not a key of `[scope]`")
            .help("did you mean `deny`?");
        insta::assert_snapshot!(diagnostic(&fault, Style::PLAIN));
    }

    #[test]
    fn numbers_agree() {
        assert_eq!(plural(1, "part not judged"), "1 part not judged");
        assert_eq!(plural(2, "part not judged"), "2 parts not judged");
        assert_eq!(plural(0, "file"), "0 files");
    }
}

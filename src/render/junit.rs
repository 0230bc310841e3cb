//! JUnit XML, in the form Jenkins, GitLab and most others read (`tests/formats/junit.xsd` writes it down).
//!
//! A suite a change, a case a finding: `failure` where it blocks, `error` for what could not be judged, `skipped` for what
//! is waived. A warning is a case that passes and says so on its output, for JUnit has no warnings. A change in which nothing
//! was found has one case, which passes.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Asked, words};
use crate::model::outcome::Outcome;
use crate::model::path::RepoPath;
use crate::model::policy::Mode;

/// How a case ended.
enum End {
    Passed(Option<String>),
    Failed { kind: String, message: String, text: String },
    Errored { message: String },
    Skipped { message: String },
}

struct Case {
    class: String,
    name: String,
    file: Option<String>,
    line: Option<u32>,
    end: End,
}

/// The document.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let suites: Vec<(String, Vec<Case>)> =
        outcomes.iter().map(|outcome| (words::subject(outcome), cases(outcome, asked.policy.mode))).collect();
    let xml = write(&suites).expect("memory takes everything");
    String::from_utf8(xml).expect("all that was written is text") + "\n"
}

fn cases(outcome: &Outcome, mode: Mode) -> Vec<Case> {
    let mut cases = Vec::new();
    for finding in &outcome.findings {
        let sentence = words::sentence(finding);
        let details = words::details(finding, &outcome.claims).join("\n");
        let heading = words::heading(finding.level);
        let full = format!("{heading}[{}]: {sentence}\n{details}", finding.rule).trim_end().to_owned();
        let end = match &finding.waived {
            Some(lifted) => {
                End::Skipped { message: words::line(&format!("waived by {}: {}", lifted.origin, lifted.reason)) }
            }
            None if words::blocks(finding, mode) => {
                End::Failed { kind: finding.rule.to_owned(), message: sentence.clone(), text: full }
            }
            None => End::Passed(Some(full)),
        };
        let path = finding.location.path();
        let line = finding.location.line().filter(|_| path.is_some());
        let place = match (path, line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            (None, _) => String::new(),
        };
        cases.push(Case {
            class: finding.rule.to_owned(),
            name: format!("{place}{sentence}"),
            file: path.map(RepoPath::to_string),
            line,
            end,
        });
    }
    cases.extend(outcome.incomplete.iter().map(|gap| Case {
        class: "incomplete".to_owned(),
        name: "everything can be judged".to_owned(),
        file: gap.path.as_ref().map(RepoPath::to_string),
        line: None,
        end: End::Errored { message: words::line(&gap.reason) },
    }));
    if cases.is_empty() {
        let name = if outcome.exempt.is_some() { "no sign of an agent" } else { "nothing found" };
        cases.push(Case {
            class: "git-warrant".to_owned(),
            name: name.to_owned(),
            file: None,
            line: None,
            end: match &outcome.exempt {
                Some(reason) => End::Skipped { message: words::line(reason) },
                None => End::Passed(None),
            },
        });
    }
    cases
}

fn write(suites: &[(String, Vec<Case>)]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Case> = suites.iter().flat_map(|(_, cases)| cases).collect();
    writer.write_event(Event::Start(with_counts(element("testsuites", &[("name", "git-warrant")]), &all)))?;
    for (name, cases) in suites {
        let own: Vec<&Case> = cases.iter().collect();
        writer.write_event(Event::Start(with_counts(element("testsuite", &[("name", name)]), &own)))?;
        for case in cases {
            write_case(&mut writer, case)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    Ok(writer.into_inner())
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let mut start = element("testcase", &[("classname", &case.class), ("name", &case.name), ("time", "0")]);
    if let Some(file) = &case.file {
        start.push_attribute(("file", legal(file).as_str()));
    }
    if let Some(line) = case.line {
        start.push_attribute(("line", line.to_string().as_str()));
    }
    let (child, text) = match &case.end {
        End::Passed(None) => return writer.write_event(Event::Empty(start)),
        End::Passed(Some(said)) => (element("system-out", &[]), Some(said)),
        End::Failed { kind, message, text } => {
            (element("failure", &[("type", kind), ("message", message)]), Some(text))
        }
        End::Errored { message } => (element("error", &[("type", "incomplete"), ("message", message)]), None),
        End::Skipped { message } => (element("skipped", &[("message", message)]), None),
    };
    writer.write_event(Event::Start(start))?;
    match text {
        Some(text) => {
            let end = child.to_end().into_owned();
            writer.write_event(Event::Start(child))?;
            writer.write_event(Event::Text(BytesText::new(&legal(text))))?;
            writer.write_event(Event::End(end))?;
        }
        None => writer.write_event(Event::Empty(child))?,
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn with_counts(mut start: BytesStart<'static>, cases: &[&Case]) -> BytesStart<'static> {
    let count = |is: fn(&End) -> bool| cases.iter().filter(|case| is(&case.end)).count().to_string();
    start.push_attribute(("tests", cases.len().to_string().as_str()));
    start.push_attribute(("failures", count(|end| matches!(end, End::Failed { .. })).as_str()));
    start.push_attribute(("errors", count(|end| matches!(end, End::Errored { .. })).as_str()));
    start.push_attribute(("skipped", count(|end| matches!(end, End::Skipped { .. })).as_str()));
    start.push_attribute(("time", "0"));
    start
}

fn element(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, legal(value).as_str()));
    }
    start
}

/// Without the characters XML 1.0 has no form for. Paths and messages are escaped by then; a path that is given as data
/// keeps its own form, and loses what cannot be written.
fn legal(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => c,
            _ => '\u{fffd}',
        })
        .collect()
}

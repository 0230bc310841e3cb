//! GitLab's code quality report: what a merge request shows beside its changes (GitLab docs, "Code Quality", "Import code
//! quality results from a CI/CD job").
//!
//! Waived findings are left out. GitLab drops what has the fingerprint of another, so each entry has one of its own; the
//! first of several keeps the finding's.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{Asked, spot, words};
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::outcome::Outcome;
use crate::model::path::RepoPath;

/// One entry of the report.
#[derive(Debug, Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
}

/// A JSON array; empty where nothing was found, which is how GitLab learns that something was mended.
pub fn document(asked: &Asked<'_>, outcomes: &[Outcome]) -> String {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut unique = |fingerprint: &str| {
        let count = seen.entry(fingerprint.to_owned()).or_default();
        *count += 1;
        if *count == 1 { fingerprint.to_owned() } else { format!("{fingerprint}-{count}") }
    };
    let place = |path: &RepoPath, line| Place { path: path.to_wire(), lines: Lines { begin: line } };
    let mut entries = Vec::new();
    for outcome in outcomes {
        for finding in outcome.findings.iter().filter(|finding| finding.waived.is_none()) {
            let spot = spot::of(finding, asked);
            entries.push(Entry {
                description: words::sentence(finding),
                check_name: finding.rule.to_owned(),
                fingerprint: unique(&finding.fingerprint),
                severity: match finding.level {
                    _ if words::blocks(finding, asked.policy.mode) => "blocker",
                    Level::Deny => "major",
                    Level::Warn | Level::Allow => "minor",
                },
                location: place(&spot.path, spot.line),
            });
        }
        for gap in &outcome.incomplete {
            let path = gap.path.clone().unwrap_or_else(|| spot::of_policy(asked).path);
            let words = words::line(&gap.reason);
            entries.push(Entry {
                fingerprint: unique(&format!("incomplete:{}:{words}", path.to_wire())),
                description: format!("not judged: {words}"),
                check_name: "incomplete".to_owned(),
                severity: "critical",
                location: place(&path, 1),
            });
        }
    }
    escape::visible_json(&serde_json::to_string_pretty(&entries).expect("these types are JSON")) + "\n"
}

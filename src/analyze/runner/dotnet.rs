//! dotnet: `test` with `VSTest` and with the testing platform, `build`.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, digits, labelled, sum_of};

/// `Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: 1 s - a.dll (net8.0)`
pub(super) fn test(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "dotnet-test";
    // The verbose summary is spread over lines: `Total tests: 3`, `Passed: 2`, `Failed: 1`.
    let mut run: Option<(usize, RunState)> = None;
    for (at, text) in page.texts() {
        if text.starts_with("Passed!") || text.starts_with("Failed!") || text.starts_with("Skipped!") {
            let Some((_, rest)) = text.split_once(" - ") else { continue };
            let labels = labelled(rest);
            let counts =
                counts(sum_of(&labels, &["passed"]), sum_of(&labels, &["failed"]), sum_of(&labels, &["skipped"]));
            if counts.passed.is_some() && counts.failed.is_some() {
                marks.counted(TOOL, at, counts, Reach::Each);
            }
        } else if let Some(rest) = text.strip_prefix("Test summary: ") {
            let labels = labelled(rest);
            let counts =
                counts(sum_of(&labels, &["succeeded"]), sum_of(&labels, &["failed"]), sum_of(&labels, &["skipped"]));
            if counts.failed.is_some() {
                marks.counted(TOOL, at, counts, Reach::Whole);
            }
        } else if let Some(rest) = text.strip_prefix("Test run summary: ") {
            let state = match rest.split(['!', ' ', '.']).next() {
                Some("Passed") => RunState::Passed,
                Some("Failed") => RunState::Failed,
                Some("Zero") => RunState::NothingRun,
                _ => continue,
            };
            marks.tests(TOOL, at, state, Counts::default(), Reach::Whole);
        } else if text == "Test Run Successful." {
            run = Some((at, RunState::Passed));
            marks.tests(TOOL, at, RunState::Passed, Counts::default(), Reach::Part);
        } else if text == "Test Run Failed." {
            run = Some((at, RunState::Failed));
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Part);
        } else if text == "Test Run Aborted." {
            marks.broken.push(at);
        } else if text.starts_with("No test is available in ") || text.starts_with("No test matches the given") {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::Part);
        } else if let Some((start, _)) = run.filter(|(start, _)| at <= start + 6) {
            let (label, number) = text.split_once(':').unwrap_or((text, ""));
            let mark = marks.list.iter_mut().rev().find(|mark| mark.line == start);
            let (Some(mark), Some(number)) = (mark, digits(number.trim())) else { continue };
            match label.trim() {
                "Passed" => mark.counts.passed = Some(number),
                "Failed" => mark.counts.failed = Some(number),
                "Skipped" => mark.counts.skipped = Some(number),
                _ => {}
            }
        } else if is_error(text) {
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Part);
        }
    }
}

/// `Build succeeded.`, `Build FAILED.`, `Build succeeded with 2 warning(s) in 1.2s`, `Build failed with 1 error(s) in 2s`
pub(super) fn build(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "dotnet-build";
    for (at, text) in page.texts() {
        if text == "Build succeeded."
            || text.starts_with("Build succeeded in ")
            || text.starts_with("Build succeeded with ")
        {
            marks.check(TOOL, RunKind::Build, at, true, None);
        } else if text == "Build FAILED."
            || text.starts_with("Build failed with ")
            || text.starts_with("Build failed in ")
        {
            marks.check(TOOL, RunKind::Build, at, false, None);
        }
    }
}

/// `/a/B.cs(3,5): error CS1002: ; expected [/a/B.csproj]`
fn is_error(text: &str) -> bool {
    text.split_once("): error CS").is_some_and(|(place, _)| place.contains('('))
}

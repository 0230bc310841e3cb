//! JavaScript's test runners: jest 30, vitest 4, mocha 11, ava, jasmine, karma, cypress, playwright, bun.

use crate::model::receipt::{Counts, RunState};

use super::marks::{Marks, Reach, state};
use super::page::Page;
use super::scan::{counts, digits, pairs, starts_with_count, sum};

/// `Test Suites: 1 failed, 5 passed, 6 total` and `Tests: 1 failed, 2 skipped, 10 passed, 13 total`. A suite that does not
/// run at all fails in the first line only.
pub(super) fn jest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "jest";
    let mut suites_failed = None;
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("Test Suites: ") {
            let numbers = pairs(rest);
            if sum(&numbers, &["total"]).is_some() {
                suites_failed = sum(&numbers, &["failed"]).filter(|count| *count > 0).map(|_| at);
                if let Some(at) = suites_failed {
                    marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Whole);
                }
            }
        } else if let Some(rest) = text.strip_prefix("Tests: ") {
            let numbers = pairs(rest);
            // Pest's and PHPUnit's summaries begin alike, and have no total.
            if sum(&numbers, &["total"]).is_none() {
                continue;
            }
            let counts = counts(
                Some(sum(&numbers, &["passed"]).unwrap_or(0)),
                Some(sum(&numbers, &["failed"]).unwrap_or(0)),
                sum(&numbers, &["skipped", "todo", "pending"]),
            );
            let state = if suites_failed.take().is_some() { RunState::Failed } else { state(counts) };
            marks.tests(TOOL, at, state, counts, Reach::Whole);
        } else if text.starts_with("No tests found, exiting with code") || text == "No tests found" {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
        } else if text.starts_with("Ran all test suites matching")
            || text.starts_with("Ran all test suites related to")
            || text.starts_with("Ran all test suites with tests matching")
        {
            if let Some(mark) = marks.list.iter_mut().rev().find(|mark| mark.tool == TOOL) {
                mark.subset = true;
            }
        } else if text.starts_with("Jest: \"") && text.contains("coverage threshold") {
            marks.blemish = Some(text.to_owned());
        } else if text == "Watch Usage" || text.starts_with("Watch Usage: Press") {
            marks.watches = true;
        }
    }
}

/// `Test Files  1 failed | 5 passed (6)`, `Tests  1 failed | 10 passed (11)`, `Errors  1 error`
pub(super) fn vitest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "vitest";
    let mut files_failed = None;
    for (at, text) in page.texts() {
        let (label, rest) = text.split_once("  ").map_or((text, ""), |(label, rest)| (label, rest.trim()));
        let numbers = || pairs(rest);
        let is_total = rest.ends_with(')') && rest.contains(" (");
        match label {
            "Test Files" if is_total => {
                let failed = sum(&numbers(), &["failed"]).unwrap_or(0);
                files_failed = (failed > 0).then_some(at);
                if failed > 0 {
                    marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Whole);
                }
            }
            "Tests" if is_total || rest == "no tests" => {
                let numbers = numbers();
                let counts = counts(
                    Some(sum(&numbers, &["passed"]).unwrap_or(0)),
                    Some(sum(&numbers, &["failed"]).unwrap_or(0)),
                    sum(&numbers, &["skipped", "todo"]),
                );
                let state = if files_failed.take().is_some() { RunState::Failed } else { state(counts) };
                // `Errors  1 error` stands below.
                marks.tests(TOOL, at, state, counts, Reach::End);
            }
            "Errors" if starts_with_count(rest, &["error", "errors"]).is_some_and(|count| count > 0) => {
                marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Whole);
            }
            _ if text.starts_with("No test files found, exiting with code") => {
                marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
            }
            _ if text.contains("Waiting for file changes...") || text.contains("Watching for file changes...") => {
                marks.watches = true;
            }
            _ if text.starts_with("ERROR: Coverage for ") => marks.blemish = Some(text.to_owned()),
            _ => {}
        }
    }
}

/// `12 passing (34ms)`, `1 pending`, `2 failing`
pub(super) fn mocha(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "mocha";
    let mut last: Option<usize> = None;
    for (at, text) in page.texts() {
        if let Some(count) = starts_with_count(text, &["passing"]).filter(|_| text.ends_with(')')) {
            last = Some(marks.list.len());
            marks.counted(TOOL, at, counts(Some(count), Some(0), None), Reach::End);
        } else if let Some(count) = starts_with_count(text, &["failing"]).filter(|_| text.ends_with(" failing")) {
            match last.and_then(|last| marks.list.get_mut(last)) {
                Some(mark) if count > 0 => {
                    mark.counts.failed = Some(count);
                    mark.state = RunState::Failed;
                    mark.line = at;
                }
                _ => marks.counted(TOOL, at, counts(None, Some(count), None), Reach::End),
            }
        } else if let Some(count) = starts_with_count(text, &["pending"]).filter(|_| text.ends_with(" pending")) {
            if let Some(mark) = last.and_then(|last| marks.list.get_mut(last)) {
                mark.counts.skipped = Some(count);
            }
        }
    }
}

/// Runners that say it all in one line: ava, jasmine, karma, cypress.
pub(super) fn others(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        // ava
        if let Some(count) = starts_with_count(text, &["test", "tests"]) {
            match text.split_once(' ').map(|(_, rest)| rest) {
                Some("test passed" | "tests passed") => {
                    marks.counted("ava", at, counts(Some(count), Some(0), None), Reach::End);
                }
                Some("test failed" | "tests failed") => {
                    marks.counted("ava", at, counts(None, Some(count), None), Reach::End);
                }
                _ => {}
            }
        }
        // jasmine: `12 specs, 0 failures, 1 pending spec`
        if let Some(all) = starts_with_count(text, &["spec", "specs"]).filter(|_| text.contains(" failure")) {
            let numbers = pairs(text);
            let failed = sum(&numbers, &["failure", "failures"]).unwrap_or(0);
            let skipped = sum(&numbers, &["pending"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted("jasmine", at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        }
        // karma: `Executed 5 of 5 (1 FAILED) (0.1 secs / 0.05 secs)`, printed again for each test
        if let Some(rest) = text.split_once("Executed ").map(|(_, rest)| rest).filter(|rest| rest.contains(" secs")) {
            let mut words = rest.split_whitespace();
            let (run, all) = (words.next().and_then(digits), words.nth(1).and_then(digits));
            if let (Some(run), Some(all)) = (run, all) {
                let failed = sum(&pairs(rest), &["FAILED"]).unwrap_or(0);
                if run == all || failed > 0 {
                    let counts = counts(Some(run.saturating_sub(failed)), Some(failed), None);
                    marks.counted("karma", at, counts, Reach::Whole);
                }
            }
        }
        // cypress
        if text.starts_with('✔') && text.contains("All specs passed!") {
            marks.tests("cypress", at, RunState::Passed, Counts::default(), Reach::Whole);
        } else if text.starts_with('✖') && text.contains(" failed (") && text.contains(" of ") {
            marks.tests("cypress", at, RunState::Failed, Counts::default(), Reach::Whole);
        }
    }
}

/// `1 failed`, `1 flaky`, `2 skipped`, `12 passed (3.2s)`, each on a line of its own, in this order.
pub(super) fn playwright(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "playwright";
    let mut failed: Option<(usize, u64)> = None;
    let mut skipped = None;
    for (at, text) in page.texts() {
        let (number, word) = text.split_once(' ').unwrap_or((text, ""));
        if text.starts_with("Error: No tests found") {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
            continue;
        }
        let Some(count) = digits(number) else { continue };
        match word {
            "failed" | "interrupted" | "did not run" => {
                let before = failed.map_or(0, |(_, count)| count);
                let own = if word == "failed" { count } else { 0 };
                failed = Some((failed.map_or(at, |(at, _)| at), before + own));
            }
            "skipped" => skipped = Some(count),
            _ if word.starts_with("passed (") => {
                let bad = failed.take();
                let counts = counts(Some(count), Some(bad.map_or(0, |(_, count)| count)), skipped.take());
                let is_broken = bad.is_some_and(|(_, count)| count == 0);
                if is_broken {
                    marks.broken.push(at);
                } else {
                    marks.counted(TOOL, at, counts, Reach::End);
                }
            }
            _ => {}
        }
    }
    // Nothing passed at all.
    if let Some((at, count)) = failed.filter(|(_, count)| *count > 0) {
        marks.counted(TOOL, at, counts(None, Some(count), skipped), Reach::End);
    }
}

/// `12 pass`, `1 skip`, `0 fail`, `Ran 12 tests across 3 files. [1.2s]`
pub(super) fn bun(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "bun-test";
    let (mut passed, mut failed, mut skipped, mut errors) = (None, None, None, None);
    for (at, text) in page.texts() {
        let (number, word) = text.split_once(' ').unwrap_or((text, ""));
        match word {
            "pass" => passed = digits(number),
            "fail" => failed = digits(number),
            "skip" | "todo" => skipped = digits(number),
            "error" | "errors" => errors = digits(number),
            _ if text.starts_with("Ran ") && text.contains(" across ") && text.contains(" file") => {
                let (Some(good), Some(bad)) = (passed, failed) else { continue };
                let counts = counts(Some(good), Some(bad + errors.unwrap_or(0)), skipped);
                marks.counted(TOOL, at, counts, Reach::End);
                (passed, failed, skipped, errors) = (None, None, None, None);
            }
            _ if text.starts_with("No tests found!") || text.starts_with("error: 0 test files matching") => {
                marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
            }
            _ => {}
        }
    }
    // The last line is gone: numbers of failures say enough.
    if let Some(bad) = failed.filter(|count| *count > 0) {
        let line = page.len().saturating_sub(1);
        marks.counted(TOOL, line, counts(passed, Some(bad), skipped), Reach::End);
    }
}

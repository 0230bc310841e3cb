//! C, C++ and Swift: ctest, `GoogleTest`, Catch2, doctest, meson; XCTest, Swift Testing, xcodebuild, `SwiftLint`.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, digits, pairs, sum};

/// `100% tests passed, 0 tests failed out of 12`
pub(super) fn ctest(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if let Some((_, rest)) = text.split_once("% tests passed, ") {
            let mut words = rest.split_whitespace();
            let failed = words.next().and_then(digits);
            let all = rest.rsplit(' ').next().and_then(digits);
            if let (Some(failed), Some(all)) = (failed, all) {
                let counts = counts(Some(all.saturating_sub(failed)), Some(failed), None);
                marks.counted("ctest", at, counts, Reach::Whole);
            }
        } else if text == "No tests were found!!!" {
            marks.tests("ctest", at, RunState::NothingRun, Counts::default(), Reach::Whole);
        }
    }
}

/// `[  PASSED  ] 12 tests.` and `[  FAILED  ] 2 tests, listed below:`, one pair a binary
pub(super) fn gtest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "gtest";
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("[  PASSED  ] ") {
            if let Some(passed) = sum(&pairs(rest), &["tests", "test"]) {
                let state = if passed == 0 { RunState::NothingRun } else { RunState::Passed };
                marks.tests(TOOL, at, state, counts(Some(passed), None, None), Reach::Each);
            }
        } else if let Some(rest) = text.strip_prefix("[  FAILED  ] ").filter(|rest| rest.ends_with("listed below:")) {
            let failed = sum(&pairs(rest), &["tests", "test"]);
            marks.tests(TOOL, at, RunState::Failed, counts(None, failed, None), Reach::End);
        }
    }
}

/// Catch2: `All tests passed (30 assertions in 12 test cases)`, `test cases: 12 | 11 passed | 1 failed`;
/// doctest: `[doctest] test cases: 3 | 3 passed | 0 failed | 0 skipped`
pub(super) fn catch(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.starts_with("All tests passed (") && text.contains(" assertion") {
            let passed = text.rsplit_once(" in ").and_then(|(_, rest)| digits(rest.split(' ').next()?));
            marks.tests("catch2", at, RunState::Passed, counts(passed, Some(0), None), Reach::Whole);
        } else if let Some((before, rest)) = text.split_once("test cases: ").filter(|(_, rest)| rest.contains(" | ")) {
            let numbers = pairs(rest);
            let failed = sum(&numbers, &["failed"]).unwrap_or(0);
            let passed = sum(&numbers, &["passed"]).unwrap_or(0);
            let tool = if before.starts_with("[doctest]") { "doctest" } else { "catch2" };
            marks.counted(tool, at, counts(Some(passed), Some(failed), sum(&numbers, &["skipped"])), Reach::Whole);
        } else if text == "No tests ran" || text.starts_with("No test cases matched") {
            marks.tests("catch2", at, RunState::NothingRun, Counts::default(), Reach::Whole);
        }
    }
}

/// meson: `Ok: 12`, `Fail: 1`, `Timeout: 0`
pub(super) fn meson(page: &Page, marks: &mut Marks) {
    let mut passed = None;
    for (at, text) in page.texts() {
        let (label, number) = text.split_once(':').unwrap_or((text, ""));
        let Some(number) = digits(number.trim()) else { continue };
        match label {
            "Ok" => passed = Some(number),
            "Fail" if passed.is_some() => {
                let counts = counts(passed.take(), Some(number), None);
                marks.counted("meson", at, counts, Reach::End);
            }
            _ => {}
        }
    }
}

/// `Executed 12 tests, with 0 failures (0 unexpected) in 0.003 (0.005) seconds`, once a suite and once for all;
/// `✔ Test run with 12 tests in 3 suites passed after 0.003 seconds.`
pub(super) fn swift(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "swift-test";
    let mut all = false;
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("Test Suite '") {
            all = rest.starts_with("All tests'") || rest.starts_with("Selected tests'");
        } else if let Some(rest) = text.strip_prefix("Executed ").filter(|rest| rest.contains(" failure")) {
            let numbers = pairs(rest);
            let Some(run) = sum(&numbers, &["test", "tests"]) else { continue };
            let failed = sum(&numbers, &["failure", "failures"]).unwrap_or(0);
            let skipped = sum(&numbers, &["skipped"]);
            // Only the outermost suite is counted; a failure may be seen anywhere.
            if failed > 0 || all {
                let passed = run.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
                let counts = if all { counts(Some(passed), Some(failed), skipped) } else { Counts::default() };
                let state = match () {
                    () if failed > 0 => RunState::Failed,
                    () if run == 0 => RunState::NothingRun,
                    () => RunState::Passed,
                };
                marks.tests(TOOL, at, state, counts, Reach::End);
            }
        } else if let Some((_, rest)) = text.split_once("Test run with ") {
            let run = rest.split(' ').next().and_then(digits);
            let after = rest.split_once(" after ").map_or("", |(before, _)| before);
            match (run, after.rsplit(' ').next()) {
                (Some(0), Some("passed")) => {
                    marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
                }
                (Some(run), Some("passed")) => {
                    marks.counted(TOOL, at, counts(Some(run), Some(0), None), Reach::End);
                }
                (_, Some("failed")) => marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::End),
                _ => {}
            }
        } else if text.starts_with("error: fatalError") || text.starts_with("error: Exited with ") {
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::End);
        }
    }
}

/// `** TEST SUCCEEDED **`, `** BUILD FAILED **`; `SwiftPM`'s `Build complete! (1.2s)`
pub(super) fn xcode(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let (kind, passed) = match text.split(" [").next().unwrap_or(text) {
            "** TEST SUCCEEDED **" | "** TEST EXECUTE SUCCEEDED **" => (RunKind::Tests, true),
            "** TEST FAILED **" | "** TEST EXECUTE FAILED **" => (RunKind::Tests, false),
            "** BUILD SUCCEEDED **" | "** TEST BUILD SUCCEEDED **" => (RunKind::Build, true),
            "** BUILD FAILED **" | "** TEST BUILD FAILED **" => (RunKind::Build, false),
            _ if text.starts_with("Build complete! (") => (RunKind::Build, true),
            _ => continue,
        };
        marks.check("xcodebuild", kind, at, passed, None);
    }
}

/// `Done linting! Found 2 violations, 0 serious in 12 files.`
pub(super) fn swiftlint(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if let Some((_, rest)) = text.split_once("Done linting! Found ") {
            let numbers = pairs(rest);
            let count = sum(&numbers, &["violations", "violation"]);
            let serious = sum(&numbers, &["serious"]).unwrap_or(0);
            marks.check("swiftlint", RunKind::Lint, at, serious == 0, count);
            if count.is_some_and(|count| count > 0) && serious == 0 {
                marks.blemish = Some(format!("it ended with warnings: {text}"));
            }
        }
    }
}

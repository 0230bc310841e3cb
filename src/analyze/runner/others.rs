//! Deno, Elixir, Flutter, Bazel, Zig, busted: test runners whose one line says it.

use crate::model::receipt::{Counts, RunState};

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, digits, pairs, sum};
use super::tap::tests_failures;

/// `ok | 12 passed (3 steps) | 0 failed (30ms)`, `FAILED | 11 passed | 1 failed | 2 filtered out (30ms)`
pub(super) fn deno(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "deno-test";
    for (at, text) in page.texts() {
        if text.starts_with("ok | ") || text.starts_with("FAILED | ") {
            let numbers = pairs(text);
            let counts = counts(sum(&numbers, &["passed"]), sum(&numbers, &["failed"]), sum(&numbers, &["ignored"]));
            if counts.passed.is_none() || counts.failed.is_none() {
                continue;
            }
            // A test that could not be loaded counts nowhere.
            let state = match counts.passed {
                _ if text.starts_with("FAILED") => RunState::Failed,
                Some(0) => RunState::NothingRun,
                _ => RunState::Passed,
            };
            marks.tests(TOOL, at, state, counts, Reach::Whole);
            if let Some(mark) = marks.list.last_mut() {
                mark.subset = sum(&numbers, &["filtered"]).is_some_and(|count| count > 0);
            }
        } else if text == "error: No test modules found" {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
        }
    }
}

/// `ExUnit`: `3 doctests, 12 tests, 0 failures, 1 excluded`
pub(super) fn elixir(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if let Some((all, failed, skipped)) = tests_failures(text) {
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted("mix-test", at, counts(Some(passed), Some(failed), skipped), Reach::Each);
        }
    }
}

pub(super) fn lines(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        // Flutter and Dart: `00:03 +12 ~1 -2: Some tests failed.`
        let end = text.rsplit_once(": ").map_or(text, |(_, end)| end);
        let timed = text.get(2..3) == Some(":") && text.contains(" +");
        match end {
            "All tests passed!" if timed => {
                marks.tests("flutter-test", at, RunState::Passed, Counts::default(), Reach::Whole);
            }
            "Some tests failed." if timed => {
                marks.tests("flutter-test", at, RunState::Failed, Counts::default(), Reach::Whole);
            }
            _ => {}
        }
        // Bazel: `Executed 3 out of 3 tests: 2 tests pass and 1 fails locally.`
        if let Some((_, rest)) = text.split_once(" out of ").filter(|_| text.starts_with("Executed ")) {
            if let Some((_, told)) = rest.split_once(" tests: ").or_else(|| rest.split_once(" test: ")) {
                let numbers = pairs(told);
                let bad = sum(&numbers, &["fails", "fail", "were", "was"]).unwrap_or(0);
                let good = sum(&numbers, &["tests", "test"]);
                let counts = counts(good, Some(bad), None);
                marks.counted("bazel", at, counts, Reach::Whole);
            }
        }
        // Zig: `All 3 tests passed.`
        if let Some(count) = text.strip_prefix("All ").and_then(|rest| rest.strip_suffix(" tests passed.")) {
            marks.counted("zig-test", at, counts(digits(count), Some(0), None), Reach::Whole);
        }
        // busted: `12 successes / 0 failures / 0 errors / 0 pending : 0.01 seconds`
        if text.contains(" success") && text.contains(" / ") && text.contains(" error") {
            let numbers = pairs(text);
            let passed = sum(&numbers, &["successes", "success"]);
            let failed = sum(&numbers, &["failures", "failure", "errors", "error"]);
            if passed.is_some() && failed.is_some() {
                marks.counted("busted", at, counts(passed, failed, sum(&numbers, &["pending"])), Reach::Whole);
            }
        }
    }
}

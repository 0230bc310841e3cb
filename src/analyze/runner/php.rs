//! PHP: `PHPUnit` 9 to 12, Pest, `PHPStan`, Psalm, `PHP_CodeSniffer`.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Marks, Reach, state};
use super::page::Page;
use super::scan::{counts, labelled, pairs, starts_with_count, sum, sum_of};

/// `OK (12 tests, 30 assertions)`; after `FAILURES!` or `ERRORS!`: `Tests: 12, Assertions: 30, Failures: 1.`
pub(super) fn phpunit(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "phpunit";
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("OK (") {
            let numbers = pairs(rest);
            if sum(&numbers, &["assertions", "assertion"]).is_some() {
                let passed = sum(&numbers, &["tests", "test"]);
                marks.counted(TOOL, at, counts(passed, Some(0), None), Reach::Whole);
            }
        } else if text.starts_with("Tests: ") && text.contains("Assertions: ") {
            let labels = labelled(text);
            let Some(all) = sum_of(&labels, &["tests"]) else { continue };
            let failed = sum_of(&labels, &["failures", "errors"]).unwrap_or(0);
            let skipped = sum_of(&labels, &["skipped", "incomplete"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted(TOOL, at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        } else if text == "FAILURES!" || text == "ERRORS!" {
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Whole);
        } else if text == "No tests executed!" {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::Whole);
        }
    }
}

/// Pest, and Laravel's `artisan test`: `Tests:    1 failed, 12 passed (30 assertions)`
pub(super) fn pest(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let Some(rest) = text.strip_prefix("Tests: ") else { continue };
        let numbers = pairs(rest);
        // Jest's line has a total, PHPUnit's labels.
        if sum(&numbers, &["total"]).is_some() || rest.contains(": ") {
            continue;
        }
        let counts = counts(
            Some(sum(&numbers, &["passed"]).unwrap_or(0)),
            Some(sum(&numbers, &["failed", "errors", "error"]).unwrap_or(0)),
            sum(&numbers, &["skipped", "todo", "todos", "pending", "incomplete"]),
        );
        if numbers.iter().any(|(_, word)| matches!(*word, "passed" | "failed" | "skipped")) {
            marks.tests("pest", at, state(counts), counts, Reach::Whole);
        }
    }
}

/// `[OK] No errors`, `[ERROR] Found 3 errors`; Psalm: `No errors found!`, `3 errors found`
pub(super) fn analysers(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text == "[OK] No errors" {
            marks.check("phpstan", RunKind::Types, at, true, Some(0));
        } else if let Some(rest) = text.strip_prefix("[ERROR] Found ").filter(|rest| rest.contains(" error")) {
            marks.check("phpstan", RunKind::Types, at, false, sum(&pairs(rest), &["errors", "error"]));
        } else if text == "No errors found!" {
            marks.check("psalm", RunKind::Types, at, true, Some(0));
        } else if text.ends_with(" errors found") || text.ends_with(" error found") {
            if let Some(count) = starts_with_count(text, &["errors", "error"]) {
                marks.check("psalm", RunKind::Types, at, count == 0, Some(count));
            }
        } else if text.starts_with("FOUND ") && text.contains(" ERROR") && text.contains(" AFFECTING ") {
            marks.check("phpcs", RunKind::Lint, at, false, sum(&pairs(text), &["ERRORS", "ERROR"]));
        }
    }
}

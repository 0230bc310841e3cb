//! Ruby: `RSpec` 3, minitest 5, test-unit, cucumber; `RuboCop`.

use crate::model::receipt::RunKind;

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, pairs, starts_with_count, sum};

/// `12 examples, 0 failures, 1 pending`, `12 runs, 30 assertions, 0 failures, 0 errors, 1 skips`
pub(super) fn test(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if let Some(all) = starts_with_count(text, &["examples", "example"]).filter(|_| text.contains(" failure")) {
            let numbers = pairs(text);
            let failed = sum(&numbers, &["failure", "failures", "error", "errors"]).unwrap_or(0);
            let skipped = sum(&numbers, &["pending"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted("rspec", at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        } else if let Some(all) =
            starts_with_count(text, &["runs", "tests", "run", "test"]).filter(|_| text.contains(" assertions, "))
        {
            let numbers = pairs(text);
            let Some(failed) = sum(&numbers, &["failures", "failure", "errors", "error"]) else { continue };
            let skipped = sum(&numbers, &["skips", "pendings", "omissions"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            let tool = if text.contains(" runs, ") { "minitest" } else { "test-unit" };
            marks.counted(tool, at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        } else if starts_with_count(text, &["scenarios", "scenario"]).is_some() && text.ends_with(')') {
            // `3 scenarios (1 failed, 2 passed)`
            let numbers = pairs(text);
            let failed = sum(&numbers, &["failed", "undefined", "ambiguous"]).unwrap_or(0);
            let passed = sum(&numbers, &["passed"]).unwrap_or(0);
            let skipped = sum(&numbers, &["skipped", "pending"]);
            marks.counted("cucumber", at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        }
    }
}

/// `12 files inspected, no offenses detected`
pub(super) fn rubocop(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if starts_with_count(text, &["files", "file"]).is_none() || !text.contains(" inspected, ") {
            continue;
        }
        let count = sum(&pairs(text), &["offenses", "offense"]);
        let none = text.contains(" no offenses detected");
        // What `-a` mended is no fault any more.
        let mended = sum(&pairs(text), &["offenses", "offense"]) == sum(&pairs(text), &["corrected"]);
        if none || count.is_some() {
            marks.check("rubocop", RunKind::Lint, at, none || mended && text.contains(" corrected"), count.or(Some(0)));
        }
    }
}

//! Python's test runners: pytest 9, unittest and what prints as it does (Django), tox, nox.

use crate::model::receipt::{Counts, RunState};

use super::marks::{Marks, Reach, state};
use super::page::Page;
use super::scan::{counts, digits, labelled, sum, sum_of};

/// `=== 1 failed, 10 passed, 2 skipped in 0.12s ===`, with `-q` without its rules.
pub(super) fn pytest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "pytest";
    for (at, text) in page.texts() {
        let bare = text.trim_matches(['=', ' ']);
        if let Some(found) = summary(bare) {
            marks.tests(TOOL, at, found.0, found.1, Reach::Whole);
            if found.2 {
                if let Some(mark) = marks.list.last_mut() {
                    mark.subset = true;
                }
            }
        } else if text.starts_with("INTERNALERROR>")
            || text.trim_matches(['!', ' ']).starts_with("KeyboardInterrupt") && text.starts_with('!')
        {
            marks.broken.push(at);
        } else if text.starts_with("ERROR: Coverage failure:")
            || text.starts_with("FAIL Required test coverage")
            || text.starts_with("Coverage failure: total of")
        {
            marks.blemish = Some(text.to_owned());
        }
    }
}

/// What a summary line says, and whether tests were left out.
fn summary(text: &str) -> Option<(RunState, Counts, bool)> {
    let (told, took) = text.rsplit_once(" in ")?;
    let took = took.split(" (").next()?.strip_suffix('s')?;
    if took.is_empty() || !took.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    if told == "no tests ran" || told == "no tests collected" {
        return Some((RunState::NothingRun, counts(Some(0), Some(0), None), false));
    }
    let known = [
        "passed",
        "failed",
        "skipped",
        "deselected",
        "xfailed",
        "xpassed",
        "warning",
        "warnings",
        "error",
        "errors",
        "rerun",
        "reruns",
        "subtests",
        "subtest",
    ];
    let mut rest = Vec::new();
    for part in told.split(", ") {
        let (number, word) = part.split_once(' ')?;
        let word = word.split(' ').next()?;
        if !known.contains(&word) {
            return None;
        }
        rest.push((digits(number)?, if part.contains("subtests ") { "subtests" } else { word }));
    }
    let failed = sum(&rest, &["failed", "error", "errors"]).unwrap_or(0);
    let passed = sum(&rest, &["passed", "xpassed", "xfailed"]);
    let counts = counts(Some(passed.unwrap_or(0)), Some(failed), sum(&rest, &["skipped"]));
    let subset = sum(&rest, &["deselected"]).is_some_and(|count| count > 0);
    Some((state(counts), counts, subset))
}

/// `Ran 12 tests in 0.003s`, and under it `OK (skipped=1)` or `FAILED (failures=1, errors=2)`.
pub(super) fn unittest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "unittest";
    let mut ran: Option<u64> = None;
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("Ran ") {
            let count = rest.split_once(" test").and_then(|(count, rest)| {
                let rest = rest.strip_prefix('s').unwrap_or(rest);
                rest.starts_with(" in ").then(|| digits(count)).flatten()
            });
            ran = count.or(ran);
            continue;
        }
        let Some(run) = ran else { continue };
        let (word, labels) = text.split_once(" (").map_or((text, ""), |(word, rest)| (word, rest));
        let labels = labelled(labels.trim_end_matches(')'));
        let skipped = sum_of(&labels, &["skipped"]);
        match word {
            "OK" if run == 0 => marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End),
            "OK" => {
                let passed = run.saturating_sub(skipped.unwrap_or(0));
                marks.counted(TOOL, at, counts(Some(passed), Some(0), skipped), Reach::End);
            }
            "FAILED" => {
                let failed = sum_of(&labels, &["failures", "errors", "unexpected successes"]);
                let passed = run.saturating_sub(failed.unwrap_or(0)).saturating_sub(skipped.unwrap_or(0));
                let counts = counts(Some(passed), failed, skipped);
                marks.tests(TOOL, at, RunState::Failed, counts, Reach::End);
            }
            "NO TESTS RAN" => marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End),
            _ => continue,
        }
        ran = None;
    }
}

/// tox: `congratulations :) (1.30 seconds)`, `evaluation failed :( (1.3 seconds)`, nox: `nox > Session tests failed.`
pub(super) fn sessions(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let text = text.strip_prefix("nox > ").unwrap_or(text);
        match () {
            () if text.starts_with("congratulations :)") => {
                marks.tests("tox", at, RunState::Passed, Counts::default(), Reach::Whole);
            }
            () if text.starts_with("evaluation failed :(") => {
                marks.tests("tox", at, RunState::Failed, Counts::default(), Reach::Whole);
            }
            () if text.starts_with("Session ") && text.contains(" was successful") => {
                marks.tests("nox", at, RunState::Passed, Counts::default(), Reach::Part);
            }
            () if text.starts_with("Session ") && text.ends_with(" failed.") => {
                marks.tests("nox", at, RunState::Failed, Counts::default(), Reach::Part);
            }
            () => {}
        }
    }
}

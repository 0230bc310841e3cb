//! Gradle 8, Maven 3, sbt: what they print of JUnit's tests and of builds.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Marks, Reach};
use super::page::{Loss, Page};
use super::scan::{counts, labelled, pairs, sum, sum_of};

/// `BUILD SUCCESSFUL in 3s`, `BUILD FAILED in 3s`, `12 tests completed, 1 failed, 2 skipped`, `> Task :test FAILED`
pub(super) fn gradle(page: &Page, marks: &mut Marks) {
    gradle_lines(page, marks, true);
}

/// As [`gradle`], where only the output tells that tests ran.
pub(super) fn gradle_seen(page: &Page, marks: &mut Marks) {
    gradle_lines(page, marks, false);
}

fn gradle_lines(page: &Page, marks: &mut Marks, asked: bool) {
    const TOOL: &str = "gradle";
    let mut empty = None;
    let mut failed_task = None;
    for (at, text) in page.texts() {
        if let Some(task) = text.strip_prefix("> Task ") {
            let is_test = task.split(' ').next().is_some_and(|name| name.to_ascii_lowercase().contains("test"));
            if is_test && task.ends_with(" NO-SOURCE") {
                empty = empty.or(Some(true));
            } else if is_test && !task.contains("Classes") && !task.contains("compile") && !task.contains("Resources") {
                empty = Some(false);
            }
            if task.ends_with(" FAILED") {
                failed_task = Some((at, is_test));
            }
        } else if text.contains(" tests completed, ") || text.contains(" test completed, ") {
            let numbers = pairs(text);
            let (Some(all), Some(failed)) = (sum(&numbers, &["tests", "test"]), sum(&numbers, &["failed"])) else {
                continue;
            };
            let skipped = sum(&numbers, &["skipped"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted(TOOL, at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        } else if text.starts_with("BUILD SUCCESSFUL in ") || text == "BUILD SUCCESSFUL" {
            let state = if empty == Some(true) { RunState::NothingRun } else { RunState::Passed };
            if asked || empty.is_some() {
                marks.tests(TOOL, at, state, Counts::default(), Reach::Whole);
            }
            marks.check(TOOL, RunKind::Build, at, true, None);
        } else if text.starts_with("BUILD FAILED in ") || text == "BUILD FAILED" {
            // A build that fails before its tests has not passed them either, and says why above.
            if failed_task.map_or(asked, |(_, is_test)| is_test) {
                marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Whole);
            } else {
                marks.broken.push(at);
            }
            marks.check(TOOL, RunKind::Build, at, false, None);
        }
    }
}

/// `[INFO] Tests run: 12, Failures: 0, Errors: 0, Skipped: 1`, one a module; `[INFO] BUILD SUCCESS`
pub(super) fn maven(page: &Page, marks: &mut Marks) {
    maven_lines(page, marks, true);
}

/// As [`maven`], where only the output tells that tests ran.
pub(super) fn maven_seen(page: &Page, marks: &mut Marks) {
    maven_lines(page, marks, false);
}

fn maven_lines(page: &Page, marks: &mut Marks, asked: bool) {
    const TOOL: &str = "maven";
    let mut total = Counts::default();
    let mut run = None;
    for (at, text) in page.texts() {
        let bare = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(text, |(_, rest)| rest);
        if bare.starts_with("Tests run: ") && !bare.contains("Time elapsed") {
            let labels = labelled(bare);
            let Some(all) = sum_of(&labels, &["tests run"]) else { continue };
            let failed = sum_of(&labels, &["failures", "errors"]).unwrap_or(0);
            let skipped = sum_of(&labels, &["skipped"]);
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            let add = |sum: Option<u64>, own: u64| Some(sum.unwrap_or(0).saturating_add(own));
            total =
                counts(add(total.passed, passed), add(total.failed, failed), add(total.skipped, skipped.unwrap_or(0)));
            run = Some(run.unwrap_or(0) + all);
            if failed > 0 {
                marks.tests(TOOL, at, RunState::Failed, counts(None, Some(failed), None), Reach::Part);
            }
        } else if bare == "BUILD SUCCESS" {
            let passed = total.passed.unwrap_or(0) > 0;
            // Without a line on tests, they were skipped or there are none.
            let state = match (run, page.loss) {
                (None, Loss::Nothing) if asked => Some(RunState::NothingRun),
                (None, _) => None,
                (Some(_), _) if passed => Some(RunState::Passed),
                (Some(_), _) => Some(RunState::NothingRun),
            };
            if let Some(state) = state {
                marks.tests(TOOL, at, state, total, Reach::Whole);
            }
            marks.check(TOOL, RunKind::Build, at, true, None);
        } else if bare == "BUILD FAILURE" {
            marks.check(TOOL, RunKind::Build, at, false, None);
        } else if bare.starts_with("Failed to execute goal ") {
            let compile = bare.contains("-compiler-plugin") && bare.contains("Compilation failure");
            if compile || bare.contains("There are test failures") {
                marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::End);
            } else if !bare.contains("surefire") && !bare.contains("failsafe") {
                marks.broken.push(at);
            }
        }
    }
}

/// sbt: `[info] Tests: succeeded 12, failed 0, canceled 0, ignored 0, pending 0`, `[error] Failed: Total 3, Failed 1, …`
pub(super) fn sbt(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "sbt";
    for (at, text) in page.texts() {
        let bare = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(text, |(_, rest)| rest);
        let numbers = |text: &str| -> Vec<(String, u64)> {
            text.split(", ")
                .filter_map(|part| part.trim().rsplit_once(' '))
                .filter_map(|(name, number)| Some((name.to_ascii_lowercase(), number.parse().ok()?)))
                .collect()
        };
        if let Some(rest) = bare.strip_prefix("Tests: succeeded ") {
            let labels = numbers(&format!("succeeded {rest}"));
            let failed = sum_of(&labels, &["failed", "canceled"]);
            let counts = counts(sum_of(&labels, &["succeeded"]), failed, sum_of(&labels, &["ignored", "pending"]));
            if counts.failed.is_some() {
                marks.counted(TOOL, at, counts, Reach::Part);
            }
        } else if bare.starts_with("Passed: Total ") || bare.starts_with("Failed: Total ") {
            let labels = numbers(bare.split_once(": ").map_or("", |(_, rest)| rest));
            let failed = sum_of(&labels, &["failed", "errors"]);
            marks.counted(TOOL, at, counts(sum_of(&labels, &["passed"]), failed, None), Reach::Part);
        }
    }
}

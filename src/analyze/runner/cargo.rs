//! cargo: `test`, `nextest`, `clippy`, `check`, `build`, `fmt --check`. Outputs of cargo 1.95 and cargo-nextest 0.9.143.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, pairs, sum};

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s`, one a target. Cargo
/// stops behind the first target that fails, so what ends an output speaks for all before it.
pub(super) fn test(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "cargo-test";
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("test result: ") {
            let numbers = pairs(rest);
            let ignored = sum(&numbers, &["ignored"]);
            let counts = counts(sum(&numbers, &["passed"]), sum(&numbers, &["failed"]), ignored);
            // A line that is not whole tells nothing.
            let whole = counts.passed.is_some() && counts.failed.is_some();
            let state = match rest.split('.').next() {
                Some("FAILED") => RunState::Failed,
                Some("ok") if !whole => continue,
                Some("ok") if counts.passed == Some(0) => RunState::NothingRun,
                Some("ok") => RunState::Passed,
                _ => continue,
            };
            marks.tests(TOOL, at, state, counts, Reach::Part);
            if sum(&numbers, &["filtered"]).is_some_and(|filtered| filtered > 0) {
                if let Some(mark) = marks.list.last_mut() {
                    mark.subset = true;
                }
            }
        } else if text.starts_with("error: test failed, to rerun pass")
            || text.starts_with("error: doctest failed, to rerun pass")
            || text.starts_with("error: ") && text.contains(" target failed:")
            || text.starts_with("error: ") && text.contains(" targets failed:")
            || is_not_compiled(text)
        {
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::End);
        }
    }
}

/// `Summary [   0.123s] 12 tests run: 11 passed (1 flaky), 1 failed, 0 skipped`
pub(super) fn nextest(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "cargo-nextest";
    for (at, text) in page.texts() {
        let summary = text.strip_prefix("Summary [").and_then(|rest| rest.split_once(']')).map(|(_, rest)| rest);
        if let Some((run, rest)) = summary.and_then(|rest| rest.split_once(" run: ")) {
            // "11 passed (1 flaky, 2 slow)": what stands in parentheses is counted already.
            let plain: String = without_parentheses(rest);
            let numbers = pairs(&plain);
            let failed = sum(&numbers, &["failed", "timed", "exec", "flaky-fail", "leaky-fail"]);
            // "12/20 tests run": it was stopped.
            let stopped = run.split_whitespace().next().is_some_and(|count| count.contains('/'));
            let counts = counts(sum(&numbers, &["passed"]), Some(failed.unwrap_or(0)), sum(&numbers, &["skipped"]));
            let state = match () {
                () if failed.is_some_and(|failed| failed > 0) => RunState::Failed,
                () if stopped => {
                    marks.broken.push(at);
                    continue;
                }
                () if counts.passed.unwrap_or(0) == 0 => RunState::NothingRun,
                () => RunState::Passed,
            };
            marks.tests(TOOL, at, state, counts, Reach::Whole);
        } else if text == "error: no tests to run" || text.starts_with("error: no tests to run ") {
            marks.tests(TOOL, at, RunState::NothingRun, Counts::default(), Reach::End);
        } else if text == "error: test run failed" || is_not_compiled(text) {
            marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::End);
        }
    }
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars()
        .filter({
            let mut outside = outside;
            move |c| outside(*c)
        })
        .collect()
}

/// `check`, `build` and what else compiles.
pub(super) fn build(page: &Page, marks: &mut Marks) {
    compile(page, marks, "cargo", RunKind::Build);
}

pub(super) fn clippy(page: &Page, marks: &mut Marks) {
    compile(page, marks, "cargo-clippy", RunKind::Lint);
    let warned = page.texts().rev().find(|(_, text)| is_warning_count(text));
    if let Some((_, text)) = warned {
        marks.blemish = Some(format!("it ended with warnings: {text}"));
    }
}

/// ``warning: `name` (lib) generated 3 warnings``
fn is_warning_count(text: &str) -> bool {
    text.starts_with("warning: `")
        && text
            .split_once("` ")
            .is_some_and(|(_, rest)| rest.split_once(") generated ").is_some_and(|(_, rest)| rest.contains(" warning")))
}

fn compile(page: &Page, marks: &mut Marks, tool: &'static str, kind: RunKind) {
    for (at, text) in page.texts() {
        if is_not_compiled(text) {
            marks.check(tool, kind, at, false, None);
        } else if is_finished(text) {
            marks.check(tool, kind, at, true, None);
        }
    }
}

/// ``Finished `dev` profile [unoptimized] target(s) in 1.2s``, before cargo 1.78 `Finished dev [unoptimized] …`
fn is_finished(text: &str) -> bool {
    text.starts_with("Finished ") && text.contains("] target(s) in ")
}

/// ``error: could not compile `name` (lib) due to 2 previous errors``
fn is_not_compiled(text: &str) -> bool {
    text.starts_with("error: could not compile `")
        || text.starts_with("error: failed to parse manifest at")
        || text.starts_with("error: failed to select a version for")
        || text.starts_with("error: failed to run custom build command")
}

/// `cargo fmt --check`, `rustfmt --check`: `Diff in /path/a.rs:12:`
pub(super) fn fmt(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.starts_with("Diff in ") && text.ends_with(':') {
            marks.fault("rustfmt", RunKind::Format, at);
        }
    }
}

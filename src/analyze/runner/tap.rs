//! node --test (20 and 22), TAP of any origin, prove, bats.

use crate::model::receipt::{Counts, RunState};

use super::marks::{Marks, Reach};
use super::page::Page;
use super::scan::{counts, digits, pairs, sum};

/// `ℹ tests 3`, `ℹ pass 2`, `ℹ fail 1`, `ℹ cancelled 0`, …, `ℹ duration_ms 40`; the TAP reporter writes `#` for `ℹ`.
pub(super) fn node(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "node-test";
    let (mut all, mut passed, mut failed, mut skipped) = (None, None, None, None);
    for (at, text) in page.texts() {
        let Some(rest) = text.strip_prefix("ℹ ").or_else(|| text.strip_prefix("# ")) else { continue };
        let (word, number) = rest.split_once(' ').unwrap_or((rest, ""));
        let number = number.trim();
        match word {
            "tests" => (all, passed, failed, skipped) = (digits(number), None, None, None),
            "pass" => passed = digits(number),
            "fail" => failed = digits(number),
            "cancelled" => failed = failed.zip(digits(number)).map(|(failed, cancelled)| failed + cancelled).or(failed),
            "skipped" | "todo" => skipped = Some(skipped.unwrap_or(0) + digits(number).unwrap_or(0)),
            "duration_ms" => {
                // The numbers of `fail` may have been taken for those of `pass` only if both are there.
                if all.is_some() && passed.is_some() && failed.is_some() {
                    marks.counted(TOOL, at, counts(passed, failed, skipped), Reach::End);
                }
                all = None;
            }
            _ => {}
        }
    }
    // Cut below the number that decides.
    if all.is_some() && failed.is_some_and(|count| count > 0) {
        marks.counted(TOOL, page.len().saturating_sub(1), counts(passed, failed, skipped), Reach::End);
    }
}

/// `1..12`, `ok 1 - name`, `not ok 2 - name # TODO`; tape ends with `# pass 3` and `# fail 1`.
pub(super) fn tap(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "tap";
    let (mut planned, mut passed, mut failed, mut skipped) = (None::<u64>, 0_u64, 0_u64, 0_u64);
    let mut last = 0;
    for (at, line) in page.lines.iter().enumerate() {
        // Sub-tests are indented, and counted by the test they are in.
        let raw = line.raw();
        if let Some(count) = raw.strip_prefix("1..") {
            planned = count.split(' ').next().and_then(digits).or(planned);
            last = at;
            continue;
        }
        let (good, rest) = match (raw.strip_prefix("ok "), raw.strip_prefix("not ok ")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => continue,
        };
        if rest.split([' ', '\t']).next().and_then(digits).is_none() {
            continue;
        }
        let directive = rest.rsplit_once("# ").map_or("", |(_, directive)| directive).to_ascii_lowercase();
        last = at;
        match () {
            () if directive.starts_with("skip") || directive.starts_with("todo") => skipped += 1,
            () if good => passed += 1,
            () => failed += 1,
        }
    }
    let Some(planned) = planned else { return };
    let run = passed + failed + skipped;
    if planned == 0 && run == 0 {
        marks.tests(TOOL, last, RunState::NothingRun, Counts::default(), Reach::End);
    } else if failed > 0 || run >= planned {
        marks.counted(TOOL, last, counts(Some(passed), Some(failed), Some(skipped)), Reach::End);
    }
}

/// prove: `Result: PASS`, `Result: FAIL`; bats: `12 tests, 0 failures, 1 skipped`.
pub(super) fn summaries(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        match text {
            "Result: PASS" => marks.tests("prove", at, RunState::Passed, Counts::default(), Reach::Whole),
            "Result: FAIL" => marks.tests("prove", at, RunState::Failed, Counts::default(), Reach::Whole),
            "Result: NOTESTS" => marks.tests("prove", at, RunState::NothingRun, Counts::default(), Reach::Whole),
            _ => {}
        }
        if let Some((all, failed, skipped)) = tests_failures(text) {
            let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
            marks.counted("bats", at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
        }
    }
}

/// `12 tests, 0 failures`, as bats, `ExUnit` and others print it: all, failed, skipped.
pub(super) fn tests_failures(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let starts = text.split(' ').next().is_some_and(|number| digits(number).is_some());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',' | b'(' | b')'));
    if !starts || !plain || !text.contains(" failure") || !text.contains(" test") {
        return None;
    }
    let numbers = pairs(text);
    let known = [
        "test",
        "tests",
        "doctest",
        "doctests",
        "property",
        "properties",
        "failure",
        "failures",
        "skipped",
        "excluded",
        "invalid",
        "feature",
        "features",
        "not",
    ];
    if numbers.iter().any(|(_, word)| !known.contains(word)) {
        return None;
    }
    let all =
        sum(&numbers, &["test", "tests", "doctest", "doctests", "property", "properties", "feature", "features"])?;
    let failed = sum(&numbers, &["failure", "failures", "invalid"])?;
    Some((all, failed, sum(&numbers, &["skipped", "excluded"])))
}

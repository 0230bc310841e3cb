//! Go: `go test` plain, with `-v` and `-json`, gotestsum, ginkgo, `go vet`, `go build`, gofmt, golangci-lint 1 and 2.

use crate::model::receipt::{Counts, RunKind, RunState};

use super::marks::{Mark, Marks, Reach};
use super::page::Page;
use super::scan::{counts, digits, pairs, starts_with_count, sum};

/// `ok  \tpkg\t1.2s` and `FAIL\tpkg\t0.1s`, one a package; a run with failures ends with `FAIL`.
pub(super) fn test(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "go-test";
    let (mut passed, mut failed, mut skipped) = (0_u64, 0_u64, 0_u64);
    let first = marks.list.len();
    for (at, text) in page.texts() {
        let (word, rest) = text.split_once(['\t', ' ']).unwrap_or((text, ""));
        match word {
            "ok" if is_package_line(rest) => {
                let none = rest.ends_with("[no tests to run]");
                let state = if none { RunState::NothingRun } else { RunState::Passed };
                marks.tests(TOOL, at, state, Counts::default(), Reach::Part);
            }
            "FAIL" if rest.is_empty() || is_package_line(rest) || rest.trim_end().ends_with("failed]") => {
                marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Part);
            }
            "---" => match rest.split_once(": ") {
                Some(("PASS", _)) => passed += 1,
                Some(("SKIP", _)) => skipped += 1,
                Some(("FAIL", _)) => {
                    failed += 1;
                    marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Part);
                }
                _ => {}
            },
            "panic:" if rest.starts_with("test timed out after") => {
                marks.tests(TOOL, at, RunState::Failed, Counts::default(), Reach::Part);
            }
            _ if word.starts_with('{') && text.contains("\"Action\":") => event(at, text, marks),
            _ => {}
        }
    }
    // What `-v` lists, given to the last package so that it is counted once.
    if passed + failed + skipped > 0 {
        if let Some(mark) = marks.list.iter_mut().skip(first).last() {
            mark.counts = counts(Some(passed), Some(failed), Some(skipped));
        }
    }
}

/// A package with its time: `example.com/a/b\t1.2s`, `…\t(cached)`, `…\t(cached) [no tests to run]`.
fn is_package_line(rest: &str) -> bool {
    let mut fields = rest.split(['\t', ' ']).filter(|field| !field.is_empty());
    let package = fields.next().unwrap_or_default();
    let took = fields.next().unwrap_or_default();
    let is_time = took == "(cached)"
        || took
            .strip_suffix('s')
            .is_some_and(|took| !took.is_empty() && took.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    !package.is_empty() && is_time
}

/// One event of `-json`: that of a package, or of a test.
fn event(at: usize, text: &str, marks: &mut Marks) {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Event {
        action: String,
        #[serde(default)]
        test: Option<String>,
    }
    let Ok(event) = serde_json::from_str::<Event>(text) else { return };
    let is_test = event.test.is_some();
    let state = match event.action.as_str() {
        "pass" => RunState::Passed,
        "fail" | "build-fail" => RunState::Failed,
        _ => return,
    };
    let one = |is: bool| is_test.then_some(u64::from(is));
    let counts = counts(one(state == RunState::Passed), one(state == RunState::Failed), None);
    marks.tests("go-test", at, state, counts, Reach::Part);
}

/// `DONE 12 tests, 1 skipped, 2 failures in 1.2s`
pub(super) fn gotestsum(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let Some(rest) = text.strip_prefix("DONE ") else { continue };
        let numbers = pairs(rest);
        let Some(all) = sum(&numbers, &["tests", "test"]) else { continue };
        let failed = sum(&numbers, &["failures", "failure", "error", "errors"]).unwrap_or(0);
        let skipped = sum(&numbers, &["skipped"]);
        let passed = all.saturating_sub(failed).saturating_sub(skipped.unwrap_or(0));
        marks.counted("gotestsum", at, counts(Some(passed), Some(failed), skipped), Reach::Whole);
    }
}

/// `SUCCESS! -- 12 Passed | 0 Failed | 0 Pending | 0 Skipped`
pub(super) fn ginkgo(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if !text.starts_with("SUCCESS! -- ") && !text.starts_with("FAIL! -- ") {
            continue;
        }
        let numbers = pairs(text);
        let skipped = sum(&numbers, &["Pending", "Skipped"]);
        let counts = counts(sum(&numbers, &["Passed"]), sum(&numbers, &["Failed"]), skipped);
        if counts.passed.is_some() && counts.failed.is_some() {
            marks.counted("ginkgo", at, counts, Reach::Each);
        }
    }
}

/// `go vet`, `go build`: `# example.com/a` heads a package's faults. Silence is success.
pub(super) fn compiler(page: &Page, marks: &mut Marks) {
    let mut headed = false;
    for (at, text) in page.texts() {
        if let Some(package) = text.strip_prefix("# ") {
            headed = !package.contains(' ') || package.ends_with(']');
        } else if headed && position(text).is_some() || text.starts_with("vet: ") && position(&text[5..]).is_some() {
            marks.fault("go", RunKind::Build, at);
        }
    }
}

/// golangci-lint: `0 issues.`, `3 issues:`; its first version prints the faults alone.
pub(super) fn golangci(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "golangci-lint";
    for (at, text) in page.texts() {
        if text == "0 issues." {
            marks.check(TOOL, RunKind::Lint, at, true, Some(0));
        } else if let Some(count) = starts_with_count(text, &["issues", "issue"]).filter(|_| text.ends_with(':')) {
            marks.check(TOOL, RunKind::Lint, at, count == 0, Some(count));
        } else if text.ends_with(')')
            && position(text).is_some()
            && text.rsplit_once(" (").is_some_and(|(_, linter)| {
                linter.trim_end_matches(')').bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            })
        {
            marks.fault(TOOL, RunKind::Lint, at);
        } else if text.starts_with("level=error ") {
            marks.broken.push(at);
        }
    }
}

/// `a/b.go:12:3: …`: the text behind the place.
pub(super) fn position(text: &str) -> Option<&str> {
    let mut parts = text.splitn(4, ':');
    let path = parts.next().filter(|path| !path.is_empty() && !path.contains(' ') && path.contains('.'))?;
    let line = parts.next()?;
    digits(line)?;
    let third = parts.next()?;
    let rest = parts.next().unwrap_or_default();
    let behind = text.get(path.len() + line.len() + 2..)?;
    Some(if digits(third).is_some() { rest } else { behind })
}

/// `gofmt -l`: the files that are not formatted, and nothing else.
pub(super) fn gofmt(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.strip_suffix(".go").is_some_and(|name| !name.contains(' ')) {
            let (state, counts) = (RunState::Failed, Counts::default());
            let kind = RunKind::Format;
            marks.push(Mark { tool: "gofmt", kind, state, counts, reach: Reach::Part, line: at, subset: false });
        }
    }
}

//! One test a scenario file, and one a page of rule or claim documentation with examples.

mod scenario;

use std::error::Error;
use std::fmt;
use std::path::Path;

use scenario::parse::{self, Case};
use scenario::run;

fn scenarios(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::scenarios(&std::fs::read_to_string(path)?))
}

fn examples(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::examples(&std::fs::read_to_string(path)?))
}

fn check(path: &Path, cases: Result<Vec<Case>, String>) -> datatest_stable::Result<()> {
    let cases = cases?;
    if let Some(name) = parse::repeated_name(&cases) {
        return Err(format!("two cases are called `{name}`").into());
    }
    let mut failures = Vec::new();
    for case in &cases {
        let place = format!("{}:{} {}", path.display(), case.line, case.name);
        match run::in_memory(case) {
            Ok(outcome) => failures.extend(run::difference(case, &outcome).map(|diff| format!("{place}\n{diff}"))),
            Err(error) => failures.push(format!("{place}\n{error}")),
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure(failures.join("\n\n")).into())
}

/// A difference of many lines; the harness prints errors in their `Debug` form.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "- expected, + found\n\n{}", self.0)
    }
}

impl Error for Failure {}

/// Files that have to be refused. Their first line says with what words.
fn malformed(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let words = text.lines().next().and_then(|line| line.strip_prefix("refused: ")).ok_or("no `refused:` line")?;
    match parse::scenarios(&text) {
        Err(error) if error.contains(words) => Ok(()),
        Err(error) => Err(format!("refused with `{error}`, not with `{words}`").into()),
        Ok(_) => Err("read without an error".into()),
    }
}

datatest_stable::harness! {
    { test = scenarios, root = "tests/scenarios", pattern = r"\.md$" },
    { test = examples, root = "docs", pattern = r"^(rules/[^/]+/[^/]+|claims/(?!README)[^/]+)\.md$" },
    { test = malformed, root = "tests/scenario/malformed", pattern = r"\.md$" },
}

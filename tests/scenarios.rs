//! One test a scenario file, and one a page of rule or claim documentation with examples.

mod scenario;
mod support;

use std::error::Error;
use std::fmt;
use std::path::Path;

use git_warrant::cases::{self, Case, parse, run};

use scenario::{SETTING, repository};

fn scenarios(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::scenarios(&std::fs::read_to_string(path)?), expected)
}

fn examples(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::examples(&std::fs::read_to_string(path)?), expected)
}

fn scenarios_in_git(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::scenarios(&std::fs::read_to_string(path)?), same_in_git)
}

fn examples_in_git(path: &Path) -> datatest_stable::Result<()> {
    check(path, parse::examples(&std::fs::read_to_string(path)?), same_in_git)
}

fn expected(case: &Case) -> Result<(), String> {
    let outcome = run::in_memory(case, SETTING)?;
    cases::difference(case, &outcome).map_or(Ok(()), |rows| Err(rows.join("\n")))
}

fn same_in_git(case: &Case) -> Result<(), String> {
    if case.in_memory_only || case.diff.is_some() {
        Ok(())
    } else {
        repository::agrees(case, &run::in_memory(case, SETTING)?)
    }
}

fn check(
    path: &Path,
    cases: Result<Vec<Case>, String>,
    test: fn(&Case) -> Result<(), String>,
) -> datatest_stable::Result<()> {
    let cases = cases?;
    if let Some(name) = cases::repeated_name(&cases) {
        return Err(format!("two cases are called `{name}`").into());
    }
    let place = |case: &Case| format!("{}:{} {}", path.display(), case.line, case.name);
    let failures: Vec<String> =
        cases.iter().filter_map(|case| Some(format!("{}\n{}", place(case), test(case).err()?))).collect();
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
    { test = scenarios_in_git, root = "tests/scenarios", pattern = r"\.md$" },
    { test = examples_in_git, root = "docs", pattern = r"^(rules/[^/]+/[^/]+|claims/(?!README)[^/]+)\.md$" },
    { test = malformed, root = "tests/scenario/malformed", pattern = r"\.md$" },
}

//! Gates in the code of build and test setups: Gradle, `SimpleCov`, pytest's `conftest.py`. Line by line.

use regex::Regex;
use std::sync::LazyLock;

use super::{Gates, Leave, Limit, What, number};

static MINIMUM: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^\s*(minimum|minBound|minValue)\b[\s.=(set"]*([0-9.]+)"#).ok());
static COVERAGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*(?:SimpleCov\.)?((?:minimum_coverage|maximum_coverage_drop)\w*)\b(.*)").ok());
static PART: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:(\w+):\s*)?([0-9][0-9.]*)").ok());
static FILTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s*(add_filter|collect_ignore\w*(?:\.append\(|\s*\+?=\s*))\W*["']([^"']+)["']"#).ok()
});

pub(super) fn read(gates: &mut Gates, text: &str, gradle: bool) {
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.trim_start();
        if code.starts_with("//") || code.starts_with('#') {
            continue;
        }
        if gradle {
            in_gradle(gates, line, number);
        } else {
            in_setup(gates, line, number);
        }
    }
}

fn in_gradle(gates: &mut Gates, line: &str, at: u32) {
    if let Some(found) = MINIMUM.as_ref().and_then(|pattern| pattern.captures(line)) {
        let name = found.get(1).map_or("", |name| name.as_str()).to_owned();
        let value = found.get(2).and_then(|value| number(value.as_str().trim_end_matches('.')));
        gates.limits.push(Limit { key: name.clone(), name, value, more_is_stricter: true, line: at });
    }
    let packed: String = line.split_whitespace().collect();
    if matches!(packed.as_str(), "ignoreFailures=true" | "isIgnoreFailures=true" | "ignoreFailures.set(true)") {
        gates.leaves.push(Leave { what: What::Failure, key: packed.clone(), text: packed, line: at });
    }
}

fn in_setup(gates: &mut Gates, line: &str, at: u32) {
    if let Some(found) = COVERAGE.as_ref().and_then(|pattern| pattern.captures(line)) {
        let name = found.get(1).map_or("", |name| name.as_str());
        let rest = found.get(2).map_or("", |rest| rest.as_str());
        for part in PART.iter().flat_map(|pattern| pattern.captures_iter(rest)) {
            let kind = part.get(1).map_or("line", |kind| kind.as_str());
            gates.limits.push(Limit {
                key: format!("{name}.{kind}"),
                name: format!("{name} {kind}"),
                value: part.get(2).and_then(|value| number(value.as_str())),
                more_is_stricter: !name.starts_with("maximum"),
                line: at,
            });
        }
    }
    if let Some(found) = FILTER.as_ref().and_then(|pattern| pattern.captures(line)) {
        let key = found.get(1).map_or("", |key| key.as_str());
        let what = if key.starts_with("add_filter") { What::Coverage } else { What::Tests };
        let text = found.get(2).map_or("", |text| text.as_str()).to_owned();
        gates.leaves.push(Leave { what, key: key.to_owned(), text, line: at });
    }
}

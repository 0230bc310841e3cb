//! Settings of coverage, mutation and test tools: limits, switches, and what is left out.

use super::{Gates, Leave, Limit, Setting, What, number};

const PARTS: &[&str] = &["branches", "functions", "lines", "statements"];

pub(super) fn read(gates: &mut Gates, name: &str, settings: &[Setting]) {
    for setting in settings {
        if let Some((label, more_is_stricter)) = limit(name, setting) {
            gates.limits.push(Limit {
                key: setting.path.join("."),
                name: label,
                value: value(&setting.value),
                more_is_stricter,
                line: setting.line,
            });
        }
        let Some(what) = leave(name, setting) else { continue };
        // Sonar lists its patterns in one value.
        let separator = if name.starts_with("sonar") { ',' } else { '\n' };
        for item in setting.value.split(separator).map(str::trim).filter(|item| !item.is_empty()) {
            gates.leaves.push(Leave { what, key: setting.path.join("."), text: item.to_owned(), line: setting.line });
        }
    }
}

/// A number, or a switch as 1 or 0.
fn value(text: &str) -> Option<f64> {
    match text.trim() {
        "true" | "True" | "on" | "yes" => Some(1.0),
        "false" | "False" | "off" | "no" => Some(0.0),
        text => number(text),
    }
}

/// What the limit is called, and whether more of it is stricter.
fn limit(name: &str, setting: &Setting) -> Option<(String, bool)> {
    let last = setting.last();
    let lower = last.to_ascii_lowercase();
    let known = |label: &str, up: bool| Some((label.to_owned(), up));
    let is_nyc = name.starts_with(".nycrc") || name.starts_with(".c8rc") || setting.has("nyc") || setting.has("c8");
    if name.contains("codecov") {
        return match last {
            "target" if setting.has("status") => known("target", true),
            "threshold" if setting.has("status") => known("threshold", false),
            _ => None,
        };
    }
    if name == ".testcoverage.yml" {
        let listed = setting.has("threshold") && matches!(last, "file" | "package" | "total");
        return (listed || last == "threshold" && setting.has("override")).then(|| (last.to_owned(), true));
    }
    if name.starts_with("sonar") {
        return (last == "sonar.qualitygate.wait").then(|| (last.to_owned(), true));
    }
    match last {
        "fail_under" | "fail-under" | "xfail_strict" => return known(last, true),
        "minMsi" | "minCoveredMsi" if name.starts_with("infection") => return known(last, true),
        "break" if name.starts_with("stryker") && setting.has("thresholds") => return known(last, true),
        "check-coverage" | "checkCoverage" if is_nyc => return known("check-coverage", true),
        "perFile" | "per-file" if is_nyc || setting.has("thresholds") => return known("per-file", true),
        _ => {}
    }
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_xml = matches!(extension, "xml" | "csproj" | "props" | "dist");
    if is_xml {
        let stops = lower.strip_prefix('@').is_some_and(|attribute| attribute.starts_with("failon"));
        return match lower.as_str() {
            "minimum" if setting.has("limit") => known("minimum", true),
            "maximum" if setting.has("limit") => known("maximum", false),
            "threshold" => known("Threshold", true),
            _ if stops && name.starts_with("phpunit") => known(last.trim_start_matches('@'), true),
            _ => None,
        };
    }
    let thresholds = setting.has("coverageThreshold")
        || setting.has("thresholds") && setting.has("coverage")
        || setting.has("check") && setting.has("coverageIstanbulReporter")
        || setting.has("check") && name.starts_with("karma");
    let part = PARTS.contains(&last) || last == "100";
    let vitest = part
        && setting.path.len() >= 2
        && setting.path.get(setting.path.len() - 2).is_some_and(|key| key == "coverage");
    (part && (thresholds || is_nyc || vitest)).then(|| (last.to_owned(), true))
}

fn leave(name: &str, setting: &Setting) -> Option<What> {
    let last = setting.last();
    let python =
        matches!(name, "pyproject.toml" | "setup.cfg" | "tox.ini" | ".coveragerc" | "pytest.ini" | "pytest.toml");
    let is_true = setting.value == "true";
    if python {
        let coverage = setting.has("coverage")
            || name == ".coveragerc"
            || setting.path.first().is_some_and(|p| p.starts_with("coverage"));
        let pytest = setting.path.iter().any(|part| part.contains("pytest"));
        return match last {
            "omit" | "exclude_lines" | "exclude_also" if coverage => Some(What::Coverage),
            "norecursedirs" | "collect_ignore" | "collect_ignore_glob" if pytest => Some(What::Tests),
            _ => None,
        };
    }
    if name.contains("codecov") {
        let status =
            setting.has("status") && (last == "project" || last == "patch" || last == "default" || last == "enabled");
        return match last {
            "informational" if is_true => Some(What::Failure),
            _ if status && matches!(setting.value.as_str(), "off" | "false" | "no") => Some(What::Failure),
            _ if setting.path.first().is_some_and(|first| first == "ignore") => Some(What::Coverage),
            _ => None,
        };
    }
    if name == ".testcoverage.yml" {
        return setting.has("exclude").then_some(What::Coverage);
    }
    if name.starts_with("sonar") {
        return match last {
            "sonar.coverage.exclusions" => Some(What::Coverage),
            _ => None,
        };
    }
    let lower = last.to_ascii_lowercase();
    match lower.as_str() {
        "testfailureignore" | "maven.test.failure.ignore" | "skiptests" | "maven.test.skip" if is_true => {
            return Some(What::Failure);
        }
        "exclude" if name.starts_with("phpunit") && setting.has("testsuite") => return Some(What::Tests),
        "exclude-files" if name.ends_with("tarpaulin.toml") => return Some(What::Coverage),
        _ => {}
    }
    match last {
        "coveragePathIgnorePatterns" => Some(What::Coverage),
        "collectCoverageFrom" if setting.value.starts_with('!') => Some(What::Coverage),
        "exclude"
            if setting.has("coverage")
                || name.starts_with(".nycrc")
                || name.starts_with(".c8rc")
                || setting.has("nyc") =>
        {
            Some(What::Coverage)
        }
        "testPathIgnorePatterns" => Some(What::Tests),
        "exclude" if setting.path.len() >= 2 && setting.path.iter().rev().nth(1).is_some_and(|key| key == "test") => {
            Some(What::Tests)
        }
        "passWithNoTests" if is_true => Some(What::Failure),
        _ => None,
    }
}

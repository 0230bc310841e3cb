//! Linters, type checkers and formatters that are not told of elsewhere.

use crate::model::receipt::RunKind;

use super::go::position;
use super::marks::Marks;
use super::page::Page;
use super::scan::{digits, pairs, starts_with_count, sum};

/// eslint, stylelint: `✖ 3 problems (2 errors, 1 warning)`; oxlint: `Found 0 warnings and 3 errors.`
pub(super) fn eslint(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if let Some(rest) = text.strip_prefix("✖ ").filter(|rest| rest.contains(" problem")) {
            let numbers = pairs(rest);
            let errors = sum(&numbers, &["errors", "error"]);
            let all = sum(&numbers, &["problems", "problem"]);
            let Some(errors) = errors.or(all) else { continue };
            marks.check("eslint", RunKind::Lint, at, errors == 0, all);
            if errors == 0 && all.is_some_and(|all| all > 0) {
                marks.blemish = Some(format!("it ended with warnings: {text}"));
            }
        } else if text.starts_with("Found ") && text.contains(" warning") && text.contains(" and ") {
            let numbers = pairs(text);
            let (Some(warnings), Some(errors)) =
                (sum(&numbers, &["warnings", "warning"]), sum(&numbers, &["errors", "error"]))
            else {
                continue;
            };
            marks.check("oxlint", RunKind::Lint, at, errors == 0, Some(errors + warnings));
            if errors == 0 && warnings > 0 {
                marks.blemish = Some(format!("it ended with warnings: {text}"));
            }
        } else if text.starts_with("Oops! Something went wrong!") {
            marks.broken.push(at);
        }
    }
}

/// `Checked 12 files in 3ms. No fixes applied.`, `Found 3 errors.`, `Found 1 warning.`
pub(super) fn biome(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "biome";
    let mut checked = None;
    for (at, text) in page.texts() {
        if text.starts_with("Checked ") && text.contains(" file") && text.contains(" in ") {
            checked = Some(at);
            marks.check(TOOL, RunKind::Lint, at, true, Some(0));
        } else if let Some(at) = checked.filter(|checked| at <= checked + 4) {
            let Some(rest) = text.strip_prefix("Found ") else { continue };
            if let Some(count) = starts_with_count(rest, &["errors", "error"]).filter(|count| *count > 0) {
                marks.check(TOOL, RunKind::Lint, at, false, Some(count));
            } else if starts_with_count(rest, &["warnings", "warning"]).is_some_and(|count| count > 0) {
                marks.blemish = Some(format!("it ended with warnings: {text}"));
            }
        }
        if text.ends_with("Some errors were emitted while running checks.") {
            marks.check(TOOL, RunKind::Lint, at, false, None);
        }
    }
}

/// `All matched files use Prettier code style!`, `[warn] Code style issues found in 3 files. Run Prettier with --write to fix.`
pub(super) fn prettier(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text == "All matched files use Prettier code style!" {
            marks.check("prettier", RunKind::Format, at, true, Some(0));
        } else if text.starts_with("[warn] Code style issues ") {
            marks.check("prettier", RunKind::Format, at, false, sum(&pairs(text), &["files"]));
        }
    }
}

/// `src/a.ts(1,2): error TS2322: …`, `src/a.ts:1:2 - error TS2322: …`, `Found 3 errors in 2 files.`
pub(super) fn tsc(page: &Page, marks: &mut Marks) {
    const TOOL: &str = "tsc";
    for (at, text) in page.texts() {
        let code = |text: &str, before: &str| {
            text.split_once(before)
                .and_then(|(_, rest)| rest.split(':').next())
                .is_some_and(|code| digits(code).is_some())
        };
        if code(text, "): error TS")
            || code(text, " - error TS")
            || text.starts_with("error TS") && code(text, "error TS")
        {
            marks.fault(TOOL, RunKind::Types, at);
        } else if let Some(rest) = text.strip_prefix("Found ").or_else(|| {
            text.split_once("Found ")
                .filter(|(_, rest)| rest.contains("Watching for file changes"))
                .map(|(_, rest)| rest)
        }) {
            let watched = rest.contains("Watching for file changes");
            marks.watches |= watched;
            let is_own = watched || rest.contains(" in ") || rest.ends_with("errors.");
            if let Some(count) = starts_with_count(rest, &["errors", "error"]).filter(|_| is_own && watched) {
                marks.check(TOOL, RunKind::Types, at, count == 0, Some(count));
            }
        }
    }
}

/// ruff: `All checks passed!`, `Found 3 errors (2 fixed, 1 remaining).`, `1 file would be reformatted, 2 files already formatted`
pub(super) fn ruff(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text == "All checks passed!" {
            marks.check("ruff", RunKind::Lint, at, true, Some(0));
        } else if let Some(rest) = text.strip_prefix("Found ") {
            // mypy's line names the files.
            let Some(all) = starts_with_count(rest, &["errors", "error"]).filter(|_| !rest.contains(" in ")) else {
                continue;
            };
            let numbers = pairs(rest);
            let left = sum(&numbers, &["remaining"]).unwrap_or(if rest.contains(" fixed)") { 0 } else { all });
            marks.check("ruff", RunKind::Lint, at, left == 0, Some(left));
        }
    }
}

/// black and `ruff format`: `1 file would be reformatted, 2 files would be left unchanged.`, `All done! ✨ 🍰 ✨`
pub(super) fn black(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if starts_with_count(text, &["file", "files"]).is_none() {
            continue;
        }
        if text.contains(" would be reformatted") || text.contains(" failed to reformat") {
            marks.check("formatter", RunKind::Format, at, false, None);
        } else if text.contains(" would be left unchanged")
            || text.contains(" already formatted")
            || text.contains(" left unchanged")
            || text.contains(" reformatted")
        {
            marks.check("formatter", RunKind::Format, at, true, Some(0));
        }
    }
}

/// `ERROR: /a/b.py Imports are incorrectly sorted and/or formatted.`
pub(super) fn isort(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.starts_with("ERROR: ") && text.contains(" Imports are incorrectly sorted") {
            marks.fault("isort", RunKind::Format, at);
        }
    }
}

/// mypy: `Success: no issues found in 12 source files`, `Found 3 errors in 2 files (checked 12 source files)`
pub(super) fn mypy(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.starts_with("Success: no issues found in ") {
            marks.check("mypy", RunKind::Types, at, true, Some(0));
        } else if let Some(rest) =
            text.strip_prefix("Found ").filter(|rest| rest.contains(" (checked ") || rest.contains("(errors prevented"))
        {
            if let Some(count) = starts_with_count(rest, &["errors", "error"]) {
                marks.check("mypy", RunKind::Types, at, count == 0, Some(count));
            }
        }
    }
}

/// `0 errors, 0 warnings, 0 informations`
pub(super) fn pyright(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if starts_with_count(text, &["errors", "error"]).is_some() && text.contains(" information") {
            let errors = sum(&pairs(text), &["errors", "error"]).unwrap_or(0);
            marks.check("pyright", RunKind::Types, at, errors == 0, Some(errors));
        }
    }
}

/// flake8: `./a.py:1:2: E501 …`. Silence is success.
pub(super) fn flake8(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let code = position(text).and_then(|rest| rest.trim().split(' ').next());
        if code.is_some_and(|code| {
            code.len() >= 3
                && code.starts_with(|c: char| c.is_ascii_uppercase())
                && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && code.ends_with(|c: char| c.is_ascii_digit())
        }) {
            marks.fault("flake8", RunKind::Lint, at);
        }
    }
}

/// shellcheck: `In a.sh line 3:`. Silence is success.
pub(super) fn shellcheck(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let place = text.strip_prefix("In ").and_then(|rest| rest.strip_suffix(':'));
        if place.is_some_and(|place| place.rsplit_once(" line ").is_some_and(|(_, line)| digits(line).is_some())) {
            marks.fault("shellcheck", RunKind::Lint, at);
        }
    }
}

/// pre-commit and prek: `ruff.....................Passed`, `mypy....Failed`
pub(super) fn pre_commit(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let Some((name, result)) = text.split_once("...") else { continue };
        let result = result.trim_start_matches('.');
        if name.is_empty() || text.len() < 40 {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let kind = match () {
            () if is(&["test", "spec"]) => RunKind::Tests,
            () if is(&["mypy", "pyright", "type", "tsc"]) => RunKind::Types,
            () if is(&["format", "fmt", "prettier", "black", "isort", "whitespace", "end of file"]) => RunKind::Format,
            () if is(&["build", "compile"]) => RunKind::Build,
            () => RunKind::Lint,
        };
        match result {
            "Passed" => marks.check("pre-commit", kind, at, true, None),
            "Failed" => marks.check("pre-commit", kind, at, false, None),
            _ => {}
        }
    }
}

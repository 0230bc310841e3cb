//! Holds the direction of dependencies that ARCHITECTURE.md draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each top-level module may use, beside itself. Unit tests are not bound: they build what they need.
const LAYERS: &[(&str, &[&str])] = &[
    ("analyze", &["model"]),
    ("audit", &["analyze", "claims", "model", "source"]),
    ("cases", &["analyze", "claims", "engine", "model", "policy", "rules", "session", "source"]),
    ("claims", &["analyze", "model"]),
    (
        "cli",
        &[
            "analyze", "audit", "cases", "claims", "engine", "gate", "hook", "model", "policy", "render", "rules",
            "session", "source", "system",
        ],
    ),
    ("engine", &["analyze", "claims", "model", "rules"]),
    ("gate", &["analyze", "claims", "engine", "model", "policy", "session", "source", "system"]),
    ("hook", &["analyze", "engine", "gate", "model", "policy", "session", "source", "system"]),
    ("lib", &[]),
    ("main", &[]),
    ("model", &[]),
    ("policy", &["analyze", "model", "rules"]),
    ("render", &["model"]),
    ("rules", &["analyze", "claims", "model"]),
    ("session", &["model", "system"]),
    ("source", &["analyze", "model", "system"]),
    ("system", &[]),
];

/// Modules that are pure: what they know comes in, what they find goes out.
const PURE: &[&str] = &["analyze", "claims", "engine", "model", "render", "rules"];

/// Ways to the outside that a pure module must not take.
const OUTSIDE: &[&str] = &["std::fs", "std::process", "std::env", "std::net", "std::io::stdin", "git2::", "tempfile::"];

#[test]
fn dependencies_point_one_way() {
    let mut faults = Vec::new();
    for file in sources(Path::new("src")) {
        let layer = layer(&file);
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            faults.push(format!("{}: `{layer}` is no layer that tests/drift/layers.rs knows", file.display()));
            continue;
        };
        for used in used_layers(&code(&file)) {
            if used != layer && !allowed.contains(&used.as_str()) {
                faults.push(format!("{}: `{layer}` must not use `{used}`", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_layers_touch_nothing_outside() {
    let mut faults = Vec::new();
    for file in sources(Path::new("src")).into_iter().filter(|file| PURE.contains(&layer(file).as_str())) {
        let code = code(&file);
        for way in OUTSIDE.iter().filter(|way| code.contains(**way)) {
            faults.push(format!("{}: uses `{way}`", file.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources(Path::new("src"))
        .into_iter()
        .filter_map(|file| Some((fs::read_to_string(&file).ok()?.lines().count(), file)))
        .filter(|(lines, _)| *lines > 600)
        .map(|(lines, file)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn uses_are_found_in_every_form() {
    let code = "use crate::rules::{Check};\nuse crate::{model::path, engine as e};\nfn f() { crate::hook::g() }\n";
    let used: Vec<String> = used_layers(code).into_iter().collect();
    assert_eq!(used, ["engine", "hook", "model", "rules"]);
}

/// `src/rules/scope/mod.rs` and `src/rules.rs` are both of `rules`.
fn layer(file: &Path) -> String {
    let first = file.strip_prefix("src").unwrap_or(file).components().next();
    let name = first.map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_suffix(".rs").map(str::to_owned).unwrap_or(name)
}

/// The file without comments and without its unit tests, which stand at its end.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).fold(String::new(), |mut code, line| {
        code.push_str(line);
        code.push('\n');
        code
    })
}

fn used_layers(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(word(rest));
            continue;
        };
        // Names at the first level of the braces.
        let mut depth = 0;
        let mut start = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => start = depth == 0 || start,
                c if c.is_whitespace() => {}
                _ if start => {
                    used.insert(word(&group[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    used
}

/// Every source file but those of unit tests kept in a file of their own.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        // `src/rules/tests` is a family of rules.
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests") && path != Path::new("src/rules/tests");
        match path.is_dir() {
            _ if is_test => {}
            true => files.extend(sources(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files
}

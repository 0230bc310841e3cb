//! Steps: the commands of CI files, Makefiles, package scripts and test environments.

use super::commands::{self, Shell, Simple};
use super::{Form, Gates, Leave, Limit, Run, Setting, State, What};

/// Keys whose values are put to a shell.
const COMMANDS: &[&str] =
    &["run", "command", "script", "bash", "pwsh", "powershell", "before_script", "after_script", "commands"];

/// Keys that let a step, or all that is in a job, fail.
const TOLERANT: &[&str] = &["continue-on-error", "allow_failure", "continueOnError"];

/// Actions that check by themselves, by a part of their names.
const ACTIONS: &[(&str, commands::Kind)] = &[
    ("golangci/golangci-lint-action", commands::Kind::Lint),
    ("pre-commit/action", commands::Kind::Lint),
    ("astral-sh/ruff-action", commands::Kind::Lint),
    ("EmbarkStudios/cargo-deny-action", commands::Kind::Lint),
];

/// GitHub, GitLab, `CircleCI`, Azure and their like.
pub(super) fn ci(gates: &mut Gates, settings: &[Setting]) {
    gates.has_steps = true;
    let mut marks: Vec<(&[String], State, &Setting)> = settings.iter().filter_map(mark).collect();
    marks.retain(|(around, state, _)| *state != State::Tolerated || !is_heard(settings, around));
    for block in settings.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = block.first() else { continue };
        let names: Vec<&str> = first.path.iter().map(String::as_str).filter(|key| !is_index(key)).collect();
        let key = names.last().copied().unwrap_or_default();
        if key == "uses" {
            let action = first.value.split('@').next().unwrap_or_default();
            gates.others.push(format!("uses {action}"));
            if let Some((name, kind)) = ACTIONS.iter().find(|(name, _)| *name == action) {
                let run = Run {
                    kind: *kind,
                    runner: (*name).to_owned(),
                    state: State::Enforced,
                    leaves: Vec::new(),
                    line: first.line,
                };
                gates.runs.push(marked(run, &first.path, &marks));
            }
            continue;
        }
        // An action's inputs, a service's command and a shell's name are no steps.
        if !COMMANDS.contains(&key)
            || names.iter().any(|name| matches!(*name, "with" | "services" | "defaults" | "env"))
        {
            continue;
        }
        let lines: Vec<(u32, &str)> = block.iter().map(|setting| (setting.line, setting.value.as_str())).collect();
        let start = gates.runs.len();
        shell(gates, &lines, Shell::Strict);
        for run in gates.runs.iter_mut().skip(start) {
            *run = marked(run.clone(), &first.path, &marks);
        }
    }
}

fn is_index(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A setting that keeps what stands beside and below it from counting, or from running.
fn mark(setting: &Setting) -> Option<(&[String], State, &Setting)> {
    let (key, around) = setting.path.split_last()?;
    let value = setting.value.trim();
    let inner = value.trim_start_matches("${{").trim_end_matches("}}").trim();
    if setting.has("with") {
        return None;
    }
    let state = match key.as_str() {
        key if TOLERANT.contains(&key) && inner == "true" => State::Tolerated,
        "if" | "condition" if matches!(inner, "false" | "False") => State::Off,
        "when" if value == "never" && !setting.has("rules") => State::Off,
        _ => return None,
    };
    Some((around, state, setting))
}

/// May the step fail because a later one asks for its outcome, and fails then?
fn is_heard(settings: &[Setting], step: &[String]) -> bool {
    let beside = |around: &[String], key: &str| {
        let (around, key) = (around.to_vec(), key.to_owned());
        settings
            .iter()
            .filter(move |one| one.last() == key && one.path.len() == around.len() + 1 && one.path.starts_with(&around))
    };
    let Some(id) = beside(step, "id").next().map(|id| format!("steps.{}.outcome", id.value.trim())) else {
        return false;
    };
    settings.iter().filter(|one| one.last() == "if" && one.value.contains(&id)).any(|one| {
        let asks = one.value.contains("== 'failure'") || one.value.contains("!= 'success'");
        let around = one.path.get(..one.path.len() - 1).unwrap_or_default();
        asks && beside(around, "run").any(|run| run.value.contains("exit 1"))
    })
}

fn marked(mut run: Run, path: &[String], marks: &[(&[String], State, &Setting)]) -> Run {
    let hit = marks.iter().find(|(around, ..)| !around.is_empty() && path.starts_with(around));
    if let Some((_, state, setting)) = hit.filter(|_| run.state == State::Enforced) {
        (run.state, run.line) = (*state, setting.line);
    }
    run
}

/// Scripts of package.json and composer.json, commands of tox, pytest's `addopts`.
pub(super) fn scripts(gates: &mut Gates, name: &str, settings: &[Setting]) {
    let manifest = matches!(name, "package.json" | "composer.json");
    for block in settings.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = block.first() else { continue };
        let lines: Vec<(u32, &str)> = block.iter().map(|setting| (setting.line, setting.value.as_str())).collect();
        if manifest && first.path.first().is_some_and(|key| key == "scripts") {
            gates.has_steps = true;
            shell(gates, &lines, Shell::Loose);
        } else if name == "tox.ini" && matches!(first.last(), "commands" | "commands_pre") {
            gates.has_steps = true;
            dashed(gates, &lines);
        } else if first.last() == "addopts" && first.path.iter().any(|key| key.contains("pytest")) {
            let options: Vec<&str> = lines.iter().map(|(_, text)| *text).collect();
            let start = gates.runs.len();
            shell(gates, &[(first.line, &format!("pytest {}", options.join(" ")))], Shell::Strict);
            let leaves: Vec<String> = gates.runs.drain(start..).flat_map(|run| run.leaves).collect();
            gates.leaves.extend(leaves.into_iter().map(|text| Leave {
                what: What::Tests,
                key: "addopts".to_owned(),
                text,
                line: first.line,
            }));
        }
    }
}

/// One command a line, with `\` at the end of a line that goes on.
pub(super) fn lines(gates: &mut Gates, text: &str, form: Form) {
    gates.has_steps = true;
    let mut whole: Vec<(u32, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        let part = trimmed.strip_suffix('\\').unwrap_or(trimmed);
        match whole.last_mut().filter(|_| goes_on) {
            Some((_, text)) => {
                text.push(' ');
                text.push_str(part);
            }
            // A recipe is indented; what is not names a target or sets a variable.
            None if form == Form::Make && !line.starts_with([' ', '\t']) => {}
            None => whole.push((number, part.to_owned())),
        }
        goes_on = trimmed.ends_with('\\') && (goes_on || form != Form::Make || line.starts_with([' ', '\t']));
    }
    match form {
        Form::Nox => {
            for (number, line) in &whole {
                session(gates, *number, line);
            }
        }
        Form::Make => dashed(gates, &whole.iter().map(|(number, line)| (*number, line.as_str())).collect::<Vec<_>>()),
        _ => {
            for (number, line) in &whole {
                // `sh 'make test'`, `sh "…"`, in a pipeline.
                let inner = line.strip_prefix("sh ").or(line.strip_prefix("bat ")).map(str::trim);
                let inner = inner.and_then(|text| text.strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"']));
                shell(gates, &[(*number, inner.unwrap_or(line))], Shell::Strict);
            }
        }
    }
}

/// `session.run("pytest", "-x", success_codes=[0, 1])`
fn session(gates: &mut Gates, number: u32, line: &str) {
    let Some((_, call)) = line.split_once("session.run(") else { return };
    let (arguments, keywords) = call.split_once("success_codes").map_or((call, ""), |(a, b)| (a, b));
    let words: Vec<&str> = arguments.split(['"', '\'']).skip(1).step_by(2).collect();
    let start = gates.runs.len();
    shell(gates, &[(number, &words.join(" "))], Shell::Strict);
    let tolerant = keywords.chars().any(|c| c.is_ascii_digit() && c != '0');
    for run in gates.runs.iter_mut().skip(start).filter(|_| tolerant) {
        run.state = State::Tolerated;
    }
}

/// Lines whose failure is let pass by a `-` before them, as in make and tox.
fn dashed(gates: &mut Gates, lines: &[(u32, &str)]) {
    for (number, line) in lines {
        let bare = line.trim_start_matches(['@', '-', '+']);
        let ignored = line.get(..line.len() - bare.len()).is_some_and(|signs| signs.contains('-'));
        let start = gates.runs.len();
        shell(gates, &[(*number, bare.trim_start())], Shell::Loose);
        for run in gates.runs.iter_mut().skip(start).filter(|_| ignored) {
            run.state = State::Tolerated;
        }
    }
}

/// The lines of one script, run by one shell.
fn shell(gates: &mut Gates, lines: &[(u32, &str)], shell: Shell) {
    let mut joined: Vec<(u32, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in lines {
        let part = line.trim().trim_end_matches('\\');
        match joined.last_mut().filter(|_| goes_on) {
            Some((_, text)) => {
                text.push(' ');
                text.push_str(part);
            }
            None => joined.push((*number, part.to_owned())),
        }
        goes_on = line.trim_end().ends_with('\\');
    }
    // A script that looks at exit codes itself is taken to do so rightly.
    let judges =
        joined.iter().any(|(_, line)| ["$?", "PIPESTATUS", "LASTEXITCODE"].iter().any(|sign| line.contains(sign)));
    let (mut lax, count) = (None, joined.len());
    for (at, (number, line)) in joined.iter().enumerate() {
        match line.as_str() {
            "set +e" => lax = Some(*number),
            "set -e" | "set -euo pipefail" | "set -eo pipefail" | "set -eu" | "set -ex" => lax = None,
            _ => {}
        }
        for Simple { words, state } in commands::simple(line, shell) {
            let mut run_line = *number;
            if !commands::is_harmless(&words) {
                gates.others.push(words.join(" "));
            }
            for (flag, value, more_is_stricter) in commands::limits(&words) {
                let runner = commands::runner(&words).map_or_else(String::new, |runner| runner.name);
                gates.limits.push(Limit {
                    key: format!("{runner} {flag}"),
                    name: flag
                        .trim_start_matches('-')
                        .replace("cov-fail-under", "fail_under")
                        .replace("fail-under", "fail_under"),
                    value,
                    more_is_stricter,
                    line: *number,
                });
            }
            let Some(runner) = commands::runner(&words) else { continue };
            let (leaves, nothing) = commands::left_out(&runner);
            let mut state = if nothing { State::Off } else { state };
            // The last command of a script decides, whatever `set` says.
            if let Some(set) = lax.filter(|_| state == State::Enforced && !judges && at + 1 < count) {
                (state, run_line) = (State::Tolerated, set);
            }
            gates.runs.push(Run { kind: runner.kind, runner: runner.name, state, leaves, line: run_line });
        }
    }
}

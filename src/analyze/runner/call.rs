//! The runners of a command line: which, asked for how much, with what left of their output and their status.

use crate::analyze::shell::{Command, Script, Word};
use crate::model::receipt::RunKind;

use super::marks::Reader;
use super::page::{Loss, Page};
use super::subset::{WORDS, is_part};
use super::tools::{ALL, IDLE, TOOLS, Tool};

/// One runner of a command line.
#[derive(Debug)]
pub(super) struct Call {
    /// The tool's name; that of the script for a task runner.
    pub(super) name: String,
    pub(super) kind: RunKind,
    pub(super) read: &'static [Reader],
    pub(super) subset: bool,
    /// Only its output tells what it ran.
    pub(super) is_script: bool,
    /// It makes a commit, and the hooks may run anything.
    pub(super) is_commit: bool,
    /// The command of the script that it is.
    pub(super) at: usize,
}

/// The most runners looked at in one command line.
const MAX_CALLS: usize = 24;

/// The runners, in the order in which they run.
pub(super) fn calls(script: &Script) -> Vec<Call> {
    let commands = script.commands.iter().enumerate();
    let calls = commands.filter(|(_, command)| !command.is_opened()).filter_map(|(at, command)| call(command, at));
    calls.take(MAX_CALLS).collect()
}

fn call(command: &Command, at: usize) -> Option<Call> {
    let mut words: Vec<&str> = command.argv().iter().map(Word::known_start).collect();
    let program = command.program()?;
    *words.first_mut()? = program;
    if matches!(program, "python" | "python3" | "py") || program.starts_with("python3.") {
        words = module(&words)?;
    }
    if matches!(program, "php" | "ruby" | "node" | "tsx") && words.get(1).is_some_and(|word| is_script_of(word)) {
        words.remove(0);
        let name = words.first_mut()?;
        *name = base(name);
    }
    // `yarn jest`, `pnpm vitest run`
    if matches!(program, "yarn" | "pnpm") && words.get(1).is_some_and(|word| is_tool(word)) {
        words.remove(0);
    }
    if let Some(commit) = commit(command, at) {
        return Some(commit);
    }
    known(&words, at).or_else(|| script(&words, command, at))
}

/// What `python -m` runs, or the script.
fn module<'w>(words: &[&'w str]) -> Option<Vec<&'w str>> {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        match *word {
            "-m" => {
                let rest = words.get(at + 1..)?.to_vec();
                // `python -m coverage run -m pytest`
                let rest: Vec<&str> = rest.into_iter().filter(|word| *word != "-m").collect();
                return (!rest.is_empty()).then_some(rest);
            }
            "-W" | "-X" => at += 2,
            _ if word.starts_with('-') => at += 1,
            _ => {
                let mut rest = words.get(at..)?.to_vec();
                let name = rest.first_mut()?;
                *name = base(name);
                return Some(rest);
            }
        }
    }
    None
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A tool's own program, handed to an interpreter: `node node_modules/.bin/jest`, `php vendor/bin/phpunit`, `php artisan`.
fn is_script_of(word: &str) -> bool {
    word.contains("/bin/") || word.contains("/.bin/") || word == "artisan" || is_tool(base(word))
}

fn is_tool(word: &str) -> bool {
    TOOLS.iter().any(|tool| tool.words.iter().any(|words| words.split(' ').next() == Some(word)))
        && !matches!(word, "node" | "go" | "cargo" | "bun" | "test" | "m" | "tap")
}

/// Options before the sub-command that take a word, over all tools.
const VALUED: &[&str] = &[
    "-C",
    "--prefix",
    "--filter",
    "-F",
    "-w",
    "--workspace",
    "--dir",
    "--cwd",
    "--manifest-path",
    "--directory",
    "--project",
    "--config",
    "-c",
    "--color",
    "-p",
    "--project-dir",
    "-P",
    "--toolchain",
];

/// The places of the words that are no options.
fn bare(words: &[&str]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if *word == "--" {
            break;
        }
        if word.starts_with('-') || at > 0 && word.starts_with('+') {
            at += usize::from(VALUED.contains(word) && found.len() < 2);
        } else {
            found.push(at);
        }
        at += 1;
    }
    found
}

fn known(words: &[&str], at: usize) -> Option<Call> {
    let places = bare(words);
    let matched = TOOLS.iter().flat_map(|tool| tool.words.iter().map(move |name| (tool, *name)));
    let fits = matched.filter_map(|(tool, name)| {
        let mut count = 0;
        for part in name.split(' ') {
            let word = words.get(*places.get(count)?)?;
            let is = part.strip_suffix('*').map_or(*word == part, |start| word.starts_with(start));
            if !is {
                return None;
            }
            count += 1;
        }
        Some((count, tool))
    });
    let mut fits: Vec<(usize, &Tool)> = fits.filter(|(_, tool)| is_asked(tool, words)).collect();
    // The longest name says most; of equals, the first listed.
    fits.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let (count, tool) = fits.first()?;
    let behind = places.get(count - 1)? + 1;
    // Gradle's tasks and Maven's goals are words, and `:app:test` is one of a part.
    let part_task =
        matches!(tool.name, "gradle") && words.iter().any(|word| word.trim_start_matches(':').contains(':'));
    let mut arguments: Vec<&str> = words
        .get(1..*places.get(count - 1)?)
        .unwrap_or_default()
        .iter()
        .copied()
        .filter(|word| word.starts_with('-'))
        .collect();
    // Options before the sub-command only matter as filters.
    let before = tool.subset.of(&arguments.iter().copied().filter(|word| word.starts_with("--")).collect::<Vec<_>>());
    arguments.clear();
    arguments.extend(words.get(behind..).unwrap_or_default());
    Some(Call {
        name: tool.name.to_owned(),
        kind: tool.kind,
        read: tool.read,
        subset: before || part_task || tool.subset.of(&arguments),
        is_script: false,
        is_commit: false,
        at,
    })
}

fn is_asked(tool: &Tool, words: &[&str]) -> bool {
    let has = |options: &[&str]| {
        words
            .iter()
            .any(|word| options.contains(word) || word.split_once('=').is_some_and(|(name, _)| options.contains(&name)))
    };
    // `-h` is a host or a height to some; only at the end it asks for help.
    let is_idle = words.iter().any(|word| *word != "-h" && IDLE.contains(word) && !tool.needs.contains(word))
        || words.last() == Some(&"-h");
    !is_idle && !has(tool.idle) && (tool.needs.is_empty() || has(tool.needs))
}

/// `npm run test:unit`, `make check`, `just lint`, `./scripts/test.sh`.
fn script(words: &[&str], command: &Command, at: usize) -> Option<Call> {
    let places = bare(words);
    let word = |index: usize| places.get(index).and_then(|at| words.get(*at)).copied();
    let program = word(0)?;
    let (name, last) = match program {
        "npm" | "pnpm" | "yarn" | "bun" => match word(1)? {
            "run" | "run-script" | "rum" => (word(2)?, 2),
            "t" | "tst" if program == "npm" => ("test", 1),
            "workspace" if program == "yarn" => match word(3)? {
                "run" => (word(4)?, 4),
                name => (name, 3),
            },
            "workspaces" | "recursive" | "multi" => match word(2)? {
                "run" => (word(3)?, 3),
                name => (name, 2),
            },
            name if program != "bun" => (name, 1),
            _ => return None,
        },
        "make" | "gmake" => (word(1).unwrap_or("all"), 1),
        "just" | "task" | "invoke" | "inv" | "ant" | "rake" | "nx" | "moon" | "melos" | "earthly" => (word(1)?, 1),
        "mise" | "turbo" | "lerna" | "composer" | "deno" | "hatch" | "lefthook" | "nx-cloud" | "rush" | "wireit" => {
            match word(1)? {
                "run" | "r" | "task" | "run-script" => (word(2)?, 2),
                "run-many" => ("test", 1),
                name => (name, 1),
            }
        }
        "bash" | "sh" | "zsh" => (Some(base(word(1)?)).filter(|name| is_runner(name))?, 1),
        _ => {
            let whole = command.argv().first()?.known_start();
            let is_script = whole.contains('/') && !whole.starts_with("/usr/") && !whole.starts_with("/bin/")
                || [".sh", ".py"].iter().any(|ending| whole.ends_with(ending));
            if !is_script || !is_runner(program) {
                return None;
            }
            (program, 0)
        }
    };
    let kind = kind(name)?;
    if words.iter().any(|word| IDLE.contains(word) || matches!(*word, "-n" if program == "make")) {
        return None;
    }
    let rest: Vec<&str> = words.get(places.get(last).map_or(words.len(), |at| at + 1)..).unwrap_or_default().to_vec();
    let named = words.iter().take(places.get(last).copied().unwrap_or(0)).any(|word| {
        matches!(*word, "--filter" | "-F" | "-w" | "--workspace" | "workspace")
            || word.starts_with("--filter=")
            || word.starts_with("--workspace=")
    });
    let filters = ["-run", "-k", "-t", "-g", "--grep", "--filter", "--tests", "--testNamePattern", "-w", "--workspace"];
    let asked = rest
        .iter()
        .any(|word| filters.contains(word) || word.split_once('=').is_some_and(|(name, _)| filters.contains(&name)));
    // Further goals of `make` and further tasks of `just` are no arguments.
    let goals = matches!(program, "make" | "gmake" | "just" | "rake" | "ant" | "turbo" | "mise" | "task");
    let by_word = if goals { rest.iter().any(|word| word.contains(['/', '='])) } else { WORDS.of(&rest) };
    let shown = match program {
        "npm" | "pnpm" | "yarn" | "bun" | "make" | "just" | "mise" | "task" | "composer" | "rake" => {
            format!("{program} {name}")
        }
        _ => name.to_owned(),
    };
    Some(Call {
        name: shown,
        kind,
        read: ALL,
        subset: named || asked || by_word || kind == RunKind::Tests && is_part(name),
        is_script: true,
        is_commit: false,
        at,
    })
}

/// Is a file by its name one that runs the checks? `test-harness.sh` and `/tmp/my-test` are something else.
fn is_runner(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace('_', "-");
    let stem = stem.strip_prefix("run-").or_else(|| stem.strip_suffix("-all")).unwrap_or(&stem);
    let whole = [
        "test",
        "tests",
        "all-tests",
        "unit-tests",
        "e2e",
        "lint",
        "check",
        "ci",
        "build",
        "format",
        "typecheck",
        "runtests",
        "verify",
        "precommit",
        "all",
    ];
    whole.contains(&stem)
}

/// What a script does, by its name.
fn kind(name: &str) -> Option<RunKind> {
    let lower = name.to_ascii_lowercase();
    let mut parts = lower.split([':', '-', '.', '_', '/']);
    parts
        .find_map(|part| {
            Some(match part {
                "test" | "tests" | "spec" | "specs" | "e2e" | "unittest" | "pytest" | "jest" | "vitest"
                | "runtests" => RunKind::Tests,
                "lint" | "lints" | "eslint" | "clippy" | "linter" | "biome" => RunKind::Lint,
                "typecheck" | "types" | "tsc" | "mypy" | "pyright" | "typescript" => RunKind::Types,
                "format" | "fmt" | "prettier" | "formatting" => RunKind::Format,
                "build" | "compile" | "bundle" => RunKind::Build,
                "check" | "ci" | "verify" | "validate" | "all" | "qa" | "precommit" | "checks" => RunKind::Other,
                _ => return None,
            })
        })
        .map(|kind| {
            if lower.contains("type-check") || lower.contains("check-types") || lower.contains("check:types") {
                RunKind::Types
            } else {
                kind
            }
        })
}

/// A commit or a push, whose hooks may have run tests.
fn commit(command: &Command, at: usize) -> Option<Call> {
    let git = command.git()?;
    let name = match git.subcommand()? {
        "commit" => "git-commit",
        "push" => "git-push",
        _ => return None,
    };
    let skips = git.arguments.iter().any(|word| matches!(word.known(), Some("--no-verify" | "-n")));
    (!skips).then(|| Call {
        name: name.to_owned(),
        kind: RunKind::Other,
        read: ALL,
        subset: false,
        is_script: true,
        is_commit: true,
        at,
    })
}

/// What is left of the output of a command when it was shown.
pub(super) fn loss(script: &Script, call: &Call, page: &Page) -> Loss {
    let Some(command) = script.commands.get(call.at) else { return page.loss };
    let mut filters: Vec<&Command> = script.filters(call.at);
    if command.is_captured {
        return Loss::Lines;
    }
    if let Some(file) = written(command) {
        // `cargo test > out.txt 2>&1; tail -5 out.txt`
        let shown = script.commands.iter().enumerate().skip(call.at + 1).find(|(_, later)| {
            later.argv().iter().skip(1).any(|word| word.known() == Some(file)) && later.program() != Some("rm")
        });
        match shown {
            Some((at, later)) => {
                filters.push(later);
                filters.extend(script.filters(at));
            }
            None => return Loss::Lines,
        }
    }
    let mut lost = page.loss;
    for filter in filters {
        let own = lost_in(filter, page.len());
        lost = match (lost, own) {
            (Loss::Nothing, other) | (other, Loss::Nothing) => other,
            (one, other) if one == other => one,
            _ => Loss::Lines,
        };
    }
    lost
}

/// The file that the output goes to.
fn written(command: &Command) -> Option<&str> {
    if !command.output_is_redirected() {
        return None;
    }
    let file = command.redirections.iter().find_map(|redirection| redirection.written());
    Some(file.and_then(|word| word.known()).unwrap_or(""))
}

/// What a filter takes away of an output that has so many lines behind it.
fn lost_in(filter: &Command, lines: usize) -> Loss {
    let arguments: Vec<&str> = filter.argv().iter().skip(1).map(Word::known_start).collect();
    match filter.program().unwrap_or_default() {
        "tail" => match count(&arguments) {
            Some((count, false)) if lines < count => Loss::Nothing,
            _ => Loss::Beginning,
        },
        "head" => match count(&arguments) {
            Some((count, _)) if lines < count => Loss::Nothing,
            _ => Loss::End,
        },
        "tee" | "cat" | "less" | "more" | "bat" | "nl" | "ts" | "xcpretty" | "xcbeautify" | "strings" | "fold"
        | "cut" | "tr" | "tap-spec" | "tap-dot" | "pr" | "fmt" | "col" | "ansifilter" | "stdbuf" | "Out-String"
        | "Out-Host" => Loss::Nothing,
        "sed"
            if arguments.iter().all(|word| {
                !word.starts_with("-n") && !word.ends_with('d') && !word.ends_with('p') && !word.ends_with('q')
            }) =>
        {
            Loss::Nothing
        }
        _ => Loss::Lines,
    }
}

/// How many lines `head` or `tail` keep, and whether they are counted from the start (`tail -n +5`).
fn count(arguments: &[&str]) -> Option<(usize, bool)> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let number = match *word {
            "-n" | "--lines" => words.next()?,
            "-c" | "--bytes" => return None,
            "-f" | "-F" => return None,
            _ => {
                let rest = word
                    .strip_prefix("--lines=")
                    .or_else(|| word.strip_prefix("-n"))
                    .or_else(|| word.strip_prefix('-'));
                match rest {
                    Some(rest) if !rest.is_empty() => rest,
                    _ => continue,
                }
            }
        };
        if let Some(from) = number.strip_prefix('+') {
            return Some((from.parse().ok()?, true));
        }
        return Some((number.parse().ok()?, false));
    }
    Some((10, false))
}

/// Why what ran before the runner makes it a run on other files than those that stand here.
pub(super) fn elsewhere(script: &Script, at: usize) -> Option<&'static str> {
    let before = script.commands.get(..at).unwrap_or_default();
    for command in before {
        if let Some(git) = command.git() {
            let first = git.arguments.first().and_then(|word| word.known()).unwrap_or_default();
            match git.subcommand() {
                Some("stash") if !matches!(first, "list" | "show" | "pop" | "apply" | "drop" | "clear") => {
                    return Some("`git stash` put changes aside before it");
                }
                Some("checkout" | "switch") => return Some("`git checkout` changed the files before it"),
                Some("bisect" | "worktree") => return Some("it ran on another state of the repository"),
                _ => {}
            }
        }
        if matches!(command.program(), Some("cd" | "pushd")) {
            let to = command.argv().get(1).map(|word| (word.known_start(), word.text.as_str()));
            let Some((known, text)) = to else { continue };
            let temporary = known.starts_with("/tmp/")
                || known == "/tmp"
                || known.starts_with("/private/tmp/")
                || known.starts_with("/var/")
                || text.contains("mktemp")
                || text.contains("TMP");
            if temporary {
                return Some("it ran in a temporary folder");
            }
        }
    }
    None
}

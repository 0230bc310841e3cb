//! Commands of a shell as CI files write them: which one runs tests, linters, type checks or a build, what it leaves out,
//! and whether its failure counts.
//!
//! No shell is imitated: quotes, the operators between commands, and the words are read. What is read amiss is read amiss
//! in both states.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::runners::RUNNERS;

/// What a command checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Test,
    Lint,
    Types,
    Build,
}

/// Does the failure of a command fail the run?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Enforced,
    Tolerated,
    /// It does not run, or runs without its tests.
    Off,
}

/// One simple command.
#[derive(Clone, Debug)]
pub(super) struct Simple {
    pub(super) words: Vec<String>,
    pub(super) state: State,
}

/// How lines are put to a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    /// It stops at the first command that fails (`sh -e`), so `; true` changes nothing.
    Strict,
    /// The last command decides.
    Loose,
}

/// Words that only say how the next command is started.
const LAUNCHERS: &[&str] = &[
    "sudo",
    "time",
    "npx",
    "bunx",
    "exec",
    "env",
    "xvfb-run",
    "nohup",
    "command",
    "cross-env",
    "dotenv",
    "pnpx",
    "uvx",
    "pnpm exec",
    "pnpm dlx",
    "yarn dlx",
    "poetry run",
    "pdm run",
    "rye run",
    "uv run",
    "uv tool run",
    "pipenv run",
    "hatch run",
    "bundle exec",
    "python -m",
    "python3 -m",
    "python -m coverage run -m",
    "coverage run -m",
    "mise exec --",
    "nix develop -c",
    "php",
];

/// The words of a runner.
type Known = (Kind, Vec<&'static str>);

static BY_FIRST: LazyLock<FxHashMap<&'static str, Vec<Known>>> = LazyLock::new(|| {
    let mut all: FxHashMap<&'static str, Vec<Known>> = FxHashMap::default();
    for (kind, runner) in RUNNERS.iter().flat_map(|(kind, list)| list.iter().map(move |runner| (*kind, *runner))) {
        let words: Vec<&str> = runner.split(' ').collect();
        all.entry(words[0]).or_default().push((kind, words));
    }
    all
});

/// A command that checks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Runner {
    pub(super) kind: Kind,
    /// As people call it: `cargo test`.
    pub(super) name: String,
    /// Words behind the name.
    pub(super) arguments: Vec<String>,
}

/// What a simple command checks, if it is known to check something.
pub(super) fn runner(words: &[String]) -> Option<Runner> {
    let mut words = words;
    for _ in 0..8 {
        let first = words.first()?;
        let assignment = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if assignment || first.starts_with('@') || first.starts_with('-') {
            words = words.get(1..)?;
            continue;
        }
        let joined = |count: usize| words.get(..count).map(|words| words.join(" "));
        let launcher =
            (1..=5).rev().find(|count| joined(*count).is_some_and(|text| LAUNCHERS.contains(&text.as_str())));
        match launcher {
            Some(count) => words = words.get(count..)?,
            None => break,
        }
    }
    let first = words.first()?;
    let program = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let program = program.trim_end_matches(".exe").trim_end_matches(".bat").trim_end_matches(".cmd");
    let candidates = BY_FIRST.get(program)?;
    // Options may stand between a program and what it shall do.
    let plain: Vec<(usize, &str)> = words
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, word)| !word.starts_with(['-', '+']))
        .map(|(at, word)| (at, word.as_str()))
        .collect();
    let fits = |wanted: &[&str]| {
        let (mut end, mut name) = (1, vec![program]);
        for (want, have) in wanted.iter().skip(1).zip(plain.iter().map(Some).chain(std::iter::repeat(None))) {
            let (at, word) = have?;
            let same = want.strip_suffix('*').map_or(*word == *want, |start| word.starts_with(start));
            if !same {
                return None;
            }
            end = at + 1;
            name.push(word);
        }
        Some((end, name.join(" ")))
    };
    // A build tool's goals may come in any order.
    let goals = matches!(program, "mvn" | "mvnw" | "gradle" | "gradlew" | "rake" | "make" | "just" | "rails");
    let found = candidates.iter().find_map(|(kind, wanted)| {
        let goal = || {
            let want = wanted.get(1).filter(|_| goals && wanted.len() == 2)?;
            let hit = plain.iter().find(|(_, word)| {
                let word = word.rsplit(':').next().unwrap_or(word);
                want.strip_suffix('*').map_or(word == *want, |start| word.starts_with(start))
            })?;
            Some((1, format!("{program} {}", hit.1)))
        };
        fits(wanted).or_else(goal).map(|(end, name)| (*kind, end, name))
    });
    let (kind, end, name) = found?;
    let arguments = words.get(end..).unwrap_or_default().to_vec();
    let formats_only = matches!(program, "black" | "isort" | "prettier" | "php-cs-fixer")
        || name == "ruff format"
        || name == "cargo fmt";
    let checks = arguments.iter().any(|word| {
        ["--check", "--diff", "-c", "--list-different", "-l", "--dry-run", "--check-only"].contains(&word.as_str())
    });
    (!formats_only || checks).then_some(Runner { kind, name, arguments })
}

/// The simple commands of a line, in order, and what becomes of their failure.
pub(super) fn simple(line: &str, shell: Shell) -> Vec<Simple> {
    let parts = split(line);
    let mut out: Vec<Simple> = Vec::new();
    for (at, (words, _)) in parts.iter().enumerate() {
        if words.is_empty() {
            continue;
        }
        let rest = parts.get(at..).unwrap_or_default();
        let state = if swallowed(rest, shell) { State::Tolerated } else { State::Enforced };
        out.push(Simple { words: words.clone(), state });
    }
    out
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Pipe,
    Then,
}

/// `rest` starts with the command itself.
fn swallowed(rest: &[(Vec<String>, Operator)], shell: Shell) -> bool {
    let list = rest.iter().position(|(_, operator)| *operator == Operator::Then).unwrap_or(rest.len());
    let or = rest.iter().take(list).position(|(_, operator)| *operator == Operator::Or);
    if let Some(tail) = or.and_then(|or| rest.get(or + 1..)) {
        // All that follows on this line has to be harmless: `|| (echo no; exit 1)` fails.
        return !tail.is_empty() && tail.iter().all(|(words, _)| is_harmless(words));
    }
    let tail = rest.get(list + 1..).unwrap_or_default();
    shell == Shell::Loose && !tail.is_empty() && tail.iter().all(|(words, _)| is_harmless(words))
}

/// A command that always succeeds and does nothing but talk.
pub(super) fn is_harmless(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(|word| word.trim_matches(['(', ')', '{', '}'])).collect();
    match words.as_slice() {
        [] => true,
        ["exit", code] => *code == "0",
        [first, ..] => matches!(*first, "true" | ":" | "echo" | "printf" | ""),
    }
}

/// The commands of a line with the operator behind each.
fn split(line: &str) -> Vec<(Vec<String>, Operator)> {
    let mut parts: Vec<(Vec<String>, Operator)> = Vec::new();
    let (mut words, mut word, mut started) = (Vec::new(), String::new(), false);
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            } else {
                word.push(c);
            }
            continue;
        }
        let operator = match c {
            '\'' | '"' => {
                (quote, started) = (Some(c), true);
                continue;
            }
            '\\' => {
                word.extend(chars.next());
                continue;
            }
            '#' if word.is_empty() && !started => break,
            '&' if chars.peek() == Some(&'&') => Some((Operator::And, true)),
            '|' if chars.peek() == Some(&'|') => Some((Operator::Or, true)),
            '|' => Some((Operator::Pipe, false)),
            ';' => Some((Operator::Then, false)),
            c if c.is_whitespace() => None,
            c => {
                word.push(c);
                continue;
            }
        };
        if started || !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        started = false;
        if let Some((operator, double)) = operator {
            if double {
                chars.next();
            }
            parts.push((std::mem::take(&mut words), operator));
        }
    }
    if started || !word.is_empty() {
        words.push(word);
    }
    if !words.is_empty() {
        parts.push((words, Operator::Then));
    }
    parts
}

/// What a runner is told to leave out, one text each; `None` in the second place where it leaves out everything.
pub(super) fn left_out(runner: &Runner) -> (Vec<String>, bool) {
    let mut list = Vec::new();
    let mut nothing = false;
    let name = runner.name.as_str();
    let mut words = runner.arguments.iter().peekable();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        nothing |= matches!(flag, "-DskipTests" | "-Dmaven.test.skip" | "-DskipITs") && value != Some("false")
            || flag == "--no-run"
            || flag == "--collect-only" && name == "pytest";
        if flag == "-x" && name.starts_with("gradle") && words.peek().is_some_and(|task| task.ends_with("test")) {
            nothing = true;
        }
        let python = matches!(name, "pytest" | "py.test");
        let known = match flag {
            "--ignore" | "--ignore-glob" | "--deselect" => python,
            "--exclude" => name.starts_with("cargo"),
            "--skip" => name.starts_with("cargo") || name.starts_with("swift") || name.starts_with("ginkgo"),
            "-skip" => name == "go test" || name == "gotestsum",
            "--testPathIgnorePatterns" => true,
            "--exclude-group" | "--exclude-testsuite" => {
                matches!(name, "phpunit" | "pest" | "artisan test" | "paratest")
            }
            "-E" | "--exclude-regex" | "-LE" | "--label-exclude" => name == "ctest",
            "-k" | "-m" => {
                python && value.or(words.peek().map(|word| word.as_str())).is_some_and(|v| v.contains("not "))
            }
            "--tag" => name == "rspec" && words.peek().is_some_and(|tag| tag.starts_with('~')),
            "--passWithNoTests" | "--pass-with-no-tests" => {
                list.push(flag.to_owned());
                false
            }
            _ => false,
        };
        if known {
            let value = value.map(str::to_owned).or_else(|| words.peek().map(|word| (*word).clone()));
            list.push(value.map_or(flag.to_owned(), |value| format!("{flag} {value}")));
        }
    }
    (list, nothing)
}

/// The flags that set a limit, and whether more is stricter.
const LIMITS: &[(&str, bool)] = &[
    ("--cov-fail-under", true),
    ("--fail-under", true),
    ("--fail-under-lines", true),
    ("--fail-under-functions", true),
    ("--fail-under-regions", true),
    ("--min-msi", true),
    ("--min-covered-msi", true),
    ("--max-warnings", false),
    ("/p:Threshold", true),
    ("-p:Threshold", true),
];

/// The limits in words, each with its value where that is a number.
pub(super) fn limits(words: &[String]) -> Vec<(String, Option<f64>, bool)> {
    let coverage = words.iter().any(|word| word == "--coverage" || word == "--check-coverage");
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        let known = LIMITS.iter().find(|(name, _)| *name == flag).map(|(_, up)| *up);
        let with_coverage =
            matches!(flag, "--min" | "--lines" | "--branches" | "--functions" | "--statements") && coverage;
        let Some(up) = known.or(with_coverage.then_some(true)) else { continue };
        let value = value.or(words.get(at + 1).map(String::as_str)).unwrap_or_default();
        out.push((flag.to_owned(), super::number(value), up));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn runners_by_their_words() {
        for (line, name) in [
            ("cargo +nightly test --all", "cargo test"),
            ("RUST_LOG=x cargo nextest run", "cargo nextest run"),
            ("uv run --frozen pytest -x", "pytest"),
            ("python -m pytest", "pytest"),
            ("npx jest --ci", "jest"),
            ("./node_modules/.bin/vitest run", "vitest"),
            ("npm run test:unit", "npm run test:unit"),
            ("./gradlew clean :app:check", "gradlew :app:check"),
            ("vendor/bin/phpunit", "phpunit"),
            ("bin/rails test", "rails test"),
            ("mvn -B clean verify", "mvn verify"),
            ("@$(GO) test ./...", ""),
            ("cargo fmt --check", "cargo fmt"),
            ("cargo fmt", ""),
            ("docker rm x", ""),
            ("grep pytest a", ""),
            ("npm ci", ""),
            ("make", ""),
        ] {
            let found = runner(&words(line)).map(|runner| runner.name).unwrap_or_default();
            assert_eq!(found, name, "{line}");
        }
    }

    #[test]
    fn failures_that_do_not_count() {
        let states = |line, shell| simple(line, shell).first().map(|simple| simple.state);
        for line in [
            "pytest || true",
            "pytest -x || :",
            "pytest||exit 0",
            "a && pytest || echo \"no; 1\"",
            "pytest | tee x || true",
        ] {
            assert_eq!(states(line, Shell::Strict), Some(State::Tolerated), "{line}");
        }
        for line in [
            "pytest",
            "pytest || exit 1",
            "pytest || { echo no; exit 1; }",
            "pytest || (echo no && false)",
            "pytest || pytest --lf",
            "pytest -k 'a || true'",
            "pytest # || true",
            "pytest; true",
        ] {
            assert_eq!(states(line, Shell::Strict), Some(State::Enforced), "{line}");
        }
        assert_eq!(states("pytest; true", Shell::Loose), Some(State::Tolerated));
        assert_eq!(states("pytest; make x", Shell::Loose), Some(State::Enforced));
    }

    #[test]
    fn what_is_left_out() {
        let of = |line: &str| left_out(&runner(&words(line)).unwrap());
        assert_eq!(of("pytest --ignore=a --deselect b -q").0, ["--ignore a", "--deselect b"]);
        assert_eq!(of("cargo test -- --skip slow").0, ["--skip slow"]);
        assert!(of("mvn verify -DskipTests").1 && of("cargo test --no-run").1 && of("gradle build -x test").1);
        assert_eq!(of("ruff check --ignore E501"), (Vec::new(), false));
        assert_eq!(of("go test -run x ./..."), (Vec::new(), false));
    }

    #[test]
    fn limits_in_flags() {
        assert_eq!(limits(&words("pytest --cov-fail-under=80")), [("--cov-fail-under".to_owned(), Some(80.0), true)]);
        assert_eq!(limits(&words("eslint --max-warnings 0")), [("--max-warnings".to_owned(), Some(0.0), false)]);
        assert!(limits(&words("jest --lines 80")).is_empty());
    }
}

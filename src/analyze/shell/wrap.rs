//! Commands that run other commands: which words are the other one, and which argument is a script.

use super::{Assignment, Command, Dialect, Word, program};

/// Wrappers around wrappers.
const MAX_WRAPPERS: usize = 16;

/// A command that runs the command behind it.
struct Wrapper {
    /// Its name and, for some, what it is told to do: `sudo`, `uv run`.
    name: &'static str,
    /// Options that take the next word.
    valued: &'static [&'static str],
    /// Words of its own before the command.
    operands: usize,
    /// The command begins behind this word and nowhere else.
    behind: Option<&'static str>,
}

const fn plain(name: &'static str) -> Wrapper {
    Wrapper { name, valued: &[], operands: 0, behind: None }
}

const fn with(name: &'static str, valued: &'static [&'static str]) -> Wrapper {
    Wrapper { name, valued, operands: 0, behind: None }
}

const fn after(name: &'static str, operands: usize, valued: &'static [&'static str]) -> Wrapper {
    Wrapper { name, valued, operands, behind: None }
}

const fn behind(name: &'static str, word: &'static str) -> Wrapper {
    Wrapper { name, valued: &[], operands: 0, behind: Some(word) }
}

const UV: &[&str] = &[
    "-p",
    "-w",
    "--python",
    "--with",
    "--with-editable",
    "--with-requirements",
    "--extra",
    "--group",
    "--no-group",
    "--only-group",
    "--package",
    "--project",
    "--directory",
    "--env-file",
    "--index",
    "--from",
    "--cache-dir",
    "--config-file",
];
const NODE: &[&str] = &["-p", "--package", "-C", "--dir", "--filter", "-F", "-w", "--workspace", "--prefix", "--cwd"];

/// Longer names stand before the shorter ones that they begin with.
const WRAPPERS: &[Wrapper] = &[
    with("sudo", &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U", "--user", "--group", "--chdir"]),
    with("doas", &["-u", "-C"]),
    with("env", &["-u", "--unset", "-C", "--chdir"]),
    with("cross-env", &[]),
    after("timeout", 1, &["-k", "--kill-after", "-s", "--signal"]),
    after("gtimeout", 1, &["-k", "--kill-after", "-s", "--signal"]),
    with("time", &["-o", "--output", "-f", "--format"]),
    with("gtime", &["-o", "-f"]),
    with("nice", &["-n", "--adjustment"]),
    with("ionice", &["-c", "-n", "--class", "--classdata"]),
    with("stdbuf", &["-i", "-o", "-e"]),
    with("exec", &["-a"]),
    with(
        "xargs",
        &["-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs", "--replace", "--arg-file"],
    ),
    with("strace", &["-e", "-o", "-p", "-s"]),
    with("xvfb-run", &["-s", "-n", "-e", "--server-args"]),
    after("taskset", 1, &[]),
    after("flock", 1, &["-w", "--timeout", "-E"]),
    plain("nohup"),
    plain("setsid"),
    plain("command"),
    plain("builtin"),
    plain("unbuffer"),
    plain("chronic"),
    plain("caffeinate"),
    plain("winpty"),
    plain("busybox"),
    plain("corepack"),
    plain("noglob"),
    with("npx", NODE),
    with("pnpx", NODE),
    with("bunx", NODE),
    with("npm exec", NODE),
    with("npm x", NODE),
    with("pnpm exec", NODE),
    with("pnpm dlx", NODE),
    with("yarn exec", NODE),
    with("yarn dlx", NODE),
    with("bun x", NODE),
    with("uv tool run", UV),
    with("uv run", UV),
    with("uvx", UV),
    with("pipx run", &["--spec", "--python"]),
    with("poetry run", &["-C", "-P", "--directory", "--project"]),
    with("pdm run", &["-p", "--project"]),
    plain("rye run"),
    plain("hatch run"),
    plain("pipenv run"),
    with("conda run", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    with("mamba run", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    with("micromamba run", &["-n", "--name", "-p", "--prefix"]),
    with("bundle exec", &["--gemfile"]),
    plain("asdf exec"),
    plain("rbenv exec"),
    plain("pyenv exec"),
    after("nvm exec", 1, &[]),
    plain("volta run"),
    after("rustup run", 1, &[]),
    after("direnv exec", 1, &[]),
    behind("mise exec", "--"),
    behind("mise x", "--"),
    behind("devbox run", "--"),
    behind("doppler run", "--"),
    behind("op run", "--"),
    behind("infisical run", "--"),
    behind("dotenvx run", "--"),
    behind("dotenv", "--"),
    behind("aws-vault exec", "--"),
    behind("nix develop", "-c"),
    behind("nix develop", "--command"),
    behind("nix shell", "-c"),
    behind("nix shell", "--command"),
    behind("git-warrant run", "--"),
    behind("git warrant run", "--"),
];

pub(super) struct Unwrapped {
    pub(super) starts: Vec<usize>,
    /// Those between a wrapper and its command: `env A=1 make`.
    pub(super) assignments: Vec<Assignment>,
}

/// Finds the commands inside of a command.
pub(super) fn unwrap(words: &[Word]) -> Unwrapped {
    let mut found = Unwrapped { starts: vec![0], assignments: Vec::new() };
    let mut start = 0;
    while found.starts.len() <= MAX_WRAPPERS {
        let Some(rest) = words.get(start..) else { break };
        let inner = WRAPPERS.iter().find_map(|wrapper| inside(wrapper, rest));
        let Some((offset, assignments)) = inner else { break };
        found.assignments.extend(assignments);
        start += offset;
        found.starts.push(start);
    }
    found
}

/// Where the command begins that the wrapper runs.
fn inside(wrapper: &Wrapper, words: &[Word]) -> Option<(usize, Vec<Assignment>)> {
    let mut names = wrapper.name.split(' ');
    let mut at = 1;
    if program(words)? != names.next()? {
        return None;
    }
    for name in names {
        at = skip_options(wrapper, words, at);
        if words.get(at)?.known()? != name {
            return None;
        }
        at += 1;
    }
    if let Some(word) = wrapper.behind {
        let found = words.iter().skip(at).position(|one| one.known() == Some(word))?;
        at += found + 1;
        return words.get(at).is_some().then(|| (at, Vec::new()));
    }
    // It tells where a command is, or what may be run, and runs nothing.
    let tells = |word: &Word| {
        matches!((wrapper.name, word.known()), ("command", Some("-v" | "-V")) | ("sudo", Some("-l" | "-v")))
    };
    if words.get(at).is_some_and(tells) {
        return None;
    }
    let mut assignments = Vec::new();
    let mut operands = wrapper.operands;
    loop {
        at = skip_options(wrapper, words, at);
        let word = words.get(at)?;
        if matches!(wrapper.name, "env" | "sudo" | "cross-env")
            && let Some(assignment) = Assignment::of(word)
        {
            assignments.push(assignment);
        } else if operands > 0 {
            operands -= 1;
        } else {
            return Some((at, assignments));
        }
        at += 1;
    }
}

/// Behind the options at `at`, and `--` if that ends them.
fn skip_options(wrapper: &Wrapper, words: &[Word], mut at: usize) -> usize {
    while let Some(option) = words.get(at).map(Word::known_start).filter(|text| text.starts_with('-') && text.len() > 1)
    {
        at += 1;
        if option == "--" {
            break;
        }
        at += usize::from(wrapper.valued.contains(&option));
    }
    at
}

fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash")
}

/// Does the command take what it reads for a script?
pub(super) fn reads_script(command: &Command) -> bool {
    command.program().is_some_and(is_shell)
        && command.argv().iter().skip(1).all(|word| word.known().is_some_and(|text| text.starts_with(['-', '+'])))
}

/// The script in an argument, where the command is one that runs such.
pub(super) fn script(command: &Command) -> Option<(String, Dialect)> {
    let outer = command.layers().find_map(|words| match program(words)? {
        "npx" | "npm" => behind_option(words, &["-c", "--call"]),
        _ => None,
    });
    let argv = command.argv();
    let arguments = argv.get(1..).unwrap_or_default();
    let bash = |text: String| Some((text, Dialect::Bash));
    if let Some(text) = outer {
        return bash(text);
    }
    match program(argv)? {
        "eval" => bash(arguments.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")),
        "su" => bash(behind_option(argv, &["-c", "--command"])?),
        "script" => bash(behind_option(argv, &["-c", "-qc", "-qec", "-ec", "--command"])?),
        "nix-shell" => bash(behind_option(argv, &["--run", "--command"])?),
        "find" => executed(arguments).and_then(bash),
        "git" => rebased(command).and_then(bash),
        "pwsh" | "powershell" => {
            let at = arguments.iter().position(|word| {
                word.known().is_some_and(|text| ["-c", "-command"].contains(&text.to_ascii_lowercase().as_str()))
            })?;
            let rest = arguments.get(at + 1..).unwrap_or_default();
            Some((rest.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "), Dialect::PowerShell))
        }
        "cmd" => {
            let at = arguments.iter().position(|word| matches!(word.known(), Some("/c" | "/C" | "//c")))?;
            let rest = arguments.get(at + 1..).unwrap_or_default();
            bash(rest.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
        }
        name if is_shell(name) => bash(of_shell(arguments)?),
        _ => None,
    }
}

/// `bash -lc 'make test' name`
fn of_shell(arguments: &[Word]) -> Option<String> {
    let mut is_script = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.known_start();
        if !text.starts_with(['-', '+']) {
            return is_script.then(|| word.text.clone());
        }
        if matches!(text, "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file") {
            words.next();
        }
        is_script |= text.starts_with('-') && !text.starts_with("--") && text.contains('c');
        // `-eo pipefail`
        if !text.starts_with("--") && text.len() > 2 && text.ends_with('o') {
            words.next();
        }
    }
    None
}

fn behind_option(words: &[Word], options: &[&str]) -> Option<String> {
    let at = words.iter().position(|word| word.known().is_some_and(|text| options.contains(&text)))?;
    words.get(at + 1).map(|word| word.text.clone())
}

/// `find … -exec rm {} \;`
fn executed(arguments: &[Word]) -> Option<String> {
    let mut text = String::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if !matches!(word.known(), Some("-exec" | "-execdir" | "-ok" | "-okdir")) {
            if word.known() == Some("-delete") {
                text.push_str("rm $found\n");
            }
            continue;
        }
        for word in words.by_ref().take_while(|word| !matches!(word.known(), Some(";" | "+"))) {
            quote(&mut text, word);
            text.push(' ');
        }
        text.push('\n');
    }
    (!text.is_empty()).then_some(text)
}

/// `git rebase --exec 'make test'`
fn rebased(command: &Command) -> Option<String> {
    let git = command.git()?;
    if git.subcommand()? != "rebase" {
        return None;
    }
    let mut text = String::new();
    let mut words = git.arguments.iter();
    while let Some(word) = words.next() {
        let script = match word.known_start() {
            "-x" | "--exec" => words.next().map(|word| word.text.as_str()),
            other => other.strip_prefix("--exec="),
        };
        if let Some(script) = script {
            text.push_str(script);
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Writes a word so that it is read again as the same one.
fn quote(text: &mut String, word: &Word) {
    match word.known() {
        Some("{}") => text.push_str("$found"),
        Some(known) => {
            text.push('\'');
            text.push_str(&known.replace('\'', "'\\''"));
            text.push('\'');
        }
        None => text.push_str(&word.text),
    }
}

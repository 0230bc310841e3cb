//! May a command or a tool have written files of the work? Not told is yes: a run before it is no longer surely fresh.

use bstr::{BStr, ByteSlice as _};

use crate::analyze::shell::{Command, Script};

/// Programs that look, print, or work elsewhere.
const LOOKING: &[&str] = &[
    "ag",
    "awk",
    "base64",
    "basename",
    "bat",
    "cat",
    "cd",
    "cksum",
    "cmp",
    "column",
    "comm",
    "command",
    "curl",
    "cut",
    "date",
    "df",
    "diff",
    "dig",
    "dirname",
    "du",
    "echo",
    "env",
    "exit",
    "export",
    "expr",
    "false",
    "fd",
    "file",
    "find",
    "gh",
    "grep",
    "head",
    "hexdump",
    "history",
    "host",
    "hostname",
    "id",
    "jobs",
    "jq",
    "kill",
    "less",
    "ls",
    "lsof",
    "md5sum",
    "more",
    "nl",
    "nproc",
    "od",
    "pgrep",
    "pkill",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rg",
    "sed",
    "seq",
    "sha1sum",
    "sha256sum",
    "shasum",
    "shellcheck",
    "shopt",
    "sleep",
    "sort",
    "stat",
    "strings",
    "tac",
    "tail",
    "test",
    "time",
    "top",
    "tr",
    "tree",
    "true",
    "type",
    "ulimit",
    "uname",
    "uniq",
    "unset",
    "uptime",
    "wait",
    "wc",
    "which",
    "whoami",
    "xxd",
    "yq",
    "[",
    "[[",
    ":",
    "set",
    "break",
    "continue",
    "return",
    "read",
    // PowerShell
    "get-childitem",
    "get-content",
    "get-location",
    "get-item",
    "select-string",
    "select-object",
    "where-object",
    "foreach-object",
    "measure-object",
    "sort-object",
    "test-path",
    "write-host",
    "write-output",
    "set-location",
    "format-table",
    "format-list",
    "out-string",
    "get-process",
    "get-command",
    "start-sleep",
    "push-location",
    "pop-location",
];

/// Runners of tests, linters and builds: they write what they are told to, and otherwise only what is ignored.
const RUNNERS: &[&str] = &[
    "bun",
    "cargo",
    "ctest",
    "deno",
    "dotnet",
    "eslint",
    "flake8",
    "go",
    "golangci-lint",
    "gradle",
    "gradlew",
    "jest",
    "just",
    "make",
    "mise",
    "mocha",
    "mvn",
    "mvnw",
    "mypy",
    "npm",
    "npx",
    "nx",
    "phpunit",
    "playwright",
    "pnpm",
    "prettier",
    "pylint",
    "pyright",
    "pytest",
    "rspec",
    "ruff",
    "staticcheck",
    "swift",
    "task",
    "tox",
    "tsc",
    "turbo",
    "uv",
    "vitest",
    "yarn",
    "biome",
];

/// Words that tell a runner to write. Compared with the words of each argument.
const WRITING: &[&str] = &[
    "fix",
    "fmt",
    "format",
    "write",
    "generate",
    "gen",
    "codegen",
    "update",
    "upgrade",
    "install",
    "add",
    "remove",
    "init",
    "create",
    "new",
    "snapshot",
    "bless",
    "migrate",
    "release",
    "publish",
    "bump",
    "clean",
    "tidy",
    "run-script",
    "ci",
    "i",
    "u",
    "w",
    "start",
    "dev",
    "patch",
    "set",
    "rename",
    "link",
    "get",
    "mod",
    "work",
    "sync",
    "lock",
    "vendor",
    "deploy",
    "autofix",
    "unsafe-fixes",
    "accept",
    "review",
    "eject",
    "scaffold",
    "template",
];

/// What git does without touching the work tree.
const GIT: &[&str] = &[
    "add",
    "annotate",
    "blame",
    "branch",
    "bundle",
    "cat-file",
    "check-attr",
    "check-ignore",
    "check-ref-format",
    "cherry",
    "commit",
    "commit-graph",
    "config",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "fetch",
    "for-each-ref",
    "fsck",
    "gc",
    "grep",
    "hash-object",
    "help",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "merge-base",
    "name-rev",
    "notes",
    "push",
    "range-diff",
    "reflog",
    "remote",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "show-branch",
    "show-ref",
    "status",
    "symbolic-ref",
    "tag",
    "update-ref",
    "var",
    "verify-commit",
    "version",
    "whatchanged",
];

/// What this program does that leaves the work alone. Runs are looked into, and the rest writes policies, settings or hooks.
const OWN: &[&str] = &["audit", "check", "claims", "doctor", "explain", "gc", "report", "rules", "task"];

/// May a command line have written files of the work?
pub fn may_write(command: &str) -> bool {
    let script = Script::of(command);
    script.is_cut || script.is_broken || script.commands.iter().any(writes)
}

fn writes(command: &Command) -> bool {
    let to_file = command.redirections.iter().filter_map(|redirection| redirection.written());
    for target in to_file {
        let Some(path) = target.known() else { return true };
        let is_nowhere =
            path == "/dev/null" || path.starts_with('&') || path.eq_ignore_ascii_case("$null") || path == "nul";
        if !is_nowhere && !is_scratch(path.as_bytes().as_bstr()) {
            return true;
        }
    }
    // A shell for a script whose commands are listed themselves; or an assignment.
    if command.is_opened() || command.argv().is_empty() {
        return false;
    }
    let Some(program) = command.program().map(str::to_ascii_lowercase) else { return true };
    let is_own = |words: &mut dyn Iterator<Item = &str>| words.next().is_some_and(|word| OWN.contains(&word));
    if program == "git-warrant" {
        return !is_own(&mut command.known_arguments());
    }
    if let Some(git) = command.git() {
        if git.subcommand() == Some("warrant") {
            return !is_own(&mut git.arguments.iter().filter_map(|word| word.known()));
        }
        return !git.subcommand().is_some_and(|name| {
            GIT.contains(&name)
                || (matches!(name, "stash" | "worktree" | "submodule" | "bisect")
                    && git
                        .arguments
                        .first()
                        .and_then(|word| word.known())
                        .is_some_and(|word| matches!(word, "list" | "show" | "status" | "log")))
        });
    }
    let arguments = || command.known_arguments();
    if LOOKING.contains(&program.as_str()) {
        return match program.as_str() {
            "sed" | "awk" | "yq" => arguments().any(|word| {
                word == "--in-place" || word == "inplace" || word.starts_with("--in-place=") || is_short(word, 'i')
            }),
            "find" | "fd" => arguments().any(|word| {
                matches!(word, "-delete" | "-exec" | "-execdir" | "-ok" | "-x" | "-X" | "--exec" | "-fprint")
            }),
            "curl" => arguments().any(|word| {
                is_short(word, 'o') || is_short(word, 'O') || word.starts_with("--output") || word == "--remote-name"
            }),
            "sort" => arguments().any(|word| is_short(word, 'o') || word.starts_with("--output")),
            "gh" => arguments().take(2).any(|word| matches!(word, "checkout" | "clone" | "download" | "sync")),
            _ => false,
        };
    }
    if RUNNERS.contains(&program.as_str()) {
        let all_known = command.argv().iter().all(|word| word.known().is_some() || word.known_start().starts_with('-'));
        let says = |word: &str| {
            word.split(|c: char| !c.is_ascii_alphanumeric())
                .any(|part| WRITING.contains(&part.to_ascii_lowercase().as_str()))
        };
        return !all_known && program != "cargo" && program != "go" || arguments().any(says);
    }
    true
}

/// One of the letters of a short option.
fn is_short(word: &str, letter: char) -> bool {
    word.strip_prefix('-').is_some_and(|rest| {
        !rest.starts_with('-') && rest.chars().take_while(char::is_ascii_alphabetic).any(|c| c == letter)
    })
}

/// Places that belong to no work: temporary folders, and the client's own.
pub(super) fn is_scratch(path: &BStr) -> bool {
    let path = path.to_str_lossy().replace('\\', "/");
    let is_inside = |folder: &str| path.starts_with(folder);
    ["/tmp/", "/private/tmp/", "/var/folders/", "/private/var/folders/", "/var/tmp/", "/dev/"]
        .into_iter()
        .any(is_inside)
        || [
            "/AppData/Local/Temp/",
            "/.claude/plans/",
            "/.claude/projects/",
            "/.codex/",
            "/.gemini/tmp/",
            "/.copilot/session-state/",
        ]
        .iter()
        .any(|folder| path.contains(folder))
}

/// May a tool that is none of those known by what they do have written files? Those whose names say that they look, plan, ask
/// or work elsewhere have not.
pub fn tool_may_write(name: &str) -> bool {
    const WRITE: &[&str] = &[
        "write", "edit", "create", "delete", "apply", "move", "rename", "replace", "save", "patch", "insert",
        "refactor", "format", "exec", "run", "repl", "shell", "command", "terminal", "commit", "checkout", "merge",
    ];
    // What is made or changed elsewhere.
    const ELSEWHERE: &[&str] = &[
        "task",
        "todo",
        "plan",
        "issue",
        "comment",
        "pull",
        "pr",
        "document",
        "tab",
        "browser",
        "memory",
        "page",
        "cron",
        "worktree",
        "project",
        "label",
        "milestone",
        "message",
        "session",
        "preview",
        "window",
        "javascript",
    ];
    let name = name.to_ascii_lowercase();
    let has = |list: &[&str]| {
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| list.iter().any(|one| if one.len() > 2 { word.contains(one) } else { word == *one }))
    };
    has(WRITE) && !has(ELSEWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_and_checking_write_nothing() {
        for command in [
            "git status --short && git diff",
            "cargo test -p a 2>&1 | tail -20",
            "cd /r && go test ./... > /dev/null",
            "bun run test",
            "bash -lc 'pytest -q'",
            "sed -n 1,20p a.rs",
            "find . -name '*.rs' | wc -l",
            "FOO=1 npm run lint",
            "git add -A && git commit -m x && git push",
            "echo hi > /tmp/x",
            "git-warrant report - <<'EOF'\nschema = 1\nEOF",
            "/usr/bin/git-warrant check",
            "git warrant explain report/missing",
            "git warrant run -- cargo test",
        ] {
            assert!(!may_write(command), "{command}");
        }
    }

    #[test]
    fn what_may_write_does() {
        for command in [
            "sed -i s/a/b/ a.rs",
            "echo hi > a.rs",
            "cargo fmt",
            "cargo fmt --all && cargo test",
            "npx prettier --write .",
            "npm run lint:fix",
            "eslint --fix src",
            "go generate ./...",
            "git checkout main",
            "git stash",
            "python gen.py",
            "./build.sh",
            "$CMD",
            "mv a b",
            "cat > a.rs <<'EOF'\nx\nEOF",
            "find . -name x -delete",
            "echo 'unfinished",
            "git warrant waive x",
            "git-warrant run -- cargo fmt",
        ] {
            assert!(may_write(command), "{command}");
        }
    }

    #[test]
    fn only_names_that_speak_of_writing_may_have_written() {
        for name in ["mcp__filesystem__write_file", "REPL", "mcp__ide__executeCode"] {
            assert!(tool_may_write(name), "{name}");
        }
        for name in
            ["TodoWrite", "TaskCreate", "Grep", "WebFetch", "mcp__linear-server__create_issue", "AskUserQuestion", ""]
        {
            assert!(!tool_may_write(name), "{name}");
        }
    }
}

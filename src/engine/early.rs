//! What a hook before a tool may refuse at once, from the call alone.
//!
//! This is help, not the guard: it spares an agent a round. The change that results is judged at the end whatever was let pass
//! here, so only what is surely against the policy is refused, and what cannot be told from the call is let through.

use crate::analyze::pathfold;
use crate::analyze::shell::{Assignment, Command, Git, Script, Word};
use crate::model::command::{CommandPattern, Match};
use crate::model::contract::Contract;
use crate::model::origin::Origin;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that would find it in the end.
    pub rule: &'static str,
    /// One phrase, lower case, no final stop.
    pub message: String,
    /// The line of the policy or the contract that decided.
    pub origin: Option<Origin>,
    pub help: &'static str,
}

/// What stands for the call.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    pub policy: &'a Policy,
    pub contract: Option<&'a Contract>,
    pub branch: Option<&'a [u8]>,
    pub agent: Option<&'a str>,
    /// Is a path, or something below it, not as the session found it? Then a command may be what puts it right.
    pub is_changed: &'a dyn Fn(&RepoPath) -> bool,
}

/// Refuses a shell command. `directory` is where it runs, from the top of the work tree; empty for the top, `None` where that
/// is not known or lies elsewhere.
pub fn command(line: &str, directory: Option<&str>, bounds: Bounds<'_>) -> Option<Refusal> {
    let script = Script::of(line);
    let by_words = denied(&script, bounds)
        .or_else(|| script.commands.iter().find_map(bypass))
        .or_else(|| committed(&script, bounds));
    by_words.or_else(|| {
        written(&script, directory?).iter().find_map(|one| {
            let denied = || one.paths.iter().find_map(|path| denies(path, bounds));
            let tampers = one.paths.iter().find_map(tampers);
            tampers.or_else(|| denied().filter(|_| !(bounds.is_changed)(&one.named)))
        })
    })
}

/// Refuses an edit of a path, from the top of the work tree. Not to be asked of paths that git ignores: they are no part of a
/// change.
pub fn path(path: &RepoPath, bounds: Bounds<'_>) -> Option<Refusal> {
    if let Some(found) = tampers(path).or_else(|| denies(path, bounds)) {
        return Some(found);
    }
    let contract = bounds.contract?;
    if let Some(origin) = &contract.read_only {
        return Some(refusal("scope/read-only", format!("`{path}` would change in a read-only task"), Some(origin)));
    }
    let list = contract.refusing(|globs| globs.is_match(path))?;
    let origin = list.entries().first().and_then(|entry| entry.origin.as_ref());
    Some(refusal("scope/contract", format!("`{path}` is outside the task"), origin))
}

fn refusal(rule: &'static str, message: String, origin: Option<&Origin>) -> Refusal {
    Refusal { rule, message, origin: origin.cloned(), help: "leave this file, or ask the developer" }
}

/// The path is denied, by the contract or by the policy.
fn denies(path: &RepoPath, bounds: Bounds<'_>) -> Option<Refusal> {
    let folded = pathfold::fold(path);
    if let Some(entry) = bounds.contract.and_then(|contract| contract.deny.protecting(path, &folded)) {
        return Some(refusal("scope/contract", format!("`{path}` is not for this task"), entry.origin.as_ref()));
    }
    let scope = &bounds.policy.scope;
    let when = scope
        .when
        .iter()
        .filter(|when| when.condition.holds(bounds.branch, bounds.agent) && when.condition.holds_for(path));
    let mut lists = std::iter::once(&scope.deny).chain(when.map(|when| &when.deny));
    let entry = lists.find_map(|globs| globs.protecting(path, &folded))?;
    Some(refusal("scope/denied-path", format!("`{path}` is outside what may change"), entry.origin.as_ref()))
}

/// The path holds git's hooks, its settings, or what this program keeps.
fn tampers(path: &RepoPath) -> Option<Refusal> {
    let folded = pathfold::fold(path);
    let rest = folded.as_bytes().strip_prefix(b".git/")?;
    let kept = [&b"hooks"[..], b"config", b"warrant"]
        .iter()
        .any(|name| rest.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/")));
    kept.then(|| Refusal {
        rule: "guard/hooks-path",
        message: format!("`{path}` belongs to git's hooks and settings"),
        origin: None,
        help: "leave the hooks and settings of git to a person",
    })
}

fn denied(script: &Script, bounds: Bounds<'_>) -> Option<Refusal> {
    let contract = bounds.contract.map(|contract| contract.commands.deny.as_slice()).unwrap_or_default();
    let hit = |pattern: &CommandPattern| script.matching(pattern, Match::Surely).is_some();
    let pattern = bounds.policy.commands.deny.iter().chain(contract).find(|pattern| hit(pattern))?;
    Some(Refusal {
        rule: "commands/denied",
        message: format!("`{}` must not be run here", pattern.text),
        origin: pattern.origin.clone(),
        help: "leave this command to the developer",
    })
}

fn committed(script: &Script, bounds: Bounds<'_>) -> Option<Refusal> {
    let origin = bounds.contract?.no_commit.as_ref()?;
    let commits = |command: &Command| {
        let git = command.git();
        git.is_some_and(|git| git.subcommand() == Some("commit") && !has(&git, &["--dry-run"], None))
    };
    script.commands.iter().any(commits).then(|| Refusal {
        rule: "history/forbidden-commit",
        message: "this task is to end without a commit".to_owned(),
        origin: Some(origin.clone()),
        help: "leave the change in the work tree; the developer commits it",
    })
}

/// Variables that keep git's hooks from running, with the values that do; none: any value.
const SWITCHES: &[(&str, &[&str])] =
    &[("HUSKY", &["0"]), ("HUSKY_SKIP_HOOKS", &["1", "true"]), ("LEFTHOOK", &["0", "false"]), ("PREK_SKIP", &[])];

/// A command that keeps the git hooks from judging a commit or a push.
fn bypass(command: &Command) -> Option<Refusal> {
    let refusal = |message: &str| {
        Some(Refusal {
            rule: "guard/hooks-path",
            message: message.to_owned(),
            origin: None,
            help: "let the hooks run, and mend what they find; a person may skip them",
        })
    };
    let git = command.git();
    let makes = git.as_ref().and_then(Git::subcommand).filter(|word| {
        matches!(*word, "commit" | "push" | "merge" | "cherry-pick" | "revert" | "rebase" | "am" | "pull")
    });
    let exports = matches!(command.program(), Some("export" | "declare"));
    let exported: Vec<Assignment> = command.argv().iter().filter(|_| exports).filter_map(Assignment::of).collect();
    // Set for the whole shell, or for a command that hooks watch.
    let set = if command.words.is_empty() || makes.is_some() { command.assignments.as_slice() } else { &exported };
    for one in set {
        let value = one.value.known();
        if SWITCHES.iter().any(|(name, values)| {
            *name == one.name && (values.is_empty() || value.is_some_and(|value| values.contains(&value)))
        }) {
            return refusal(&format!("`{}` switches git's hooks off", one.name));
        }
        let names_hooks = one.value.known_start().to_ascii_lowercase().contains("core.hookspath");
        if one.name.starts_with("GIT_CONFIG") && names_hooks {
            return refusal("this turns git's hooks away");
        }
    }
    let git = git?;
    let hooks = |key: &str| key.eq_ignore_ascii_case("core.hooksPath");
    if git.settings.iter().any(|(key, _)| hooks(key)) && makes.is_some() {
        return refusal("`-c core.hooksPath` turns git's hooks away");
    }
    if git.subcommand() == Some("config") && sets_hooks(&git) {
        return refusal("this sets `core.hooksPath`, so other hooks would run, or none");
    }
    // `-n` is `--no-verify` of `git commit` alone: elsewhere it is `--dry-run` or `--no-stat`.
    let skips = match git.subcommand()? {
        "commit" => has(&git, &["--no-verify"], Some('n')),
        "push" | "merge" | "rebase" | "am" | "pull" => has(&git, &["--no-verify"], None),
        _ => false,
    };
    if skips { refusal("`--no-verify` keeps the hooks from judging this") } else { None }
}

/// Options of `git commit` that take the next word, or the rest of theirs.
const COMMIT_VALUES: &[&str] = &[
    "-m",
    "-F",
    "-C",
    "-c",
    "-t",
    "-S",
    "-u",
    "--message",
    "--file",
    "--reuse-message",
    "--reedit-message",
    "--template",
    "--author",
    "--date",
    "--trailer",
    "--fixup",
    "--squash",
    "--cleanup",
    "--pathspec-from-file",
];

/// Is the option given, as git reads it: long ones in any form that is not another's (`--no-veri`), short ones in bundles?
fn has(git: &Git<'_>, long: &[&str], short: Option<char>) -> bool {
    let mut words = git.arguments.iter();
    while let Some(word) = words.next() {
        let Some(text) = word.known() else { continue };
        if text == "--" {
            return false;
        }
        if let Some(name) = text.strip_prefix("--") {
            if name.len() >= 6
                && long.iter().any(|known| known.strip_prefix("--").is_some_and(|known| known.starts_with(name)))
            {
                return true;
            }
            if COMMIT_VALUES.contains(&text) {
                words.next();
            }
        } else if let Some(letters) = text.strip_prefix('-') {
            for (at, letter) in letters.char_indices() {
                if Some(letter) == short {
                    return true;
                }
                // What follows an option with a value is the value.
                if matches!(letter, 'm' | 'F' | 'C' | 'c' | 't') {
                    if at + letter.len_utf8() == letters.len() {
                        words.next();
                    }
                    break;
                }
                if matches!(letter, 'S' | 'u') {
                    break;
                }
            }
        }
    }
    false
}

/// `git config core.hooksPath …`, in the old form and in the new one. Reading it is no offence.
fn sets_hooks(git: &Git<'_>) -> bool {
    let words: Vec<&str> = git.arguments.iter().filter_map(Word::known).collect();
    let Some(at) = words.iter().position(|word| word.eq_ignore_ascii_case("core.hooksPath")) else { return false };
    let before = words.get(..at).unwrap_or_default();
    let names = |names: &[&str]| before.iter().any(|word| names.contains(word));
    if names(&["--get", "--get-all", "get", "--get-regexp", "list", "--list"]) {
        return false;
    }
    // A value follows, or it is taken away.
    git.arguments.len() > words.len() || words.len() > at + 1 || names(&["--unset", "--unset-all", "unset"])
}

/// The operands of programs that change or remove the files they name.
fn operands(command: &Command) -> Vec<&Word> {
    let Some(program) = command.program() else { return Vec::new() };
    let argv = command.argv().get(1..).unwrap_or_default();
    match program {
        // The source of a move goes, the target comes.
        "rm" | "unlink" | "rmdir" | "touch" | "truncate" | "tee" | "shred" | "mv" => plain(argv),
        "cp" | "install" | "ln" => plain(argv).last().copied().into_iter().collect(),
        // `-x` is a mode, and so is the first operand where there is none of that form.
        "chmod" => {
            let is_mode = |word: &Word| {
                let letters = word.known_start().strip_prefix('-').unwrap_or_default();
                !letters.is_empty() && letters.bytes().all(|byte| b"rwxst".contains(&byte))
            };
            let skipped = usize::from(!argv.iter().any(is_mode));
            plain(argv).into_iter().skip(skipped).collect()
        }
        "sed" => {
            let in_place = argv.iter().any(|word| {
                let text = word.known_start();
                text.starts_with("--in-place") || text.starts_with("-i") || matches!(text, "-ni" | "-Ei" | "-ri")
            });
            let by_option =
                argv.iter().any(|word| matches!(word.known_start(), "-e" | "-f" | "--expression" | "--file"));
            // Without `-e` the first operand is the script.
            if in_place && !by_option { plain(argv).into_iter().skip(1).collect() } else { Vec::new() }
        }
        "git" => {
            let git = command.git().filter(|git| git.directories.is_empty());
            let changes = git.filter(|git| {
                matches!(git.subcommand(), Some("mv" | "rm")) && !has(git, &["--cached", "--dry-run"], Some('n'))
            });
            changes.map(|git| plain(git.arguments)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The words that are no options.
fn plain(words: &[Word]) -> Vec<&Word> {
    let mut ended = false;
    let mut found = Vec::new();
    for word in words {
        if !ended && word.known() == Some("--") {
            ended = true;
        } else if ended || !word.known_start().starts_with('-') {
            found.push(word);
        }
    }
    found
}

/// What a command writes by name.
struct Written {
    /// A file, or a folder.
    named: RepoPath,
    /// That, or files that stand for all that is below it.
    paths: Vec<RepoPath>,
}

/// The paths that a line surely writes, from the top of the work tree. Where it changes its folder, what follows is not known.
fn written(script: &Script, directory: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for command in &script.commands {
        if matches!(command.program(), Some("cd" | "pushd" | "popd" | "chdir")) || command.is_opened() {
            break;
        }
        let redirected = command.redirections.iter().filter_map(crate::analyze::shell::Redirection::written);
        for word in redirected.chain(operands(command)) {
            let below = |text: &str| inside(directory, &format!("{text}/_"));
            let one = match word.known() {
                // A folder goes with all that is in it; some file there stands for all.
                Some(text) => inside(directory, text).map(|named| Written {
                    paths: [Some(named.clone()), below(text)].into_iter().flatten().collect(),
                    named,
                }),
                None if word.is_glob() => word.known_start().rsplit_once('/').and_then(|(folder, _)| {
                    let named = inside(directory, folder)?;
                    Some(Written { named, paths: below(folder).into_iter().collect() })
                }),
                None => None,
            };
            found.extend(one);
        }
    }
    found
}

/// The path from the top of the work tree; `None` where it lies outside, or is absolute.
fn inside(directory: &str, text: &str) -> Option<RepoPath> {
    if text.is_empty() || text.starts_with('/') || text.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(text.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| RepoPath::new(parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::contract::{Terms, parse};

    const POLICY: &str = "schema = 1\n[scope]\ndeny = ['migrations/**', '*.lock']\n[[scope.when]]\nagents = ['codex']\n\
                          deny = ['ci/**']\n[commands]\ndeny = ['git push --force*', 'npm publish']\n";

    fn policy() -> Policy {
        let explicit = Some(("warrant.toml".to_owned(), POLICY.as_bytes().to_vec()));
        crate::policy::load(&crate::policy::Request { explicit, sides: Vec::new(), levels: &[] })
            .expect("a policy")
            .policy
    }

    fn contract(terms: &Terms) -> Contract {
        parse(&terms.to_text().expect("text"), None).expect("a contract")
    }

    fn rule(line: &str, directory: Option<&str>, contract: Option<&Contract>) -> Option<&'static str> {
        let is_changed = &|path: &RepoPath| path.as_bytes().starts_with(b"migrations/new");
        let bounds = Bounds { policy: &policy(), contract, branch: None, agent: Some("codex"), is_changed };
        command(line, directory, bounds).map(|refusal| refusal.rule)
    }

    #[test]
    fn denied_commands_and_paths() {
        for (line, want) in [
            ("cd app && git push -u origin x --force-with-lease", "commands/denied"),
            ("sudo npm publish", "commands/denied"),
            ("echo x > migrations/1.sql", "scope/denied-path"),
            ("rm -rf migrations", "scope/denied-path"),
            ("rm migrations/*.sql", "scope/denied-path"),
            ("git mv a.sql ./migrations/a.sql", "scope/denied-path"),
            ("git rm -f Cargo.lock", "scope/denied-path"),
            ("sed -i 's/a/b/' src/a.rs Cargo.LOCK", "scope/denied-path"),
            ("cat x | tee -a migrations/2.sql", "scope/denied-path"),
            ("cp a.sql migrations/", "scope/denied-path"),
            ("cat > ci/x.yml <<'EOF'\na\nEOF", "scope/denied-path"),
        ] {
            assert_eq!(rule(line, Some(""), None), Some(want), "{line}");
        }
        assert_eq!(rule("rm 1.sql", Some("migrations"), None), Some("scope/denied-path"));
        assert_eq!(rule("rm ../migrations/1.sql", Some("src"), None), Some("scope/denied-path"));
        for line in [
            "git push origin main",
            "cat migrations/1.sql > /tmp/x",
            "grep -r x migrations | tee out.txt",
            "cp migrations/1.sql docs/",
            "cd sub && rm migrations/1.sql",
            "sed -n 5p migrations/1.sql",
            "echo 'rm migrations/1.sql'",
            "git rm --cached Cargo.lock",
            "ls migrations 2>/dev/null",
            "rm $X",
            // They may be what puts it right.
            "rm -r migrations/new",
            "rm migrations/new/*.sql",
        ] {
            assert_eq!(rule(line, Some(""), None), None, "{line}");
        }
        assert_eq!(rule("rm 1.sql", None, None), None);
    }

    #[test]
    fn ways_around_the_hooks() {
        for line in [
            "git commit --no-verify -m x",
            "git commit -nm 'x'",
            "git commit -am x -n",
            "git commit --no-veri -m x",
            "sh -c 'git commit -n -m x'",
            "git -c core.hooksPath=/dev/null commit -m x",
            "git config core.hooksPath /dev/null",
            "git config set --local core.hookspath ''",
            "git config --unset core.hooksPath",
            "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/x git commit -m x",
            "env GIT_CONFIG_PARAMETERS=\"'core.hooksPath'='/x'\" git push",
            "HUSKY=0 git commit -m x",
            "export HUSKY=0",
            "git push --no-verify",
            "rm .git/hooks/pre-commit",
            "chmod -x .git/hooks/commit-msg",
            "echo > .git/hooks/pre-push",
            "mv .git/hooks /tmp/h",
        ] {
            assert_eq!(rule(line, Some(""), None), Some("guard/hooks-path"), "{line}");
        }
        for line in [
            "git commit -m 'do not use --no-verify or -n'",
            "git commit -m -n",
            "git commit -mnope",
            "git commit -F notes.txt",
            "git push -n",
            "git push origin no-verify",
            "git merge -n x",
            "git log -n 5",
            "git config core.hooksPath",
            "git config --get core.hooksPath",
            "git -c core.hooksPath=/dev/null status",
            "grep -rn 'git commit --no-verify' .",
            "HUSKY=1 git commit -m x",
            "HUSKY=0 npm ci",
            "ls .git/hooks",
            "cat .git/hooks/pre-commit",
            "git commit -- --no-verify",
        ] {
            assert_eq!(rule(line, Some(""), None), None, "{line}");
        }
    }

    #[test]
    fn contracts() {
        let task = contract(&Terms {
            title: "t".into(),
            allow: vec!["src/**".into()],
            deny: vec!["src/core/**".into()],
            no_commit: true,
            deny_commands: vec!["cargo publish".into()],
            ..Terms::default()
        });
        for (line, want) in [
            ("git add . && git commit -m x", Some("history/forbidden-commit")),
            ("git commit --dry-run", None),
            ("cargo publish", Some("commands/denied")),
            ("rm src/core/a.rs", Some("scope/contract")),
            ("cargo test > out.log", None),
        ] {
            assert_eq!(rule(line, Some(""), Some(&task)), want, "{line}");
        }
        let reading = contract(&Terms { title: "t".into(), read_only: true, ..Terms::default() });
        let of = |name: &str, contract| {
            let bounds = Bounds {
                policy: &policy(),
                contract: Some(contract),
                branch: None,
                agent: None,
                is_changed: &|_| false,
            };
            path(&RepoPath::from(name), bounds).map(|refusal| refusal.rule)
        };
        assert_eq!(of("src/a.rs", &task), None);
        assert_eq!(of("docs/a.md", &task), Some("scope/contract"));
        assert_eq!(of("docs/a.md", &reading), Some("scope/read-only"));
        assert_eq!(of("Migrations/1.sql", &reading), Some("scope/denied-path"));
    }
}

use proptest::prelude::*;

use super::*;

/// Each command's words, `?` behind those that are not known.
fn listed(text: &str) -> Vec<String> {
    let script = Script::of(text);
    let word = |word: &Word| format!("{}{}", word.text, if word.known().is_some() { "" } else { "?" });
    script.commands.iter().map(|command| command.words.iter().map(word).collect::<Vec<_>>().join(" ")).collect()
}

fn argv(text: &str) -> Vec<String> {
    let texts = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ");
    Script::of(text).commands.iter().map(|command| texts(command.argv())).collect()
}

#[test]
fn lines_come_apart() {
    for (line, want) in [
        ("cargo test", vec!["cargo test"]),
        ("a; b && c || d | e & f", vec!["a", "b", "c", "d", "e", "f"]),
        ("a 'b c' \"d e\" f\\ g $'h\\ti'", vec!["a b c d e f g h\ti"]),
        ("a # b; c\nd", vec!["a", "d"]),
        ("a b#c", vec!["a b#c"]),
        ("a \\\n  b", vec!["a b"]),
        ("(cd x; make) && { a; b; }", vec!["cd x", "make", "a", "b"]),
        ("! a | b", vec!["a", "b"]),
        ("A=1 B='x y' make all", vec!["make all"]),
        ("A=1", vec![""]),
        ("if a; then b; elif c; then d; else e; fi; f", vec!["a", "b", "c", "d", "e", "f"]),
        ("for x in 1 2; do echo $x; done", vec!["echo $x?"]),
        ("for ((i=0;i<3;i++)); do a; done && b", vec!["a", "b"]),
        ("while read -r x; do a; done < file", vec!["read -r x", "a", ""]),
        ("case $x in a|b) c;; *) d; esac; e", vec!["c", "d", "e"]),
        ("f() { a; }; f", vec!["a", "f"]),
        ("function f { a; }\nf", vec!["a", "f"]),
        ("[[ -f x && $y > z ]] && a", vec!["[[ -f x & & $y? > z ]]", "a"]),
        ("[ -f x ] || a", vec!["[ -f x ]", "a"]),
        ("echo $((1 + 2)) ${x:-y} a$b", vec!["echo $((1 + 2))? ${x:-y}? a$b?"]),
        ("echo \"$(git log)\" `git status`", vec!["git log", "git status", "echo $(git log)? `git status`?"]),
        ("echo '$(git log) `x`'", vec!["echo $(git log) `x`"]),
        ("diff <(a) <(b)", vec!["a", "b", "diff <(a)? <(b)?"]),
        ("ls *.rs src/[ab].c {x,y} {} a?", vec!["ls *.rs? src/[ab].c? {x,y}? {} a??"]),
        ("rm ~/x a~b", vec!["rm ~/x? a~b"]),
        ("$CMD push", vec!["$CMD? push"]),
        ("a >/dev/null 2>&1 &", vec!["a"]),
        ("a &> log; b", vec!["a", "b"]),
        ("bash -c 'git push && make'", vec!["git push", "make", "bash -c git push && make"]),
        ("sh -lc \"make test\"", vec!["make test", "sh -lc make test"]),
        ("bash -eo pipefail -c 'a | b'", vec!["a", "b", "bash -eo pipefail -c a | b"]),
        ("bash script.sh -c x", vec!["bash script.sh -c x"]),
        ("eval \"git push\" --force", vec!["git push --force", "eval git push --force"]),
        ("find . -name '*.o' -exec rm -f {} \\;", vec!["rm -f $found?", "find . -name *.o -exec rm -f {} ;"]),
        ("git rebase -i --exec 'make test' main", vec!["make test", "git rebase -i --exec make test main"]),
        (") a", vec!["a"]),
        ("a; done; b", vec!["a", "b"]),
        ("echo 'a; b", vec!["echo a; b"]),
        ("\"/usr/bin/my tool\" x", vec!["/usr/bin/my tool x"]),
        ("", vec![]),
        ("# only", vec![]),
        (";;", vec![]),
    ] {
        assert_eq!(listed(line), want, "{line}");
    }
}

#[test]
fn bodies_of_here_documents_are_data() {
    let line = "cat > a.py <<'EOF'\nimport os; rm -rf x\nEOF\ngit commit -m \"$(cat <<'EOF'\nfix: it's `rm x`\n\nEOF\n)\" && make";
    assert_eq!(
        listed(line).iter().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(),
        ["cat", "cat", "git", "make"]
    );
    let script = Script::of(line);
    let redirections = &script.commands[0].redirections;
    assert_eq!(redirections[0].written().and_then(Word::known), Some("a.py"));
    assert_eq!(redirections[1].body.as_deref(), Some("import os; rm -rf x\n"));
    // What is not quoted is expanded, so this runs.
    assert_eq!(listed("cat <<EOF\n$(git push) \\$(no)\nEOF\na"), ["cat", "git push", "a"]);
    // Two of them, tabs, one inside of a substitution that ends on the line of the delimiter.
    assert_eq!(listed("cat <<A - <<-'B'\na; b\nA\n\tc\n\tB\nd"), ["cat -", "d"]);
    assert_eq!(listed("x \"$(cat <<'E'\nit's\nE)\"; y"), ["cat", "x $(cat <<'E'\nit's\nE)?", "y"]);
    assert_eq!(listed("bash <<'EOF' | tail\ngit push\nEOF\n"), ["bash", "tail", "git push"]);
    let script = Script::of("bash <<'EOF' | tail\ngit push\nEOF\n");
    assert_eq!(script.commands[2].piped_into, Some(1));
}

#[test]
fn wrappers_come_off() {
    for (line, want) in [
        ("sudo -u me env A=1 timeout -k 5 60s nice -n 3 cargo test", "cargo test"),
        ("time cargo test", "cargo test"),
        ("npx --yes -p jest jest --ci", "jest --ci"),
        ("pnpm --filter app exec vitest run", "vitest run"),
        ("pnpm test", "pnpm test"),
        ("yarn dlx x", "x"),
        ("uv run --with x --frozen pytest -x", "pytest -x"),
        ("uv --quiet run pytest", "pytest"),
        ("uv pip install x", "uv pip install x"),
        ("poetry run python -m pytest", "python -m pytest"),
        ("bundle exec rspec", "rspec"),
        ("mise exec node@20 -- npm test", "npm test"),
        ("mise run test", "mise run test"),
        ("direnv exec . make", "make"),
        ("nix develop .#ci -c cargo test", "cargo test"),
        ("git-warrant run --name t -- cargo test", "cargo test"),
        ("git warrant run -- cargo test", "cargo test"),
        ("xargs -n 1 -I {} rm {}", "rm {}"),
        ("command -v cargo", "command -v cargo"),
        ("env", "env"),
        ("sudo -l", "sudo -l"),
        ("timeout 5", "timeout 5"),
        ("nohup ./run.sh &", "./run.sh"),
    ] {
        assert_eq!(argv(line).last().map(String::as_str), Some(want), "{line}");
    }
    let script = Script::of("B=2 env A=1 /usr/bin/cargo.exe test");
    let command = &script.commands[0];
    assert_eq!(command.program(), Some("cargo"));
    assert_eq!(command.assignments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["B", "A"]);
    assert_eq!(command.layers().count(), 2);
    assert_eq!(listed("npx -c 'git push'"), ["git push", "npx -c git push"]);
}

#[test]
fn git_is_set_apart() {
    let script = Script::of("git -C sub -c core.hooksPath=/dev/null --no-pager -c x.y push -f origin");
    let git = script.commands[0].git().unwrap();
    assert_eq!(git.subcommand(), Some("push"));
    assert_eq!(git.settings, [("core.hooksPath", Some("/dev/null")), ("x.y", None)]);
    assert_eq!(git.directories.len(), 1);
    assert_eq!(git.arguments.len(), 2);
    assert!(Script::of("git").commands[0].git().unwrap().subcommand().is_none());
    assert!(Script::of("git $X").commands[0].git().unwrap().subcommand().is_none());
    assert!(Script::of("gitk x").commands[0].git().is_none());
}

/// For the command that runs `cargo`: does 0 tell of success, and another status of failure?
fn tells(line: &str) -> (bool, bool) {
    let script = Script::of(line);
    let of = |command: &&Command| command.program() == Some("cargo");
    let command = script.commands.iter().find(of).unwrap_or_else(|| panic!("{line}"));
    (command.tells.success, command.tells.failure)
}

#[test]
fn the_status_of_the_line() {
    for (want, lines) in [
        (
            (true, true),
            &[
                "cargo test",
                "cd x; cargo test",
                "echo a && cargo test",
                "cargo test 2>&1",
                "cargo test && echo ok",
                "(cargo test)",
                "bash -c 'cargo test'",
                "sudo timeout 5 cargo test",
                "set -o pipefail; cargo test | tail -5",
                "set -euo pipefail && cargo test 2>&1 | tee log",
                "bash -o pipefail -c 'cargo test | tail'",
                "cargo test; exit $?",
                "cat x | cargo test",
                "cargo test || exit 1",
                "cargo test || { echo no; exit 1; }",
                "set -e; cargo test; echo done",
                "(make; cargo test) 2>&1",
            ] as &[&str],
        ),
        (
            (true, false),
            &[
                "cd x && cargo test",
                "cargo test && make",
                "set -e; cargo test; make",
                "set -o pipefail; cargo test | grep -v warn",
                "cd x || exit 1; cargo test",
                "cargo test && cargo-x && y",
            ],
        ),
        ((false, true), &["cargo test || true", "make || cargo test", "find . | xargs cargo test"]),
        (
            (false, false),
            &[
                "cargo test | tail",
                "cargo test; echo done",
                "! cargo test",
                "cargo test & wait",
                "cargo test; exit 0",
                "if cargo test; then echo ok; fi",
                "x=$(cargo test)",
                "echo $(cargo test)",
                "cargo test || true; echo",
                "(cargo test; true)",
                "set -e; set +e; cargo test; echo",
                "for i in 1 2; do cargo test; done",
            ],
        ),
        ((false, true), &["[ -f x ] || exit 0; cargo test"]),
    ] {
        for line in lines {
            assert_eq!(tells(line), want, "{line}");
        }
    }
}

#[test]
fn a_status_that_is_printed() {
    let printed = |line: &str| {
        let script = Script::of(line);
        let command = script.commands.iter().find(|command| command.program() == Some("cargo")).unwrap();
        command.printed.as_ref().map(|one| (one.before.clone(), one.after.clone(), one.tells.failure))
    };
    let some = |before: &str, after: &str, failure| Some((before.to_owned(), after.to_owned(), failure));
    assert_eq!(printed("cargo test; echo \"EXIT: $? (tests)\""), some("EXIT: ", " (tests)", true));
    assert_eq!(printed("cargo test\necho $?"), some("", "", true));
    assert_eq!(printed("cd x && cargo test; echo rc=$?"), some("rc=", "", false));
    assert_eq!(printed("cargo test | tail -3; echo ${PIPESTATUS[0]}"), some("", "", true));
    assert_eq!(printed("cargo test | tail -3; echo $?"), None);
    assert_eq!(printed("cargo test; echo done"), None);
    assert_eq!(printed("cargo test; make; echo $?"), None);
    assert_eq!(printed("! cargo test; echo $?"), None);
}

#[test]
fn where_output_goes() {
    let script = Script::of("(cargo test; true) 2>&1 | grep x | tail -3 > log; make > /dev/null");
    let programs = |index| script.filters(index).iter().filter_map(|one| one.program()).collect::<Vec<_>>();
    assert_eq!(programs(0), ["grep", "tail"]);
    let redirected: Vec<_> = script.commands.iter().filter(|one| one.output_is_redirected()).collect();
    assert_eq!(redirected.iter().filter_map(|one| one.program()).collect::<Vec<_>>(), ["tail", "make"]);
    assert!(!Script::of("make 2> log").commands[0].output_is_redirected());
    assert!(Script::of("make &> log").commands[0].output_is_redirected());
    let script = Script::of("x=$(cargo test | tail)");
    assert!(script.commands[0].is_captured && script.commands[1].is_captured && !script.commands[2].is_captured);
    assert!(Script::of("cargo test & echo").commands[0].is_background);
}

#[test]
fn power_shell_lightly() {
    assert_eq!(
        listed("Remove-Item -Recurse C:\\a\\b; git push `\n --force"),
        ["Remove-Item -Recurse C:\\a\\b", "git push --force"]
    );
    assert_eq!(
        listed("Get-ChildItem x | ForEach-Object { Remove-Item $_ }")[..2],
        ["Get-ChildItem x", "Remove-Item $_?"]
    );
    let script = Script::of("$env:HUSKY = \"0\"; git commit -m 'it''s'");
    assert_eq!(script.commands[0].assignments[0].name, "HUSKY");
    assert_eq!(script.commands[0].assignments[0].value.known(), Some("0"));
    assert_eq!(script.commands[1].words[3].text, "it's");
    assert_eq!(listed("$x = git push --force"), ["git push --force"]);
    assert_eq!(listed("pwsh -Command \"git push\""), ["git push", "pwsh -Command git push"]);
}

#[test]
fn hostile_lines_end() {
    // Far more than a reading that is not linear, or recurses freely, would live through.
    let deep = |open: &str, count| open.repeat(count);
    for text in [
        deep("(", 100_000),
        deep("$(", 100_000),
        deep("\"$(", 50_000),
        deep("`", 99_999),
        deep("((", 100_000),
        deep("{ ", 100_000),
        deep("${", 100_000),
        deep("if ", 100_000),
        deep("case x in a) ", 30_000),
        deep("f() ", 50_000),
        deep("! ", 100_000),
        deep("a | ", 50_000),
        deep("a && ", 50_000),
        deep("[{", 200_000),
        deep("cat <<A\n", 30_000),
        deep("bash -c 'bash -c ", 30_000),
        deep("eval ", 100_000),
        deep("sudo ", 100_000),
        deep("x=(", 100_000),
        deep("<(", 100_000),
        deep("\\", 99_999),
        deep("ä", 100_000),
    ] {
        assert!(Script::of(&text).commands.len() <= MAX_COMMANDS);
    }
    assert!(Script::of(&"(".repeat(1000)).is_cut);
    assert!(Script::of("echo 'a").is_broken && Script::of("(a").is_broken && !Script::of("(a)").is_broken);
}

proptest! {
    #[test]
    fn any_text_has_a_reading(text in "[a-z$(){}'\"`;&|<>\\\\\n\\[\\] =#!~*-]{0,120}") {
        for dialect in [Dialect::Bash, Dialect::PowerShell] {
            let script = Script::read(&text, dialect);
            for index in 0..script.commands.len() {
                prop_assert!(script.filters(index).len() <= script.commands.len());
            }
        }
    }

    #[test]
    fn any_bytes_too(text in any::<String>()) {
        drop(Script::of(&text));
    }

    /// Words that are quoted come back as they were.
    #[test]
    fn quoted_words_come_back(words in prop::collection::vec("[^\\x00\n]{1,12}", 1..5)) {
        let line = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect::<Vec<_>>().join(" ");
        let script = Script::read(&format!("run {line}"), Dialect::Bash);
        prop_assert_eq!(script.commands.len(), 1);
        let back: Vec<&str> = script.commands[0].words.iter().skip(1).filter_map(Word::known).collect();
        prop_assert_eq!(back, words);
    }
}

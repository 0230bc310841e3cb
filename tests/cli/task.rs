//! What a developer sets for the work at hand: flags of `task start`, and lines of a prompt.

use std::process::Output;

use serde_json::{Value, json};

use crate::client::{Agent, Dialect, blocked};
use crate::support::TestRepo;

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n")
        .write("src/a.txt", "one\n")
        .write("src/b.txt", "b\n")
        .write("docs/x.md", "x\n");
    repo.commit_all("start");
    repo
}

fn warrant(repo: &TestRepo, arguments: &[&str]) -> Output {
    repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root()).args(arguments).output().expect("it runs")
}

fn task(repo: &TestRepo, flags: &[&str]) {
    let _none = warrant(repo, &["task", "end"]);
    let output = warrant(repo, &[&["task", "start"], flags, &["mend it"]].concat());
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn every_flag_is_shown_as_it_was_set() {
    let repo = repo();
    task(
        &repo,
        &[
            "--allow",
            "src/**",
            "--deny",
            "src/core/**",
            "--files",
            "3",
            "--added-lines",
            "40",
            "--deleted-lines",
            "5",
            "--new-files",
            "0",
            "--read-only",
            "--no-commit",
            "--require",
            "cargo test",
            "--deny-command",
            "cargo publish",
        ],
    );
    let shown: Value =
        serde_json::from_slice(&warrant(&repo, &["task", "show", "--format", "json"]).stdout).expect("JSON");
    let task = &shown["task"];
    assert_eq!((&shown["schema"], &task["title"]), (&json!(1), &json!("mend it")));
    assert_eq!((&task["allow"], &task["deny"]), (&json!(["src/**"]), &json!(["src/core/**"])));
    assert_eq!(task["limits"], json!({ "files": 3, "added-lines": 40, "deleted-lines": 5, "new-files": 0 }));
    assert_eq!((&task["read-only"], &task["no-commit"]), (&json!(true), &json!(true)));
    assert_eq!(task["deny-commands"], json!(["cargo publish"]));
    assert_eq!(task["require"], json!([{ "name": "cargo test", "run": ["cargo test"] }]));
    for flags in [["--allow", "["], ["--files", "many"], ["--deny-command", "a | b"]] {
        let _none = warrant(&repo, &["task", "end"]);
        let output = warrant(&repo, &[&["task", "start"], &flags[..], &["x"]].concat());
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {output:?}");
    }
}

#[test]
fn each_bound_of_a_task_is_held_at_the_end_of_a_turn() {
    let write = "f=docs/x.md; echo y > $f";
    for (flags, command, rule) in [
        (&["--allow", "src/**"][..], write, "scope/contract"),
        (&["--deny", "docs/**"], write, "scope/contract"),
        (&["--files", "1"], "f=docs/x.md; echo y > $f; echo z > src/a.txt", "scope/contract"),
        (&["--added-lines", "1"], "f=docs/x.md; echo y >> $f; echo z >> $f", "scope/contract"),
        (&["--new-files", "0"], "f=docs/y.md; echo y > $f", "scope/contract"),
        (&["--read-only"], write, "scope/read-only"),
        (&["--no-commit"], "f=docs/x.md; echo y > $f; g=commit; git $g -qam x", "history/forbidden-commit"),
        (&["--require", "cargo test"], write, "commands/required"),
        (&["--deny-command", "cargo publish"], "cargo publish; true", "commands/denied"),
    ] {
        let repo = repo();
        task(&repo, flags);
        let agent = Agent::start(&repo, "s");
        agent.force(command);
        blocked(agent.stop("Done."), rule);
    }
}

#[test]
fn lines_of_a_prompt_hold_before_a_tool_in_a_commit_and_at_the_end() {
    for dialect in [Dialect::ClaudeCode, Dialect::Codex] {
        let repo = repo();
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.prompt("Mend it.\nwarrant: deny docs\nwarrant: deny-command git push\nwarrant: no-commit\n");
        assert!(agent.edit("docs/x.md", "y\n").expect("refused").contains("scope/contract"), "{dialect:?}");
        assert!(agent.shell("echo y > docs/x.md").expect("refused").contains("scope/contract"));
        assert!(agent.shell("git push origin main").expect("refused").contains("commands/denied"));
        assert!(agent.shell("git commit -qam x").expect("refused").contains("history/forbidden-commit"));
        assert_eq!(agent.edit("src/a.txt", "two\n"), None);
        agent.shell("f=docs/x.md; echo y > $f");
        blocked(agent.stop("Done."), "scope/contract");
    }
}

#[test]
fn a_commit_of_the_session_is_held_to_the_prompt_and_a_persons_is_not() {
    let repo = repo();
    let installed = warrant(&repo, &["install"]);
    assert!(installed.status.success(), "{installed:?}");
    let agent = Agent::start(&repo, "s");
    agent.prompt("Mend it.\nwarrant: deny docs\n");
    let head = repo.head();
    agent.shell("f=docs/x.md; echo y > $f");
    agent.shell("git commit -qam 'Change the page'");
    assert_eq!(repo.head(), head, "the hook of git refused it");
    repo.git(&["commit", "-qam", "Change the page"]);
    assert_ne!(repo.head(), head);
}

#[test]
fn a_bound_in_a_sentence_is_offered_once_and_never_enforced() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    let said = agent.prompt("Mend the text. Do not touch docs.");
    let offer = said["systemMessage"].as_str().expect("a word to the person");
    assert!(offer.contains("`warrant: deny docs/**`") && offer.contains("not enforced"), "{offer}");
    assert_eq!(agent.prompt("Go on. Do not touch docs."), Value::Null, "said once");
    assert_eq!(agent.edit("docs/x.md", "y\n"), None);
    assert_eq!(agent.stop("Done."), None);
    // What stands as a line needs no offer.
    let other = Agent::start(&repo, "other");
    assert_eq!(other.prompt("Do not touch docs.\nwarrant: deny docs/**"), Value::Null);
}

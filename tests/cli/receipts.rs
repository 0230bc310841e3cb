//! `git-warrant run`: its receipts say on which files a command ran, and claims are judged by that.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::client::{Agent, blocked};
use crate::support::TestRepo;

const CLAIM: &str =
    "schema = 1\n\n[[claim]]\nkind = \"modified\"\npath = \"src/calc.py\"\n\n[[claim]]\nkind = \"tests-passed\"\n";

/// With a runner whose tests pass where `src/calc.py` adds.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    let bin = repo.beside("bin");
    let runner = "#!/bin/sh\nif grep -q + src/calc.py; then echo '===== 3 passed in 0.01s ====='; else\n\
                  echo '===== 1 failed, 2 passed in 0.01s ====='; exit 1; fi\n";
    repo.at(&bin).write("pytest", runner);
    fs::set_permissions(bin.join("pytest"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    repo.write("warrant.toml", "schema = 1\n").write("src/calc.py", "a - b\n").write(".gitignore", "ignored\n");
    repo.commit_all("start");
    repo
}

fn warrant(repo: &TestRepo) -> Command {
    let path = git_warrant::system::env_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([repo.beside("bin")].into_iter().chain(std::env::split_paths(&path)));
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    command.env("PATH", path.expect("a PATH"));
    command
}

fn run_tests(command: &mut Command) -> Output {
    command.args(["run", "--name", "unit", "--", "pytest"]).output().expect("it runs")
}

/// The verdict on `tests-passed` of a commit.
fn verdict(repo: &TestRepo) -> String {
    let output = warrant(repo).args(["check", "--commit", "HEAD", "--format", "json"]).output().expect("it runs");
    let judged: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let claims = judged["outcomes"][0]["claims"].as_array().or_else(|| judged["claims"].as_array());
    let claims = claims.unwrap_or_else(|| panic!("claims: {judged}"));
    let of_tests = claims.iter().find(|claim| claim["kind"] == "tests-passed").expect("the claim");
    of_tests["verdict"].as_str().expect("a verdict").to_owned()
}

#[test]
fn the_exit_status_is_the_commands_and_both_ends_are_recorded() {
    let repo = repo();
    let failed = run_tests(&mut warrant(&repo));
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stdout).contains("1 failed"), "{failed:?}");
    repo.write("src/calc.py", "a + b\n").write("ignored", "x\n");
    assert!(run_tests(&mut warrant(&repo)).status.success());
    let text = fs::read_to_string(repo.path(".git/warrant/receipts.jsonl")).expect("receipts");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((lines[0]["exit"].as_i64(), lines[1]["exit"].as_i64()), (Some(1), Some(0)));
    for line in &lines {
        assert!(line["before"].as_str().is_some_and(|id| id.len() == 40) && line["before"] == line["after"], "{line}");
    }
    assert_ne!(lines[0]["before"], lines[1]["before"]);
    // What would be committed now is what the second run saw.
    repo.commit_all("fix");
    assert_eq!(repo.git_text(&["rev-parse", "HEAD^{tree}"]), lines[1]["after"].as_str().expect("an id"));
    let listed = warrant(&repo).args(["run", "--list"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("(unit)  passed"), "{listed:?}");
    let missing = warrant(&repo).args(["run", "--", "no-such-program"]).output().expect("it runs");
    assert_eq!(missing.status.code(), Some(127));
}

#[test]
fn a_commit_is_judged_by_runs_on_its_very_files() {
    let repo = repo();
    repo.write("src/calc.py", "a + b\n");
    let message = format!("Mend add\n\n```warrant\n{CLAIM}```\n\nCo-authored-by: Claude <noreply@anthropic.com>\n");
    repo.commit_all(&message);
    assert_eq!(verdict(&repo), "uncheckable", "nothing was recorded");
    run_tests(warrant(&repo).env("GITHUB_ACTIONS", "true"));
    assert_eq!(verdict(&repo), "supported");
    // A run on other files says nothing of it.
    fs::remove_file(repo.path(".git/warrant/receipts.jsonl")).expect("it was there");
    repo.write("src/new.py", "x\n");
    run_tests(&mut warrant(&repo));
    assert_eq!(verdict(&repo), "uncheckable");
    // That a run failed is no proof that no other one passed.
    repo.remove("src/new.py").write("src/calc.py", "a * b\n");
    repo.commit_all(&message);
    run_tests(&mut warrant(&repo));
    assert_eq!(verdict(&repo), "unsupported");
}

#[test]
fn a_run_in_a_session_is_fresh_until_something_changes() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    agent.edit("src/calc.py", "a + b\n");
    // Not told by the client: in a terminal of the person's.
    run_tests(&mut warrant(&repo));
    let message = format!("Done.\n\n```warrant\n{CLAIM}```\n");
    assert_eq!(agent.stop(&message), None);
    let said = agent.report(CLAIM);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("supported: tests-passed"), "{said}");
    agent.edit("src/calc.py", "a * b + 0\n");
    let said = agent.report(CLAIM);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("unsupported: tests-passed") && said.contains("files changed since"), "{said}");
    agent.edit("src/calc.py", "a * b\n");
    agent.shell("pytest");
    blocked(agent.stop(&message), "report/contradicted");
}

#[test]
fn handing_a_report_in_changes_nothing_that_was_run() {
    let repo = repo();
    let policy = "schema = 1\n[report]\nrequire = \"declared\"\n[rules]\n\"report/unsupported\" = \"deny\"\n";
    repo.write("warrant.toml", policy);
    repo.commit_all("a report is asked for");
    let agent = Agent::start(&repo, "s");
    agent.edit("src/calc.py", "a + b\n");
    agent.shell("pytest");
    agent.shell(&format!("'{}' report - <<'EOF'\n{CLAIM}EOF", env!("CARGO_BIN_EXE_git-warrant")));
    assert_eq!(agent.stop("Done."), None);
    agent.shell("sed -i s/b/c/ src/calc.py");
    blocked(agent.stop("Done."), "report/unsupported");
}

#[test]
fn tests_that_a_commit_hook_ran_count() {
    let repo = repo();
    repo.hook("pre-commit", "#!/bin/sh\nexec pytest\n");
    let agent = Agent::start(&repo, "s");
    agent.edit("src/calc.py", "a + b\n");
    assert_eq!(agent.shell("git commit -qam 'Mend add'"), None);
    let said = agent.report(CLAIM);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("supported: tests-passed") && !said.contains("unsupported"), "{said}");
}

#[test]
fn what_a_run_saw_is_told_by_its_tree_first_and_by_times_and_order_else() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    let said = || String::from_utf8_lossy(&agent.report(CLAIM).stdout).into_owned();
    let is_supported = |said: &str| said.contains("supported: tests-passed") && !said.contains("unsupported");
    agent.edit("src/calc.py", "a + b\n");
    agent.shell("pytest");
    // An edit that failed wrote nothing, and what lies outside of the work tree is none of the work.
    let input = json!({ "file_path": repo.path("src/calc.py"), "old_string": "nowhere", "new_string": "x" });
    let call = json!({ "tool_name": "Edit", "tool_input": input, "tool_use_id": "fails" });
    agent.hook("PreToolUse", call.clone());
    let mut failed = call;
    failed["error"] = json!("String to replace not found in file.");
    agent.hook("PostToolUseFailure", failed);
    agent.edit(repo.beside("notes.md").to_str().expect("text"), "a note\n");
    assert!(is_supported(&said()), "{}", said());
    // The time of a file is another, and its content is not: only a recorded tree tells that.
    agent.shell("touch src/calc.py");
    assert!(said().contains("files changed since"), "{}", said());
    agent.shell(&format!("'{}' run -- pytest", env!("CARGO_BIN_EXE_git-warrant")));
    agent.shell("touch src/calc.py");
    assert!(is_supported(&said()), "{}", said());
    agent.edit("src/calc.py", "a + b + 0\n");
    assert!(said().contains("files changed since"), "{}", said());
}

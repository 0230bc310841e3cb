//! Two agents at once in one repository: neither is charged with the other's edits, commits, runs, bounds or report.

use serde_json::{Value, json};

use crate::client::{Agent, Dialect, blocked, later};
use crate::support::TestRepo;

const DECLARED: &str = "schema = 1\n[report]\nrequire = \"declared\"\n[rules]\n\"report/undisclosed\" = \"deny\"\n";

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"migrations/**\"]\n";

fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    let bin = repo.beside("bin");
    let runner = "#!/bin/sh\n[ -n \"$BROKEN\" ] && { echo '===== 1 failed, 2 passed in 0.01s ====='; exit 1; }\n\
                  echo '===== 3 passed in 0.01s ====='\n";
    repo.at(&bin).write("pytest", runner);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("pytest"), mode).expect("it is ours");
    repo.write("warrant.toml", policy).write("src/a.py", "a = 1\n").write("src/b.py", "b = 1\n");
    repo.commit_all("start");
    repo
}

fn report(path: &str) -> String {
    format!("schema = 1\n[[claim]]\nkind = \"modified\"\npath = \"{path}\"\n")
}

/// Clients that name their sessions to their shells, and one that does not.
const PAIRS: [(Dialect, Dialect); 4] = [
    (Dialect::ClaudeCode, Dialect::Gemini),
    (Dialect::Gemini, Dialect::Copilot),
    (Dialect::Codex, Dialect::ClaudeCode),
    (Dialect::Gemini, Dialect::Gemini),
];

#[test]
fn a_report_is_kept_for_who_handed_it_in() {
    for (first, second) in PAIRS.into_iter().filter(|(first, second)| first != second) {
        let repo = repo(DECLARED);
        let (one, two) = (Agent::start_as(&repo, "one", first), Agent::start_as(&repo, "two", second));
        one.edit("src/a.py", "a = 2\n");
        later();
        two.edit("src/b.py", "b = 2\n");
        // The other one was heard of later.
        let said = one.report(&report("src/a.py"));
        let shown = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.status.success() && !shown.contains("src/b.py"), "{first:?} {second:?}: {said:?}");
        blocked(two.stop("Done."), "report/missing");
        assert!(two.report(&report("src/b.py")).status.success());
        assert_eq!((one.stop("Done."), two.stop("Done.")), (None, None), "{first:?} {second:?}");
    }
}

#[test]
fn two_sessions_that_name_themselves_nowhere_are_told_apart_by_who_is_at_work() {
    let repo = repo(DECLARED);
    let (one, two) = (Agent::start_as(&repo, "one", Dialect::Gemini), Agent::start_as(&repo, "two", Dialect::Gemini));
    one.edit("src/a.py", "a = 2\n");
    later();
    two.edit("src/b.py", "b = 2\n");
    let said = one.report(&report("src/a.py"));
    let why = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(why.contains("several sessions are under way") && why.contains("```warrant"), "{said:?}");
    // By a command that its hooks tell of.
    let file = |path: &str| format!("'{}' report - <<'EOF'\n{}EOF", env!("CARGO_BIN_EXE_git-warrant"), report(path));
    one.force(&file("src/a.py"));
    blocked(two.stop("Done."), "report/missing");
    two.force(&file("src/b.py"));
    assert_eq!((one.stop("Done."), two.stop("Done.")), (None, None));
}

#[test]
fn edits_of_a_session_that_has_ended_are_not_charged_to_who_was_at_work_meanwhile() {
    for (first, second) in PAIRS {
        let repo = repo(POLICY);
        let (one, two) = (Agent::start_as(&repo, "one", first), Agent::start_as(&repo, "two", second));
        let call =
            json!({ "tool_name": one.shell_tool(), "tool_input": { "command": "sleep 9" }, "tool_use_id": "long" });
        one.hook("PreToolUse", call.clone());
        later();
        two.force("mkdir -p migrations && echo x > migrations/1.sql && git add -A && git commit -qm 'Two: fix\n\nx'");
        blocked(two.stop("Done."), "scope/denied-path");
        two.hook("SessionEnd", json!({ "reason": "other" }));
        later();
        let mut result = call;
        result["tool_response"] = json!("");
        one.hook("PostToolUse", result);
        assert_eq!(one.stop("Done."), None, "{first:?} {second:?}");
    }
}

#[test]
fn a_commit_is_held_to_the_bounds_and_has_the_runs_of_its_own_session() {
    for (first, second) in PAIRS {
        let repo = repo("schema = 1\n");
        let program = env!("CARGO_BIN_EXE_git-warrant");
        assert!(repo.command(program, repo.root()).arg("install").status().expect("it runs").success());
        let (one, two) = (Agent::start_as(&repo, "one", first), Agent::start_as(&repo, "two", second));
        two.prompt("warrant: no-commit");
        two.shell(&format!("'{program}' run --name theirs -- pytest"));
        one.edit("src/a.py", "a = 2\n");
        one.shell(&format!("'{program}' run --name mine -- pytest"));
        one.force("git commit -qam 'Change a' && echo made");
        assert_eq!(repo.git_text(&["log", "-1", "--format=%s"]), "Change a", "{first:?} {second:?}");
        let note: Value =
            serde_json::from_str(&repo.git_text(&["notes", "--ref=warrant", "show", "HEAD"])).expect("JSON");
        let named = note["predicate"]["receipts"].as_array().map_or(0, Vec::len);
        // Its own run, as it recorded itself and as the hooks told of it.
        assert_eq!(named, 2, "{first:?} {second:?}: {note}");
        // By a script, as its hooks would refuse the command itself.
        two.shell("printf 'git commit -q --allow-empty -m Nothing' > ../bin/script; sh ../bin/script");
        assert_eq!(repo.git_text(&["log", "-1", "--format=%s"]), "Change a", "{first:?} {second:?}");
    }
}

#[test]
fn a_run_of_another_agent_contradicts_nobody() {
    for (first, second) in PAIRS.into_iter().filter(|(first, second)| first != second) {
        let repo = repo("schema = 1\n");
        let program = env!("CARGO_BIN_EXE_git-warrant");
        let (one, two) = (Agent::start_as(&repo, "one", first), Agent::start_as(&repo, "two", second));
        one.edit("src/a.py", "a = 2\n");
        one.shell("pytest");
        later();
        two.shell(&format!("BROKEN=1 '{program}' run -- pytest"));
        let claim = "schema = 1\n[[claim]]\nkind = \"tests-passed\"\n";
        let said = |agent: &Agent<'_>| String::from_utf8_lossy(&agent.report(claim).stdout).into_owned();
        assert!(said(&one).starts_with("supported: tests-passed"), "{first:?} {second:?}: {}", said(&one));
        assert!(!said(&two).starts_with("supported: tests-passed"), "{first:?} {second:?}: {}", said(&two));
    }
}

#[test]
fn agents_in_linked_work_trees_know_nothing_of_each_other() {
    let repo = repo(DECLARED);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().expect("text"), "-b", "side"]);
    let one = Agent::start_as(&repo, "one", Dialect::Gemini);
    let two = Agent::start_in(&repo, "two", Dialect::Gemini, &linked);
    one.edit("src/a.py", "a = 2\n");
    two.edit("src/b.py", "b = 2\n");
    two.force("git commit -qam 'Change b'");
    for (agent, path) in [(&one, "src/a.py"), (&two, "src/b.py")] {
        let said = agent.report(&report(path));
        assert!(said.status.success(), "{path}: {said:?}");
    }
    assert_eq!((one.stop("Done."), two.stop("Done.")), (None, None));
}

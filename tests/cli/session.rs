//! Sessions of an agent, through the hooks it calls, with payloads as Claude Code sends them.

use std::fs;

use serde_json::json;

use crate::client::{Agent, blocked, later};
use crate::support::TestRepo;

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"migrations/**\"]\n";

const DECLARED: &str = "schema = 1\n[report]\nrequire = \"declared\"\n[rules]\n\"report/undisclosed\" = \"deny\"\n";

/// A repository with a policy and a commit.
fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("src/a.txt", "one\n").write("src/b.txt", "b\n").write("keep.txt", "k\n");
    repo.commit_all("start");
    repo
}

#[test]
fn an_honest_turn_passes_in_silence() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    assert_eq!(agent.edit("src/a.txt", "two\n"), None);
    agent.force("git add -A && git commit -qm 'Change a'");
    assert_eq!(agent.stop("I changed `src/a.txt`."), None);
    assert_eq!(agent.stop("Nothing else to do."), None);
}

#[test]
fn a_denied_path_is_refused_early_and_found_at_the_end() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    let refused = agent.edit("migrations/1.sql", "x\n").expect("refused");
    assert!(refused.contains("scope/denied-path") && refused.contains("warrant.toml:3"), "{refused}");
    assert!(!repo.path("migrations/1.sql").exists());
    agent.force("mkdir -p migrations && echo x > migrations/1.sql");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("migrations/1.sql") && reason.contains("warrant.toml:3"), "{reason}");
    agent.force("rm -r migrations");
    assert_eq!(agent.stop("Took it back."), None);
}

#[test]
fn what_was_denied_may_be_put_right_by_an_edit() {
    let repo = repo("schema = 1\n[scope]\ndeny = [\"keep.txt\"]\n");
    let agent = Agent::start(&repo, "s");
    agent.force("echo broken > keep.txt");
    blocked(agent.stop("Done."), "scope/denied-path");
    assert_eq!(agent.edit("keep.txt", "k\n"), None);
    assert_eq!(agent.stop("Done."), None);
    assert!(agent.edit("keep.txt", "again\n").is_some());
}

#[test]
fn a_stubborn_agent_is_let_go_and_a_new_prompt_counts_anew() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p migrations && echo x > migrations/1.sql");
    for _ in 0..2 {
        blocked(agent.stop("Done."), "scope/denied-path");
    }
    assert_eq!(agent.stop("Done."), None);
    assert_eq!(agent.stop("Done."), None);
    // What some clients feed back is no new turn.
    agent.prompt("git-warrant: this turn cannot end yet");
    assert_eq!(agent.stop("Done."), None);
    agent.prompt("once more");
    blocked(agent.stop("Done."), "scope/denied-path");
}

#[test]
fn another_set_of_findings_blocks_again_up_to_a_bound() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p migrations");
    let mut blocks = 0;
    for round in 0..12 {
        agent.force(&format!("echo x > migrations/{round}.sql"));
        blocks += usize::from(agent.stop("Done.").is_some());
    }
    assert_eq!(blocks, 6);
}

#[test]
fn a_report_is_asked_for_with_the_command_to_file_it() {
    let repo = repo(DECLARED);
    let agent = Agent::start(&repo, "s");
    assert_eq!(agent.stop("Nothing to do."), None, "nothing changed, nothing to report");
    agent.edit("src/a.py", "two = 2\n");
    agent.edit("src/b.py", "two = 2\n");
    let reason = blocked(agent.stop("I changed src/a.py."), "report/missing");
    assert!(reason.contains("git-warrant report - <<'EOF'"), "{reason}");
    let said = agent.report("schema = 1\n[[claim]]\nkind = \"created\"\npath = \"src/a.py\"\n");
    let shown = String::from_utf8_lossy(&said.stdout);
    assert!(shown.contains("supported") && shown.contains("src/b.py") && said.status.code() == Some(1), "{said:?}");
    let reason = blocked(agent.stop("I changed src/a.py."), "report/undisclosed");
    assert!(reason.contains("src/b.py"), "{reason}");
    let both = "schema = 1\n[[claim]]\nkind = \"created\"\npath = \"src/a.py\"\n[[claim]]\nkind = \"created\"\npath = \"src/b.py\"\n";
    assert!(agent.report(both).status.success());
    assert_eq!(agent.stop("I changed both."), None);
}

#[test]
fn a_report_in_the_last_words_counts_and_a_false_one_blocks() {
    let repo = repo(DECLARED);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    let with = |kind: &str| {
        format!("Done.\n\n```warrant\nschema = 1\n[[claim]]\nkind = \"{kind}\"\npath = \"src/a.txt\"\n```\n")
    };
    blocked(agent.stop(&with("deleted")), "report/contradicted");
    assert_eq!(agent.stop(&with("modified")), None);
}

#[test]
fn the_policy_of_the_start_holds_whatever_becomes_of_it() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    assert!(agent.edit("warrant.toml", "schema = 1\n").expect("refused").contains("guard/policy-changed"));
    agent.force("echo 'schema = 1' > warrant.toml && mkdir migrations && echo x > migrations/1.sql");
    agent.force("git add -A && git commit -qm 'Loosen' --no-verify");
    let reason = blocked(agent.stop("Done."), "guard/policy-changed");
    assert!(reason.contains("scope/denied-path"), "{reason}");
    agent.force("git revert --no-edit HEAD");
    assert_eq!(agent.stop("Taken back."), None);
}

#[test]
fn hooks_and_settings_that_call_us_are_watched() {
    let repo = repo("schema = 1\n");
    let settings = r#"{"hooks":{"Stop":[{"hooks":[{"command":"git-warrant hook agent --agent claude-code"}]}]}}"#;
    repo.write(".gitignore", ".claude/\n");
    repo.commit_all("ignore");
    repo.hook("pre-commit", "#!/bin/sh\nexec git-warrant hook pre-commit \"$@\"\n");
    repo.write(".claude/settings.local.json", settings);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    assert_eq!(agent.stop("Done."), None);
    agent.force("echo 'exit 0' > .git/hooks/pre-commit");
    blocked(agent.stop("Done."), "guard/session-tampered");
    repo.hook("pre-commit", "#!/bin/sh\nexec git-warrant hook pre-commit \"$@\"\n");
    assert_eq!(agent.stop("Put back."), None);
    agent.force("echo '{}' > .claude/settings.local.json");
    blocked(agent.stop("Done."), "guard/session-tampered");
    // Other settings are the client's own affair.
    repo.write(".claude/settings.local.json", settings.replacen('{', "{\"permissions\":{},", 1));
    assert_eq!(agent.stop("Put back."), None);
    agent.force("git config core.hooksPath /dev/null");
    assert!(blocked(agent.stop("Done."), "guard/session-tampered").contains("core.hooksPath"));
}

#[test]
fn a_ledger_that_was_cut_or_removed_is_told_and_the_baseline_holds() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p migrations && echo x > migrations/1.sql");
    agent.force("rm -rf .git/warrant");
    let reason = blocked(agent.stop("Done."), "guard/session-tampered");
    assert!(reason.contains("ledger") && reason.contains("scope/denied-path"), "{reason}");
}

#[test]
fn what_a_person_changed_before_is_never_charged() {
    let repo = repo(POLICY);
    repo.write("migrations/mine.sql", "m\n").write("src/a.txt", "mine\n").write("untracked.txt", "u\n").stage_all();
    repo.write("src/a.txt", "mine, later\n").remove("keep.txt");
    let agent = Agent::start(&repo, "s");
    agent.edit("src/b.txt", "two\n");
    assert_eq!(agent.stop("I changed src/b.txt."), None);
    agent.force("git add -A && git commit -qm 'All of it' --no-verify");
    assert_eq!(agent.stop("Committed."), None);
}

#[test]
fn what_a_person_changes_meanwhile_is_told_apart() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/b.txt", "two\n");
    later();
    repo.write("migrations/mine.sql", "m\n");
    later();
    agent.force("true");
    assert_eq!(agent.stop("I changed src/b.txt."), None);
    // The same done by the agent is its own.
    agent.force("echo more > migrations/other.sql");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("other.sql") && !reason.contains("mine.sql"), "{reason}");
}

#[test]
fn commits_of_others_that_come_in_are_not_charged() {
    let repo = repo(POLICY);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("migrations/theirs.sql", "t\n");
    repo.commit_all("theirs");
    repo.git(&["checkout", "-q", "main"]);
    let agent = Agent::start(&repo, "s");
    agent.force("git merge -q side");
    agent.edit("src/a.txt", "two\n");
    assert_eq!(agent.stop("Merged side, and changed a."), None);
    agent.force("echo mine >> migrations/theirs.sql");
    blocked(agent.stop("Done."), "scope/denied-path");
}

#[test]
fn merging_and_rebasing_what_others_wrote_charges_nobody() {
    let repo = repo(POLICY);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("migrations/theirs.sql", "t\n").write("src/b.txt", "b\nb\nb\n");
    repo.commit_all("theirs");
    repo.git(&["checkout", "-q", "-b", "mine", "main"]);
    repo.write("migrations/mine.sql", "m\n");
    repo.commit_all("mine, before the session");
    let agent = Agent::start(&repo, "s");
    agent.force("git rebase -q side");
    assert_eq!(agent.stop("Rebased."), None);
    agent.force("git checkout -q main && git merge -q --no-ff -m 'Merge mine' mine");
    assert_eq!(agent.stop("Merged."), None);
    agent.force("echo mine >> migrations/mine.sql && git commit -qam 'Change it' --no-verify");
    blocked(agent.stop("Done."), "scope/denied-path");
}

#[test]
fn what_a_person_does_while_the_agent_only_reads_is_the_persons() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    repo.write("migrations/mine.sql", "m\n");
    assert_eq!(agent.stop("It is written in keep.txt."), None);
}

#[test]
fn a_commit_message_of_the_session_is_judged_too() {
    let repo = repo("schema = 1\n[rules]\n\"message/convention\" = { level = \"deny\", style = \"conventional\" }\n");
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    agent.force("git commit -qam 'no convention at all' --no-verify");
    let reason = blocked(agent.stop("Done."), "message/convention");
    assert!(reason.contains("(commit "), "{reason}");
    agent.force("git commit -q --amend -m 'fix: change a' --no-verify");
    assert_eq!(agent.stop("This is no commit message."), None);
}

#[test]
fn a_start_that_was_missed_is_made_up_for() {
    let repo = repo(POLICY);
    repo.write("migrations/before.sql", "b\n");
    let agent = Agent::unstarted(&repo, "s");
    agent.force("echo x > migrations/1.sql");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("1.sql") && !reason.contains("before.sql"), "{reason}");
    let late = Agent::unstarted(&repo, "other");
    assert_eq!(late.stop("I heard nothing of it."), None);
}

#[test]
fn agents_side_by_side_answer_for_their_own() {
    let repo = repo(POLICY);
    let (one, two) = (Agent::start(&repo, "one"), Agent::start(&repo, "two"));
    one.force("mkdir -p migrations && echo x > migrations/1.sql");
    later();
    two.edit("src/b.txt", "two\n");
    assert_eq!(two.stop("I changed src/b.txt."), None);
    blocked(one.stop("Done."), "scope/denied-path");
}

#[test]
fn linked_work_trees_are_apart() {
    let repo = repo(POLICY);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().expect("text"), "-b", "side"]);
    let mut agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    agent.directory = linked;
    agent.force("mkdir -p migrations && echo x > migrations/1.sql");
    blocked(agent.stop("Done."), "scope/denied-path");
    agent.force("rm -r migrations");
    assert_eq!(agent.stop("Done."), None);
    agent.directory = repo.root().to_owned();
    agent.force("mkdir -p migrations && echo x > migrations/2.sql");
    agent.directory = repo.beside("linked");
    let reason = blocked(agent.stop("Done in the other one."), "scope/denied-path");
    assert!(reason.contains("2.sql") && !reason.contains("1.sql"), "{reason}");
    let other = Agent::start(&repo, "other");
    assert_eq!(other.stop("Nothing."), None);
}

#[test]
fn a_repository_without_commits_is_held_too() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY);
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p migrations && echo x > migrations/1.sql && echo 'schema = 1' > warrant.toml");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("guard/policy-changed"), "{reason}");
}

#[test]
fn helpers_at_work_leave_open_what_is_still_to_come() {
    let repo = repo(DECLARED);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    let helper = json!([{ "id": "h", "type": "subagent", "status": "running", "description": "x" }]);
    assert_eq!(agent.stop_with("A helper is at work.", &helper), None);
    blocked(agent.stop("Now it is done."), "report/missing");
}

#[test]
fn a_policy_that_only_observes_never_blocks() {
    let repo = repo(&POLICY.replacen("schema = 1\n", "schema = 1\nmode = \"report\"\n", 1));
    let agent = Agent::start(&repo, "s");
    assert_eq!(agent.edit("migrations/1.sql", "x\n"), None);
    assert_eq!(agent.stop("Done."), None);
}

#[test]
fn a_git_directory_that_cannot_be_written_loses_no_session() {
    let repo = repo(POLICY);
    // A file in the place of the folder, whoever runs this.
    fs::write(repo.path(".git/warrant"), "in the way").expect("a file");
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p migrations && echo x > migrations/1.sql");
    blocked(agent.stop("Done."), "scope/denied-path");
}

#[test]
fn sessions_are_taken_away_with_their_refs() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    let refs = || repo.git_text(&["for-each-ref", "refs/warrant"]);
    assert!(refs().contains("/baseline"), "{}", refs());
    let gc = |arguments: &[&str]| {
        let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
        let output = command.arg("gc").args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(gc(&[]), "took 0 sessions away\n");
    later();
    assert_eq!(gc(&["--days", "0", "-n"]), "would take 1 session away\n");
    assert_eq!(gc(&["--days", "0"]), "took 1 session away\n");
    assert_eq!(refs(), "");
    let state = repo.beside("home/.local/state/git-warrant/sessions");
    assert!(fs::read_dir(state).map_or(0, Iterator::count) == 0);
}

#[test]
fn settings_that_are_as_committed_again_are_no_guard_undone() {
    let repo = repo("schema = 1\n");
    repo.write(".qwen/settings.json", "{}\n");
    repo.commit_all("settings");
    // As some clients do when they start.
    repo.write(".qwen/settings.json", "{\"$version\": 3}\n");
    let agent = Agent::start(&repo, "s");
    agent.force("f=.qwen/settings.json; echo '{\"hooks\":{}}' > $f");
    blocked(agent.stop("Done."), "guard/agent-config-changed");
    agent.force("git checkout -q -- .qwen");
    assert_eq!(agent.stop("Put back."), None);
    agent.force("git rm -q .qwen/settings.json");
    blocked(agent.stop("Done."), "guard/agent-config-changed");
}

#[test]
fn what_was_typed_is_not_kept() {
    let repo = repo(POLICY);
    let agent = Agent::start(&repo, "s");
    agent.prompt("the password is hunter2\nwarrant: files 3\n");
    let folder = repo.path(".git/warrant/sessions");
    let session = fs::read_dir(folder).expect("a folder").next().expect("a session").expect("an entry").path();
    let ledger = fs::read_to_string(session.join("ledger.jsonl")).expect("a ledger");
    assert!(!ledger.contains("hunter2") && ledger.contains("warrant: files 3"), "{ledger}");
}

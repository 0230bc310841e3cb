//! Commits made by real git through the installed hooks of the real program.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::TestRepo;

const POLICY: &str = "schema = 1\napplies-to = \"everyone\"\n\n[scope]\ndeny = [\"migrations/**\"]\n";

/// A repository with a policy in its first commit and our hooks installed.
fn guarded(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("file", "one\n");
    repo.commit_all("policy");
    install(&repo, repo.root());
    repo
}

fn install(repo: &TestRepo, directory: &Path) {
    let output = repo.command(env!("CARGO_BIN_EXE_git-warrant"), directory).arg("install").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A git command with further variables.
fn git_with(repo: &TestRepo, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = repo.git_command(repo.root());
    command.envs(variables.iter().copied()).args(arguments).output().expect("git runs")
}

fn git(repo: &TestRepo, arguments: &[&str]) -> Output {
    git_with(repo, &[], arguments)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Git went through, and no hook said a word.
#[track_caller]
fn silent(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
    assert!(!stderr(output).contains("git-warrant") && !stderr(output).contains("error["), "{}", stderr(output));
}

/// Git was stopped by a finding of this rule.
#[track_caller]
fn blocked(output: &Output, rule: &str) {
    assert!(!output.status.success(), "not blocked: {}", stderr(output));
    assert!(stderr(output).contains(&format!("error[{rule}]")), "{}", stderr(output));
}

/// How often a text occurs in what a run said.
fn times(output: &Output, text: &str) -> usize {
    stderr(output).matches(text).count()
}

const DENIED: &str = "scope/denied-path";
const NOT_PASSED: &str = "no pre-commit hook has passed this change";

#[test]
fn an_allowed_commit_is_silent_and_leaves_nothing_behind() {
    let repo = guarded(POLICY);
    repo.write("file", "two\n").stage_all();
    silent(&git(&repo, &["commit", "-q", "-m", "allowed"]));
    assert!(!repo.path(".git/warrant/judged").exists());
}

#[test]
fn a_blocked_commit_says_what_where_and_why() {
    let repo = guarded(POLICY);
    repo.write("migrations/1.sql", "drop\n").stage_all();
    let before = repo.head();
    let output = git(&repo, &["commit", "-m", "blocked"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(repo.head(), before);
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(stderr(&output), @r#"
    error[scope/denied-path]: `migrations/1.sql` is outside what may change
     --> migrations/1.sql
      = note: `deny = "migrations/**"` matches it
      |
     ::: warrant.toml:5:9
      |
    5 | deny = ["migrations/**"]
      |         --------------- decided here
      |
      = help: take this file out of the change, or ask the owner of the policy to allow it

    git-warrant: the staged change (1 file): 1 error; blocked
    "#);
}

#[test]
fn commit_all_and_commit_path_are_judged_by_what_they_would_commit() {
    let repo = guarded("schema = 1\napplies-to = \"everyone\"\n[scope]\ndeny = [\"denied\"]\n");
    repo.write("denied", "x\n").write("fine", "x\n");
    silent(&git(&repo, &["commit", "-q", "-m", "nothing staged but", "--allow-empty"]));
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    repo.commit_all("both, past the hooks");
    repo.git(&["config", "--unset", "core.hooksPath"]);
    repo.write("denied", "y\n").write("fine", "y\n");
    blocked(&git(&repo, &["commit", "-q", "-a", "-m", "all"]), DENIED);
    silent(&git(&repo, &["commit", "-q", "-m", "path", "fine"]));
    blocked(&git(&repo, &["commit", "-q", "-m", "path", "denied"]), DENIED);
    // Staged here, but not part of what `commit path` would make.
    repo.write("fine", "z\n").git(&["add", "denied"]);
    silent(&git(&repo, &["commit", "-q", "-m", "path", "fine"]));
    blocked(&git(&repo, &["commit", "-q", "-m", "the rest"]), DENIED);
}

#[test]
fn amending_is_judged() {
    let repo = guarded(POLICY);
    repo.write("file", "two\n").stage_all();
    silent(&git(&repo, &["commit", "-q", "-m", "allowed"]));
    silent(&git(&repo, &["commit", "-q", "--amend", "-m", "reworded"]));
    repo.write("migrations/1.sql", "x\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "--amend", "--no-edit"]), DENIED);
    blocked(&git(&repo, &["commit", "-q", "--amend", "--no-edit", "--no-verify"]), DENIED);
}

#[test]
fn no_verify_is_caught_by_the_tripwire_and_judged_once() {
    let repo = guarded(POLICY);
    repo.write("migrations/1.sql", "x\n").stage_all();
    let refused = git(&repo, &["commit", "-q", "-m", "m"]);
    blocked(&refused, DENIED);
    assert_eq!(times(&refused, DENIED), 1);
    assert_eq!(times(&refused, NOT_PASSED), 0);
    let bypass = git(&repo, &["commit", "-q", "--no-verify", "-m", "m"]);
    blocked(&bypass, DENIED);
    assert_eq!((times(&bypass, DENIED), times(&bypass, NOT_PASSED)), (1, 1));
    repo.git(&["rm", "-q", "--cached", "migrations/1.sql"]);
    repo.write("file", "two\n").git(&["add", "file"]);
    silent(&git(&repo, &["commit", "-q", "--no-verify", "-m", "m"]));
}

#[test]
fn a_stamp_covers_its_own_change_only() {
    let repo = guarded(POLICY);
    repo.write("file", "two\n").stage_all();
    // The editor gives up, so the stamp of the good change stays.
    let given_up = git_with(&repo, &[("GIT_EDITOR", "false")], &["commit", "-q"]);
    assert!(!given_up.status.success());
    assert!(repo.path(".git/warrant/judged").exists());
    repo.write("migrations/1.sql", "x\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "--no-verify", "-m", "m"]), DENIED);
}

#[test]
fn a_change_staged_by_a_later_hook_is_judged() {
    let repo = guarded(POLICY);
    fs::rename(repo.path(".git/hooks/pre-commit"), repo.path(".git/hooks/ours")).expect("ours");
    repo.hook(
        "pre-commit",
        "#!/bin/sh\n.git/hooks/ours || exit\nmkdir -p migrations\necho x >migrations/1.sql\ngit add migrations\n",
    );
    repo.write("file", "two\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "-m", "m"]), DENIED);
}

const REPORT_WRONG: &str = "change\n\n```warrant\nschema = 1\n[[claim]]\nkind = \"created\"\npath = \"absent\"\n```\n";

#[test]
fn a_claim_in_the_message_is_judged_before_the_commit() {
    let repo = guarded(POLICY);
    repo.write("file", "two\n").stage_all();
    let output = git(&repo, &["commit", "-q", "-m", REPORT_WRONG]);
    blocked(&output, "report/contradicted");
    assert_eq!(times(&output, "error["), 1);
    blocked(&git(&repo, &["commit", "-q", "--no-verify", "-m", REPORT_WRONG]), "report/contradicted");
    let right = REPORT_WRONG.replace("created", "modified").replace("absent", "file");
    silent(&git(&repo, &["commit", "-q", "-m", &right]));
}

#[test]
fn comments_and_the_diff_of_a_verbose_commit_claim_nothing() {
    let repo = guarded(POLICY);
    repo.write("file", REPORT_WRONG).stage_all();
    let editor = "sed -i -e '1i subject' -e '2i # ```warrant'";
    silent(&git_with(&repo, &[("GIT_EDITOR", editor)], &["commit", "-q", "-v"]));
    assert_eq!(repo.git_text(&["log", "-1", "--format=%B"]), "subject");
}

#[test]
fn a_message_no_hook_saw_is_named_after_the_commit() {
    let repo = guarded(POLICY);
    repo.write("message", REPORT_WRONG).write("file", "two\n").git(&["add", "file"]);
    let output = git_with(&repo, &[("GIT_EDITOR", "cp message")], &["commit", "-q", "--no-verify"]);
    assert!(output.status.success());
    assert!(stderr(&output).contains("error[report/contradicted]"), "{}", stderr(&output));
    assert!(stderr(&output).contains("stands: its message was not judged before it was made"), "{}", stderr(&output));
}

/// `side` adds a denied path in the first commit and a good one in the second; `main` has moved on.
fn with_side_branch() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("file", "one\n");
    repo.commit_all("policy");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("migrations/1.sql", "x\n");
    repo.commit_all("denied");
    repo.write("good", "x\n");
    repo.commit_all("good");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("other", "x\n");
    repo.commit_all("other");
    repo
}

#[test]
fn a_clean_merge_is_not_charged_with_what_it_brings_in() {
    let repo = with_side_branch();
    install(&repo, repo.root());
    silent(&git(&repo, &["merge", "-q", "--no-edit", "side"]));
    assert_eq!(repo.git_text(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
}

#[test]
fn what_a_merge_adds_of_its_own_is_judged() {
    let repo = with_side_branch();
    install(&repo, repo.root());
    repo.git(&["merge", "-q", "--no-edit", "--no-commit", "side"]);
    repo.write("migrations/2.sql", "x\n").stage_all();
    let output = git(&repo, &["commit", "-q", "--no-edit"]);
    blocked(&output, DENIED);
    assert!(stderr(&output).contains("migrations/2.sql") && !stderr(&output).contains("migrations/1.sql"));
}

#[test]
fn a_conflicted_merge_is_judged_by_its_resolution() {
    let repo = with_side_branch();
    repo.git(&["checkout", "-q", "side"]);
    repo.write("file", "side\n");
    repo.commit_all("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("file", "main\n");
    repo.commit_all("main");
    install(&repo, repo.root());
    assert!(!git(&repo, &["merge", "-q", "side"]).status.success());
    repo.write("file", "both\n").stage_all();
    silent(&git(&repo, &["commit", "-q", "--no-edit"]));
}

const AGENT: (&str, &str) = ("CLAUDECODE", "1");
const FOR_AGENTS: &str = "schema = 1\n\n[scope]\ndeny = [\"migrations/**\"]\n";

#[test]
fn picks_reverts_and_rebases_are_judged() {
    let repo = with_side_branch();
    repo.git(&["tag", "denied", "side~1"]);
    repo.git(&["tag", "good", "side"]);
    install(&repo, repo.root());
    silent(&git(&repo, &["cherry-pick", "good"]));
    // Another content than the person's own: the picker answers for it.
    repo.git(&["cherry-pick", "--no-commit", "denied"]);
    repo.write("migrations/1.sql", "y\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "-n", "-m", "picked"]), DENIED);
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["-c", "core.hooksPath=/dev/null", "merge", "-q", "--no-edit", "-X", "ours", "side"]);
    let revert = git(&repo, &["revert", "--no-edit", "denied"]);
    blocked(&revert, DENIED);
    assert_eq!(times(&revert, NOT_PASSED), 1);
}

#[test]
fn an_agents_own_commit_is_judged_again_when_picked_and_a_persons_is_not() {
    let repo = with_side_branch();
    repo.git(&["checkout", "-q", "-b", "agents", "main"]);
    repo.write("migrations/9.sql", "x\n");
    repo.commit_all("denied\n\nCo-authored-by: Claude <noreply@anthropic.com>");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("warrant.toml", FOR_AGENTS);
    repo.commit_all("for agents");
    install(&repo, repo.root());
    silent(&git_with(&repo, &[AGENT], &["cherry-pick", "side~1"]));
    let output = git_with(&repo, &[AGENT], &["cherry-pick", "agents"]);
    blocked(&output, DENIED);
    assert_eq!(times(&output, NOT_PASSED), 1);
    repo.git(&["cherry-pick", "--abort"]);
    repo.git(&["checkout", "-q", "side"]);
    silent(&git_with(&repo, &[AGENT], &["rebase", "-q", "main~1"]));
    repo.git(&["checkout", "-q", "agents"]);
    assert!(!git_with(&repo, &[AGENT], &["rebase", "-q", "side"]).status.success());
    repo.git(&["rebase", "--abort"]);
    assert!(repo.git_text(&["log", "-1", "--format=%s", "agents"]).contains("denied"));
}

#[test]
fn a_rebase_is_held_to_the_bounds_of_its_branch() {
    let repo = TestRepo::new();
    let policy =
        "schema = 1\napplies-to = \"everyone\"\n[[scope.when]]\nbranches = [\"agent/**\"]\ndeny = [\"denied\"]\n";
    repo.write("warrant.toml", policy);
    repo.commit_all("policy");
    repo.git(&["checkout", "-q", "-b", "agent/x"]);
    repo.write("denied", "x\n");
    repo.commit_all("denied");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("other", "x\n");
    repo.commit_all("other");
    install(&repo, repo.root());
    silent(&git(&repo, &["cherry-pick", "agent/x"]));
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(&["checkout", "-q", "agent/x"]);
    let output = git(&repo, &["rebase", "-q", "main"]);
    blocked(&output, DENIED);
    assert_eq!(times(&output, NOT_PASSED), 1);
}

#[test]
fn people_are_left_alone_and_agents_are_not() {
    let repo = guarded(FOR_AGENTS);
    repo.write("migrations/1.sql", "x\n").stage_all();
    blocked(&git_with(&repo, &[AGENT], &["commit", "-q", "-m", "m"]), DENIED);
    blocked(&git_with(&repo, &[AGENT], &["commit", "-q", "-n", "-m", "m"]), DENIED);
    // Nothing in the environment, but the message names an agent: `pre-commit` could not know.
    let named = git(&repo, &["commit", "-q", "-m", "m\n\nCo-authored-by: Claude <noreply@anthropic.com>"]);
    blocked(&named, DENIED);
    assert_eq!(times(&named, NOT_PASSED), 0);
    silent(&git(&repo, &["commit", "-q", "-m", "m"]));
}

#[test]
fn an_earlier_hook_runs_first_and_its_failure_stops() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY);
    repo.commit_all("policy");
    repo.hook("commit-msg", "#!/bin/sh\necho \"earlier: $(cat \"$1\")\" >&2\ngrep -q good \"$1\"\n");
    install(&repo, repo.root());
    repo.write("file", "two\n").stage_all();
    let stopped = git(&repo, &["commit", "-q", "-m", "bad"]);
    assert!(!stopped.status.success() && stderr(&stopped).contains("earlier: bad"));
    let both = git(&repo, &["commit", "-q", "-m", "good"]);
    silent(&both);
    assert!(stderr(&both).contains("earlier: good"));
    repo.hook("pre-commit.before-warrant", "#!/bin/sh\necho earlier still >&2\n");
    repo.write("migrations/1.sql", "x\n").stage_all();
    let both = git(&repo, &["commit", "-q", "-m", "good"]);
    blocked(&both, DENIED);
    assert!(stderr(&both).starts_with("earlier still\n"));
}

#[test]
fn hooks_fire_from_other_directories() {
    let repo = guarded(POLICY);
    let program = |arguments: &[&str]| {
        repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root()).args(arguments).output().expect("it runs")
    };
    let absolute = repo.beside("hooks");
    for path in [".githooks", absolute.to_str().expect("UTF-8")] {
        assert!(program(&["uninstall"]).status.success());
        repo.git(&["config", "core.hooksPath", path]);
        install(&repo, repo.root());
        repo.write("migrations/1.sql", "x\n").git(&["add", "migrations"]);
        blocked(&git(&repo, &["commit", "-q", "-m", "m"]), DENIED);
    }
}

#[test]
fn a_linked_work_tree_is_judged_by_its_own_index() {
    let repo = guarded(POLICY);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    let commit = |message: &str| {
        let mut command = repo.git_command(&linked);
        command.args(["commit", "-q", "-m", message]).output().expect("git runs")
    };
    let beside = repo.at(&linked);
    beside.write("file", "linked\n").git(&["add", "-A"]);
    silent(&commit("allowed"));
    beside.write("migrations/1.sql", "x\n").git(&["add", "-A"]);
    blocked(&commit("blocked"), DENIED);
}

#[test]
fn the_first_commit_is_judged_by_the_work_trees_policy() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("migrations/1.sql", "x\n").write("file", "x\n");
    repo.git(&["add", "file", "migrations"]);
    install(&repo, repo.root());
    blocked(&git(&repo, &["commit", "-q", "-m", "first"]), DENIED);
    repo.git(&["rm", "-q", "--cached", "migrations/1.sql"]);
    silent(&git(&repo, &["commit", "-q", "-m", "first"]));
}

#[test]
fn the_change_does_not_judge_itself() {
    let repo = guarded(POLICY);
    repo.write("warrant.toml", "schema = 1\n").write("migrations/1.sql", "x\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "-m", "loosened"]), DENIED);
}

#[test]
fn a_broken_policy_blocks_and_shows_its_faults() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n[scoop]\ndeny = []\n");
    repo.commit_all("broken");
    install(&repo, repo.root());
    repo.write("file", "x\n").stage_all();
    let output = git(&repo, &["commit", "-q", "-m", "m"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("scoop") && stderr(&output).contains("warrant.toml:2"), "{}", stderr(&output));
    assert!(stderr(&output).contains("pre-commit: cannot judge: the policy has faults"));
}

#[test]
fn a_missing_program_blocks_with_the_way_out() {
    let repo = TestRepo::new();
    repo.commit_all("first");
    install(&repo, repo.root());
    let program = repo.beside("bin/git-warrant");
    let hook = repo.path(".git/hooks/pre-commit");
    let shim = fs::read_to_string(&hook).expect("the shim");
    let moved = shim.replace(env!("CARGO_BIN_EXE_git-warrant"), program.to_str().expect("UTF-8"));
    assert_ne!(moved, shim);
    fs::write(&hook, moved).expect("written");
    repo.write("file", "x\n").stage_all();
    let output = git(&repo, &["commit", "-q", "-m", "m"]);
    assert_eq!(output.status.code(), Some(1));
    let program = program.display();
    assert_eq!(
        stderr(&output),
        format!(
            "git-warrant: pre-commit cannot judge: the program {program} is gone; install it again, or take \
             this hook out: rm '.git/hooks/pre-commit'\n"
        )
    );
    // PATH is the second chance.
    let path = format!("{}:/usr/bin:/bin", repo.beside("second").display());
    fs::create_dir(repo.beside("second")).expect("made");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_git-warrant"), repo.beside("second/git-warrant")).expect("linked");
    silent(&git_with(&repo, &[("PATH", &path)], &["commit", "-q", "-m", "m"]));
}

#[test]
fn a_hook_that_cannot_judge_blocks() {
    let repo = guarded(POLICY);
    let run = |arguments: &[&str]| {
        repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root()).args(arguments).output().expect("it runs")
    };
    let unknown = run(&["hook", "pre-frob"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("no such hook"));
    let bare = run(&["hook", "commit-msg"]);
    assert_eq!(bare.status.code(), Some(1));
    assert!(stderr(&bare).contains("the path of the message file, and none was given"), "{}", stderr(&bare));
    let gone = run(&["hook", "commit-msg", "absent\u{1b}[31m"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(stderr(&gone).contains("absent\\u{1b}[31m"), "{}", stderr(&gone));
    assert_eq!(stderr(&gone).lines().count(), 1);
    let mut outside = repo.command(env!("CARGO_BIN_EXE_git-warrant"), &repo.beside("home"));
    assert_eq!(outside.args(["hook", "pre-commit"]).output().expect("it runs").status.code(), Some(1));
}

#[test]
fn the_probe_of_doctor_is_no_way_around() {
    let repo = guarded(POLICY);
    repo.write("migrations/1.sql", "x\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "-m", "--probe"]), DENIED);
    repo.write("--probe", "x\n").stage_all();
    blocked(&git(&repo, &["commit", "-q", "-m", "m", "--", "--probe", "migrations"]), DENIED);
}

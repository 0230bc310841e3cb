//! `doctor` sees what keeps a hook from firing, by having git run it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::TestRepo;

fn run(repo: &TestRepo, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    let output = command.args(arguments).output().expect("git-warrant runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
}

fn installed() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n");
    repo.commit_all("policy");
    assert_eq!(run(&repo, &["install"]).0, Some(0));
    repo
}

/// The line about one thing, after a fault was found.
#[track_caller]
fn fault(repo: &TestRepo, name: &str) -> String {
    let (status, said) = run(repo, &["doctor"]);
    assert_eq!(status, Some(1), "{said}");
    let line = said.lines().find(|line| line.starts_with(&format!("FAULT  {name}: ")));
    line.unwrap_or_else(|| panic!("no fault of {name}:\n{said}")).to_owned()
}

#[test]
fn all_is_well_after_install() {
    let repo = installed();
    let (status, said) = run(&repo, &["doctor"]);
    assert_eq!(status, Some(0), "{said}");
    insta::assert_snapshot!(said.replace(repo.root().to_str().expect("UTF-8"), "[REPO]"), @r"
    ok     hooks directory: [REPO]/.git/hooks (git's own)
    ok     pre-commit: [REPO]/.git/hooks/pre-commit answers
    ok     pre-merge-commit: [REPO]/.git/hooks/pre-merge-commit answers
    ok     prepare-commit-msg: [REPO]/.git/hooks/prepare-commit-msg answers
    ok     commit-msg: [REPO]/.git/hooks/commit-msg answers
    ok     post-commit: [REPO]/.git/hooks/post-commit answers
    ok     post-rewrite: [REPO]/.git/hooks/post-rewrite answers
    ok     pre-push: [REPO]/.git/hooks/pre-push answers
    ok     git directory: [REPO]/.git can be written
    ok     policy: warrant.toml (from HEAD) holds for agents' changes
    note   agent: none in this environment
    git-warrant: the hooks fire and can judge
    ");
    let (status, said) = run(&repo, &["doctor", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((status, &json["ready"], &json["schema"]), (Some(0), &true.into(), &1.into()));
    assert_eq!(json["checks"][1]["state"], "good");
}

#[test]
fn nothing_installed_is_a_fault_with_the_remedy() {
    let repo = TestRepo::new();
    let (status, said) = run(&repo, &["doctor"]);
    assert_eq!(status, Some(1));
    assert_eq!(said.matches("help: git-warrant install\n").count(), 7, "{said}");
    assert!(said.contains("note   policy: preset:baseline"), "{said}");
}

#[test]
fn a_hook_git_would_pass_over_is_a_fault() {
    let repo = installed();
    let hook = repo.path(".git/hooks/commit-msg");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).expect("ours");
    assert!(fault(&repo, "commit-msg").contains("is not executable"));
    repo.hook("commit-msg", "#!/bin/sh\nexit 0\n");
    assert!(fault(&repo, "commit-msg").contains("is not git-warrant's"));
    fs::remove_file(&hook).expect("removed");
    assert!(fault(&repo, "commit-msg").contains("not installed"));
}

#[test]
fn hooks_in_a_directory_git_no_longer_looks_in_are_a_fault() {
    let repo = installed();
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    assert!(fault(&repo, "pre-commit").contains(".husky/_/pre-commit is not there"));
}

#[test]
fn a_shim_that_reaches_no_program_or_another_one_is_a_fault() {
    let repo = installed();
    let hook = repo.path(".git/hooks/pre-commit");
    let shim = fs::read_to_string(&hook).expect("the shim");
    fs::write(&hook, shim.replace(env!("CARGO_BIN_EXE_git-warrant"), "/nonexistent/git-warrant")).expect("written");
    let said = fault(&repo, "pre-commit");
    assert!(said.contains("it names /nonexistent/git-warrant") && said.contains("is gone"), "{said}");
    fs::write(&hook, shim.replace(env!("CARGO_BIN_EXE_git-warrant"), "/bin/true")).expect("written");
    assert!(fault(&repo, "pre-commit").contains("does not reach this program"));
}

#[test]
fn an_earlier_hook_is_not_run_by_the_probe() {
    let repo = TestRepo::new();
    repo.hook("pre-commit", "#!/bin/sh\ntouch ran\nexit 1\n");
    assert_eq!(run(&repo, &["install"]).0, Some(0));
    assert_eq!(run(&repo, &["doctor"]).0, Some(0));
    assert!(!repo.path("ran").exists());
}

#[test]
fn a_broken_policy_is_a_fault() {
    let repo = installed();
    repo.write("warrant.toml", "schema = 1\nmodus = 3\n").stage_all();
    repo.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "broken"]);
    assert!(fault(&repo, "policy").contains("so every commit is blocked"));
}

#[test]
fn hooks_turned_off_in_the_configuration_are_a_fault() {
    let repo = installed();
    repo.git(&["config", "hook.pre-commit.enabled", "no"]);
    assert_eq!(
        fault(&repo, "configuration"),
        "FAULT  configuration: hook.pre-commit.enabled is false: git will not run it"
    );
}

//! Pushes by real git, past the client's hooks, to a server that has ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::TestRepo;

const POLICY: &str = "schema = 1\n\n[scope]\ndeny = [\"migrations/**\"]\n\n[rules]\n\"history/protected-ref\" = { level = \"deny\", refs = [\"release/**\"] }\n";

/// The mark of an agent.
const AGENT: &str = "\n\nCo-authored-by: Claude <noreply@anthropic.com>";

/// A bare server with our hook, and a clone that has pushed the policy to it as a person.
struct Scene {
    repo: TestRepo,
    server: PathBuf,
}

impl Scene {
    fn new() -> Self {
        Self::with(&["install", "--server"])
    }

    fn with(install: &[&str]) -> Self {
        Self::in_repository(TestRepo::new(), install)
    }

    fn in_repository(repo: TestRepo, install: &[&str]) -> Self {
        let server = repo.beside("server.git");
        let format = format!("--object-format={}", repo.git_text(&["rev-parse", "--show-object-format"]));
        repo.git(&["init", "--quiet", "--bare", "--initial-branch=main", &format, server.to_str().expect("a path")]);
        repo.git(&["remote", "add", "origin", server.to_str().expect("a path")]);
        repo.write("warrant.toml", POLICY).write("src/a.txt", "one\n");
        repo.commit_all("the policy");
        repo.git(&["push", "--quiet", "origin", "main"]);
        let scene = Self { repo, server };
        let output = scene.warrant(&scene.server, install);
        assert!(output.status.success(), "{}", stderr(&output));
        scene
    }

    fn warrant(&self, directory: &Path, arguments: &[&str]) -> Output {
        self.repo.command(env!("CARGO_BIN_EXE_git-warrant"), directory).args(arguments).output().expect("it runs")
    }

    /// A commit of an agent, past all hooks.
    fn agent(&self, path: &str, text: &str, subject: &str) -> String {
        self.repo.write(path, text);
        self.repo.commit_all(&format!("{subject}{AGENT}"))
    }

    fn push(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["push", "--no-verify"];
        all.extend(arguments);
        self.repo.git_output(&all)
    }

    fn tip(&self, reference: &str) -> String {
        let at = self.repo.at(&self.server);
        at.git_text(&["for-each-ref", "--format=%(objectname)", reference])
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let said = stderr(output);
    assert!(!output.status.success(), "not refused: {said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in: {said}");
    }
}

#[track_caller]
fn let_in(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
    assert!(!stderr(output).contains("git-warrant"), "{}", stderr(output));
}

const DENIED: &str = "error[scope/denied-path]";

#[test]
fn a_clean_push_is_let_in_without_a_word() {
    let scene = Scene::new();
    let tip = scene.agent("src/a.txt", "two\n", "fix: two");
    let_in(&scene.push(&["origin", "main"]));
    assert_eq!(scene.tip("refs/heads/main"), tip);
}

#[test]
fn a_bad_commit_is_refused_with_commit_rule_and_policy_line() {
    let scene = Scene::new();
    let before = scene.tip("refs/heads/main");
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    let output = scene.push(&["origin", "main"]);
    refused(&output, &[&bad[..10], DENIED, "warrant.toml:4:9", "refused: refs/heads/main"]);
    assert_eq!(scene.tip("refs/heads/main"), before);
}

#[test]
fn what_is_added_and_removed_again_is_found_in_the_middle() {
    let scene = Scene::new();
    scene.agent("src/a.txt", "two\n", "fix: two");
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    scene.repo.remove("migrations/1.sql");
    scene.repo.commit_all(&format!("fix: gone{AGENT}"));
    refused(&scene.push(&["origin", "main"]), &[&bad[..10], DENIED]);
    refused(&scene.push(&["origin", "main:agent/x"]), &[&bad[..10], DENIED]);
}

#[test]
fn plumbing_is_no_way_around() {
    let scene = Scene::new();
    let repo = &scene.repo;
    repo.write("migrations/1.sql", "drop\n").stage_all();
    let tree = repo.git_text(&["write-tree"]);
    let commit = repo.git_text(&["commit-tree", &tree, "-p", "HEAD", "-m", &format!("fix: one{AGENT}")]);
    repo.git(&["update-ref", "refs/heads/side", &commit]);
    refused(&scene.push(&["origin", "side"]), &[DENIED]);
    refused(&scene.push(&["origin", &format!("{commit}:refs/heads/main")]), &[DENIED]);
    refused(&scene.push(&["origin", &format!("{commit}:refs/odd/place")]), &[DENIED]);
    let output = repo.git_output(&["-c", "core.hooksPath=/dev/null", "push", "origin", "side"]);
    refused(&output, &[DENIED]);
}

#[test]
fn a_tag_and_a_push_of_several_refs_are_judged_whole() {
    let scene = Scene::new();
    scene.agent("src/a.txt", "two\n", "fix: two");
    scene.repo.git(&["checkout", "-q", "-b", "bad"]);
    scene.agent("migrations/1.sql", "drop\n", "fix: one");
    scene.repo.git(&["tag", "-a", "-m", "a tag", "v1"]);
    refused(&scene.push(&["origin", "v1"]), &[DENIED, "refs/tags/v1"]);
    refused(&scene.push(&["origin", "main", "bad"]), &[DENIED]);
    assert_eq!(scene.tip("refs/heads/bad"), "");
}

#[test]
fn a_merge_brings_its_commits_along() {
    let scene = Scene::new();
    let repo = &scene.repo;
    repo.git(&["checkout", "-q", "-b", "side"]);
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    repo.git(&["checkout", "-q", "main"]);
    scene.agent("src/a.txt", "two\n", "fix: two");
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge side", "side"]);
    refused(&scene.push(&["origin", "main"]), &[&bad[..10], DENIED]);
}

#[test]
fn what_a_merge_itself_brings_in_is_found() {
    let scene = Scene::new();
    let repo = &scene.repo;
    repo.git(&["checkout", "-q", "-b", "side"]);
    scene.agent("src/b.txt", "b\n", "feat: b");
    repo.git(&["checkout", "-q", "main"]);
    scene.agent("src/a.txt", "two\n", "fix: two");
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.write("migrations/1.sql", "drop\n").stage_all();
    repo.git(&["commit", "-q", "-m", &format!("merge side{AGENT}")]);
    let merge = repo.head();
    refused(&scene.push(&["origin", "main"]), &[&merge[..10], DENIED]);
    // Gone again in the next commit: the merge is still there.
    repo.remove("migrations/1.sql");
    repo.commit_all(&format!("fix: gone{AGENT}"));
    refused(&scene.push(&["origin", "main"]), &[&merge[..10], DENIED]);
}

#[test]
fn refs_that_are_not_judged_hide_nothing() {
    let scene = Scene::new();
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    for name in ["refs/notes/place", "refs/warrant/place"] {
        let_in(&scene.push(&["origin", &format!("{bad}:{name}")]));
    }
    refused(&scene.push(&["origin", "main:agent/x"]), &[&bad[..10], DENIED]);
    refused(&scene.push(&["origin", "main:refs/tags/v1"]), &[&bad[..10], DENIED]);
}

#[test]
fn tags_of_tags_and_replacements_are_no_way_around() {
    let scene = Scene::new();
    let repo = &scene.repo;
    let good = scene.agent("src/a.txt", "two\n", "fix: two");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    repo.git(&["tag", "-a", "-m", "inner", "inner", &bad]);
    repo.git(&["tag", "-a", "-m", "outer", "outer", "inner"]);
    refused(&scene.push(&["origin", "outer:refs/tags/v2"]), &[&bad[..10], DENIED]);
    // The server is told to take the good commit for the bad one.
    let_in(&scene.push(&["origin", &format!("{good}:refs/replace/{bad}")]));
    refused(&scene.push(&["origin", "main"]), &[&bad[..10], DENIED]);
}

#[test]
fn another_object_format_is_judged_alike() {
    let scene = Scene::in_repository(TestRepo::with_init(&["--object-format=sha256"]), &["install", "--server"]);
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    refused(&scene.push(&["origin", "main"]), &[&bad[..10], DENIED]);
    refused(&scene.push(&["origin", "main:agent/x"]), &[&bad[..10], DENIED]);
    scene.repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    scene.agent("src/a.txt", "two\n", "fix: two");
    let_in(&scene.push(&["origin", "main", "main:agent/x"]));
    let_in(&scene.push(&["origin", "--delete", "agent/x"]));
}

#[test]
fn what_another_branch_let_in_is_judged_by_the_policy_of_main() {
    let scene = Scene::new();
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    // As if the branch had come before the hooks.
    let at = scene.repo.at(&scene.server);
    scene.repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "--receive-pack=git -c core.hooksPath=/dev/null receive-pack",
        "origin",
        "main:refs/heads/old",
    ]);
    assert_eq!(at.git_text(&["rev-parse", "refs/heads/old"]), bad);
    refused(&scene.push(&["origin", "main"]), &[&bad[..10], DENIED]);
}

#[test]
fn the_policy_of_the_push_itself_allows_nothing() {
    let scene = Scene::new();
    scene.agent("warrant.toml", "schema = 1\n", "chore: policy");
    scene.agent("migrations/1.sql", "drop\n", "fix: one");
    refused(&scene.push(&["origin", "main"]), &["error[guard/policy-changed]", DENIED]);
    refused(&scene.push(&["origin", "main:agent/new"]), &["error[guard/policy-changed]", DENIED]);
}

#[test]
fn people_are_left_alone() {
    let scene = Scene::new();
    scene.repo.write("migrations/1.sql", "create\n");
    scene.repo.commit_all("feat: a table");
    let_in(&scene.push(&["origin", "main"]));
    scene.repo.git(&["commit", "-q", "--amend", "-m", "feat: the table"]);
    let_in(&scene.push(&["--force", "origin", "main"]));
}

#[test]
fn a_shared_branch_that_an_agent_rewrites_is_refused() {
    let scene = Scene::new();
    scene.agent("src/a.txt", "two\n", "fix: two");
    let_in(&scene.push(&["origin", "main"]));
    scene.repo.git(&["commit", "-q", "--amend", "-m", &format!("fix: other{AGENT}")]);
    refused(&scene.push(&["--force", "origin", "main"]), &["error[history/rewritten]", "would lose commits"]);
    let_in(&scene.push(&["origin", "main:agent/x"]));
    scene.repo.git(&["commit", "-q", "--amend", "-m", &format!("fix: third{AGENT}")]);
    let_in(&scene.push(&["--force", "origin", "main:agent/x"]));
}

#[test]
fn a_protected_ref_is_closed_to_agents_alone() {
    let scene = Scene::new();
    let_in(&scene.push(&["origin", "main:release/1"]));
    scene.agent("src/a.txt", "two\n", "fix: two");
    refused(&scene.push(&["origin", "main:release/1"]), &["error[history/protected-ref]", "would be moved"]);
    let_in(&scene.push(&["origin", "--delete", "release/1"]));
}

#[test]
fn single_refs_are_refused_by_the_update_hook() {
    let scene = Scene::with(&["install", "--server", "--hooks", "update"]);
    let good = scene.agent("src/a.txt", "two\n", "fix: two");
    scene.repo.git(&["checkout", "-q", "-b", "bad"]);
    scene.agent("migrations/1.sql", "drop\n", "fix: one");
    refused(&scene.push(&["origin", "main", "bad"]), &[DENIED]);
    assert_eq!((scene.tip("refs/heads/main").as_str(), scene.tip("refs/heads/bad").as_str()), (good.as_str(), ""));
}

#[test]
fn an_override_is_asked_for_allowed_and_written_down() {
    let scene = Scene::new();
    let at = scene.repo.at(&scene.server);
    at.git(&["config", "receive.advertisePushOptions", "true"]);
    scene.agent("migrations/1.sql", "drop\n", "fix: one");
    let ask = ["-o", "warrant-override=INC-7, agreed with Ada", "origin", "main"];
    refused(&scene.push(&ask), &[DENIED, "does not let you"]);
    at.git(&["config", "warrant.override", "*"]);
    refused(&scene.push(&["-o", "warrant-override= ", "origin", "main"]), &[DENIED]);
    let output = scene.push(&ask);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("let in all the same"), "{}", stderr(&output));
    let log = fs::read_to_string(scene.server.join("warrant/overrides.jsonl")).expect("a log");
    assert!(log.contains("INC-7, agreed with Ada") && log.contains("scope/denied-path"), "{log}");
}

#[test]
fn what_the_bounds_leave_unjudged_is_refused() {
    let scene = Scene::new();
    scene.repo.at(&scene.server).git(&["config", "warrant.pushCommits", "1"]);
    scene.agent("src/a.txt", "two\n", "fix: two");
    scene.agent("src/a.txt", "three\n", "fix: three");
    refused(&scene.push(&["origin", "main"]), &["1 of 2 commits were not judged", "the bound of 1 commits"]);
    scene.repo.at(&scene.server).git(&["config", "warrant.pushCommits", "none"]);
    refused(&scene.push(&["origin", "main"]), &["`warrant.pushCommits` is no number"]);
}

/// A clone with the client's hooks.
fn client() -> Scene {
    let scene = Scene::new();
    let output = scene.warrant(scene.repo.root(), &["install"]);
    assert!(output.status.success(), "{}", stderr(&output));
    scene
}

fn commit_as_agent(scene: &Scene, more: &[&str]) -> Output {
    let mut command = scene.repo.git_command(scene.repo.root());
    command.env("CLAUDECODE", "1").env("CLAUDE_CODE_CHILD_SESSION", "1");
    command.args(["commit", "-q", "-m", &format!("fix: it{AGENT}")]).args(more).output().expect("git runs")
}

#[test]
fn pre_push_finds_what_went_past_the_hooks() {
    let scene = client();
    scene.repo.git(&["fetch", "-q", "origin"]);
    scene.repo.write("migrations/1.sql", "drop\n").stage_all();
    scene.repo.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", &format!("fix: it{AGENT}")]);
    let output = scene.repo.git_output(&["push", "origin", "main"]);
    refused(&output, &[DENIED, "refused: refs/heads/main"]);
    refused(&scene.repo.git_output(&["push", "origin", "HEAD~0:refs/heads/x"]), &[DENIED]);
    let url = scene.server.to_str().expect("a path");
    refused(&scene.repo.git_output(&["push", url, "main"]), &[DENIED]);
}

#[test]
fn a_ref_that_a_hook_manager_hands_over_is_judged() {
    let scene = Scene::new();
    scene.repo.git(&["fetch", "-q", "origin"]);
    let bad = scene.agent("migrations/1.sql", "drop\n", "fix: one");
    let run = |variables: &[(&str, &str)]| {
        let mut command = scene.repo.command(env!("CARGO_BIN_EXE_git-warrant"), scene.repo.root());
        command.args(["hook", "pre-push"]).env("PRE_COMMIT", "1").envs(variables.iter().copied());
        command.output().expect("it runs")
    };
    let base = scene.repo.git_text(&["rev-parse", "origin/main"]);
    let ends = [("PRE_COMMIT_FROM_REF", base.as_str()), ("PRE_COMMIT_TO_REF", bad.as_str())];
    let of = |remote: &'static str| {
        [
            ("PRE_COMMIT_REMOTE_NAME", "origin"),
            ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main"),
            ("PRE_COMMIT_REMOTE_BRANCH", remote),
        ]
    };
    for name in ["refs/heads/main", "refs/heads/new"] {
        refused(&run(&of(name)), &[DENIED, name]);
        refused(&run(&[&of(name)[..], &ends[..]].concat()), &[DENIED, name]);
    }
    refused(&run(&[]), &["cannot judge", "PRE_COMMIT_REMOTE_BRANCH"]);
}

#[test]
fn notes_tell_what_passed_the_hooks_and_follow_a_rewrite() {
    let scene = client();
    scene.repo.write("src/a.txt", "two\n").stage_all();
    assert!(commit_as_agent(&scene, &[]).status.success());
    let note = scene.repo.git_text(&["notes", "--ref=warrant", "show", "HEAD"]);
    assert!(note.contains("urn:git-warrant:judgement:v1") && note.contains(&scene.repo.head()), "{note}");
    let_in(&scene.repo.git_output(&["push", "-q", "origin", "main"]));

    scene.repo.write("src/a.txt", "three\n").stage_all();
    scene.repo.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", &format!("fix: it{AGENT}")]);
    let output = scene.repo.git_output(&["push", "-q", "origin", "main"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("warning[history/unverified-commit]"), "{}", stderr(&output));

    scene.repo.write("src/b.txt", "one\n").stage_all();
    assert!(commit_as_agent(&scene, &[]).status.success());
    let first = scene.repo.head();
    scene.repo.git(&["-c", "core.editor=true", "rebase", "-q", "--force-rebase", "HEAD~1"]);
    let carried = scene.repo.git_text(&["notes", "--ref=warrant", "show", "HEAD"]);
    assert!(scene.repo.head() == first || carried.contains(&scene.repo.head()), "{carried}");
}

#[test]
fn an_earlier_pre_push_hook_gets_the_list_too() {
    let scene = Scene::new();
    let seen = scene.repo.beside("seen");
    scene.repo.hook("pre-push", &format!("#!/bin/sh\ncat >'{}'\n", seen.display()));
    scene.agent("migrations/1.sql", "drop\n", "fix: it");
    assert!(scene.warrant(scene.repo.root(), &["install"]).status.success());
    refused(&scene.repo.git_output(&["push", "origin", "main"]), &[DENIED]);
    assert!(fs::read_to_string(&seen).expect("it ran").contains("refs/heads/main"));
}

#[test]
fn doctor_looks_at_a_server() {
    let scene = Scene::new();
    let output = scene.warrant(&scene.server, &["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("pre-receive"), "{said}{}", stderr(&output));
    assert!(scene.warrant(&scene.server, &["uninstall"]).status.success());
    assert!(!scene.warrant(&scene.server, &["doctor"]).status.success());
}

//! The baseline: written, shrunk, read from the base, and what it lifts.

use std::fs;
use std::process::Output;

use crate::support::TestRepo;
use serde_json::Value;

const FILE: &str = "warrant-baseline.txt";

/// A tree with old sins: two like lines in one file, one in another, and a file that is too large.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(
        "warrant.toml",
        "# ours\nschema = 1 # one\n\n[scope]\ndeny = ['locked/**']\n[bounds]\nfile-bytes = 2000\n\n[rules]\n'content/conflict-marker' = 'deny'\n",
    );
    repo.write("locked/a.txt", "x\n");
    repo.write("src/a.rs", "fn a() {\n    todo!()\n}\n\nfn b() {\n    todo!()\n}\n\nfn c() {}\n");
    repo.write("src/b.rs", "fn d() {\n    todo!()\n}\n");
    repo.write("data.txt", "0123456789\n".repeat(300));
    repo.commit_all("old");
    repo
}

fn warrant(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    command.args(arguments).output().expect("the program runs")
}

fn as_agent(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    command.env("CLAUDECODE", "1").args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{}", text(&output.stdout));
    text(&output.stdout)
}

fn baseline(repo: &TestRepo) -> String {
    fs::read_to_string(repo.path(FILE)).expect("a baseline")
}

/// Rule and place of each finding that stands, and how many a baseline lifts.
fn check(repo: &TestRepo, arguments: &[&str]) -> (Vec<String>, u64) {
    let output = as_agent(repo, &[&["check", "--format", "json"], arguments].concat());
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let findings = json["findings"].as_array().expect("a list");
    let standing = findings.iter().filter(|finding| finding["waived"].is_null()).map(|finding| {
        let place = finding["path"].as_str().unwrap_or("-");
        format!("{} {place}", finding["rule"].as_str().unwrap_or_default())
    });
    let by_baseline = json["waived"].as_array().into_iter().flatten().filter(|tally| tally["by"]["source"] == FILE);
    (standing.collect(), by_baseline.filter_map(|tally| tally["findings"].as_u64()).sum())
}

#[test]
fn what_stands_above_the_repository_is_not_lifted() {
    let repo = repo();
    succeeds(&warrant(&repo, &["baseline"]));
    repo.commit_all("baseline");
    let under = |policy: &str| {
        repo.write("../organisation.toml", policy);
        let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
        command.env("GIT_WARRANT_POLICY", repo.path("../organisation.toml")).env("CLAUDECODE", "1");
        let output = command.args(["check", "--all", "--format", "json"]).output().expect("the program runs");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        let findings = json["findings"].as_array().expect("a list").iter();
        findings.filter(|finding| finding["waived"].is_null() && finding["rule"] == "content/placeholder").count()
    };
    let rule = "schema = 1\n[rules]\n'content/placeholder' = 'deny'\n";
    assert_eq!(under("schema = 1\n"), 0);
    assert_eq!(under(rule), 3);
    assert_eq!(under(&rule.replace("[rules]", "waivable = ['content/placeholder']\n[rules]")), 0);
}

#[test]
fn it_is_written_once_and_named_in_the_policy() {
    let repo = repo();
    let said = succeeds(&warrant(&repo, &["baseline"]));
    insta::assert_snapshot!(said, @r#"
    warrant-baseline.txt: 4 findings that stood
    warrant.toml: names it

    It counts once it is on the base of a change: commit it (`git add warrant-baseline.txt warrant.toml && git commit`).
    "#);
    let written = baseline(&repo);
    insta::assert_snapshot!(written, @r#"
    # git-warrant baseline 1
    # Findings that stood when this was written. `git warrant baseline` takes out what is gone.
    bounds/file-bytes 73b9409bbeff5dcf681810badeaea792 1 data.txt
    content/placeholder e5c25ef35d94cdb0a6e6824b103e1282 2 src/a.rs
    content/placeholder 066e5bdf2ca0ba8ab4f62c945c9fa63f 1 src/b.rs
    "#);
    let policy = fs::read_to_string(repo.path("warrant.toml")).expect("a policy");
    assert!(policy.starts_with("# ours\nschema = 1 # one\nbaseline = \"warrant-baseline.txt\"\n\n[scope]"), "{policy}");
    repo.commit_all("baseline");
    assert_eq!(check(&repo, &["--all"]), (Vec::new(), 4));
    let said = succeeds(&warrant(&repo, &["baseline"]));
    assert_eq!(said, "warrant-baseline.txt: 4 findings that stood; 0 gone, 0 new\n");
    assert_eq!(baseline(&repo), written);
    assert_eq!(repo.git_text(&["status", "--porcelain"]), "");
    let all = warrant(&repo, &["check", "--all"]);
    let all = text(&all.stdout);
    assert!(
        all.starts_with("4 findings waived (4 by warrant-baseline.txt)\ngit-warrant: all of HEAD (6 files): 4 waived"),
        "{all}"
    );
}

/// [`repo`] with its baseline committed.
fn adopted() -> TestRepo {
    let repo = repo();
    succeeds(&warrant(&repo, &["baseline"]));
    repo.commit_all("baseline");
    repo
}

#[test]
fn it_only_shrinks_unless_told_to_grow() {
    let repo = adopted();
    repo.write("src/b.rs", "fn d() {}\n").write("src/c.rs", "fn e() {\n    todo!()\n}\n");
    repo.write("src/a.rs", "fn a() {}\n\nfn b() {\n    todo!()\n}\n");
    repo.commit_all("work");
    let stale = warrant(&repo, &["baseline", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    let before = baseline(&repo);
    let said = succeeds(&warrant(&repo, &["baseline"]));
    insta::assert_snapshot!(said, @r#"
    gone: src/a.rs: content/placeholder
    gone: src/b.rs: content/placeholder
    new: src/c.rs: content/placeholder
    warrant-baseline.txt: 2 findings that stood; 2 gone, 1 new and not taken in (`--grow` does, `git warrant check --all` shows them)

    It counts once it is on the base of a change: commit it (`git add warrant-baseline.txt && git commit`).
    "#);
    assert!(baseline(&repo).contains(" 1 src/a.rs\n") && !baseline(&repo).contains("src/b.rs"), "{}", baseline(&repo));
    assert!(before.contains(" 2 src/a.rs\n") && !baseline(&repo).contains("src/c.rs"));
    assert_eq!(warrant(&repo, &["baseline", "--check"]).status.code(), Some(0));
    repo.commit_all("shrunk");
    assert_eq!(check(&repo, &["--all"]).0, ["content/placeholder src/c.rs"]);
    succeeds(&warrant(&repo, &["baseline", "--grow"]));
    assert!(baseline(&repo).contains(" 1 src/c.rs\n"));
}

#[test]
fn in_a_change_it_lifts_what_stood_and_nothing_more() {
    let repo = adopted();
    // Moved within its file: it stood. One more of its kind did not.
    repo.write("src/a.rs", "fn c() {}\n\nfn a() {\n    todo!()\n}\n\nfn b() {\n    todo!()\n}\n").stage_all();
    assert_eq!(check(&repo, &[]).0, Vec::<String>::new());
    repo.write("src/a.rs", "fn a() {\n    todo!()\n}\n\nfn b() {\n    todo!()\n}\n\nfn c() {\n    todo!()\n}\n")
        .stage_all();
    assert_eq!(check(&repo, &[]), (vec!["content/placeholder src/a.rs".to_owned()], 0));
    repo.git(&["reset", "-q", "--hard"]);
    // A file that grows further was too large before.
    repo.write("data.txt", "0123456789\n".repeat(301)).stage_all();
    assert_eq!(check(&repo, &[]), (Vec::new(), 1));
    repo.git(&["reset", "-q", "--hard"]);
    // What may not change is no state of a tree.
    repo.write("locked/a.txt", "y\n").stage_all();
    assert_eq!(check(&repo, &[]).0, ["scope/denied-path locked/a.txt"]);
    repo.git(&["reset", "-q", "--hard"]);
    // Gone and back again.
    repo.remove("src/b.rs");
    repo.commit_all("gone");
    repo.write("src/b.rs", "fn d() {\n    todo!()\n}\n").stage_all();
    assert_eq!(check(&repo, &[]), (Vec::new(), 1));
}

#[test]
fn a_change_cannot_enlarge_it() {
    let repo = adopted();
    repo.write("src/c.rs", "fn e() {\n    todo!()\n}\n");
    repo.git(&["add", "src"]);
    let found = as_agent(&repo, &["check", "--format", "json"]);
    let json: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let print = json["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    repo.write(FILE, format!("{}content/placeholder {print} 1 src/c.rs\n", baseline(&repo))).stage_all();
    let output = as_agent(&repo, &["hook", "pre-commit"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("error[guard/policy-changed]: `warrant-baseline.txt` was changed"), "{said}");
    assert!(said.contains("[content/placeholder]"), "{said}");
    // On the base, put there by a person, it counts.
    repo.git(&["reset", "-q", "src"]);
    repo.git(&["commit", "-q", "-m", "grown"]);
    repo.stage_all();
    assert_eq!(check(&repo, &[]), (Vec::new(), 1));
}

#[test]
fn an_agent_may_look_and_not_write() {
    let repo = repo();
    let output = as_agent(&repo, &["baseline"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a baseline is written by a person"), "{}", text(&output.stderr));
    assert!(!repo.path(FILE).exists());
    assert_eq!(as_agent(&repo, &["baseline", "--check"]).status.code(), Some(0));
}

#[test]
fn one_that_is_missing_lifts_nothing_and_one_that_is_broken_is_a_fault() {
    let repo = adopted();
    repo.remove(FILE);
    repo.commit_all("lost");
    let output = warrant(&repo, &["check", "--all"]);
    assert!(
        text(&output.stderr).contains("there is no baseline `warrant-baseline.txt` in HEAD"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(check(&repo, &["--all"]).0.len(), 4);
    repo.write(FILE, "# git-warrant baseline 1\nwhat\n");
    repo.commit_all("broken");
    let output = warrant(&repo, &["check", "--all"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a line is `RULE FINGERPRINT COUNT PATH`"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("warrant-baseline.txt:2:1"), "{}", text(&output.stderr));
}

#[test]
fn only_the_policy_of_the_repository_names_one() {
    let repo = repo();
    repo.write("team.toml", "schema = 1\nbaseline = 'b.txt'\n");
    repo.write("warrant.toml", "schema = 1\nextends = ['team.toml']\n");
    let output = warrant(&repo, &["policy", "check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("a policy that is extended cannot name a baseline"),
        "{}",
        text(&output.stderr)
    );
    repo.write("warrant.toml", "schema = 1\nbaseline = '../b.txt'\n");
    let output = warrant(&repo, &["policy", "check"]);
    assert!(
        text(&output.stderr).contains("cannot be a baseline: the path leaves the repository"),
        "{}",
        text(&output.stderr)
    );
}

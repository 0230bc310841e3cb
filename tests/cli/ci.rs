//! `check --ci`: real git, and the variables of a CI service that is not there.

use std::process::Output;

use crate::support::TestRepo;
use serde_json::{Value, json};

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"migrations/**\"]\n";

const AGENT: &str = "\n\nCo-authored-by: Codex <noreply@openai.com>";

const ZERO: &str = "0000000000000000000000000000000000000000";

/// `main` with a policy, and `agent/x` with two commits on it: one makes a file, the other changes it.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("src/a.rs", "fn a() {}\n").commit_all("base");
    repo.git(&["switch", "--quiet", "-c", "agent/x"]);
    repo.write("src/b.rs", "fn b() {}\n").commit_all(&format!("add b{AGENT}"));
    repo.write("src/b.rs", "fn b() { c() }\n").commit_all(&format!("call c{AGENT}"));
    repo
}

fn rev(repo: &TestRepo, name: &str) -> String {
    repo.git_text(&["rev-parse", name])
}

/// Runs in a job of GitHub Actions.
fn github(repo: &TestRepo, name: &str, event: &Value, arguments: &[&str]) -> Output {
    let path = repo.beside("event.json");
    std::fs::write(&path, event.to_string()).expect("written");
    let mut command = repo.command(BIN, repo.root());
    command
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", &path);
    command.arg("check").args(arguments).output().expect("the binary runs")
}

fn pull_request(repo: &TestRepo, body: &str) -> Value {
    json!({"pull_request": {
        "title": "Add b", "body": body,
        "base": {"sha": rev(repo, "main"), "ref": "main"},
        "head": {"sha": rev(repo, "agent/x"), "ref": "agent/x"},
    }})
}

fn block(claims: &str) -> String {
    format!("Some words.\r\n\r\n```warrant\r\nschema = 1\r\n\r\n{claims}```\r\n")
}

fn parsed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

fn rules(json: &Value) -> Vec<(String, bool)> {
    let findings = json["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| (finding["rule"].as_str().unwrap_or_default().to_owned(), finding["commit"].is_string()))
        .collect()
}

#[test]
fn a_description_is_held_against_the_whole_and_not_against_a_commit() {
    let repo = repo();
    // True of both commits together, and of neither alone.
    let claims = "[[claim]]\nkind = \"created\"\npath = \"src/b.rs\"\n\n[[claim]]\nkind = \"files-changed\"\ncount = 1\n\n[[claim]]\nkind = \"lines-added\"\ncount = 1\n";
    let event = pull_request(&repo, &block(claims));
    let output = github(&repo, "pull_request", &event, &["--ci", "--format", "json"]);
    let json = parsed(&output);
    assert_eq!(output.status.code(), Some(0), "{json:#}");
    let declared = json["claims"].as_array().expect("claims").iter().filter(|claim| claim["source"] == "declared");
    let verdicts: Vec<(&str, bool)> =
        declared.map(|claim| (claim["verdict"].as_str().unwrap_or_default(), claim["commit"].is_null())).collect();
    assert_eq!(verdicts, [("supported", true); 3], "{json:#}");
    assert_eq!((json["commits"].as_array().map(Vec::len), json["changes"]["files"].as_u64()), (Some(2), Some(2)));
}

#[test]
fn a_false_description_blocks_once() {
    let repo = repo();
    let event = pull_request(&repo, &block("[[claim]]\nkind = \"untouched\"\npaths = [\"src/**\"]\n"));
    let output = github(&repo, "pull_request", &event, &["--ci", "--format", "json", "--output-file", "text=said"]);
    let json = parsed(&output);
    assert_eq!(output.status.code(), Some(1), "{json:#}");
    let contradicted: Vec<_> = rules(&json).into_iter().filter(|(rule, _)| rule == "report/contradicted").collect();
    assert_eq!(contradicted, [("report/contradicted".to_owned(), false)], "{json:#}");
    let text = std::fs::read_to_string(repo.path("said")).expect("written");
    assert!(text.contains("as one change") && text.contains("the range as a whole blocked"), "{text}");
}

#[test]
fn a_report_on_the_whole_speaks_for_the_commits() {
    let repo = repo();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("warrant.toml", format!("{POLICY}[report]\nrequire = \"declared\"\n")).commit_all("ask for reports");
    let none = github(&repo, "pull_request", &pull_request(&repo, "words"), &["--ci", "--format", "json"]);
    assert_eq!(rules(&parsed(&none)), [("report/missing".to_owned(), true), ("report/missing".to_owned(), true)]);
    let event = pull_request(&repo, &block("[[claim]]\nkind = \"created\"\npath = \"src/b.rs\"\n"));
    let output = github(&repo, "pull_request", &event, &["--ci", "--format", "json"]);
    assert_eq!(rules(&parsed(&output)), []);
    // A report that cannot be read is none, and is told.
    let event = pull_request(&repo, &block("[[claim]]\nkind = \"no-such\"\n"));
    let broken = github(&repo, "pull_request", &event, &["--ci", "--format", "json"]);
    let json = parsed(&broken);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!((rules(&json).len(), json["incomplete"].as_array().map(Vec::len)), (2, Some(1)), "{json:#}");
}

#[test]
fn commits_answer_for_their_own_messages() {
    let repo = repo();
    repo.write("src/d.rs", "fn d() {}\n");
    repo.commit_all(&format!(
        "add d\n\n{}{AGENT}",
        block("[[claim]]\nkind = \"deleted\"\npath = \"src/d.rs\"\n").replace('\r', "")
    ));
    let event = pull_request(&repo, &block("[[claim]]\nkind = \"created\"\npath = \"src/d.rs\"\n"));
    let json = parsed(&github(&repo, "pull_request", &event, &["--ci", "--format", "json"]));
    let contradicted: Vec<_> = rules(&json).into_iter().filter(|(rule, _)| rule == "report/contradicted").collect();
    assert_eq!(contradicted, [("report/contradicted".to_owned(), true)], "{json:#}");
}

#[test]
fn a_message_given_with_a_range_is_of_the_whole() {
    let repo = repo();
    repo.write(
        "body",
        block(
            "[[claim]]\nkind = \"created\"\npath = \"src/b.rs\"\n\n[[claim]]\nkind = \"only\"\npaths = [\"src/**\"]\n",
        ),
    );
    let mut command = repo.command(BIN, repo.root());
    command.args(["check", "--range", "main..agent/x", "--message", "body"]);
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let report = "schema = 1\n[[claim]]\nkind = \"created\"\npath = \"src/b.rs\"\n";
    repo.write("report.toml", report);
    let mut command = repo.command(BIN, repo.root());
    let output =
        command.args(["check", "--range", "main..agent/x", "--report", "report.toml", "--format", "json"]).output();
    let json = parsed(&output.expect("runs"));
    assert_eq!((json["decision"].as_str(), json["claims"][0]["verdict"].as_str()), (Some("pass"), Some("supported")));
}

#[test]
fn the_policy_is_that_of_the_branch_the_change_goes_to() {
    // Branched off before there was a policy, and bringing one of its own.
    let repo = TestRepo::new();
    repo.write("src/a.rs", "fn a() {}\n").commit_all("base");
    repo.git(&["switch", "--quiet", "-c", "agent/x"]);
    repo.write("warrant.toml", "schema = 1\n").write("migrations/1.sql", "x\n").commit_all(&format!("more{AGENT}"));
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("warrant.toml", POLICY).commit_all("the policy");
    let output = github(&repo, "pull_request", &pull_request(&repo, ""), &["--ci", "--format", "json"]);
    let json = parsed(&output);
    assert_eq!(output.status.code(), Some(1), "{json:#}");
    assert!(rules(&json).contains(&("scope/denied-path".to_owned(), true)), "{json:#}");
}

#[test]
fn a_shallow_clone_is_incomplete_and_says_the_way_out() {
    let repo = repo();
    let event = pull_request(&repo, "");
    let path = repo.beside("event.json");
    std::fs::write(&path, event.to_string()).expect("written");
    let clone = |name: &str, options: &[&str]| {
        let place = repo.beside(name);
        let from = format!("file://{}", repo.root().display());
        repo.git(&[&["clone", "--quiet"], options, &[&from, place.to_str().expect("plain")]].concat());
        place
    };
    for (name, options) in [
        ("one", &["--depth=1", "--branch=agent/x"][..]),
        ("both", &["--depth=1", "--no-single-branch", "--branch=agent/x"]),
    ] {
        let place = clone(name, options);
        for format in ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
            let mut command = repo.command(BIN, &place);
            command
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_EVENT_NAME", "pull_request")
                .env("GITHUB_EVENT_PATH", &path);
            let output = command.args(["check", "--ci", "--format", format]).output().expect("runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {format}: {text}");
            assert!(
                text.contains("fetch-depth: 0"),
                "{name} {format}: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    // Deep enough.
    let place = clone("deep", &["--depth=5", "--no-single-branch", "--branch=agent/x"]);
    let mut command = repo.command(BIN, &place);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", "pull_request").env("GITHUB_EVENT_PATH", &path);
    assert_eq!(command.args(["check", "--ci"]).output().expect("runs").status.code(), Some(0));
}

#[test]
fn pushes_and_what_has_no_change() {
    let repo = repo();
    let push = |before: &str, after: &str| {
        let event = json!({"ref": "refs/heads/agent/x", "before": before, "after": after, "repository": {"default_branch": "main"}});
        github(&repo, "push", &event, &["--ci", "--format", "json"])
    };
    let head = rev(&repo, "agent/x");
    let one = parsed(&push(&rev(&repo, "agent/x~1"), &head));
    assert_eq!(one["commits"].as_array().map(Vec::len), Some(1));
    // The clone has no branch of the remote: that is no empty change.
    let unknown = push(ZERO, &head);
    let json = parsed(&unknown);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        json["incomplete"][0]["reason"].as_str().is_some_and(|why| why.contains("git fetch origin +refs/heads/main:")),
        "{json:#}"
    );
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let new = push(ZERO, &head);
    assert_eq!(parsed(&new)["commits"].as_array().map(Vec::len), Some(2));
    assert!(String::from_utf8_lossy(&new.stderr).contains("the branch is new"));
    let gone = push(&head, ZERO);
    assert_eq!(gone.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("nothing to judge"));
    let lost = push(&"c".repeat(40), &head);
    assert!(parsed(&lost)["incomplete"][0]["reason"].as_str().is_some_and(|why| why.contains("git fetch origin cccc")));
    let schedule = github(&repo, "schedule", &json!({}), &["--ci"]);
    assert_eq!(schedule.status.code(), Some(2));
    let given = github(&repo, "schedule", &json!({}), &["--ci", "--base", "main", "--format", "json"]);
    assert_eq!(parsed(&given)["commits"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_a_branch_took_over_from_its_target_is_not_its_own() {
    let repo = repo();
    let old = rev(&repo, "main");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("migrations/1.sql", "x\n").commit_all(&format!("another's{AGENT}"));
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo.git(&["switch", "--quiet", "agent/x"]);
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    // The event still names the tip of the day before.
    let mut event = pull_request(&repo, "");
    event["pull_request"]["base"]["sha"] = old.clone().into();
    let json = parsed(&github(&repo, "pull_request", &event, &["--ci", "--format", "json"]));
    assert_eq!(rules(&json), [], "{json:#}");
    assert_eq!(json["commits"].as_array().map(Vec::len), Some(3));
    // After the merge, a job that is run again judges the same change, and not nothing.
    let before = rev(&repo, "refs/remotes/origin/main");
    repo.git(&["update-ref", "refs/remotes/origin/main", "agent/x"]);
    let json = parsed(&github(&repo, "pull_request", &pull_request(&repo, ""), &["--ci", "--format", "json"]));
    assert_eq!(json["commits"].as_array().map(Vec::len), Some(3), "{json:#}");
    repo.git(&["update-ref", "refs/remotes/origin/main", &before]);
    // A branch that is behind the event says nothing: the event counts.
    repo.git(&["update-ref", "refs/remotes/origin/main", &old]);
    let json = parsed(&github(&repo, "pull_request", &pull_request(&repo, ""), &["--ci", "--format", "json"]));
    assert_eq!(json["commits"].as_array().map(Vec::len), Some(3), "{json:#}");
}

#[test]
fn a_merge_request_on_gitlab() {
    let repo = repo();
    let (base, head) = (rev(&repo, "main"), rev(&repo, "agent/x"));
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("warrant.toml", "schema = 1\n[scope]\ndeny = [\"src/**\"]\n").commit_all("narrower");
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let mut command = repo.command(BIN, repo.root());
    for (key, value) in [
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", head.as_str()),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_TITLE", "Add b"),
        (
            "CI_MERGE_REQUEST_DESCRIPTION",
            "```warrant\nschema = 1\n[[claim]]\nkind = \"deleted\"\npath = \"src/b.rs\"\n```",
        ),
    ] {
        command.env(key, value);
    }
    let json = parsed(&command.args(["check", "--ci", "--format", "json"]).output().expect("runs"));
    let found = rules(&json);
    assert!(found.contains(&("report/contradicted".to_owned(), false)), "{json:#}");
    assert!(found.contains(&("scope/denied-path".to_owned(), true)), "the target's policy counts: {json:#}");
}

#[test]
fn nothing_is_guessed() {
    let repo = repo();
    let mut command = repo.command(BIN, repo.root());
    let none = command.args(["check", "--ci"]).output().expect("runs");
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no CI service is recognised"));
    let staged = github(&repo, "pull_request", &pull_request(&repo, ""), &[]);
    assert_eq!(staged.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&staged.stderr).contains("`--ci` judges its change"));
    let asked = github(&repo, "pull_request", &pull_request(&repo, ""), &["--staged"]);
    assert!(!String::from_utf8_lossy(&asked.stderr).contains("--ci"));
}

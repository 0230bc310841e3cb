//! Waivers as a user meets them: what `check` says of them, and that a change cannot waive itself.

use std::process::Output;

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const DENY_DOCS: &str = "schema = 1\n[scope]\ndeny = [\"docs/**\"]\n";

/// A repository whose `HEAD` holds this policy and two files.
fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("src/a.rs", "fn a() {}\n").write("docs/a.md", "# a\n");
    repo.commit_all("base");
    repo
}

/// As an agent: its environment is what tells.
fn run(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(BIN, repo.root());
    command.env("CODEX_THREAD_ID", "t1").args(arguments).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", stdout(output), stderr(output)))
}

/// A `[[waiver]]` until this day.
fn waiver(rule: &str, paths: &str, until: &str) -> String {
    format!(
        "[[waiver]]\nrule = \"{rule}\"\npaths = [\"{paths}\"]\nreason = \"a reason\"\nuntil = {until}\nowner = \"@team\"\n"
    )
}

/// A day that lies this many days from the one the program takes for today.
fn day(from_today: i64) -> String {
    let today = git_warrant::system::today();
    today.checked_add(jiff::Span::new().days(from_today)).expect("a day of the calendar").to_string()
}

#[test]
fn an_expired_waiver_lifts_nothing_and_is_told() {
    for (until, status, told) in [("2020-01-31".to_owned(), 1, true), (day(30), 0, false)] {
        let repo = repo(&format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &until)));
        repo.write("docs/a.md", "# b\n").stage_all();
        let output = run(&repo, &["check"]);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(status), "{until}: {text}");
        assert_eq!(text.contains("note: a waiver of this ended on 2020-01-31 (warrant.toml:5)"), told, "{text}");
        assert_eq!(text.contains("warning[policy/expired-waiver]"), told, "{text}");
    }
}

#[test]
fn a_waiver_that_ended_is_told_by_check_and_not_by_a_hook_it_does_not_concern() {
    let repo = repo(&format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", "2020-01-31")));
    repo.write("src/a.rs", "fn b() {}\n").stage_all();
    let output = run(&repo, &["check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("warning[policy/expired-waiver]"), "{}", stdout(&output));
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_waiver_that_ends_too_late_is_a_remark() {
    let repo = repo(&format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &day(366))));
    let output = run(&repo, &["check"]);
    assert!(stderr(&output).contains("more than 365 days from now"), "{}", stderr(&output));
    let output = run(&repo, &["policy", "check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("more than 365 days from now"), "{}", stderr(&output));
}

#[test]
fn a_tally_says_what_lifted_how_many() {
    let until = day(30);
    let repo = repo(&format!(
        "{DENY_DOCS}{}{}",
        waiver("scope/*", "docs/b/**", &until),
        waiver("scope/denied-path", "docs/*", &until)
    ));
    repo.write("docs/a.md", "# b\n").write("docs/b/1.md", "x\n").write("docs/b/2.md", "x\n").stage_all();
    let output = run(&repo, &["check"]);
    assert_eq!(
        stdout(&output),
        format!(
            "3 findings waived (2 by warrant.toml:5 until {until} @team, 1 by warrant.toml:11 until {until} @team)\n\
             git-warrant: the staged change (3 files): 3 waived findings; pass\n"
        )
    );
    let json = json(&run(&repo, &["check", "--format", "json"]));
    let by = &json["waived"][0]["by"];
    assert_eq!((json["waived"][0]["findings"].as_u64(), by["line"].as_u64()), (Some(2), Some(5)));
    assert_eq!((by["until"].as_str(), by["owner"].as_str()), (Some(until.as_str()), Some("@team")));
    assert_eq!((by["source"].as_str(), by["reason"].as_str()), (Some("warrant.toml"), Some("a reason")));
    assert_eq!(json["findings"][0]["waived"]["until"], by["until"]);
    // A hook that has nothing else to say says nothing.
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    repo.write("docs/c/1.md", "x\n").stage_all();
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("\n3 findings waived (2 by"), "{}", stderr(&output));
}

#[test]
fn findings_that_are_only_counted_are_tallied_too() {
    let repo = repo(&format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &day(30))));
    for index in 0..70 {
        repo.write(format!("docs/{index}.md"), "x\n");
    }
    repo.stage_all();
    let text = stdout(&run(&repo, &["check"]));
    assert!(text.starts_with("70 findings waived (70 by warrant.toml:5"), "{text}");
}

#[test]
fn verbose_shows_the_fingerprint_that_a_waiver_can_name() {
    let repo = repo("schema = 1\n");
    repo.write("notes.txt", "<<<<<<< HEAD\n=======\n>>>>>>> x\n").stage_all();
    let found = json(&run(&repo, &["check", "--format", "json"]));
    let print = found["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let rule = found["findings"][0]["rule"].as_str().expect("a rule").to_owned();
    let text = stdout(&run(&repo, &["check", "--verbose"]));
    assert!(text.contains(&format!("\nfingerprint: {print}\n")), "{text}");
    let policy = format!(
        "schema = 1\n[[waiver]]\nrule = \"{rule}\"\nfingerprints = [\"{print}\"]\nreason = \"a sample\"\nuntil = {}\n",
        day(30)
    );
    repo.git(&["reset", "-q"]);
    repo.write("warrant.toml", policy).git(&["add", "warrant.toml"]);
    repo.git(&["commit", "-q", "-m", "waive"]);
    repo.stage_all();
    let again = json(&run(&repo, &["check", "--format", "json"]));
    let first = &again["findings"][0];
    assert_eq!((first["fingerprint"].as_str(), first["waived"]["line"].as_u64()), (Some(print.as_str()), Some(3)));
}

#[test]
fn all_judges_the_tree_as_it_stands_whoever_made_it() {
    let repo = repo(&format!(
        "schema = 1\n[scope]\ndeny = [\"**\"]\n[bounds]\nfiles = 1\nfile-bytes = 5\n{}{}",
        waiver("bounds/file-bytes", "src/**", &day(30)),
        waiver("content/conflict-marker", "old/**", &day(30)),
    ));
    let mut command = repo.command(BIN, repo.root());
    let output = command.args(["check", "--all", "--format", "json"]).output().expect("the binary runs");
    let json = json(&output);
    assert_eq!((json["subject"]["kind"].as_str(), output.status.code()), (Some("tree"), Some(1)));
    let rules: Vec<&str> =
        json["findings"].as_array().expect("a list").iter().filter_map(|f| f["rule"].as_str()).collect();
    assert_eq!(rules, ["bounds/file-bytes", "bounds/file-bytes", "policy/unused-waiver"], "{json}");
    assert_eq!(json["findings"][0]["path"], "src/a.rs");
    assert!(json["findings"][0]["waived"].is_object());
    assert_eq!(json["findings"][1]["path"], "warrant.toml");
}

#[test]
fn a_range_tells_once_of_what_ended_and_of_what_lifted_nothing() {
    let policy = format!(
        "{DENY_DOCS}[rules]\n\"policy/unused-waiver\" = {{ commits = 3 }}\n{}{}",
        waiver("scope/*", "docs/**", "2020-01-31"),
        waiver("scope/*", "src/**", &day(30))
    );
    let repo = repo(&policy);
    repo.git(&["tag", "base"]);
    let trailer = "\n\nCo-authored-by: Claude <noreply@anthropic.com>";
    for index in 0..3 {
        let output = run(&repo, &["check", "--range", "base..HEAD"]);
        assert!(!stdout(&output).contains("unused-waiver"), "{index}: {}", stdout(&output));
        repo.write("src/a.rs", format!("fn b{index}() {{}}\n"));
        repo.commit_all(&format!("change {index}{trailer}"));
    }
    let output = run(&repo, &["check", "--range", "base..HEAD"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text.matches("warning[policy/expired-waiver]").count(), 1, "{text}");
    assert_eq!(
        text.matches("lifted nothing, though 3 of the commits judged touched what it covers").count(),
        1,
        "{text}"
    );
    assert!(text.ends_with("git-warrant: base..HEAD (3 commits): 3 judged\n"), "{text}");
    let json = json(&run(&repo, &["check", "--range", "base..HEAD", "--format", "json"]));
    assert_eq!(json["commits"].as_array().map(Vec::len), Some(3));
    assert_eq!((json["decision"].as_str(), json["findings"].as_array().map(Vec::len)), (Some("warn"), Some(2)));
}

const TRAILER: &str = "\n\nCo-authored-by: Claude <noreply@anthropic.com>";

#[test]
fn a_waiver_of_the_same_commit_does_not_count_and_says_so() {
    let repo = repo(DENY_DOCS);
    repo.write("warrant.toml", format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &day(30))));
    repo.write("docs/a.md", "# b\n").stage_all();
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output), @r#"
    error[scope/denied-path]: `docs/a.md` is outside what may change
     --> docs/a.md
      = note: `deny = "docs/**"` matches it
      = note: a waiver of this comes with this very change (warrant.toml:5): it counts once it is on the base
      |
     ::: warrant.toml:3:9
      |
    3 | deny = ["docs/**"]
      |         --------- decided here
      |
      = help: take this file out of the change, or ask the owner of the policy to allow it

    error[guard/policy-changed]: `warrant.toml` was changed, which holds the rules this change is judged by
    --> warrant.toml
     = help: take this change back; a person can change the policy in a commit of their own

    git-warrant: the staged change (2 files): 2 errors; blocked
    "#);
    // On the base it counts.
    repo.git(&["reset", "-q", "docs"]);
    repo.git(&["commit", "-q", "-m", "a person waives"]);
    repo.stage_all();
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_lengthened_waiver_does_not_count() {
    let policy = |until: &str| format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", until));
    let repo = repo(&policy("2020-01-31"));
    repo.write("warrant.toml", policy(&day(30))).write("docs/a.md", "# b\n").stage_all();
    let output = run(&repo, &["hook", "pre-commit"]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("a waiver of this ended on 2020-01-31 (warrant.toml:5)"), "{text}");
    assert!(text.contains("a waiver of this comes with this very change (warrant.toml:5)"), "{text}");
}

#[test]
fn the_base_of_a_range_decides_for_all_of_its_commits() {
    let repo = repo(DENY_DOCS);
    repo.git(&["tag", "base"]);
    repo.write("warrant.toml", format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &day(30))));
    repo.commit_all("a person waives");
    repo.git(&["tag", "waived"]);
    repo.write("docs/a.md", "# b\n");
    repo.commit_all(&format!("docs{TRAILER}"));
    let output = run(&repo, &["check", "--range", "base..HEAD"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("a waiver of this comes with an earlier commit of this range (warrant.toml:5)"), "{text}");
    let output = run(&repo, &["check", "--range", "waived..HEAD"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("1 finding waived (1 by warrant.toml:5"), "{}", stdout(&output));
}

#[test]
fn a_waiver_elsewhere_is_no_proposal() {
    let repo = repo(DENY_DOCS);
    repo.write("samples/warrant.toml", format!("{DENY_DOCS}{}", waiver("scope/*", "docs/**", &day(30))));
    repo.write("docs/a.md", "# b\n").stage_all();
    let output = run(&repo, &["hook", "pre-commit"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("a waiver of this"), "{}", stderr(&output));
}

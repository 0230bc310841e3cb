//! `git-warrant claims` as a user runs it.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

fn run(repo: &TestRepo, arguments: &[&str], input: &str) -> Output {
    let mut command = repo.command(BIN, repo.root());
    command.arg("claims").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the program reads");
    child.wait_with_output().expect("the binary ends")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").git(&["add", "."]);
    repo.git(&["commit", "--quiet", "-m", "Add a\n\nIf it fails, see `b.rs`.\n\n- [ ] update a.rs"]);
    repo
}

#[test]
fn what_is_no_claim_is_told_with_its_line_and_why() {
    let output = run(&repo(), &["--commit", "HEAD"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.starts_with("claims (against commit HEAD)\n"), "{text}");
    assert!(
        text.contains("  line 3: \"If it fails\"\n      holds on a condition, or is only supposed (conditional)\n"),
        "{text}"
    );
    assert!(text.contains("  line 5: \"update a.rs\"\n      a box that is not ticked (unticked)\n"), "{text}");
}

#[test]
fn a_text_of_standard_input_without_a_change_has_no_verdicts() {
    let output = run(&repo(), &["-", "--format", "json"], "s\n\nA follow-up will remove `a.rs`.\n");
    let found = json(&output);
    assert_eq!(found["change"], Value::Null);
    let passed = found["passed"].as_array().expect("a list");
    let planned = passed.iter().find(|entry| entry["stance"] == "planned").expect("the plan");
    assert_eq!((planned["line"].as_u64(), planned["why"].as_str()), (Some(3), Some("a plan")));
    assert_eq!(planned["span"], serde_json::json!([3, 34]));
}

#[test]
fn declared_claims_are_held_against_the_staged_change() {
    let repo = repo();
    repo.write("b.rs", "fn b() {}\n").git(&["add", "."]);
    let message =
        "Add b\n\n```warrant\nschema = 1\nsummary = \"b\"\n[[claim]]\nkind = \"created\"\npath = \"b.rs\"\n```\n";
    let found = json(&run(&repo, &["-", "--format", "json"], message));
    assert_eq!(found["change"]["kind"], "staged");
    let declared = &found["claims"].as_array().expect("a list")[0];
    assert_eq!((declared["source"].as_str(), declared["verdict"].as_str()), (Some("declared"), Some("supported")));
    assert_eq!(declared["line"], 6);
}

#[test]
fn output_follows_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/claims.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let found = json(&run(&repo(), &["--format", "json"], ""));
    assert!(validator.is_valid(&found), "{found:#}");
    assert!(!found["passed"].as_array().expect("a list").is_empty());
}

#[test]
fn a_commit_that_is_not_there_is_a_fault() {
    let output = run(&repo(), &["--commit", "nowhere"], "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn prose_claims_have_their_verdicts_and_are_not_listed_twice() {
    let repo = repo();
    repo.write("a.rs", "fn c() {}\n").write("b.rs", "fn b() {}\n").git(&["add", "."]);
    let found = json(&run(
        &repo,
        &["-", "--format", "json"],
        "Work\n\nUpdated `a.rs`.\nDid not touch `b.rs`.\nWe plan to remove `a.rs`.\n",
    ));
    let claims: Vec<(&str, &str, u64)> = found["claims"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|claim| {
            let field = |name: &str| claim[name].as_str().unwrap_or_default();
            (field("kind"), field("verdict"), claim["line"].as_u64().unwrap_or_default())
        })
        .collect();
    assert_eq!(claims, [("modified", "supported", 3), ("untouched", "contradicted", 4)], "{found:#}");
    let lines: Vec<u64> =
        found["passed"].as_array().expect("a list").iter().filter_map(|entry| entry["line"].as_u64()).collect();
    assert_eq!(lines, [1, 5], "{found:#}");
}

//! What counts as an existing test: one that was there at the base of the range, not one made on the way.

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const FULL: &str =
    "#[test]\nfn adds() {\n    let sum = add(1, 2);\n    assert_eq!(sum, 3);\n    assert_eq!(add(sum, 1), 4);\n}\n";

const GUTTED: &str = "#[test]\nfn adds() {\n    let sum = add(1, 2);\n    assert!(sum > 0);\n}\n";

/// The rules that fire, once each, and whether anything was not judged.
fn fired(repo: &TestRepo, arguments: &[&str]) -> (Vec<String>, bool) {
    let mut command = repo.command(BIN, repo.root());
    let command = command.args(["check", "--format", "json", "--applies-to", "everyone"]).args(arguments);
    let output = command.output().expect("the binary runs");
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = json["findings"].as_array().expect("findings");
    let mut rules: Vec<String> =
        findings.iter().filter_map(|finding| finding["rule"].as_str()).map(str::to_owned).collect();
    rules.sort();
    rules.dedup();
    (rules, json["incomplete"].as_array().is_some_and(|list| !list.is_empty()))
}

fn told() -> Vec<String> {
    ["tests/assertion-removed", "tests/weakened"].map(str::to_owned).to_vec()
}

/// `base`, a commit that makes the test, one that guts it.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n[rules]\n\"tests/*\" = \"warn\"\n")
        .write("src/a.rs", "pub fn add(a: u8, b: u8) -> u8 { a + b }\n");
    repo.commit_all("base");
    repo.git(&["tag", "base"]);
    repo.write("tests/a.rs", FULL);
    repo.commit_all("test what add says");
    repo.git(&["tag", "made"]);
    repo.write("tests/a.rs", GUTTED);
    repo.commit_all("change the test");
    repo
}

#[test]
fn a_test_made_in_the_range_may_change_in_it() {
    assert_eq!(fired(&repo(), &["--range", "base..HEAD"]), (Vec::new(), false));
}

#[test]
fn a_commit_by_itself_is_held_against_its_parent() {
    assert_eq!(fired(&repo(), &["--commit", "HEAD"]), (told(), false));
}

#[test]
fn a_test_that_was_there_at_the_base_is_existing() {
    assert_eq!(fired(&repo(), &["--range", "made..HEAD"]), (told(), false));
}

#[test]
fn what_was_added_on_the_way_to_a_test_of_the_base_may_go_again() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n[rules]\n\"tests/*\" = \"warn\"\n").write("tests/a.rs", GUTTED);
    repo.commit_all("base");
    repo.git(&["tag", "base"]);
    let longer = GUTTED.replace("    assert!", "    assert_eq!(add(sum, 1), 4);\n    assert!");
    repo.write("tests/a.rs", longer);
    repo.commit_all("say more");
    repo.write("tests/a.rs", GUTTED);
    repo.commit_all("say less");
    assert_eq!(fired(&repo, &["--range", "base..HEAD"]), (Vec::new(), false));
    assert_eq!(fired(&repo, &["--commit", "HEAD"]), (vec!["tests/assertion-removed".to_owned()], false));
}

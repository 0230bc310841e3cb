//! What a merge does to tests: what it takes over from one side was judged there, what it takes away of its own is told.

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const POLICY: &str = "schema = 1\n[rules]\n\"tests/*\" = \"warn\"\n";

/// Three tests, some lines apart so that each can change on a side of its own.
fn tests(one: &str, two: &str, three: &str) -> String {
    let test = |name: &str, body: &str| format!("#[test]\nfn {name}() {{\n    let sum = add(1, 2);\n{body}}}\n\n");
    [test("one", one), test("two", two), test("three", three)].concat()
}

const SUM: &str = "    assert_eq!(sum, 3);\n    assert_eq!(add(sum, 1), 4);\n";
const LESS: &str = "    assert_eq!(sum, 3);\n";
const MORE: &str = "    assert_eq!(sum, 3);\n    assert_eq!(add(sum, 1), 4);\n    assert_eq!(add(sum, 2), 5);\n";

/// `side` has one version of the first test, `main` one of the third; the merge leaves `merged`.
fn merged(side: &str, main: &str, merged: &str) -> Vec<String> {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY)
        .write("src/a.rs", "pub fn add(a: u8, b: u8) -> u8 { a + b }\n")
        .write("tests/a.rs", tests(SUM, SUM, SUM));
    let versions = [tests(side, SUM, SUM), tests(SUM, SUM, main), merged.to_owned()];
    told(&repo, "tests/a.rs", &versions)
}

/// What is told of a merge, given what the file holds on `side`, on `main` and after it.
fn told(repo: &TestRepo, path: &str, [side, main, merged]: &[String; 3]) -> Vec<String> {
    repo.commit_all("base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write(path, side);
    repo.commit_all("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(path, main);
    repo.commit_all("main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write(path, merged);
    repo.commit_all("merge");
    assert_eq!(repo.git_text(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
    let mut command = repo.command(BIN, repo.root());
    command.args(["check", "--format", "json", "--applies-to", "everyone", "--commit", "HEAD"]);
    let output = command.output().expect("the binary runs");
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(json["incomplete"].as_array().map(Vec::len), Some(0));
    let findings = json["findings"].as_array().expect("findings");
    let mut told: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", finding["rule"], finding["message"]).replace('"', "")).collect();
    told.sort();
    told
}

#[test]
fn a_focused_test_of_one_side_keeps_those_of_the_other_from_running() {
    let one = |said: u8| format!("it('one', () => {{ expect(add(1)).toBe({said}); }});\n\n\n\n");
    let three = "it('three', () => { expect(add(3)).toBe(4); });\n";
    let only = "\nit.only('four', () => { expect(add(4)).toBe(5); });\n";
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("a.test.js", one(2) + three);
    let told = told(&repo, "a.test.js", &[one(2) + three + only, one(3) + three, one(3) + three + only]);
    assert!(told.iter().any(|one| one.starts_with("tests/focused") && one.contains("four")), "{told:?}");
}

#[test]
fn both_sides_may_have_changed_their_tests() {
    assert!(merged(MORE, MORE, &tests(MORE, SUM, MORE)).is_empty());
    assert!(merged(LESS, MORE, &tests(LESS, SUM, MORE)).is_empty(), "what one side took away was judged there");
    assert!(merged(LESS, LESS, &tests(LESS, SUM, LESS)).is_empty(), "and the other");
    assert!(merged(LESS, MORE, &tests(SUM, SUM, MORE)).is_empty());
}

#[test]
fn what_a_merge_takes_from_a_test_that_both_have_is_told() {
    for (side, main) in [(MORE, MORE), (LESS, MORE), (LESS, LESS)] {
        let told = merged(side, main, &tests(side, LESS, main));
        let [only] = told.as_slice() else { panic!("{told:?}") };
        assert!(only.starts_with("tests/assertion-removed") && only.contains("two"), "{only}");
    }
    let told = merged(MORE, MORE, &tests(MORE, "", MORE).replace("fn two", "#[ignore]\nfn two"));
    assert!(told.iter().any(|one| one.starts_with("tests/skipped") && one.contains("two")), "{told:?}");
    let whole = tests(MORE, SUM, MORE);
    let (before, rest) = whole.split_once("#[test]\nfn two").expect("it is there");
    let (_, after) = rest.split_once("#[test]\n").expect("one follows");
    let told = merged(MORE, MORE, &format!("{before}#[test]\n{after}"));
    assert!(told.iter().any(|one| one.starts_with("tests/deleted") && one.contains("two")), "{told:?}");
}

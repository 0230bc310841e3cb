//! `init` and `policy` at the command line.

mod support;

use std::fs;
use std::process::Output;

use support::TestRepo;

fn warrant(repo: &TestRepo, arguments: &[&str]) -> (i32, String, String) {
    let output: Output = repo
        .command(env!("CARGO_BIN_EXE_git-warrant"), repo.root())
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn init_writes_a_policy_that_checks_and_does_not_overwrite() {
    let repo = TestRepo::new();
    repo.write("Cargo.toml", "").write("src/lib.rs", "").write("tests/a.rs", "").commit_all("start");
    let (status, out, err) = warrant(&repo, &["init"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("wrote warrant.toml (found: Rust, tests)"), "{out}");
    let written = fs::read_to_string(repo.path("warrant.toml")).expect("a policy");
    assert!(written.contains("preset:rust"));
    let (status, out, err) = warrant(&repo, &["policy", "check"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("warrant.toml: no faults"), "{out}");

    repo.write("warrant.toml", "schema = 1\n");
    let (status, _, err) = warrant(&repo, &["init"]);
    assert_eq!(status, 2);
    assert!(err.contains("there is a policy already: warrant.toml"), "{err}");
    assert_eq!(fs::read_to_string(repo.path("warrant.toml")).expect("a policy"), "schema = 1\n");
    repo.write("warrant.toml", "schema = 1\nmode = \"report\" # \u{1b}[2J\n");
    let (status, out, err) = warrant(&repo, &["init", "--force", "--minimal"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("-mode = \"report\" # \\u{1b}[2J\n"), "what is taken away is shown: {out}");
    assert!(fs::read_to_string(repo.path("warrant.toml")).expect("a policy").starts_with("schema = 1\nextends"));
}

#[test]
fn init_before_the_first_commit_sees_what_is_staged() {
    let repo = TestRepo::new();
    repo.write("go.mod", "module a\n").write("a.go", "package a\n").stage_all();
    let (status, out, err) = warrant(&repo, &["init"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("found: Go"), "{out}");
}

#[test]
fn check_shows_every_fault_of_the_work_tree_and_exits_2() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n").commit_all("start");
    repo.write("warrant.toml", "schema = 1\nmoed = 1\n[scope]\nallow = [\"/x\"]\n");
    let (status, out, err) = warrant(&repo, &["policy", "check"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("did you mean `mode`?") && err.contains("warrant.toml:4:10"), "{err}");
    // What is in force is the committed one.
    let (status, out, _) = warrant(&repo, &["policy", "show"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("# The policy in force: warrant.toml (HEAD)"), "{out}");
}

#[test]
fn a_file_may_extend_what_lies_beside_it() {
    let repo = TestRepo::new();
    repo.write("team/base.toml", "schema = 1\n").write("team/p.toml", "schema = 1\nextends = [\"base.toml\"]\n");
    repo.commit_all("start");
    let (status, out, err) = warrant(&repo, &["policy", "check", "team/p.toml"]);
    assert_eq!((status, out.as_str()), (0, "team/p.toml: no faults (1 extended policy)\n"), "{err}");
}

#[test]
fn test_tells_an_example_that_does_not_hold() {
    let repo = TestRepo::new();
    repo.write(
        "warrant.toml",
        "schema = 1\n[[pattern]]\nid = 'a'\nadded = '^x'\nmessage = 'm'\nfires = ['x']\nsilent = ['xy']\n",
    );
    let (status, _, err) = warrant(&repo, &["policy", "test"]);
    assert_eq!(status, 1);
    assert!(err.contains("`a` finds this line, and should not"), "{err}");
    assert_eq!(warrant(&repo, &["policy", "check"]).0, 2);
}

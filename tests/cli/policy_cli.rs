//! `init` and `policy` at the command line.

use std::fs;
use std::process::Output;

use crate::support::TestRepo;

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

const DENY: &str = "schema = 1\n[scope]\ndeny = ['db/**']\n";

#[test]
fn cases_of_a_folder_are_run_with_the_policy_of_the_repository() {
    let repo = TestRepo::new();
    let good = "# Team\n\n## the schema is not ours\n\n```after db/1.sql\nx\n```\n\n```expect\ndeny[scope/denied-path] db/1.sql\n```\n";
    repo.write("warrant.toml", DENY)
        .write("warrant/cases/db.md", good)
        .write("warrant/cases/README.md", "For people.\n");
    let (status, out, err) = warrant(&repo, &["policy", "test"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("ok   cases/db.md:3 the schema is not ours\n"), "{out}");
    assert!(out.ends_with("1 case: 1 passed, 0 failed\n"), "{out}");

    repo.write("warrant/cases/sub/wrong.md", good.replace("deny[", "warn["));
    repo.write("warrant/cases/torn.md", "## torn\n\n```expect\n");
    let (status, out, _) = warrant(&repo, &["policy", "test"]);
    assert_eq!(status, 1);
    let difference = "     - warn[scope/denied-path] db/1.sql\n     + deny[scope/denied-path] db/1.sql \"`db/1.sql`";
    assert!(out.contains(difference), "{out}");
    assert!(out.contains("FAIL cases/torn.md: line 3: the block is never closed\n"), "{out}");
    assert!(out.ends_with("3 cases: 1 passed, 2 failed\n"), "{out}");
    let (status, out, _) = warrant(&repo, &["policy", "test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, &json["passed"], &json["failed"]), (1, &1.into(), &2.into()));
    assert_eq!(json["cases"][0]["result"], "pass");
    assert_eq!(json["cases"][1]["difference"][0], "- warn[scope/denied-path] db/1.sql");
}

#[test]
fn no_cases_are_told_and_a_named_folder_has_to_hold_some() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", DENY).write("empty/README.md", "nothing\n");
    let (status, out, err) = warrant(&repo, &["policy", "test"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("no cases: there is no Markdown file in "), "{out}");
    for folder in ["empty", "gone"] {
        let (status, _, err) = warrant(&repo, &["policy", "test", "--cases", folder]);
        assert_eq!(status, 2, "{err}");
        assert!(err.contains(folder), "{err}");
    }
    repo.symlink("/etc/passwd", "empty/a.md");
    let (status, out, _) = warrant(&repo, &["policy", "test", "--cases", "empty"]);
    assert_eq!(status, 1);
    assert!(out.contains("this is no regular file, and is not read") && !out.contains("root:"), "{out}");
}

#[test]
fn every_preset_passes_its_cases() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let repo = TestRepo::new();
    for preset in git_warrant::policy::presets::names() {
        let path = |end: &str| folder.join(end).to_string_lossy().into_owned();
        let (policy, cases) = (path(&format!("{preset}.toml")), path(&format!("cases/{preset}")));
        let (status, out, err) = warrant(&repo, &["policy", "test", &policy, "--cases", &cases]);
        assert_eq!(status, 0, "{preset}: {out}{err}");
    }
}

//! `policy draft` at the command line.

use std::fs;

use crate::support::TestRepo;

fn draft(repo: &TestRepo, arguments: &[&str]) -> (i32, String, String) {
    let output = repo
        .command(env!("CARGO_BIN_EXE_git-warrant"), repo.root())
        .args(["policy", "draft"])
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("Cargo.toml", "").write("src/lib.rs", "").write("web/app.ts", "").write("web/vendor/x.js", "");
    repo
}

#[test]
fn a_small_case_word_for_word() {
    let repo = repo();
    repo.write(
        "AGENTS.md",
        "# Rules\n\nNever edit `Cargo.toml`. Never use `unwrap()`.\nBe kind. Functions must be short.\n",
    );
    repo.commit_all("start");
    let (status, out, err) = draft(&repo, &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    let expected = r#"# Proposed by `git warrant policy draft` from AGENTS.md.
# Each entry stands below the sentence it was read from. Nothing here is in force: read it, keep what is right, and
# commit it as your policy.
schema = 1
extends = ["preset:baseline"]

[scope]
deny = [
    # AGENTS.md:3: Never edit `Cargo.toml`.
    "Cargo.toml",
]

# AGENTS.md:3: Never use `unwrap()`.
[[pattern]]
id = "no-unwrap"
paths = ["**/*.rs"]
added = '\bunwrap\s*\('
message = "`unwrap()` is not to be used here"
level = "deny"
fires = ["unwrap()"]
silent = ["x_unwrap()"]

# Not enforced: 1 sentence that ask for something and became no entry.
#
# a diff does not tell (1):
#   AGENTS.md:4: Functions must be short.
#
# 1 sentence more describe, and ask for nothing that was understood.
"#;
    assert_eq!(out, expected);
}

#[test]
fn a_named_file_is_read_alone() {
    let repo = repo();
    repo.write("AGENTS.md", "Never edit `Cargo.toml`.\n").write("team/rules.md", "Never edit `src/lib.rs`.\n");
    repo.commit_all("start");
    let (status, out, err) = draft(&repo, &["team/rules.md"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("\"src/lib.rs\",") && !out.contains("\"Cargo.toml\","), "{out}");
    assert!(out.contains("# team/rules.md:1: Never edit"), "{out}");
    let (status, out, err) = draft(&repo, &["team/none.md"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("team/none.md"), "{err}");
}

#[test]
fn imports_are_read_where_they_stay_inside() {
    let repo = repo();
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("x.md"), "Never edit `web/app.ts`.\n").expect("written");
    repo.write("CLAUDE.md", "See @team/rules.md, @../x.md and @team/none.md\n");
    repo.write("team/rules.md", "Never edit `Cargo.toml`. See @more.md\n");
    repo.write("team/more.md", "Never edit `src/lib.rs`. Back to @rules.md\n").commit_all("start");
    let (status, out, err) = draft(&repo, &["CLAUDE.md"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("# team/rules.md:1: Never edit `Cargo.toml`."), "{out}");
    assert!(out.contains("# team/more.md:1: Never edit `src/lib.rs`."), "{out}");
    assert_eq!(out.matches("team/rules.md:1: Never").count(), 1, "a circle is read once: {out}");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_refused() {
    let repo = repo();
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("x.md"), "Never edit `web/app.ts`.\n").expect("written");
    std::os::unix::fs::symlink(outside.path().join("x.md"), repo.path("linked.md")).expect("a link");
    repo.write("CLAUDE.md", "Never edit `Cargo.toml`. See @linked.md\n").commit_all("start");
    let (status, out, err) = draft(&repo, &["linked.md"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("no file of this repository"), "{err}");
    // As an import it is passed over.
    let (status, out, err) = draft(&repo, &["CLAUDE.md"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("\"Cargo.toml\",") && !out.contains("web/app.ts"), "{out}");
    let elsewhere = outside.path().join("x.md");
    let (status, out, _) = draft(&repo, &[elsewhere.to_str().expect("plain")]);
    assert_eq!((status, out.as_str()), (2, ""));
}

#[test]
fn a_nested_file_speaks_of_its_folder() {
    let repo = repo();
    repo.write("AGENTS.md", "Never use `foo_bar`.\n");
    repo.write("web/AGENTS.md", "Never edit `vendor/`. Never use `foo_baz`. Only edit `app.ts`.\n").commit_all("start");
    let (status, out, err) = draft(&repo, &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("    \"web/vendor/**\","), "{out}");
    assert!(out.contains("paths = [\"**/*.js\", \"**/*.rs\", \"**/*.ts\"]\nadded = '\\bfoo_bar\\b'"), "{out}");
    assert!(out.contains("paths = [\"web/**/*.js\", \"web/**/*.ts\"]\nadded = '\\bfoo_baz\\b'"), "{out}");
    assert!(out.contains("[[scope.when]]\npaths = [\"web/**\"]\nallow = ["), "{out}");
}

#[test]
fn output_never_overwrites_and_is_never_the_policy() {
    let repo = repo();
    repo.write("AGENTS.md", "Never edit `Cargo.toml`.\n").write("kept.toml", "mine\n").commit_all("start");
    let (status, out, err) = draft(&repo, &["--output", "draft.toml"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with("wrote draft.toml (1 sentence became entries"), "{out}");
    let written = fs::read_to_string(repo.path("draft.toml")).expect("a draft");
    assert!(written.contains("\"Cargo.toml\","), "{written}");

    let (status, _, err) = draft(&repo, &["--output", "kept.toml"]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("kept.toml cannot be written"), "{err}");
    assert_eq!(fs::read_to_string(repo.path("kept.toml")).expect("kept"), "mine\n");

    let (status, _, err) = draft(&repo, &["--output", "warrant.toml"]);
    assert_eq!(status, 2);
    assert!(err.contains("a draft is no policy"), "{err}");
    assert!(!repo.path("warrant.toml").exists());
}

#[test]
fn without_instructions_there_is_nothing_to_draft() {
    let repo = repo();
    repo.commit_all("start");
    let (status, out, err) = draft(&repo, &[]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("no instructions for agents here"), "{err}");
}

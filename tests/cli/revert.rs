//! Reverts against the commits they name, in real repositories.

use std::process::Output;

use crate::support::TestRepo;

const CODE: &str = "fn a() -> u32 {\n    1\n}\n";

/// A repository with a commit to revert: `src/a.rs` changed. Its id is returned.
fn with_feature(repo: &TestRepo) -> String {
    repo.write("src/a.rs", CODE).write("src/b.rs", CODE);
    repo.commit_all("begin");
    repo.write("src/a.rs", CODE.replace('1', "2"));
    repo.commit_all("feat: two");
    repo.head()
}

fn check(repo: &TestRepo) -> String {
    let program = env!("CARGO_BIN_EXE_git-warrant");
    let run: Output = repo
        .command(program, repo.root())
        .args(["check", "--commit", "HEAD", "--applies-to", "everyone"])
        .output()
        .expect("the program starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr)
}

#[test]
fn a_revert_that_changes_another_file_is_told() {
    let repo = TestRepo::new();
    let id = with_feature(&repo);
    repo.write("src/a.rs", CODE).write("src/b.rs", CODE.replace('1', "3"));
    repo.commit_all(&format!("Revert \"feat: two\"\n\nThis reverts commit {id}."));
    let said = check(&repo);
    assert!(said.contains("message/type-mismatch"), "{said}");
    assert!(said.contains("the commit it names did not touch what line 2 changes: `src/b.rs`"), "{said}");
}

#[test]
fn a_plain_revert_and_one_that_tells_are_in_order() {
    for (more, body) in [(false, ""), (true, "\n\nsrc/b.rs needs three now.")] {
        let repo = TestRepo::new();
        let id = with_feature(&repo);
        repo.write("src/a.rs", CODE).write("CHANGELOG.md", "two is gone\n");
        if more {
            repo.write("src/b.rs", CODE.replace('1', "3"));
        }
        repo.commit_all(&format!("Revert \"feat: two\" (#12)\n\nThis reverts commit {id}.{body}"));
        let said = check(&repo);
        assert!(!said.contains("type-mismatch"), "{said}");
    }
}

#[test]
fn nothing_is_said_of_a_revert_of_what_is_not_here_or_has_moved_on() {
    for id in ["0123456789abcdef0123456789abcdef01234567", "HEAD"] {
        let repo = TestRepo::new();
        let named = with_feature(&repo);
        let id = if id == "HEAD" { named } else { id.to_owned() };
        // The named change itself is not undone.
        repo.write("src/b.rs", CODE.replace('1', "3"));
        repo.commit_all(&format!("Revert \"feat: two\"\n\nThis reverts commit {id}."));
        let said = check(&repo);
        assert!(!said.contains("type-mismatch"), "{said}");
    }
}

#[test]
fn code_that_moved_since_is_undone_where_it_is() {
    let repo = TestRepo::new();
    let id = with_feature(&repo);
    repo.git(&["mv", "src/a.rs", "src/c.rs"]);
    repo.commit_all("move a");
    repo.write("src/c.rs", CODE);
    repo.commit_all(&format!("revert: two\n\nThis reverts commit {id}."));
    let said = check(&repo);
    assert!(!said.contains("type-mismatch"), "{said}");
}

#[test]
fn a_revert_that_lists_what_else_was_done_is_not() {
    let repo = TestRepo::new();
    let id = with_feature(&repo);
    repo.write("src/a.rs", CODE).write("src/b.rs", CODE.replace('1', "3"));
    repo.commit_all(&format!(
        "Revert \"feat: two\"\n\n* Revert \"feat: two\"\n\nThis reverts commit {id}.\n\n* Make b return three"
    ));
    let said = check(&repo);
    assert!(!said.contains("message/type-mismatch"), "{said}");
}

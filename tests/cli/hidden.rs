//! Files that git was told not to look at: a session's end looks, and `check --worktree` says what it left out.

use crate::client::{Agent, blocked};
use crate::support::TestRepo;

const POLICY: &str = "schema = 1\napplies-to = \"everyone\"\n[scope]\ndeny = [\"data/**\"]\n";

const FLAGS: [&str; 2] = ["assume-unchanged", "skip-worktree"];

/// `is_usual` is a work tree that is listed without git.
fn repo(is_usual: bool) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY)
        .write("src/a.txt", "one\n")
        .write("data/b.txt", "b\n")
        .write("data/c.txt", "c\n");
    repo.commit_all("start");
    if !is_usual {
        repo.git(&["config", "core.ignoreCase", "true"]);
    }
    repo
}

#[test]
fn an_edit_behind_a_flag_is_found_at_the_end() {
    for (flag, is_usual) in FLAGS.into_iter().flat_map(|flag| [(flag, true), (flag, false)]) {
        let repo = repo(is_usual);
        let agent = Agent::start(&repo, "s");
        agent.edit("src/a.txt", "two\n");
        agent.force(&format!("echo x >> data/b.txt; git update-index --{flag} data/b.txt"));
        assert_eq!(repo.git_text(&["status", "--porcelain"]), "M src/a.txt", "git does not show it");
        let reason = blocked(agent.stop("I changed src/a.txt."), "scope/denied-path");
        let why =
            format!("since the session began git is told not to look at `data/b.txt` (`git update-index --{flag}`)");
        assert!(reason.contains(&why), "{reason}");
        agent.force(&format!("git update-index --no-{flag} data/b.txt && git checkout -q -- data/b.txt"));
        assert_eq!(agent.stop("I put data/b.txt back."), None, "{flag} {is_usual}");
        // The flag first, and then nothing but an edit.
        agent.force(&format!("git update-index --{flag} data/c.txt"));
        assert_eq!(agent.stop("Nothing changed."), None, "a flag by itself changes no file");
        agent.force("rm data/c.txt");
        let reason = blocked(agent.stop("Done."), "scope/denied-path");
        assert!(reason.contains("data/c.txt"), "{reason}");
    }
}

#[test]
fn what_a_person_hid_before_the_session_is_theirs() {
    for (flag, is_usual) in FLAGS.into_iter().flat_map(|flag| [(flag, true), (flag, false)]) {
        let repo = repo(is_usual);
        repo.write("data/b.txt", "mine\n").remove("data/c.txt");
        repo.git(&["update-index", &format!("--{flag}"), "data/b.txt", "data/c.txt"]);
        let agent = Agent::start(&repo, "s");
        agent.edit("src/a.txt", "two\n");
        assert_eq!(agent.stop("I changed src/a.txt."), None, "{flag} {is_usual}");
        agent.force("echo x >> data/b.txt");
        let reason = blocked(agent.stop("Done."), "scope/denied-path");
        assert!(reason.contains("data/b.txt") && !reason.contains("data/c.txt"), "{reason}");
        assert!(reason.contains("   git is told not to look at") && !reason.contains("since the session"), "{reason}");
        agent.force("echo mine > data/b.txt");
        assert_eq!(agent.stop("I put it back."), None, "{flag} {is_usual}");
    }
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    for option in ["--no-sparse-index", "--sparse-index"] {
        let repo = repo(true);
        repo.git(&["sparse-checkout", "set", "--cone", option, "src"]);
        assert!(!repo.path("data/b.txt").exists());
        let agent = Agent::start(&repo, "s");
        agent.edit("src/a.txt", "two\n");
        assert_eq!(agent.stop("I changed src/a.txt."), None, "{option}");
        for command in ["git sparse-checkout disable", "git sparse-checkout set src", "git sparse-checkout add data"] {
            agent.force(command);
            assert_eq!(agent.stop("I changed src/a.txt."), None, "{option}: {command}");
        }
        agent.force("echo x >> data/b.txt; git update-index --skip-worktree data/b.txt");
        blocked(agent.stop("Done."), "scope/denied-path");
    }
}

#[test]
fn runs_still_count_where_a_person_hides_a_file() {
    let repo = repo(true);
    repo.write("data/b.txt", "mine\n");
    repo.git(&["update-index", "--skip-worktree", "data/b.txt"]);
    let bin = repo.beside("bin");
    repo.at(&bin).write("pytest", "#!/bin/sh\necho '===== 3 passed in 0.01s ====='\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("pytest"), mode).expect("it is ours");
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    agent.force(&format!("'{}' run -- pytest", env!("CARGO_BIN_EXE_git-warrant")));
    let claims = "schema = 1\n[[claim]]\nkind = \"tests-passed\"\n";
    let said = String::from_utf8_lossy(&agent.report(claims).stdout).into_owned();
    assert!(said.contains("supported: tests-passed") && !said.contains("unsupported"), "{said}");
    // What is written in the moment a run starts counts as of before it.
    std::thread::sleep(std::time::Duration::from_millis(150));
    agent.force("echo other > data/b.txt");
    let said = String::from_utf8_lossy(&agent.report(claims).stdout).into_owned();
    assert!(said.contains("unsupported: tests-passed"), "{said}");
}

#[test]
fn a_check_of_the_work_tree_agrees_with_git_and_says_what_it_left_out() {
    for (flag, is_usual) in FLAGS.into_iter().flat_map(|flag| [(flag, true), (flag, false)]) {
        let repo = repo(is_usual);
        repo.write("src/a.txt", "two\n").write("data/b.txt", "mine\n");
        repo.git(&["update-index", &format!("--{flag}"), "data/b.txt", "data/c.txt"]);
        let program = env!("CARGO_BIN_EXE_git-warrant");
        let mut command = repo.command(program, repo.root());
        let output = command.args(["check", "--worktree"]).output().expect("it runs");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{shown}");
        let note = format!(
            "`data/b.txt` differs and was not judged: git is told not to look at it (`git update-index --{flag}`)"
        );
        assert!(shown.contains(&note) && !shown.contains("data/c.txt"), "{shown}");
    }
}

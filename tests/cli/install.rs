//! Installing and taking out the hooks, by the real program in real repositories.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use crate::support::TestRepo;

const HOOKS: [&str; 7] =
    ["pre-commit", "pre-merge-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-rewrite", "pre-push"];

fn warrant(repo: &TestRepo, directory: &Path, arguments: &[&str]) -> Output {
    repo.command(env!("CARGO_BIN_EXE_git-warrant"), directory).args(arguments).output().expect("git-warrant runs")
}

/// Standard output of a run that has to succeed.
fn done(repo: &TestRepo, arguments: &[&str]) -> String {
    let output = warrant(repo, repo.root(), arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Standard error of a run that has to fail with status 2.
fn refused(repo: &TestRepo, directory: &Path, arguments: &[&str]) -> String {
    let output = warrant(repo, directory, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// Every file beneath a directory with its mode and bytes.
fn snapshot(directory: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let mode = fs::metadata(&path).expect("metadata").permissions().mode();
            (path.file_name().expect("a name").to_string_lossy().into_owned(), mode, fs::read(&path).expect("bytes"))
        })
        .collect();
    files.sort();
    files
}

fn is_ours(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains("git-warrant hook shim, version"))
        && fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o111 == 0o111)
}

#[test]
fn installs_all_hooks_twice_the_same_and_takes_them_out() {
    let repo = TestRepo::new();
    let hooks = repo.path(".git/hooks");
    let before = snapshot(&hooks);
    done(&repo, &["install"]);
    assert!(HOOKS.iter().all(|hook| is_ours(&hooks.join(hook))));
    let installed = snapshot(&hooks);
    assert_eq!(done(&repo, &["install"]), "7 hooks in place already\n");
    assert_eq!(snapshot(&hooks), installed);
    done(&repo, &["uninstall"]);
    assert_eq!(snapshot(&hooks), before);
    assert_eq!(done(&repo, &["uninstall"]), "no hooks of git-warrant here\n");
}

#[test]
fn installs_some_hooks_from_a_subdirectory() {
    let repo = TestRepo::new();
    repo.write("a/b/file", "x");
    let output = warrant(&repo, &repo.path("a/b"), &["install", "--hooks", "pre-commit,commit-msg"]);
    assert!(output.status.success());
    let ours: Vec<_> = HOOKS.iter().filter(|hook| is_ours(&repo.path(".git/hooks").join(hook))).collect();
    assert_eq!(ours, [&"pre-commit", &"commit-msg"]);
    assert!(
        refused(&repo, repo.root(), &["install", "--hooks", "post-checkout"]).contains("git-warrant has pre-commit")
    );
}

#[test]
fn an_earlier_hook_is_kept_and_comes_back_byte_for_byte() {
    let repo = TestRepo::new();
    repo.hook("pre-commit", "#!/bin/sh\necho mine \u{e9}\n");
    fs::set_permissions(repo.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o750)).expect("ours");
    let before = snapshot(&repo.path(".git/hooks"));
    assert!(done(&repo, &["install"]).contains("pre-commit (the hook that was there runs first)"));
    assert!(is_ours(&repo.path(".git/hooks/pre-commit")));
    done(&repo, &["install"]);
    done(&repo, &["uninstall"]);
    assert_eq!(snapshot(&repo.path(".git/hooks")), before);
}

#[test]
fn a_hook_that_is_a_symlink_comes_back_as_one() {
    let repo = TestRepo::new();
    repo.write("scripts/check", "#!/bin/sh\n").make_executable("scripts/check");
    repo.symlink("../../scripts/check", ".git/hooks/pre-commit");
    done(&repo, &["install"]);
    assert!(is_ours(&repo.path(".git/hooks/pre-commit")));
    assert_eq!(fs::read_to_string(repo.path("scripts/check")).expect("the script"), "#!/bin/sh\n");
    done(&repo, &["uninstall"]);
    let link = fs::read_link(repo.path(".git/hooks/pre-commit")).expect("a symlink");
    assert_eq!(link, Path::new("../../scripts/check"));
}

#[test]
fn a_second_foreign_hook_is_never_lost() {
    let repo = TestRepo::new();
    repo.hook("pre-commit", "#!/bin/sh\necho first\n");
    done(&repo, &["install"]);
    repo.hook("pre-commit", "#!/bin/sh\necho second\n");
    let before = snapshot(&repo.path(".git/hooks"));
    let said = refused(&repo, repo.root(), &["install"]);
    assert!(said.contains("is taken") && said.contains("help: look at both files"), "{said}");
    assert_eq!(snapshot(&repo.path(".git/hooks")), before);
    assert!(done(&repo, &["uninstall"]).contains("left alone"));
    let text = |name: &str| fs::read_to_string(repo.path(".git/hooks").join(name)).expect("the file");
    assert!(text("pre-commit").contains("second") && text("pre-commit.before-warrant").contains("first"));
}

#[test]
fn a_shim_that_a_hook_manager_moved_aside_is_taken_out_too() {
    let repo = TestRepo::new();
    let hooks = repo.path(".git/hooks");
    let before = snapshot(&hooks);
    done(&repo, &["install"]);
    fs::rename(hooks.join("commit-msg"), hooks.join("commit-msg.legacy")).expect("ours");
    repo.hook("commit-msg", "#!/bin/sh\n");
    done(&repo, &["uninstall"]);
    fs::remove_file(hooks.join("commit-msg")).expect("theirs");
    assert_eq!(snapshot(&hooks), before);
}

#[test]
fn an_older_shim_is_replaced() {
    let repo = TestRepo::new();
    repo.hook("pre-commit", "#!/bin/sh\n# git-warrant hook shim, version 0. old\nexit 0\n");
    assert!(done(&repo, &["install", "--hooks", "pre-commit"]).starts_with("updated pre-commit"));
    assert!(!repo.path(".git/hooks/pre-commit.before-warrant").exists());
    fs::set_permissions(repo.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o644)).expect("ours");
    assert!(done(&repo, &["install", "--hooks", "pre-commit"]).starts_with("updated pre-commit"));
    assert!(is_ours(&repo.path(".git/hooks/pre-commit")));
}

#[test]
fn hooks_path_of_the_repository_is_followed() {
    let repo = TestRepo::new();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    repo.write("sub/file", "x");
    let output = warrant(&repo, &repo.path("sub"), &["install"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("part of the work tree"));
    assert!(is_ours(&repo.path(".githooks/commit-msg")));
    done(&repo, &["uninstall"]);
    let absolute = repo.beside("elsewhere");
    repo.git(&["config", "core.hooksPath", absolute.to_str().expect("UTF-8")]);
    done(&repo, &["install"]);
    assert!(is_ours(&absolute.join("commit-msg")));
}

#[test]
fn hooks_path_from_outside_the_repository_is_refused_unless_forced() {
    let repo = TestRepo::new();
    let shared = repo.beside("shared");
    let config = repo.beside("home/config");
    fs::write(&config, format!("[core]\n\thooksPath = {}\n", shared.display())).expect("written");
    let run = |arguments: &[&str]| {
        let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
        command.env("GIT_CONFIG_GLOBAL", &config).args(arguments).output().expect("git-warrant runs")
    };
    let output = run(&["install"]);
    let said = String::from_utf8_lossy(&output.stderr).replace(shared.to_str().expect("UTF-8"), "[SHARED]");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said,
        "error: `core.hooksPath` is set outside this repository (global configuration): [SHARED]\n\
         help: give this repository its own hooks directory: git config --local core.hooksPath \"$(git rev-parse \
         --git-common-dir)/hooks\"\n\
         help: or install there all the same, for every repository that uses it: git-warrant install --force\n\
         help: or, with git 2.54 or later, use git's configuration: git-warrant install --via config\n"
    );
    assert!(!shared.exists());
    assert!(run(&["install", "--force"]).status.success());
    assert!(is_ours(&shared.join("pre-commit")));
}

#[test]
fn an_empty_hooks_path_and_husky_are_refused() {
    let repo = TestRepo::new();
    repo.git(&["config", "core.hooksPath", ""]);
    assert!(
        refused(&repo, repo.root(), &["install"]).contains("help: take the setting out: git config --local --unset")
    );
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    for arguments in [&["install"][..], &["install", "--force"]] {
        let said = refused(&repo, repo.root(), arguments);
        assert!(said.contains("echo 'git-warrant hook pre-commit \"$@\"' >> .husky/pre-commit"), "{said}");
    }
    assert!(!repo.path(".husky").exists());
}

#[test]
fn a_linked_work_tree_shares_the_hooks() {
    let repo = TestRepo::new();
    repo.commit_all("first");
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    assert!(warrant(&repo, &linked, &["install"]).status.success());
    assert!(is_ours(&repo.path(".git/hooks/pre-commit")));
}

#[test]
fn bare_repositories_and_other_places_are_refused() {
    let repo = TestRepo::new();
    let bare = repo.beside("bare.git");
    repo.git(&["init", "-q", "--bare", bare.to_str().expect("UTF-8")]);
    assert!(refused(&repo, &bare, &["install"]).contains("this repository is bare"));
    assert!(refused(&repo, &repo.beside("home"), &["install"]).contains("not a git repository"));
}

#[test]
fn configured_hooks_need_a_git_that_has_them() {
    let repo = TestRepo::new();
    let version = repo.git_text(&["version"]);
    let numbers: Vec<u32> =
        version.trim_start_matches("git version ").split('.').filter_map(|number| number.parse().ok()).collect();
    if numbers.as_slice() < &[2, 54] {
        assert!(refused(&repo, repo.root(), &["install", "--via", "config"]).contains("they came with git 2.54"));
        return;
    }
    done(&repo, &["install", "--via", "config"]);
    let listed = repo.git_text(&["hook", "list", "pre-commit"]);
    assert!(listed.contains("git-warrant-pre-commit"), "{listed}");
}

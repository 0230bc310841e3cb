//! The index as the commit hooks see it: git's own environment, its own temporary index files.
//!
//! Each hook runs this test binary's [`probe`], and git beside it.

use std::fs;
use std::path::{Path, PathBuf};

use git_warrant::model::object::ObjectId;
use git_warrant::source::git::{open, open_with_git};
use git_warrant::system;

use crate::oracle::{git_commit, listed, records};
use crate::support::TestRepo;
use crate::{build, conflict};

/// Run inside a hook: writes both adapters' lists to the files `$PROBE_OUT.<adapter>`.
#[test]
#[ignore = "run by the hooks of the other tests, in git's environment"]
fn probe() {
    let out = system::env("PROBE_OUT").expect("run by a hook");
    let directory = Path::new(".");
    for (name, source) in [("open", open(directory)), ("git", open_with_git(directory))] {
        let source = source.expect("the repository opens");
        let set = if let Some(commit) = system::env("PROBE_COMMIT") {
            source.commit(ObjectId::from_hex(commit.as_bytes()).expect("an id"))
        } else if system::env("PROBE_MERGE").is_some() {
            source.staged_merge()
        } else {
            source.staged(None)
        };
        let set = set.expect("readable");
        let top = source.layout().work_tree.as_ref().map(|top| top.display().to_string());
        fs::write(format!("{out}.top.{name}"), top.unwrap_or_default()).expect("writable");
        assert_eq!(set.incomplete, []);
        fs::write(format!("{out}.{name}"), format!("{} {}\n{}", set.engine, set.merge, listed(&set).join("\n")))
            .expect("writable");
    }
}

/// What a hook saw.
struct Seen {
    /// Engine and merge flag, then the records, of [`open`].
    ours: String,
    git: String,
    /// What `diff-index` said at the same moment.
    expected: Vec<String>,
}

fn install(repo: &TestRepo, hook: &str) -> PathBuf {
    let out = repo.beside(hook);
    let program = std::env::current_exe().expect("this program");
    let merge = if hook == "pre-merge-commit" { "PROBE_MERGE=1" } else { "" };
    let script = format!(
        "#!/bin/sh\nset -e\nbase=HEAD\ngit rev-parse -q --verify HEAD >/dev/null || base=$(git hash-object -t tree /dev/null)\n\
         git diff-index --cached --ita-invisible-in-index --raw -z --no-renames --no-abbrev \"$base\" >'{out}.raw'\n\
         export PROBE_OUT='{out}' {merge}\n'{program}' --ignored --exact hooks::probe >'{out}.log' 2>&1\n",
        out = out.display(),
        program = program.display(),
    );
    repo.hook(hook, &script);
    out
}

fn seen(out: &Path) -> Seen {
    let read = |suffix: &str| {
        let path = PathBuf::from(format!("{}.{suffix}", out.display()));
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let text = |suffix: &str| String::from_utf8(read(suffix)).expect("escaped");
    Seen { ours: text("open"), git: text("git"), expected: records(&read("raw")) }
}

fn split(text: &str) -> (&str, Vec<String>) {
    let (head, rest) = text.split_once('\n').expect("a head");
    (head, rest.lines().map(str::to_owned).collect())
}

#[test]
fn every_way_of_committing_is_seen_as_git_sees_it() {
    let repo = TestRepo::new();
    let out = install(&repo, "pre-commit");
    // The first commit: no head yet.
    repo.write("plain.txt", "0\n").write("other.txt", "0\n").stage_all();
    commit(&repo, &out, &["commit", "--quiet", "-m", "feat: first"], "libgit2 false");

    repo.write("plain.txt", "1\n").write("new/file.txt", "1\n").stage_all();
    commit(&repo, &out, &["commit", "--quiet", "-m", "feat: staged"], "libgit2 false");

    repo.write("plain.txt", "2\n").write("other.txt", "2\n");
    repo.git(&["add", "other.txt"]);
    commit(&repo, &out, &["commit", "--quiet", "-a", "-m", "feat: all"], "libgit2 false");

    // Only one path: git commits from a temporary index, and the staged path stays out.
    repo.write("plain.txt", "3\n").write("other.txt", "3\n");
    repo.git(&["add", "other.txt"]);
    commit(&repo, &out, &["commit", "--quiet", "-m", "feat: one path", "--", "plain.txt"], "");
    commit(&repo, &out, &["commit", "--quiet", "-m", "feat: the rest", "--include", "other.txt"], "");

    repo.write("plain.txt", "4\n").stage_all();
    commit(&repo, &out, &["commit", "--quiet", "--amend", "-m", "feat: amended"], "libgit2 false");

    repo.write("intended.txt", "later\n").write("plain.txt", "5\n");
    repo.git(&["add", "--intent-to-add", "intended.txt"]);
    repo.git(&["add", "plain.txt"]);
    commit(&repo, &out, &["commit", "--quiet", "-m", "feat: beside an intent to add"], "libgit2 false");

    commit(&repo, &out, &["commit", "--quiet", "--allow-empty", "-m", "chore: nothing"], "");
}

/// Commits with a hook in place and compares what it saw. `head` is the expected engine and merge flag; empty when either
/// engine is right.
fn commit(repo: &TestRepo, out: &Path, arguments: &[&str], head: &str) {
    repo.git(arguments);
    let seen = seen(out);
    let (engine, ours) = split(&seen.ours);
    assert_eq!(ours, seen.expected, "{arguments:?}");
    assert_eq!(split(&seen.git).1, seen.expected, "{arguments:?}");
    assert!(engine.starts_with(head), "{arguments:?}: {engine}");
}

#[test]
fn an_index_of_the_users_own_and_a_linked_work_tree() {
    let repo = TestRepo::new();
    build::everything(&repo);
    let out = install(&repo, "pre-commit");
    let own = repo.beside("own-index");
    fs::copy(repo.path(".git/index"), &own).expect("an index");
    let status = repo
        .git_command(&repo.path("deep"))
        .env("GIT_INDEX_FILE", &own)
        .args(["commit", "--quiet", "-m", "feat: from my own index"])
        .status()
        .expect("git runs");
    assert!(status.success());
    assert_eq!(split(&seen(&out).ours), ("libgit2 false", seen(&out).expected));

    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "linked", &linked.to_string_lossy()]);
    let linked = repo.at(&linked);
    linked.write("plain.txt", "linked\n").git(&["add", "plain.txt"]);
    linked.git(&["commit", "--quiet", "-m", "feat: in a linked work tree"]);
    assert_eq!(split(&seen(&out).ours), ("libgit2 false", seen(&out).expected));
    assert_eq!(seen(&out).expected.len(), 1);
}

#[test]
fn merges_list_only_what_differs_from_every_parent() {
    for octopus in [false, true] {
        let repo = TestRepo::new();
        repo.write("a.txt", "a\n").commit_all("feat: a");
        for side in ["one", "two"] {
            repo.git(&["checkout", "--quiet", "-b", side, "main"]);
            repo.write(format!("{side}.txt"), side).commit_all("feat: a side");
        }
        repo.git(&["checkout", "--quiet", "main"]);
        repo.write("main.txt", "main\n").commit_all("feat: main");
        let out = install(&repo, "pre-merge-commit");
        let mut arguments = vec!["merge", "--quiet", "--no-edit", "one"];
        arguments.extend(octopus.then_some("two"));
        repo.git(&arguments);
        // `diff-index` against the head lists the whole other side; the merge itself brought nothing of its own.
        assert!(!seen(&out).expected.is_empty());
        assert_eq!(split(&seen(&out).ours), ("libgit2 true", git_commit(&repo, repo.root(), "HEAD")));
        assert_eq!(split(&seen(&out).git).1, Vec::<String>::new());
    }
}

#[test]
fn a_resolved_merge_lists_the_resolution() {
    let repo = TestRepo::new();
    conflict(&repo);
    repo.git_output(&["merge", "theirs"]);
    repo.write("file.txt", "neither\n").write("evil.txt", "slipped in\n").stage_all();
    let out = install(&repo, "pre-commit");
    repo.git(&["commit", "--quiet", "-m", "merge: theirs"]);
    let seen = seen(&out);
    let expected = git_commit(&repo, repo.root(), "HEAD");
    assert_eq!(expected.len(), 2);
    assert_eq!(split(&seen.ours), ("libgit2 true", expected.clone()));
    assert_eq!(split(&seen.git), ("plumbing true", expected));
}

#[test]
fn an_announced_merge_counts_only_where_it_is_asked_for() {
    let repo = TestRepo::new();
    conflict(&repo);
    let out = install(&repo, "pre-commit");
    repo.write("file.txt", "theirs\n").stage_all();
    let theirs = repo.git_text(&["rev-parse", "theirs"]);
    let status = repo
        .git_command(repo.root())
        .env(format!("GITHEAD_{theirs}"), "theirs")
        .env("GIT_REFLOG_ACTION", "merge theirs")
        .args(["commit", "--quiet", "-m", "feat: pretends to be a merge"])
        .status()
        .expect("git runs");
    assert!(status.success());
    assert_eq!(split(&seen(&out).ours), ("libgit2 false", git_commit(&repo, repo.root(), "HEAD")));
}

#[test]
fn git_directory_and_work_tree_named_apart() {
    let repo = TestRepo::new();
    repo.write("a.txt", "a\n").commit_all("feat: a");
    let out = install(&repo, "pre-commit");
    let git_dir = repo.beside("elsewhere.git");
    fs::rename(repo.path(".git"), &git_dir).expect("the same file system");
    for (directory, git_dir_argument, tree) in
        [(repo.root().to_owned(), "../elsewhere.git", "."), (repo.beside("home"), "../elsewhere.git", "../repo")]
    {
        repo.write("a.txt", format!("{}\n", directory.display()));
        let run = |arguments: &[&str]| {
            let status = repo
                .git_command(&directory)
                .args([&format!("--git-dir={git_dir_argument}"), &format!("--work-tree={tree}")])
                .args(arguments)
                .status()
                .expect("git runs");
            assert!(status.success(), "{arguments:?}");
        };
        run(&["add", "-A"]);
        run(&["commit", "--quiet", "-m", "feat: from apart"]);
        let seen = seen(&out);
        assert_eq!(split(&seen.ours), ("libgit2 false", seen.expected));
        for name in ["open", "git"] {
            let top = fs::read_to_string(format!("{}.top.{name}", out.display())).expect("written by the hook");
            assert_eq!(Path::new(&top), repo.root(), "{name}");
        }
    }
}

#[test]
fn pushed_commits_are_read_from_quarantine() {
    let repo = TestRepo::new();
    repo.write("a.txt", "a\n").commit_all("feat: a");
    let bare = repo.beside("server.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    let out = repo.beside("pre-receive");
    let program = std::env::current_exe().expect("this program");
    let script = format!(
        "#!/bin/sh\nread old new ref\nPROBE_OUT='{}' PROBE_COMMIT=$new '{}' --ignored --exact hooks::probe >&2\n",
        out.display(),
        program.display()
    );
    let hook = bare.join("hooks/pre-receive");
    fs::write(&hook, script).expect("writable");
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    repo.write("b.txt", "b\n").commit_all("feat: b");
    repo.git(&["push", "--quiet", &bare.to_string_lossy(), "main"]);
    let expected = git_commit(&repo, repo.root(), "HEAD");
    for (name, engine) in [("open", "libgit2 false"), ("git", "plumbing false")] {
        let text = fs::read_to_string(format!("{}.{name}", out.display())).expect("written by the hook");
        assert_eq!(split(&text), (engine, expected.clone()));
    }
}

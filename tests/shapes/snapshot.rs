//! Snapshots of the work tree: they hold what `git add -A` would, and later states are told from them.

use std::fs;

use git_warrant::model::path::RepoPath;
use git_warrant::source::git::{GitSource, open, open_with_git};

use crate::support::TestRepo;

fn both(repo: &TestRepo) -> [Box<dyn GitSource>; 2] {
    [open(repo.root()).expect("opens"), open_with_git(repo.root()).expect("opens")]
}

/// The tree git would make of everything, by an index of its own.
fn added(repo: &TestRepo) -> String {
    let index = repo.beside("other-index");
    let _was_none = fs::remove_file(&index);
    let git = |arguments: &[&str]| {
        let output =
            repo.git_command(repo.root()).env("GIT_INDEX_FILE", &index).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    git(&["add", "-A"]);
    git(&["write-tree"])
}

/// A tree with something of everything.
fn dirty() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".gitignore", "ignored/\n").write("a/b/c.txt", "1\n").write("a/d.txt", "2\n").write("gone.txt", "3\n");
    repo.write("folder/in.txt", "x\n").write("file", "y\n");
    repo.commit_all("one");
    repo.write("a/d.txt", "staged\n").stage_all().write("a/d.txt", "changed\n");
    repo.remove("gone.txt").remove("folder/in.txt").remove("file");
    fs::remove_dir(repo.path("folder")).expect("empty");
    repo.write("folder", "now a file\n").write("file/in", "now a folder\n");
    repo.write("new/deep/x", "new\n").write("ignored/x", "secret\n").symlink("a/d.txt", "link");
    repo.write_bytes(b"na\xffme", "bytes\n").write("run", "#!/bin/sh\n").make_executable("run");
    repo
}

#[test]
fn a_snapshot_is_what_git_would_add() {
    let repo = dirty();
    let wanted = added(&repo);
    let index = fs::read(repo.path(".git/index")).expect("an index");
    for git in both(&repo) {
        let snapshot = git.snapshot().expect("a snapshot");
        assert_eq!((snapshot.tree.to_string(), snapshot.beside, snapshot.incomplete), (wanted.clone(), vec![], vec![]));
        git.keep("sessions/1/baseline", Some(snapshot.tree)).expect("kept");
        assert_eq!(repo.git_text(&["rev-parse", "refs/warrant/sessions/1/baseline"]), wanted);
        repo.git(&["fsck", "--strict"]);
        repo.git(&["cat-file", "-p", &format!("{wanted}:new/deep/x")]);
        git.keep("sessions/1/baseline", None).expect("gone");
        git.keep("sessions/1/baseline", None).expect("still gone");
        assert!(git.keep("../heads/main", None).is_err());
    }
    assert_eq!(fs::read(repo.path(".git/index")).expect("an index"), index, "the index was not touched");
}

#[test]
fn what_happened_since_is_told_whatever_lay_there_before() {
    let repo = dirty();
    for git in both(&repo) {
        let snapshot = git.snapshot().expect("a snapshot");
        let set = git.worktree_since(snapshot.tree).expect("a listing");
        assert!(set.changes.is_empty() && set.incomplete.is_empty(), "{set:?}");
        repo.write("new/deep/x", "edited\n").write("fresh", "f\n").remove("a/d.txt");
        let set = git.worktree_since(snapshot.tree).expect("a listing");
        let paths: Vec<String> = set.changes.iter().map(|change| change.path.to_string()).collect();
        assert_eq!(paths, ["a/d.txt", "fresh", "new/deep/x"]);
        assert_eq!(git.tree_after(snapshot.tree, &set.changes).expect("an id").to_string(), added(&repo));
        // Committing everything changes nothing about what happened.
        repo.stage_all();
        repo.git(&["commit", "--quiet", "-m", "all"]);
        let again = git.worktree_since(snapshot.tree).expect("a listing");
        assert_eq!(again.changes, set.changes);
        repo.git(&["reset", "--quiet", "--mixed", "HEAD~1"]);
        repo.write("new/deep/x", "new\n").remove("fresh").write("a/d.txt", "changed\n");
    }
}

#[test]
fn a_repository_without_commits_has_a_baseline_too() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let repo = TestRepo::with_init(options);
        let git = open(repo.root()).expect("opens");
        let empty = git.snapshot().expect("a snapshot");
        repo.write("a/b", "1\n");
        let snapshot = git.snapshot().expect("a snapshot");
        assert_eq!(snapshot.tree.to_string(), added(&repo));
        let set = git.worktree_since(empty.tree).expect("a listing");
        assert_eq!(set.changes.len(), 1);
    }
}

#[test]
fn what_is_not_stored_is_still_told_apart() {
    let repo = TestRepo::new();
    repo.write("small", "s\n");
    repo.commit_all("one");
    repo.write("huge", vec![7; 17 << 20]).write("other", "o\n");
    let git = open(repo.root()).expect("opens");
    let snapshot = git.snapshot().expect("a snapshot");
    assert_eq!(snapshot.beside.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), [RepoPath::from("huge")]);
    let since = || {
        let mut set = git.worktree_since(snapshot.tree).expect("a listing");
        snapshot.correct(&mut set, git.as_ref());
        set.changes
    };
    assert!(since().is_empty());
    repo.write("huge", vec![8; 17 << 20]);
    assert!(since().iter().all(|change| change.old.is_some() && change.new.is_some()));
    repo.remove("huge");
    let gone = since();
    assert!(gone.len() == 1 && gone[0].old.is_some() && gone[0].new.is_none(), "{gone:?}");
    repo.git(&["gc", "--quiet", "--prune=now"]);
}

#[test]
fn a_store_that_cannot_be_written_loses_nothing() {
    let repo = dirty();
    // Files in the place of the store's folders: no object can be written, whoever runs this.
    let objects = repo.path(".git/objects");
    repo.git(&["repack", "-adq"]);
    repo.git(&["prune-packed", "--quiet"]);
    for digit in 0..256 {
        let folder = objects.join(format!("{digit:02x}"));
        let _not_empty = fs::remove_dir(&folder);
        if !folder.exists() {
            fs::write(folder, "").expect("in the way");
        }
    }
    let git = open(repo.root()).expect("opens");
    let snapshot = git.snapshot().expect("a snapshot");
    assert!(!snapshot.beside.is_empty());
    let since = || {
        let mut set = git.worktree_since(snapshot.tree).expect("a listing");
        snapshot.correct(&mut set, git.as_ref());
        set.changes.iter().map(|change| change.path.to_string()).collect::<Vec<_>>()
    };
    assert!(since().is_empty(), "{:?}", since());
    repo.write("gone.txt", "3\n").write("new/deep/x", "edited\n");
    assert_eq!(since(), ["gone.txt", "new/deep/x"]);
}

//! What cannot be judged, and how it shows: never as "no changes" and never as "everything added".

use git_warrant::model::change::Engine;
use git_warrant::model::object::ObjectId;
use git_warrant::source::git::{GitError, open, open_with_git};

use crate::oracle::{adapters, compare_staged, expect_missing_blobs, git_commit, listed};
use crate::support::TestRepo;
use crate::{build, clone, conflict};

fn id(text: &str) -> ObjectId {
    ObjectId::from_hex(text.as_bytes()).expect("an id")
}

#[test]
fn the_boundary_of_a_shallow_clone_is_unknown() {
    let repo = TestRepo::new();
    for number in 0..4 {
        repo.write("a.txt", format!("{number}\n")).write(format!("{number}.txt"), "x\n").commit_all("feat: more");
    }
    let shallow = clone(&repo, &["--depth=2"]);
    compare_staged(&repo, &shallow);
    let boundary = repo.git_text(&["rev-parse", "HEAD~1"]);
    // Also from a linked work tree, where the boundary lies in the common directory.
    let linked = repo.beside("linked");
    repo.at(&shallow).git(&["worktree", "add", "--quiet", "-b", "linked", &linked.to_string_lossy()]);
    for directory in [&shallow, &linked] {
        for (name, source) in adapters(directory) {
            let head = source.commit(id(&repo.head())).expect("readable");
            assert_eq!((head.incomplete.len(), listed(&head)), (0, git_commit(&repo, directory, "HEAD")), "{name}");
            let set = source.commit(id(&boundary)).expect("readable");
            assert!(set.changes.is_empty(), "{name}: {:?}", set.changes);
            let [why] = set.incomplete.as_slice() else { panic!("{name}: {:?}", set.incomplete) };
            assert!(why.reason.contains("shallow"), "{name}: {}", why.reason);
            let range = source.range(&format!("{boundary}..HEAD")).expect("a range");
            assert_eq!((range.base, range.commits), (Some(id(&boundary)), vec![id(&repo.head())]), "{name}");
            // Beyond the boundary nothing is sure.
            assert_eq!(source.commit_named(&repo.git_text(&["rev-parse", "HEAD~3"])), None, "{name}");
        }
    }
}

#[test]
fn blobs_a_partial_clone_lacks_are_missing_and_nothing_is_fetched() {
    let repo = TestRepo::new();
    build::everything(&repo);
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = clone(&repo, &["--filter=blob:none", "--no-checkout"]);
    for (name, source) in adapters(&partial) {
        for commit in ["HEAD", "HEAD~1", "HEAD~2"] {
            let commit = repo.git_text(&["rev-parse", commit]);
            let set = source.commit(id(&commit)).expect("lists need no blob");
            assert_eq!(listed(&set), git_commit(&repo, &partial, &commit), "{name}");
            assert_eq!(set.incomplete, [], "{name}");
            // libgit2 refuses the extension of partial clones unless it is told to accept it.
            assert_eq!(set.engine == Engine::Libgit2, name == "open");
        }
    }
    expect_missing_blobs(&partial);
}

#[test]
fn trees_a_partial_clone_lacks_are_incomplete() {
    let repo = TestRepo::new();
    build::everything(&repo);
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = clone(&repo, &["--filter=tree:0", "--no-checkout"]);
    for (name, source) in adapters(&partial) {
        match source.commit(id(&repo.head())) {
            Ok(set) => assert!(!set.incomplete.is_empty(), "{name}"),
            Err(error) => assert!(matches!(error, GitError::Failed { .. }), "{name}: {error}"),
        }
    }
}

#[test]
fn a_conflict_in_the_index_is_incomplete() {
    let repo = TestRepo::new();
    conflict(&repo);
    repo.git_output(&["merge", "theirs"]);
    for (name, source) in adapters(repo.root()) {
        let set = source.staged(None).expect("readable");
        let [why] = set.incomplete.as_slice() else { panic!("{name}: {:?}", set.incomplete) };
        assert_eq!(why.path.as_ref().map(ToString::to_string), Some("file.txt".to_owned()), "{name}");
    }
}

#[test]
fn a_damaged_tree_is_no_empty_change() {
    let repo = TestRepo::new();
    repo.write("dir/a.txt", "a\n").commit_all("feat: a");
    repo.write("dir/a.txt", "b\n").commit_all("feat: b");
    let tree = repo.git_text(&["rev-parse", "HEAD:dir"]);
    let (folder, file) = tree.split_at(2);
    let path = repo.path(".git/objects").join(folder).join(file);
    std::fs::remove_file(&path).expect("a loose object");
    for damage in [None, Some("no zlib stream")] {
        if let Some(text) = damage {
            std::fs::write(&path, text).expect("writable");
        }
        for (name, source) in adapters(repo.root()) {
            match source.commit(id(&repo.head())) {
                Ok(set) => assert!(!set.incomplete.is_empty(), "{name}"),
                Err(error) => assert!(matches!(error, GitError::Failed { .. }), "{name}: {error}"),
            }
        }
    }
}

#[test]
fn names_no_file_can_have_are_not_passed_over() {
    let repo = TestRepo::new();
    let blob = repo.write("a.txt", "a\n").commit_all("feat: a");
    let blob = repo.git_text(&["rev-parse", &format!("{blob}:a.txt")]);
    let raw = ObjectId::from_hex(blob.as_bytes()).expect("an id");
    let entry = |name: &[u8]| [b"100644 ", name, b"\0", raw.as_bytes()].concat();
    repo.write("tree", [entry(b".."), entry(b"fine")].concat());
    let tree = repo.git_text(&["hash-object", "-t", "tree", "-w", "--literally", "tree"]);
    let commit = repo.git_text(&["commit-tree", &tree, "-p", "HEAD", "-m", "feat: up"]);
    for (name, source) in adapters(repo.root()) {
        let set = source.commit(id(&commit)).expect("readable");
        let paths: Vec<String> = set.changes.iter().map(|change| change.path.to_string()).collect();
        assert_eq!(paths, ["a.txt", "fine"], "{name}");
        let [why] = set.incomplete.as_slice() else { panic!("{name}: {:?}", set.incomplete) };
        assert!(why.reason.contains("impossible name"), "{name}: {}", why.reason);
    }
}

#[test]
fn a_broken_head_is_not_unborn() {
    let repo = TestRepo::new();
    repo.write("a.txt", "a\n").commit_all("feat: a");
    repo.write(".git/refs/heads/main", "no id\n");
    for (name, source) in adapters(repo.root()) {
        assert!(source.head().is_err(), "{name}: {:?}", source.head());
        assert!(source.staged(None).is_err(), "{name}");
    }
}

#[test]
fn an_extension_nobody_knows_is_refused_by_name() {
    let repo = TestRepo::new();
    repo.write("a.txt", "a\n").commit_all("feat: a");
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.fromTheFuture", "true"]);
    for opened in [open(repo.root()), open_with_git(repo.root())] {
        let error = opened.err().expect("neither git nor we know it").to_string();
        assert!(error.contains("fromthefuture"), "{error}");
    }
}

#[test]
fn no_repository_and_no_index() {
    let repo = TestRepo::new();
    repo.write("a.txt", "a\n").commit_all("feat: a");
    let nowhere = repo.beside("nowhere");
    std::fs::create_dir(&nowhere).expect("a directory");
    for opened in [open(&nowhere), open_with_git(&nowhere)] {
        assert!(matches!(opened.err(), Some(GitError::NotARepository(_))));
    }
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    for (name, source) in adapters(&bare) {
        assert!(matches!(source.staged(None), Err(GitError::Bare)), "{name}");
        assert!(matches!(source.resolve("nothing"), Err(GitError::UnknownRevision(_))), "{name}");
        assert!(matches!(source.resolve("--all"), Err(GitError::UnknownRevision(_))), "{name}");
    }
}

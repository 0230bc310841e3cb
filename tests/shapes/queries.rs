//! Ranges, trees, names and settings, against git's answers.

use std::collections::BTreeSet;

use git_warrant::model::object::ObjectId;
use git_warrant::model::path::RepoPath;
use git_warrant::source::git::GitError;

use crate::oracle::{RAW, adapters, git_staged, listed, records};
use crate::support::TestRepo;
use crate::{build, clone};

fn id(text: &str) -> ObjectId {
    ObjectId::from_hex(text.as_bytes()).expect("an id")
}

#[test]
fn ranges_hold_the_commits_of_rev_list_parents_first() {
    let repo = TestRepo::new();
    build::everything(&repo);
    repo.git(&["tag", "-a", "-m", "a tag", "v1", "side"]);
    repo.git(&["checkout", "--quiet", "--orphan", "unrelated", "--force"]);
    repo.commit_all("feat: unrelated");
    repo.git(&["checkout", "--quiet", "main"]);
    for (spec, from, to) in [
        ("HEAD~2..HEAD", "HEAD~2", "HEAD"),
        ("v1..main", "v1", "main"),
        ("main~1...v1", "main~1", "v1"),
        ("main..side", "main", "side"),
        ("HEAD~1..", "HEAD~1", "HEAD"),
        ("unrelated..main", "unrelated", "main"),
        ("side..side", "side", "side"),
    ] {
        let expected = repo.git_text(&["rev-list", to, &format!("^{from}")]);
        let expected: BTreeSet<ObjectId> = expected.lines().map(id).collect();
        let base = repo.git_output(&["merge-base", from, to]).stdout;
        let base = ObjectId::from_hex(base.trim_ascii());
        for (name, source) in adapters(repo.root()) {
            let range = source.range(spec).unwrap_or_else(|error| panic!("{name}: {spec}: {error}"));
            assert_eq!(range.base, base, "{name}: {spec}");
            assert_eq!(range.commits.iter().copied().collect::<BTreeSet<_>>(), expected, "{name}: {spec}");
            assert_eq!(range.commits.len(), expected.len(), "{name}: {spec}");
            for (at, commit) in range.commits.iter().enumerate() {
                let info = source.commit_info(*commit).expect("readable");
                assert!(info.parents.iter().all(|parent| !range.commits[at..].contains(parent)), "{name}: {spec}");
            }
        }
    }
    for (name, source) in adapters(repo.root()) {
        assert!(matches!(source.range("nothing..HEAD"), Err(GitError::UnknownRevision(_))), "{name}");
        assert!(matches!(source.range("HEAD"), Err(GitError::Refused(_))), "{name}");
    }
}

#[test]
fn two_trees_and_another_base_for_the_index() {
    let repo = TestRepo::new();
    build::everything(&repo);
    let tree = repo.git_text(&["rev-parse", "HEAD~2^{tree}"]);
    for (old, new) in [("HEAD~2", "HEAD"), ("side", "main"), (tree.as_str(), "HEAD"), ("HEAD:deep", "HEAD~1:deep")] {
        let mut arguments = vec!["diff-tree", "-r"];
        arguments.extend(RAW);
        arguments.extend([old, new]);
        let expected = records(&repo.git(&arguments));
        for (name, source) in adapters(repo.root()) {
            let set = source.trees(old, new).expect("readable");
            assert_eq!(listed(&set), expected, "{name}: {old} {new}");
            assert_eq!(set.subject.to_string(), format!("{old}..{new}"), "{name}");
        }
    }
    for base in [tree, repo.git_text(&["rev-parse", "HEAD~1"])] {
        for (name, source) in adapters(repo.root()) {
            let set = source.staged(Some(id(&base))).expect("readable");
            assert_eq!(listed(&set), git_staged(&repo, repo.root(), &base), "{name}");
        }
    }
}

#[test]
fn names_stand_for_what_git_says() {
    let repo = TestRepo::new();
    build::everything(&repo);
    repo.git(&["tag", "-a", "-m", "a tag", "v1"]);
    let head = repo.head();
    for (name, source) in adapters(repo.root()) {
        for revision in ["HEAD", "main", "v1", "refs/heads/main", &head, &head[..12], "@", "HEAD@{0}", "main^{commit}"]
        {
            assert_eq!(source.resolve(revision).ok(), Some(id(&head)), "{name}: {revision}");
        }
        for revision in ["nothing", "", "-x", "HEAD^{tree}", "HEAD:plain.txt", "a\nb", "refs/heads"] {
            let error = source.resolve(revision).expect_err(revision);
            assert!(matches!(error, GitError::UnknownRevision(_)), "{name}: {revision}: {error}");
        }
        assert_eq!(source.commit_named(&head[..12]), Some(Some(id(&head))), "{name}");
        assert_eq!(source.commit_named("v1"), Some(Some(id(&head))), "{name}");
        assert_eq!(source.commit_named("1234567890abcdef"), Some(None), "{name}");
        // An expression is not a name, and may cost a walk of the history.
        assert_eq!(source.commit_named(":/feat"), None, "{name}");
    }
}

#[test]
fn remote_branches_that_hold_a_commit() {
    let repo = TestRepo::new();
    build::everything(&repo);
    let clone = repo.at(clone(&repo, &[]));
    let pushed = repo.head();
    clone.write("new.txt", "new\n").git(&["add", "-A"]);
    clone.git(&["commit", "--quiet", "-m", "feat: not pushed"]);
    let local = clone.git_text(&["rev-parse", "HEAD"]);
    for (name, source) in adapters(clone.root()) {
        assert_eq!(source.remote_branches_containing(id(&pushed)), Some(vec!["origin/main".to_owned()]), "{name}");
        assert_eq!(source.remote_branches_containing(id(&local)), Some(Vec::new()), "{name}");
    }
}

#[test]
fn files_of_a_commit() {
    let repo = TestRepo::new();
    build::everything(&repo);
    for (name, source) in adapters(repo.root()) {
        let head = source.head().expect("a head").commit.expect("a commit");
        let file =
            |path: &[u8]| source.file_at(head, &RepoPath::new(path)).expect("readable").map(|bytes| bytes.to_vec());
        assert_eq!(file(b"deep/new.txt"), Some(b"new\n".to_vec()), "{name}");
        assert_eq!(file(b"not-utf8-\xff\xfe"), Some(b"bytes\n".to_vec()), "{name}");
        assert_eq!(file(b"empty"), Some(Vec::new()), "{name}");
        for absent in [&b"deep"[..], b"nothing", b"deep/new.txt/x", b"", b"/plain.txt", b"module"] {
            assert_eq!(file(absent), None, "{name}: {absent:?}");
        }
    }
}

#[test]
fn settings_are_those_git_gives() {
    let repo = TestRepo::new();
    repo.write("included", "[warrant]\n\tfrom = included\n");
    repo.git(&["config", "include.path", "../included"]);
    repo.git(&["config", "Warrant.Some.Key", "last"]);
    repo.git(&["config", "core.commentChar", ";"]);
    for (name, source) in adapters(repo.root()) {
        let value = |key| source.config(key).expect("readable").map(|value| value.to_string());
        assert_eq!(value("core.commentChar").as_deref(), Some(";"), "{name}");
        assert_eq!(value("core.commentchar").as_deref(), Some(";"), "{name}");
        assert_eq!(value("warrant.Some.key").as_deref(), Some("last"), "{name}");
        assert_eq!(value("warrant.from").as_deref(), Some("included"), "{name}");
        assert_eq!(value("warrant.nothing"), None, "{name}");
    }
}

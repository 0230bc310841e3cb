//! The reader of git against git itself, in every shape of repository, for both adapters.
//!
//! Each shape is built by real git; our lists have to equal `git diff-tree` and `git diff-index` with
//! `--raw -z --no-renames`, and contents `git cat-file`. What cannot be read alike is in docs/repository-shapes.md, and the
//! tests below say how it shows.

mod ahead;
mod build;
mod hooks;
mod incomplete;
mod oracle;
mod queries;
mod random;
mod snapshot;
#[path = "../support/mod.rs"]
mod support;
mod worktree;

use std::path::PathBuf;

use oracle::{compare_commits, compare_staged, compare_surroundings};
use support::TestRepo;

/// A built shape: where to open it, and what has to hold.
struct Shape {
    name: &'static str,
    build: fn(&TestRepo) -> PathBuf,
    init: &'static [&'static str],
    /// The reader [`git_warrant::source::git::open`] has to use for the index; `None` where there is none.
    staged: Option<&'static str>,
}

const fn shape(name: &'static str, staged: Option<&'static str>, build: fn(&TestRepo) -> PathBuf) -> Shape {
    Shape { name, build, init: &[], staged }
}

/// Our reader of the index answers, also where the cache-tree is out of date; the plumbing where the index has conflicts or
/// is in two files, and where libgit2 does not open the repository.
const SHAPES: &[Shape] = &[
    shape("normal, something staged", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.root().to_owned()
    }),
    shape("normal, nothing staged", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.root().to_owned()
    }),
    shape("the index is another commit's tree", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["read-tree", "HEAD~1"]);
        repo.root().to_owned()
    }),
    shape("from a sub-directory", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.path("deep")
    }),
    shape("packed", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["gc", "--quiet"]);
        repo.git(&["pack-refs", "--all"]);
        repo.root().to_owned()
    }),
    shape("multi-pack index and commit graph", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["repack", "-dq"]);
        repo.git(&["multi-pack-index", "write"]);
        repo.git(&["commit-graph", "write", "--reachable"]);
        repo.root().to_owned()
    }),
    shape("bare", None, |repo| {
        build::everything(repo);
        let bare = repo.beside("bare.git");
        repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
        bare
    }),
    shape("linked work tree", Some("libgit2"), |repo| {
        build::everything(repo);
        let linked = repo.beside("linked");
        repo.git(&["worktree", "add", "--quiet", "-b", "linked", &linked.to_string_lossy()]);
        repo.at(&linked).write("plain.txt", "in the linked tree\n").git(&["add", "-A"]);
        linked
    }),
    shape("alternates", Some("libgit2"), |repo| {
        build::everything(repo);
        clone(repo, &["--shared"])
    }),
    shape("submodule, from inside", Some("libgit2"), |repo| {
        build::everything(repo);
        let inner = with_submodule(repo).join("inner");
        repo.at(&inner).write("plain.txt", "changed inside\n").git(&["add", "-A"]);
        inner
    }),
    shape("submodule, from outside, ignored by its own settings", Some("libgit2"), |repo| {
        build::everything(repo);
        let outer = with_submodule(repo);
        repo.at(&outer).git(&["config", "--file", ".gitmodules", "submodule.inner.ignore", "all"]);
        repo.at(outer.join("inner")).git(&["checkout", "--quiet", "HEAD~1"]);
        repo.at(&outer).git(&["add", "-A", "--force"]);
        repo.at(&outer).git(&["update-index", "--cacheinfo", &format!("160000,{},inner", repo.head())]);
        outer
    }),
    shape("sparse checkout", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["sparse-checkout", "set", "--cone", "deep/er"]);
        repo.write("deep/er/more.txt", "more\n").stage_all();
        repo.root().to_owned()
    }),
    shape("sparse index, something staged", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "becomes-a-directory"]);
        repo.write("becomes-a-directory/more.txt", "more\n").stage_all();
        repo.root().to_owned()
    }),
    shape("sparse index, nothing staged", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "becomes-a-directory"]);
        repo.git(&["commit", "--quiet", "--allow-empty", "-m", "fill the cache-tree"]);
        repo.root().to_owned()
    }),
    shape("split index", Some("plumbing"), |repo| {
        build::everything(repo);
        repo.git(&["update-index", "--split-index"]);
        repo.write("deep/split.txt", "split\n").stage_all();
        repo.root().to_owned()
    }),
    shape("split index, nothing staged", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["update-index", "--split-index"]);
        repo.git(&["commit", "--quiet", "-m", "feat: with a split index"]);
        repo.root().to_owned()
    }),
    shape("index version 4", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["update-index", "--index-version", "4"]);
        repo.root().to_owned()
    }),
    shape("index version 4, nothing staged", Some("libgit2"), |repo| {
        repo.git(&["config", "index.version", "4"]);
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.root().to_owned()
    }),
    shape("index with every extension", Some("libgit2"), |repo| {
        for setting in ["feature.manyFiles", "index.skipHash", "core.untrackedCache", "index.recordEndOfIndexEntries"] {
            repo.git(&["config", setting, "true"]);
        }
        repo.git(&["config", "index.threads", "2"]);
        repo.git(&["config", "index.recordOffsetTable", "true"]);
        build::everything(repo);
        repo.git(&["commit", "--quiet", "-m", "feat: with extensions"]);
        repo.git(&["status"]);
        repo.root().to_owned()
    }),
    Shape {
        name: "SHA-256",
        init: &["--object-format=sha256"],
        staged: Some("libgit2"),
        build: |repo| {
            build::everything(repo);
            repo.root().to_owned()
        },
    },
    Shape {
        name: "SHA-256, nothing staged",
        init: &["--object-format=sha256"],
        staged: Some("libgit2"),
        build: |repo| {
            build::everything(repo);
            repo.git(&["reset", "--quiet", "--hard"]);
            repo.root().to_owned()
        },
    },
    Shape {
        name: "reftable",
        init: &["--ref-format=reftable"],
        staged: Some("plumbing"),
        build: |repo| {
            build::everything(repo);
            repo.root().to_owned()
        },
    },
    Shape {
        name: "reftable, unborn",
        init: &["--ref-format=reftable"],
        staged: Some("plumbing"),
        build: |repo| {
            repo.write("a.txt", "a\n").stage_all();
            repo.root().to_owned()
        },
    },
    shape("unborn, something staged", Some("libgit2"), |repo| {
        repo.write("a.txt", "a\n").write("b/c.txt", "c\n").stage_all();
        repo.root().to_owned()
    }),
    shape("unborn, without an index", Some("plumbing"), |repo| repo.root().to_owned()),
    shape("orphan branch beside a history", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["checkout", "--quiet", "--orphan", "fresh"]);
        repo.root().to_owned()
    }),
    shape("detached", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
        repo.root().to_owned()
    }),
    shape("cherry-pick stopped and resolved", Some("libgit2"), |repo| {
        conflict(repo);
        repo.git_output(&["cherry-pick", "theirs"]);
        repo.write("file.txt", "picked\n").stage_all();
        repo.root().to_owned()
    }),
    shape("rebase stopped and resolved", Some("libgit2"), |repo| {
        conflict(repo);
        repo.git_output(&["rebase", "theirs"]);
        repo.write("file.txt", "rebased\n").stage_all();
        repo.root().to_owned()
    }),
    shape("revert stopped and resolved", Some("libgit2"), |repo| {
        conflict(repo);
        repo.git_output(&["revert", "--no-edit", "HEAD~1"]);
        repo.write("file.txt", "reverted\n").stage_all();
        repo.root().to_owned()
    }),
    shape("squashed merge", Some("libgit2"), |repo| {
        conflict(repo);
        repo.git_output(&["merge", "--squash", "theirs"]);
        repo.write("file.txt", "squashed\n").stage_all();
        repo.root().to_owned()
    }),
    shape("intent to add", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["add", "--intent-to-add", "untracked.txt"]);
        repo.root().to_owned()
    }),
    shape("attributes and settings that hide changes from git diff", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.write(".gitattributes", "* -diff binary\n");
        repo.git(&["config", "diff.external", "/bin/false"]);
        repo.git(&["config", "core.fsmonitor", "/bin/false"]);
        repo.git(&["config", "diff.relative", "true"]);
        repo.git(&["config", "diff.renames", "copies"]);
        repo.git(&["config", "diff.ignoreSubmodules", "all"]);
        repo.git(&["config", "core.quotePath", "false"]);
        repo.git(&["-c", "core.fsmonitor=false", "add", ".gitattributes"]);
        repo.path("deep")
    }),
    shape("precious objects and settings of the work tree", Some("libgit2"), |repo| {
        build::everything(repo);
        repo.git(&["config", "core.repositoryFormatVersion", "1"]);
        repo.git(&["config", "extensions.preciousObjects", "true"]);
        repo.git(&["config", "extensions.worktreeConfig", "true"]);
        repo.git(&["config", "--worktree", "core.fileMode", "true"]);
        repo.root().to_owned()
    }),
    shape("octopus merge", Some("libgit2"), |repo| {
        repo.write("a.txt", "a\n").commit_all("feat: a");
        for name in ["one", "two", "three"] {
            repo.git(&["checkout", "--quiet", "-b", name, "main"]);
            repo.write(format!("{name}.txt"), name).commit_all("feat: a side");
        }
        repo.git(&["checkout", "--quiet", "main"]);
        repo.git(&["merge", "--quiet", "--no-edit", "one", "two", "three"]);
        repo.root().to_owned()
    }),
    shape("fifty megabytes in one file", Some("libgit2"), |repo| {
        repo.write("a.txt", "a\n").commit_all("feat: a");
        repo.write("large.bin", vec![b'x'; 50 << 20]).stage_all();
        repo.root().to_owned()
    }),
];

#[test]
fn every_shape_reads_as_git_reads_it() {
    // All of them, so that one run names all that fail.
    let fails = |shape: &&Shape| std::panic::catch_unwind(|| check(shape)).is_err();
    let failed: Vec<&str> = SHAPES.iter().filter(fails).map(|shape| shape.name).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn check(shape: &Shape) {
    let repo = TestRepo::with_init(shape.init);
    let directory = (shape.build)(&repo);
    compare_surroundings(&repo, &directory);
    compare_commits(&repo, &directory);
    if let Some(engine) = shape.staged {
        assert_eq!(compare_staged(&repo, &directory), engine, "{}", shape.name);
    }
}

/// A clone beside the repository.
fn clone(repo: &TestRepo, options: &[&str]) -> PathBuf {
    let target = repo.beside("clone");
    let source = format!("file://{}", repo.root().display());
    let mut arguments = vec!["clone", "--quiet"];
    arguments.extend(options);
    let (source, shown) = (source.as_str(), target.to_string_lossy().into_owned());
    arguments.extend([if options.contains(&"--shared") { "." } else { source }, shown.as_str()]);
    repo.git(&arguments);
    target
}

/// A repository that holds the given one as its submodule `inner`.
fn with_submodule(repo: &TestRepo) -> PathBuf {
    let outer = repo.beside("outer");
    repo.git(&["init", "--quiet", &outer.to_string_lossy()]);
    let outer_repo = repo.at(&outer);
    outer_repo.git(&["submodule", "--quiet", "add", &repo.root().to_string_lossy(), "inner"]);
    outer_repo.git(&["commit", "--quiet", "-m", "feat: a submodule"]);
    outer
}

/// Two branches that changed the same line; `main` is checked out.
fn conflict(repo: &TestRepo) {
    repo.write("file.txt", "base\n").write("other.txt", "other\n").commit_all("feat: base");
    repo.git(&["checkout", "--quiet", "-b", "theirs"]);
    repo.write("file.txt", "theirs\n").write("theirs.txt", "new\n").commit_all("feat: theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("file.txt", "ours\n").commit_all("feat: ours");
    repo.write("file.txt", "ours again\n").commit_all("feat: ours again");
}

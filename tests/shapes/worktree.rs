//! The work tree against `HEAD`, compared with git: the list and ids with `git add -A` in an index of its own, the paths
//! with `git status`.
//!
//! Each case runs this binary's [`probe`] in the hermetic environment, once for each adapter.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::support::TestRepo;
use git_warrant::model::change::{Change, ChangeSet, Side};
use git_warrant::model::object::{Mode, ObjectId};
use git_warrant::source::git::{GitSource, open, open_with_git};
use git_warrant::system;

/// Writes what both adapters say of the work tree in this directory to the files `$PROBE_OUT.<adapter>`.
#[test]
#[ignore = "run by the other tests, in a hermetic environment"]
fn probe() {
    let out = system::env("PROBE_OUT").expect("run by another test");
    for (name, source) in [("open", open(Path::new("."))), ("git", open_with_git(Path::new(".")))] {
        let source = source.expect("the repository opens");
        let set = source.worktree(None).expect("the work tree can be read");
        fs::write(format!("{out}.{name}"), show(source.as_ref(), &set)).expect("writable");
        fs::write(format!("{out}.{name}.engine"), set.engine.to_string()).expect("writable");
    }
}

fn show(source: &dyn GitSource, set: &ChangeSet) -> String {
    let mut lines: Vec<String> = set.changes.iter().map(record).collect();
    for change in &set.changes {
        if let Some(side) = change.new.filter(|side| side.mode != Mode::Gitlink) {
            let text = match source.read(&change.path, &side) {
                Ok(content) => {
                    assert_eq!(source.size(&change.path, &side), Ok(content.len() as u64));
                    String::from_utf8_lossy(&content).escape_debug().to_string()
                }
                Err(error) => format!("unreadable: {error}"),
            };
            lines.push(format!("content {} {text}", change.path.to_wire()));
        }
    }
    for entry in &set.incomplete {
        let path = entry.path.as_ref().map(git_warrant::model::path::RepoPath::to_wire).unwrap_or_default();
        lines.push(format!("incomplete {path} {}", entry.reason));
    }
    lines.join("\0")
}

fn record(change: &Change) -> String {
    let mode = |side: Option<Side>| side.map_or("000000".to_owned(), |side| side.mode.to_string());
    let id = |side: Option<Side>| side.map_or("0".repeat(40), |side| side.id.to_string());
    let (old, new) = (change.old, change.new);
    format!("{} {} {} {} {}", mode(old), mode(new), id(old), id(new), change.path.to_wire())
}

/// What both adapters say, which has to be the same.
struct Told {
    records: Vec<String>,
    contents: Vec<String>,
    incomplete: Vec<String>,
}

/// Who listed the work tree for the adapter that does not ask git for everything.
fn engine(repo: &TestRepo) -> String {
    adapters_agree(repo);
    fs::read_to_string(repo.beside("probe.open.engine")).expect("the probe wrote")
}

#[test]
fn usual_work_trees_are_listed_without_git() {
    let repo = TestRepo::new();
    repo.write(".gitignore", "ignored/\n*.log\n!kept.log\n").write("deep/in/a.txt", "a\n").write("b.txt", "b\n");
    repo.write("gone/c.txt", "c\n").commit_all("feat: files");
    assert_eq!(engine(&repo), "libgit2");
    repo.write("b.txt", "changed\n").write("deep/in/new.txt", "new\n").write("ignored/x", "x\n").write("y.log", "y\n");
    repo.write("kept.log", "k\n").write("deep/ignored/z", "z\n").write("deep/new/folder/f", "f\n");
    for odd in [":(top)x", "-n", "a*b", "new\nline", "deep/:!q", "\"quoted\""] {
        repo.write(odd, "odd\n");
    }
    repo.symlink("b.txt", "link");
    fs::remove_dir_all(repo.path("gone")).expect("ours");
    assert_eq!(engine(&repo), "libgit2");
    // A folder in place of a file, a link in place of a folder, a file that became executable.
    fs::remove_file(repo.path("b.txt")).expect("ours");
    fs::remove_dir_all(repo.path("deep/in")).expect("ours");
    repo.write("b.txt/inside", "x\n").symlink("new", "deep/in").make_executable(".gitignore");
    assert_eq!(engine(&repo), "libgit2");
    repo.git(&["add", "-N", "link", "kept.log"]);
    assert_eq!(engine(&repo), "libgit2");
    repo.git(&["config", "core.ignoreCase", "true"]);
    assert_eq!(engine(&repo), "plumbing");
}

/// Our own listing and git's are the same.
pub(crate) fn adapters_agree(repo: &TestRepo) {
    drop(Told::of(repo, repo.root()));
}

impl Told {
    fn of(repo: &TestRepo, directory: &Path) -> Self {
        let out = repo.beside("probe");
        let program = std::env::current_exe().expect("this program");
        let run = repo
            .command(program, directory)
            .args(["--ignored", "--exact", "worktree::probe"])
            .env("PROBE_OUT", &out)
            .output()
            .expect("the probe starts");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        let read = |name: &str| fs::read_to_string(repo.beside(&format!("probe.{name}"))).expect("the probe wrote");
        let text = read("open");
        assert_eq!(text, read("git"), "the adapters agree");
        let part = |prefix: &str| {
            text.split_terminator('\0')
                .filter_map(|line| line.strip_prefix(prefix))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let records = text
            .split_terminator('\0')
            .filter(|line| !line.starts_with("content ") && !line.starts_with("incomplete "))
            .map(str::to_owned)
            .collect();
        Self { records, contents: part("content "), incomplete: part("incomplete ") }
    }

    fn paths(&self) -> BTreeSet<String> {
        self.records.iter().filter_map(|line| line.splitn(5, ' ').nth(4)).map(str::to_owned).collect()
    }
}

/// What `git add -A` would record, in an index of its own.
fn oracle(repo: &TestRepo) -> Vec<String> {
    let index = repo.beside("index");
    if fs::copy(repo.path(".git/index"), &index).is_ok() {
        // Git compares the content of files written in the same second as the index.
        let written = fs::metadata(repo.path(".git/index")).and_then(|found| found.modified()).expect("a time");
        fs::File::options().append(true).open(&index).and_then(|file| file.set_modified(written)).expect("writable");
    }
    let git = |arguments: &[&str]| {
        let mut command = repo.git_command(repo.root());
        command.args(["-c", "advice.addEmbeddedRepo=false"]).args(arguments).env("GIT_INDEX_FILE", &index);
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    git(&["add", "-A"]);
    let base = if repo.git_output(&["rev-parse", "-q", "--verify", "HEAD"]).status.success() {
        "HEAD".to_owned()
    } else {
        repo.git_text(&["hash-object", "-t", "tree", "/dev/null"])
    };
    let raw = git(&["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", &base]);
    let fields: Vec<&[u8]> = raw.split(|byte| *byte == 0).collect();
    let pairs = fields.chunks_exact(2).map(|pair| {
        let head = String::from_utf8_lossy(&pair[0][1..]).into_owned();
        let (sides, _status) = head.rsplit_once(' ').expect("a record");
        format!("{sides} {}", git_warrant::model::path::RepoPath::new(pair[1]).to_wire())
    });
    pairs.collect()
}

/// The paths `git status` lists.
fn status(repo: &TestRepo) -> BTreeSet<String> {
    let printed = repo.git(&["status", "--porcelain=v2", "-z", "-uall", "--no-renames", "--ignore-submodules=dirty"]);
    let records = printed.split(|byte| *byte == 0).filter(|record| !record.is_empty());
    let paths = records.map(|record| {
        let before_path = match record[0] {
            b'1' => 8,
            b'u' => 10,
            b'?' => 1,
            other => panic!("an unexpected record {}", char::from(other)),
        };
        let path = record.splitn(before_path + 1, |byte| *byte == b' ').last().expect("a path");
        git_warrant::model::path::RepoPath::new(path.strip_suffix(b"/").unwrap_or(path)).to_wire()
    });
    paths.collect()
}

fn base() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.txt", "one\ntwo\n")
        .write("b.txt", "bee\n")
        .write("dir/c.txt", "sea\n")
        .write("run.sh", "#!/bin/sh\n");
    repo.write(".gitignore", "ignored/\n*.log\n").symlink("a.txt", "link").make_executable("run.sh");
    repo.commit_all("base");
    repo
}

fn agrees(state: &str, repo: &TestRepo) {
    let expected = oracle(repo);
    let told = Told::of(repo, repo.root());
    assert_eq!(told.incomplete, [""; 0], "{state}");
    assert_eq!(told.records, expected, "{state}: the list");
    // `git status` also lists what is staged and undone again in the work tree.
    let unlisted: Vec<_> = told.paths().difference(&status(repo)).cloned().collect();
    assert_eq!(unlisted, [""; 0], "{state}: not in git status");
    assert!(!told.contents.iter().any(|line| line.contains("unreadable")), "{state}: {:?}", told.contents);
}

type Make = fn(&TestRepo);

#[test]
fn states_of_files() {
    let states: &[(&str, Make)] = &[
        ("clean", |_| {}),
        ("touched, the content is the same", |repo| {
            repo.write("a.txt", "one\ntwo\n");
        }),
        ("modified", |repo| {
            repo.write("a.txt", "one\n2\n");
        }),
        ("staged and modified again", |repo| {
            repo.write("a.txt", "staged\n").stage_all().write("a.txt", "later\n");
        }),
        ("staged, then put back in the work tree", |repo| {
            repo.write("a.txt", "staged\n").stage_all().write("a.txt", "one\ntwo\n");
        }),
        ("staged and deleted in the work tree", |repo| {
            repo.write("new.txt", "x").stage_all().remove("new.txt");
        }),
        ("deleted", |repo| {
            repo.remove("dir/c.txt");
        }),
        ("removed from the index only", |repo| {
            repo.git(&["rm", "-q", "--cached", "a.txt", "b.txt"]);
            repo.write("b.txt", "changed\n");
        }),
        ("untracked, ignored and odd names", |repo| {
            repo.write("new/deep/file", "x").write("ignored/x", "x").write("y.log", "x").write("with\nfeed", "x");
            repo.write_bytes(b"latin\xe9", "x").write("empty", "");
        }),
        ("executable bit", |repo| {
            repo.make_executable("a.txt").make_executable("dir/c.txt").write("dir/c.txt", "too\n");
        }),
        ("a file became a link, a link another, a link a file", |repo| {
            repo.write("second", "x").stage_all();
            repo.remove("a.txt").symlink("nowhere", "a.txt").remove("link").write("link", "now a file\n");
            repo.remove("second").symlink("/etc/passwd", "second");
        }),
        ("a file became a directory and the reverse", |repo| {
            repo.remove("a.txt").write("a.txt/inner", "x").remove("dir/c.txt");
            fs::remove_dir(repo.path("dir")).expect("empty now");
            repo.write("dir", "x");
        }),
        ("a directory became a link to a directory", |repo| {
            fs::rename(repo.path("dir"), repo.path("moved")).expect("movable");
            repo.symlink("moved", "dir");
        }),
        ("intent to add", |repo| {
            repo.write("later", "x\n").git(&["add", "-N", "later"]);
            repo.write("gone", "x\n").git(&["add", "-N", "gone"]);
            repo.remove("gone");
        }),
        ("empty files deleted", |repo| {
            repo.write("empty", "").commit_all("empty");
            repo.write("staged-empty", "").stage_all().remove("empty").remove("staged-empty");
        }),
        ("core.fileMode is off", |repo| {
            repo.git(&["config", "core.fileMode", "false"]);
            repo.make_executable("a.txt").write("run.sh", "#!/bin/sh\n:\n").write("tool", "x").make_executable("tool");
        }),
        ("a file with a large line", |repo| {
            repo.write("long", "x".repeat(3 << 20));
        }),
    ];
    for (state, make) in states {
        let repo = base();
        make(&repo);
        agrees(state, &repo);
    }
}

#[test]
fn before_the_first_commit() {
    let repo = TestRepo::new();
    repo.write("staged", "x\n").stage_all().write("untracked", "y\n");
    agrees("unborn", &repo);
}

#[test]
fn line_ends_that_git_would_normalise_are_no_change() {
    let states: &[(&str, &[&str], &str)] = &[
        ("autocrlf", &["core.autocrlf", "true"], ""),
        ("autocrlf=input", &["core.autocrlf", "input"], ""),
        ("text", &[], "* text\n"),
        ("text=auto", &[], "* text=auto\n"),
        ("eol=crlf", &[], "*.txt eol=crlf\n"),
        ("not text", &["core.autocrlf", "true"], "* -text\n"),
        ("ident", &[], "* ident\n"),
        ("nothing asks for it", &[], ""),
    ];
    for (state, config, attributes) in states {
        let repo = TestRepo::new();
        repo.write("unix.txt", "a\nb\n")
            .write("dos.txt", "a\r\nb\r\n")
            .write("bin.dat", "a\r\n\0")
            .write("id.c", "$Id$\n");
        repo.commit_all("base");
        if let [key, value] = config {
            repo.git(&["config", key, value]);
        }
        repo.write(".gitattributes", attributes).commit_all("attributes");
        repo.write("unix.txt", "a\r\nb\r\n").write("dos.txt", "a\r\nb\r\nc\r\n").write("bin.dat", "b\r\n\0");
        repo.write("id.c", "$Id: abc $\n").write("new.txt", "n\r\nm\n").write("lone.txt", "a\rb\r\n");
        let told = Told::of(&repo, repo.root());
        // `git status` lists some of these by size alone; what `git add` would record decides.
        assert_eq!((told.records, told.incomplete), (oracle(&repo), Vec::new()), "{state}");
    }
}

#[test]
fn attributes_count_wherever_git_finds_them() {
    for place in ["tracked", "untracked", "below", "in the git directory", "gone", "not to be looked at", "nowhere"] {
        let repo = TestRepo::new();
        repo.write("unix.txt", "a\nb\n").write("sub/unix.txt", "a\nb\n").commit_all("base");
        let attributes = "*.txt text\n";
        match place {
            "tracked" => drop(repo.write(".gitattributes", attributes).commit_all("attributes")),
            "untracked" => drop(repo.write(".gitattributes", attributes)),
            "below" => drop(repo.write("sub/.gitattributes", attributes)),
            "in the git directory" => drop(repo.write(".git/info/attributes", attributes)),
            "gone" => {
                repo.write(".gitattributes", attributes).commit_all("attributes");
                repo.remove(".gitattributes");
            }
            "not to be looked at" => {
                repo.write(".gitattributes", attributes).commit_all("attributes");
                repo.git(&["update-index", "--skip-worktree", ".gitattributes"]);
                repo.remove(".gitattributes");
            }
            _ => {}
        }
        repo.write("unix.txt", "a\r\nb\r\n").write("sub/unix.txt", "a\r\nb\r\n");
        let told = Told::of(&repo, repo.root());
        assert_eq!((told.records, told.incomplete), (oracle(&repo), Vec::new()), "{place}");
    }
}

#[test]
fn conflicts_are_what_lies_in_the_work_tree() {
    let repo = base();
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("a.txt", "theirs\n").write("theirs.txt", "x\n").remove("b.txt").commit_all("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.txt", "ours\n").write("b.txt", "ours\n").commit_all("ours");
    assert!(!repo.git_output(&["merge", "-q", "other"]).status.success(), "a conflict");
    repo.write("sneaked.txt", "x\n");
    let told = Told::of(&repo, repo.root());
    // Only what differs from both parents: `theirs.txt` is the other side's, and `b.txt` is ours.
    assert_eq!(told.paths(), ["a.txt", "sneaked.txt"].map(str::to_owned).into());
    assert!(told.contents.iter().any(|line| line.starts_with("a.txt <<<<<<<")), "{:?}", told.contents);

    repo.remove(".git/MERGE_HEAD");
    agrees("conflicts without a merge", &repo);
}

#[test]
fn submodules_and_repositories_inside() {
    let other = TestRepo::new();
    other.write("x", "1").commit_all("one");
    let repo = base();
    let url = other.root().to_string_lossy().into_owned();
    repo.git(&["submodule", "--quiet", "add", &url, "sub"]);
    repo.git(&["submodule", "--quiet", "add", &url, "quiet"]);
    repo.commit_all("submodules");
    repo.write("sub/dirt", "x").write("quiet/x", "changed");
    agrees("dirt inside a submodule", &repo);

    let sub = repo.at(repo.path("sub"));
    sub.git(&["add", "-A"]);
    sub.git(&["commit", "-qm", "moved"]);
    repo.git(&["config", "submodule.sub.ignore", "all"]);
    let told = Told::of(&repo, repo.root());
    assert_eq!(told.paths(), ["sub".to_owned()].into(), "another commit is checked out, and nothing hides that");
    repo.git(&["config", "--unset", "submodule.sub.ignore"]);
    agrees("another commit in a submodule", &repo);

    repo.git(&["init", "-q", "inner"]);
    let inner = repo.at(repo.path("inner"));
    inner.write("x", "x").git(&["add", "-A"]);
    let told = Told::of(&repo, repo.root());
    assert_eq!(told.incomplete.len(), 1);
    assert!(
        told.incomplete[0].starts_with("inner a repository inside this one, without a commit"),
        "{:?}",
        told.incomplete
    );
    inner.git(&["commit", "-qm", "inner"]);
    agrees("a repository inside", &repo);
}

#[test]
fn sparse_checkouts_delete_nothing() {
    for index in [false, true] {
        let repo = base();
        let option = if index { "--sparse-index" } else { "--no-sparse-index" };
        repo.git(&["sparse-checkout", "set", "--cone", option, "other"]);
        assert!(!repo.path("dir/c.txt").exists());
        repo.write("a.txt", "changed\n").write("other/new", "x");
        agrees(option, &repo);
    }
}

#[test]
fn linked_work_trees_and_sub_directories() {
    let repo = base();
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", "-b", "side", &linked.to_string_lossy()]);
    repo.at(&linked).write("a.txt", "in the linked one\n");
    assert_eq!(Told::of(&repo, &linked).paths(), ["a.txt".to_owned()].into());
    assert_eq!(Told::of(&repo, &linked.join("dir")).paths(), ["a.txt".to_owned()].into());
    assert!(Told::of(&repo, repo.root()).records.is_empty());
}

#[test]
fn what_git_cannot_store_is_incomplete() {
    let repo = base();
    repo.remove("a.txt").remove("b.txt");
    let _socket = UnixListener::bind(repo.path("a.txt")).expect("a socket");
    let made = repo.command("mkfifo", repo.root()).arg("b.txt").status().expect("mkfifo runs");
    assert!(made.success());
    let told = Told::of(&repo, repo.root());
    assert!(told.records.is_empty());
    let reason = "a pipe, socket or device lies there, which git cannot store";
    assert_eq!(told.incomplete, [format!("a.txt {reason}"), format!("b.txt {reason}")]);
}

#[test]
fn nothing_the_repository_names_is_run() {
    let repo = base();
    let witness = repo.beside("witness");
    let program = format!("touch '{}'; cat", witness.display());
    for key in ["filter.own.clean", "filter.own.smudge", "filter.e=q.clean", "core.fsmonitor", "diff.own.textconv"] {
        repo.git(&["config", key, &program]);
    }
    repo.git(&["config", "filter.own.required", "true"]);
    repo.write(".git/info/attributes", "*.txt filter=own diff=own\nrun.sh filter=e=q\n");
    fs::remove_file(&witness).ok();
    // As new as the index, so that git has to compare contents. `a.txt` is what the index has, byte for byte.
    repo.write("a.txt", "one\ntwo\n").write("b.txt", "changed\n").write("run.sh", "changed\n").write("new.txt", "n\n");
    let told = Told::of(&repo, repo.root());
    assert!(!witness.exists(), "a program was run");
    assert_eq!(told.paths(), ["new.txt".to_owned()].into());
    let reason = "git runs a filter over this file, and its result is not known here";
    assert_eq!(told.incomplete, ["b.txt", "run.sh"].map(|path| format!("{path} {reason}")));
}

#[test]
fn what_a_file_system_monitor_keeps_quiet_is_seen() {
    let repo = base();
    // It never saw anything change.
    repo.git(&["config", "core.fsmonitor", "printf 'token\\0'; :"]);
    repo.git(&["config", "core.fsmonitorHookVersion", "2"]);
    repo.git(&["update-index", "--fsmonitor"]);
    repo.git(&["status"]);
    repo.write("a.txt", "changed, and nobody says so\n");
    assert!(repo.git(&["status", "--porcelain"]).is_empty(), "git believes it");
    assert_eq!(Told::of(&repo, repo.root()).paths(), ["a.txt".to_owned()].into());
}

#[test]
fn lfs_files_are_compared_by_their_pointers() {
    let repo = TestRepo::new();
    let pointer = |digest: &str, size: u32| {
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n")
    };
    let hello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    repo.write("same.bin", pointer(hello, 6))
        .write("other.bin", pointer(hello, 6))
        .write("left.bin", pointer(hello, 6));
    repo.commit_all("pointers");
    repo.git(&["config", "filter.lfs.clean", "false"]);
    repo.git(&["config", "filter.lfs.required", "true"]);
    repo.write(".git/info/attributes", "*.bin filter=lfs\n");
    repo.write("same.bin", "hello\n").write("other.bin", "else\n").write("new.bin", "new\n");
    let told = Told::of(&repo, repo.root());
    assert_eq!(told.paths(), ["new.bin", "other.bin"].map(str::to_owned).into());
    assert!(told.contents.iter().all(|line| line.contains(" version https://git-lfs")), "{:?}", told.contents);
    assert!(told.incomplete.is_empty());
}

#[test]
fn sha256_repositories_get_sha256_ids() {
    let repo = TestRepo::with_init(&["--object-format=sha256"]);
    repo.write("a", "x\n").commit_all("base");
    repo.write("a", "y\n").write("link-target", "z\n");
    let expected = repo.git_text(&["hash-object", "a"]);
    let told = Told::of(&repo, repo.root());
    assert!(ObjectId::from_hex(expected.as_bytes()).is_some());
    assert!(told.records[0].contains(&expected), "{:?}", told.records);
}

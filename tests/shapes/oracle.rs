//! What git itself says, and the comparison with what we say.

use std::collections::BTreeMap;
use std::path::Path;

use git_warrant::model::change::{Change, ChangeSet, Side};
use git_warrant::model::content::Unreadable;
use git_warrant::model::object::{Mode, ObjectId};
use git_warrant::model::path::RepoPath;
use git_warrant::source::git::{GitSource, open, open_with_git};

use crate::support::TestRepo;

/// The flags of every listing.
pub(crate) const RAW: &[&str] =
    &["--raw", "-z", "--no-renames", "--no-abbrev", "--no-relative", "--ignore-submodules=none"];

/// One record, in words: `100644 000000 <id> <id> path`.
pub(crate) type Records = Vec<String>;

/// Reads git's raw format, with a parser of its own.
pub(crate) fn records(raw: &[u8]) -> Records {
    let fields: Vec<&[u8]> = raw.split(|byte| *byte == 0).collect();
    let mut records: Records = fields
        .chunks_exact(2)
        .map(|pair| {
            let head = String::from_utf8(pair[0].to_vec()).expect("the head of a record is ASCII");
            let (sides, _) = head.rsplit_once(' ').expect("a status");
            format!("{} {}", sides.trim_start_matches(':'), pair[1].escape_ascii())
        })
        .collect();
    records.sort();
    records
}

/// Our change set in the same words.
pub(crate) fn listed(set: &ChangeSet) -> Records {
    let mut records: Records = set.changes.iter().map(record).collect();
    records.sort();
    records
}

fn record(change: &Change) -> String {
    let mut sides = vec![change.old];
    sides.extend(&change.other_olds);
    sides.push(change.new);
    let width = sides.iter().flatten().map(|side| side.id.to_string().len()).max().unwrap_or(40);
    let mode = |side: &Option<Side>| side.map_or("000000".to_owned(), |side| side.mode.to_string());
    let id = |side: &Option<Side>| side.map_or("0".repeat(width), |side| side.id.to_string());
    let words: Vec<String> = sides.iter().map(mode).chain(sides.iter().map(id)).collect();
    format!("{} {}", words.join(" "), change.path.as_bytes().escape_ascii())
}

/// Both adapters over one directory.
pub(crate) fn adapters(directory: &Path) -> [(&'static str, Box<dyn GitSource>); 2] {
    [
        ("open", open(directory).expect("the repository opens")),
        ("open_with_git", open_with_git(directory).expect("the repository opens with git")),
    ]
}

/// `git` in a directory of the test repository's surroundings.
pub(crate) fn git(repo: &TestRepo, directory: &Path, arguments: &[&str]) -> Vec<u8> {
    repo.at(directory).git(arguments)
}

/// What git lists for one commit.
pub(crate) fn git_commit(repo: &TestRepo, directory: &Path, commit: &str) -> Records {
    let parents = git(repo, directory, &["rev-list", "--parents", "-1", commit]);
    let merge = parents.split(|byte| *byte == b' ').count() > 2;
    let mut arguments = vec!["diff-tree", "-r", "--root", "--no-commit-id"];
    arguments.extend(merge.then_some("-c"));
    arguments.extend(RAW);
    arguments.push(commit);
    records(&git(repo, directory, &arguments))
}

/// What git lists for the index.
pub(crate) fn git_staged(repo: &TestRepo, directory: &Path, base: &str) -> Records {
    let mut arguments = vec!["diff-index", "--cached", "--ita-invisible-in-index"];
    arguments.extend(RAW);
    arguments.push(base);
    records(&git(repo, directory, &arguments))
}

/// The commit or the empty tree the index is compared with.
pub(crate) fn base(repo: &TestRepo, directory: &Path) -> String {
    let head =
        repo.git_command(directory).args(["rev-parse", "--verify", "--quiet", "HEAD"]).output().expect("git runs");
    if head.status.success() {
        return "HEAD".to_owned();
    }
    let hash = repo.git_command(directory).args(["hash-object", "-t", "tree", "--stdin"]).output().expect("git runs");
    String::from_utf8_lossy(&hash.stdout).trim().to_owned()
}

/// Compares every commit git can name from any ref or from `HEAD`; how many there were.
pub(crate) fn compare_commits(repo: &TestRepo, directory: &Path) -> usize {
    let mut arguments = vec!["rev-list", "--all"];
    let head = base(repo, directory);
    arguments.extend((head == "HEAD").then_some("HEAD"));
    let commits = String::from_utf8(git(repo, directory, &arguments)).expect("ids");
    let expected: Vec<(&str, Records)> =
        commits.lines().map(|commit| (commit, git_commit(repo, directory, commit))).collect();
    let mut blobs = Blobs::default();
    for (name, source) in adapters(directory) {
        for (commit, records) in &expected {
            let id = ObjectId::from_hex(commit.as_bytes()).expect("an id");
            let set = source.commit(id).unwrap_or_else(|error| panic!("{name}: {commit}: {error}"));
            assert_eq!(set.incomplete, [], "{name}: {commit}");
            assert_eq!(listed(&set), *records, "{name}: {commit}");
            compare_contents(repo, directory, source.as_ref(), &set, &mut blobs);
        }
    }
    expected.len()
}

/// Compares the index; which engine answered for [`open`].
pub(crate) fn compare_staged(repo: &TestRepo, directory: &Path) -> String {
    let expected = git_staged(repo, directory, &base(repo, directory));
    let mut blobs = Blobs::default();
    let engines = adapters(directory).map(|(name, source)| {
        let set = source.staged(None).unwrap_or_else(|error| panic!("{name}: staged: {error}"));
        assert_eq!(set.incomplete, [], "{name}: staged");
        assert_eq!(listed(&set), expected, "{name}: staged");
        compare_contents(repo, directory, source.as_ref(), &set, &mut blobs);
        set.engine.to_string()
    });
    engines[0].clone()
}

/// Compares places, head, paths and a file of the head.
pub(crate) fn compare_surroundings(repo: &TestRepo, directory: &Path) {
    let ask = |arguments: &[&str]| {
        let output = repo.git_command(directory).args(arguments).output().expect("git runs");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    for (name, source) in adapters(directory) {
        let layout = source.layout();
        assert_eq!(
            ask(&["rev-parse", "--absolute-git-dir"]).expect("a git directory"),
            layout.git_dir.to_string_lossy(),
            "{name}"
        );
        let common = ask(&["rev-parse", "--path-format=absolute", "--git-common-dir"]).expect("a common directory");
        assert_eq!(common, layout.common_dir.to_string_lossy(), "{name}");
        let top = ask(&["rev-parse", "--show-toplevel"]);
        assert_eq!(top, layout.work_tree.as_ref().map(|top| top.to_string_lossy().into_owned()), "{name}");
        let head = source.head().unwrap_or_else(|error| panic!("{name}: head: {error}"));
        assert_eq!(head.commit.map(|id| id.to_string()), ask(&["rev-parse", "--verify", "--quiet", "HEAD"]), "{name}");
        assert_eq!(
            head.branch.map(|branch| branch.to_string()),
            ask(&["symbolic-ref", "--quiet", "--short", "HEAD"]),
            "{name}"
        );
        let Some(commit) = head.commit else { continue };
        let expected = git(repo, directory, &["ls-tree", "-r", "-z", "--full-tree", "--name-only", "HEAD"]);
        let expected: Vec<RepoPath> =
            expected.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(RepoPath::new).collect();
        assert_eq!(source.paths_at(commit).expect("a readable tree"), expected, "{name}");
        let info = source.commit_info(commit).expect("a readable commit");
        assert_eq!(Some(info.author.email.to_string()), ask(&["log", "-1", "--format=%ae"]), "{name}");
        assert_eq!(Some(info.message.to_string().trim().to_owned()), ask(&["log", "-1", "--format=%B"]), "{name}");
    }
}

/// What git says a blob holds.
type Blobs = BTreeMap<ObjectId, Vec<u8>>;

fn compare_contents(repo: &TestRepo, directory: &Path, source: &dyn GitSource, set: &ChangeSet, blobs: &mut Blobs) {
    for change in &set.changes {
        for side in [change.old, change.new].into_iter().flatten().filter(|side| side.mode != Mode::Gitlink) {
            let expected = blobs
                .entry(side.id)
                .or_insert_with(|| git(repo, directory, &["cat-file", "blob", &side.id.to_string()]));
            assert_eq!(source.size(&change.path, &side), Ok(expected.len() as u64), "{}", change.path);
            assert!(source.read(&change.path, &side).as_deref() == Ok(expected.as_slice()), "{}", change.path);
        }
    }
}

/// Blobs that are promised and not here are said to be missing, for both adapters.
pub(crate) fn expect_missing_blobs(directory: &Path) {
    for (name, source) in adapters(directory) {
        let head = source.head().expect("a head").commit.expect("a commit");
        let set = source.commit(head).expect("lists need no blob");
        let change = set.changes.iter().find(|change| change.has_lines()).expect("a file");
        let side = change.new.or(change.old).expect("a side");
        assert_eq!(source.size(&change.path, &side), Err(Unreadable::Missing), "{name}");
        assert_eq!(source.read(&change.path, &side).map(|_| ()), Err(Unreadable::Missing), "{name}");
    }
}

//! Line counts and renames of the newest commits of a clone, against git's own:
//!
//! ```sh
//! cargo bench --bench counts -- CLONE [COMMITS]
//! ```
//!
//! Counts have to be those of `git diff-tree --numstat` in every file, renames those of `-M` in 99.5 of 100. Attributes are
//! left out on git's side: the repository under judgement controls them. What differs is shown.

#![allow(clippy::print_stdout, clippy::use_debug, reason = "a report is what it is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use git_warrant::analyze::facts::Facts;
use git_warrant::model::object::ObjectId;
use git_warrant::source::git;

/// Lines added and deleted by new path; `None` for binary files.
type Counts = BTreeMap<Vec<u8>, Option<(u64, u64)>>;

/// What one commit did: counts, and renames from old to new.
#[derive(Default)]
struct Told {
    counts: Counts,
    renames: BTreeSet<(Vec<u8>, Vec<u8>)>,
}

/// The most differences that are shown.
const SHOWN: usize = 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(clone) = arguments.next().map(PathBuf::from) else {
        // `cargo test --benches` and `cargo bench` without arguments have nothing to measure.
        return ExitCode::SUCCESS;
    };
    let count = arguments.next().unwrap_or_else(|| "10000".to_owned());
    let commits = run(&clone, &["rev-list", "--no-merges", &format!("--max-count={count}"), "HEAD"], b"");
    let theirs = told_by_git(&clone, &commits);
    let source = git::open(&clone).expect("a repository");
    let (mut files, mut wrong, mut pairs, mut missed, mut extra, mut shown) = (0, 0, 0, 0, 0, 0);
    for (commit, theirs) in &theirs {
        let set = source.commit(*commit).expect("a commit");
        let facts = Facts::new(&set, source.as_ref());
        let ours = told(&facts);
        if facts.incomplete().is_empty() {
            files += theirs.counts.len();
            for (path, counts) in &theirs.counts {
                // Where a rename is paired otherwise, the lines are compared with another file.
                let same_pair = theirs.renames.iter().find(|pair| pair.1 == *path)
                    == ours.renames.iter().find(|pair| pair.1 == *path);
                if same_pair && ours.counts.get(path).is_some_and(|own| own != counts) {
                    wrong += 1;
                    shown += 1;
                    if shown <= SHOWN {
                        let path = String::from_utf8_lossy(path);
                        println!("{commit} {path}: {:?}, git {counts:?}", ours.counts.get(path.as_bytes()));
                    }
                }
            }
        }
        pairs += theirs.renames.len();
        missed += theirs.renames.difference(&ours.renames).count();
        extra += ours.renames.difference(&theirs.renames).count();
    }
    // In hundredths of a percent.
    let share = (10_000 * (pairs - missed)).checked_div(pairs).unwrap_or(10_000);
    println!("{} commits, {files} files: {wrong} with other counts", theirs.len());
    println!("{pairs} renames: {}.{:02} % found, {extra} others", share / 100, share % 100);
    if wrong == 0 && share >= 9_950 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn told(facts: &Facts<'_>) -> Told {
    let mut told = Told::default();
    let path = |index: usize| facts.set().changes[index].path.as_bytes().to_vec();
    for pair in &facts.renames().pairs {
        told.renames.insert((path(pair.from), path(pair.to)));
    }
    for (index, change) in facts.changes() {
        let Some(diff) = facts.lines(index) else { continue };
        // A file that became a link, or the other way around, is two changes for git.
        if change.old.is_some_and(|old| change.new.is_some_and(|new| old.mode.is_regular() != new.mode.is_regular())) {
            continue;
        }
        let counts = (!diff.binary).then(|| (diff.added.len() as u64, diff.deleted.len() as u64));
        told.counts.insert(path(index), counts);
    }
    told
}

/// `<id> NUL`, then `<added> TAB <deleted> TAB <path> NUL` a file, with `NUL <old> NUL <new> NUL` for the path of a rename.
fn told_by_git(clone: &Path, commits: &[u8]) -> Vec<(ObjectId, Told)> {
    let empty = git::empty_tree(20).to_string();
    let source = format!("--attr-source={empty}");
    let list = ["diff-tree", "--stdin", "-r", "--root", "-M", "--numstat", "-z", "--no-ext-diff", "--no-textconv"];
    let printed = run(clone, &[&[source.as_str()], &list[..]].concat(), commits);
    let mut found: Vec<(ObjectId, Told)> = Vec::new();
    let mut fields = printed.split(|byte| *byte == 0);
    while let Some(field) = fields.next() {
        if let Some(id) = ObjectId::from_hex(field) {
            found.push((id, Told::default()));
            continue;
        }
        let Some((_, told)) = found.last_mut().filter(|_| !field.is_empty()) else { continue };
        let words: Vec<&[u8]> = field.splitn(3, |byte| *byte == b'\t').collect();
        let [added, deleted, path] = words[..] else { panic!("a record that cannot be read: {field:?}") };
        let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u64>().ok();
        let path = if path.is_empty() {
            let (old, new) = (fields.next().expect("an old path"), fields.next().expect("a new path"));
            told.renames.insert((old.to_vec(), new.to_vec()));
            new
        } else {
            path
        };
        told.counts.insert(path.to_vec(), number(added).zip(number(deleted)));
    }
    found
}

fn run(clone: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["-c", "diff.renameLimit=1000", "-c", "diff.algorithm=myers"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("git ends");
    writer.join().expect("no panic").expect("git reads it");
    assert!(output.status.success(), "git {arguments:?} failed");
    output.stdout
}

use std::cell::Cell;

use super::*;
use crate::model::change::{Change, Side};
use crate::model::content::{BaseFiles, Bytes, KnownRename, Notes, ReadBounds, Unreadable, Visit, read_in_turn};
use crate::model::lines::LineDiff;
use crate::model::object::{Mode, ObjectId};
use crate::model::paths::PathList;
use crate::source::memory::{self, File, Memory, Tree};

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| (RepoPath::from(*path), File::regular(*text))).collect()
}

fn pairs(before: &Tree, after: &Tree) -> Vec<(String, String, u8)> {
    let (set, contents) = memory::change_set(before, after);
    named(&set, &detect(&set, &contents))
}

fn named(set: &ChangeSet, renames: &Renames) -> Vec<(String, String, u8)> {
    let path = |index: usize| set.changes[index].path.to_string();
    renames.pairs.iter().map(|pair| (path(pair.from), path(pair.to), pair.similarity)).collect()
}

fn expected(pairs: &[(&str, &str, u8)]) -> Vec<(String, String, u8)> {
    pairs.iter().map(|(from, to, percent)| ((*from).to_owned(), (*to).to_owned(), *percent)).collect()
}

fn lines(range: std::ops::Range<u32>) -> String {
    range.map(|n| format!("line number {n:03}\n")).collect::<Vec<_>>().concat()
}

/// Counts what is read.
struct Counting {
    memory: Memory,
    reads: Cell<usize>,
}

impl Contents for Counting {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.memory.size(path, side)
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        self.reads.set(self.reads.get() + 1);
        self.memory.read(path, side)
    }

    fn side_in(&self, _: ObjectId, _: &RepoPath) -> Option<Option<Side>> {
        None
    }

    fn leaves(&self, _: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        None
    }

    fn paths(&self, _: ObjectId) -> Option<PathList> {
        None
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
    }

    fn ready_lines(&self, _: &Change) -> Option<LineDiff> {
        None
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    fn ready_renames(&self) -> &[KnownRename] {
        &[]
    }
}

#[test]
fn identical_content_prefers_the_same_base_name_and_is_used_once() {
    let before = tree(&[("a/one.rs", "x"), ("a/two.rs", "x")]);
    let after = tree(&[("b/two.rs", "x"), ("b/zero.rs", "x"), ("b/zoo.rs", "x")]);
    let found = pairs(&before, &after);
    assert_eq!(found, expected(&[("a/two.rs", "b/two.rs", 100), ("a/one.rs", "b/zero.rs", 100)]));
}

#[test]
fn edited_files_are_paired_from_half_of_the_content_on() {
    let before = tree(&[("old.txt", &lines(0..100))]);
    let kept = |from| tree(&[("new.txt", &lines(from..from + 100))]);
    assert_eq!(pairs(&before, &kept(20)), expected(&[("old.txt", "new.txt", 80)]));
    assert_eq!(pairs(&before, &kept(60)), expected(&[]));
}

#[test]
fn the_most_similar_source_wins() {
    let before = tree(&[("a", &lines(0..60)), ("b", &lines(0..90)), ("c", &lines(0..70))]);
    let after = tree(&[("n", &lines(0..100))]);
    assert_eq!(pairs(&before, &after), expected(&[("b", "n", 90)]));
}

#[test]
fn a_base_name_unique_on_both_sides_goes_before_the_best_content() {
    let before = tree(&[("a/lib.rs", &lines(0..100)), ("a/other.rs", &lines(0..109))]);
    let after = tree(&[("b/lib.rs", &lines(0..110))]);
    assert_eq!(pairs(&before, &after), expected(&[("a/lib.rs", "b/lib.rs", 90)]));
}

#[test]
fn line_ends_do_not_count_in_text() {
    let before = tree(&[("a", &lines(0..50))]);
    let after = tree(&[("b", &lines(0..50).replace('\n', "\r\n"))]);
    let found = pairs(&before, &after);
    assert_eq!(found.len(), 1);
    assert!(found[0].2 > 90, "{found:?}");
}

#[test]
fn symlinks_pair_only_when_identical() {
    let link = |target: &str| File { mode: Mode::Symlink, content: target.as_bytes().to_vec() };
    let one = |path: &str, file: File| Tree::from([(RepoPath::from(path), file)]);
    assert_eq!(pairs(&one("a", link("t")), &one("b", link("t"))), expected(&[("a", "b", 100)]));
    assert!(pairs(&one("a", link("target1")), &one("b", link("target2"))).is_empty());
    assert!(pairs(&one("a", link("t")), &one("b", File::regular("t"))).is_empty(), "a link is no file");
}

#[test]
fn nothing_is_read_when_ids_or_sizes_decide() {
    let reads = |before: &Tree, after: &Tree| {
        let (set, memory) = memory::change_set(before, after);
        let contents = Counting { memory, reads: Cell::new(0) };
        detect(&set, &contents);
        contents.reads.get()
    };
    assert_eq!(reads(&tree(&[("a", "x")]), &tree(&[("b", "x")])), 0, "equal ids");
    assert_eq!(reads(&tree(&[("a", "x")]), &tree(&[("a", "y"), ("b", "x")])), 0, "nothing deleted");
    assert_eq!(reads(&tree(&[("a", "x")]), &tree(&[("b", &lines(0..9))])), 0, "sizes far apart");
    assert_eq!(reads(&tree(&[("a", "xy")]), &tree(&[("b", "xz")])), 2);
}

#[test]
fn lookups_find_both_ends() {
    let before = tree(&[("z1", "one"), ("z2", "two"), ("z3", "three")]);
    let after = tree(&[("a1", "three"), ("a2", "two"), ("a3", "fresh and much longer than the others")]);
    let (set, contents) = memory::change_set(&before, &after);
    let renames = detect(&set, &contents);
    let index = |path: &str| set.changes.iter().position(|change| change.path == RepoPath::from(path)).expect("listed");
    assert_eq!(renames.of_new(index("a1")).map(|pair| pair.from), Some(index("z3")));
    assert_eq!(renames.of_old(index("z2")).map(|pair| pair.to), Some(index("a2")));
    assert_eq!(renames.of_old(index("z1")), None);
    assert_eq!(renames.of_new(index("a3")), None);
}

#[test]
fn beyond_the_limit_only_equal_content_is_paired_and_it_is_said() {
    let many = |prefix: &str, salt: u32| -> Tree {
        (0..1001).map(|n| (RepoPath::new(format!("{prefix}{n}")), File::regular(format!("{}", n + salt)))).collect()
    };
    let mut before = many("old", 1_000_000);
    let mut after = many("new", 2_000_000);
    before.insert(RepoPath::from("a"), File::regular("same"));
    after.insert(RepoPath::from("b"), File::regular("same"));
    let (set, contents) = memory::change_set(&before, &after);
    let renames = detect(&set, &contents);
    assert_eq!(named(&set, &renames), expected(&[("a", "b", 100)]));
    assert!(renames.skipped.expect("said").contains("1001 deleted and 1001 added"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let (set, _) = memory::change_set(&tree(&[("a", "xy")]), &tree(&[("b", "xz")]));
    let renames = detect(&set, &Memory::default());
    assert!(renames.pairs.is_empty());
    assert_eq!(renames.skipped.as_deref(), Some("2 files could not be read to look for renames"));
}

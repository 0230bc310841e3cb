use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::*;
use crate::analyze::facts::Facts;
use crate::model::change::{Change, Incomplete};
use crate::model::content::{
    BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit, read_in_turn,
};
use crate::model::grams::Grams;
use crate::model::lines::LineDiff;
use crate::model::object::{Mode, ObjectId};
use crate::model::paths::PathList;

/// Two states in memory that count what is read. The number of an id is the index of a blob.
#[derive(Default)]
struct Trees {
    blobs: Vec<Vec<u8>>,
    before: Vec<(RepoPath, Side)>,
    reads: Cell<usize>,
    missing: Option<usize>,
    grams: RefCell<FxHashMap<ObjectId, Grams>>,
}

impl Contents for Trees {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.read(path, side).map(|content| content.len() as u64)
    }

    fn read(&self, _: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        self.reads.set(self.reads.get() + 1);
        let at = usize::from(side.id.as_bytes()[0]) - 1;
        if self.missing == Some(at) {
            return Err(Unreadable::Missing);
        }
        Ok(Bytes::from(self.blobs[at].as_slice()))
    }

    fn leaves(&self, _: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        Some(self.before.clone())
    }

    fn paths(&self, _: ObjectId) -> Option<PathList> {
        None
    }

    fn side_in(&self, _: ObjectId, _: &RepoPath) -> Option<Option<Side>> {
        None
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        Some(self)
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

impl Notes for Trees {
    fn grams(&self, id: ObjectId) -> Option<Grams> {
        self.grams.borrow().get(&id).cloned()
    }

    fn note(&self, id: ObjectId, text: &[u8], size: u64) {
        self.grams.borrow_mut().insert(id, Grams::of(text, size));
    }
}

impl Trees {
    fn blob(&mut self, content: &[u8]) -> Side {
        self.blobs.push(content.to_vec());
        let number = u8::try_from(self.blobs.len()).expect("few");
        Side { mode: Mode::File, id: ObjectId::from_bytes(&[number; 20]).expect("20 bytes") }
    }
}

/// A path with its content in both states.
type File<'a> = (&'a str, Option<&'a [u8]>, Option<&'a [u8]>);

fn trees(files: &[File<'_>]) -> (ChangeSet, Trees) {
    let mut trees = Trees::default();
    let mut changes = Vec::new();
    for (path, before, after) in files {
        let path = RepoPath::from(*path);
        let old = before.map(|content| trees.blob(content));
        trees.before.extend(old.map(|side| (path.clone(), side)));
        if before != after {
            let new = after.map(|content| trees.blob(content));
            changes.push(Change { path, old, new, other_olds: Vec::new() });
        }
    }
    let base = ObjectId::from_bytes(&[255; 20]);
    let set = ChangeSet {
        subject: Subject::Staged,
        changes,
        base,
        merge: false,
        engine: Engine::Memory,
        incomplete: Vec::new(),
    };
    (set, trees)
}

fn needle(text: &str) -> Needle {
    Needle::new(text).expect("not empty")
}

fn shown(places: &[Place]) -> Vec<String> {
    places.iter().map(|place| format!("{}:{}", place.path, place.line)).collect()
}

#[test]
fn both_states_are_searched_and_the_touched_files_come_first() {
    let (set, contents) = trees(&[
        ("a", Some(b"x\nold\n"), Some(b"x\nold\n")),
        ("b", Some(b"old"), Some(b"new")),
        ("c", Some(b"-"), Some(b"\n\nold;")),
        ("d", Some(b"old"), None),
    ]);
    let facts = Facts::new(&set, &contents);
    let found = facts.search(&needle("old"));
    assert_eq!(shown(&found.after.whole), ["c:3", "a:2"]);
    assert_eq!(shown(&found.before.whole), ["b:1", "d:1", "a:2"]);
    assert_eq!((found.gap.as_deref(), found.after.within.len()), (None, 0));
    assert!(facts.search(&needle("none")).after.is_empty());
}

#[test]
fn a_part_of_a_longer_word_is_told_from_the_word() {
    let text = "reset\nset_x\nsetä\n x.set(1)\n".as_bytes();
    let (set, contents) = trees(&[("a", None, Some(text)), ("b", None, Some(b"reset")), ("c", None, Some(b"a.set"))]);
    let facts = Facts::new(&set, &contents);
    let found = facts.search(&needle("set"));
    assert_eq!(
        (shown(&found.after.whole), shown(&found.after.within)),
        (vec!["a:4".into(), "c:1".into()], vec!["b:1".into()])
    );
    // What begins with a sign stands for itself behind any letter.
    assert_eq!(shown(&facts.search(&needle(".set")).after.whole), ["a:4", "c:1"]);
}

#[test]
fn what_is_part_of_a_longer_text_does_not_count() {
    let (set, contents) = trees(&[("a", None, Some(b"a.b.c a.b.c")), ("b", None, Some(b"a.b.c\na.b d"))]);
    let facts = Facts::new(&set, &contents);
    let found = facts.search(&needle("a.b").outside("a.b.c"));
    assert_eq!(shown(&found.after.whole), ["b:2"]);
    assert_eq!(shown(&facts.search(&needle("a.b")).after.whole), ["a:1", "b:1"]);
}

#[test]
fn one_pass_answers_all_that_was_announced() {
    let (set, contents) = trees(&[("a", Some(b"one"), Some(b"one")), ("b", Some(b"two"), Some(b"two three"))]);
    let facts = Facts::new(&set, &contents);
    for text in ["one", "two", "three", "two"] {
        facts.will_search(needle(text));
    }
    assert_eq!(contents.reads.get(), 0);
    assert_eq!(shown(&facts.search(&needle("three")).after.whole), ["b:1"]);
    let reads = contents.reads.get();
    assert_eq!(shown(&facts.search(&needle("one")).after.whole), ["a:1"]);
    assert_eq!(shown(&facts.search(&needle("two")).before.whole), ["b:1"]);
    assert_eq!(contents.reads.get(), reads);
}

#[test]
fn what_a_text_surely_does_not_hold_is_not_looked_for_in_it_again() {
    let names: Vec<String> = (0..40).map(|n| format!("f{n:02}")).collect();
    let texts: Vec<Vec<u8>> = (0..40).map(|n| format!("the text of number {n}\n").into_bytes()).collect();
    let files: Vec<_> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), Some(&text[..]), Some(&text[..]))).collect();
    let (set, contents) = trees(&files);
    let run = |text: &str| pass::run(&[needle(text)], &set, &contents.before, &contents, 10_000);
    let reads = || contents.reads.replace(0);
    let (first, bytes) = run("number 17");
    assert!(reads() >= 80, "the size of each, and its content");
    let (again, counted) = run("number 17");
    assert_eq!((&again, counted), (&first, bytes), "what was not read counts");
    assert!(reads() <= 4, "those of one file, or of two");
    assert!(run("nowhere").0[0].after.is_empty() && reads() == 0);
    let bounded = || pass::run(&[needle("number 39")], &set, &contents.before, &contents, 500);
    let noted = bounded();
    contents.grams.take();
    assert_eq!(noted, bounded(), "the bound is where it was");
    assert!(noted.0[0].gap.is_some());
}

#[test]
fn only_files_in_scope_are_read() {
    let (set, mut contents) = trees(&[("a/x", Some(b"old"), Some(b"old")), ("b/x", Some(b"old"), Some(b"new"))]);
    contents.missing = Some(0);
    let facts = Facts::new(&set, &contents);
    let below = |folder: &'static str| {
        needle("old")
            .within(vec![folder.to_owned()], Rc::new(move |path| path.as_bytes().starts_with(folder.as_bytes())))
    };
    let found = facts.search(&below("b/"));
    assert_eq!((found.gap.as_deref(), shown(&found.before.whole)), (None, vec!["b/x:1".to_owned()]));
    assert!(found.after.is_empty());
    let found = facts.search(&below("a/"));
    assert!(found.gap.as_deref().is_some_and(|gap| gap.contains("`a/x`") && gap.contains("missing")), "{found:?}");
}

#[test]
fn what_is_no_text_is_counted() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let (mut set, mut contents) = trees(&[
        ("a.bin", None, Some(b"old\0")),
        ("b.dat", Some(pointer), Some(pointer)),
        ("c.txt", None, Some(b"\xff\xfeo\0l\0d\0")),
        ("d", None, Some(b"old")),
    ]);
    let link = contents.blob(b"old");
    contents.before.push((RepoPath::from("sub"), Side { mode: Mode::Gitlink, id: link.id }));
    contents.before.push((RepoPath::from("way"), Side { mode: Mode::Symlink, id: link.id }));
    let found = Facts::new(&set, &contents).search(&needle("old"));
    assert_eq!(shown(&found.after.whole), ["c.txt:1", "d:1"]);
    assert_eq!(found.skipped, Skipped { binary: 1, lfs_pointers: 1, submodules: 1 });
    set.merge = true;
    assert!(Facts::new(&set, &contents).search(&needle("old")).gap.is_some());
}

#[test]
fn what_is_not_wholly_known_is_not_searched() {
    let (whole, contents) = trees(&[("a", Some(b"x"), Some(b"y"))]);
    let gap = |change: fn(&mut ChangeSet)| {
        let mut set = whole.clone();
        change(&mut set);
        Facts::new(&set, &contents).search(&needle("y")).gap.clone()
    };
    assert_eq!(gap(|_| {}), None);
    assert!(gap(|set| set.engine = Engine::Patch).is_some());
    assert!(gap(|set| set.incomplete.push(Incomplete { path: None, reason: "x".into() })).is_some());
}

#[test]
fn enough_places_end_a_search() {
    let names: Vec<String> = (0..40).map(|n| format!("f{n:02}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), Some(&b"old"[..]), Some(&b"old"[..]))).collect();
    let (set, contents) = trees(&files);
    let found = Facts::new(&set, &contents).search(&needle("old"));
    assert_eq!(found.after.whole.len(), MAX_PLACES);
    assert!(contents.reads.get() <= 2 * (MAX_PLACES + 1), "{}", contents.reads.get());
}

#[test]
fn bounds_are_told() {
    let (set, contents) = trees(&[("a", None, Some(b"12345")), ("b", None, Some(b"old"))]);
    let needles = [needle("old"), needle("12345")];
    let (found, read) = pass::run(&needles, &set, &[], &contents, 6);
    assert_eq!(read, 5);
    assert!(found.iter().all(|found| found.gap.as_deref().is_some_and(|gap| gap.contains("bound of 6 bytes"))));
    assert_eq!(shown(&found[1].after.whole), ["a:1"]);
    let facts = Facts::new(&set, &contents);
    (0..=MAX_NEEDLES).for_each(|n| facts.will_search(needle(&format!("n{n}"))));
    assert_eq!(facts.search(&needle("n0")).gap, None);
    assert!(facts.search(&needle(&format!("n{MAX_NEEDLES}"))).gap.is_some());
}

//! `docs-only`, `tests-only`, `no-code-change`: from the class of each path, and for source files from what is left of
//! their lines without comments.
//!
//! A contradiction needs a changed line that surely is code, in a file that surely is source of the kind the claim rules
//! out. Everything else that does not fit is `uncheckable`.

use super::Ruling;
use super::picture::Picture;
use crate::analyze::classify::Classes;
use crate::analyze::code_lines::{self, Class, Regions};
use crate::model::change::Change;
use crate::model::content::Bytes;
use crate::model::lines::Lines;
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// What a change did to one file, as far as these claims care.
enum Touch {
    /// Nothing that a program runs.
    Quiet,
    /// A line that surely is code, 1-based, in the new file or else the old one.
    Code(u32),
    Doubt(&'static str),
    Unread,
}

pub(super) fn docs_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, "every change is to documents or comments", |index, change, classes| {
        if classes.document && !classes.code {
            return Touch::Quiet;
        }
        match touch(picture, index, change, classes) {
            Touch::Code(_) if in_folder_about(&change.path, DOCUMENTATION) => {
                Touch::Doubt("is code of the documentation")
            }
            touch => touch,
        }
    })
}

pub(super) fn no_code_change(picture: &Picture<'_>) -> Ruling {
    judge(picture, "no line of code changed", |index, change, classes| {
        if (classes.document || classes.lock_file) && !classes.code {
            return Touch::Quiet;
        }
        match touch(picture, index, change, classes) {
            Touch::Code(_) if classes.test => Touch::Doubt("is test code"),
            Touch::Code(_) if in_folder_about(&change.path, DOCUMENTATION) => {
                Touch::Doubt("is code of the documentation")
            }
            touch => touch,
        }
    })
}

pub(super) fn tests_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, "every changed file is a test", |index, change, classes| {
        if classes.test {
            return Touch::Quiet;
        }
        if in_folder_about(&change.path, TEST_SUPPORT) {
            return Touch::Doubt("may be support for tests");
        }
        match touch(picture, index, change, classes) {
            Touch::Quiet => Touch::Doubt("is no test"),
            Touch::Code(line) if !may_hold_tests(picture, index, &change.path) => Touch::Code(line),
            Touch::Code(_) => Touch::Doubt("may hold tests among its code"),
            touch => touch,
        }
    })
}

/// Words in a path that tell of documentation: its site, its examples.
const DOCUMENTATION: &[&str] = &["doc", "website", "site", "example", "sample", "tutorial", "guide", "demo", "wiki"];

/// Words in a path that tell of support for tests.
const TEST_SUPPORT: &[&str] =
    &["test", "spec", "mock", "fixture", "e2e", "cypress", "playwright", "bench", "example", "fake", "stub", "stories"];

/// Languages whose tests live in files of their own.
const TESTS_APART: &[&[u8]] = &[b"go", b"java", b"kt", b"cs", b"php", b"rb", b"swift"];

fn judge(picture: &Picture<'_>, holds: &str, look: impl Fn(usize, &Change, Classes) -> Touch) -> Ruling {
    if picture.facts.set().merge {
        return Ruling::unsupported("of a merge, only what differs from every parent is known");
    }
    let mut doubt = None;
    let mut unread = None;
    for (index, change) in picture.changes() {
        match look(index, change, picture.facts.classes(index)) {
            Touch::Quiet => {}
            Touch::Code(line) => {
                return Ruling::contradicted(format!("code changed: `{}`, line {line}", change.path))
                    .with([change.path.to_wire(), format!("line {line}")]);
            }
            Touch::Doubt(why) => {
                doubt.get_or_insert((&change.path, why));
            }
            Touch::Unread => {
                unread.get_or_insert(&change.path);
            }
        }
    }
    if let Some(path) = unread {
        return Ruling::unsupported(format!("the content of `{path}` could not be read")).with([path.to_wire()]);
    }
    if let Some((path, why)) = doubt {
        return Ruling::uncheckable(format!("`{path}` {why}")).with([path.to_wire()]);
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported(holds),
    }
}

/// What happened in one source file.
fn touch(picture: &Picture<'_>, index: usize, change: &Change, classes: Classes) -> Touch {
    if classes.generated || classes.vendored {
        return Touch::Doubt("is generated or vendored");
    }
    if [change.old, change.new].iter().flatten().any(|side| matches!(side.mode, Mode::Symlink | Mode::Gitlink)) {
        return Touch::Doubt("is a link");
    }
    let Some(language) = code_lines::language_of(&change.path).filter(|_| classes.code) else {
        return Touch::Doubt("is neither a document nor source this version can read");
    };
    let facts = picture.facts;
    if facts.renames().of_old(index).is_some() || facts.renames().of_new(index).is_some() {
        // The other path of the pair may be of another language; moving code is no line of code changed.
        return Touch::Doubt("moved");
    }
    if change.is_mode_only() {
        return Touch::Doubt("has another mode");
    }
    let Some(diff) = facts.lines(index) else { return Touch::Unread };
    if diff.binary {
        return Touch::Doubt("is binary");
    }
    let side = |exists: bool, content: Option<Bytes>| if exists { content } else { Some(Bytes::from([])) };
    let old = side(change.old.is_some(), facts.old_content(index));
    let new = side(change.new.is_some(), facts.new_content(index));
    let (Some(old), Some(new)) = (old, new) else { return Touch::Unread };
    compare(&Stripped::of(language, &old, &diff.deleted), &Stripped::of(language, &new, &diff.added))
}

/// Changed lines without comments, empty ones left out, with their numbers.
struct Stripped {
    lines: Vec<Line>,
    doubtful: bool,
}

struct Line {
    number: u32,
    /// Without comments and the white space at the end.
    text: Vec<u8>,
    /// Without strings and all white space as well.
    bare: Vec<u8>,
}

impl Stripped {
    fn of(language: code_lines::Language, text: &[u8], changed: &Lines) -> Self {
        let regions = Regions::of(language, text);
        let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
        let mut stripped = Self { lines: Vec::new(), doubtful: false };
        for line in changed.iter() {
            let start = usize::try_from(line.number).ok().and_then(|number| starts.get(number.checked_sub(1)?));
            let Some(start) = start else {
                stripped.doubtful = true;
                continue;
            };
            let mut kept = Vec::new();
            let mut bare = Vec::new();
            for (offset, byte) in line.text.iter().enumerate() {
                match regions.class_at(start + offset) {
                    Some(Class::Code) => {
                        kept.push(*byte);
                        bare.extend((!byte.is_ascii_whitespace()).then_some(*byte));
                    }
                    Some(Class::String) => kept.push(*byte),
                    Some(Class::Comment | Class::DocString) => {}
                    None => stripped.doubtful = true,
                }
            }
            kept.truncate(kept.trim_ascii_end().len());
            // A line of nothing but a string's inside may be text for people.
            stripped.doubtful |= bare.is_empty() && !kept.is_empty();
            if !bare.is_empty() {
                stripped.lines.push(Line { number: line.number, text: kept, bare });
            }
        }
        stripped
    }

    fn packed(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| &line.text).copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
    }

    fn bare(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| &line.bare).copied().collect()
    }
}

fn compare(old: &Stripped, new: &Stripped) -> Touch {
    if old.doubtful || new.doubtful {
        return Touch::Doubt("has changed lines that may be code or not");
    }
    if old.lines.iter().map(|line| &line.text).eq(new.lines.iter().map(|line| &line.text)) {
        return Touch::Quiet;
    }
    if old.packed() == new.packed() {
        return Touch::Doubt("has code laid out anew");
    }
    // A string may be a message or a link, which is documentation to some and code to others.
    if old.bare() == new.bare() {
        return Touch::Doubt("has changes inside strings only");
    }
    let pairs = new.lines.iter().zip(old.lines.iter().map(Some).chain(std::iter::repeat(None)));
    let mut differing =
        pairs.filter(|(new, old)| old.is_none_or(|old| old.bare != new.bare)).map(|(new, _)| new.number);
    match differing.next().or_else(|| old.lines.get(new.lines.len()).map(|line| line.number)) {
        Some(line) => Touch::Code(line),
        None => Touch::Doubt("has changed lines that may be code or not"),
    }
}

/// Does some component of the path begin with, or hold as a word of its own, one of these?
fn in_folder_about(path: &RepoPath, words: &[&str]) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    words.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}

/// Can tests live among the code of this file?
fn may_hold_tests(picture: &Picture<'_>, index: usize, path: &RepoPath) -> bool {
    if path.extension().is_some_and(|extension| TESTS_APART.contains(&extension)) {
        return false;
    }
    let sides = [picture.facts.old_content(index), picture.facts.new_content(index)];
    sides.into_iter().flatten().any(|content| {
        let lower = content.to_ascii_lowercase();
        [&b"test"[..], b">>>"].iter().any(|sign| memchr::memmem::find(&lower, sign).is_some())
    })
}

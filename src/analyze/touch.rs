//! What a change did to one source file once comments, documentation strings and layout are set aside.
//!
//! [`Touch::Code`] is said only where a changed line surely is code; every doubt has its own name, and a caller that
//! accuses must not build on it.

use rustc_hash::FxHashMap;

use crate::analyze::classify::Classes;
use crate::analyze::code_lines::{self, Class, Regions};
use crate::analyze::facts::Facts;
use crate::model::change::Change;
use crate::model::content::Bytes;
use crate::model::lines::{LineDiff, Lines};
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// What a change did to one file.
pub enum Touch {
    /// Nothing that a program runs.
    Quiet,
    /// A line that surely is code, 1-based, in the new file or else the old one.
    Code(u32),
    Doubt(&'static str),
    Unread,
}

/// Words in a path that tell of documentation: its site, its examples.
pub const DOCUMENTATION: &[&str] =
    &["doc", "website", "site", "example", "sample", "tutorial", "guide", "demo", "wiki", "playground"];

/// Words in a path that tell of support for tests.
pub const TEST_SUPPORT: &[&str] = &[
    "test",
    "spec",
    "mock",
    "fixture",
    "e2e",
    "cypress",
    "playwright",
    "bench",
    "example",
    "fake",
    "stub",
    "stories",
    "playground",
];

/// Languages whose tests live in files of their own.
const TESTS_APART: &[&[u8]] = &[b"go", b"java", b"kt", b"cs", b"php", b"rb", b"swift"];

/// What happened in one source file.
pub fn touch(facts: &Facts<'_>, index: usize, change: &Change, classes: Classes) -> Touch {
    if classes.generated || classes.vendored {
        return Touch::Doubt("is generated or vendored");
    }
    if [change.old, change.new].iter().flatten().any(|side| matches!(side.mode, Mode::Symlink | Mode::Gitlink)) {
        return Touch::Doubt("is a link");
    }
    let Some(language) = code_lines::language_of(&change.path).filter(|_| classes.code) else {
        return Touch::Doubt("is neither a document nor source this version can read");
    };
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
    let sides = [Stripped::of(language, &old, &diff.deleted), Stripped::of(language, &new, &diff.added)];
    match compare(&sides[0], &sides[1]) {
        // The same lines may stand in another order, and what is now inside of a comment is no changed line.
        Touch::Quiet => stayed(language, [&old, &new], &sides[1]),
        touch => touch,
    }
}

/// Changed lines that hold the same code: does all of the file, too?
fn stayed(language: code_lines::Language, sides: [&[u8]; 2], changed: &Stripped) -> Touch {
    let [Some(old), Some(new)] = sides.map(|text| code_of(language, text)) else {
        return Touch::Doubt("has changed lines that may be code or not");
    };
    if old == new {
        return Touch::Quiet;
    }
    if changed.lines.len() >= BLOCK {
        return Touch::Doubt(MOVED);
    }
    first_word(&changed.lines).map_or(Touch::Doubt("has code that was made a comment, or the reverse"), Touch::Code)
}

/// A text without comments and white space; `None` where it cannot be told what some byte belongs to.
fn code_of(language: code_lines::Language, text: &[u8]) -> Option<Vec<u8>> {
    let regions = Regions::of(language, text);
    let mut code = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace()) {
        match regions.class_at(at)? {
            Class::Code | Class::String => code.push(*byte),
            Class::Comment | Class::DocString => {}
        }
    }
    Some(code)
}

/// The changed lines of a file that was edited where it stands: a regular file that did not move, and that no tool made.
pub fn edited<'a>(facts: &'a Facts<'_>, index: usize) -> Option<&'a LineDiff> {
    let change = facts.set().changes.get(index)?;
    let moved = facts.renames().of_old(index).is_some() || facts.renames().of_new(index).is_some();
    let regular = [change.old, change.new].iter().flatten().all(|side| side.mode.is_regular());
    let classes = facts.classes(index);
    if moved || !regular || classes.generated || classes.vendored || change.is_mode_only() {
        return None;
    }
    facts.lines(index).filter(|diff| !diff.binary)
}

/// The first changed line that surely is code, in a file whose other changed lines may be code or not: outside of strings
/// and comments it has words that no line of the other side has, however they are laid out.
pub fn certain(facts: &Facts<'_>, index: usize) -> Option<u32> {
    certain_as(facts.language(index)?, facts, index)
}

/// The same for a file whose language its path does not tell.
pub fn certain_as(language: code_lines::Language, facts: &Facts<'_>, index: usize) -> Option<u32> {
    let change = facts.set().changes.get(index)?;
    let diff = edited(facts, index)?;
    let side = |exists: bool, content: Option<Bytes>| if exists { content } else { Some(Bytes::from([])) };
    let old = side(change.old.is_some(), facts.old_content(index))?;
    let new = side(change.new.is_some(), facts.new_content(index))?;
    let sides = [Stripped::of(language, &old, &diff.deleted), Stripped::of(language, &new, &diff.added)];
    // Where the bounds of strings or comments are in doubt, nothing is sure.
    if sides.iter().any(|side| side.unknown) {
        return None;
    }
    let [old, new] = sides;
    let packed = [old.bare(), new.bare()].map(|bare| without_layout(&bare));
    let differs = |line: &&Line, other: &[u8]| {
        let bare = without_layout(&line.bare);
        line.has_word() && bare.len() >= 4 && memchr::memmem::find(other, &bare).is_none()
    };
    let [in_old, in_new] = &packed;
    let found = new.lines.iter().find(|line| differs(line, in_old));
    found.or_else(|| old.lines.iter().find(|line| differs(line, in_new))).map(|line| line.number)
}

/// Is what changed in this source file for the most part the inside of strings: entries of a list of texts?
pub fn is_mostly_text(facts: &Facts<'_>, index: usize) -> bool {
    let Some((language, diff)) = facts.language(index).zip(facts.lines(index)) else { return false };
    let sides = [(facts.old_content(index), &diff.deleted), (facts.new_content(index), &diff.added)];
    let (mut all, mut bare) = (0, 0);
    for (content, lines) in sides {
        let Some(content) = content else { continue };
        let stripped = Stripped::of(language, &content, lines);
        all += stripped.packed().len();
        bare += stripped.bare().len();
    }
    all > 3 * bare
}

/// Changed lines without comments, empty ones left out, with their numbers.
struct Stripped {
    lines: Vec<Line>,
    doubtful: bool,
    /// Of some byte it could not be told what it belongs to.
    unknown: bool,
}

struct Line {
    number: u32,
    /// Without comments and the white space at the end.
    text: Vec<u8>,
    /// Without strings and all white space as well.
    bare: Vec<u8>,
}

impl Line {
    /// Signs alone, such as the `+` between two strings, are no code to speak of.
    fn has_word(&self) -> bool {
        self.bare.iter().any(u8::is_ascii_alphanumeric)
    }
}

/// Formatters add and take away these, and a backslash where a line goes on.
fn without_layout(packed: &[u8]) -> Vec<u8> {
    packed.iter().copied().filter(|byte| !b"(){},;\\".contains(byte)).collect()
}

/// Lists of strings get longer, and formatters end them with a comma.
fn words_and_signs(bare: &[u8]) -> Vec<u8> {
    bare.iter().copied().filter(|byte| *byte != b',').collect()
}

fn first_word(lines: &[Line]) -> Option<u32> {
    lines.iter().find(|line| line.has_word()).map(|line| line.number)
}

impl Stripped {
    fn of(language: code_lines::Language, text: &[u8], changed: &Lines) -> Self {
        let regions = Regions::of(language, text);
        let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
        let mut stripped = Self { lines: Vec::new(), doubtful: false, unknown: false };
        for line in changed.iter() {
            let start = usize::try_from(line.number).ok().and_then(|number| starts.get(number.checked_sub(1)?));
            let Some(start) = start else {
                (stripped.doubtful, stripped.unknown) = (true, true);
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
                    None => (stripped.doubtful, stripped.unknown) = (true, true),
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

    /// The code of every line.
    fn packed_lines(&self) -> Vec<Vec<u8>> {
        let packed = |line: &Line| without_layout(&line.text).into_iter().filter(|byte| !byte.is_ascii_whitespace());
        let mut lines: Vec<Vec<u8>> = self.lines.iter().map(|line| packed(line).collect()).collect();
        lines.retain(|line| !line.is_empty());
        lines
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
    if without_layout(&old.packed()) == without_layout(&new.packed()) {
        return Touch::Doubt("has code laid out anew");
    }
    if mostly_moved(old.packed_lines(), new.packed_lines()) {
        return Touch::Doubt(MOVED);
    }
    // A string may be a message or a link, which is documentation to some and code to others; a list of them may grow.
    if words_and_signs(&old.bare()) == words_and_signs(&new.bare()) {
        return Touch::Doubt("has changes inside strings only");
    }
    let pairs = new.lines.iter().zip(old.lines.iter().map(Some).chain(std::iter::repeat(None)));
    let differs = |new: &Line, old: Option<&Line>| old.is_none_or(|old| old.bare != new.bare) && new.has_word();
    let mut differing = pairs.filter(|(new, old)| differs(new, *old)).map(|(new, _)| new.number);
    match differing.next().or_else(|| old.lines.get(new.lines.len()..).and_then(first_word)) {
        Some(line) => Touch::Code(line),
        None => Touch::Doubt("has changed lines that may be code or not"),
    }
}

/// Do both sides have the same lines, or so many of them that the rest is what moving takes: a declaration in front, a comment
/// that was code?
fn mostly_moved(old: Vec<Vec<u8>>, new: Vec<Vec<u8>>) -> bool {
    let all = old.len() + new.len();
    let mut counts: FxHashMap<Vec<u8>, isize> = FxHashMap::default();
    for (lines, sign) in [(old, 1), (new, -1)] {
        for line in lines {
            *counts.entry(line).or_default() += sign;
        }
    }
    let apart: usize = counts.values().map(|count| count.unsigned_abs()).sum();
    if all >= MANY { 20 * apart <= all } else { apart == 0 && all >= 2 * BLOCK }
}

/// Of fewer changed lines every one counts.
const MANY: usize = 20;

/// Fewer lines are statements whose order is code; more of them are a block that stands elsewhere.
const BLOCK: usize = 4;

/// Why nothing is said of code that is only somewhere else.
pub const MOVED: &str = "has code that stands in another order";

/// Does some component of the path begin with, or hold as a word of its own, one of these?
pub fn in_folder_about(path: &RepoPath, words: &[&str]) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    words.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}

/// Can tests live among the code of this file?
pub fn may_hold_tests(facts: &Facts<'_>, index: usize, path: &RepoPath) -> bool {
    if path.extension().is_some_and(|extension| TESTS_APART.contains(&extension)) {
        return false;
    }
    let sides = [facts.old_content(index), facts.new_content(index)];
    sides.into_iter().flatten().any(|content| {
        let lower = content.to_ascii_lowercase();
        [&b"test"[..], b">>>"].iter().any(|sign| memchr::memmem::find(&lower, sign).is_some())
    })
}

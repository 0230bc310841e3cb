//! Blocks of lines that were deleted in one place and added in another, of the same file or another one.
//!
//! Lines are compared without the white space around them; how far they are indented may differ, but by the same for
//! the whole block, or it would mean something else where indentation does. A block has several lines that say
//! something: a brace or an `else` stands everywhere.

use rustc_hash::FxHashMap;

use crate::model::lines::Lines;

use super::{File, Nature, Natures};

/// A block has at least this many lines that are not blank,
const MIN_LINES: usize = 3;

/// and this many letters and digits.
const MIN_LETTERS: usize = 40;

/// A line that was deleted more often than this starts no block: it is boilerplate, or made to cost time.
const MAX_PLACES: usize = 16;

/// The most lines compared in one change.
const MAX_STEPS: usize = 4_000_000;

/// A deleted line: the file's index and the row among its deleted lines.
type Place = (usize, usize);

pub(super) fn mark(files: &[Option<File<'_>>], natures: &mut [Natures]) {
    let mut places: FxHashMap<&[u8], Vec<Place>> = FxHashMap::default();
    for (index, file) in files.iter().enumerate() {
        let Some(deleted) = lines_of(file.as_ref(), |file| &file.diff.deleted) else { continue };
        for (row, line) in deleted.iter().enumerate() {
            let text = line.text.trim_ascii();
            let is_real = natures.get(index).and_then(|natures| natures.deleted.get(row)) == Some(&Nature::Real);
            if is_real && !text.is_empty() {
                places.entry(text).or_default().push((index, row));
            }
        }
    }
    if places.is_empty() {
        return;
    }
    let mut steps = MAX_STEPS;
    for index in 0..files.len() {
        let Some(added) = lines_of(files.get(index).and_then(Option::as_ref), |file| &file.diff.added) else {
            continue;
        };
        let mut row = 0;
        while row < added.len() {
            let taken = longest(files, natures, &places, (index, row), added, &mut steps);
            if let Some((from, length)) = taken {
                take(natures, (index, row), from, length);
            }
            row += taken.map_or(1, |(_, length)| length);
        }
    }
}

fn lines_of<'a>(file: Option<&File<'a>>, side: fn(&File<'a>) -> &'a Lines) -> Option<&'a Lines> {
    file.filter(|file| !file.diff.binary).map(side)
}

fn take(natures: &mut [Natures], to: Place, from: Place, length: usize) {
    for step in 0..length {
        if let Some(slot) = natures.get_mut(to.0).and_then(|natures| natures.added.get_mut(to.1 + step)) {
            *slot = Nature::Moved;
        }
        if let Some(slot) = natures.get_mut(from.0).and_then(|natures| natures.deleted.get_mut(from.1 + step)) {
            *slot = Nature::Moved;
        }
    }
}

/// The longest deleted block that the added lines from `to` on repeat, and its length.
fn longest(
    files: &[Option<File<'_>>],
    natures: &[Natures],
    places: &FxHashMap<&[u8], Vec<Place>>,
    to: Place,
    added: &Lines,
    steps: &mut usize,
) -> Option<(Place, usize)> {
    let first = added.at(to.1)?.0.text.trim_ascii();
    let candidates = places.get(first).filter(|places| places.len() <= MAX_PLACES)?;
    let mut best: Option<(Place, usize)> = None;
    for from in candidates {
        let Some(deleted) = lines_of(files.get(from.0).and_then(Option::as_ref), |file| &file.diff.deleted) else {
            continue;
        };
        let is_free = |step: usize| {
            let kept = natures.get(from.0).and_then(|natures| natures.deleted.get(from.1 + step));
            let new = natures.get(to.0).and_then(|natures| natures.added.get(to.1 + step));
            kept == Some(&Nature::Real) && new == Some(&Nature::Real)
        };
        let length = common(deleted, from.1, added, to.1, is_free, steps);
        if length > best.map_or(0, |(_, length)| length) {
            best = Some((*from, length));
        }
    }
    best
}

/// How many lines from here on are the same block on both sides; 0 where they are too few to tell.
fn common(
    deleted: &Lines,
    from: usize,
    added: &Lines,
    to: usize,
    is_free: impl Fn(usize) -> bool,
    steps: &mut usize,
) -> usize {
    let (mut length, mut lines, mut letters) = (0, 0, 0);
    let mut end = 0;
    let mut shift: Option<(&[u8], &[u8])> = None;
    let (Some((first_old, _)), Some((first_new, _))) = (deleted.at(from), added.at(to)) else { return 0 };
    while *steps > 0 && is_free(length) {
        *steps -= 1;
        let (Some((old, _)), Some((new, _))) = (deleted.at(from + length), added.at(to + length)) else { break };
        let step = u32::try_from(length).unwrap_or(u32::MAX);
        let unbroken =
            old.number == first_old.number.saturating_add(step) && new.number == first_new.number.saturating_add(step);
        let text = old.text.trim_ascii();
        if !unbroken || text != new.text.trim_ascii() {
            break;
        }
        length += 1;
        if text.is_empty() {
            continue;
        }
        let indents = (indent(old.text), indent(new.text));
        if !same_shift(*shift.get_or_insert(indents), indents) {
            break;
        }
        lines += 1;
        letters += text.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
        // Blank lines at the end belong to what follows.
        end = length;
    }
    if lines >= MIN_LINES && letters >= MIN_LETTERS { end } else { 0 }
}

fn indent(text: &[u8]) -> &[u8] {
    let blank = text.len() - text.trim_ascii_start().len();
    text.get(..blank).unwrap_or_default()
}

/// Is the other line shifted by as much as the first one was? Tabs and blanks together have no known width.
fn same_shift(first: (&[u8], &[u8]), other: (&[u8], &[u8])) -> bool {
    let all = [first.0, first.1, other.0, other.1].concat();
    let one_sort = all.iter().all(|byte| *byte == b' ') || all.iter().all(|byte| *byte == b'\t');
    // `new - old` of both, without a sign to lose.
    first == other || (one_sort && first.1.len() + other.0.len() == other.1.len() + first.0.len())
}

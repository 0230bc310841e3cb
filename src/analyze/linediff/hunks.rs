//! From two texts to their hunks.
//!
//! Git strips common lines from both ends before it compares, but not before it counts: a line that occurs in no or in very many
//! places of the other file is weighed differently (`xdl_cleanup_records` in git's `xdiff/xprepare.c`). So of the lines at the ends
//! those have to be known that occur between them as well; all the others are as good as one and the same.

use std::ops::Range;

use gix_imara_diff::{Algorithm, Diff, InternedInput};

use super::ends::Sides;
use crate::model::lines::Hunk;

/// Above this many hunks the choice of slider position is skipped: it can take longer than the diff itself.
const MAX_SLIDER_HUNKS: usize = 20_000;

/// The choice of slider position looks at no more lines than these around a hunk.
const SLIDER_CONTEXT: usize = 40;

/// The hunks, and the lines they are made of.
pub(super) struct Found {
    pub(super) hunks: Vec<Hunk>,
    /// The number, from 0, of the first line of both `before` and `after`.
    pub(super) first: usize,
    pub(super) before: Vec<Range<usize>>,
    pub(super) after: Vec<Range<usize>>,
}

pub(super) fn of(sides: &Sides<'_>) -> Found {
    let (old, new) = (sides.old, sides.new);
    let mut marks = Marks::default();
    sides.gone.iter().for_each(|line| marks.put(&old[line.clone()]));
    sides.come.iter().for_each(|line| marks.put(&new[line.clone()]));
    let (above, below) = (above(sides, &marks), below(sides, &marks));
    let first = sides.head_lines - above.len();
    // What stands below has another place in the new text.
    let there = |line: &Range<usize>| new.len() - (old.len() - line.start)..new.len() - (old.len() - line.end);
    let before = [above.as_slice(), sides.gone.as_slice(), below.as_slice()].concat();
    let mut after = Vec::with_capacity(above.len() + sides.come.len() + below.len());
    after.extend_from_slice(&above);
    after.extend_from_slice(&sides.come);
    after.extend(below.iter().map(there));
    if old.is_empty() || new.is_empty() {
        let hunk = Hunk { old: 0..number(before.len()), new: 0..number(after.len()) };
        return Found { hunks: vec![hunk], first, before, after };
    }
    let mut input = InternedInput::<&[u8]>::default();
    input.interner.reserve(before.len() + 1);
    let other = input.interner.intern(b"");
    let (gone, come) = (sides.gone.len(), sides.come.len());
    // Where there is but one answer, the ends do not count.
    let is_certain = gone == 0 || come == 0 || gone == 1 && come == 1;
    let mut end = |part: Range<usize>, lines: usize| {
        if is_certain {
            return Vec::new();
        }
        let mut tokens = vec![other; lines];
        for (token, line) in tokens.iter_mut().zip(Split { text: &old[part], start: 0 }) {
            if marks.may_have(line) {
                *token = input.interner.intern(line);
            }
        }
        tokens
    };
    let front = end(0..above.first().map_or(sides.head, |line| line.start), first);
    let back_start = below.last().map_or(old.len() - sides.tail, |line| line.end);
    let back = end(back_start..old.len(), sides.tail_lines - below.len());
    input.before.reserve(front.len() + before.len() + back.len());
    input.before.extend_from_slice(&front);
    input.before.extend(before.iter().map(|line| input.interner.intern(&old[line.clone()])));
    input.after.reserve(front.len() + after.len() + back.len());
    input.after.extend_from_slice(&front);
    like(&mut input, (old, &before), (new, &after), front.len());
    input.before.extend_from_slice(&back);
    input.after.extend_from_slice(&back);
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    if diff.hunks().take(MAX_SLIDER_HUNKS).count() < MAX_SLIDER_HUNKS {
        diff.postprocess_lines(&input);
    }
    let skipped = number(first - front.len());
    let moved = |range: Range<u32>| range.start + skipped..range.end + skipped;
    let hunks = diff.hunks().map(|hunk| Hunk { old: moved(hunk.before), new: moved(hunk.after) }).collect();
    Found { hunks, first, before, after }
}

/// Adds the tokens of the new lines. Most of them stand where the old text has them, too: behind the line that the one before it was
/// the same as. To compare two lines costs less than to look one up.
fn like<'a>(
    input: &mut InternedInput<&'a [u8]>,
    (old, before): (&'a [u8], &[Range<usize>]),
    (new, after): (&'a [u8], &[Range<usize>]),
    front: usize,
) {
    let mut first_places: Vec<usize> =
        vec![usize::MAX; usize::try_from(input.interner.num_tokens()).unwrap_or_default()];
    for (at, token) in input.before[front..].iter().enumerate().rev() {
        first_places[token.0 as usize] = at;
    }
    let mut next = 0;
    for line in after {
        let line = &new[line.clone()];
        if before.get(next).is_some_and(|there| &old[there.clone()] == line) {
            input.after.push(input.before[front + next]);
            next += 1;
            continue;
        }
        let token = input.interner.intern(line);
        input.after.push(token);
        // A line of its own stands instead of one of the old ones, or between two.
        let place = first_places.get(token.0 as usize).filter(|place| **place != usize::MAX);
        next = place.map_or(next, |place| place + 1);
    }
}

/// The lines above the first that differs that a hunk could slide over (they occur in it), and as many more as the choice of its
/// position looks at.
fn above(sides: &Sides<'_>, marks: &Marks) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut end, mut context) = (sides.head, 0);
    while end > 0 && context < SLIDER_CONTEXT {
        let start = memchr::memrchr(b'\n', &sides.old[..end - 1]).map_or(0, |feed| feed + 1);
        if context > 0 || !marks.may_have(&sides.old[start..end]) {
            context += 1;
        }
        found.push(start..end);
        end = start;
    }
    found.reverse();
    found
}

/// The same below the last that differs.
fn below(sides: &Sides<'_>, marks: &Marks) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut context = 0;
    let mut start = sides.old.len() - sides.tail;
    for line in (Split { text: sides.old, start }) {
        if context == SLIDER_CONTEXT {
            break;
        }
        if context > 0 || !marks.may_have(line) {
            context += 1;
        }
        found.push(start..start + line.len());
        start += line.len();
    }
    found
}

/// The lines of a text from some place on.
struct Split<'a> {
    text: &'a [u8],
    start: usize,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.text.get(self.start..).filter(|rest| !rest.is_empty())?;
        let line = memchr::memchr(b'\n', rest).map_or(rest, |feed| &rest[..=feed]);
        self.start += line.len();
        Some(line)
    }
}

/// Some lines, by their length and their last bytes: told apart well enough to leave out most others.
struct Marks([u64; MARKS / 64]);

const MARKS: usize = 4096;

impl Default for Marks {
    fn default() -> Self {
        Self([0; MARKS / 64])
    }
}

impl Marks {
    fn put(&mut self, line: &[u8]) {
        let mark = mark(line);
        self.0[mark / 64] |= 1 << (mark % 64);
    }

    fn may_have(&self, line: &[u8]) -> bool {
        let mark = mark(line);
        self.0[mark / 64] & 1 << (mark % 64) != 0
    }
}

fn mark(line: &[u8]) -> usize {
    let end = match line.last_chunk::<8>() {
        Some(end) => u64::from_le_bytes(*end),
        None => line.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    // The fraction of the golden ratio: Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4).
    let mixed = (end ^ (line.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> (64 - MARKS.ilog2())).unwrap_or_default()
}

fn number(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

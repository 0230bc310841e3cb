//! Which tests are gone for good: neither moved, renamed nor merged, and what they tested is still there.

use rustc_hash::FxHashSet;

use super::files::{File, Text};
use super::pairing::{At, own_name};
use super::replaced::rewritten;
use super::words::{contained, has_word, names};
use super::{Deleted, Work, spot, title};
use crate::analyze::testcode::Test;

/// A test that was merged into another is found there with this much of its words.
const MERGED: f64 = 0.6;

/// Of the words that are its own, beside those it shares with the test the other came from, this much.
const OWN_WORDS: f64 = 0.5;

/// Tests of one change that are looked for in the others, at most.
const MAX_SEARCHED: usize = 2_000;

pub(super) fn deleted(work: &Work<'_>) -> Vec<Deleted> {
    if work.pairs.gone.is_empty() {
        return Vec::new();
    }
    let takers = takers(work);
    let rewritten = rewritten(work);
    let mut unexplained: Vec<At> = Vec::new();
    let mut of_gone_code = vec![0usize; work.files.len()];
    for at in &work.pairs.gone {
        let Some((file, _, test)) = work.old_test(*at) else { continue };
        let gone = work.gone();
        if gone.tested_by(file.old_path.file_name()) || gone.named_in(&test.tokens, own_name(test)) {
            of_gone_code[at.0] += 1;
        } else {
            unexplained.push(*at);
        }
    }
    let mut list = Vec::new();
    for (count, at) in unexplained.into_iter().enumerate() {
        let Some((file, text, test)) = work.old_test(at) else { continue };
        // A file that went with the code it tests takes its smaller tests with it.
        if file.is_gone() && 2 * of_gone_code[at.0] >= text.code.tests.len() {
            continue;
        }
        if count >= MAX_SEARCHED || work.pairs.cut {
            work.doubts.add(&file.old_path, "too many tests changed at once to tell the moved from the deleted");
            continue;
        }
        if rewritten.contains(&at) {
            continue;
        }
        if takers.iter().any(|taker| taker.took(test)) || work.base.test(file, test, &work.doubts).is_none() {
            continue;
        }
        if may_be_unread(work, file, test) {
            work.doubts.add(&file.path, "parts of it could not be parsed, and a test is not found in it any more");
            continue;
        }
        list.push(Deleted {
            name: title(file.grammar, &test.name),
            spot: spot(&file.old_path, text, test.lines.start),
            with_file: file.is_gone(),
        });
    }
    list.sort_by_key(|one| (one.spot.path.clone(), one.spot.line));
    list
}

/// A test that is new or has grown, and may hold what others held.
struct Taker<'a> {
    words: FxHashSet<&'a [u8]>,
    /// The words of the test it was before; none for a new one.
    had: FxHashSet<&'a [u8]>,
}

impl Taker<'_> {
    fn took(&self, test: &Test) -> bool {
        let mut words: FxHashSet<&[u8]> = names(&test.tokens).chain(numbers(&test.tokens)).collect();
        words.remove(own_name(test));
        if contained(&words, &self.words) < MERGED {
            return false;
        }
        if self.had.is_empty() {
            return true;
        }
        let own: FxHashSet<&[u8]> = words.difference(&self.had).copied().collect();
        !own.is_empty() && contained(&own, &self.words) >= OWN_WORDS
    }
}

fn takers<'a>(work: &Work<'a>) -> Vec<Taker<'a>> {
    // The cases of a test may stand in its marks, which are no part of its tokens.
    let words = |text: &'a Text, test: &'a Test| -> FxHashSet<&'a [u8]> {
        let all = text.bytes.get(test.span.clone()).unwrap_or_default();
        names(all).chain(numbers(all)).collect()
    };
    let mut takers = Vec::new();
    for at in &work.pairs.fresh {
        let Some((_, text, new)) = work.new_test(*at) else { continue };
        takers.push(Taker { words: words(text, new), had: FxHashSet::default() });
    }
    for pair in &work.pairs.kept {
        let (Some((_, before, old)), Some((_, text, new))) = (work.old_test(pair.old), work.new_test(pair.new)) else {
            continue;
        };
        if new.span.len() > old.span.len() {
            takers.push(Taker { words: words(text, new), had: words(before, old) });
        }
    }
    takers
}

/// Literal numbers tell the cases of one test from those of another.
fn numbers(tokens: &[u8]) -> impl Iterator<Item = &[u8]> {
    super::words::words(tokens).filter(|word| word.first().is_some_and(u8::is_ascii_digit))
}

/// Might the test stand in a part of a new file that the grammar did not take?
fn may_be_unread(work: &Work<'_>, file: &File, test: &Test) -> bool {
    let own = own_name(test);
    let in_text = |file: &File| file.new.as_ref().is_some_and(|text| text.code.doubtful && has_word(&text.bytes, own));
    in_text(file) || work.files.iter().filter(|other| other.old.is_none()).any(in_text)
}

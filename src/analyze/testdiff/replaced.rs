//! Tests that are gone by name and by body, and yet live on: written anew in their place, under a name much like theirs,
//! split into several, made a helper of new tests, or taken in by a test of their name.
//!
//! A new test stands for one old test at most, so that deleting many and writing one explains one. A new test that is switched
//! off stands for none.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::Work;
use super::pairing::{At, MAX_COMPARED, helper, own_name};
use super::words::{Bag, contained, is_compound, names, words};
use crate::analyze::testcode::Test;

/// One written anew where the old one stood, or under a name like its own, keeps this much of its words.
const LIKE_BODY: f64 = 0.4;

/// Fewer words say nothing about which test it was.
const MIN_WORDS: usize = 6;

/// Names that share this much of their words are alike.
const LIKE_NAME: f64 = 0.6;

/// So much alike that less of the body will do.
const SAME_NAME: f64 = 0.75;
const SOME_BODY: f64 = 0.25;

/// Two tests of one name, of which one took the other in, have this much in common.
const TAKEN_IN: f64 = 0.6;

/// The parts of a test that was split hold this much of its words; the rest went into a helper.
const SPLIT: f64 = 0.4;

struct One<'a> {
    at: At,
    test: &'a Test,
    bag: Bag,
    name: Vec<Vec<u8>>,
    /// The test, by its new position, behind which it stands.
    behind: Option<usize>,
}

pub(super) fn rewritten(work: &Work<'_>) -> FxHashSet<At> {
    let (gone, fresh) = sides(work);
    let mut found = replaced(work, &gone, &fresh);
    for old in gone.iter().filter(|old| was_split(old, &fresh) || became_helper(work, old) || taken_in(work, old)) {
        found.insert(old.at);
    }
    found
}

fn sides<'a>(work: &Work<'a>) -> (Vec<One<'a>>, Vec<One<'a>>) {
    let in_file = || work.pairs.kept.iter().filter(|pair| pair.old.0 == pair.new.0);
    let old: BTreeMap<At, usize> = in_file().map(|pair| (pair.old, pair.new.1)).collect();
    let new: BTreeSet<At> = in_file().map(|pair| pair.new).collect();
    let one = |at: At, test: &'a Test, behind| One {
        at,
        test,
        bag: words_of(test),
        name: name_words(own_name(test)),
        behind,
    };
    let gone = work.pairs.gone.iter().filter_map(|at| {
        let behind = old.range((at.0, 0)..*at).next_back().map(|(_, new)| *new);
        Some(one(*at, work.old_test(*at)?.2, behind))
    });
    let fresh = work.pairs.fresh.iter().filter_map(|at| {
        let test = work.new_test(*at)?.2;
        let behind = new.range((at.0, 0)..*at).next_back().map(|(_, new)| *new);
        test.skip.as_ref().is_none_or(|mark| mark.conditional).then(|| one(*at, test, behind))
    });
    (gone.collect(), fresh.collect())
}

/// The words of a test without those of its name: brackets and commas are alike in all tests.
fn words_of(test: &Test) -> Bag {
    let own = own_name(test);
    Bag::of(&words(&test.tokens).filter(|word| *word != own).collect::<Vec<_>>().join(&b" "[..]))
}

/// One for one, the most alike first.
fn replaced(work: &Work<'_>, gone: &[One<'_>], fresh: &[One<'_>]) -> FxHashSet<At> {
    if gone.len().saturating_mul(fresh.len()) > MAX_COMPARED {
        return FxHashSet::default();
    }
    let grammar = |at: At| work.files.get(at.0).map(|file| file.grammar);
    let long = |one: &&One<'_>| one.bag.len() >= MIN_WORDS;
    let mut candidates = Vec::new();
    for old in gone.iter().filter(long) {
        for new in fresh.iter().filter(long).filter(|new| grammar(old.at) == grammar(new.at)) {
            let body = old.bag.similarity(&new.bag);
            if body < SOME_BODY {
                continue;
            }
            let name = alike(&old.name, &new.name);
            // Where some tests are left out, it is not known what stands between.
            let in_place = !work.partial && old.at.0 == new.at.0 && old.behind == new.behind;
            if (in_place || name >= LIKE_NAME) && body >= LIKE_BODY || name >= SAME_NAME {
                candidates.push((body + name, old.at, new.at));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut found, mut used) = (FxHashSet::default(), FxHashSet::default());
    for (_, old, new) in candidates {
        if !found.contains(&old) && used.insert(new) {
            found.insert(old);
        }
    }
    found
}

/// `closes` became `closes_files` and `closes_sockets`.
fn was_split(old: &One<'_>, fresh: &[One<'_>]) -> bool {
    let own = own_name(old.test);
    if !is_compound(own) && !own.contains(&b' ') {
        return false;
    }
    let in_file = fresh.iter().filter(|new| new.at.0 == old.at.0);
    let parts: Vec<&Test> = in_file.map(|new| new.test).filter(|new| own_name(new).starts_with(own)).collect();
    let theirs: FxHashSet<&[u8]> = parts.iter().flat_map(|part| names(&part.tokens)).collect();
    let ours: FxHashSet<&[u8]> = names(&old.test.tokens).filter(|word| *word != own).collect();
    parts.len() > 1 && contained(&ours, &theirs) >= SPLIT
}

/// It is no test any more, and tests that run call it.
fn became_helper(work: &Work<'_>, old: &One<'_>) -> bool {
    let own = own_name(old.test);
    let Some(text) = work.files.get(old.at.0).and_then(|file| file.new.as_ref()) else { return false };
    let runs = |test: &&Test| test.skip.as_ref().is_none_or(|mark| mark.conditional);
    helper(&text.code, own).is_some()
        && text.code.tests.iter().filter(runs).any(|test| test.calls.iter().any(|call| call.as_slice() == own))
}

/// Another test of its name was changed, and is much like it now.
fn taken_in(work: &Work<'_>, old: &One<'_>) -> bool {
    let in_file = work.pairs.kept.iter().filter(|pair| pair.old.0 == old.at.0 && pair.new.0 == old.at.0);
    in_file.filter_map(|pair| Some((work.old_test(pair.old)?.2, work.new_test(pair.new)?.2))).any(|(before, after)| {
        own_name(after) == own_name(old.test)
            && before.tokens != after.tokens
            && old.bag.len() >= MIN_WORDS
            && old.bag.similarity(&words_of(after)) >= TAKEN_IN
    })
}

/// The words of a name, in small letters: of `snake_case`, `camelCase` and sentences. What only says that it is a test is left
/// out.
fn name_words(name: &[u8]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for word in words(name).flat_map(|word| word.split(|byte| *byte == b'_')) {
        let mut start = 0;
        for at in 1..=word.len() {
            let hump = at < word.len()
                && word.get(at).is_some_and(u8::is_ascii_uppercase)
                && word.get(at - 1).is_some_and(|byte| !byte.is_ascii_uppercase());
            if hump || at == word.len() {
                found.push(word.get(start..at).unwrap_or_default().to_ascii_lowercase());
                start = at;
            }
        }
    }
    found.retain(|word| !matches!(word.as_slice(), b"" | b"test" | b"tests" | b"should"));
    found.sort();
    found.dedup();
    found
}

/// Dice's coefficient of the words.
fn alike(one: &[Vec<u8>], other: &[Vec<u8>]) -> f64 {
    let common = one.iter().filter(|word| other.binary_search(word).is_ok()).count();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if common == 0 { 0.0 } else { 2.0 * number(common) / number(one.len() + other.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        let same = |a: &str, b: &str| assert_eq!(name_words(a.as_bytes()), name_words(b.as_bytes()), "{a} {b}");
        same("test_reads_all", "TestReadsAll");
        same("reads all", "readsAll");
        same("should_read", "read");
        let alike = |a: &str, b: &str| alike(&name_words(a.as_bytes()), &name_words(b.as_bytes()));
        assert!(alike("keeps the branch empty", "keeps the new branch empty") >= SAME_NAME);
        assert!(alike("adds", "subtracts") < LIKE_NAME);
        assert!(alike("", "") < LIKE_NAME);
    }
}

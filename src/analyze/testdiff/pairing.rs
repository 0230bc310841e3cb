//! Which test of the old state is which of the new one: by name in its own file, then by its own name anywhere in the
//! change, then by its body.

use rustc_hash::FxHashMap;

use super::files::File;
use super::words::Bag;
use crate::analyze::testcode::{Test, TestCode};

/// A test that was renamed keeps this much of its tokens.
const SAME_BODY: f64 = 0.7;

/// A test that kept its own name but not its place keeps this much.
const SAME_NAMED_BODY: f64 = 0.4;

/// Fewer tokens say nothing about which test it was.
const MIN_TOKENS: usize = 12;

/// Pairs of bodies one change compares at most.
pub(super) const MAX_COMPARED: usize = 200_000;

/// A test: index of the file, index in the file.
pub(super) type At = (usize, usize);

/// One test before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) old: At,
    pub(super) new: At,
    /// So alike, by name or by body, that what differs was changed by an edit.
    pub(super) sure: bool,
}

#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) kept: Vec<Pair>,
    /// Old tests without a counterpart.
    pub(super) gone: Vec<At>,
    /// New tests without one.
    pub(super) fresh: Vec<At>,
    /// There were too many to compare all: one that seems gone may have moved.
    pub(super) cut: bool,
}

pub(super) fn pair(files: &[File]) -> Pairs {
    let mut out = Pairs::default();
    for (at, file) in files.iter().enumerate() {
        let old = file.old.as_ref().map_or(&[][..], |text| &text.code.tests);
        let new = file.new.as_ref().map_or(&[][..], |text| &text.code.tests);
        in_file(at, old, new, &mut out);
    }
    if out.gone.is_empty() || out.fresh.is_empty() {
        return out;
    }
    let test = |(file, test): At, old: bool| -> Option<&Test> {
        let side = if old { &files.get(file)?.old } else { &files.get(file)?.new };
        side.as_ref()?.code.tests.get(test)
    };
    by_own_name(&test, &mut out);
    by_body(&test, &mut out);
    out
}

/// Names in full; two tests of one name are paired in the order of the text.
fn in_file(file: usize, old: &[Test], new: &[Test], out: &mut Pairs) {
    let mut by_name: FxHashMap<&[Vec<u8>], Vec<usize>> = FxHashMap::default();
    for (index, test) in new.iter().enumerate().rev() {
        by_name.entry(&test.name).or_default().push(index);
    }
    let mut taken = vec![false; new.len()];
    for (index, test) in old.iter().enumerate() {
        match by_name.get_mut(test.name.as_slice()).and_then(Vec::pop) {
            Some(same) => {
                taken[same] = true;
                out.kept.push(Pair { old: (file, index), new: (file, same), sure: true });
            }
            None => out.gone.push((file, index)),
        }
    }
    let fresh = taken.iter().enumerate().filter(|(_, taken)| !**taken);
    out.fresh.extend(fresh.map(|(index, _)| (file, index)));
}

/// The same own name in another suite or file. One file first, then the most alike.
fn by_own_name<'t>(test: &impl Fn(At, bool) -> Option<&'t Test>, out: &mut Pairs) {
    let mut fresh: FxHashMap<&[u8], Vec<(At, Bag)>> = FxHashMap::default();
    for at in &out.fresh {
        let Some(new) = test(*at, false) else { continue };
        fresh.entry(own_name(new)).or_default().push((*at, Bag::of(&new.tokens)));
    }
    let mut compared = 0;
    let mut paired: Vec<Pair> = Vec::new();
    for at in &out.gone {
        let Some(old) = test(*at, true) else { continue };
        let Some(list) = fresh.get_mut(own_name(old)).filter(|list| !list.is_empty()) else { continue };
        compared += list.len();
        if compared > MAX_COMPARED {
            out.cut = true;
            break;
        }
        let bag = Bag::of(&old.tokens);
        let score = |(new, other): &(At, Bag)| bag.similarity(other) + f64::from(u8::from(new.0 == at.0));
        let best = (0..list.len()).max_by(|a, b| score(&list[*a]).total_cmp(&score(&list[*b])));
        let Some(best) = best else { continue };
        let (new, other) = list.swap_remove(best);
        paired.push(Pair { old: *at, new, sure: bag.similarity(&other) >= SAME_NAMED_BODY });
    }
    take(out, paired);
}

/// Another name and the same body, the most alike first.
fn by_body<'t>(test: &impl Fn(At, bool) -> Option<&'t Test>, out: &mut Pairs) {
    if out.gone.len().saturating_mul(out.fresh.len()) > MAX_COMPARED {
        out.cut = true;
        return;
    }
    let bags = |list: &[At], old: bool| -> Vec<(At, Bag)> {
        let bag = |at: &At| Some((*at, Bag::of(&test(*at, old)?.tokens)));
        list.iter().filter_map(bag).filter(|(_, bag)| bag.len() >= MIN_TOKENS).collect()
    };
    let (gone, fresh) = (bags(&out.gone, true), bags(&out.fresh, false));
    // What holds a test of its own holds its text as well, and is none the more that test.
    let holds = |at: At, old: bool| {
        let inner = test((at.0, at.1 + 1), old).map(|inner| inner.span.clone());
        inner.is_some_and(|inner| test(at, old).is_some_and(|outer| inner.end <= outer.span.end))
    };
    let mut candidates = Vec::new();
    for (old, bag) in &gone {
        for (new, other) in &fresh {
            // No more than the shorter can be shared.
            if 2 * bag.len().min(other.len()) < bag.len().max(other.len()) {
                continue;
            }
            let similarity = bag.similarity(other);
            if similarity >= SAME_BODY && holds(*old, true) == holds(*new, false) {
                candidates.push((similarity, old.0 == new.0, *old, *new));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3)));
    let mut used: (Vec<At>, Vec<At>) = (Vec::new(), Vec::new());
    let mut paired = Vec::new();
    for (_, _, old, new) in candidates {
        if used.0.contains(&old) || used.1.contains(&new) {
            continue;
        }
        used.0.push(old);
        used.1.push(new);
        paired.push(Pair { old, new, sure: true });
    }
    take(out, paired);
}

fn take(out: &mut Pairs, paired: Vec<Pair>) {
    let old: rustc_hash::FxHashSet<At> = paired.iter().map(|pair| pair.old).collect();
    let new: rustc_hash::FxHashSet<At> = paired.iter().map(|pair| pair.new).collect();
    out.gone.retain(|at| !old.contains(at));
    out.fresh.retain(|at| !new.contains(at));
    out.kept.extend(paired);
}

/// The last part of the name.
pub(super) fn own_name(test: &Test) -> &[u8] {
    test.name.last().map_or(&[], Vec::as_slice)
}

/// The helper of this name.
pub(super) fn helper<'t>(code: &'t TestCode, name: &[u8]) -> Option<&'t crate::analyze::testcode::Helper> {
    code.helpers.iter().find(|helper| helper.name == name)
}

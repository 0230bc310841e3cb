//! Which lines of a hunk differ from the other side in white space alone.

use gix_imara_diff::{Algorithm, Diff, InternedInput};

use crate::model::lines::{LineDiff, Lines};

use super::sheet::{Row, Sheet};
use super::tokens::{Token, tokens};
use super::{File, Nature, Natures, kind_of};

/// A hunk with more tokens than this is only looked at for being the same on both sides.
const MAX_HUNK_TOKENS: usize = 20_000;

/// The most tokens looked at in one change.
const MAX_TOKENS: usize = 2_000_000;

/// The most text lexed in one change, in bytes, both sides together.
const MAX_BYTES: usize = 64 << 20;

/// What is left of the work one change may cost. What is beyond it counts as a real change.
pub(super) struct Budget {
    tokens: usize,
    bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tokens: MAX_TOKENS, bytes: MAX_BYTES }
    }
}

impl Budget {
    fn spend(&mut self, bytes: usize, tokens: usize) -> Option<()> {
        self.bytes = self.bytes.checked_sub(bytes)?;
        self.tokens = self.tokens.checked_sub(tokens)?;
        Some(())
    }
}

pub(super) fn natures(file: &File<'_>, budget: &mut Budget) -> Natures {
    let LineDiff { added, deleted, hunks, binary } = file.diff;
    let mut natures = Natures { added: vec![Nature::Real; added.len()], deleted: vec![Nature::Real; deleted.len()] };
    // A line can only be laid out anew where there was one.
    let two_sided = !added.source().is_empty() && !deleted.source().is_empty();
    if *binary || !file.whole || !two_sided {
        return natures;
    }
    if budget.spend(added.source().len() + deleted.source().len(), 0).is_none() {
        return natures;
    }
    let (kind, language) = kind_of(file.path);
    let before = Sheet::new(deleted.source(), kind, language);
    let after = Sheet::new(added.source(), kind, language);
    let (mut at_old, mut at_new) = (0, 0);
    for hunk in hunks {
        let old = rows(deleted, at_old, hunk.old.len());
        let new = rows(added, at_new, hunk.new.len());
        let (old_tokens, new_tokens) = (tokens(&before, &old), tokens(&after, &new));
        if budget.spend(0, old_tokens.len() + new_tokens.len()).is_none() {
            break;
        }
        let changed = changed_lines((&old_tokens, old.len()), (&new_tokens, new.len()));
        note(&mut natures.deleted, at_old, &changed.0, &before, &old);
        note(&mut natures.added, at_new, &changed.1, &after, &new);
        (at_old, at_new) = (at_old + old.len(), at_new + new.len());
    }
    natures
}

/// Lines of one side of a hunk, by their 0-based number in the file.
fn rows(lines: &Lines, from: usize, count: usize) -> Vec<Row> {
    let row = |at: usize| {
        let (line, start) = lines.at(at)?;
        Some((usize::try_from(line.number).ok()?.saturating_sub(1), start..start + line.text.len()))
    };
    (from..from + count).filter_map(row).collect()
}

/// Writes what was found about a side of a hunk. A blank line beside a real change is part of it.
fn note(natures: &mut [Nature], from: usize, changed: &[bool], sheet: &Sheet<'_>, rows: &[Row]) {
    let is_blank = |at: usize| {
        let row = rows.get(at).and_then(|(_, range)| sheet.text.get(range.clone()));
        row.is_none_or(|text| text.trim_ascii().is_empty())
    };
    let mut real = changed.to_vec();
    for order in [false, true] {
        let mut beside = false;
        for step in 0..real.len() {
            let at = if order { real.len() - 1 - step } else { step };
            let Some(slot) = real.get_mut(at) else { break };
            *slot |= beside && is_blank(at);
            beside = *slot;
        }
    }
    for (at, real) in real.iter().enumerate() {
        if let Some(slot) = natures.get_mut(from + at).filter(|_| !real) {
            *slot = Nature::Format;
        }
    }
}

/// For each line of both sides: does it hold, or stand beside, a token that the other side lacks?
fn changed_lines((before, old): (&[Token<'_>], usize), (after, new): (&[Token<'_>], usize)) -> (Vec<bool>, Vec<bool>) {
    if before.iter().map(|token| token.0).eq(after.iter().map(|token| token.0)) {
        return (vec![false; old], vec![false; new]);
    }
    if before.len() + after.len() > MAX_HUNK_TOKENS {
        return (vec![true; old], vec![true; new]);
    }
    let mut input = InternedInput::default();
    input.update_before(before.iter().map(|token| token.0));
    input.update_after(after.iter().map(|token| token.0));
    let diff = Diff::compute(Algorithm::Myers, &input);

    let (mut changed_old, mut changed_new) = (vec![false; old], vec![false; new]);
    let mut kept: Vec<(usize, usize)> = Vec::new();
    let (mut at_old, mut at_new) = (0usize, 0usize);
    let keep = |kept: &mut Vec<(usize, usize)>, from: (usize, usize), count: usize| {
        let old = before.get(from.0..from.0 + count).unwrap_or_default();
        let new = after.get(from.1..from.1 + count).unwrap_or_default();
        kept.extend(old.iter().zip(new).map(|(old, new)| (old.1, new.1)));
    };
    for hunk in diff.hunks() {
        let (old, new) = (span(&hunk.before), span(&hunk.after));
        keep(&mut kept, (at_old, at_new), old.start.saturating_sub(at_old));
        mark(&mut changed_old, before.get(old.clone()).unwrap_or_default());
        mark(&mut changed_new, after.get(new.clone()).unwrap_or_default());
        (at_old, at_new) = (old.end, new.end);
    }
    keep(&mut kept, (at_old, at_new), before.len().saturating_sub(at_old));

    // A kept token beside a changed one makes its own line on the other side doubtful, and so on along the statement.
    // The pairs are in order, so once there and once back reaches everything.
    let mut doubt = |old: usize, new: usize| {
        if is_set(&changed_old, old) || is_set(&changed_new, new) {
            set(&mut changed_old, old);
            set(&mut changed_new, new);
        }
    };
    for (old, new) in kept.iter().chain(kept.iter().rev()) {
        doubt(*old, *new);
    }
    (changed_old, changed_new)
}

fn mark(lines: &mut [bool], tokens: &[Token<'_>]) {
    for token in tokens {
        set(lines, token.1);
    }
}

fn set(lines: &mut [bool], at: usize) {
    if let Some(slot) = lines.get_mut(at) {
        *slot = true;
    }
}

fn is_set(lines: &[bool], at: usize) -> bool {
    lines.get(at).copied().unwrap_or(true)
}

fn span(range: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    usize::try_from(range.start).unwrap_or(usize::MAX)..usize::try_from(range.end).unwrap_or(usize::MAX)
}

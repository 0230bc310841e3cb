//! `files-changed`, `lines-added`, `lines-deleted`: against git's own numbers.
//!
//! Git has more than one true answer: with and without rename detection, with files its attributes call binary left out.
//! A count that one of them gives is supported; one between them is unsupported; one outside is contradicted.

use super::Ruling;
use super::picture::Picture;
use crate::analyze::linediff;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Added,
    Deleted,
}

pub(super) fn files_changed(claimed: u64, picture: &Picture<'_>) -> Ruling {
    if let Some(gap) = picture.gap() {
        return Ruling::unsupported(gap);
    }
    let raw = picture.facts.set().changes.len() as u64;
    if claimed == raw {
        return Ruling::supported(format!("{} changed", files(raw))).with([raw.to_string()]);
    }
    // The fewest there can be; the search for renames reads contents, so it is left out where it cannot matter.
    let fewest = raw - picture.most_renames() as u64;
    if claimed > raw || claimed < fewest {
        return Ruling::contradicted(format!("{} changed", files(raw))).with([raw.to_string()]);
    }
    let folded = picture.facts.files_changed();
    let both = format!("{} changed, {folded} when a rename counts as one", files(raw));
    let evidence = [raw.to_string(), folded.to_string()];
    if claimed >= folded {
        return Ruling::supported(both).with(evidence);
    }
    match picture.rename_gap() {
        Some(gap) => Ruling::unsupported(format!("{both}; more may be renames: {gap}")).with(evidence),
        None => Ruling::contradicted(both).with(evidence),
    }
}

pub(super) fn lines(claimed: u64, side: Side, picture: &Picture<'_>) -> Ruling {
    if let Some(gap) = picture.gap() {
        return Ruling::unsupported(gap);
    }
    let totals = match totals(side, picture) {
        Ok(totals) => totals,
        Err(reason) => return Ruling::unsupported(reason),
    };
    let done = if side == Side::Added { "added" } else { "deleted" };
    let said = format!("{} {done}", lines_of(totals.all));
    let evidence = [totals.all.to_string()];
    if claimed == totals.all {
        return Ruling::supported(said).with(evidence);
    }
    // What a moved file counts for beyond its changed lines when renames are not looked for: its unchanged ones.
    let unfolded = match moved_lines(picture) {
        Ok(moved) => totals.all + moved,
        Err(reason) => return Ruling::unsupported(reason),
    };
    if claimed == unfolded {
        return Ruling::supported(format!("{said}, {claimed} when renames are not looked for")).with(evidence);
    }
    if claimed > totals.all && claimed < unfolded {
        return Ruling::unsupported(format!("{said}; which renames git finds depends on its settings")).with(evidence);
    }
    if claimed.abs_diff(totals.all) <= totals.slack {
        return Ruling::unsupported(format!("{said}; another diff algorithm may count a few more or less"))
            .with(evidence);
    }
    if claimed == totals.by_hand {
        let left_out = "without lock files, snapshots, generated and vendored files";
        return Ruling::unsupported(format!("{said}; {claimed} {left_out}")).with(evidence);
    }
    if let Some(gap) = picture.rename_gap().filter(|_| claimed < totals.all && picture.most_renames() > 0) {
        return Ruling::unsupported(format!("{said}; more may be renames: {gap}")).with(evidence);
    }
    Ruling::contradicted(said).with(evidence)
}

struct Totals {
    /// Renames found: a moved file counts for its changed lines only.
    all: u64,
    /// Without the files that git's attributes often call binary.
    by_hand: u64,
    /// How far git's other diff algorithms (`diff.algorithm`) may be off: a tenth of the changed lines of each file that has
    /// both added and deleted ones. Where lines were only added, or only deleted, all of them agree.
    slack: u64,
}

/// An error is the reason why the lines of some file are not known.
fn totals(side: Side, picture: &Picture<'_>) -> Result<Totals, String> {
    let facts = picture.facts;
    let mut totals = Totals { all: 0, by_hand: 0, slack: 0 };
    for (index, change) in picture.changes() {
        let lines = facts.lines(index);
        if lines.is_none() && change.has_lines() && facts.renames().of_old(index).is_none() {
            return Err(format!("the lines of `{}` could not be read", change.path));
        }
        let counted = lines.map_or(0, |diff| if side == Side::Added { diff.added.len() } else { diff.deleted.len() });
        totals.all += counted as u64;
        if lines.is_some_and(|diff| !diff.added.is_empty() && !diff.deleted.is_empty()) {
            totals.slack += counted as u64 / 10;
        }
        let classes = facts.classes(index);
        if !(classes.lock_file || classes.snapshot || classes.generated || classes.vendored) {
            totals.by_hand += counted as u64;
        }
    }
    // Content that could not be compared may hide a rename.
    match facts.incomplete().first() {
        Some(entry) => Err(format!("not all content could be read: {}", entry.reason)),
        None => Ok(totals),
    }
}

/// The lines that moved files kept: the same number on both sides.
fn moved_lines(picture: &Picture<'_>) -> Result<u64, String> {
    let facts = picture.facts;
    let mut kept = 0;
    for pair in &facts.renames().pairs {
        let content = facts.new_content(pair.to).ok_or("the content of a moved file could not be read")?;
        if linediff::is_binary(&content) {
            continue;
        }
        let ends_in_feed = content.last().is_none_or(|byte| *byte == b'\n');
        let whole = memchr::memchr_iter(b'\n', &content).count() + usize::from(!ends_in_feed);
        let added = facts.lines(pair.to).map_or(0, |diff| diff.added.len());
        kept += whole.saturating_sub(added) as u64;
    }
    Ok(kept)
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn lines_of(count: u64) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

//! What lies outside of an `only`, and whether it counts.

use crate::analyze::facts::Facts;
use crate::claims::cover::{Cover, Covered};

/// All that lies outside is the other path of a file that moved.
pub(super) fn partners_only(entries: &[String], facts: &Facts<'_>) -> Option<String> {
    let cover = Cover::new(entries);
    let renames = facts.renames();
    let is_partner = |index: usize| {
        let partner = renames.of_old(index).map(|pair| pair.to).or_else(|| renames.of_new(index).map(|pair| pair.from));
        let partner = partner.and_then(|partner| facts.set().changes.get(partner));
        partner.is_some_and(|change| cover.covers(&change.path) > Covered::No)
    };
    outside(&cover, facts).all(is_partner).then(|| "the other paths are where it moved from or to".to_owned())
}

/// All that lies outside is made by tools.
pub(super) fn derived_only(entries: &[String], facts: &Facts<'_>) -> Option<String> {
    let cover = Cover::new(entries);
    let is_derived = |index: usize| {
        let classes = facts.classes(index);
        classes.lock_file || classes.snapshot || classes.generated || classes.vendored
    };
    outside(&cover, facts)
        .all(is_derived)
        .then(|| "the others are lock files, snapshots, generated or vendored".to_owned())
}

fn outside(cover: &Cover, facts: &Facts<'_>) -> impl Iterator<Item = usize> {
    facts.changes().filter(|(_, change)| cover.covers(&change.path) == Covered::No).map(|(index, _)| index)
}

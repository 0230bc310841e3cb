//! What two states of a text have in common.

use super::{Item, Outline, Rows};
use crate::model::lines::Hunk;

/// The items, on either side, that are the same in both states and stand in the same holders.
pub fn common<'o>(old: &'o Outline, new: &'o Outline, hunks: &[Hunk]) -> (Vec<&'o Item>, Vec<&'o Item>) {
    let mut found = (Vec::new(), Vec::new());
    pair(&old.items, &new.items, hunks, &mut found);
    found
}

fn pair<'o>(old: &'o [Item], new: &'o [Item], hunks: &[Hunk], found: &mut (Vec<&'o Item>, Vec<&'o Item>)) {
    let at = |row: u32| new.get(new.partition_point(|item| item.rows.start < row));
    for item in old {
        // A comment may say what the item is.
        let all = |item: &Item| item.lead..item.rows.end;
        let lead = moved(&all(item), hunks);
        let same = moved(&item.rows, hunks).and_then(|rows| at(rows.start).filter(|other| other.rows == rows));
        if let Some(other) = same.filter(|other| lead == Some(all(other))) {
            if item.apart && other.apart {
                found.0.push(item);
                found.1.push(other);
            }
            continue;
        }
        let Some(inner) = &item.inner else { continue };
        let Some(head) = moved(&inner.head, hunks) else { continue };
        let holder = at(head.start).and_then(|other| other.inner.as_ref());
        if let Some(within) = holder.filter(|within| within.head == head) {
            pair(&inner.items, &within.items, hunks, found);
        }
    }
}

/// Where unchanged lines stand now; `None` when some of them changed, or others came in between.
fn moved(rows: &Rows, hunks: &[Hunk]) -> Option<Rows> {
    let next = hunks.partition_point(|hunk| hunk.old.end <= rows.start);
    if hunks.get(next).is_some_and(|hunk| hunk.old.start < rows.end) {
        return None;
    }
    let before = next.checked_sub(1).and_then(|at| hunks.get(at));
    let shift = |row: u32| match before {
        Some(hunk) => row.checked_sub(hunk.old.end)?.checked_add(hunk.new.end),
        None => Some(row),
    };
    Some(shift(rows.start)?..shift(rows.end)?)
}

//! The cache-tree (`TREE`): which folders of an index are which tree objects.

use crate::model::object::ObjectId;

/// The deepest folder that is followed.
const MAX_DEPTH: usize = 4096;

/// No count has more digits: an index cannot hold as many entries.
const MAX_DIGITS: usize = 10;

/// One folder. Those below it follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Node<'a> {
    /// Its name; empty at the top.
    pub(in super::super) name: &'a [u8],
    /// 0 at the top.
    pub(in super::super) depth: usize,
    /// How many entries of the index lie below it, and its tree; `None` where that is out of date.
    pub(in super::super) valid: Option<(usize, ObjectId)>,
}

/// Every node, parents before children. `None` where [`each_node`] finds a fault.
pub(in super::super) fn nodes(bytes: &[u8], id_bytes: usize) -> Option<Vec<Node<'_>>> {
    let mut found = Vec::new();
    each_node(bytes, id_bytes, |node| found.push(node))?;
    Some(found)
}

/// Hands on every node, parents before children: `<name> NUL <entries> SP <sub-trees> LF <id>`. A count below zero says that a
/// node is out of date and has no id. `None` unless all of the bytes are nodes, each folder with as many as it says, and no
/// folder with more entries than the one around it.
pub(super) fn each_node<'a>(bytes: &'a [u8], id_bytes: usize, mut each: impl FnMut(Node<'a>)) -> Option<()> {
    let mut is_first = true;
    // How many sub-trees of each open folder are still to come, and how many entries they may have.
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        // Names are short: looking at each byte is quicker than any search.
        let (name, after) = rest.split_at_checked(rest.iter().position(|byte| matches!(byte, 0 | b'/'))?)?;
        // What no folder is called.
        if after.first() == Some(&b'/') {
            return None;
        }
        let (entries, after) = match after.strip_prefix(b"\0-1 ") {
            Some(after) => (None, after),
            None => number(after.get(1..)?, b' ').map(|(entries, after)| (Some(entries), after))?,
        };
        let (trees, after) = number(after, b'\n')?;
        rest = after;
        while open.last().is_some_and(|(left, _)| *left == 0) {
            open.pop();
        }
        let valid = match entries {
            None => None,
            Some(entries) => {
                let (id, after) = rest.split_at_checked(id_bytes)?;
                rest = after;
                Some((entries, ObjectId::from_bytes(id)?))
            }
        };
        match open.last_mut() {
            None if is_first && name.is_empty() => {}
            None => return None,
            Some((left, room)) => {
                *left -= 1;
                if name.is_empty() {
                    return None;
                }
                if let (Some(room), Some((count, _))) = (room.as_mut(), valid) {
                    *room = room.checked_sub(count)?;
                }
            }
        }
        if open.len() > MAX_DEPTH {
            return None;
        }
        is_first = false;
        each(Node { name, depth: open.len(), valid });
        open.push((trees, valid.map(|(count, _)| count)));
    }
    (!is_first && open.iter().all(|(left, _)| *left == 0)).then_some(())
}

/// Digits up to this sign, and what stands behind it.
fn number(text: &[u8], end: u8) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in text.iter().enumerate().take(MAX_DIGITS + 1) {
        if *byte == end && at > 0 {
            return Some((value, text.get(at + 1..)?));
        }
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value * 10 + usize::from(digit);
    }
    None
}

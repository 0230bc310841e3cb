//! The cache-tree (`TREE`): which folders of an index are which tree objects.

use crate::model::object::ObjectId;

/// The deepest folder that is followed.
const MAX_DEPTH: usize = 4096;

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
        let (name, after) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
        let after = after.get(1..)?;
        let (counts, after) = after.split_at_checked(memchr::memchr(b'\n', after)?)?;
        let (entries, trees) = counts.split_at_checked(memchr::memchr(b' ', counts)?)?;
        rest = after.get(1..)?;
        let is_stale = entries == b"-1";
        let entries = if is_stale { 0 } else { number(entries)? };
        let trees = number(trees.get(1..)?)?;
        while open.last().is_some_and(|(left, _)| *left == 0) {
            open.pop();
        }
        let valid = if is_stale {
            None
        } else {
            let (id, after) = rest.split_at_checked(id_bytes)?;
            rest = after;
            Some((entries, ObjectId::from_bytes(id)?))
        };
        match open.last_mut() {
            None if is_first && name.is_empty() => {}
            None => return None,
            Some((left, room)) => {
                *left -= 1;
                if name.is_empty() || memchr::memchr(b'/', name).is_some() {
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

/// Digits, and nothing else.
fn number(digits: &[u8]) -> Option<usize> {
    let is_number = !digits.is_empty() && digits.len() <= 10 && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| digits.iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0')))
}

//! The signature of a declaration, and a number that is equal for two alike but for their name.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Dialect, Found};
use crate::analyze::syntax::{Node, Place};

/// How a node appears in a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    Whole,
    /// As `_`: that it is there is of interest, not what it is.
    Blank,
    /// Not at all.
    Nothing,
}

pub(super) struct Made {
    pub(super) signature: Vec<u8>,
    pub(super) likeness: u64,
    pub(super) size: usize,
}

/// Signatures are cut at this length, in bytes; the rest still counts for the likeness.
const MAX_SIGNATURE: usize = 4096;

pub(super) fn of(dialect: &dyn Dialect, place: &Place<'_, '_>, found: &Found<'_>) -> Made {
    let body = found.body.map(|node| node.id());
    let mut hasher = DefaultHasher::new();
    let mut size = 0;
    let mut count = |token: &[u8]| {
        // Its own name may stand in its body too.
        if token == found.name {
            b"_".hash(&mut hasher);
        } else {
            token.hash(&mut hasher);
        }
        size += 1;
    };
    let mut signature = found.lead.clone();
    let given = found.signature.as_ref();
    each(
        place,
        found.node,
        &|parent, field, node| {
            if Some(node.id()) == body { Show::Nothing } else { dialect.show(parent, field, node.kind()) }
        },
        &mut |token| {
            count(token);
            if given.is_none() {
                push(&mut signature, token);
            }
        },
    );
    if let Some(given) = given {
        push(&mut signature, given);
    }
    if let Some(body) = found.body {
        each(place, body, &|_, _, _| Show::Whole, &mut count);
    }
    Made { signature, likeness: hasher.finish(), size }
}

/// The tokens of a node as the dialect shows them, one blank between two.
pub(super) fn plain(dialect: &dyn Dialect, place: &Place<'_, '_>, node: Node<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    each(place, node, &|parent, field, node| dialect.show(parent, field, node.kind()), &mut |token| {
        push(&mut out, token);
    });
    out
}

fn push(signature: &mut Vec<u8>, token: &[u8]) {
    if signature.len() > MAX_SIGNATURE {
        return;
    }
    // A comma before a closing bracket is layout.
    if matches!(token, b")" | b"]" | b"}" | b">") && signature.ends_with(b" ,") {
        signature.truncate(signature.len() - 2);
    }
    if !signature.is_empty() {
        signature.push(b' ');
    }
    signature.extend_from_slice(token);
}

/// Calls `out` with each token, comments aside. Stops where the walk's budget ends.
fn each(
    place: &Place<'_, '_>,
    node: Node<'_>,
    show: &dyn Fn(&str, Option<&str>, Node<'_>) -> Show,
    out: &mut dyn FnMut(&[u8]),
) {
    let mut cursor = node.walk();
    let mut parents: Vec<&str> = Vec::new();
    loop {
        let here = cursor.node();
        let comment = here.is_extra() && here.kind().contains("comment");
        let shown = match parents.last() {
            Some(parent) if !comment => show(parent, cursor.field_name(), here),
            Some(_) => Show::Nothing,
            None => Show::Whole,
        };
        if shown == Show::Whole && cursor.goto_first_child() {
            parents.push(here.kind());
            continue;
        }
        let text = match shown {
            Show::Whole => place.text(here).trim_ascii(),
            Show::Blank => b"_",
            Show::Nothing => b"",
        };
        if place.budget.get() == 0 {
            return;
        }
        place.budget.set(place.budget.get().saturating_sub(text.len() + 1));
        if !text.is_empty() {
            out(text);
        }
        while !cursor.goto_next_sibling() {
            // A cursor made at a node does not leave it.
            if !cursor.goto_parent() {
                return;
            }
            parents.pop();
        }
    }
}

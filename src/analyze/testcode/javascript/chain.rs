//! Chains of members and calls: `expect(x).not.toBe(3)` is a root, its arguments, and names with theirs.

use crate::analyze::syntax::{Node, Place};

/// Longer chains are not assertions.
const MAX_LINKS: usize = 40;

pub(super) struct Chain<'a, 't> {
    /// The identifier it starts with.
    pub(super) root: &'a [u8],
    /// The arguments of the root, where it is called itself.
    pub(super) root_arguments: Option<Node<'t>>,
    /// Each name with the arguments of its call.
    pub(super) names: Vec<(&'a [u8], Option<Node<'t>>)>,
}

impl<'a, 't> Chain<'a, 't> {
    pub(super) fn of(place: &Place<'a, '_>, node: Node<'t>) -> Option<Self> {
        let mut names = Vec::new();
        let mut arguments = None;
        let mut here = node;
        for _ in 0..MAX_LINKS {
            match here.kind() {
                "call_expression" => {
                    // Of two calls in a row (`it.each(…)(…)`) the inner one belongs to the name.
                    arguments = here.child_by_field_name("arguments");
                    here = here.child_by_field_name("function")?;
                }
                "member_expression" => {
                    names.push((place.text(here.child_by_field_name("property")?), arguments.take()));
                    here = here.child_by_field_name("object")?;
                }
                "await_expression" | "non_null_expression" | "parenthesized_expression" => {
                    here = here.named_child(0)?;
                }
                "identifier" | "this" => {
                    names.reverse();
                    return Some(Self { root: place.text(here), root_arguments: arguments, names });
                }
                _ => return None,
            }
        }
        None
    }

    /// The last name; of a bare call its own.
    pub(super) fn last(&self) -> &'a [u8] {
        self.names.last().map_or(self.root, |(name, _)| *name)
    }

    pub(super) fn has(&self, name: &[u8]) -> bool {
        self.names.iter().any(|(one, _)| *one == name)
    }
}

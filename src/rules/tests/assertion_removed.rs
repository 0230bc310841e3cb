//! An existing test lost assertions.

use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, line};

/// Assertions shown in one finding.
const MAX_SHOWN: usize = 5;

pub struct AssertionRemoved;

impl Check for AssertionRemoved {
    const META: Meta = Meta {
        id: "tests/assertion-removed",
        summary: "an existing test asserts less often",
        level: Level::Allow,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/assertion-removed.md"),
    };

    type Options = PathOptions;
    type Prepared = Globs;

    fn prepare(options: PathOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Globs, out: &mut Sink<'_>) {
        for removed in cx.facts.tests().removed.iter().filter(|removed| !prepared.is_match(&removed.spot.path)) {
            let name = visible(&removed.name);
            let message = match (removed.assertions.len(), removed.left) {
                (_, 0) => format!("test `{name}` asserts nothing any more"),
                (1, _) => format!("test `{name}` lost an assertion"),
                (count, _) => format!("test `{name}` lost {count} assertions"),
            };
            let mut draft = out.deleted_line(&removed.spot.path, line(&removed.spot), message);
            for assertion in removed.assertions.iter().take(MAX_SHOWN) {
                draft = draft.note(format!("gone: `{}`", visible(assertion)));
            }
            if removed.assertions.len() > MAX_SHOWN {
                draft = draft.note(format!("and {} more", removed.assertions.len() - MAX_SHOWN));
            }
            let key = [removed.name.as_slice(), b"\n", &removed.assertions.join(&b"\n"[..])].concat();
            draft.help("put back what was asserted, or say why it no longer holds").key(&key).emit();
        }
    }
}

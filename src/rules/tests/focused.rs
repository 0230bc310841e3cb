//! A focused test keeps all others from running.

use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, line};

pub struct Focused;

impl Check for Focused {
    const META: Meta = Meta {
        id: "tests/focused",
        summary: "a focused test keeps all others from running",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/focused.md"),
    };

    type Options = PathOptions;
    type Prepared = Globs;

    fn prepare(options: PathOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Globs, out: &mut Sink<'_>) {
        for marked in cx.facts.tests().focused.iter().filter(|marked| !prepared.is_match(&marked.spot.path)) {
            let message = format!("only `{}` runs now, and no other test", visible(&marked.name));
            out.added_line(&marked.spot.path, line(&marked.spot), None, message)
                .note(format!("focused by `{}`", visible(&marked.mark)))
                .help("take the focus out")
                .key(&marked.name)
                .emit();
        }
    }
}

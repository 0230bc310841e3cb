//! An existing test is gone.

use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, line};

pub struct Deleted;

impl Check for Deleted {
    const META: Meta = Meta {
        id: "tests/deleted",
        summary: "an existing test was deleted",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/deleted.md"),
    };

    type Options = PathOptions;
    type Prepared = Globs;

    fn prepare(options: PathOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Globs, out: &mut Sink<'_>) {
        for test in &cx.facts.tests().deleted {
            if prepared.is_match(&test.spot.path) {
                continue;
            }
            let note =
                if test.with_file { "its whole file is gone" } else { "no test of its name or with its body is left" };
            out.deleted_line(&test.spot.path, line(&test.spot), format!("test `{}` was deleted", visible(&test.name)))
                .note(note)
                .help("keep the test; if what it tests is gone on purpose, say so and waive this")
                .key(&test.name)
                .emit();
        }
    }
}

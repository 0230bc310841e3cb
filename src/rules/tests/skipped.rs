//! An existing test is switched off, under no condition.

use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, line};

pub struct Skipped;

impl Check for Skipped {
    const META: Meta = Meta {
        id: "tests/skipped",
        summary: "an existing test was switched off",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/skipped.md"),
    };

    type Options = PathOptions;
    type Prepared = Globs;

    fn prepare(options: PathOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Globs, out: &mut Sink<'_>) {
        for marked in cx.facts.tests().skipped.iter().filter(|marked| !prepared.is_match(&marked.spot.path)) {
            let name = visible(&marked.name);
            let message = match marked.tests {
                0 | 1 => format!("test `{name}` no longer runs"),
                tests => format!("{tests} tests no longer run, `{name}` among them"),
            };
            out.added_line(&marked.spot.path, line(&marked.spot), None, message)
                .note(format!("switched off by `{}`", visible(&marked.mark)))
                .help("mend the test or the code; a skip under a condition says what the test needs")
                .key(&marked.name)
                .emit();
        }
    }
}

//! The message tells of work, and only what follows from work changed.

use crate::analyze::message::first_line;
use crate::claims::phantom;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct PhantomChange;

impl Check for PhantomChange {
    const META: Meta = Meta {
        id: "report/phantom-change",
        summary: "the message tells of work, and only a tracker, lock files or generated files changed",
        level: Level::Warn,
        needs: Needs::Message,
        docs: include_str!("../../../docs/rules/report/phantom-change.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(message) = cx.message else { return };
        let Some(only) = phantom::phantom(message, cx.facts) else { return };
        let (line, subject) = first_line(message);
        out.message_line(line, subject, format!("the message tells of work, and only {} changed", only.what()))
            .help("commit the work too, or say what this commit does")
            .emit();
    }
}

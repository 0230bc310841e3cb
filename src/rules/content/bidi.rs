//! Text that is shown in another order than it is read by a compiler (CVE-2021-42574).

use crate::analyze::unicode;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Deleted, ExcludeOptions, is_new, with_added};

pub struct Bidi;

impl Check for Bidi {
    const META: Meta = Meta {
        id: "content/bidi",
        summary: "an added line or path holds bidirectional controls that can reorder what is shown",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/bidi.md"),
    };

    type Options = ExcludeOptions;
    type Prepared = Globs;

    fn prepare(options: ExcludeOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
        for (_, change) in cx.changes().filter(|(_, change)| is_new(change) && !exclude.is_match(&change.path)) {
            let (found, _) = unicode::bidi(change.path.as_bytes());
            if let Some(first) = found.first() {
                let message = format!("the path holds {}", unicode::describe(first.character));
                out.path(&change.path, message).help("give the file a name that reads as it is written").emit();
            }
        }
        let deleted = Deleted::default();
        for (index, change, diff) in with_added(cx) {
            if exclude.is_match(&change.path) {
                continue;
            }
            let code = cx.facts.classes(index).code;
            for line in diff.added.iter().filter(|line| !line.text.is_ascii()) {
                let (found, balanced) = unicode::bidi(line.text);
                let Some(first) = found.first() else { continue };
                // Balanced controls in a text are how mixed directions are written.
                if balanced && !code || deleted.holds(cx, line.text) {
                    continue;
                }
                let what = unicode::describe(first.character);
                let message = if balanced {
                    format!("bidirectional controls in code: {what}")
                } else {
                    format!("{what} reorders the rest of the line")
                };
                let mut draft = out
                    .added_line(&change.path, line, Some((first.start, first.end)), message)
                    .help("take the control out, or write it as an escape");
                if balanced {
                    draft = draft.at_most(Level::Warn);
                }
                draft.emit();
            }
        }
    }
}

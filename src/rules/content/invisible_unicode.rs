//! Characters nobody can see.

use crate::analyze::unicode::{self, Place};
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Deleted, ExcludeOptions, is_new, with_added};

pub struct InvisibleUnicode;

impl Check for InvisibleUnicode {
    const META: Meta = Meta {
        id: "content/invisible-unicode",
        summary: "an added line or path holds characters that cannot be seen",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/invisible-unicode.md"),
    };

    type Options = ExcludeOptions;
    type Prepared = Globs;

    fn prepare(options: ExcludeOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
        for (_, change) in cx.changes().filter(|(_, change)| is_new(change) && !exclude.is_match(&change.path)) {
            let found = unicode::hidden(change.path.as_bytes(), false);
            if let Some(message) = message(&found) {
                out.path(&change.path, format!("the path holds {message}"))
                    .help("give the file a name people can see")
                    .emit();
            }
        }
        let deleted = Deleted::default();
        for (index, change, diff) in with_added(cx) {
            if exclude.is_match(&change.path) {
                continue;
            }
            let classes = cx.facts.classes(index);
            for line in diff.added.iter().filter(|line| !line.text.is_ascii()) {
                let found = unicode::hidden(line.text, line.number == 1);
                let (Some(message), Some(first)) = (message(&found), found.first()) else { continue };
                if deleted.holds(cx, line.text) {
                    continue;
                }
                let mut draft = out
                    .added_line(&change.path, line, Some((first.start, first.end)), message)
                    .help("take it out, or write it as an escape");
                if !classes.code || classes.test {
                    draft = draft.at_most(Level::Warn);
                }
                draft.emit();
            }
        }
    }
}

/// The first character by name, and how many there are.
fn message(found: &[Place]) -> Option<String> {
    let first = unicode::describe(found.first()?.character);
    Some(match found.len() {
        1 => first,
        count => format!("{first} and {} more", count - 1),
    })
}

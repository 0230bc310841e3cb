//! Characters nobody can see.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::code_lines::Class;
use crate::analyze::confusables::{self, LookAlike};
use crate::analyze::unicode::{self, Place};
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Deleted, is_new, with_added};

pub struct InvisibleUnicode;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
    /// Also look for names that look like others: letters of another script in the place of Latin ones.
    pub confusables: bool,
}

/// [`Options`], compiled.
pub struct Prepared {
    exclude: Globs,
    confusables: bool,
}

impl Check for InvisibleUnicode {
    const META: Meta = Meta {
        id: "content/invisible-unicode",
        summary: "an added line or path holds characters that cannot be seen",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/invisible-unicode.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let exclude = Globs::of(&options.exclude).map_err(|error| error.to_string())?;
        Ok(Prepared { exclude, confusables: options.confusables })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let exclude = &prepared.exclude;
        if prepared.confusables {
            look_alikes(cx, exclude, out);
        }
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
            if classes.snapshot {
                // What a program printed, byte for byte.
                continue;
            }
            for line in diff.added.iter().filter(|line| !line.text.is_ascii() && !unicode::is_binary(line.text)) {
                let mut found = unicode::hidden(line.text, line.number == 1);
                let quoted = |place: &Place| unicode::quoted_alone(line.text, *place);
                if !classes.code || classes.test {
                    found.retain(|place| !quoted(place));
                }
                let on_purpose = found.iter().all(quoted);
                let (Some(message), Some(first)) = (message(&found), found.first()) else { continue };
                if deleted.holds(cx, line.text) {
                    continue;
                }
                let mut draft = out
                    .added_line(&change.path, line, Some((first.start, first.end)), message)
                    .help("take it out, or write it as an escape");
                if !classes.code || classes.test || on_purpose {
                    draft = draft.at_most(Level::Warn);
                }
                draft.emit();
            }
        }
    }
}

/// Names in code and in new paths that look like ASCII: of two scripts, or of another one beside the ASCII name itself.
fn look_alikes(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
    for (_, change) in cx.changes().filter(|(_, change)| is_new(change) && !exclude.is_match(&change.path)) {
        if let Some(found) = confusables::find(change.path.as_bytes()).iter().find(|found| found.mixed) {
            out.path(&change.path, format!("the path holds {}", seems(found))).help("write it in one script").emit();
        }
    }
    let deleted = Deleted::default();
    for (index, change, diff) in with_added(cx) {
        // In texts and data, words of other languages are no names.
        if exclude.is_match(&change.path) || !cx.facts.classes(index).code {
            continue;
        }
        for (row, line) in diff.added.iter().enumerate().filter(|(_, line)| !line.text.is_ascii()) {
            let is_code = |found: &&LookAlike| cx.facts.class_at(index, row, found.start) == Some(Class::Code);
            let counts = |found: &&LookAlike| found.mixed || has_word(diff.added.source(), found.seems.as_bytes());
            let all = confusables::find(line.text);
            let Some(found) = all.iter().filter(is_code).find(counts) else { continue };
            if deleted.holds(cx, line.text) {
                continue;
            }
            out.added_line(&change.path, line, Some((found.start, found.end)), seems(found))
                .help("write the name in one script")
                .emit();
        }
    }
}

fn seems(found: &LookAlike) -> String {
    format!("a name that looks like `{}`, with `U+{:04X}` in it", found.seems, u32::from(found.letter))
}

fn has_word(text: &[u8], word: &[u8]) -> bool {
    let part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80);
    memchr::memmem::find_iter(text, word).take(1000).any(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !part(before) && !part(text.get(at + word.len()))
    })
}

/// The first character by name, and how many there are.
fn message(found: &[Place]) -> Option<String> {
    let first = unicode::describe(found.first()?.character);
    Some(match found.len() {
        1 => first,
        count => format!("{first} and {} more", count - 1),
    })
}

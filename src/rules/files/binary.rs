//! A binary file was added or changed.

use crate::analyze::linediff;
use crate::model::change::Engine;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

pub struct Binary;

impl Check for Binary {
    const META: Meta = Meta {
        id: "files/binary",
        summary: "a binary file was added or changed",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/files/binary.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        for (index, change) in cx.changes() {
            let regular = change.new.is_some_and(|side| side.mode.is_regular());
            if !regular || change.is_mode_only() || allow.is_match(&change.path) {
                continue;
            }
            // A file that is only moved holds nothing new.
            if cx.facts.renames().of_new(index).is_some_and(|rename| rename.similarity == 100) {
                continue;
            }
            if !cx.facts.lines(index).is_some_and(|diff| diff.binary) {
                continue;
            }
            // A file that was binary and is text now can be read again. A patch has the whole of no file.
            let in_patch = cx.set.engine == Engine::Patch;
            if !in_patch && !cx.facts.new_content(index).is_some_and(|content| linediff::is_binary(&content)) {
                continue;
            }
            let size = if in_patch { None } else { cx.facts.new_size(index) };
            let size = size.map(|size| format!(" of {size} bytes")).unwrap_or_default();
            out.path(
                &change.path,
                format!("`{}` is a binary file{size}, of which no diff shows what changed", change.path),
            )
            .help("leave built and binary files out of the change, or list their paths under `allow`")
            .emit();
        }
    }
}

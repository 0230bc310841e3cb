//! The executable bit of a file was set or cleared.

use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::object::Mode as FileMode;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

pub struct Mode;

impl Check for Mode {
    const META: Meta = Meta {
        id: "files/mode",
        summary: "the executable bit of a file was set or cleared",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/files/mode.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            let (Some(old), Some(new)) = (change.old, change.new) else { continue };
            // What a parent of a merge brought along was judged there.
            if allow.is_match(&change.path) || change.other_olds.iter().flatten().any(|other| other.mode == new.mode) {
                continue;
            }
            let message = match (old.mode, new.mode) {
                (FileMode::File, FileMode::Executable) => "was made executable",
                (FileMode::Executable, FileMode::File) => "is no longer executable",
                _ => continue,
            };
            out.path(&change.path, format!("`{}` {message}", change.path))
                .note(format!("mode {} became {}", old.mode, new.mode))
                .help("restore the mode unless the task asks for it")
                .emit();
        }
    }
}

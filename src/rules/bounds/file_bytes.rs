//! A file is larger than the policy allows.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::in_force;

pub struct FileBytes;

impl Check for FileBytes {
    const META: Meta = Meta {
        id: "bounds/file-bytes",
        summary: "a new or grown file is larger than `[bounds] file-bytes` allows",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/bounds/file-bytes.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let bounds = in_force(cx, |limits| limits.file_bytes.as_ref());
        for (index, change) in cx.changes().filter(|(_, change)| !change.is_mode_only()) {
            // The tightest bound on a file says enough.
            let covering =
                bounds.iter().filter(|bound| bound.condition.is_none_or(|when| when.holds_for(&change.path)));
            let Some(bound) = covering.min_by_key(|bound| bound.limit.value) else { continue };
            let limit = bound.limit.value;
            let Some(size) = cx.facts.new_size(index).filter(|size| *size > limit) else { continue };
            // A file that was as large before, or is only moved, is not this change's doing.
            if cx.facts.old_size(index).is_some_and(|old| old >= size) {
                continue;
            }
            out.path(&change.path, format!("`{}` has {size} bytes, more than the {limit} allowed", change.path))
                .origin(Some(&bound.limit.origin))
                .help("keep large data out of the repository, or store it by a pointer such as Git LFS")
                .emit();
        }
    }
}

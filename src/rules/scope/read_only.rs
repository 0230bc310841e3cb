//! Something changed in a task that was only to read.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct ReadOnly;

impl Check for ReadOnly {
    const META: Meta = Meta {
        id: "scope/read-only",
        summary: "something changed in a task that was only to read",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/scope/read-only.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(origin) = cx.contract.and_then(|contract| contract.read_only.as_ref()) else { return };
        for (_, change) in cx.changes() {
            out.path(&change.path, format!("`{}` changed in a read-only task", change.path))
                .origin(Some(origin))
                .help("undo the change, or ask the developer to end the task (`git warrant task end`)")
                .emit();
        }
    }
}

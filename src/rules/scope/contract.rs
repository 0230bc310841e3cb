//! The change leaves the bounds of the task's contract.

use crate::analyze::pathfold;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct Contract;

impl Check for Contract {
    const META: Meta = Meta {
        id: "scope/contract",
        summary: "the change leaves the bounds that the developer set for the task",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/scope/contract.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(contract) = cx.contract else { return };
        for (_, change) in cx.changes() {
            let path = &change.path;
            if let Some(entry) = contract.deny.protecting(path, &pathfold::fold(path)) {
                out.path(path, format!("`{path}` is not for this task"))
                    .note(format!("`deny = \"{}\"` of the contract matches it", entry.pattern))
                    .origin(entry.origin.as_ref())
                    .help("take this file out of the change, or ask the developer for a wider contract")
                    .emit();
            } else if !contract.allow.is_empty() && !contract.allow.is_match(path) {
                out.path(path, format!("`{path}` is outside the task"))
                    .note("no entry of the contract's `allow` matches it")
                    .origin(contract.allow.entries().first().and_then(|entry| entry.origin.as_ref()))
                    .help("take this file out of the change, or ask the developer for a wider contract")
                    .emit();
            }
        }
        let files = cx.facts.files_changed();
        if let Some(bound) = contract.files.as_ref().filter(|bound| files > bound.value) {
            out.change(format!("{files} files changed, and the task has {} at most", bound.value))
                .origin(Some(&bound.origin))
                .help("do less in one change, or ask the developer for a wider contract")
                .emit();
        }
    }
}

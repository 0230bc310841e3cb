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
            } else if let Some(list) = contract.refusing(|globs| globs.is_match(path)) {
                out.path(path, format!("`{path}` is outside the task"))
                    .note("no entry of the contract's `allow` matches it")
                    .origin(list.entries().first().and_then(|entry| entry.origin.as_ref()))
                    .help("take this file out of the change, or ask the developer for a wider contract")
                    .emit();
            }
        }
        let limits = &contract.limits;
        if limits.is_empty() {
            return;
        }
        // Lines are counted only where they are bounded, and not where a tool is only about to write: both states are one then.
        let is_made = cx.changes().any(|(_, change)| change.old != change.new);
        let (added, deleted) = match (&limits.added_lines, &limits.deleted_lines) {
            (None, None) => (0, 0),
            _ if !is_made => (0, 0),
            _ => cx.facts.line_totals(),
        };
        let new_paths = cx.changes().filter(|(_, change)| change.old.is_none()).count();
        let new_files = new_paths.saturating_sub(cx.facts.renames().pairs.len()) as u64;
        let counts = [
            (&limits.files, cx.facts.files_changed(), "files changed"),
            (&limits.new_files, new_files, "new files"),
            (&limits.added_lines, added, "added lines"),
            (&limits.deleted_lines, deleted, "deleted lines"),
        ];
        for (bound, count, what) in counts {
            let Some(bound) = bound.as_ref().filter(|bound| count > bound.value) else { continue };
            out.change(format!("{count} {what}, and the task has {} at most", bound.value))
                .origin(Some(&bound.origin))
                .help("do less in one change, or ask the developer for a wider contract")
                .key(what.as_bytes())
                .emit();
        }
    }
}

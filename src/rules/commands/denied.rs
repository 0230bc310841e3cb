//! A command that must not run was run.

use super::shown;
use crate::analyze::shell::Script;
use crate::model::command::{CommandPattern, Match};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct Denied;

impl Check for Denied {
    const META: Meta = Meta {
        id: "commands/denied",
        summary: "a command that `[commands] deny` or the task's contract lists was run",
        level: Level::Deny,
        needs: Needs::Session,
        docs: include_str!("../../../docs/rules/commands/denied.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(session) = cx.session else { return };
        let contract = cx.contract.map(|contract| contract.commands.deny.as_slice()).unwrap_or_default();
        let denied: Vec<(&CommandPattern, bool)> = cx
            .policy
            .commands
            .deny
            .iter()
            .map(|pattern| (pattern, false))
            .chain(contract.iter().map(|pattern| (pattern, true)))
            .collect();
        if denied.is_empty() {
            return;
        }
        for seen in &session.commands {
            let script = Script::of(&seen.command);
            let hit = denied
                .iter()
                .find_map(|(pattern, of_task)| Some((script.matching(pattern, Match::Surely)?, *pattern, *of_task)));
            let Some((command, pattern, of_task)) = hit else { continue };
            let text = shown(command);
            let whose = if of_task { "of the contract" } else { "of `[commands]`" };
            let (message, help, most) = if seen.refused {
                (format!("`{text}` was tried, and refused"), "leave this command to the developer", Level::Warn)
            } else {
                let help = "undo what it did, as far as that can be done, and tell the developer of it";
                (format!("`{text}` was run, and must not be"), help, Level::Deny)
            };
            out.change(message)
                .note(format!("`deny = \"{}\"` {whose} matches it", pattern.text))
                .origin(pattern.origin.as_ref())
                .help(help)
                .at_most(most)
                .key(text.as_bytes())
                .emit();
        }
    }
}

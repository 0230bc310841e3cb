//! A commit was made in a task that is to end without one.

use crate::model::finding::Level;
use crate::model::message::MessageSource;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct ForbiddenCommit;

impl Check for ForbiddenCommit {
    const META: Meta = Meta {
        id: "history/forbidden-commit",
        summary: "a commit was made, or is being made, in a task that forbids it",
        level: Level::Deny,
        needs: Needs::Session,
        docs: include_str!("../../../docs/rules/history/forbidden-commit.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(origin) = cx.contract.and_then(|contract| contract.no_commit.as_ref()) else { return };
        // Git hands a message to the hook only while it makes a commit.
        if cx.message.is_some_and(|message| message.source == MessageSource::Hook) {
            out.change("this commit is made in a task without commits")
                .origin(Some(origin))
                .help("leave the change in the work tree; the developer commits it")
                .emit();
        }
        for commit in cx.session.map(|session| session.commits.as_slice()).unwrap_or_default() {
            out.change(format!("{} was committed in a task without commits", commit.short()))
                .origin(Some(origin))
                .help(format!(
                    "take it back with `git reset --soft {}^` where nothing was pushed, or ask the developer to end the task",
                    commit.short()
                ))
                .key(commit.short().as_bytes())
                .emit();
        }
    }
}

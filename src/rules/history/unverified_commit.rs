//! An agent's commit that no hook had passed when it was made.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct UnverifiedCommit;

impl Check for UnverifiedCommit {
    const META: Meta = Meta {
        id: "history/unverified-commit",
        summary: "a pushed commit was made past the hooks",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/history/unverified-commit.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        if cx.push.is_some_and(|push| !push.of_ref && push.passed == Some(false)) {
            out.change("no hook had passed this commit when it was made")
                .note("there is no note of it under refs/notes/warrant; it was judged now")
                .help("run `git warrant doctor` where it was made, and commit without ways around the hooks")
                .emit();
        }
    }
}

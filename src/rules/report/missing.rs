//! The policy asks for a report and there is none.

use crate::model::change::Subject;
use crate::model::finding::Level;
use crate::model::message::{Message, MessageSource};
use crate::model::policy::Require;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct Missing;

/// What to add, ready to be filled in.
const BLOCK: &str = "add this block to the commit message, with one `[[claim]]` for each thing done \
(`git warrant explain report/missing` lists the kinds):
```warrant
schema = 1

[[claim]]
kind = \"modified\"
path = \"path/of/the/file\"
```";

impl Check for Missing {
    const META: Meta = Meta {
        id: "report/missing",
        summary: "the report that `[report] require` asks for is not there",
        level: Level::Deny,
        needs: Needs::Report,
        docs: include_str!("../../../docs/rules/report/missing.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let is_final = cx.message.is_some_and(|message| message.source == MessageSource::Final);
        // At the end of a turn in which nothing was done there is nothing to report.
        if cx.report.is_some() || cx.set.subject == Subject::Session && cx.set.changes.is_empty() {
            return;
        }
        let (message, help) = match cx.policy.report.require {
            Require::None => return,
            Require::Message if cx.message.is_some_and(says_something) => return,
            Require::Message if is_final => {
                ("the final message does not say what was done", "say what changed and why")
            }
            // A client that hands no message over has said nothing about what was said.
            Require::Message if cx.set.subject == Subject::Session => return,
            Require::Message => {
                ("the commit message does not say what was done", "say in the subject line what changed and why")
            }
            Require::Declared => ("there is no declared report of what was done", BLOCK),
        };
        out.change(message).origin(cx.policy.report.require_origin.as_ref()).help(help).emit();
    }
}

/// Trailers alone say who, not what.
fn says_something(message: &Message) -> bool {
    let is_trailer = |number: usize| message.trailers.iter().any(|trailer| trailer.line as usize == number);
    message.text.lines().enumerate().any(|(at, line)| !is_trailer(at + 1) && line.chars().any(char::is_alphanumeric))
}

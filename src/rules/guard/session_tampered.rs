//! What records the session, or brings this program into play in it, is not as it was.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct SessionTampered;

impl Check for SessionTampered {
    const META: Meta = Meta {
        id: "guard/session-tampered",
        summary: "the session's ledger, or a hook or setting that calls this program, was changed in the session",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/session-tampered.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for reason in cx.session.iter().flat_map(|session| &session.tampered) {
            out.change(reason.clone())
                .key(reason.as_bytes())
                .help("put it back as it was, or tell the user, who can run `git-warrant doctor`")
                .emit();
        }
    }
}

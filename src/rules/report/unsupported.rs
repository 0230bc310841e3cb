//! A declared claim for which no evidence was found.

use super::place;
use crate::model::claim::{ClaimSource, Verdict};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct Unsupported;

impl Check for Unsupported {
    const META: Meta = Meta {
        id: "report/unsupported",
        summary: "no evidence was found for a declared claim",
        level: Level::Allow,
        needs: Needs::Report,
        docs: include_str!("../../../docs/rules/report/unsupported.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for (index, judged) in cx.claims.iter().enumerate() {
            if judged.verdict != Verdict::Unsupported || judged.claim.source != ClaimSource::Declared {
                continue;
            }
            let message = format!("nothing shows the claim `{}`: {}", judged.claim.kind, judged.reason);
            let draft = match place(cx, judged) {
                Some(path) => out.path(path, message),
                None => out.change(message),
            };
            draft
                .claim(index)
                .key(judged.claim.text.as_bytes())
                .help("leave the claim out, or state what can be checked")
                .emit();
        }
    }
}

//! A claim is refuted by the change.

use super::place;
use crate::model::claim::{ClaimSource, Verdict};
use crate::model::finding::Level;
use crate::model::policy::Prose;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct Contradicted;

impl Check for Contradicted {
    const META: Meta = Meta {
        id: "report/contradicted",
        summary: "a claim of the report is refuted by the change",
        level: Level::Deny,
        needs: Needs::Report,
        docs: include_str!("../../../docs/rules/report/contradicted.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let enforce_prose = cx.policy.report.prose == Prose::Enforce;
        for (index, judged) in cx.claims.iter().enumerate() {
            let counts = judged.claim.source == ClaimSource::Declared || enforce_prose;
            if judged.verdict != Verdict::Contradicted || !counts {
                continue;
            }
            let message = format!("the claim `{}` is wrong: {}", judged.claim.kind, judged.reason);
            let draft = match place(cx, judged) {
                Some(path) => out.path(path, message),
                None => out.change(message),
            };
            draft
                .claim(index)
                .key(judged.claim.text.as_bytes())
                .help("correct the report, or make the change it speaks of")
                .emit();
        }
    }
}

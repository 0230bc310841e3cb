//! A claim is refuted by the change.

use super::place;
use crate::claims::prose::precision;
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
            if judged.verdict != Verdict::Contradicted {
                continue;
            }
            let declared = judged.claim.source == ClaimSource::Declared;
            let blocks = declared || enforce_prose && precision::may_block(judged.claim.kind);
            let message = format!("the claim `{}` is wrong: {}", judged.claim.kind, judged.reason);
            let draft = match place(cx, judged) {
                Some(path) => out.path(path, message),
                None => out.change(message),
            };
            let draft = if blocks { draft } else { draft.at_most(Level::Warn) };
            draft
                .claim(index)
                .key(judged.claim.text.as_bytes())
                .help("correct the report, or make the change it speaks of")
                .emit();
        }
    }
}

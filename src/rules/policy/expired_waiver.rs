//! A waiver of the policy has ended.

use crate::model::finding::Level;
use crate::model::waiver::Review;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::{key, named, waivers};

pub struct ExpiredWaiver;

impl Check for ExpiredWaiver {
    const META: Meta = Meta {
        id: "policy/expired-waiver",
        summary: "a waiver of the policy has ended and lifts nothing",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/policy/expired-waiver.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        for (waiver, done) in waivers(cx).filter(|(waiver, _)| waiver.is_expired(cx.today)) {
            let told = match cx.review {
                Review::Met => done.missed > 0,
                Review::Counting => false,
                Review::Ended | Review::Commits | Review::Tree => true,
            };
            if !told {
                continue;
            }
            let draft = out
                .change(format!("{} ended on {} and lifts nothing", named(waiver), waiver.until))
                .key(&key(waiver))
                .origin(Some(&waiver.origin))
                .help("take it out, or have its owner set a later day with a fresh reason");
            match done.missed {
                0 => draft.emit(),
                1 => draft.note("it would have lifted a finding here").emit(),
                more => draft.note(format!("it would have lifted {more} findings here")).emit(),
            }
        }
    }
}

//! A waiver of the policy lifts nothing.
//!
//! One change says nothing about that: a waiver waits for what may come. So it is told only where much was judged: of a
//! whole tree, or of a range in which many commits touched what the waiver covers.

use crate::model::finding::Level;
use crate::model::waiver::{Review, Use, Waiver};
use crate::rules::{Check, Context, Meta, Needs, RULES, Sink, is_of_state};

use super::{key, named, waivers};

/// How many commits of a range have to touch the paths of a waiver before it is called unused.
const DEFAULT_COMMITS: u64 = 20;

pub struct UnusedWaiver;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// How many judged commits of a range have to touch the paths of a waiver, and find nothing for it to lift, before it
    /// is called unused.
    commits: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { commits: DEFAULT_COMMITS }
    }
}

impl Check for UnusedWaiver {
    const META: Meta = Meta {
        id: "policy/unused-waiver",
        summary: "a waiver of the policy lifted nothing in a whole tree or a long range",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/policy/unused-waiver.md"),
    };

    type Options = Options;
    type Prepared = Options;

    fn prepare(options: Options) -> Result<Options, String> {
        if options.commits == 0 {
            return Err("`commits` has to be 1 or more: what nothing touched cannot be called unused".to_owned());
        }
        Ok(options)
    }

    fn check(cx: &Context<'_>, options: &Options, out: &mut Sink<'_>) {
        for (waiver, done) in waivers(cx).filter(|(waiver, done)| done.lifted == 0 && !waiver.is_expired(cx.today)) {
            let Some(found) = unused(cx.review, waiver, done, options) else { continue };
            out.change(format!("{} {found}", named(waiver)))
                .key(&key(waiver))
                .origin(Some(&waiver.origin))
                .help("take it out if what it was for is done")
                .emit();
        }
    }
}

/// What was seen of it, where that is enough.
fn unused(review: Review, waiver: &Waiver, done: Use, options: &Options) -> Option<String> {
    match review {
        Review::Tree if done.touched > 0 && covers(waiver, true) && !covers(waiver, false) => {
            Some("lifts nothing that is in the tree".to_owned())
        }
        // What lies in the tree may still need a waiver of state that no late commit did.
        Review::Commits if done.touched >= options.commits && !covers(waiver, true) => {
            Some(format!("lifted nothing, though {} of the commits judged touched what it covers", done.touched))
        }
        _ => None,
    }
}

/// Is a rule of state, or one of change, among those it speaks of?
fn covers(waiver: &Waiver, state: bool) -> bool {
    RULES.iter().any(|rule| waiver.selects(rule.meta.id) && is_of_state(rule.meta.id) == state)
}

//! An assertion of an existing test says less than it did.

use crate::analyze::testcode::Strength;
use crate::analyze::testdiff::How;
use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, line};

pub struct Weakened;

impl Check for Weakened {
    const META: Meta = Meta {
        id: "tests/weakened",
        summary: "an assertion of an existing test says less",
        level: Level::Allow,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/weakened.md"),
    };

    type Options = PathOptions;
    type Prepared = Globs;

    fn prepare(options: PathOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Globs, out: &mut Sink<'_>) {
        for weakened in cx.facts.tests().weakened.iter().filter(|weakened| !prepared.is_match(&weakened.spot.path)) {
            let (old, new) = (visible(&weakened.old), visible(&weakened.new));
            let message = match weakened.how {
                How::Unreached => format!("`{new}` is never reached any more"),
                How::Conditional if old == new => format!("`{new}` no longer decides whether the test passes"),
                _ => format!("`{old}` became `{new}`"),
            };
            let key = [weakened.name.as_slice(), b"\n", &weakened.old, b"\n", &weakened.new].concat();
            out.added_line(&weakened.spot.path, line(&weakened.spot), None, message)
                .note(format!("in test `{}`: {}", visible(&weakened.name), reason(weakened.how)))
                .help("assert what was asserted, or say why it no longer holds")
                .key(&key)
                .emit();
        }
    }
}

fn reason(how: How) -> String {
    match how {
        How::Strength(old, new) => format!("it asked for {}, and now for {}", strength(old), strength(new)),
        How::Vacuous => "it cannot fail".to_owned(),
        How::Tolerance(old, new) => format!("it let pass a deviation of {old}, and now of {new}"),
        How::Bound => "the bound was moved outward".to_owned(),
        How::Unreached => "the test returns before it".to_owned(),
        How::Conditional => "it stands under a condition now, or its failing is dropped".to_owned(),
    }
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Nothing => "nothing",
        Strength::Truthy => "truth or presence",
        Strength::Range => "a bound, a part or a kind",
        Strength::Exact | Strength::Unknown => "one value",
    }
}

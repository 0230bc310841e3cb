//! The state of the policy's own exceptions. What is found here is found in the policy that is in force, never in one
//! that the change proposes.

pub mod expired_waiver;
pub mod unused_waiver;

use crate::model::waiver::{Use, Waiver};
use crate::rules::Context;

/// The waivers with what each did.
fn waivers<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a Waiver, Use)> + use<'a> {
    let uses = cx.waiver_uses.iter().copied().chain(std::iter::repeat(Use::default()));
    cx.policy.waivers.iter().zip(uses)
}

/// What makes a waiver the same one in another run: all that it covers, not where it stands.
fn key(waiver: &Waiver) -> Vec<u8> {
    let paths = waiver.paths.entries().iter().map(|entry| entry.pattern.as_str());
    let parts =
        std::iter::once(waiver.rule.as_str()).chain(paths).chain(waiver.fingerprints.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join("\n").into_bytes()
}

/// The waiver in a few words, for a message.
fn named(waiver: &Waiver) -> String {
    let paths: Vec<String> = waiver.paths.entries().iter().map(|entry| format!("`{}`", entry.pattern)).collect();
    let shown = match paths.as_slice() {
        [] => String::new(),
        [one] => format!(" on {one}"),
        [first, rest @ ..] => format!(" on {first} and {} more", rest.len()),
    };
    format!("the waiver of `{}`{shown}", waiver.rule)
}

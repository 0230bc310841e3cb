//! Amp.

use super::profile::{NONE, Profile, Variable, Weight, trailer};

pub(super) const PROFILE: Profile = Profile {
    name: "amp",
    environment: &[Variable { name: "AGENT", value: Some("amp"), weight: Weight::Decides }],
    emails: &["amp@ampcode.com"],
    trailers: &[trailer("Amp-Thread-ID")],
    words: &["amp"],
    ..NONE
};

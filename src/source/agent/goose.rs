//! Goose.

use super::profile::{NONE, Profile, Variable, Weight};

pub(super) const PROFILE: Profile = Profile {
    name: "goose",
    environment: &[Variable { name: "AGENT", value: Some("goose"), weight: Weight::Decides }],
    words: &["goose"],
    ..NONE
};

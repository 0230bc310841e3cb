//! Crush.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile = Profile {
    name: "crush",
    emails: &["crush@charm.land"],
    lines: &["Generated with Crush"],
    words: &["crush"],
    ..NONE
};

//! `OpenHands`.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile = Profile {
    name: "openhands",
    emails: &["openhands@all-hands.dev"],
    branches: &["openhands/"],
    words: &["openhands"],
    ..NONE
};

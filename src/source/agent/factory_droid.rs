//! Factory Droid.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile = Profile {
    name: "factory-droid",
    apps: &["factory-droid[bot]"],
    github_ids: &["138933559"],
    words: &["droid", "factory-droid"],
    ..NONE
};

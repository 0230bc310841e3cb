//! Jules, in the cloud.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile = Profile {
    name: "jules",
    apps: &["google-labs-jules[bot]"],
    github_ids: &["161369871"],
    branches: &["jules/"],
    words: &["jules"],
    ..NONE
};

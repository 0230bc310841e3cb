//! Devin, in the cloud.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile = Profile {
    name: "devin",
    apps: &["devin-ai-integration[bot]"],
    github_ids: &["158243242"],
    branches: &["devin/"],
    words: &["devin"],
    ..NONE
};

//! Gemini CLI and Gemini Code Assist. The command line tool signs no commits of its own.

use super::profile::{NONE, Profile, one};

pub(super) const PROFILE: Profile = Profile {
    name: "gemini",
    environment: &[one("GEMINI_CLI")],
    apps: &["gemini-code-assist[bot]", "gemini-cli[bot]"],
    words: &["gemini", "gemini-cli"],
    ..NONE
};

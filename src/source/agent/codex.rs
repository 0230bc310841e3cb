//! Codex, its sandbox and its GitHub connector.

use super::profile::{NONE, Profile, one, set};

pub(super) const PROFILE: Profile = Profile {
    name: "codex",
    environment: &[
        set("CODEX_THREAD_ID"),
        set("CODEX_SANDBOX"),
        one("CODEX_SANDBOX_NETWORK_DISABLED"),
        one("CODEX_CI"),
    ],
    emails: &["codex@openai.com", "noreply@openai.com"],
    apps: &["chatgpt-codex-connector[bot]"],
    lines: &["Generated with [Codex](https://openai.com/codex"],
    branches: &["codex/"],
    words: &["codex"],
    ..NONE
};

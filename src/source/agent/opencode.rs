//! OpenCode. It signs no commits of its own; the GitHub app does.

use super::profile::{NONE, Profile, Variable, Weight, one, set};

pub(super) const PROFILE: Profile = Profile {
    name: "opencode",
    environment: &[
        one("OPENCODE"),
        set("OPENCODE_PID"),
        // Other tools set it too.
        Variable { name: "AGENT", value: Some("1"), weight: Weight::Supports },
    ],
    apps: &["opencode-agent[bot]"],
    words: &["opencode"],
    ..NONE
};

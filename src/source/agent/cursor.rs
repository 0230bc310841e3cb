//! Cursor: its agent, in the editor, on the command line and in the cloud.

use super::profile::{NONE, Profile, TrailerMark, Variable, Weight, one, set};

pub(super) const PROFILE: Profile = Profile {
    name: "cursor",
    environment: &[
        one("CURSOR_AGENT"),
        set("CURSOR_CONVERSATION_ID"),
        // Every terminal of the editor has it.
        Variable { name: "CURSOR_TRACE_ID", value: None, weight: Weight::Supports },
    ],
    emails: &["cursoragent@cursor.com"],
    apps: &["cursor[bot]"],
    trailers: &[TrailerMark { key: "Made-with", value: Some("Cursor") }],
    branches: &["cursor/"],
    words: &["cursor"],
    ..NONE
};

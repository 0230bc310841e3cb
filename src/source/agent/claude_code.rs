//! Claude Code, its cloud sessions and its GitHub app.

use super::profile::{NONE, Profile, Variable, Weight, one, set, trailer};

pub(super) const PROFILE: Profile = Profile {
    name: "claude-code",
    environment: &[
        // Terminals inside some editors keep it after the agent has gone.
        Variable { name: "CLAUDECODE", value: Some("1"), weight: Weight::Ambiguous },
        one("CLAUDE_CODE_CHILD_SESSION"),
        set("CLAUDE_CODE_SESSION_ID"),
        set("CLAUDE_CODE_REMOTE"),
    ],
    emails: &["noreply@anthropic.com", "no-reply@anthropic.com"],
    apps: &["claude[bot]"],
    trailers: &[trailer("Claude-Session")],
    lines: &["Generated with [Claude Code]"],
    branches: &["claude/"],
    words: &["claude", "claude-code"],
    ..NONE
};

//! GitHub Copilot: the command line tool, the cloud agent and Autofix.

use super::profile::{NONE, Profile, one, set, trailer};

pub(super) const PROFILE: Profile = Profile {
    name: "copilot",
    environment: &[one("COPILOT_CLI"), set("COPILOT_AGENT_SESSION_ID"), set("COPILOT_AGENT_PROMPT")],
    emails: &["copilot@github.com"],
    apps: &["copilot-swe-agent[bot]"],
    github_ids: &["223556219", "198982749", "175728472", "62310815"],
    trailers: &[trailer("Copilot-Session"), trailer("Agent-Logs-Url")],
    branches: &["copilot/"],
    words: &["copilot", "github-copilot"],
    ..NONE
};

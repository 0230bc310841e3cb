//! What several formats share: contents in parts, and exit statuses told in text.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::model::event::Ended;
use crate::source::json::{self, Object};

use super::out::output;

/// The text of a content: a string, or parts of which those with `text` count.
pub(super) fn text_of(raw: &RawValue) -> String {
    if let Some(text) = json::text(raw) {
        return text.into_owned();
    }
    let parts = json::list(raw).unwrap_or_default();
    let texts: Vec<Cow<'_, str>> = parts.into_iter().filter_map(|part| Object::of(part)?.text("text")).collect();
    texts.join("\n")
}

/// What clients put their own words into.
const TAGS: &[&str] = &[
    "system-reminder",
    "system_reminder",
    "system_notification",
    "ide_opened_file",
    "ide_selection",
    "environment_context",
    "environment_details",
    "user_instructions",
    "user_info",
    "permissions",
    "hook_prompt",
    "turn_aborted",
    "task-notification",
    "local-command-caveat",
    "local-command-stdout",
    "local-command-stderr",
    "bash-input",
    "bash-stdout",
    "bash-stderr",
    "skill",
    "collaboration_mode",
    "session_context",
    "subagent_notification",
    "user_shell_command",
    "project_layout",
    "rules",
    "attached_files",
    "open_and_recently_viewed_files",
    "recommended_plugins",
    "goal_context",
    "apps_instructions",
    "plugins_instructions",
    "skills_instructions",
];

/// Words of a client that stand where a person's would: in a tag (`<system-reminder>`), or as a known heading.
pub(super) fn is_inserted(text: &str) -> bool {
    let text = text.trim_start();
    let tag = text.strip_prefix('<').and_then(|rest| rest.split(['>', ' ', '\n']).next()).unwrap_or_default();
    TAGS.contains(&tag)
        || [
            "# AGENTS.md instructions",
            "Stop hook feedback",
            "[Request interrupted by user",
            "Caveat: The messages below",
        ]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The number behind the last occurrence of some words.
pub(super) fn number_after(text: &str, words: &str) -> Option<i32> {
    let rest = &text[text.rfind(words)? + words.len()..];
    let rest = rest.trim_start_matches([' ', ':']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// A command that ended with a status, or without one where none is told.
pub(super) fn ended(exit: Option<i32>, text: &str) -> Ended {
    Ended { exit, failed: exit.map(|exit| exit != 0), output: Some(output(text)), ..Ended::default() }
}

/// How clients say that a call never ran.
const REFUSALS: &[&str] = &[
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action right now",
    "Permission to use ",
    "denied by your permission settings",
    "requires approval",
    "has been denied",
    "rejected permission to use this specific tool call",
    "The user has specified a rule which prevents you",
    "Command blocked by PreToolUse hook",
    "Denied by preToolUse hook",
    "Tool execution blocked",
    "rejected by user",
    "The user rejected this tool call",
    "Permission denied and could not request permission from user",
    "hook exited with code 2",
    // The client itself would not run it, or could not ask whether it may.
    "<tool_use_error>",
    "cannot determine the safety of",
];

/// Do these words say that a call was refused, so that it never ran?
pub(super) fn is_refusal(text: &str) -> bool {
    let head: String = text.chars().take(400).collect();
    let blocked = head.contains("PreToolUse:") && (head.contains("hook error") || head.contains("blocking error"));
    blocked || REFUSALS.iter().any(|words| head.contains(words))
}

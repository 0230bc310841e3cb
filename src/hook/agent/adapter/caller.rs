//! Who called, told from the payload. One `.claude/settings.json` is read by Claude Code, Cursor, Copilot, Visual Studio
//! Code and Devin, and `.github/hooks/` by two of them; each sends its own payload and reads its own answer.

use super::fields::Fields as _;
use super::{Adapter, Lookup, named};
use crate::source::json::Object;

/// Agents whose configuration other agents read.
const SHARED: &[&str] = &["claude-code", "copilot", "vscode"];

/// The adapter that speaks to whoever sent this. `configured` is the agent whose configuration named us.
pub fn of(
    configured: Option<&'static dyn Adapter>,
    fields: &Object<'_>,
    environment: &Lookup,
) -> Option<&'static dyn Adapter> {
    match configured {
        Some(adapter) if !SHARED.contains(&adapter.name()) => Some(adapter),
        _ => told(configured.map(Adapter::name), fields, environment).and_then(named).or(configured),
    }
}

fn told(configured: Option<&'static str>, fields: &Object<'_>, environment: &Lookup) -> Option<&'static str> {
    let has = |key: &str| fields.has(key);
    let is_iso = fields.text("timestamp").is_some();
    if has("cursor_version") || has("conversation_id") && has("generation_id") {
        return Some("cursor");
    }
    if has("sessionId") && has("hookEventName") {
        return Some("vscode");
    }
    if has("sessionId") && fields.integer("timestamp").is_some() {
        return Some("copilot");
    }
    if configured.is_none() {
        // Nobody else reads their configuration, so these are known only where ours does not name them.
        if has("schema") && has("event") {
            return Some("generic");
        }
        let event = fields.name("hook_event_name").unwrap_or_default();
        if is_iso && matches!(event.as_str(), "BeforeAgent" | "AfterAgent" | "BeforeTool" | "AfterTool") {
            return Some("gemini");
        }
        if has("turn_id") && has("model") {
            return Some("codex");
        }
        if is_iso && environment("QWEN_PROJECT_DIR").is_some() {
            return Some("qwen");
        }
    }
    if is_iso && has("hook_event_name") && !has("permission_mode") {
        return Some("copilot");
    }
    if has("hook_event_name") {
        let is_devin = !has("cwd") || environment("DEVIN_PROJECT_DIR").is_some() && environment("CLAUDECODE").is_none();
        return Some(if is_devin { "devin" } else { "claude-code" });
    }
    None
}

/// The client's own name for the event, where the payload has it.
pub fn event(fields: &Object<'_>) -> Option<String> {
    ["hook_event_name", "hookEventName", "event"].iter().find_map(|key| fields.name(key))
}

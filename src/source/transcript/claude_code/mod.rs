//! Claude Code, 2.0.64 to 2.1.330: `~/.claude/projects/<folder>/<session>.jsonl`.
//!
//! Rows form a tree by `uuid` and `parentUuid`. It is not walked: calls made at once are siblings, and a walk back from the last
//! row would lose results. Rows are taken in the order of the file, and a prompt whose parent lies in an earlier turn is told as a
//! rewind, for the client may have put files back.

mod helpers;
mod results;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash as _, Hasher as _};

use serde_json::value::RawValue;

use self::helpers::Helpers;
use self::results::Background;
use super::out::Out;
use super::parts::{is_inserted, text_of};
use super::{Gap, Reader};
use crate::model::event::{Tool, What};
use crate::source::json::{self, Object};
use crate::source::tool;

/// Rows of the client's own state.
const STATE: &[&str] = &[
    "agent-color",
    "agent-name",
    "agent-setting",
    "ai-title",
    "api-request",
    "api-request-blob",
    "api-request-shape",
    "atis-latch",
    "attribution-snapshot",
    "content-replacement",
    "continued-in",
    "cost-state",
    "custom-title",
    "derived-from",
    "file-history-delta",
    "file-history-snapshot",
    "fork-context-ref",
    "frame-link",
    "last-prompt",
    "mode",
    "permission-mode",
    "pr-link",
    "queue-operation",
    "relocated",
    "summary",
    "tag",
    "task-summary",
    "tools-used",
    "worktree-state",
];

/// Subtypes of `system` rows that tell nothing of what was done.
const SYSTEM: &[&str] = &[
    "agents_killed",
    "api_error",
    "api_metrics",
    "away_summary",
    "bridge_status",
    "informational",
    "local_command",
    "memory_saved",
    "microcompact_boundary",
    "model_refusal_fallback",
    "notification",
    "permission_retry",
    "scheduled_task_fire",
    "stop_hook_summary",
    "thinking",
    "turn_duration",
];

const ATTACHMENTS: &[&str] = &[
    "agent_listing_delta",
    "agent_mention",
    "async_hook_response",
    "auto_mode",
    "budget_usd",
    "command_permissions",
    "compact_file_reference",
    "context_efficiency",
    "critical_system_reminder",
    "date_change",
    "deferred_tools_delta",
    "diagnostics",
    "directory",
    "edited_image_file",
    "edited_text_file",
    "file",
    "hook_additional_context",
    "hook_blocking_error",
    "hook_cancelled",
    "hook_error_during_execution",
    "hook_non_blocking_error",
    "hook_permission_decision",
    "hook_stopped_continuation",
    "hook_success",
    "hook_system_message",
    "invoked_skills",
    "mcp_instructions_delta",
    "mcp_resource",
    "nested_memory",
    "opened_file_in_ide",
    "output_style",
    "pdf_reference",
    "plan_file_reference",
    "plan_mode",
    "plan_mode_exit",
    "plan_mode_reentry",
    "relevant_memories",
    "selected_lines_in_ide",
    "skill_listing",
    "task_reminder",
    "task_status",
    "todo",
    "todo_reminder",
    "token_usage",
    "ultrathink_effort",
];

const PROGRESS: &[&str] = &[
    "bash_progress",
    "hook_progress",
    "mcp_progress",
    "powershell_progress",
    "query_update",
    "search_results_received",
    "skill_progress",
    "tool_progress",
    "waiting_for_task",
];

/// Blocks of an assistant's content that are neither words for a person nor calls of tools here.
const BLOCKS: &[&str] =
    &["thinking", "redacted_thinking", "fallback", "server_tool_use", "web_search_tool_result", "image", "document"];

/// Commands of the client that are no words to the agent.
const OWN_COMMANDS: &[&str] = &[
    "/add-dir",
    "/agents",
    "/clear",
    "/color",
    "/compact",
    "/config",
    "/context",
    "/copy",
    "/cost",
    "/doctor",
    "/effort",
    "/exit",
    "/export",
    "/extra-usage",
    "/fast",
    "/help",
    "/hooks",
    "/ide",
    "/login",
    "/logout",
    "/mcp",
    "/memory",
    "/model",
    "/output-style",
    "/permissions",
    "/plugin",
    "/quit",
    "/reload-plugins",
    "/rename",
    "/resume",
    "/rewind",
    "/skills",
    "/stats",
    "/status",
    "/statusline",
    "/tasks",
    "/terminal-setup",
    "/theme",
    "/todos",
    "/usage",
    "/vim",
];

/// The most rows whose turn is kept, to tell a rewind by.
const MAX_ROWS: usize = 1_000_000;

#[derive(Default)]
pub(super) struct ClaudeCode {
    /// The turn a row belongs to, by the hash of its id.
    turns: FxHashMap<u64, u32>,
    turn: u32,
    any: bool,
    /// A boundary was told, and the summary behind it is the same compaction.
    compacted: bool,
    background: Background,
    helpers: Helpers,
}

impl Reader for ClaudeCode {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        let kind = row.text("type").unwrap_or_default();
        if STATE.contains(&&*kind) {
            return;
        }
        self.context(row, out);
        match &*kind {
            "user" => self.user(row, out),
            "assistant" => Self::assistant(row, out),
            "system" => self.system(row, out),
            "attachment" => self.attachment(row, out),
            "progress" => self.progress(row, out),
            other => out.seen.unknown(other),
        }
        self.note_turn(row);
        self.any = true;
    }

    fn end(&mut self, out: &mut Out<'_>) {
        self.helpers.end(out);
        self.background.end(out);
    }
}

impl ClaudeCode {
    fn context(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.session(row.text("sessionId").as_deref(), row.text("cwd").as_deref());
        out.seen.version(&row.text("version").unwrap_or_default());
        out.time(row.text("timestamp").as_deref());
        if let Some(turn) = row.text("promptId") {
            out.turn = Some(turn.into_owned());
        }
        let is_helper = row.flag("isSidechain") == Some(true);
        out.helper = is_helper.then(|| row.text("agentId").map_or_else(|| "sidechain".to_owned(), Cow::into_owned));
        if let (true, Some(id)) = (is_helper, row.text("agentId")) {
            self.helpers.told(&id);
        }
    }

    fn note_turn(&mut self, row: &Object<'_>) {
        if let Some(id) = row.text("uuid").filter(|id| id != "REDACTED") {
            if self.turns.len() < MAX_ROWS {
                self.turns.insert(hash(&id), self.turn);
            }
        }
    }

    fn user(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        let Some(content) = row.object("message").and_then(|message| message.get("content")) else {
            return out.seen.unknown("user without content");
        };
        if row.flag("isCompactSummary") == Some(true) {
            if !self.any {
                out.gap(Gap::Before);
            }
            if !self.compacted {
                out.emit(What::Compacted);
            }
            self.compacted = false;
            return;
        }
        let is_person = row.flag("isMeta") != Some(true)
            && row.flag("isVisibleInTranscriptOnly") != Some(true)
            && row.object("origin").and_then(|origin| origin.text("kind")).is_none_or(|kind| kind == "human");
        if let Some(text) = json::text(content) {
            self.told_to_client(&text, out);
            return self.prompt(row, &text, is_person, out);
        }
        let blocks = json::list(content).unwrap_or_default();
        let mut words: Vec<String> = Vec::new();
        let mut results = 0;
        for block in blocks.iter().filter_map(|raw| Object::of(raw)) {
            match block.text("type").as_deref() {
                Some("tool_result") => results += 1,
                Some("text") => {
                    let text = block.text("text").unwrap_or_default();
                    self.told_to_client(&text, out);
                    words.extend(Some(text.into_owned()).filter(|text| !is_inserted(text)));
                }
                Some("image" | "document") => {}
                other => out.seen.unknown(&format!("user/{}", other.unwrap_or("?"))),
            }
        }
        // What the client knows of the result stands beside the message, and is of one result only.
        let detail = row.get("toolUseResult").filter(|_| results == 1);
        for block in blocks.iter().filter_map(|raw| Object::of(raw)) {
            if block.text("type").as_deref() == Some("tool_result") {
                self.result(&block, detail, out);
            }
        }
        if !words.is_empty() {
            self.prompt(row, &words.join("\n"), is_person, out);
        }
    }

    /// Words of a person, as far as they are some.
    fn prompt(&mut self, row: &Object<'_>, text: &str, is_person: bool, out: &mut Out<'_>) {
        if !is_person || out.helper.is_some() {
            return;
        }
        let text = match command(text) {
            Some(command) if OWN_COMMANDS.contains(&command.split(' ').next().unwrap_or_default()) => return,
            Some(command) => Cow::Owned(command),
            None if is_inserted(text) => return,
            None => Cow::Borrowed(text),
        };
        let parent = row.text("parentUuid").and_then(|id| self.turns.get(&hash(&id)).copied());
        if parent.is_some_and(|parent| parent < self.turn) {
            out.emit(What::Started { source: "rewind".to_owned() });
        }
        self.turn += 1;
        out.prompt(&text);
    }

    /// What the client says to the agent about work in the background.
    fn told_to_client(&mut self, text: &str, out: &mut Out<'_>) {
        if text.trim_start().starts_with("<task-notification>") {
            self.background.notified(text, out);
            self.helpers.notified(text, out);
        }
    }

    fn assistant(row: &Object<'_>, out: &mut Out<'_>) {
        let Some(message) = row.object("message") else { return out.seen.unknown("assistant without message") };
        // The client's own words about an error of the service.
        if row.flag("isApiErrorMessage") == Some(true) || message.text("model").as_deref() == Some("<synthetic>") {
            return;
        }
        let Some(content) = message.get("content") else { return };
        if let Some(text) = json::text(content) {
            return out.message(&text);
        }
        for block in json::list(content).unwrap_or_default().into_iter().filter_map(Object::of) {
            match block.text("type").as_deref() {
                Some("text") => {
                    let text = block.text("text").unwrap_or_default();
                    if text != "(no content)" {
                        out.message(&text);
                    }
                }
                Some("tool_use") => Self::call(&block, out),
                Some(known) if BLOCKS.contains(&known) => {}
                other => out.seen.unknown(&format!("assistant/{}", other.unwrap_or("?"))),
            }
        }
    }

    fn call(block: &Object<'_>, out: &mut Out<'_>) {
        let name = block.text("name").unwrap_or_default();
        let input = block.object("input").unwrap_or_default();
        if name == "REPL" {
            out.gap(Gap::CodeMode);
        }
        out.call(block.text("id").as_deref(), tool::read(&name, &input));
    }

    fn system(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        match row.text("subtype").as_deref() {
            Some("compact_boundary") => {
                if !self.any {
                    out.gap(Gap::Before);
                }
                self.compacted = true;
                out.emit(What::Compacted);
            }
            Some(known) if SYSTEM.contains(&known) => {}
            other => out.seen.unknown(&format!("system/{}", other.unwrap_or("?"))),
        }
    }

    fn attachment(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        let attachment = row.object("attachment").unwrap_or_default();
        match attachment.text("type").as_deref() {
            // Said while the agent was at work, and handed to it between two calls.
            Some("queued_command") => {
                let text = attachment.get("prompt").map(text_of).unwrap_or_default();
                let is_prompt = attachment.text("commandMode").is_none_or(|mode| mode == "prompt");
                self.told_to_client(&text, out);
                self.prompt(row, &text, is_prompt, out);
            }
            Some(known) if ATTACHMENTS.contains(&known) => {}
            other => out.seen.unknown(&format!("attachment/{}", other.unwrap_or("?"))),
        }
    }

    /// Until about 2.1.40 a helper's rows came inside of the session's.
    fn progress(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        let data = row.object("data").unwrap_or_default();
        match data.text("type").as_deref() {
            Some("agent_progress") => {
                let id = data.text("agentId").unwrap_or(Cow::Borrowed("helper"));
                self.helpers.told(&id);
                let Some(inner) = data.object("message") else { return };
                let helper = out.helper.replace(id.into_owned());
                match inner.text("type").as_deref() {
                    Some("user") => self.user(&inner, out),
                    Some("assistant") => Self::assistant(&inner, out),
                    other => out.seen.unknown(&format!("agent_progress/{}", other.unwrap_or("?"))),
                }
                out.helper = helper;
            }
            Some(known) if PROGRESS.contains(&known) => {}
            other => out.seen.unknown(&format!("progress/{}", other.unwrap_or("?"))),
        }
    }

    fn result(&mut self, block: &Object<'_>, detail: Option<&RawValue>, out: &mut Out<'_>) {
        let id = block.text("tool_use_id");
        let tool = out.called(id.as_deref());
        let is_helper = matches!(tool, Some(Tool::Helper { .. }));
        let detail = detail.and_then(Object::of);
        if is_helper {
            self.helpers.ended(detail.as_ref(), out);
        }
        self.background.result(id.as_deref(), tool, block, detail.as_ref(), out);
    }
}

/// A command of the form `/name arguments`, as the client writes it down.
fn command(text: &str) -> Option<String> {
    let between = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once(&format!("</{tag}>"))?.0.trim())
    };
    if !text.trim_start().starts_with("<command-") {
        return None;
    }
    let name = between("command-name")?;
    Some(format!("{name} {}", between("command-args").unwrap_or_default()).trim().to_owned())
}

fn hash(id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

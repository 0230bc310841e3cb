//! Codex, 0.140 to 0.169 and the forms before: `~/.codex/sessions/…/rollout-….jsonl`.
//!
//! A session is told twice: as what the model was sent (`response_item`) and as what the screen was told (`event_msg`), and since
//! about 0.150 a third time as items. Each thing is taken from whichever tells it first; the same words or the same call a second
//! time are passed over.

mod items;
mod outputs;
mod script;

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use self::outputs::{Printed, printed};
use super::out::{Out, unseen};
use super::parts::{is_inserted, is_refusal, text_of};
use super::{Gap, Reader};
use crate::model::event::{Ended, Text, Tool, What};
use crate::source::json::{self, Object};
use crate::source::tool::{self, patch};

use super::out::MAX_OUTPUT;

/// Items and events that tell nothing of what was done.
const KNOWN: &[&str] = &[
    // event_msg
    "agent_message_delta",
    "agent_reasoning",
    "agent_reasoning_delta",
    "agent_reasoning_raw_content",
    "agent_reasoning_section_break",
    "background_event",
    "context_compaction",
    "deprecation_notice",
    "entered_review_mode",
    "error",
    "exec_command_begin",
    "exec_command_output_delta",
    "exited_review_mode",
    "hook_completed",
    "hook_started",
    "item_started",
    "mcp_startup_complete",
    "mcp_startup_update",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "patch_apply_begin",
    "patch_apply_updated",
    "plan_delta",
    "plan_update",
    "raw_response_item",
    "session_configured",
    "shutdown_complete",
    "stream_error",
    "task_started",
    "thread_name_updated",
    "thread_rolled_back",
    "thread_settings_applied",
    "token_count",
    "turn_aborted",
    "turn_diff",
    "turn_started",
    "undo_completed",
    "undo_started",
    "view_image_tool_call",
    "warning",
    "web_search_begin",
    "web_search_end",
    // response_item
    "compaction",
    "compaction_trigger",
    "ghost_snapshot",
    "image_generation_call",
    "mcp_call",
    "reasoning",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
    // items
    "ContextCompaction",
    "DynamicToolCall",
    "HookPrompt",
    "ImageGeneration",
    "ImageView",
    "McpToolCall",
    "Plan",
    "Reasoning",
    "TodoList",
    "WebSearch",
];

const ROWS: &[&str] = &[
    "dynamic_tools_updated",
    "inter_agent_communication",
    "inter_agent_communication_metadata",
    "realtime_item",
    "security_risk_score",
    "token_usage_record",
    "world_state",
];

/// How many texts back the same words are the same message.
const TWICE: usize = 12;
const MAX_CALLS: usize = 20_000;

#[derive(Default)]
pub(super) struct Codex {
    any: bool,
    helper: Option<String>,
    said: VecDeque<(bool, String)>,
    /// Calls whose result was told.
    done: FxHashSet<String>,
    /// Commands that still run, by the client's number.
    running: FxHashMap<i64, Running>,
    /// Calls of `write_stdin`, by id, with the number of the command they write to.
    writes: FxHashMap<String, (i64, bool)>,
    compacted: bool,
}

struct Running {
    call: Option<String>,
    tool: Tool,
    output: String,
    interrupted: bool,
}

impl Reader for Codex {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.time(row.text("timestamp").as_deref());
        out.helper.clone_from(&self.helper);
        let kind = row.text("type").unwrap_or_default();
        // Before 0.30 rows were the items themselves.
        let Some(payload) = row.object("payload") else {
            if row.has("record_type") {
                return;
            }
            if kind.is_empty() {
                return Self::meta(row, out);
            }
            return self.item(row, out);
        };
        match &*kind {
            "session_meta" => {
                Self::meta(&payload, out);
                self.parent(&payload);
            }
            "turn_context" => {
                if let Some(turn) = payload.text("turn_id") {
                    out.turn = Some(turn.into_owned());
                }
            }
            "response_item" => self.item(&payload, out),
            "event_msg" => self.event(&payload, out),
            "compacted" => {
                if !self.any {
                    out.gap(Gap::Before);
                }
                self.compaction(out);
            }
            known if ROWS.contains(&known) => {}
            other => out.seen.unknown(other),
        }
    }

    fn end(&mut self, out: &mut Out<'_>) {
        if !self.running.is_empty() {
            out.gap(Gap::Background);
        }
    }
}

impl Codex {
    fn meta(meta: &Object<'_>, out: &mut Out<'_>) {
        out.session(meta.text("id").as_deref(), meta.text("cwd").as_deref());
        out.seen.version(&meta.text("cli_version").unwrap_or_default());
        if out.seen.head.is_none() {
            out.seen.head =
                meta.object("git").and_then(|git| git.text("commit_hash")).map(|id| id.chars().take(64).collect());
        }
    }

    /// A helper has a file of its own, which names its parent.
    fn parent(&mut self, meta: &Object<'_>) {
        let source = meta.object("source").and_then(|source| source.object("subagent"));
        if source.is_some() {
            self.helper = meta.text("id").map(|id| id.chars().take(200).collect());
        }
    }

    fn compaction(&mut self, out: &mut Out<'_>) {
        if !std::mem::replace(&mut self.compacted, true) {
            out.emit(What::Compacted);
        }
    }

    fn event(&mut self, event: &Object<'_>, out: &mut Out<'_>) {
        let turn = event.text("turn_id");
        if let Some(turn) = turn {
            out.turn = Some(turn.into_owned());
        }
        match event.text("type").as_deref() {
            Some("user_message") => self.said(true, &event.text("message").unwrap_or_default(), out),
            Some("agent_message") => self.said(false, &event.text("message").unwrap_or_default(), out),
            Some("task_complete" | "turn_complete") => {
                self.said.clear();
                out.stopped(event.text("last_agent_message").as_deref());
            }
            Some("context_compacted") => self.compaction(out),
            Some("item_completed") => {
                if let Some(item) = event.object("item") {
                    self.completed(&item, out);
                }
            }
            Some("exec_command_end") => self.command_end(event, out),
            Some("patch_apply_end") => self.patch_end(event, out),
            Some("collab_agent_spawn_end" | "sub_agent_activity" | "collab_agent_spawn_begin") => out.gap(Gap::Helper),
            Some(known) if KNOWN.contains(&known) || known.starts_with("collab_") => {}
            other => out.seen.unknown(&format!("event_msg/{}", other.unwrap_or("?"))),
        }
    }

    /// A message, unless these were just the words.
    fn said(&mut self, is_person: bool, text: &str, out: &mut Out<'_>) {
        let text = text.trim();
        if text.is_empty() || (is_person && is_inserted(text)) {
            return;
        }
        let key = (is_person, Text::bounded(text, 2_000).text);
        if self.said.contains(&key) {
            return;
        }
        if self.said.len() == TWICE {
            self.said.pop_front();
        }
        // What a person says begins a turn, and a turn may say again what an earlier one said.
        if is_person {
            self.said.clear();
        }
        self.said.push_back(key);
        self.any = true;
        self.compacted = false;
        if is_person && self.helper.is_none() {
            out.prompt(text);
        } else if !is_person {
            out.message(text);
        }
    }

    fn item(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        match item.text("type").as_deref() {
            Some("message") => {
                let text = item.get("content").map(text_of).unwrap_or_default();
                match item.text("role").as_deref() {
                    Some("user") => self.said(true, &text, out),
                    Some("assistant") => self.said(false, &text, out),
                    _ => {}
                }
            }
            Some("function_call") => self.function(item, out),
            Some("local_shell_call") => {
                let action = item.object("action").unwrap_or_default();
                let id = item.text_of(&["call_id", "id"]);
                self.call(id.as_deref(), tool::read("local_shell", &action), out);
            }
            Some("custom_tool_call") => self.custom(item, out),
            Some("function_call_output" | "custom_tool_call_output" | "local_shell_call_output") => {
                self.output(item, out);
            }
            Some(known) if KNOWN.contains(&known) => {}
            other => out.seen.unknown(&format!("response_item/{}", other.unwrap_or("?"))),
        }
    }

    /// A call, unless an item told of it already.
    fn call(&mut self, id: Option<&str>, tool: Tool, out: &mut Out<'_>) {
        self.any = true;
        if id.is_none_or(|id| !self.done.contains(id)) {
            out.call(id, tool);
        }
    }

    fn function(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        let name = item.text("name").unwrap_or_default();
        let id = item.text("call_id");
        let arguments = item.text("arguments").unwrap_or_default();
        let input = Object::parse(&arguments).unwrap_or_default();
        if name == "write_stdin" {
            let number = input.integer("session_id").or_else(|| input.text("session_id")?.parse().ok());
            let interrupts = input.text("chars").is_some_and(|chars| chars.contains('\u{3}'));
            if let (Some(id), Some(number)) = (id, number) {
                if self.writes.len() < MAX_CALLS {
                    self.writes.insert(id.into_owned(), (number, interrupts));
                }
            }
            return;
        }
        if matches!(&*name, "spawn_agent" | "spawn_agents_on_csv") {
            out.gap(Gap::Helper);
        }
        self.call(id.as_deref(), tool::read(&name, &input), out);
    }

    fn custom(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        let name = item.text("name").unwrap_or_default();
        let id = item.text("call_id");
        let input = item.text("input").unwrap_or_default();
        match &*name {
            "apply_patch" => self.call(id.as_deref(), patch::tool(&input), out),
            // A program that calls the tools itself: what it names is all that is told.
            "exec" => {
                out.gap(Gap::CodeMode);
                for tool in script::tools(&input) {
                    out.call(None, tool);
                }
            }
            _ => self.call(id.as_deref(), tool::read(&name, &Object::parse(&input).unwrap_or_default()), out),
        }
    }

    fn output(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        let id = item.text("call_id");
        let text = item.get("output").map(output_text).unwrap_or_default();
        let printed = printed(&text);
        if let Some((number, interrupts)) = id.as_deref().and_then(|id| self.writes.remove(id)) {
            return self.went_on(number, interrupts, &printed, out);
        }
        let tool = out.called(id.as_deref());
        if id.as_deref().is_some_and(|id| self.done.contains(id)) {
            return;
        }
        let tool = tool.unwrap_or_else(unseen);
        if let (Some(number), Tool::Shell { .. }) = (printed.running, &tool) {
            let ended =
                Ended { background: true, output: Some(super::out::output(&printed.output)), ..Ended::default() };
            out.result(id.as_deref(), tool.clone(), ended);
            if self.running.len() < MAX_CALLS {
                let output = Text::bounded(&printed.output, MAX_OUTPUT).text;
                let call = id.map(std::borrow::Cow::into_owned);
                self.running.insert(number, Running { call, tool, output, interrupted: false });
            }
            return;
        }
        let ended = match &tool {
            Tool::Shell { .. } => printed.ended(&text),
            _ => Ended { failed: printed.failed(), refused: is_refusal(&text), ..Ended::default() },
        };
        self.mark(id.as_deref());
        out.result(id.as_deref(), tool, ended);
    }

    /// A command that was left running printed more, or ended.
    fn went_on(&mut self, number: i64, interrupts: bool, printed: &Printed, out: &mut Out<'_>) {
        let Some(running) = self.running.get_mut(&number) else { return };
        running.interrupted |= interrupts;
        running.output.push_str(&printed.output);
        if running.output.len() > 2 * MAX_OUTPUT {
            running.output = Text::bounded(&running.output, MAX_OUTPUT).text;
        }
        if printed.exit.is_none() {
            return;
        }
        let Some(running) = self.running.remove(&number) else { return };
        let mut ended = super::parts::ended(printed.exit, &running.output);
        ended.interrupted = running.interrupted;
        self.mark(running.call.as_deref());
        out.result(running.call.as_deref(), running.tool, ended);
    }

    fn mark(&mut self, id: Option<&str>) {
        if let Some(id) = id.filter(|_| self.done.len() < MAX_CALLS) {
            self.done.insert(id.to_owned());
        }
    }
}

/// An output is a text, `{content, success}`, or a list of parts.
fn output_text(raw: &serde_json::value::RawValue) -> String {
    match Object::of(raw) {
        Some(object) => object.get("content").map(text_of).unwrap_or_default(),
        None => json::text(raw).map_or_else(|| text_of(raw), std::borrow::Cow::into_owned),
    }
}

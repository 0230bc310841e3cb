//! What the screen was told: the ends of commands and patches, and items.

use bstr::BString;

use super::super::out::{Out, unseen};
use super::super::parts::{ended, text_of};
use super::{Codex, Gap, KNOWN};
use crate::model::event::{Edit, EditKind, Ended, Text, Tool};
use crate::source::json::{self, Object};
use crate::source::tool::{MAX_COMMAND, spoken};

const MAX_FILES: usize = 2_000;

impl Codex {
    /// `item_completed`.
    pub(super) fn completed(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        match item.text("type").as_deref() {
            Some("UserMessage" | "user_message") => self.said(true, &words(item), out),
            Some("AgentMessage" | "agent_message") => self.said(false, &words(item), out),
            Some("CommandExecution" | "command_execution") => self.command_end(item, out),
            Some("FileChange" | "file_change") => self.patch_end(item, out),
            Some("CollabAgentToolCall" | "SubAgentActivity") => out.gap(Gap::Helper),
            Some(known) if KNOWN.contains(&known) => {}
            other => out.seen.unknown(&format!("item/{}", other.unwrap_or("?"))),
        }
    }

    /// A command that ended, with its status and all that it printed.
    pub(super) fn command_end(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        let id = item.text_of(&["call_id", "id"]);
        if id.as_deref().is_some_and(|id| self.done.contains(id)) {
            return;
        }
        let waiting = out.called(id.as_deref());
        let is_new = waiting.is_none();
        let tool = waiting.or_else(|| {
            // One that was left running is told under the id of its call.
            let call = id.as_deref()?;
            let number =
                self.running.iter().find(|(_, one)| one.call.as_deref() == Some(call)).map(|(number, _)| *number)?;
            self.running.remove(&number).map(|running| running.tool)
        });
        let is_new = is_new && tool.is_none();
        let tool = tool.unwrap_or_else(|| command(item));
        let status = item.text("status").unwrap_or_default();
        let exit = item.integer("exit_code").and_then(|exit| i32::try_from(exit).ok());
        let output = item.text_of(&["aggregated_output", "formatted_output", "stdout"]).unwrap_or_default();
        let mut ended = ended(exit, &output);
        ended.refused = status == "declined";
        ended.background = status == "in_progress" && exit.is_none();
        self.mark(id.as_deref());
        if is_new {
            out.done(id.as_deref(), tool, ended);
        } else {
            out.result(id.as_deref(), tool, ended);
        }
    }

    /// Files that a patch changed.
    pub(super) fn patch_end(&mut self, item: &Object<'_>, out: &mut Out<'_>) {
        let id = item.text_of(&["call_id", "id"]);
        if id.as_deref().is_some_and(|id| self.done.contains(id)) {
            return;
        }
        let waiting = out.called(id.as_deref());
        let is_new = waiting.is_none();
        let tool = changes(item).or(waiting).unwrap_or_else(unseen);
        let status = item.text("status");
        let failed = item
            .flag("success")
            .map(|success| !success)
            .or_else(|| status.as_deref().map(|status| status != "completed"));
        let refused = status.as_deref() == Some("declined");
        let ended = Ended { failed, refused, ..Ended::default() };
        self.mark(id.as_deref());
        if is_new {
            out.done(id.as_deref(), tool, ended);
        } else {
            out.result(id.as_deref(), tool, ended);
        }
    }
}

fn words(item: &Object<'_>) -> String {
    item.text_of(&["text", "message"])
        .map(std::borrow::Cow::into_owned)
        .or_else(|| Some(text_of(item.get("content")?)))
        .unwrap_or_default()
}

fn command(item: &Object<'_>) -> Tool {
    let words: Vec<String> =
        item.list("command").into_iter().filter_map(|raw| Some(json::text(raw)?.into_owned())).collect();
    let command = item.text("command").map_or_else(|| spoken(&words), std::borrow::Cow::into_owned);
    let directory = item.text("cwd").map(|path| BString::from(&*path));
    Tool::Shell { command: Text::bounded(&command, MAX_COMMAND), directory }
}

/// `{path: {type: add|update|delete, move_path}}`.
fn changes(item: &Object<'_>) -> Option<Tool> {
    let changes = item.object("changes")?;
    let files: Vec<Edit> = changes
        .keys()
        .take(MAX_FILES)
        .map(|path| {
            let change = changes.object(path).unwrap_or_default();
            // `kind` is an object of the same form in some versions.
            let kind = change.text("type").or_else(|| change.object("kind")?.text("type"));
            let kind = match (kind.as_deref(), change.text("move_path")) {
                (_, Some(to)) => EditKind::Moved(BString::from(&*to)),
                (Some("add"), None) => EditKind::Created,
                (Some("delete"), None) => EditKind::Deleted,
                (Some("update"), None) => EditKind::Modified,
                _ => EditKind::Written,
            };
            Edit { path: BString::from(path), kind }
        })
        .collect();
    (!files.is_empty()).then_some(Tool::Edit { files })
}

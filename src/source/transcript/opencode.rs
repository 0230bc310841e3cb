//! OpenCode, 1.2 to 1.18, as `opencode export` writes a session: `{info, messages: [{info, parts}]}`. 2.x says `content` for parts.

use serde_json::value::RawValue;

use super::out::{Out, output};
use super::parts::is_refusal;
use super::{Gap, Reader};
use crate::model::event::{Ended, Tool, What};
use crate::source::json::Object;
use crate::source::tool;

const PARTS: &[&str] =
    &["reasoning", "step-start", "step-finish", "patch", "snapshot", "file", "agent", "retry", "subtask", "compaction"];

#[derive(Default)]
pub(super) struct OpenCode {
    helper: Option<String>,
    any: bool,
}

impl Reader for OpenCode {
    fn member(&mut self, key: &str, value: &RawValue, out: &mut Out<'_>) {
        let Some(info) = Object::of(value).filter(|_| key == "info") else { return };
        out.session(info.text("id").as_deref(), info.text("directory").as_deref());
        out.seen.version(&info.text("version").unwrap_or_default());
        // A session of a helper names the one it works for.
        self.helper = info.text("parentID").and(info.text("id")).map(|id| id.chars().take(200).collect());
    }

    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        let info = row.object("info").unwrap_or_default();
        if let Some(at) = info.object("time").and_then(|time| time.integer("created")) {
            out.at = Some(at);
        }
        out.helper.clone_from(&self.helper);
        let is_user = match info.text("role").as_deref() {
            Some("user") => true,
            Some("assistant") => false,
            other => return out.seen.unknown(&format!("role/{}", other.unwrap_or("?"))),
        };
        if info.flag("summary") == Some(true) {
            out.emit(What::Compacted);
            return;
        }
        let parts = if row.has("parts") { row.list("parts") } else { row.list("content") };
        for part in parts.into_iter().filter_map(Object::of) {
            match part.text("type").as_deref() {
                Some("text") if part.flag("synthetic") == Some(true) || part.flag("ignored") == Some(true) => {}
                Some("text") if is_user => self.prompt(&part, out),
                Some("text") => out.message(&part.text("text").unwrap_or_default()),
                Some("tool") => call(&part, out),
                Some("compaction") if !self.any => out.gap(Gap::Before),
                Some(known) if PARTS.contains(&known) => {}
                other => out.seen.unknown(&format!("part/{}", other.unwrap_or("?"))),
            }
        }
        self.any = true;
    }
}

impl OpenCode {
    fn prompt(&self, part: &Object<'_>, out: &mut Out<'_>) {
        let text = part.text("text").unwrap_or_default();
        // `opencode run "…"` passes a prompt with blanks on in quotation marks.
        let text = text.trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if !text.is_empty() && self.helper.is_none() {
            out.prompt(text);
        }
    }
}

fn call(part: &Object<'_>, out: &mut Out<'_>) {
    let state = part.object("state").unwrap_or_default();
    let id = part.text_of(&["callID", "id"]);
    let name = part.text_of(&["tool", "name"]).unwrap_or_default();
    let tool = tool::read(&name, &state.object("input").unwrap_or_default());
    let metadata = state.object("metadata").unwrap_or_default();
    if matches!(tool, Tool::Helper { .. }) {
        out.gap(Gap::Helper);
    }
    if let Some(at) = state.object("time").and_then(|time| time.integer("start")) {
        out.at = Some(at);
    }
    let status = state.text("status").unwrap_or_default();
    if status != "completed" && status != "error" {
        // Pending or running when the session was written down.
        return out.call(id.as_deref(), tool);
    }
    let error = state.text("error").unwrap_or_default();
    let exit = metadata.integer("exit").and_then(|exit| i32::try_from(exit).ok());
    let text = state.text("output").unwrap_or_default();
    let mut ended = Ended {
        exit,
        failed: exit.map(|exit| exit != 0).or(Some(status == "error")),
        output: matches!(tool, Tool::Shell { .. }).then(|| output(&text)),
        background: false,
        interrupted: error.contains("aborted") || text.contains("<bash_metadata>") && text.contains("timeout"),
        refused: is_refusal(&error),
    };
    if metadata.flag("truncated") == Some(true) {
        if let Some(text) = &mut ended.output {
            text.is_cut = true;
        }
    }
    out.done(id.as_deref(), tool, ended);
}

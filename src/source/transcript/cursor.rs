//! Cursor: `~/.cursor/projects/<folder>/agent-transcripts/<id>/<id>.jsonl`. Calls are told, their results mostly are not.

use super::out::Out;
use super::parts::{is_inserted, text_of};
use super::{Gap, Reader};
use crate::model::event::Ended;
use crate::source::json::{self, Object};
use crate::source::tool::{self, patch};

#[derive(Default)]
pub(super) struct Cursor;

impl Reader for Cursor {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.time(row.text("timestamp").as_deref());
        let Some(content) = row.object("message").and_then(|message| message.get("content")) else {
            // Marks of a turn's end and the like.
            let kind = row.text_of(&["type", "role"]).unwrap_or_default();
            if !(row.has("type") && kind.starts_with("turn")) {
                out.seen.unknown(&kind);
            }
            return;
        };
        match row.text("role").as_deref() {
            Some("user") => {
                let text = text_of(content);
                let text = between(&text, "user_query").unwrap_or(&text);
                if !text.trim().is_empty() && !is_inserted(text) {
                    out.prompt(text);
                }
            }
            Some("assistant") => Self::assistant(content, out),
            Some("tool" | "system") => {}
            other => out.seen.unknown(&format!("role/{}", other.unwrap_or("?"))),
        }
    }
}

impl Cursor {
    fn assistant(content: &serde_json::value::RawValue, out: &mut Out<'_>) {
        if let Some(text) = json::text(content) {
            return out.message(&text);
        }
        for block in json::list(content).unwrap_or_default().into_iter().filter_map(Object::of) {
            match block.text("type").as_deref() {
                Some("text") => {
                    let text = block.text("text").unwrap_or_default();
                    if text.trim() != "[REDACTED]" {
                        out.message(text.trim_end_matches("[REDACTED]"));
                    }
                }
                Some("tool_use") => {
                    let name = block.text("name").unwrap_or_default();
                    let tool = match block.text("input") {
                        Some(input) if name == "ApplyPatch" => patch::tool(&input),
                        _ => tool::read(&name, &block.object("input").unwrap_or_default()),
                    };
                    out.gap(Gap::NoResults);
                    out.call(block.text_of(&["id", "toolCallId"]).as_deref(), tool);
                }
                Some("tool_result") => {
                    let id = block.text_of(&["tool_use_id", "toolCallId"]);
                    if let Some(tool) = out.called(id.as_deref()) {
                        let text = block.get("content").map(text_of).unwrap_or_default();
                        let failed = block.flag("is_error");
                        out.result(
                            id.as_deref(),
                            tool,
                            Ended { failed, output: Some(super::out::output(&text)), ..Ended::default() },
                        );
                    }
                }
                Some("thinking" | "reasoning" | "redacted" | "image") => {}
                other => out.seen.unknown(&format!("assistant/{}", other.unwrap_or("?"))),
            }
        }
    }
}

fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>")).map_or(rest, |(inner, _)| inner))
}

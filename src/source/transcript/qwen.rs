//! Qwen Code, 0.15 to 0.24: `~/.qwen/projects/<folder>/chats/<session>.jsonl`.

use super::Reader;
use super::out::{Out, output, unseen};
use super::parts::{is_inserted, number_after};
use crate::model::event::{Ended, Tool, What};
use crate::source::json::Object;
use crate::source::tool::{self, without_label};

#[derive(Default)]
pub(super) struct Qwen;

impl Reader for Qwen {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.session(row.text("sessionId").as_deref(), row.text("cwd").as_deref());
        out.seen.version(&row.text("version").unwrap_or_default());
        out.time(row.text("timestamp").as_deref());
        if row.flag("isSidechain") == Some(true) || row.has("agentId") {
            out.helper = Some(row.text("agentId").map_or_else(|| "sidechain".to_owned(), std::borrow::Cow::into_owned));
        }
        let parts = row.object("message").map(|message| message.list("parts")).unwrap_or_default();
        let parts = parts.into_iter().filter_map(Object::of);
        match row.text("type").as_deref() {
            Some("user") => {
                let words: Vec<String> = parts.filter_map(|part| Some(part.text("text")?.into_owned())).collect();
                let words = words.join("\n");
                if !words.trim().is_empty() && !is_inserted(&words) && out.helper.is_none() {
                    out.prompt(&words);
                }
            }
            Some("assistant") => {
                for part in parts.filter(|part| part.flag("thought") != Some(true)) {
                    out.message(&part.text("text").unwrap_or_default());
                    if let Some(call) = part.object("functionCall") {
                        let input = call.object("args").unwrap_or_default();
                        let tool = tool::read(&call.text("name").unwrap_or_default(), &input);
                        out.call(call.text("id").as_deref(), tool);
                    }
                }
            }
            Some("tool_result") => {
                let detail = row.object("toolCallResult").unwrap_or_default();
                for response in parts.filter_map(|part| part.object("functionResponse")) {
                    result(&response, &detail, out);
                }
            }
            Some("system") => {
                if row
                    .text("subtype")
                    .is_some_and(|subtype| subtype.contains("compress") || subtype.contains("compact"))
                {
                    out.emit(What::Compacted);
                }
            }
            other => out.seen.unknown(other.unwrap_or("?")),
        }
    }
}

fn result(response: &Object<'_>, detail: &Object<'_>, out: &mut Out<'_>) {
    let id = response.text("id").or_else(|| detail.text("callId"));
    let tool = out.called(id.as_deref()).unwrap_or_else(unseen);
    let answer = response.object("response").unwrap_or_default();
    let text = answer.text_of(&["output", "error"]).unwrap_or_default();
    let status = detail.text("status");
    let failed = status.as_deref().map(|status| status == "error").or_else(|| answer.has("error").then_some(true));
    let cancelled = status.as_deref() == Some("cancelled");
    let Tool::Shell { .. } = tool else {
        return out.result(
            id.as_deref(),
            tool,
            Ended { failed: failed.or(Some(false)), refused: cancelled, ..Ended::default() },
        );
    };
    let told = detail.object("resultDisplay").and_then(|display| display.integer("exitCode"));
    let exit = told.and_then(|exit| i32::try_from(exit).ok());
    // 0.15 writes the status into the text, 0 as well.
    let exit = exit.or_else(|| {
        text.lines()
            .rev()
            .take(40)
            .find_map(|line| number_after(line.strip_prefix("Exit Code:").map(|_| line)?, "Exit Code"))
    });
    let refused = cancelled && !text.contains("Output:");
    let ended = Ended {
        exit,
        failed: exit.map(|exit| exit != 0).or(failed),
        output: Some(output(&without_label(&text))),
        background: text.starts_with("Background command started"),
        interrupted: cancelled && !refused,
        refused,
    };
    out.result(id.as_deref(), tool, ended);
}

//! Gemini CLI: `~/.gemini/tmp/<project>/chats/session-….jsonl` since about 0.40, one `.json` document before.
//!
//! A row with an id told before is a newer version of it: only what is new in it is told again.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::Reader;
use super::out::{Out, output};
use super::parts::{is_inserted, number_after, text_of};
use crate::model::event::{Ended, Tool, What};
use crate::source::json::Object;
use crate::source::tool::{self, without_label};

/// How many rows are kept to compare newer versions with.
const MAX_ROWS: usize = 200;

#[derive(Default)]
pub(super) struct Gemini {
    helper: Option<String>,
    rows: FxHashMap<String, Told>,
    order: VecDeque<String>,
}

/// What was told of a row.
#[derive(Default)]
struct Told {
    text: String,
    called: FxHashSet<String>,
    ended: FxHashSet<String>,
}

impl Reader for Gemini {
    fn member(&mut self, key: &str, value: &RawValue, out: &mut Out<'_>) {
        match key {
            "sessionId" => out.session(crate::source::json::text(value).as_deref(), None),
            "kind" if value.get() == "\"subagent\"" => self.helper = Some("subagent".to_owned()),
            _ => {}
        }
    }

    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.time(row.text("timestamp").as_deref());
        out.helper.clone_from(&self.helper);
        if row.has("$set") {
            return;
        }
        if row.has("$rewindTo") {
            return out.emit(What::Started { source: "rewind".to_owned() });
        }
        let Some(kind) = row.text("type") else {
            if row.has("sessionId") {
                out.session(row.text("sessionId").as_deref(), None);
                if row.text("kind").as_deref() == Some("subagent") {
                    self.helper = row.text("sessionId").map(|id| id.chars().take(200).collect());
                }
            } else {
                out.seen.unknown("row without type");
            }
            return;
        };
        match &*kind {
            "user" | "gemini" => {}
            "info" | "error" | "warning" | "system" | "summary" => return,
            other => return out.seen.unknown(other),
        }
        let id = row.text("id").unwrap_or_default().into_owned();
        let mut told = self.rows.remove(&id).unwrap_or_default();
        let text = row.get("content").map(text_of).unwrap_or_default();
        if !text.trim().is_empty() && text != told.text {
            match &*kind {
                "user" if !is_inserted(&text) && self.helper.is_none() => out.prompt(&text),
                "gemini" => out.message(&text),
                _ => {}
            }
            told.text.clone_from(&text);
        }
        for call in row.list("toolCalls").into_iter().filter_map(Object::of) {
            call_of(&call, &mut told, out);
        }
        self.keep(id, told);
    }
}

impl Gemini {
    fn keep(&mut self, id: String, told: Told) {
        self.order.retain(|one| *one != id);
        if self.order.len() >= MAX_ROWS {
            if let Some(old) = self.order.pop_front() {
                self.rows.remove(&old);
            }
        }
        self.order.push_back(id.clone());
        self.rows.insert(id, told);
    }
}

fn call_of(call: &Object<'_>, told: &mut Told, out: &mut Out<'_>) {
    let id = call.text("id").unwrap_or_default().into_owned();
    let tool = tool::read(&call.text("name").unwrap_or_default(), &call.object("args").unwrap_or_default());
    if told.called.insert(id.clone()) {
        out.emit(What::Call { id: Some(id.clone()), tool: tool.clone() });
    }
    let status = call.text("status").unwrap_or_default();
    if !matches!(&*status, "success" | "error" | "cancelled") || !told.ended.insert(id.clone()) {
        return;
    }
    let text = result(call);
    let ended = match &tool {
        Tool::Shell { .. } => shell(&status, &text),
        _ => Ended { failed: Some(status != "success"), refused: status == "cancelled", ..Ended::default() },
    };
    out.result(Some(&id), tool, ended);
}

/// What the model was given as the result.
fn result(call: &Object<'_>) -> String {
    let response = call
        .list("result")
        .into_iter()
        .filter_map(|raw| Object::of(raw)?.object("functionResponse")?.object("response"));
    let texts: Vec<String> =
        response.filter_map(|response| Some(response.text_of(&["output", "error"])?.into_owned())).collect();
    texts.join("\n")
}

/// `success` says only that the command ran. A status that is not 0 stands in the text; older versions write 0 as well.
pub(super) fn shell(status: &str, text: &str) -> Ended {
    let told = text
        .lines()
        .rev()
        .take(40)
        .find_map(|line| number_after(line.strip_prefix("Exit Code:").map(|_| line)?, "Exit Code"));
    let interrupted = text.contains("Command was automatically cancelled")
        || text.contains("Command was cancelled by user")
        || text.contains("[Operation Cancelled]");
    let is_signal =
        text.lines().rev().take(40).any(|line| line.starts_with("Signal:") && line.trim() != "Signal: (none)");
    let background = text.contains("Command moved to background") || text.contains("is running in background");
    let exit = match status {
        _ if told.is_some() => told,
        "success" if !interrupted && !is_signal && !background && !text.contains("[Output too large") => Some(0),
        _ => None,
    };
    let failed = exit.map(|exit| exit != 0).or((status == "error" || is_signal).then_some(true));
    // Declined before it ran, or stopped while it did: a command that ran has an output.
    let refused = status == "cancelled" && !text.contains("Output:");
    Ended {
        exit,
        failed,
        output: Some(output(&without_label(text))),
        background,
        interrupted: interrupted || status == "cancelled" && !refused,
        refused,
    }
}

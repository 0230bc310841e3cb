//! Entire's own form for all agents: `transcript.jsonl`, beside the agent's own since about 0.8. It keeps words, calls and
//! what they printed, and drops exit statuses.

use super::Reader;
use super::out::{Out, output};
use super::parts::{is_inserted, is_refusal, number_after};
use crate::model::event::{Ended, Tool};
use crate::source::json::Object;
use crate::source::tool;

#[derive(Default)]
pub(super) struct Entire;

impl Reader for Entire {
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>) {
        out.time(row.text("ts").as_deref());
        if out.seen.agent.is_none() {
            out.seen.agent = row.text("agent").map(|agent| agent.chars().take(100).collect());
        }
        out.seen.version(&row.text("cli_version").unwrap_or_default());
        let blocks = row.list("content").into_iter().filter_map(Object::of);
        match row.text("type").as_deref() {
            Some("user") => {
                let words: Vec<String> = blocks.filter_map(|block| Some(block.text("text")?.into_owned())).collect();
                let words = words.join("\n");
                if !words.trim().is_empty() && !is_inserted(&words) {
                    out.prompt(&words);
                }
            }
            Some("assistant") => {
                for block in blocks {
                    match block.text("type").as_deref() {
                        Some("text") => out.message(&block.text("text").unwrap_or_default()),
                        Some("tool_use") => call(&block, out),
                        Some("thinking" | "image" | "fallback") => {}
                        other => out.seen.unknown(&format!("assistant/{}", other.unwrap_or("?"))),
                    }
                }
            }
            other => out.seen.unknown(other.unwrap_or("?")),
        }
    }
}

fn call(block: &Object<'_>, out: &mut Out<'_>) {
    let id = block.text("id");
    let tool = tool::read(&block.text("name").unwrap_or_default(), &block.object("input").unwrap_or_default());
    let Some(result) = block.object("result") else { return out.call(id.as_deref(), tool) };
    let text = result.text("output").unwrap_or_default();
    let failed = result.text("status").map(|status| status == "error");
    let exit = text.starts_with("Exit code ").then(|| number_after(text.lines().next()?, "Exit code ")).flatten();
    let is_shell = matches!(tool, Tool::Shell { .. });
    let ended = Ended {
        exit: exit.filter(|_| is_shell),
        failed,
        output: is_shell.then(|| output(&text)),
        background: is_shell && text.starts_with("Command running in background with ID"),
        refused: failed == Some(true) && is_refusal(&text),
        interrupted: false,
    };
    out.done(id.as_deref(), tool, ended);
}

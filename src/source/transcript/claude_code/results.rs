//! Results of tools, and of commands that went on in the background.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use rustc_hash::FxHashMap;

use super::super::out::{MAX_OUTPUT, Out, output, unseen};
use super::super::parts::{is_refusal, number_after, text_of};
use crate::model::event::{Ended, Text, Tool};
use crate::source::json::Object;
use crate::source::transcript::Gap;

/// The most commands in the background at a time.
const MAX_TASKS: usize = 500;

/// Commands whose end is still to come, by the client's name for the task.
#[derive(Default)]
pub(super) struct Background {
    tasks: FxHashMap<String, (Option<String>, Tool)>,
}

impl Background {
    /// The result of any call. Those that ask for the end of a task tell that of the command it runs.
    pub(super) fn result(
        &mut self,
        id: Option<&str>,
        tool: Option<Tool>,
        block: &Object<'_>,
        detail: Option<&Object<'_>>,
        out: &mut Out<'_>,
    ) {
        let content = block.get("content").map(text_of).unwrap_or_default();
        let failed = block.flag("is_error") == Some(true);
        let tool = tool.unwrap_or_else(unseen);
        let ended = match &tool {
            Tool::Shell { .. } => shell(&content, failed, detail, out.beside),
            _ => Ended {
                failed: Some(failed),
                refused: failed && is_refusal(&content),
                interrupted: failed && content.starts_with("[Request interrupted"),
                ..Ended::default()
            },
        };
        if ended.background && self.tasks.len() < MAX_TASKS {
            if let Some(task) = detail.and_then(|detail| detail.text("backgroundTaskId")) {
                self.tasks.insert(task.into_owned(), (id.map(str::to_owned), tool.clone()));
            }
        }
        out.result(id, tool, ended);
        if let Some(task) = detail.and_then(|detail| detail.object("task")) {
            self.asked(&task, out);
        }
    }

    /// `TaskOutput`: `{task_id, status, output, exitCode}`.
    fn asked(&mut self, task: &Object<'_>, out: &mut Out<'_>) {
        let (Some(id), Some(status)) = (task.text("task_id"), task.text("status")) else { return };
        if status == "running" || status == "pending" {
            return;
        }
        let Some((call, tool)) = self.tasks.remove(&*id) else { return };
        let exit = task.integer("exitCode").and_then(|code| i32::try_from(code).ok());
        let ended = Ended {
            exit,
            failed: exit.map(|exit| exit != 0).or_else(|| failure(&status)),
            output: Some(output(&task.text("output").unwrap_or_default())),
            interrupted: status == "killed" || status == "stopped",
            ..Ended::default()
        };
        out.result(call.as_deref(), tool, ended);
    }

    /// `<task-notification>` with the task's id, its status, and a summary that ends in `(exit code N)`.
    pub(super) fn notified(&mut self, text: &str, out: &mut Out<'_>) {
        let Some(id) = tag(text, "task-id") else { return };
        let Some((call, tool)) = self.tasks.remove(id) else { return };
        let exit = tag(text, "summary").and_then(|summary| number_after(summary, "exit code"));
        let status = tag(text, "status").unwrap_or_default();
        let ended = Ended {
            exit,
            failed: exit.map(|exit| exit != 0).or_else(|| failure(status)),
            // It lies in a file of the client's, which is gone by now or none of ours.
            output: None,
            interrupted: status == "killed" || status == "stopped",
            ..Ended::default()
        };
        out.result(call.as_deref(), tool, ended);
    }

    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        if !self.tasks.is_empty() {
            out.gap(Gap::Background);
        }
    }
}

fn failure(status: &str) -> Option<bool> {
    match status {
        "completed" => Some(false),
        "failed" => Some(true),
        _ => None,
    }
}

/// What stands between `<name>` and `</name>`.
pub(super) fn tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let end = text[start..].find(&format!("</{name}>"))?;
    Some(text[start..start + end].trim())
}

/// A success carries no exit status: it is 0, unless the client says in `returnCodeInterpretation` that it took another one for
/// harmless. A failure begins with `Exit code N`.
fn shell(content: &str, failed: bool, detail: Option<&Object<'_>>, beside: Option<&Path>) -> Ended {
    let empty = Object::default();
    let detail = detail.unwrap_or(&empty);
    let background = detail.has("backgroundTaskId") || content.starts_with("Command running in background with ID");
    let interrupted = detail.flag("interrupted") == Some(true) || detail.has("timedOutAfterMs");
    let refused = failed && is_refusal(content);
    let exit = match failed {
        _ if background || refused => None,
        true => content.strip_prefix("Exit code ").and_then(|_| number_after(content.lines().next()?, "Exit code ")),
        false if interrupted || detail.has("returnCodeInterpretation") => None,
        false => Some(0),
    };
    let printed = |key: &str| detail.text(key).unwrap_or_default();
    let (stdout, stderr) = (printed("stdout"), printed("stderr"));
    let mut text = match (stdout.is_empty(), stderr.is_empty()) {
        (true, true) => output(content),
        (false, true) => output(&stdout),
        (_, false) => output(&format!("{stdout}\n{stderr}")),
    };
    if detail.has("persistedOutputPath") || content.contains("<persisted-output>") {
        let path = detail.text("persistedOutputPath").unwrap_or_default();
        text = Text { is_cut: true, ..on_disk(&path, beside).unwrap_or(text) };
    }
    Ended { exit, failed: Some(failed), output: Some(text), background, interrupted, refused }
}

/// The end of an output that the client put into `<session>/tool-results/`. No other place is looked at, whatever the
/// transcript says: only the name of the file is taken from it.
fn on_disk(path: &str, beside: Option<&Path>) -> Option<Text> {
    let name = path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty() && *name != "..")?;
    let path = beside?.join("tool-results").join(name);
    if !std::fs::symlink_metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut file = File::open(&path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_OUTPUT as u64))).ok()?;
    let mut bytes = Vec::new();
    file.take(MAX_OUTPUT as u64).read_to_end(&mut bytes).ok()?;
    Some(Text { text: String::from_utf8_lossy(&bytes).into_owned(), is_cut: length > MAX_OUTPUT as u64 })
}

//! Helpers (sub-agents): their own files, `<session>/subagents/agent-<id>.jsonl`, beside the session's in earlier versions.

use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::super::out::Out;
use super::results::tag;
use crate::model::event::Event;
use crate::source::json::Object;
use crate::source::transcript::{Format, Gap, Lines, Seen, open, take};

/// The most helpers that are followed.
const MAX_HELPERS: usize = 1_000;
const MAX_EVENTS: usize = 100_000;

#[derive(Default)]
pub(super) struct Helpers {
    /// Those whose rows are among the session's own.
    told: FxHashSet<String>,
    /// Those at work in the background.
    running: FxHashSet<String>,
}

impl Helpers {
    pub(super) fn told(&mut self, id: &str) {
        if self.told.len() < MAX_HELPERS && !self.told.contains(id) {
            self.told.insert(id.to_owned());
        }
    }

    /// The call for a helper has its result: the helper is done, or at work in the background.
    pub(super) fn ended(&mut self, detail: Option<&Object<'_>>, out: &mut Out<'_>) {
        // Without the client's own word the helper was refused, or failed to start.
        let Some(detail) = detail else { return };
        let Some(id) = detail.text("agentId") else { return };
        if detail.flag("isAsync") == Some(true) {
            if self.running.len() < MAX_HELPERS {
                self.running.insert(id.into_owned());
            }
            return;
        }
        self.follow(&id, out);
    }

    /// The end of a helper in the background.
    pub(super) fn notified(&mut self, text: &str, out: &mut Out<'_>) {
        if let Some(id) = tag(text, "task-id") {
            if self.running.remove(id) {
                self.follow(id, out);
            }
        }
    }

    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        let mut running: Vec<String> = self.running.drain().collect();
        running.sort();
        for id in running {
            self.follow(&id, out);
        }
    }

    fn follow(&mut self, id: &str, out: &mut Out<'_>) {
        if self.told.contains(id) {
            return;
        }
        match file(id, out).and_then(|path| events(&path, id)) {
            Some((events, seen)) => {
                self.told(id);
                let (at, helper) = (out.at, out.helper.clone());
                for event in events {
                    out.at = event.at.or(at);
                    out.helper.clone_from(&event.helper);
                    out.emit(event.what);
                }
                (out.at, out.helper) = (at, helper);
                out.seen.gaps.extend(seen.gaps);
                out.seen.broken += seen.broken;
                for (kind, count) in seen.unknown {
                    *out.seen.unknown.entry(kind).or_default() += count;
                }
            }
            None => out.gap(Gap::Helper),
        }
    }
}

/// The file of a helper, in the session's own folder or beside its file. The name is made of letters and digits only.
fn file(id: &str, out: &Out<'_>) -> Option<PathBuf> {
    let beside = out.beside?;
    if id.is_empty() || id.len() > 80 || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let name = format!("agent-{id}.jsonl");
    [beside.join("subagents").join(&name), beside.parent()?.join(&name)]
        .into_iter()
        .find(|path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file()))
}

/// All of a helper's events. A helper's own helpers are followed by their rows, not by their files.
fn events(path: &std::path::Path, id: &str) -> Option<(Vec<Event>, Seen)> {
    let mut seen = Seen { format: Some(Format::ClaudeCode), ..Seen::default() };
    let mut events = Vec::new();
    let mut is_full = false;
    let mut keep = |mut event: Event| {
        is_full |= events.len() >= MAX_EVENTS;
        if !is_full {
            event.helper.get_or_insert_with(|| id.to_owned());
            events.push(event);
        }
    };
    let mut out = Out::new(&mut seen, &mut keep, None);
    let mut reader = Format::ClaudeCode.reader();
    let mut lines = Lines::new(std::io::BufReader::new(open(path).ok()?));
    while let Some(line) = lines.next().ok()? {
        take(Format::ClaudeCode, reader.as_mut(), &line, &mut out);
    }
    reader.end(&mut out);
    if is_full {
        seen.gaps.insert(Gap::Cut);
    }
    Some((events, seen))
}

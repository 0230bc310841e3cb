//! What a session's events come to: events in, [`SessionFacts`] out. Transcripts, journals and tests come through here alike.
//!
//! Whether a run saw what stands now is told by the order of things ([`Order`]).

mod commits;
mod order;
#[cfg(test)]
mod tests;
mod writes;

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::runner;
use super::shell::Script;
use crate::model::event::{Edit, EditKind, Ended, Event, Tool, What};
use crate::model::object::ObjectId;
use crate::model::receipt::{Freshness, Receipt, ReceiptSource, Run, RunKind, SeenCommand, SessionFacts};

pub use order::Order;
pub use writes::{may_write, tool_may_write};

/// The most runs that are kept. Of more, those that are no checks go first, the oldest first.
const MAX_RECEIPTS: usize = 4_000;
const MAX_COMMANDS: usize = 50_000;
const MAX_FILES: usize = 50_000;
const MAX_WAITING: usize = 1_000;

/// Takes events one by one; can say at any time what they come to so far.
#[derive(Debug)]
pub struct Gatherer {
    id: String,
    source: ReceiptSource,
    /// Counts events.
    now: u64,
    order: Order<u64>,
    runs: Vec<Kept>,
    /// Calls without their results, by id: when they were made.
    waiting: FxHashMap<String, (u64, Option<i64>)>,
    commands: Vec<SeenCommand>,
    commits: Vec<String>,
    edits: BTreeMap<BString, u64>,
    shell_writes: u64,
    number: usize,
}

#[derive(Debug)]
struct Kept {
    receipt: Receipt,
    number: usize,
    start: u64,
}

impl Gatherer {
    pub fn new(id: &str, source: ReceiptSource) -> Self {
        Self {
            id: id.to_owned(),
            source,
            now: 0,
            order: Order::default(),
            runs: Vec::new(),
            waiting: FxHashMap::default(),
            commands: Vec::new(),
            commits: Vec::new(),
            edits: BTreeMap::new(),
            shell_writes: 0,
            number: 0,
        }
    }

    pub fn event(&mut self, event: &Event) {
        self.now += 1;
        match &event.what {
            What::Call { id, tool } => self.call(id.as_deref(), tool, event.at),
            What::Result { id, tool, ended } => self.result(id.as_deref(), tool, ended, event.at),
            // The client may have put files back.
            What::Started { source } if source == "rewind" => self.order.perhaps(self.now, None),
            What::Started { .. }
            | What::Prompt { .. }
            | What::Message { .. }
            | What::Stopped(_)
            | What::Compacted
            | What::Ended { .. } => {}
        }
    }

    /// What is known by now. `resolve` gives the commit that an abbreviated id names; `is_whole` says that nothing was hidden.
    pub fn facts(&self, resolve: &dyn Fn(&str) -> Option<ObjectId>, is_whole: bool) -> SessionFacts {
        let receipts = self.runs.iter().map(|kept| Receipt {
            freshness: self.order.freshness(kept.number, kept.start, true),
            ..kept.receipt.clone()
        });
        SessionFacts {
            id: self.id.clone(),
            receipts: receipts.collect(),
            commands: self.commands.clone(),
            commits: self.commits.iter().filter_map(|short| resolve(short)).collect(),
            is_whole,
            ..SessionFacts::default()
        }
    }

    /// Every file an edit named, as the agent wrote it, with the number of edits.
    pub fn edits(&self) -> &BTreeMap<BString, u64> {
        &self.edits
    }

    /// Shell commands that may have written files.
    pub fn shell_writes(&self) -> u64 {
        self.shell_writes
    }

    pub fn commands(&self) -> &[SeenCommand] {
        &self.commands
    }

    /// The runs so far; freshness is left open.
    pub fn runs(&self) -> impl Iterator<Item = &Receipt> {
        self.runs.iter().map(|kept| &kept.receipt)
    }

    /// The commits that git said it made, as it abbreviated them.
    pub fn commits(&self) -> &[String] {
        &self.commits
    }

    fn call(&mut self, id: Option<&str>, tool: &Tool, at: Option<i64>) {
        match (id, tool) {
            (Some(id), Tool::Shell { .. }) if self.waiting.len() < MAX_WAITING => {
                self.waiting.insert(id.to_owned(), (self.now, at));
            }
            // A call without an id has no result that could tell what came of it.
            (None, Tool::Edit { files }) => self.edit(files),
            (None, Tool::Shell { command, .. }) => {
                self.seen(SeenCommand { command: command.text.clone(), refused: false, failed: None, at });
                self.wrote(&command.text, None);
            }
            _ => {}
        }
    }

    fn result(&mut self, id: Option<&str>, tool: &Tool, ended: &Ended, at: Option<i64>) {
        match tool {
            Tool::Shell { command, .. } => self.ran(id, &command.text, ended, at),
            Tool::Edit { files } if ended.failed != Some(true) && !ended.refused => self.edit(files),
            // What a helper did is told under its own name, or not at all.
            Tool::Helper { .. } => self.order.perhaps(self.now, None),
            Tool::Other { name } if tool_may_write(name) && !ended.refused => self.order.perhaps(self.now, None),
            Tool::Edit { .. } | Tool::Read { .. } | Tool::Other { .. } => {}
        }
    }

    fn edit(&mut self, files: &[Edit]) {
        for file in files {
            self.touch(&file.path);
            if let EditKind::Moved(to) = &file.kind {
                self.touch(to);
            }
        }
    }

    fn touch(&mut self, path: &BString) {
        if !writes::is_scratch(path.as_bstr()) {
            self.order.edited(self.now);
        }
        if self.edits.len() < MAX_FILES || self.edits.contains_key(path) {
            *self.edits.entry(path.clone()).or_default() += 1;
        }
    }

    fn ran(&mut self, id: Option<&str>, command: &str, ended: &Ended, at: Option<i64>) {
        let waiting = match id {
            // It goes on; its end comes under the same id.
            Some(id) if ended.background => self.waiting.get(id).copied(),
            Some(id) => self.waiting.remove(id),
            None => None,
        };
        let (start, started) = waiting.unwrap_or((self.now, at));
        let again = id.and_then(|id| self.runs.iter().rposition(|kept| kept.receipt.id == id));
        if again.is_none() {
            self.seen(SeenCommand {
                command: command.to_owned(),
                refused: ended.refused,
                failed: ended.failed,
                at: started,
            });
        }
        if ended.refused {
            return;
        }
        if let Some(text) = &ended.output {
            for short in commits::made(&text.text) {
                if !self.commits.contains(&short) {
                    self.commits.push(short);
                }
            }
        }
        let number = match again {
            Some(index) => self.runs[index].number,
            None => self.number,
        };
        self.number += 1;
        self.wrote(command, Some(number));
        let run = runner::read_event(command, ended);
        let source = source_of(command, &run, self.source);
        let kept = Kept {
            receipt: Receipt {
                id: id.map_or_else(|| format!("run-{}", number + 1), str::to_owned),
                name: None,
                command: command.to_owned(),
                source,
                started,
                ended: at,
                exit: ended.exit,
                run,
                freshness: Freshness::Unknown,
            },
            number,
            start,
        };
        match again {
            Some(index) => self.runs[index] = kept,
            None => self.keep(kept),
        }
    }

    fn keep(&mut self, kept: Kept) {
        if self.runs.len() >= MAX_RECEIPTS {
            let other = self.runs.iter().position(|kept| kept.receipt.run.kind == RunKind::Other);
            self.runs.remove(other.unwrap_or(0));
        }
        self.runs.push(kept);
    }

    fn seen(&mut self, command: SeenCommand) {
        if self.commands.len() < MAX_COMMANDS {
            self.commands.push(command);
        }
    }

    fn wrote(&mut self, command: &str, run: Option<usize>) {
        if may_write(command) {
            self.order.perhaps(self.now, run);
            self.shell_writes += 1;
        }
    }
}

/// Tests that a commit's own hook ran are the hook's; what else was seen is as `seen` says.
pub fn source_of(command: &str, run: &Run, seen: ReceiptSource) -> ReceiptSource {
    let commits = || {
        Script::of(command).commands.iter().any(|one| one.git().is_some_and(|git| git.subcommand() == Some("commit")))
    };
    let is_check = run.kind != RunKind::Other;
    if is_check && run.each().iter().all(|part| part.tool.is_empty()) && commits() {
        ReceiptSource::GitHook
    } else {
        seen
    }
}

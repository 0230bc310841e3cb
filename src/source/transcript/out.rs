//! Where a reader puts what it finds: the context of a row, calls that wait for their results, counts.

use std::collections::VecDeque;
use std::path::Path;

use bstr::BString;
use rustc_hash::FxHashMap;

use super::seen::{Gap, Seen};
use crate::model::event::{Ended, Event, Stop, Text, Tool, What};

/// The most bytes kept of what a person said.
const MAX_PROMPT: usize = 16 << 10;
/// The most bytes kept of what the agent said.
pub(super) const MAX_MESSAGE: usize = 64 << 10;
/// The most bytes kept of what a command printed. Runners sum up at the end, and the end is what is kept the most of.
pub(super) const MAX_OUTPUT: usize = 24 << 10;
/// The most calls that wait for their results at a time.
const MAX_WAITING: usize = 1_000;

/// What redaction puts in the place of an id: no id at all.
const REDACTED: &str = "REDACTED";

pub(super) struct Out<'a> {
    pub(super) seen: &'a mut Seen,
    each: &'a mut dyn FnMut(Event),
    /// The folder that belongs to the session.
    pub(super) beside: Option<&'a Path>,
    waiting: FxHashMap<String, Tool>,
    order: VecDeque<String>,
    pub(super) at: Option<i64>,
    pub(super) turn: Option<String>,
    pub(super) helper: Option<String>,
}

impl<'a> Out<'a> {
    pub(super) fn new(seen: &'a mut Seen, each: &'a mut dyn FnMut(Event), beside: Option<&'a Path>) -> Self {
        let (waiting, order) = (FxHashMap::default(), VecDeque::new());
        Self { seen, each, beside, waiting, order, at: None, turn: None, helper: None }
    }

    pub(super) fn begin_row(&mut self) {
        self.seen.rows += 1;
        self.helper = None;
    }

    pub(super) fn broken(&mut self) {
        self.seen.broken += 1;
        self.seen.gaps.insert(Gap::Cut);
    }

    pub(super) fn oversized(&mut self) {
        self.seen.rows += 1;
        self.seen.oversized += 1;
        self.seen.gaps.insert(Gap::Cut);
    }

    pub(super) fn gap(&mut self, gap: Gap) {
        self.seen.gaps.insert(gap);
    }

    /// The first row that says it counts.
    pub(super) fn session(&mut self, id: Option<&str>, directory: Option<&str>) {
        let bounded = |text: &str| text.chars().take(4_096).collect::<String>();
        if self.seen.session.is_none() {
            self.seen.session = id.filter(|id| !id.is_empty()).map(bounded);
        }
        if self.seen.directory.is_none() {
            self.seen.directory = directory.filter(|path| !path.is_empty()).map(|path| BString::from(bounded(path)));
        }
    }

    /// An ISO time.
    pub(super) fn time(&mut self, text: Option<&str>) {
        if let Some(at) = text.and_then(millis) {
            self.at = Some(at);
        }
    }

    pub(super) fn emit(&mut self, what: What) {
        (self.each)(Event { at: self.at, turn: self.turn.clone(), helper: self.helper.clone(), what });
    }

    pub(super) fn prompt(&mut self, text: &str) {
        self.emit(What::Prompt { text: Text::bounded(text.trim(), MAX_PROMPT) });
    }

    /// Nothing where the agent said nothing.
    pub(super) fn message(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.emit(What::Message { text: Text::bounded(text, MAX_MESSAGE) });
        }
    }

    pub(super) fn stopped(&mut self, message: Option<&str>) {
        let message = message.map(str::trim).filter(|text| !text.is_empty());
        let message = message.map(|text| Text::bounded(text, MAX_MESSAGE));
        self.emit(What::Stopped(Stop { message, ..Stop::default() }));
    }

    /// A tool was called; its result will come under the id.
    pub(super) fn call(&mut self, id: Option<&str>, tool: Tool) {
        let id = id.filter(|id| *id != REDACTED);
        if let Some(id) = id {
            if self.order.len() >= MAX_WAITING {
                if let Some(old) = self.order.pop_front() {
                    self.waiting.remove(&old);
                }
            }
            self.order.push_back(id.to_owned());
            self.waiting.insert(id.to_owned(), tool.clone());
        }
        self.emit(What::Call { id: id.map(str::to_owned), tool });
    }

    /// The call that an id stands for; it waits no longer.
    pub(super) fn called(&mut self, id: Option<&str>) -> Option<Tool> {
        let id = id.filter(|id| *id != REDACTED)?;
        let tool = self.waiting.remove(id)?;
        if let Some(at) = self.order.iter().position(|one| one == id) {
            self.order.remove(at);
        }
        Some(tool)
    }

    pub(super) fn result(&mut self, id: Option<&str>, tool: Tool, ended: Ended) {
        let id = id.filter(|id| *id != REDACTED).map(str::to_owned);
        self.emit(What::Result { id, tool, ended });
    }

    /// A call with its result at once.
    pub(super) fn done(&mut self, id: Option<&str>, tool: Tool, ended: Ended) {
        let own = id.filter(|id| *id != REDACTED).map(str::to_owned);
        self.emit(What::Call { id: own, tool: tool.clone() });
        self.result(id, tool, ended);
    }
}

/// What stands for a call that was not seen.
pub(super) fn unseen() -> Tool {
    Tool::Other { name: String::new() }
}

/// What a command printed, within its bound.
pub(super) fn output(text: &str) -> Text {
    Text::bounded(text, MAX_OUTPUT)
}

/// Milliseconds since 1970 of an ISO time.
pub(super) fn millis(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

//! What agents write down of their sessions, read as [`Event`]s: one file a format.
//!
//! Transcripts are the word of the party under judgement, they lag behind, they change with every version and they end in the
//! middle of a line. So nothing in one is an error: rows of unknown kinds and broken lines are counted and passed over, and
//! [`Seen`] says what is hidden. A file is read line by line with bounds on each, so its size does not matter.
//! What the format of a file is, its content tells; names are the agents' affair. `docs/transcripts.md` lists what is read of which agent.

mod claude_code;
mod codex;
mod copilot;
mod cursor;
mod document;
mod entire;
mod format;
mod gemini;
mod lines;
mod opencode;
mod out;
mod parts;
mod qwen;
mod seen;
mod specstory;
mod tail;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde_json::value::RawValue;

use crate::model::event::{Event, Text, What};
use crate::source::json::Object;

pub use format::Format;
pub use seen::{Gap, Seen};
pub use tail::{LastMessage, last_message, read_since, wait_for_end};

use lines::{Line, Lines};
use out::Out;

/// The most bytes of a line, or of one message of a document, that are taken up. What is longer is skipped and counted.
pub const MAX_ROW: usize = 16 << 20;

/// How much of a file tells its format.
const HEAD: usize = 256 << 10;

/// The most bytes of text that [`read`] keeps in all; what comes later is cut shorter.
const MAX_KEPT: usize = 24 << 20;
/// What is kept of a text then.
const SHORT: usize = 512;
/// The most events that [`read`] keeps.
const MAX_EVENTS: usize = 200_000;

/// Everything that was read of one file.
#[derive(Debug, Default)]
pub struct Reading {
    pub events: Vec<Event>,
    pub seen: Seen,
}

/// Reads a whole transcript, sub-agents' files beside it included.
pub fn read(path: &Path) -> io::Result<Reading> {
    let mut kept = Kept::default();
    let mut seen = stream(path, &mut |event| kept.push(event))?;
    if kept.is_full {
        seen.gaps.insert(Gap::Cut);
    }
    Ok(Reading { events: kept.events, seen })
}

/// [`read`], without keeping what was read: each event is handed on as it comes.
pub fn stream(path: &Path, each: &mut dyn FnMut(Event)) -> io::Result<Seen> {
    let file = open(path)?;
    let beside = path.file_stem().map(|stem| path.with_file_name(stem));
    stream_from(file, beside.as_deref(), each)
}

/// Reads from anywhere: a blob, standard input. `beside` is the folder that belongs to the session, where there is one.
pub fn stream_from(source: impl Read, beside: Option<&Path>, each: &mut dyn FnMut(Event)) -> io::Result<Seen> {
    let mut source = BufReader::with_capacity(HEAD, source);
    fill(&mut source)?;
    let format = Format::of(source.buffer());
    let mut seen = Seen { format, ..Seen::default() };
    let Some(format) = format else { return Ok(seen) };
    let mut out = Out::new(&mut seen, each, beside);
    let mut reader = format.reader();
    run(format, reader.as_mut(), source, &mut out)?;
    Ok(seen)
}

/// Reads one format from a source that stands at the beginning of a row.
fn run(format: Format, reader: &mut dyn Reader, source: impl BufRead, out: &mut Out<'_>) -> io::Result<()> {
    if format.is_document() {
        document::read(source, reader, out)?;
    } else {
        let mut lines = Lines::new(source);
        while let Some(line) = lines.next()? {
            take(format, reader, &line, out);
        }
    }
    reader.end(out);
    Ok(())
}

fn take(format: Format, reader: &mut dyn Reader, line: &Line<'_>, out: &mut Out<'_>) {
    let bytes = match line {
        Line::Whole(bytes) => *bytes,
        Line::TooLong => return out.oversized(),
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if format == Format::SpecStory {
        return reader.line(text, out);
    }
    if text.trim().is_empty() {
        return;
    }
    out.begin_row();
    match Object::parse(text) {
        Some(row) => reader.row(&row, out),
        None => out.broken(),
    }
}

/// Reads the rows of one format.
trait Reader {
    /// A line of a file of lines, or an element of a document's `messages`.
    fn row(&mut self, row: &Object<'_>, out: &mut Out<'_>);

    /// What a document holds beside its messages.
    fn member(&mut self, _key: &str, _value: &RawValue, _out: &mut Out<'_>) {}

    /// A line of a file that is not JSON.
    fn line(&mut self, _line: &str, _out: &mut Out<'_>) {}

    /// There is nothing more.
    fn end(&mut self, _out: &mut Out<'_>) {}
}

/// Events within bounds.
#[derive(Default)]
struct Kept {
    events: Vec<Event>,
    bytes: usize,
    is_full: bool,
}

impl Kept {
    fn push(&mut self, mut event: Event) {
        if self.events.len() >= MAX_EVENTS {
            self.is_full = true;
            return;
        }
        for text in texts(&mut event.what) {
            if self.bytes > MAX_KEPT && text.text.len() > SHORT {
                *text = Text { is_cut: true, ..Text::bounded(&text.text, SHORT) };
            }
            self.bytes += text.text.len();
        }
        self.events.push(event);
    }
}

fn texts(what: &mut What) -> Vec<&mut Text> {
    use crate::model::event::Tool;
    fn of_tool(tool: &mut Tool) -> Option<&mut Text> {
        match tool {
            Tool::Shell { command: text, .. } | Tool::Helper { prompt: text } => Some(text),
            Tool::Edit { .. } | Tool::Read { .. } | Tool::Other { .. } => None,
        }
    }
    match what {
        What::Prompt { text } | What::Message { text } => vec![text],
        What::Call { tool, .. } => of_tool(tool).into_iter().collect(),
        What::Result { tool, ended, .. } => of_tool(tool).into_iter().chain(ended.output.as_mut()).collect(),
        What::Stopped(stop) => stop.message.as_mut().into_iter().collect(),
        What::Started { .. } | What::Compacted | What::Ended { .. } => Vec::new(),
    }
}

/// Opens a regular file: a pipe would not end, and a device is no transcript.
fn open(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no regular file"));
    }
    File::open(path)
}

/// Fills the buffer as far as the source gives. A pipe may give little at a time, and one fill is what there is then.
fn fill<R: Read>(source: &mut BufReader<R>) -> io::Result<()> {
    source.fill_buf().map(|_| ())
}

#[cfg(test)]
mod tests;

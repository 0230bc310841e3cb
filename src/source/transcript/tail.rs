//! The end of a transcript without its beginning: what a hook at the end of a turn needs of a file that may be large, and may
//! not be written to its end yet.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::lines::{Line, Lines};
use super::out::Out;
use super::{Format, HEAD, Reading, Seen, open, take};
use crate::model::event::{Event, Text, What};

/// The first piece from the end that is looked at; each next one is four times as long.
const FIRST: u64 = 256 << 10;
/// The last piece. What an agent said before that is nobody's last word.
const LAST: u64 = 64 << 20;
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// The agent's last words, as far as the file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastMessage {
    pub text: Text,
    /// Nothing came after them but the end of the turn. Otherwise the agent went on, and its last words are still to come.
    pub is_final: bool,
    /// The file itself says that the turn is over.
    pub is_ended: bool,
}

/// What was written behind `offset`, and the offset to go on from next time: the end of the last whole line. A document that is
/// rewritten each time is read from its beginning. Results of calls from before are told of a tool without a name.
pub fn read_since(path: &Path, offset: u64) -> io::Result<(Reading, u64)> {
    let mut file = open(path)?;
    let format = format(&mut file)?;
    let length = file.metadata()?.len();
    match format {
        None => Ok((Reading::default(), length)),
        Some(format) if format.is_document() => Ok((super::read(path)?, length)),
        // Shorter than before: another file by now.
        Some(format) => from(&mut file, format, if offset > length { 0 } else { offset }),
    }
}

/// The last words of the main agent after the last prompt; none where it has not answered yet. A file that is nothing known
/// here is an error.
pub fn last_message(path: &Path) -> io::Result<Option<LastMessage>> {
    last_message_since(path, 0)
}

/// [`last_message`] of what came behind `from`, asked again until the file says that the turn is over, or its last words
/// stand at the end, or the deadline is over; then whatever is there.
pub fn wait_for_end(path: &Path, from: u64, deadline: Instant) -> io::Result<Option<LastMessage>> {
    let mut before = None;
    loop {
        let found = match last_message_since(path, from) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // Words without an end mark may be those between two calls, so they must stand at the end twice.
        let is_sure =
            found.as_ref().is_some_and(|found| found.is_final && (found.is_ended || before.as_ref() == Some(found)));
        if is_sure || Instant::now() >= deadline {
            return Ok(found);
        }
        before = found;
        sleep(PAUSE.min(deadline.saturating_duration_since(Instant::now())));
    }
}

fn last_message_since(path: &Path, from_offset: u64) -> io::Result<Option<LastMessage>> {
    let mut file = open(path)?;
    let Some(format) = format(&mut file)? else {
        // Nothing yet, or nothing that is known here, for which waiting is in vain.
        let is_begun = has_line(&mut file)?;
        return if is_begun { Err(io::Error::new(io::ErrorKind::InvalidData, "no known format")) } else { Ok(None) };
    };
    if format.is_document() {
        return Ok(last(&super::read(path)?.events));
    }
    let length = file.metadata()?.len();
    let mut piece = FIRST;
    loop {
        let start = length.saturating_sub(piece).max(from_offset.min(length));
        let (reading, _) = from(&mut file, format, start)?;
        let is_all = start <= from_offset || start == 0 || piece >= LAST;
        match last(&reading.events) {
            Some(found) => return Ok(Some(found)),
            None if is_all || has_prompt(&reading.events) => return Ok(None),
            None => piece *= 4,
        }
    }
}

fn has_prompt(events: &[Event]) -> bool {
    events.iter().any(|event| event.helper.is_none() && matches!(event.what, What::Prompt { .. }))
}

fn last(events: &[Event]) -> Option<LastMessage> {
    let mut is_ended = false;
    let mut is_final = true;
    for event in events.iter().rev().filter(|event| event.helper.is_none()) {
        match &event.what {
            What::Message { text } => return Some(LastMessage { text: text.clone(), is_final, is_ended }),
            What::Stopped(stop) => {
                is_ended = true;
                if let Some(text) = &stop.message {
                    return Some(LastMessage { text: text.clone(), is_final: true, is_ended });
                }
            }
            What::Prompt { .. } => return None,
            What::Call { .. } | What::Result { .. } => is_final = false,
            What::Started { .. } | What::Compacted | What::Ended { .. } => {}
        }
    }
    None
}

fn format(file: &mut File) -> io::Result<Option<Format>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(Format::of(&head))
}

/// Is there a whole line at the beginning?
fn has_line(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head.len() == HEAD || head.contains(&b'\n'))
}

/// Reads from the first line that begins at or behind an offset.
fn from(file: &mut File, format: Format, offset: u64) -> io::Result<(Reading, u64)> {
    let mut start = offset;
    if offset > 0 {
        file.seek(SeekFrom::Start(offset - 1))?;
        let mut lines = Lines::new(BufReader::with_capacity(64 << 10, &mut *file));
        // The rest of the line that the offset lies in; only its line feed where the offset is the beginning of one.
        lines.next()?;
        start = offset - 1 + lines.read();
    }
    file.seek(SeekFrom::Start(start))?;
    let mut seen = Seen { format: Some(format), ..Seen::default() };
    let mut kept = super::Kept::default();
    let mut push = |event| kept.push(event);
    let mut out = Out::new(&mut seen, &mut push, None);
    let mut reader = format.reader();
    let mut lines = Lines::new(BufReader::with_capacity(256 << 10, &mut *file));
    let mut whole = start;
    loop {
        let line = lines.next()?;
        let Some(line) = line else { break };
        // Half a line is no broken one: the rest is being written.
        let is_half = match &line {
            Line::Whole(bytes) => {
                format != Format::SpecStory && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err()
            }
            Line::TooLong => false,
        };
        if !is_half {
            take(format, reader.as_mut(), &line, &mut out);
        }
        if lines.is_ended() {
            if is_half {
                out.broken();
            }
            whole = start + lines.read();
        }
    }
    reader.end(&mut out);
    Ok((Reading { events: kept.events, seen }, whole))
}

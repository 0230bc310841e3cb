//! The declared report, schema `report.v1`: TOML or JSON, in a file or a fenced `warrant` block.
//!
//! A report is hostile input. Its size, its claims and its patterns are bounded, every fault is told with its place, and
//! nothing of a faulty report is used: half a report would be judged as if it were the whole.

mod block;
mod json;
mod node;
mod paths;
mod read;
mod schema;
mod toml;

use std::sync::Arc;

use crate::model::claim::Report;
use crate::model::diagnostic::Diagnostic;
use crate::model::message::Message;
use crate::model::origin::PolicySource;

pub use schema::schema;

use read::Place;

/// The largest report that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The most claims one report may make.
pub const MAX_CLAIMS: usize = 10_000;

/// The most entries with wildcards over all claims of one report: each is compiled.
pub const MAX_PATTERNS: usize = 200;

/// The most claims that name a symbol: each looks at all declarations of the change.
pub const MAX_SYMBOLS: usize = 1000;

/// The most claims about the change as a whole (all that name no file and no symbol): each is held
/// against every changed path, or asks git.
pub const MAX_WHOLE: usize = 100;

/// Faults shown of one report; the rest are counted.
const MAX_FAULTS: usize = 50;

/// Reads a report from text, TOML or JSON by its first character (`{` is JSON). `name` is what a person calls the text.
pub fn parse(name: &str, text: &str) -> Result<Report, Vec<Diagnostic>> {
    if let Some(fault) = too_large(name, text.len()) {
        return Err(vec![fault]);
    }
    let source = PolicySource { name: name.to_owned(), text: text.to_owned(), side: "report".to_owned() };
    read_text(text, &Place::whole(Arc::new(source)))
}

/// The text without the fenced blocks that hold a declared report: what is said in words.
pub fn without_blocks(text: &str) -> String {
    let mut rest = text.to_owned();
    for block in block::find(text).into_iter().rev() {
        // A line of its own stands in for it, so that what is around does not run together.
        rest.replace_range(block.span, "\n");
    }
    rest
}

/// The report in the message's fenced `warrant` block, if it has one. Two blocks are a fault: which one counts would be
/// a guess.
pub fn from_message(message: &Message) -> Option<Result<Report, Vec<Diagnostic>>> {
    let blocks = block::find(&message.text);
    let (first, more) = blocks.split_first()?;
    if let Some(fault) = too_large("the `warrant` block", first.text.len()) {
        return Some(Err(vec![fault]));
    }
    let name = "the commit message".to_owned();
    let source = Arc::new(PolicySource { name, text: message.text.clone(), side: "message".to_owned() });
    let place = Place::part(source, first.pieces.clone());
    if let Some(second) = more.first() {
        let fault = Diagnostic::error(
            "the message holds more than one `warrant` block",
            Some(place.in_source(second.span.clone())),
        );
        return Some(Err(vec![fault.help("put all claims into one block")]));
    }
    Some(read_text(&first.text, &place))
}

fn read_text(text: &str, place: &Place) -> Result<Report, Vec<Diagnostic>> {
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let (tree, mut faults) = if is_json { json::parse(text, place) } else { toml::parse(text, place) };
    let mut report = Report::default();
    if let Some(tree) = tree {
        let (read, more) = read::report(&tree, place, faults.is_empty());
        report = read;
        faults.extend(more);
    }
    if faults.is_empty() {
        return Ok(report);
    }
    faults.sort_by_key(|fault| fault.origin.as_ref().map(|origin| origin.span.start));
    if faults.len() > MAX_FAULTS {
        let rest = faults.len() - MAX_FAULTS;
        faults.truncate(MAX_FAULTS);
        faults.push(Diagnostic::error(format!("{rest} more faults in this report are not shown"), None));
    }
    Err(faults)
}

fn too_large(name: &str, bytes: usize) -> Option<Diagnostic> {
    (bytes > MAX_BYTES).then(|| {
        Diagnostic::error(format!("{name} is too large for a report: {bytes} bytes, the bound is {MAX_BYTES}"), None)
            .help("claim folders or patterns in place of single files")
    })
}

#[cfg(test)]
mod tests;

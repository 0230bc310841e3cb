//! The declared report, schema `report.v1`: TOML or JSON, in a file or a fenced `warrant` block.

use crate::model::claim::Report;
use crate::model::diagnostic::Diagnostic;
use crate::model::message::Message;

/// Reads a report from text, TOML or JSON by its first character. `name` is what a person calls the text.
pub fn parse(_name: &str, _text: &str) -> Result<Report, Vec<Diagnostic>> {
    Ok(Report::default())
}

/// The report in the message's fenced `warrant` block, if it has one.
pub fn from_message(_message: &Message) -> Option<Result<Report, Vec<Diagnostic>>> {
    None
}

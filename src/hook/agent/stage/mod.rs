//! What is done at each event of an agent: one file each.
//!
//! Everything is written to the session's ledger; the first event of a session that was not seen to start makes up for the
//! start. Only the end of a turn judges ([`stop`]); before a tool runs, what is plainly denied is refused early.

mod open;
mod pre_tool;
mod prompt;
mod reason;
mod record;
mod start;
mod stop;

use self::open::Opened;
use super::{Answer, Call};
use crate::gate::GateError;
use crate::model::event::What;
use crate::session::entry::Entry;
use crate::source::git::GitError;
use crate::system;

/// Why an event could not be dealt with.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("the session's ledger cannot be used: {_0}{}", way_out(_0))]
    Ledger(#[from] std::io::Error),
}

/// What helps, where that is plain.
fn way_out(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => "; make room first",
        _ => "",
    }
}

impl StageError {
    /// On one line, with the first fault of a policy where that is what is wrong.
    pub fn line(&self) -> String {
        match self {
            Self::Gate(GateError::Policy(faults) | GateError::Report(faults) | GateError::Contract(faults)) => {
                let first = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
                format!("{self}: {first}")
            }
            _ => self.to_string(),
        }
    }
}

/// Hears one call and says what is to be said. Outside of a repository there is nothing to say.
pub fn run(call: &Call) -> Result<Answer, StageError> {
    let heard = system::now_ms();
    let git = match crate::source::git::open(&call.directory) {
        Err(GitError::NotARepository(_)) => return Ok(Answer::Silent),
        other => other?,
    };
    if git.layout().work_tree.is_none() {
        return Ok(Answer::Silent);
    }
    let opened = Opened::new(git.as_ref(), call, heard);
    match &call.event.what {
        What::Started { source } => start::run(&opened, source),
        What::Prompt { text } => prompt::run(&opened, text),
        What::Call { id, tool } => pre_tool::run(&opened, id.as_deref(), tool),
        What::Result { id, tool, ended } => record::result(&opened, id.as_deref(), tool, ended),
        What::Stopped(stop) if call.event.helper.is_none() => stop::run(&opened, stop),
        What::Stopped(_) | What::Message { .. } => Ok(Answer::Silent),
        What::Compacted => opened.resumed("compact"),
        What::Ended { reason } => {
            if call.event.helper.is_none() && opened.session.ledger.exists() {
                opened.write(Entry::Ended { reason: reason.clone() })?;
            }
            Ok(Answer::Silent)
        }
    }
}

//! What claims and rules may know of a session: its commands and what came of them, its commits, its state.

use super::Case;
use super::commits::Moved;
use crate::model::object::ObjectId;
use crate::model::receipt::{SeenCommand, SessionFacts};
use crate::session::journal::Ran;

/// The facts for a turn's end.
pub(super) fn facts(case: &Case<'_>, moved: &Moved, now: Option<ObjectId>) -> SessionFacts {
    SessionFacts { commits: moved.made.clone(), tree: now, ..of_journal(case) }
}

/// What the journal alone tells.
pub(super) fn of_journal(case: &Case<'_>) -> SessionFacts {
    let journal = case.journal;
    let tampered = journal.tampered.iter().chain(case.tampered);
    SessionFacts {
        id: case.session.id.clone(),
        receipts: Vec::new(),
        commands: journal.ran.iter().map(seen).collect(),
        commits: Vec::new(),
        tree: None,
        is_whole: journal.is_whole() && case.others.is_empty(),
        tampered: tampered.cloned().collect(),
    }
}

fn seen(ran: &Ran) -> SeenCommand {
    let ended = ran.ended.as_ref();
    let by_exit = || ended?.exit.map(|exit| exit != 0);
    SeenCommand {
        command: ran.command.clone(),
        refused: ran.refused,
        failed: ended.and_then(|ended| ended.failed).or_else(by_exit),
        at: Some(ran.from),
    }
}

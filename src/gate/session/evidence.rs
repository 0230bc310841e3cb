//! What claims and rules may know of a session: its commands and what came of them, its commits, its state.

use super::Case;
use super::commits::Moved;
use crate::analyze::runner;
use crate::analyze::shell::Script;
use crate::model::event::{Ended, Text};
use crate::model::object::ObjectId;
use crate::model::receipt::{Freshness, Receipt, ReceiptSource, RunKind, SeenCommand, SessionFacts};
use crate::session::entry::How;
use crate::session::journal::{Journal, Ran};
use crate::session::receipts::Receipts;
use crate::source::git::GitSource;

/// The most commands of a session that are read for what came of them, the latest.
const MAX_READ: usize = 400;

/// Clocks of file systems tick coarsely. Milliseconds.
const SLACK: i64 = 60;

/// The facts for a turn's end. `touched` is when a changed file was last written, in milliseconds since 1970.
pub(super) fn facts(
    git: &dyn GitSource,
    case: &Case<'_>,
    moved: &Moved,
    now: Option<ObjectId>,
    touched: Option<i64>,
) -> SessionFacts {
    let mut receipts = of_runs(case.journal, |ran| freshness(case.journal, ran, touched));
    let tree = now.map(|id| id.to_string());
    let recorded = Receipts::of(&git.layout().common_dir).load();
    let own = recorded.iter().filter(|recorded| recorded.started >= case.journal.started);
    receipts.extend(own.map(|recorded| recorded.receipt(tree.as_deref())));
    receipts.sort_by_key(|receipt| receipt.started);
    SessionFacts { commits: moved.made.clone(), tree: now, receipts, ..of_journal(case) }
}

/// What the journal alone tells, without a look at the work tree: a run is stale where an edit followed, and nothing makes
/// it fresh.
pub(super) fn of_journal(case: &Case<'_>) -> SessionFacts {
    let journal = case.journal;
    let tampered = journal.tampered.iter().chain(case.tampered);
    SessionFacts {
        id: case.session.id.clone(),
        receipts: of_runs(journal, |ran| match freshness(journal, ran, None) {
            Freshness::Fresh => Freshness::Unknown,
            other => other,
        }),
        commands: journal.ran.iter().map(seen).collect(),
        commits: Vec::new(),
        tree: None,
        is_whole: journal.is_whole() && case.others.is_empty(),
        tampered: tampered.cloned().collect(),
    }
}

/// Receipts of the commands that the agent's hooks told of. What a runner's name is not known of says nothing.
fn of_runs(journal: &Journal, freshness: impl Fn(&Ran) -> Freshness) -> Vec<Receipt> {
    let skip = journal.ran.len().saturating_sub(MAX_READ);
    let ended = journal.ran.iter().skip(skip).filter(|ran| !ran.refused && !ran.is_cut);
    let read = ended.filter_map(|ran| Some((ran, ran.ended.as_ref().filter(|how| !how.refused)?)));
    read.map(|(ran, how)| Receipt {
        id: ran.id.clone(),
        name: None,
        command: ran.command.clone(),
        source: ReceiptSource::Journal,
        started: Some(ran.from),
        ended: ran.to,
        exit: how.exit,
        run: runner::read_event(&ran.command, &event(how)),
        freshness: freshness(ran),
    })
    .collect()
}

fn event(how: &How) -> Ended {
    Ended {
        exit: how.exit,
        failed: how.failed,
        output: how.output.as_ref().map(|text| Text { text: text.clone(), is_cut: how.cut }),
        background: how.background,
        interrupted: how.interrupted,
        refused: how.refused,
    }
}

/// Is what a command saw what stands now? Sure only where no file was written since, by the files' own times, and nothing
/// ran that may have put one back as it was.
fn freshness(journal: &Journal, ran: &Ran, touched: Option<i64>) -> Freshness {
    let edited = journal.edits.values().flatten().any(|at| *at > ran.from);
    if edited || touched.is_some_and(|at| at > ran.from + SLACK) {
        return Freshness::Stale;
    }
    let may_write = |other: &&Ran| {
        let later = other.from >= ran.from && other.id != ran.id && !other.refused;
        // A further run of tests or linters is judged by the files' times alone.
        later
            && !Script::of(&other.command).only_reads()
            && runner::read(&other.command, None, None).kind == RunKind::Other
    };
    if ran.to.is_none() || journal.ran.iter().any(|other| may_write(&other)) {
        return Freshness::Unknown;
    }
    Freshness::Fresh
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

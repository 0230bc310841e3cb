//! What claims and rules may know of a session: its commands and what came of them, its commits, its state.

use std::path::Path;

use super::Case;
use super::commits::Moved;
use crate::analyze::runner;
use crate::analyze::session::{may_write, source_of};
use crate::model::event::{Ended, Text};
use crate::model::object::ObjectId;
use crate::model::receipt::{Freshness, Receipt, ReceiptSource, RunKind, SeenCommand, SessionFacts};
use crate::session::entry::How;
use crate::session::journal::{Journal, Ran};
use crate::session::receipts::{Receipts, Recorded};
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
    let writes = Writes::of(case.journal, touched);
    let mut receipts = of_runs(case.journal, |ran| writes.freshness(ran));
    let tree = now.map(|id| id.to_string());
    let recorded = Receipts::of(&git.layout().common_dir).load();
    let top = git.layout().work_tree.as_ref().and_then(|top| top.canonicalize().ok());
    // Receipts lie where all work trees share them.
    let here = |one: &Recorded| top.as_ref().is_none_or(|top| Path::new(&one.directory).starts_with(top));
    let own = recorded.iter().filter(|one| one.started >= case.journal.started && here(one));
    receipts.extend(own.map(|recorded| recorded.receipt(tree.as_deref())));
    receipts.sort_by_key(|receipt| receipt.started);
    SessionFacts { commits: moved.made.clone(), tree: now, receipts, ..of_journal(case) }
}

/// What the journal alone tells, without a look at the work tree: a run is stale where an edit followed, and nothing makes
/// it fresh.
pub(super) fn of_journal(case: &Case<'_>) -> SessionFacts {
    let journal = case.journal;
    let tampered = journal.tampered.iter().chain(case.tampered);
    let writes = Writes::of(journal, None);
    SessionFacts {
        id: case.session.id.clone(),
        receipts: of_runs(journal, |ran| match writes.freshness(ran) {
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
    read.map(|(ran, how)| {
        let run = runner::read_event(&ran.command, &event(how));
        Receipt {
            id: ran.id.clone(),
            name: None,
            command: ran.command.clone(),
            source: source_of(&ran.command, &run, ReceiptSource::Journal),
            started: Some(ran.from),
            ended: ran.to,
            exit: how.exit,
            run,
            freshness: freshness(ran),
        }
    })
    .collect()
}

/// What was recorded of runs on the very files of a commit; `None` for nothing. That something was not recorded proves
/// nothing, so the session is not whole.
pub(in crate::gate) fn recorded_on(
    git: &dyn GitSource,
    recorded: &[Recorded],
    commit: ObjectId,
) -> Option<SessionFacts> {
    if recorded.is_empty() {
        return None;
    }
    let tree = git.tree_of(commit).ok()?;
    let name = tree.to_string();
    let receipts = recorded.iter().map(|one| one.receipt(Some(&name)));
    let receipts: Vec<Receipt> = receipts.filter(|receipt| receipt.freshness == Freshness::Fresh).collect();
    (!receipts.is_empty()).then(|| SessionFacts { tree: Some(tree), receipts, ..SessionFacts::default() })
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

/// What may have changed files in a session, and when.
struct Writes<'a> {
    /// The last edit by a tool.
    edited: Option<i64>,
    /// When a changed file was last written, by its own time.
    touched: Option<i64>,
    /// The two last commands that may have written files: when each began, and its id.
    commands: Vec<(i64, &'a str)>,
}

impl<'a> Writes<'a> {
    fn of(journal: &'a Journal, touched: Option<i64>) -> Self {
        // A further run of tests or linters is judged by the files' times alone.
        let writes = |ran: &&Ran| {
            !ran.refused && may_write(&ran.command) && runner::read(&ran.command, None, None).kind == RunKind::Other
        };
        let commands = journal.ran.iter().rev().filter(writes).map(|ran| (ran.from, ran.id.as_str()));
        Self { edited: journal.edits.values().flatten().max().copied(), touched, commands: commands.take(2).collect() }
    }

    /// Is what a command saw what stands now? Sure only where no file was written since, by the files' own times, and nothing
    /// ran that may have put one back as it was.
    fn freshness(&self, ran: &Ran) -> Freshness {
        let is_stale =
            self.edited.is_some_and(|at| at > ran.from) || self.touched.is_some_and(|at| at > ran.from + SLACK);
        let later = |(at, id): &(i64, &str)| *at >= ran.from && *id != ran.id;
        match () {
            () if is_stale => Freshness::Stale,
            () if ran.to.is_none() || self.commands.iter().any(later) => Freshness::Unknown,
            () => Freshness::Fresh,
        }
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

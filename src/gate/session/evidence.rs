//! What claims and rules may know of a session: its commands and what came of them, its commits, its state.

use std::path::Path;

use super::Case;
use super::commits::Moved;
use crate::analyze::runner;
use crate::analyze::session::{Order, may_write, source_of, tool_may_write};
use crate::analyze::shell::Script;
use crate::model::event::{Ended, Text};
use crate::model::object::ObjectId;
use crate::model::receipt::{Freshness, Receipt, ReceiptSource, RunKind, SeenCommand, SessionFacts};
use crate::session::entry::{Did, How};
use crate::session::journal::{Journal, Ran};
use crate::session::receipts::{Receipts, Recorded};
use crate::source::git::GitSource;

/// The most commands of a session that are read for what came of them, the latest.
const MAX_READ: usize = 400;

/// Clocks of file systems tick coarsely. Milliseconds.
const SLACK: i64 = 60;

/// The facts for a turn's end. `touched` is when a changed file was last written, and `hidden` when one that git was told not to
/// look at, in milliseconds since 1970.
///
/// Whether a run saw what stands now: by the trees that `git-warrant run` recorded, where it did; else by the files' times and
/// the order of things, and the worse of the two counts.
pub(super) fn facts(
    git: &dyn GitSource,
    case: &Case<'_>,
    moved: &Moved,
    now: Option<ObjectId>,
    (touched, hidden): (Option<i64>, Option<i64>),
) -> SessionFacts {
    let writes = Writes::of(case.journal, touched);
    let mut receipts = of_runs(case.journal, |number, ran| writes.freshness(number, ran));
    let tree = now.map(|id| id.to_string());
    let recorded = Receipts::of(&git.layout().common_dir).load();
    let top = git.layout().work_tree.as_ref().and_then(|top| top.canonicalize().ok());
    // Receipts lie where all work trees share them.
    let here = |one: &Recorded| top.as_ref().is_none_or(|top| Path::new(&one.directory).starts_with(top));
    let own = recorded
        .iter()
        .filter(|one| one.started >= case.journal.started && here(one) && one.may_be_of(&case.session.id));
    for recorded in own {
        let mut receipt = recorded.receipt(tree.as_deref());
        // A tree does not tell of files that git was told not to look at.
        if receipt.freshness == Freshness::Fresh && hidden.is_some_and(|at| at > recorded.started + SLACK) {
            receipt.freshness = Freshness::Stale;
        }
        // The same run, as the agent's hooks told of it: what it saw is known from its tree.
        let is_it = |one: &&mut Receipt| {
            one.started.is_some_and(|at| at <= recorded.started)
                && one.ended.is_none_or(|at| at >= recorded.ended)
                && is_recording(&one.command)
        };
        if let Some(told) = receipts.iter_mut().find(is_it).filter(|_| receipt.freshness != Freshness::Unknown) {
            told.freshness = receipt.freshness;
        }
        receipts.push(receipt);
    }
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
        receipts: of_runs(journal, |number, ran| match writes.freshness(number, ran) {
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
fn of_runs(journal: &Journal, freshness: impl Fn(usize, &Ran) -> Freshness) -> Vec<Receipt> {
    let skip = journal.ran.len().saturating_sub(MAX_READ);
    let ended = journal.ran.iter().enumerate().skip(skip).filter(|(_, ran)| !ran.refused && !ran.is_cut);
    let read = ended.filter_map(|(at, ran)| Some((at, ran, ran.ended.as_ref().filter(|how| !how.refused)?)));
    read.map(|(number, ran, how)| {
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
            freshness: freshness(number, ran),
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

/// Does a command line have `git-warrant run` record something?
fn is_recording(command: &str) -> bool {
    Script::of(command).commands.iter().any(|one| {
        let git = one.git().filter(|git| git.subcommand() == Some("warrant"));
        let named = git.and_then(|git| git.arguments.first().and_then(|word| word.known()).map(|word| word == "run"));
        let is_ours = || one.program() == Some("git-warrant") && one.known_arguments().next() == Some("run");
        named.unwrap_or_else(is_ours)
    })
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

/// What the journal tells of writes, and what the files' own times do.
///
/// The order decides as it does for a transcript, with one difference: a further run of tests or linters is judged by the
/// files' times. These can only take freshness away.
struct Writes {
    order: Order<i64>,
    /// When a changed file was last written, by its own time.
    touched: Option<i64>,
}

impl Writes {
    fn of(journal: &Journal, touched: Option<i64>) -> Self {
        let mut order = Order::default();
        journal.edited.into_iter().for_each(|at| order.edited(at));
        let unknown = journal.windows.iter().filter(|window| {
            matches!(&window.tool, Did::Other { name } if tool_may_write(name)) && window.to != Some(window.from)
        });
        // A client's own tools tell of nothing but their names.
        unknown.map(|window| window.to.unwrap_or(window.from)).max().into_iter().for_each(|at| order.perhaps(at, None));
        let writes = |ran: &Ran| {
            !ran.refused && may_write(&ran.command) && runner::read(&ran.command, None, None).kind == RunKind::Other
        };
        // The latest two are enough, and each is parsed.
        let latest = journal.ran.iter().enumerate().rev().filter(|(_, ran)| writes(ran)).take(2);
        // What goes on in the background was begun then, and may go on for long.
        latest.for_each(|(number, ran)| order.perhaps(ran.to.unwrap_or(ran.from), Some(number)));
        Self { order, touched }
    }

    fn freshness(&self, number: usize, ran: &Ran) -> Freshness {
        match self.order.freshness(number, ran.from, ran.to.is_some()) {
            _ if self.touched.is_some_and(|at| at > ran.from + SLACK) => Freshness::Stale,
            by_order => by_order,
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

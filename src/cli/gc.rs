//! `git-warrant gc`: takes away what was kept of old sessions.

use std::time::Duration;

use clap::Args;

use super::exit::Exit;
use super::term::Term;
use crate::gate::GateError;
use crate::hook::agent::place;
use crate::render::text::plural;
use crate::session::prune;
use crate::source::git;
use crate::system;

#[derive(Debug, Args)]
pub(super) struct GcArgs {
    /// Sessions in which nothing has happened for so many days.
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,

    /// Only say what would be taken away.
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(args: &GcArgs, term: &Term) -> anyhow::Result<Exit> {
    let git = git::open(&system::current_dir()?).map_err(GateError::from)?;
    let age = Duration::from_secs(u64::from(args.days) * 24 * 3600);
    let old = prune::old(&git.layout().common_dir, age);
    for session in old.iter().filter(|_| !args.dry_run) {
        // The ledger goes last: it is what the ref is found by.
        git.keep(&session.kept(), None).map_err(GateError::from)?;
        prune::remove(session)?;
    }
    if !args.dry_run {
        place::forget_faults(&place::homes(&git.layout().common_dir), age);
    }
    let would = if args.dry_run { "would take" } else { "took" };
    term.print(&format!("{would} {} away\n", plural(old.len(), "session")))?;
    Ok(Exit::Clean)
}

//! `git-warrant task start | show | end`: the contract of the task at hand.

use std::fmt::Write as _;

use anyhow::bail;
use clap::{Args, Subcommand};

use super::exit::Exit;
use super::person;
use super::term::Term;
use crate::gate::GateError;
use crate::model::contract::Contract;
use crate::model::escape;
use crate::model::globs::Globs;
use crate::session::contract::{Place, Terms};
use crate::source::git;
use crate::system;

/// A contract is the developer's word.
const ONLY_A_PERSON: &str = "a task is set and ended by a person";

#[derive(Debug, Args)]
pub(super) struct TaskArgs {
    #[command(subcommand)]
    command: TaskCommand,
}

#[derive(Debug, Subcommand)]
enum TaskCommand {
    /// Set the bounds of a task. They tighten the policy until the task ends.
    Start(StartArgs),
    /// Show the bounds in force.
    Show,
    /// Lift the bounds.
    End,
}

#[derive(Debug, Args)]
struct StartArgs {
    /// Paths the task may change, as a glob; may be repeated. Without it, all that the policy allows.
    #[arg(long, value_name = "GLOB")]
    allow: Vec<String>,

    /// Paths the task may not change.
    #[arg(long, value_name = "GLOB")]
    deny: Vec<String>,

    /// The most files one change may touch.
    #[arg(long, value_name = "N")]
    files: Option<u64>,

    /// Nothing may change.
    #[arg(long)]
    read_only: bool,

    /// What the task is.
    title: String,
}

pub(super) fn run(args: &TaskArgs, term: &Term) -> anyhow::Result<Exit> {
    let git = git::open(&system::current_dir()?).map_err(GateError::from)?;
    let place = Place::of(&git.layout().git_dir);
    match &args.command {
        TaskCommand::Start(start) => {
            person::only(ONLY_A_PERSON)?;
            if place.load().map_err(GateError::Contract)?.is_some() {
                bail!(
                    "there is a task already; see it with `git warrant task show`, end it with `git warrant task end`"
                );
            }
            let terms = Terms {
                title: start.title.clone(),
                allow: start.allow.clone(),
                deny: start.deny.clone(),
                files: start.files,
                read_only: start.read_only,
            };
            place.write(&terms).map_err(anyhow::Error::msg)?;
        }
        TaskCommand::Show => match place.load().map_err(GateError::Contract)? {
            Some(contract) => term.print(&shown(&contract))?,
            None => term.print("no task: the policy alone holds\n")?,
        },
        TaskCommand::End => {
            person::only(ONLY_A_PERSON)?;
            if !place.remove()? {
                term.print("no task: nothing to end\n")?;
            }
        }
    }
    Ok(Exit::Clean)
}

fn shown(contract: &Contract) -> String {
    let mut text = format!("task: {}\n", escape::visible(contract.title.as_bytes()));
    let mut list = |name: &str, globs: &Globs| {
        for entry in globs.entries() {
            let _ = writeln!(text, "  {name} {}", escape::visible(entry.pattern.as_bytes()));
        }
    };
    list("allow", &contract.allow);
    list("deny", &contract.deny);
    if let Some(files) = &contract.files {
        let _ = writeln!(text, "  files {} at most", files.value);
    }
    if contract.read_only.is_some() {
        text.push_str("  read-only\n");
    }
    if let Some(reason) = &contract.tampered {
        let _ = writeln!(text, "not as it was pinned: {reason}");
    }
    text
}

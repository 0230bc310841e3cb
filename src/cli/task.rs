//! `git-warrant task start | show | end`: the contract of the task at hand.

use std::fmt::Write as _;

use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::exit::Exit;
use super::person;
use super::term::Term;
use crate::gate::GateError;
use crate::model::command::CommandPattern;
use crate::model::contract::Contract;
use crate::model::escape;
use crate::model::globs::Globs;
use crate::model::policy::Limits;
use crate::session::contract::{Place, RequiredTerms, Terms};
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
    Show(ShowArgs),
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

    /// The most lines the task may add.
    #[arg(long, value_name = "N")]
    added_lines: Option<u64>,

    /// The most lines the task may delete.
    #[arg(long, value_name = "N")]
    deleted_lines: Option<u64>,

    /// The most files the task may create.
    #[arg(long, value_name = "N")]
    new_files: Option<u64>,

    /// Nothing may change.
    #[arg(long)]
    read_only: bool,

    /// No commit may be made.
    #[arg(long)]
    no_commit: bool,

    /// A command that has to pass before the work is done, or the name of one that the policy requires; may be repeated.
    #[arg(long, value_name = "NAME|CMD")]
    require: Vec<String>,

    /// The beginning of a command that must not run, like `cargo publish`; may be repeated.
    #[arg(long, value_name = "CMD")]
    deny_command: Vec<String>,

    /// What the task is.
    title: String,
}

#[derive(Debug, Args)]
struct ShowArgs {
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ShowFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    Text,
    Json,
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
                added_lines: start.added_lines,
                deleted_lines: start.deleted_lines,
                new_files: start.new_files,
                read_only: start.read_only,
                no_commit: start.no_commit,
                deny_commands: start.deny_command.clone(),
                require: start.require.iter().map(|command| RequiredTerms::of(command)).collect(),
            };
            place.write(&terms).map_err(anyhow::Error::msg)?;
        }
        TaskCommand::Show(show) => {
            let contract = place.load().map_err(GateError::Contract)?;
            match (show.format, contract) {
                (ShowFormat::Json, contract) => {
                    let value = json!({ "schema": 1, "task": contract.as_ref().map(as_json) });
                    term.print(&(escape::visible_json(&serde_json::to_string_pretty(&value)?) + "\n"))?;
                }
                (ShowFormat::Text, Some(contract)) => term.print(&shown(&contract))?,
                (ShowFormat::Text, None) => term.print("no task: the policy alone holds\n")?,
            }
        }
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
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name} {}", escape::visible(value.as_bytes()));
    };
    for (name, globs) in contract.allow.iter().map(|globs| ("allow", globs)).chain([("deny", &contract.deny)]) {
        for entry in globs.entries() {
            line(name, &entry.pattern);
        }
    }
    for (name, most) in limits(&contract.limits) {
        line(name, &format!("{most} at most"));
    }
    for pattern in &contract.commands.deny {
        line("deny-command", &pattern.text);
    }
    for required in &contract.commands.require {
        let run: Vec<&str> = required.run.iter().map(|pattern| pattern.text.as_str()).collect();
        line("require", &run.join(" or "));
    }
    if contract.read_only.is_some() {
        text.push_str("  read-only\n");
    }
    if contract.no_commit.is_some() {
        text.push_str("  no-commit\n");
    }
    if let Some(reason) = &contract.tampered {
        let _ = writeln!(text, "not as it was pinned: {reason}");
    }
    text
}

fn limits(limits: &Limits) -> impl Iterator<Item = (&'static str, u64)> {
    limits.entries().into_iter().filter_map(|(name, bound)| bound.map(|bound| (name, bound.value)))
}

/// The contract with the names of the file it is written to.
fn as_json(contract: &Contract) -> serde_json::Value {
    let globs = |globs: &Globs| globs.entries().iter().map(|entry| entry.pattern.clone()).collect::<Vec<_>>();
    let limits: serde_json::Map<String, serde_json::Value> =
        limits(&contract.limits).map(|(name, most)| (name.to_owned(), most.into())).collect();
    let texts = |patterns: &[CommandPattern]| patterns.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    let require: Vec<_> =
        contract.commands.require.iter().map(|one| json!({ "name": one.name, "run": texts(&one.run) })).collect();
    json!({
        "title": contract.title,
        "allow": contract.allow.iter().flat_map(globs).collect::<Vec<_>>(),
        "deny": globs(&contract.deny),
        "limits": limits,
        "read-only": contract.read_only.is_some(),
        "no-commit": contract.no_commit.is_some(),
        "deny-commands": texts(&contract.commands.deny),
        "require": require,
        "id": contract.id,
        "tampered": contract.tampered,
    })
}

//! `install --agent` and `uninstall --agent`: our entries in the agents' own configuration.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::term::Term;
use crate::hook::agent::doctor::is_used;
use crate::hook::agent::install::{self, Done, InstallError, Place, Program, TARGETS, Target};
use crate::hook::agent::place;
use crate::model::escape;
use crate::system;

#[derive(Debug, Args)]
pub(super) struct AgentArgs {
    /// The configuration of these agents instead of the git hooks: a name, or `auto` for those in use here.
    #[arg(long = "agent", value_name = "NAME", value_delimiter = ',', value_parser = parse_agent)]
    pub(super) agents: Vec<String>,

    /// In the user's own configuration, for all repositories.
    #[arg(long, requires = "agents")]
    user: bool,
}

const AUTO: &str = "auto";

fn parse_agent(name: &str) -> Result<String, String> {
    if name == AUTO || install::named(name).is_some() {
        return Ok(name.to_owned());
    }
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    Err(format!("git-warrant knows {}; others use the protocol of docs/agent-hooks.md", names.join(", ")))
}

/// Where, and for whom.
fn chosen(args: &AgentArgs) -> anyhow::Result<(Place, Vec<&'static Target>)> {
    let here = system::current_dir()?;
    let project = match place::work_tree(&here) {
        Some(project) => project,
        None if args.user => here,
        None => anyhow::bail!("not in a git repository; `--user` installs for all of them"),
    };
    let home = system::env_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let place = Place { project, home, for_user: args.user };
    let mut targets: Vec<&'static Target> = Vec::new();
    for name in &args.agents {
        if name == AUTO {
            let path = system::env_os("PATH");
            let home = place.home.clone();
            // Two of them share the file of another.
            let used = TARGETS.iter().filter(|target| !matches!(target.name, "devin" | "vscode"));
            targets.extend(used.filter(|target| is_used(target, &place.project, home.as_deref(), path.as_deref())));
        } else {
            targets.extend(install::named(name));
        }
    }
    targets.sort_by_key(|target| target.name);
    targets.dedup_by_key(|target| target.name);
    Ok((place, targets))
}

/// One agent's fault keeps no other from being dealt with.
pub(super) fn install(args: &AgentArgs, quiet: bool, term: &Term) -> anyhow::Result<Exit> {
    let (place, targets) = chosen(args)?;
    let program = Program::find(system::env_os("PATH").as_deref(), &system::current_exe()?);
    let mut out = String::new();
    let mut exit = Exit::Clean;
    for target in &targets {
        match install::install(target, &place, &program) {
            Ok((path, done)) => {
                let path = escape::visible(path.as_os_str().as_encoded_bytes());
                let word = match done {
                    Done::Created => "wrote",
                    Done::Updated => "updated",
                    Done::Unchanged | Done::Removed => "in place already:",
                };
                let _ = writeln!(out, "{}: {word} {path}", target.name);
                for note in target.notes {
                    let _ = writeln!(out, "  note: {note}");
                }
            }
            Err(error) => {
                fault(target, &error, term);
                exit = Exit::Unjudged;
            }
        }
    }
    if targets.is_empty() {
        out.push_str("no agent is in use here; name one: git-warrant install --agent claude-code\n");
    } else if program.is_absolute {
        out.push_str(
            "note: git-warrant is not on PATH, so its own path was written; that holds on this machine only, and moves with it\n",
        );
    }
    if !quiet {
        term.print(&out)?;
    }
    Ok(exit)
}

pub(super) fn uninstall(args: &AgentArgs, term: &Term) -> anyhow::Result<Exit> {
    let (place, mut targets) = chosen(args)?;
    if args.agents.iter().any(|name| name == AUTO) {
        targets = TARGETS.iter().filter(|target| install::status(target, &place).is_some()).collect();
    }
    let mut out = String::new();
    let mut exit = Exit::Clean;
    for target in &targets {
        match install::uninstall(target, &place) {
            Ok((path, done)) => {
                let path = escape::visible(path.as_os_str().as_encoded_bytes());
                let word = match done {
                    Done::Removed => "removed",
                    Done::Updated | Done::Created => "took git-warrant out of",
                    Done::Unchanged => "does not call git-warrant:",
                };
                let _ = writeln!(out, "{}: {word} {path}", target.name);
            }
            Err(error) => {
                fault(target, &error, term);
                exit = Exit::Unjudged;
            }
        }
    }
    if targets.is_empty() {
        out.push_str("no agent's configuration here calls git-warrant\n");
    }
    term.print(&out)?;
    Ok(exit)
}

fn fault(target: &Target, error: &InstallError, term: &Term) {
    let style = term.err_style();
    let text = escape::visible_lines(&error.to_string());
    term.eprint(&format!("{}: {}: {text}\n", style.error("error"), target.name));
}

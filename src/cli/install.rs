//! `git-warrant install`: the hooks of this repository; with `--agent`, those of coding agents ([`agents`]).

use std::fmt::Write as _;

use clap::{Args, ValueEnum};

use super::agents::{self, AgentArgs};
use super::exit::Exit;
use super::term::Term;
use crate::hook::install::{self, Action, Installed, Request};
use crate::hook::{Hook, HookError};
use crate::model::escape;
use crate::render::text::plural;
use crate::system;

#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// Only these hooks; all that git-warrant has otherwise.
    #[arg(long, value_name = "HOOK", value_delimiter = ',', value_parser = parse_hook)]
    hooks: Vec<Hook>,

    /// The hooks of a server, which judge what is pushed to this repository.
    #[arg(long)]
    server: bool,

    /// Where: the hooks directory, git's configuration (git 2.54 and later), or whichever fits.
    #[arg(long, value_name = "WHERE", default_value = "auto")]
    via: Via,

    /// Install even where `core.hooksPath` points outside this repository.
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    agents: AgentArgs,

    /// Say nothing unless something is to be done.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Via {
    Auto,
    Directory,
    Config,
}

fn parse_hook(name: &str) -> Result<Hook, String> {
    let known = || Hook::all().map(Hook::name).collect::<Vec<_>>().join(", ");
    Hook::from_name(name).ok_or_else(|| format!("git-warrant has {}", known()))
}

pub(super) fn run(args: &InstallArgs, term: &Term) -> anyhow::Result<Exit> {
    if !args.agents.agents.is_empty() {
        return agents::install(&args.agents, args.quiet, term);
    }
    let here = system::current_dir()?;
    let program = system::current_exe()?;
    let hooks = match (args.hooks.is_empty(), args.server) {
        (true, false) => &Hook::CLIENT[..],
        (true, true) => &[Hook::PreReceive],
        (false, _) => args.hooks.as_slice(),
    };
    let via = match args.via {
        Via::Auto => install::Via::Auto,
        Via::Directory => install::Via::Directory,
        Via::Config => install::Via::Config,
    };
    let request = Request { directory: &here, program: &program, hooks, server: args.server, via, force: args.force };
    match install::install(&request) {
        Ok(installed) => {
            if !args.quiet {
                term.print(&said(&installed))?;
            }
            Ok(Exit::Clean)
        }
        Err(error) => Ok(refused(&error, term)),
    }
}

/// Says why nothing was done, and the way out.
pub(super) fn refused(error: &HookError, term: &Term) -> Exit {
    let style = term.err_style();
    let mut text = format!("{}: {}\n", style.error("error"), escape::visible_lines(&error.to_string()));
    for line in error.help() {
        let _ = writeln!(text, "{}: {}", style.bold("help"), escape::visible_lines(&line));
    }
    term.eprint(&text);
    Exit::Unjudged
}

fn said(installed: &Installed) -> String {
    let mut out = String::new();
    let mut unchanged = 0;
    for (hook, path, action) in &installed.hooks {
        let path = escape::visible(path.as_os_str().as_encoded_bytes());
        let _ = match action {
            Action::Created => writeln!(out, "installed {hook}: {path}"),
            Action::Updated => writeln!(out, "updated {hook}: {path}"),
            Action::Chained => writeln!(out, "installed {hook}: {path} (the hook that was there runs first)"),
            Action::Unchanged => {
                unchanged += 1;
                Ok(())
            }
        };
    }
    if unchanged > 0 {
        let _ = writeln!(out, "{} in place already", plural(unchanged, "hook"));
    }
    if installed.via_config {
        out.push_str("git runs them by `hook.git-warrant-*` in this repository's configuration\n");
    }
    if installed.in_work_tree {
        out.push_str("note: the hooks directory is part of the work tree, so these are files git sees\n");
    }
    out
}

//! `git-warrant uninstall`: takes the hooks out and puts earlier ones back.

use std::fmt::Write as _;

use clap::Args;

use super::agents::{self, AgentArgs};
use super::exit::Exit;
use super::install::refused;
use super::term::Term;
use crate::hook::uninstall::{self, Uninstalled};
use crate::model::escape;
use crate::system;

#[derive(Debug, Args)]
pub(super) struct UninstallArgs {
    #[command(flatten)]
    agents: AgentArgs,
}

pub(super) fn run(args: &UninstallArgs, term: &Term) -> anyhow::Result<Exit> {
    if !args.agents.agents.is_empty() {
        return agents::uninstall(&args.agents, term);
    }
    match uninstall::uninstall(&system::current_dir()?) {
        Ok(done) => {
            term.print(&said(&done))?;
            Ok(Exit::Clean)
        }
        Err(error) => Ok(refused(&error, term)),
    }
}

fn said(done: &Uninstalled) -> String {
    let mut out = String::new();
    for (word, paths) in [
        ("removed", &done.removed),
        ("put back the earlier", &done.restored),
        ("left alone, not git-warrant's (an earlier hook is still kept beside it):", &done.left),
    ] {
        for path in paths {
            let _ = writeln!(out, "{word} {}", escape::visible(path.as_os_str().as_encoded_bytes()));
        }
    }
    if out.is_empty() {
        out.push_str("no hooks of git-warrant here\n");
    }
    out
}

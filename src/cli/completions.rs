//! `git-warrant completions SHELL`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::exit::Exit;
use super::term::Term;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, term: &Term) -> anyhow::Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::args::Args::command(), "git-warrant", &mut text);
    term.print(&String::from_utf8(text)?)?;
    Ok(Exit::Clean)
}

//! `git-warrant man`: the manual page in roff, every command in it.

use clap::CommandFactory as _;

use super::exit::Exit;
use super::term::Term;

pub(super) fn run(term: &Term) -> anyhow::Result<Exit> {
    let mut text = Vec::new();
    let mut command = super::args::Args::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let page = clap_mangen::Man::new(sub.clone());
        page.render_synopsis_section(&mut text)?;
        page.render_description_section(&mut text)?;
        page.render_options_section(&mut text)?;
    }
    term.print(&String::from_utf8(text)?)?;
    Ok(Exit::Clean)
}

//! `git-warrant doctor`: would the hooks fire, and could they judge?

use std::fmt::Write as _;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::term::Term;
use crate::hook::doctor::{self, Checkup, State};
use crate::model::escape;
use crate::render::style::Style;
use crate::system;

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Output format.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Status 1 where something keeps a hook from firing or judging.
pub(super) fn run(args: &DoctorArgs, term: &Term) -> anyhow::Result<Exit> {
    let checkup = doctor::examine(&system::current_dir()?);
    match args.format {
        Format::Text => term.print(&text(&checkup, term.style()))?,
        Format::Json => term.print(&format!("{}\n", serde_json::to_string_pretty(&checkup)?))?,
    }
    Ok(if checkup.ready { Exit::Clean } else { Exit::Blocked })
}

fn text(checkup: &Checkup, style: Style) -> String {
    let mut out = String::new();
    for check in &checkup.checks {
        let state = match check.state {
            State::Good => style.good("ok   "),
            State::Note => style.warning("note "),
            State::Fault => style.error("FAULT"),
        };
        let _ = writeln!(out, "{state}  {}: {}", check.name, escape::visible_lines(&check.detail));
        for line in &check.help {
            let _ = writeln!(out, "       {}: {}", style.bold("help"), escape::visible_lines(line));
        }
    }
    let _ = writeln!(
        out,
        "{}: {}",
        style.bold("git-warrant"),
        if checkup.ready { "the hooks fire and can judge" } else { "something keeps the hooks from judging" }
    );
    out
}

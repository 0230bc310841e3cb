//! The command line: types for clap, one file a command, the table of exit codes, the only writer to the terminal.

mod agent_hook;
mod agents;
mod args;
mod audit;
mod baseline;
mod check;
mod claims;
mod completions;
mod doctor;
mod exit;
mod explain;
mod format;
mod gc;
mod hook;
mod init;
mod install;
mod man;
mod person;
mod policy;
mod replace;
mod report;
mod rules;
mod run;
mod task;
mod term;
mod uninstall;
mod waive;

use std::process::ExitCode;

use args::{Args, Command};
use exit::Exit;
use term::Term;

/// Parses, runs, and says how it went.
pub fn main() -> ExitCode {
    let args = match Args::of(std::env::args_os().collect()) {
        Ok(args) => args,
        Err(error) => {
            // clap prints help and version to stdout with status 0, and usage faults to stderr with status 2.
            let _printed = error.print();
            return if error.use_stderr() { Exit::Unjudged.into() } else { Exit::Clean.into() };
        }
    };
    let term = Term::new(args.color);
    match run(&args, &term) {
        Ok(exit) => exit,
        Err(fault) => {
            term.error(&fault);
            Exit::Unjudged.into()
        }
    }
}

fn run(args: &Args, term: &Term) -> anyhow::Result<ExitCode> {
    if let Some(directory) = &args.directory {
        std::env::set_current_dir(directory)
            .map_err(|error| anyhow::anyhow!("cannot change to {}: {error}", directory.display()))?;
    }
    let exit = match &args.command {
        // It ends as the command ends that it runs.
        Command::Run(command) => return run::run(command, term),
        Command::Check(check) => check::run(check, term),
        Command::Audit(audit) => audit::run(audit, term),
        Command::Init(init) => init::run(init, term),
        Command::Install(install) => install::run(install, term),
        Command::Uninstall(uninstall) => uninstall::run(uninstall, term),
        Command::Doctor(doctor) => doctor::run(doctor, term),
        Command::Hook(hook) => Ok(hook::run(hook, term)),
        Command::Policy(policy) => policy::run(policy, term),
        Command::Task(task) => task::run(task, term),
        Command::Report(report) => report::run(report, term),
        Command::Gc(gc) => gc::run(gc, term),
        Command::Baseline(baseline) => baseline::run(baseline, term),
        Command::Waive(waive) => waive::run(waive, term),
        Command::Rules(rules) => rules::run(rules, term),
        Command::Claims(claims) => claims::run(claims, term),
        Command::Explain(explain) => explain::run(explain, term),
        Command::Completions(completions) => completions::run(completions, term),
        Command::Man => man::run(term),
    };
    exit.map(Into::into)
}

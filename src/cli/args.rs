//! The arguments common to all commands, and the list of commands.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::term::ColorChoice;

/// Holds a coding agent to what it was allowed to change, and to what it said it changed.
#[derive(Debug, Parser)]
#[command(name = "git-warrant", version, propagate_version = false, disable_help_subcommand = true)]
#[command(
    after_help = "Exit status: 0 clean or warnings only, 1 findings at `deny`, 2 usage or policy fault, or not everything \
                        could be judged, 130 interrupted."
)]
pub(super) struct Args {
    /// Run as if started in this directory.
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,

    /// When to colour: auto (a terminal, and neither `NO_COLOR` nor TERM=dumb), always, never.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(super) color: ColorChoice,

    #[command(subcommand)]
    pub(super) command: Command,
}

/// What an installed hook writes, without the rest: the other commands take longer to describe than such a line to parse.
#[derive(Debug, Parser)]
#[command(disable_help_flag = true)]
struct HookLine {
    #[command(flatten)]
    hook: super::hook::HookArgs,
}

impl Args {
    /// The arguments of this process, its name first. Whatever the short way does not take, help and faults, is of the long one.
    pub(super) fn of(line: Vec<OsString>) -> Result<Self, clap::Error> {
        let of_a_person = |word: &OsString| ["-h", "--help", "-C", "--color"].iter().any(|option| word == option);
        if line.get(1).is_some_and(|command| command == "hook") && !line.iter().any(of_a_person) {
            if let Ok(parsed) = HookLine::try_parse_from(line.iter().skip(1)) {
                return Ok(Self { directory: None, color: ColorChoice::Auto, command: Command::Hook(parsed.hook) });
            }
        }
        Self::try_parse_from(line)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge a change against the policy and against what was said of it.
    Check(super::check::CheckArgs),
    /// Look back: judge the commits of a range, and read recorded sessions.
    Audit(super::audit::AuditArgs),
    /// Write a first policy, fitted to this repository.
    Init(super::init::InitArgs),
    /// Install the git hooks of this repository, or the hooks of coding agents.
    Install(super::install::InstallArgs),
    /// Take the git hooks out and put earlier ones back, or those of coding agents.
    Uninstall(super::uninstall::UninstallArgs),
    /// Prove that the hooks would fire and could judge.
    Doctor(super::doctor::DoctorArgs),
    /// What the installed hooks call.
    #[command(hide = true)]
    Hook(super::hook::HookArgs),
    /// Check, show or test the policy, or print its schema.
    Policy(super::policy::PolicyArgs),
    /// Run a command, and record how it ended.
    Run(super::run::RunArgs),
    /// Set, show or end the bounds of a task.
    Task(super::task::TaskArgs),
    /// Declare what was done, and see at once how that stands.
    Report(super::report::ReportArgs),
    /// Take away what was kept of old sessions.
    Gc(super::gc::GcArgs),
    /// Write a dated exception into the policy.
    Waive(super::waive::WaiveArgs),
    /// Write down the findings that stand, so that only new ones are told.
    Baseline(super::baseline::BaselineArgs),
    /// List the rules with their levels.
    Rules(super::rules::RulesArgs),
    /// Show what a text is read to claim, what not, and why.
    Claims(super::claims::ClaimsArgs),
    /// Explain a rule or a kind of claim.
    Explain(super::explain::ExplainArgs),
    /// Print a completion script for a shell.
    Completions(super::completions::CompletionsArgs),
    /// Print the manual page.
    Man,
}

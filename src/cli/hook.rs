//! `git-warrant hook STAGE`: what the shims call. Whatever goes wrong here blocks, and says why on one line.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::panic::{self, AssertUnwindSafe};

use clap::Args;

use super::agent_hook;
use super::exit::Exit;
use super::term::Term;
use crate::gate::GateError;
use crate::hook::stage::{self, PROBE, Reply, StageError};
use crate::hook::{Hook, panic_text};
use crate::model::escape;
use crate::render::text::{self, Detail};

#[derive(Debug, Args)]
pub(super) struct HookArgs {
    /// The hook git is running, or `agent`.
    stage: String,

    /// What git passed to it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

/// Runs a stage. Git stops on any status but 0; ours is 1 for a finding and for a fault alike.
pub(super) fn run(args: &HookArgs, term: &Term) -> Exit {
    if args.stage == "agent" {
        return agent_hook::run(&args.args, term);
    }
    let Some(hook) = Hook::from_name(&args.stage) else {
        let stage = escape::visible(args.stage.as_bytes());
        return fault(term, &stage, "this version has no such hook; run `git-warrant install` again");
    };
    if args.args.first().is_some_and(|arg| arg == PROBE) {
        term.eprint(&format!("{}\n", stage::probe_answer(hook)));
        return Exit::Clean;
    }
    // The default hook prints a backtrace hint; the one line below says all there is to say.
    panic::set_hook(Box::new(|_| ()));
    let judged = panic::catch_unwind(AssertUnwindSafe(|| match stage::run(hook, &args.args) {
        Ok(reply) => say(term, hook, &reply),
        Err(error) => failed(term, hook, &error),
    }));
    match judged {
        Ok(exit) => exit,
        Err(panic) => fault(term, hook.name(), &format!("internal error: {}", panic_text(panic.as_ref()))),
    }
}

fn say(term: &Term, hook: Hook, reply: &Reply) -> Exit {
    let style = term.err_style();
    let detail = Detail { verbose: false, silent_when_clean: true };
    let mut out = String::new();
    for outcome in &reply.outcomes {
        out.push_str(&text::outcome(outcome, detail, style));
    }
    for note in &reply.notes {
        let _ = writeln!(out, "{}: {hook}: {}", style.bold("git-warrant"), escape::visible_lines(note));
    }
    term.eprint(&out);
    if reply.blocks { Exit::Blocked } else { Exit::Clean }
}

fn failed(term: &Term, hook: Hook, error: &StageError) -> Exit {
    if let StageError::Gate(GateError::Policy(faults) | GateError::Report(faults) | GateError::Contract(faults)) = error
    {
        term.faults(faults);
    }
    fault(term, hook.name(), &error.to_string())
}

/// One line: what, why, and the way out.
fn fault(term: &Term, hook: &str, why: &str) -> Exit {
    let why = escape::visible(why.as_bytes());
    let style = term.err_style();
    term.eprint(&format!(
        "{}: {hook}: cannot judge: {why} (`git-warrant doctor` looks closer)\n",
        style.bold("git-warrant")
    ));
    Exit::Blocked
}

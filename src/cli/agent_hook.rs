//! `git-warrant hook agent [--agent NAME] [EVENT]`: what the configurations of coding agents call.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::panic;

use super::exit::Exit;
use super::term::Term;
use crate::hook::agent::entry::{self, Request};
use crate::system;

/// Answers one call of an agent's hook: exactly what the client is to read, and nothing else.
pub(super) fn run(args: &[OsString], term: &Term) -> Exit {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let request = Request::read(args.iter().map(AsRef::as_ref));
    if request.reads_stdin() && io::stdin().is_terminal() {
        term.eprint("git-warrant: a coding agent's hook calls this, with its payload on stdin (docs/agent-hooks.md)\n");
        return Exit::Unjudged;
    }
    // Not a word on stderr but our own: some clients read it.
    panic::set_hook(Box::new(|_| ()));
    let wire = entry::serve(&request, io::stdin(), &system::env);
    let _unheard = term.print(&wire.stdout);
    term.eprint(&wire.stderr);
    if wire.exit == 0 { Exit::Clean } else { Exit::Blocked }
}

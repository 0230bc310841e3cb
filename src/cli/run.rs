//! `git-warrant run -- CMD…`: runs a command, hands everything through, and records a receipt.
//!
//! The command's own two outputs go through pipes, since their end is kept and their digest taken; they stay apart and are passed
//! on as they come. Input, environment, directory and process group are those of this process, so that job control and
//! Ctrl-C reach the command as if it had been started by the shell.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use clap::Args;
use sha2::{Digest as _, Sha256};

use super::exit::Exit;
use super::term::Term;
use crate::analyze::runner;
use crate::gate::session;
use crate::model::escape;
use crate::model::event::Text;
use crate::session::receipts::{MAX_TAIL, Receipts, Recorded, hex, id};
use crate::source::{ci, git};
use crate::system;

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// A name for the receipt, for the `receipt` field of a claim.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Show what was recorded, the latest last.
    #[arg(long, conflicts_with = "command")]
    list: bool,

    /// The command and its arguments.
    #[arg(last = true, required_unless_present = "list", value_name = "CMD")]
    command: Vec<OsString>,
}

/// How much of the output is kept to be read; its end.
const MAX_KEPT: usize = 1 << 20;

/// Ends with the status of the command.
pub(super) fn run(args: &RunArgs, term: &Term) -> anyhow::Result<ExitCode> {
    let place = system::current_dir()?;
    let git = git::open(&place);
    let receipts = git.as_ref().map(|git| Receipts::of(&git.layout().common_dir));
    if args.list {
        let text = match receipts {
            Ok(receipts) => listed(&receipts.load()),
            Err(error) => anyhow::bail!("{error}"),
        };
        term.print(&text)?;
        return Ok(Exit::Clean.into());
    }
    let Some((program, rest)) = args.command.split_first() else { return Ok(Exit::Unjudged.into()) };
    // What cannot be told leaves the run without a state, which supports and contradicts nothing.
    // Opened anew each time: the command may have moved `HEAD`.
    let state = || git::open(&place).ok()?.tree_now().ok()?.map(|tree| tree.to_string());
    // A person's run, beside a session, is of no session.
    let here = git.as_ref().ok().map(|git| session::here(git.as_ref()));
    let session =
        here.filter(|(agent, _)| agent.is_some()).and_then(|(_, current)| current.session()).map(|one| one.id);
    let before = state();
    let started = system::now_ms();
    let child = Command::new(program).args(rest).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = match child {
        Ok(child) => child,
        Err(error) => {
            let name = escape::visible(program.as_encoded_bytes());
            term.eprint(&format!("git-warrant run: {name}: {error}\n"));
            // As shells have it.
            let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
            return Ok(ExitCode::from(code));
        }
    };
    let (exit, printed) = watched(child)?;
    let command = args.command.iter().map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
    match &receipts {
        Ok(receipts) => {
            let recorded = recorded(args.name.clone(), command, &place.to_string_lossy(), started, exit, printed);
            let recorded = Recorded { before, after: state(), session, ..recorded };
            if let Err(error) = receipts.append(&recorded) {
                term.eprint(&format!("git-warrant run: the receipt cannot be written: {error}\n"));
            }
        }
        Err(error) => term.eprint(&format!("git-warrant run: no receipt was recorded: {error}\n")),
    }
    // 128 + n fits: signals end at 64.
    Ok(ExitCode::from(u8::try_from(exit & 0xff).unwrap_or(1)))
}

fn recorded(
    name: Option<String>,
    command: String,
    directory: &str,
    started: i64,
    exit: i32,
    printed: Printed,
) -> Recorded {
    let text = String::from_utf8_lossy(&printed.end).into_owned();
    let output = Text { is_cut: printed.bytes > printed.end.len() as u64, text };
    let run = runner::read(&command, Some(&output), Some(exit));
    Recorded {
        schema: 1,
        id: id(started, &command),
        name,
        directory: directory.to_owned(),
        started,
        ended: system::now_ms(),
        exit,
        output: hex(&printed.hash.finalize(), 32),
        bytes: printed.bytes,
        tail: tail(&output.text).to_owned(),
        run,
        command,
        before: None,
        after: None,
        ci: ci::service(&system::env).map(str::to_owned),
        session: None,
    }
}

/// What a command printed.
#[derive(Default)]
struct Printed {
    hash: Sha256,
    bytes: u64,
    /// At most [`MAX_KEPT`], up to twice as much in between.
    end: Vec<u8>,
}

impl Printed {
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.end.extend_from_slice(bytes);
        if self.end.len() > 2 * MAX_KEPT {
            let surplus = self.end.len() - MAX_KEPT;
            self.end.drain(..surplus);
        }
    }
}

/// Passes on what the command prints until it has ended; its exit status, and what it printed.
fn watched(mut child: Child) -> io::Result<(i32, Printed)> {
    attend(&child);
    let printed = Mutex::new(Printed::default());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let status = thread::scope(|scope| {
        scope.spawn(|| pass(out, io::stdout(), &printed));
        scope.spawn(|| pass(err, io::stderr(), &printed));
        child.wait()
    })?;
    CHILD.store(0, Ordering::SeqCst);
    let exit = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok((exit, printed.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// One output, until it is closed. Where nobody reads ours any more, what comes is still recorded, so that the command ends by
/// itself.
fn pass(from: Option<impl Read>, mut to: impl Write, printed: &Mutex<Printed>) {
    let Some(mut from) = from else { return };
    let mut buffer = vec![0; 64 << 10];
    let mut heard = true;
    loop {
        let bytes = match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        heard = heard && to.write_all(bytes).and_then(|()| to.flush()).is_ok();
        printed.lock().unwrap_or_else(PoisonError::into_inner).add(bytes);
    }
}

/// The command that signals are handed on to; 0 for none.
static CHILD: AtomicI32 = AtomicI32::new(0);

/// Ctrl-C and Ctrl-\ reach the command by themselves, as it is in our process group: we stay, to tell how it ended. Signals meant
/// for us alone are handed on.
fn attend(child: &Child) {
    CHILD.store(i32::try_from(child.id()).unwrap_or(0), Ordering::SeqCst);
    #[expect(unsafe_code, reason = "the standard library sets no signal handlers; these run nothing but `kill`")]
    // SAFETY: the handler is async-signal-safe: it loads an atomic and calls `kill`.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_IGN);
        libc::signal(libc::SIGQUIT, libc::SIG_IGN);
        for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGUSR1, libc::SIGUSR2] {
            libc::signal(signal, hand_on as *const () as libc::sighandler_t);
        }
    }
}

extern "C" fn hand_on(signal: libc::c_int) {
    let child = CHILD.load(Ordering::SeqCst);
    if child > 0 {
        #[expect(unsafe_code, reason = "the standard library sends no signals")]
        // SAFETY: `kill` touches no memory of ours.
        unsafe {
            libc::kill(child, signal);
        }
    }
}

/// The end of a text, from the start of a line where one is near.
fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(MAX_TAIL);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default()
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn listed(all: &[Recorded]) -> String {
    let mut out = String::new();
    for one in all.iter().skip(all.len().saturating_sub(50)) {
        let name =
            one.name.as_ref().map_or_else(String::new, |name| format!(" ({})", escape::visible(name.as_bytes())));
        let command = escape::visible(one.command.as_bytes());
        let reason = escape::visible(one.run.reason.as_bytes());
        let state = serde_json::to_value(one.run.state).ok();
        let state = state.as_ref().and_then(|state| state.as_str()).unwrap_or_default();
        let _ = writeln!(out, "{}{name}  {state}  {command}\n    {reason}", one.id);
    }
    if out.is_empty() { "no receipts\n".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted("cargo"), "cargo");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn the_end_of_a_long_output_is_kept() {
        let mut printed = Printed::default();
        for _ in 0..5 {
            printed.add(&vec![b'x'; MAX_KEPT]);
        }
        printed.add(b"end");
        assert!(printed.end.len() <= 2 * MAX_KEPT && printed.end.ends_with(b"end"));
        assert_eq!(printed.bytes, 5 * MAX_KEPT as u64 + 3);
        assert_eq!(tail(&"ä".repeat(MAX_TAIL)).len(), MAX_TAIL);
    }
}

//! Runs the `git` program: hardened, in bounded time, with bounded output. Other programs get the bounds alone ([`run`]).
//!
//! Invariants: nothing a repository's configuration names is executed (no fsmonitor, no hooks, no pager), nothing is
//! fetched, no optional lock is taken, paths are never patterns, replacement objects and grafts are not followed.

use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::GitError;

/// How long one call may take.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The most bytes one call may print.
const OUTPUT_LIMIT: u64 = 512 << 20;

/// The most bytes of an error message that are kept.
const MESSAGE_LIMIT: u64 = 16 << 10;

/// The `git` program, run in one directory with the environment git itself gave us.
#[derive(Clone, Debug)]
pub(super) struct Git {
    directory: PathBuf,
}

/// What a finished call left.
pub(in crate::source) struct Finished {
    pub(in crate::source) success: bool,
    pub(super) code: Option<i32>,
    pub(in crate::source) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Git {
    pub(super) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Where it is run.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A hardened command, to which a subcommand is added.
    pub(super) fn command(&self) -> Command {
        let mut command = self.plain_command();
        command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]);
        command
    }

    /// Without the configuration overrides, for questions about the configuration itself.
    pub(super) fn plain_command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.directory)
            .args(["--no-replace-objects", "--literal-pathspecs", "--no-pager"])
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_GRAFT_FILE", "/dev/null")
            .env("LC_ALL", "C")
            .env_remove("GIT_EXTERNAL_DIFF")
            .env_remove("GIT_DIFF_OPTS");
        command
    }

    /// Runs to the end, whatever the exit code.
    pub(super) fn run<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Result<Finished, GitError> {
        let mut command = self.command();
        command.args(arguments);
        finish(command, input, &name(arguments))
    }

    /// Runs and gives what was printed; a failure is an error that carries git's own words.
    pub(super) fn output<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Vec<u8>, GitError> {
        let finished = self.run(arguments, b"")?;
        if finished.success {
            return Ok(finished.stdout);
        }
        Err(GitError::Failed { context: format!("git {}", name(arguments)), reason: finished.reason() })
    }
}

impl Finished {
    /// Git's own words, or the exit code when it said nothing.
    pub(in crate::source) fn reason(&self) -> String {
        let text = crate::model::escape::visible(self.stderr.trim().as_bytes());
        match (text.is_empty(), self.code) {
            (false, _) => text,
            (true, Some(code)) => format!("exit code {code}"),
            (true, None) => "ended by a signal".to_owned(),
        }
    }
}

/// Starts a child with pipes on all three streams.
pub(super) fn spawn(command: &mut Command) -> Result<Child, GitError> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| GitError::NoGit(error.to_string()))
}

/// Runs a command to its end within the bounds.
pub(super) fn finish(mut command: Command, input: &[u8], name: &str) -> Result<Finished, GitError> {
    answer(spawn(&mut command)?, input, name)
}

/// The same, of one that was started already and waits for its input.
pub(super) fn answer(child: Child, input: &[u8], name: &str) -> Result<Finished, GitError> {
    let bounds = Bounds { time: TIME_LIMIT, output: OUTPUT_LIMIT };
    drive(child, input, bounds).map_err(|reason| GitError::Failed { context: format!("git {name}"), reason })
}

/// How long a program may take, and how much it may print.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Bounds {
    pub(in crate::source) time: Duration,
    pub(in crate::source) output: u64,
}

/// A program other than git, run to its end within the bounds. The error says why there is no answer.
pub(in crate::source) fn run(mut command: Command, input: &[u8], bounds: Bounds) -> Result<Finished, String> {
    drive(
        spawn(&mut command).map_err(|error| match error {
            GitError::NoGit(reason) => reason,
            other => other.to_string(),
        })?,
        input,
        bounds,
    )
}

fn drive(mut child: Child, input: &[u8], bounds: Bounds) -> Result<Finished, String> {
    let deadline = Instant::now() + bounds.time;
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err("no pipes".to_owned());
    };
    if input.is_empty() {
        drop(stdin);
    } else {
        let input = input.to_vec();
        // A child that stops reading must not hold us: its end is noticed by the exit code.
        thread::spawn(move || stdin.write_all(&input));
    }
    let stdout = read_in_background(stdout, bounds.output);
    let stderr = read_in_background(stderr, MESSAGE_LIMIT);
    let outcome = collect(&mut child, &stdout, deadline, bounds);
    if outcome.is_err() {
        child.kill().ok();
        child.wait().ok();
    }
    let (bytes, status) = outcome?;
    let message = stderr.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    Ok(Finished {
        success: status.success(),
        code: status.code(),
        stdout: bytes,
        stderr: String::from_utf8_lossy(&message).into_owned(),
    })
}

fn collect(
    child: &mut Child,
    stdout: &mpsc::Receiver<Vec<u8>>,
    deadline: Instant,
    bounds: Bounds,
) -> Result<(Vec<u8>, std::process::ExitStatus), String> {
    let late = || format!("no answer within {} seconds", bounds.time.as_secs());
    let left = deadline.saturating_duration_since(Instant::now());
    let bytes = stdout.recv_timeout(left).map_err(|_| late())?;
    if bytes.len() as u64 > bounds.output {
        return Err(format!("more than {} bytes of output", bounds.output));
    }
    let mut pause = Duration::from_micros(50);
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok((bytes, status));
        }
        if Instant::now() >= deadline {
            return Err(late());
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads up to one byte beyond the limit, so that the caller can tell "too much" from "just enough".
fn read_in_background(stream: impl std::io::Read + Send + 'static, limit: u64) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A broken pipe leaves what came before it; the exit code tells the rest.
        let mut limited = stream.take(limit + 1);
        limited.read_to_end(&mut bytes).ok();
        sender.send(bytes).ok();
        // Drained, so that the child is not stopped by a full pipe.
        std::io::copy(&mut limited.into_inner(), &mut std::io::sink()).ok();
    });
    receiver
}

fn name<S: AsRef<OsStr>>(arguments: &[S]) -> String {
    arguments
        .first()
        .map(|argument| OsString::from(argument.as_ref()).to_string_lossy().into_owned())
        .unwrap_or_default()
}

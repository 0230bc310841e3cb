//! Runs one program of the user's: bounded in time and output, and ended with all it started.

use std::io::{Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::model::escape;
use crate::system;

/// The most bytes of an answer: those of a report.
const MAX_ANSWER: u64 = 1 << 20;

/// How much of an error message is kept.
const MAX_MESSAGE: u64 = 4 << 10;

/// What the program wrote. It is run by the shell, as git runs what its configuration names, but not in the repository, whose
/// files could stand in for it, and without git's variables. An error ends the sentence "the extractor …".
pub(super) fn run(command: &str, timeout: Duration, input: Vec<u8>) -> Result<Vec<u8>, String> {
    let deadline = Instant::now() + timeout;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir("/").process_group(0);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in system::env_names().iter().filter(|name| name.starts_with("GIT_")) {
        shell.env_remove(name);
    }
    let mut child = shell.spawn().map_err(|error| format!("could not be started: {error}"))?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        end(&mut child);
        return Err("has no pipes".to_owned());
    };
    // A program may answer without reading all of it.
    thread::spawn(move || stdin.write_all(&input).ok());
    let (answer, message) = (read(stdout, MAX_ANSWER), read(stderr, MAX_MESSAGE));
    let outcome = finish(&mut child, &answer, deadline, timeout);
    if outcome.is_err() {
        end(&mut child);
    }
    let (answer, status) = outcome?;
    if status.success() {
        return Ok(answer);
    }
    let said = message.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
    let first = said.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first: String = escape::visible(first).chars().take(200).collect();
    let said = if first.is_empty() { String::new() } else { format!(": {first}") };
    Err(format!("failed ({status}){said}"))
}

fn finish(
    child: &mut Child,
    answer: &Receiver<Vec<u8>>,
    deadline: Instant,
    timeout: Duration,
) -> Result<(Vec<u8>, ExitStatus), String> {
    let late = || format!("gave no answer within {} seconds", timeout.as_secs());
    let bytes = answer.recv_timeout(deadline.saturating_duration_since(Instant::now())).map_err(|_| late())?;
    if bytes.len() as u64 > MAX_ANSWER {
        return Err(format!("wrote more than {MAX_ANSWER} bytes"));
    }
    let mut pause = Duration::from_micros(100);
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

/// One byte beyond the bound tells "too much". Whatever comes after it is not read: the writer is ended.
fn read(stream: impl Read + Send + 'static, bound: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut stream = stream.take(bound + 1);
        stream.read_to_end(&mut bytes).ok();
        sender.send(bytes).ok();
        // An error message may be of any length: its writer is not to wait for us.
        std::io::copy(&mut stream.into_inner(), &mut std::io::sink()).ok();
    });
    receiver
}

/// Ends the program and all that it started.
fn end(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        #[expect(unsafe_code, reason = "the standard library ends one process and not its group")]
        // SAFETY: no memory is passed. The child leads its own group and is not waited for yet, so the number is still its.
        unsafe {
            libc::kill(-group, libc::SIGKILL);
        }
    }
    child.wait().ok();
}

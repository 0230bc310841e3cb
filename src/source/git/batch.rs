//! One long-lived `git cat-file --batch` (or `--batch-check`) child.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use super::GitError;
use super::objects::{Header, Kind};
use super::process::{self, Git, TIME_LIMIT};
use crate::model::object::ObjectId;

/// The longest answer line that is believed.
const LINE_LIMIT: usize = 4096;

/// The child and what it has said so far. Ended on drop.
pub(super) struct Batch {
    child: Child,
    stdin: ChildStdin,
    chunks: Receiver<Vec<u8>>,
    buffer: Vec<u8>,
    /// How much of the buffer has been used.
    at: usize,
}

impl Batch {
    /// `mode` is `--batch` or `--batch-check`.
    pub(super) fn start(git: &Git, mode: &str) -> Result<Self, GitError> {
        let mut command = git.command();
        command.args(["cat-file", mode]);
        let mut child = process::spawn(&mut command)?;
        let (Some(stdin), Some(mut stdout), Some(mut stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(failed("no pipes"));
        };
        let (sender, chunks) = mpsc::sync_channel(4);
        thread::spawn(move || {
            let mut chunk = vec![0; 64 << 10];
            while let Ok(count @ 1..) = stdout.read(&mut chunk) {
                if sender.send(chunk.get(..count).unwrap_or_default().to_vec()).is_err() {
                    break;
                }
            }
        });
        // Only warnings come here; read so that the child never waits for us.
        thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Ok(Self { child, stdin, chunks, buffer: Vec::new(), at: 0 })
    }

    /// Asks for one object. With `--batch` the content follows and has to be taken with [`Batch::content`].
    pub(super) fn header(&mut self, id: ObjectId) -> Result<Option<Header>, GitError> {
        writeln!(self.stdin, "{id}").and_then(|()| self.stdin.flush()).map_err(|error| failed(&error.to_string()))?;
        let line = self.line()?;
        let mut words = line.split(|byte| *byte == b' ').map(|word| std::str::from_utf8(word).unwrap_or_default());
        match (words.next(), words.next(), words.next()) {
            (Some(_), Some("missing"), None) => Ok(None),
            (Some(_), Some(kind), Some(size)) => {
                let size = size.parse().map_err(|_| failed("an answer without a size"))?;
                Ok(Some(Header { kind: Kind::from_name(kind), size }))
            }
            _ => Err(failed("an answer that cannot be read")),
        }
    }

    /// The content that follows a header of `--batch`.
    pub(super) fn content(&mut self, size: u64) -> Result<Vec<u8>, GitError> {
        let size = usize::try_from(size).map_err(|_| failed("an object larger than memory"))?;
        let mut content = Vec::new();
        while content.len() < size {
            if self.rest().is_empty() {
                self.receive()?;
            }
            let take = self.rest().len().min(size - content.len());
            content.extend_from_slice(self.rest().get(..take).unwrap_or_default());
            self.at += take;
        }
        match self.line()?.as_slice() {
            [] => Ok(content),
            _ => Err(failed("content longer than announced")),
        }
    }

    fn line(&mut self) -> Result<Vec<u8>, GitError> {
        loop {
            if let Some(length) = memchr::memchr(b'\n', self.rest()) {
                let line = self.rest().get(..length).unwrap_or_default().to_vec();
                self.at += length + 1;
                return Ok(line);
            }
            if self.rest().len() > LINE_LIMIT {
                return Err(failed("an answer without an end"));
            }
            self.receive()?;
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    fn receive(&mut self) -> Result<(), GitError> {
        let deadline = Instant::now() + TIME_LIMIT;
        let chunk = self
            .chunks
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .map_err(|_| failed("no answer"))?;
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(&chunk);
        Ok(())
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // It may be gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn failed(reason: &str) -> GitError {
    GitError::Failed { context: "git cat-file".to_owned(), reason: reason.to_owned() }
}

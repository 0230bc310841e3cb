//! Aider, which has no hooks: it runs a test command after its edits, and hands what a failing one prints to the model.
//! There is no payload; a session is told by the line that opens it in aider's own history.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::{Adapter, Answer, Call, Input, Moment, Unreadable, Wire, claude_shape};
use crate::model::event::{Event, Stop, What};

pub(super) struct Aider;

const HISTORY: &str = ".aider.chat.history.md";

/// What opens a session in the history.
const OPENING: &str = "# aider chat started at ";

/// How far back the opening line is looked for.
const MAX_TAIL: u64 = 4 << 20;

impl Adapter for Aider {
    fn name(&self) -> &'static str {
        "aider"
    }

    fn reads_stdin(&self) -> bool {
        false
    }

    fn moment(&self, _event: &str) -> Moment {
        Moment::Stop
    }

    fn parse(&self, _input: &Input<'_>) -> Result<Option<Call>, Unreadable> {
        let here = crate::system::current_dir().map_err(|_| Unreadable::NoSession)?;
        // Aider runs the command at the top of the repository, and keeps its history there.
        let history = here.ancestors().map(|directory| directory.join(HISTORY)).find(|path| path.is_file());
        let started = history.as_deref().and_then(opening);
        Ok(Some(Call {
            agent: self.agent(),
            session: claude_shape::bounded(format!("chat {}", started.as_deref().unwrap_or("without a history"))),
            directory: here,
            transcript: history,
            event: Event {
                at: None,
                turn: None,
                helper: None,
                what: What::Stopped(Stop { message: None, continuing: false, background: false }),
            },
        }))
    }

    fn answer(&self, _event: &str, answer: &Answer) -> Wire {
        match answer {
            Answer::Silent => Wire::default(),
            Answer::Context(text) | Answer::Notice(text) => {
                Wire { stdout: format!("{}\n", plain(text)), ..Wire::default() }
            }
            Answer::Block(text) | Answer::Deny(text) => {
                Wire { stdout: format!("{}\n", plain(text)), stderr: String::new(), exit: 1 }
            }
        }
    }
}

fn plain(text: &str) -> String {
    claude_shape::reason(text).as_str().unwrap_or_default().to_owned()
}

/// When the last session of this history began, as it is written there.
fn opening(history: &Path) -> Option<String> {
    let mut file = File::open(history).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_TAIL))).ok()?;
    let mut tail = Vec::new();
    file.take(MAX_TAIL).read_to_end(&mut tail).ok()?;
    let tail = String::from_utf8_lossy(&tail);
    tail.lines().rev().find_map(|line| line.strip_prefix(OPENING)).map(|date| date.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_opening_names_the_session() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        std::io::Write::write_all(
            &mut file,
            b"\n# aider chat started at 2026-01-01 10:00:00\n\n#### hi\n\n# aider chat started at 2026-01-02 11:00:00\n\xff\n",
        )
        .expect("it is written");
        assert_eq!(opening(file.path()).as_deref(), Some("2026-01-02 11:00:00"));
        assert_eq!(opening(Path::new("/nowhere")), None);
    }
}

//! How a command ended, out of the text that the model was given.

use super::super::out::output;
use super::super::parts::{is_refusal, number_after};
use crate::model::event::Ended;
use crate::source::json::Object;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) exit: Option<i32>,
    /// The client's number of a command that still runs.
    pub(super) running: Option<i64>,
    pub(super) output: String,
}

impl Printed {
    pub(super) fn failed(&self) -> Option<bool> {
        self.exit.map(|exit| exit != 0)
    }

    /// `whole` is the text before anything was taken off it.
    pub(super) fn ended(&self, whole: &str) -> Ended {
        let refused = self.exit.is_none() && is_refusal(whole);
        // The client's own time limit ends with 124.
        let interrupted = self.exit == Some(124) || whole.starts_with("command timed out");
        Ended {
            exit: self.exit,
            failed: self.failed(),
            output: Some(output(&self.output)),
            refused,
            interrupted,
            background: false,
        }
    }
}

/// `Chunk ID: …`, `Wall time: …`, `Process exited with code N`, `Output:`; or `Exit code: N`, …; or JSON.
pub(super) fn printed(text: &str) -> Printed {
    if let Some(object) = Object::parse(text).filter(|object| object.has("output")) {
        let exit = object.object("metadata").and_then(|metadata| metadata.integer("exit_code"));
        let output = object.text("output").unwrap_or_default().into_owned();
        return Printed { exit: exit.and_then(|exit| i32::try_from(exit).ok()), running: None, output };
    }
    let Some((head, output)) = split(text) else {
        return Printed { output: text.to_owned(), ..Printed::default() };
    };
    let exit = number_after(head, "Process exited with code").or_else(|| number_after(head, "Exit code"));
    let running = number_after(head, "Process running with session ID").map(i64::from);
    Printed { exit, running, output: output.to_owned() }
}

/// The client's head, which nothing that a command prints can come before, and what the command printed.
fn split(text: &str) -> Option<(&str, &str)> {
    let is_head = |line: &str| {
        [
            "Chunk ID:",
            "Wall time:",
            "Process ",
            "Exit code:",
            "Original token count:",
            "Total output lines:",
            "Warning:",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    let mut at = 0;
    for line in text.split_inclusive('\n').take(12) {
        let trimmed = line.trim_end();
        if trimmed == "Output:" {
            return Some((&text[..at], &text[at + line.len()..]));
        }
        if !trimmed.is_empty() && !is_head(trimmed) {
            break;
        }
        at += line.len();
    }
    (at > 0).then(|| (&text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_status_and_output() {
        let is = |text: &str, exit, running, output: &str| {
            assert_eq!(printed(text), Printed { exit, running, output: output.to_owned() }, "{text}");
        };
        is(
            "Chunk ID: 1f\nWall time: 2.1 seconds\nProcess exited with code 101\nOutput:\nbad\n",
            Some(101),
            None,
            "bad\n",
        );
        is("Chunk ID: 1f\nWall time: 2 seconds\nProcess running with session ID 77\nOutput:\n", None, Some(77), "");
        is("Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess\n", Some(0), None, "Success\n");
        is(r#"{"output":"x","metadata":{"exit_code":2,"duration_seconds":0.1}}"#, Some(2), None, "x");
        is("exec_command failed: no such file", None, None, "exec_command failed: no such file");
    }

    #[test]
    fn a_command_cannot_print_its_own_status() {
        let printed =
            printed("Wall time: 1 seconds\nProcess exited with code 1\nOutput:\nProcess exited with code 0\n");
        assert_eq!(printed.exit, Some(1));
        assert_eq!(super::printed("Process is good\nExit code: 0\n").exit, None.or(Some(0)));
        assert_eq!(super::printed("hello\nExit code: 0\nOutput:\n").exit, None);
    }
}

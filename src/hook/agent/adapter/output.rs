//! What tools printed and how they ended, where a client says so in words.

use crate::model::event::{Ended, Text};

/// What is kept of a tool's output.
const MAX_OUTPUT: usize = 64 << 10;

pub(super) fn kept(output: &str) -> Text {
    Text::bounded(output, MAX_OUTPUT)
}

/// The number after `mark` on the last line that begins so. The command's own output comes first and may say the same.
pub(super) fn number_on_last_line(text: &str, mark: &str) -> Option<i32> {
    let line = text.lines().rev().find_map(|line| line.trim().strip_prefix(mark))?;
    leading_number(line)
}

/// The number right after the last `mark`, wherever it stands.
pub(super) fn number_after_last(text: &str, mark: &str) -> Option<i32> {
    leading_number(text.get(text.rfind(mark)? + mark.len()..)?)
}

fn leading_number(text: &str) -> Option<i32> {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && *c == '-')))
        .map_or(text.len(), |(at, _)| at);
    text.get(..end)?.parse().ok()
}

/// A failure told as text that begins with the exit status: `Exit code 1`, and the output on the lines after it.
pub(super) fn failure(error: &str, interrupted: bool) -> Ended {
    let (first, rest) = error.split_once('\n').unwrap_or((error, ""));
    let exit = first.strip_prefix("Exit code ").and_then(|number| number.trim().parse().ok());
    let output = if exit.is_some() { rest } else { error };
    Ended { exit, failed: Some(true), output: Some(kept(output)), interrupted, ..Ended::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_the_status_counts() {
        let text = "Exit Code: 0\nfailed\nExit Code: 101\nProcess Group PGID: 7";
        assert_eq!(number_on_last_line(text, "Exit Code: "), Some(101));
        assert_eq!(number_on_last_line("Exit Code: (none)", "Exit Code: "), None);
        assert_eq!(
            number_after_last("x\n<shellId: 0 completed with exit code 1>", "completed with exit code "),
            Some(1)
        );
        assert_eq!(number_after_last("exit code -9>", "exit code "), Some(-9));
        assert_eq!(number_after_last("exit code 99999999999", "exit code "), None);
    }

    #[test]
    fn a_failure_without_a_status_keeps_its_text() {
        let ended = failure("Exit code 2\nno such file", false);
        assert_eq!((ended.exit, ended.output), (Some(2), Some("no such file".into())));
        let ended = failure("File has not been read yet", true);
        assert_eq!((ended.exit, ended.interrupted), (None, true));
    }
}

//! A commit message as git will store it: clean-up as in git-commit's `--cleanup`, then the trailers.
//!
//! What `commit -v` puts below the scissors line is a diff, and would prove every claim; it never gets past here.

mod cleanup;
mod conventional;
pub mod trailers;

pub use cleanup::{Cleanup, CleanupMode, Comment};
pub use conventional::{Conventional, conventional, first_line, is_revert};

use crate::model::message::{Message, MessageSource};

/// Reads a message. `cleanup` says what git will still do to a message file; a commit's own message is past that, and
/// is only read. Carriage returns before line feeds are dropped, bytes that are not UTF-8 replaced.
pub fn parse(raw: &[u8], source: MessageSource, cleanup: &Cleanup) -> Message {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let text = match source {
        MessageSource::Hook | MessageSource::File => cleanup.apply(&text),
        MessageSource::Commit | MessageSource::Patch | MessageSource::Final => text,
    };
    let trailers = trailers::find(&text);
    Message { text, trailers, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_s_message_is_not_cleaned() {
        let message = parse(b"fix\n\n#12 is closed\n", MessageSource::Commit, &Cleanup::default());
        assert_eq!(message.body(), "#12 is closed\n");
    }

    #[test]
    fn line_ends_and_bytes() {
        let message = parse(b"a\r\n\r\nb \xff\r\n", MessageSource::Commit, &Cleanup::default());
        assert_eq!(message.text, "a\n\nb \u{fffd}\n");
    }

    #[test]
    fn nothing_is_read_from_below_the_scissors() {
        let raw = b"subject\n\nSigned-off-by: a <a@b>\n# ------------------------ >8 ------------------------\n# Do not edit\ndiff --git a/x b/x\n+claim\n";
        let message = parse(raw, MessageSource::Hook, &Cleanup::default());
        assert_eq!(message.text, "subject\n\nSigned-off-by: a <a@b>\n");
        assert_eq!(message.trailers.len(), 1);
    }
}

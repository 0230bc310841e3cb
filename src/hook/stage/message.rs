//! The message file git hands to a hook, read as git will store it.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use super::StageError;
use crate::analyze::message::{self, Cleanup, CleanupMode, Comment};
use crate::hook::Hook;
use crate::model::message::{Message, MessageSource};
use crate::source::git::GitSource;
use crate::system;

/// More than any message; `commit -v` puts the whole diff below it.
const MAX_BYTES: u64 = 256 << 20;

/// Will a person still edit the message, or has one? Without an editor git sets `GIT_EDITOR` to `:` for its hooks.
pub(super) fn is_edited() -> bool {
    system::env("GIT_EDITOR").is_none_or(|editor| editor != ":")
}

/// Reads the file named by a hook's first argument. Options such as `--cleanup` do not reach a hook; the configuration
/// does.
pub(super) fn read(hook: Hook, git: &dyn GitSource, args: &[OsString]) -> Result<Message, StageError> {
    let path = PathBuf::from(args.first().ok_or(StageError::NoMessageFile(hook))?);
    let mut raw = Vec::new();
    let size = File::open(&path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut raw))
        .map_err(|error| StageError::MessageFile { path: path.clone(), error })?;
    if size as u64 > MAX_BYTES {
        return Err(StageError::MessageTooLarge { path, limit: MAX_BYTES });
    }
    let config = |key: &str| -> Result<Option<String>, StageError> {
        Ok(git.config(key)?.map(|value| String::from_utf8_lossy(&value).into_owned()))
    };
    // Git reads both names into one setting; the newer one is the longer-lived.
    let comment = config("core.commentString")?.or(config("core.commentChar")?);
    let cleanup = Cleanup {
        mode: CleanupMode::from_config(config("commit.cleanup")?.as_deref(), is_edited()),
        comment: Comment::from_config(comment.as_deref()),
    };
    Ok(message::parse(&raw, MessageSource::Hook, &cleanup))
}

//! `pre-push`: what leaves this clone. Each ref, and every commit that the remote does not have.

use std::ffi::OsString;

use bstr::{BString, ByteSlice as _};

use super::push;
use super::{Reply, StageError};
use crate::gate::push::{At, Budget};
use crate::model::push::RefUpdate;
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let text = push::input()?;
    let updates = push::lines(&text).map(update).collect::<Result<Vec<_>, _>>()?;
    if updates.is_empty() {
        return Ok(Reply::default());
    }
    let remote = args.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    push::judge(git, &updates, &At::Client { remote }, Budget::default())
}

/// `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`, split from the right: the local one may be an expression with blanks. A
/// deletion has `(delete)` and zeros.
fn update(line: &[u8]) -> Result<RefUpdate, StageError> {
    let mut fields = line.rsplitn(4, |byte| *byte == b' ');
    let (Some(old), Some(name), Some(new), Some(_)) = (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(StageError::Refs(format!("`{}` is no ref with its ids", line.as_bstr().escape_ascii())));
    };
    Ok(RefUpdate { name: BString::from(name), old: push::id(old)?, new: push::id(new)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_deletions_are_read() {
        let (a, zero) = ("a".repeat(40), "0".repeat(40));
        let read = update(format!("HEAD@{{1 day ago}} {a} refs/heads/x {zero}").as_bytes()).expect("a line");
        assert_eq!(
            (read.name.to_string().as_str(), read.old.is_none(), read.new.is_some()),
            ("refs/heads/x", true, true)
        );
        let gone = update(format!("(delete) {zero} refs/heads/x {a}").as_bytes()).expect("a line");
        assert!(gone.is_delete() && gone.old.is_some());
        assert!(update(b"refs/heads/x").is_err());
    }
}

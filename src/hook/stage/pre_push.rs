//! `pre-push`: what leaves this clone. Each ref, and every commit that the remote does not have.

use std::ffi::OsString;

use bstr::{BString, ByteSlice as _};

use super::push;
use super::{Reply, StageError};
use crate::gate::push::{At, Budget};
use crate::model::push::RefUpdate;
use crate::source::git::GitSource;
use crate::system;

pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let text = push::input()?;
    let updates = push::lines(&text).map(update).collect::<Result<Vec<_>, _>>()?;
    if !updates.is_empty() {
        let remote = args.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return push::judge(git, &updates, &At::Client { remote }, Budget::default());
    }
    if system::env("PRE_COMMIT").is_none() {
        return Ok(Reply::default());
    }
    let (remote, update) = handed_over(git)?;
    push::judge(git, &[update], &At::Client { remote }, Budget::default())
}

/// pre-commit and prek read git's list themselves. Of all refs they tell of one: the first that is no deletion and has new
/// commits.
fn handed_over(git: &dyn GitSource) -> Result<(String, RefUpdate), StageError> {
    let told = |name: &str| system::env(&format!("PRE_COMMIT_{name}"));
    let (Some(remote), Some(name), Some(local)) = (told("REMOTE_NAME"), told("REMOTE_BRANCH"), told("LOCAL_BRANCH"))
    else {
        return Err(StageError::Refs("none came in, and `PRE_COMMIT_REMOTE_BRANCH` names none".to_owned()));
    };
    let new = Some(git.resolve(&told("TO_REF").unwrap_or(local))?);
    // Where the remote has no such branch, what is told is where the new commits begin.
    let branch = name.strip_prefix("refs/heads/").map(|branch| format!("refs/remotes/{remote}/{branch}"));
    let is_there = branch.and_then(|branch| git.commit_named(&branch).flatten()).is_some();
    let old = told("FROM_REF").filter(|_| is_there).map(|from| git.resolve(&from)).transpose()?;
    Ok((remote, RefUpdate { name: BString::from(name), old, new }))
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

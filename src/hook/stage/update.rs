//! `update`: one ref of a push that arrives, where a server would rather refuse single refs than whole pushes.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;

use bstr::BString;

use super::push;
use super::{Reply, StageError, waved};
use crate::gate::push::At;
use crate::model::push::RefUpdate;
use crate::source::git::GitSource;

/// Git calls it with `REF OLD NEW`.
pub(super) fn run(git: &dyn GitSource, args: &[OsString]) -> Result<Reply, StageError> {
    let [name, old, new] = args else {
        return Err(StageError::Refs("`update` is called with a ref and two ids".to_owned()));
    };
    let name = BString::from(name.as_bytes());
    let updates = [RefUpdate { name, old: push::id(old.as_bytes())?, new: push::id(new.as_bytes())? }];
    let reply = push::judge(git, &updates, &At::Server, waved::budget(git)?)?;
    waved::through(git, &updates, reply)
}

//! `pre-receive`: what arrives at a server, before anything of it is kept. The new objects lie in git's quarantine.

use super::push;
use super::{Reply, StageError, waved};
use crate::gate::push::At;
use crate::source::git::GitSource;

pub(super) fn run(git: &dyn GitSource) -> Result<Reply, StageError> {
    let text = push::input()?;
    let updates = push::lines(&text).map(push::update).collect::<Result<Vec<_>, _>>()?;
    let budget = waved::budget(git)?;
    let reply = push::judge(git, &updates, &At::Server, budget)?;
    waved::through(git, &updates, reply)
}

//! What only a person may do. The environment is a hint and no proof: an agent can strip it. The guards and the pinned
//! copies are the second line.

use anyhow::bail;

use crate::source::agent::{Signs, identify};
use crate::system;

/// Refuses in the environment of an agent. `what` is the sentence before the comma: "a task is set by a person".
pub(super) fn only(what: &str) -> anyhow::Result<()> {
    let actor = identify(&Signs { environment: Some(&system::env), ..Signs::default() });
    match actor.agent() {
        Some(agent) => bail!("{what}, and this is the environment of an agent ({agent})"),
        None => Ok(()),
    }
}

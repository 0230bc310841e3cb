//! CircleCI (CircleCI docs, "Project values and variables"). No variable tells the base; the pipeline value
//! `pipeline.git.base_revision` can be handed on as `--base`.

use super::{Change, CiError, Job, id};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "CircleCI";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let missing = "the base in a variable (`--base << pipeline.git.base_revision >>` hands it on)".to_owned();
    let base = base.ok_or(CiError::NoBase { service: NAME, missing })?.to_owned();
    let head = env("CIRCLE_SHA1").map(|value| id(NAME, "CIRCLE_SHA1", &value)).transpose()?;
    let head = head.unwrap_or_else(|| "HEAD".to_owned());
    let branch = env("CIRCLE_BRANCH");
    Ok(Job::Change(Change { base, head, base_branch: None, target: None, branch, said: None, notes: Vec::new() }))
}

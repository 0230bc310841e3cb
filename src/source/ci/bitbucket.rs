//! Bitbucket Pipelines (Atlassian docs, "Variables and secrets"). It does not tell descriptions, nor what came before a push.

use super::{Change, CiError, Job, id, of_remote};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "Bitbucket Pipelines";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let missing = |what: &str| CiError::NoBase { service: NAME, missing: what.to_owned() };
    // BITBUCKET_PR_DESTINATION_COMMIT is abbreviated, so the branch is asked for.
    let target = env("BITBUCKET_PR_DESTINATION_BRANCH").filter(|_| env("BITBUCKET_PR_ID").is_some());
    let target = base.map(str::to_owned).or_else(|| target.as_deref().and_then(of_remote));
    let base = target.ok_or_else(|| missing("what came before, outside of pull requests"))?;
    let head = env("BITBUCKET_COMMIT").map(|value| id(NAME, "BITBUCKET_COMMIT", &value)).transpose()?;
    let head = head.unwrap_or_else(|| "HEAD".to_owned());
    let branch = env("BITBUCKET_BRANCH");
    Ok(Job::Change(Change { base, head, base_branch: None, target: None, branch, said: None, notes: Vec::new() }))
}

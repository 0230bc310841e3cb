//! Azure Pipelines (Microsoft Learn, "Use predefined variables"). It does not tell descriptions, nor what came before a push.

use super::{Change, CiError, Job, id, of_remote};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "Azure Pipelines";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let missing = |what: &str| CiError::NoBase { service: NAME, missing: what.to_owned() };
    let is_request = env("BUILD_REASON").is_some_and(|reason| reason == "PullRequest");
    let target = env("SYSTEM_PULLREQUEST_TARGETBRANCH").filter(|_| is_request);
    let target = base.map(str::to_owned).or_else(|| target.as_deref().and_then(of_remote));
    let base = target.ok_or_else(|| missing("what came before, outside of pull requests"))?;
    // What is checked out is a merge that the service made.
    let head = env("SYSTEM_PULLREQUEST_SOURCECOMMITID").filter(|_| is_request);
    let head = head.map(|value| id(NAME, "SYSTEM_PULLREQUEST_SOURCECOMMITID", &value)).transpose()?;
    let name = if is_request { "SYSTEM_PULLREQUEST_SOURCEBRANCH" } else { "BUILD_SOURCEBRANCH" };
    let branch = env(name).map(|name| name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned());
    let head = head.unwrap_or_else(|| "HEAD".to_owned());
    Ok(Job::Change(Change { base, head, base_branch: None, target: None, branch, said: None, notes: Vec::new() }))
}

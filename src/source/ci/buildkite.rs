//! Buildkite (Buildkite docs, "Environment variables"). It does not tell descriptions, nor what came before a push.

use super::{Change, CiError, Job, of_remote};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "Buildkite";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let branch = env("BUILDKITE_BRANCH");
    let is_request = env("BUILDKITE_PULL_REQUEST").is_some_and(|number| number != "false");
    let default = env("BUILDKITE_PIPELINE_DEFAULT_BRANCH").filter(|default| branch.as_ref() != Some(default));
    let target = if is_request { env("BUILDKITE_PULL_REQUEST_BASE_BRANCH") } else { default };
    let target = target.as_deref().and_then(of_remote);
    let missing =
        || CiError::NoBase { service: NAME, missing: "what came before a push to the default branch".to_owned() };
    let notes = match (base, is_request) {
        (None, false) => vec!["what the default branch does not have is judged".to_owned()],
        _ => Vec::new(),
    };
    let base = base.map(str::to_owned).or(target).ok_or_else(missing)?;
    // BUILDKITE_COMMIT may be the word HEAD; what is checked out is that commit in either case.
    Ok(Job::Change(Change {
        base,
        head: "HEAD".to_owned(),
        base_branch: None,
        target: None,
        branch,
        said: None,
        notes,
    }))
}

//! GitHub Actions: `GITHUB_EVENT_NAME` and the webhook's payload in `GITHUB_EVENT_PATH` (GitHub docs, "Events that trigger
//! workflows" and "Webhook events and payloads").
//!
//! `GITHUB_SHA` is not used for a pull request: it is a merge that GitHub made for the run.

use std::path::Path;

use serde_json::Value;

use super::{Change, CiError, Job, id, is_zero, of_remote, read_event, said};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "GitHub Actions";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let malformed = |reason: &str| CiError::Malformed { service: NAME, reason: reason.to_owned() };
    let event = env("GITHUB_EVENT_NAME").ok_or_else(|| malformed("GITHUB_EVENT_NAME is not set"))?;
    let path = env("GITHUB_EVENT_PATH").ok_or_else(|| malformed("GITHUB_EVENT_PATH is not set"))?;
    let payload = read_event(NAME, Path::new(&path))?;
    let at = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
    let commit = |pointer: &str| id(NAME, &format!("`{pointer}` of the event"), at(pointer).unwrap_or_default());
    // Every event on a pull request carries it whole: also those on its reviews.
    if payload.get("pull_request").is_some_and(Value::is_object) {
        return Ok(Job::Change(Change {
            base: commit("/pull_request/base/sha")?,
            head: commit("/pull_request/head/sha")?,
            base_branch: at("/pull_request/base/ref").and_then(of_remote),
            target: None,
            branch: at("/pull_request/head/ref").map(str::to_owned),
            said: said(at("/pull_request/title"), at("/pull_request/body")),
            notes: Vec::new(),
        }));
    }
    match event.as_str() {
        "merge_group" => Ok(Job::Change(Change {
            base: commit("/merge_group/base_sha")?,
            head: commit("/merge_group/head_sha")?,
            base_branch: None,
            target: None,
            branch: None,
            said: None,
            notes: Vec::new(),
        })),
        "push" => push(&payload, base),
        other => {
            let missing =
                format!("a change in an event of the kind `{}`", crate::model::escape::visible(other.as_bytes()));
            match base {
                None => Err(CiError::NoBase { service: NAME, missing }),
                Some(base) => Ok(Job::Change(Change {
                    base: base.to_owned(),
                    head: "HEAD".to_owned(),
                    base_branch: None,
                    target: None,
                    branch: None,
                    said: None,
                    notes: Vec::new(),
                })),
            }
        }
    }
}

/// A new branch or tag is measured from the default branch; a forced push from what it replaced.
fn push(payload: &Value, base: Option<&str>) -> Result<Job, CiError> {
    let at = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
    let name = at("/ref").unwrap_or_default();
    let after = id(NAME, "`/after` of the event", at("/after").unwrap_or_default())?;
    if is_zero(&after) {
        return Ok(Job::Nothing("the push deleted its branch".to_owned()));
    }
    let before = id(NAME, "`/before` of the event", at("/before").unwrap_or_default())?;
    let branch = name.strip_prefix("refs/heads/");
    let default = at("/repository/default_branch");
    let (base, notes) = match base {
        Some(base) => (base.to_owned(), Vec::new()),
        None if !is_zero(&before) => (before, Vec::new()),
        None => {
            let of_default = default.filter(|default| branch != Some(*default)).and_then(of_remote);
            let missing = || "what came before the first push of a branch".to_owned();
            let base = of_default.ok_or_else(|| CiError::NoBase { service: NAME, missing: missing() })?;
            (base, vec!["the branch is new: what the default branch does not have is judged".to_owned()])
        }
    };
    let branch = branch.map(str::to_owned);
    Ok(Job::Change(Change { base, head: after, base_branch: None, target: None, branch, said: None, notes }))
}

//! The change a CI job was started for: its base, its head and what was said of it, from the variables of the service. One
//! file a service.
//!
//! Variables and event files are written by the service; titles, descriptions and branch names in them by anybody. Nothing
//! here is guessed: where a service does not tell what came before, that is an error which says what to give instead.

mod azure;
mod bitbucket;
mod buildkite;
mod circleci;
mod github;
mod gitlab;
mod jenkins;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::source::agent::Lookup;

/// More of an event file is not read. GitHub's own bound for an event is 25 MB.
const MAX_EVENT: u64 = 32 << 20;

/// A description longer than this is not one; what it is read by has lower bounds.
const MAX_TEXT: usize = 1 << 20;

/// What a job is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    Change(Change),
    /// There is no change to judge, and why.
    Nothing(String),
}

/// A change, its ends as revisions git can resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it started, or the tip of the branch it is to go to.
    pub base: String,
    pub head: String,
    /// A branch of the remote that `base` was the tip of. Where this clone has it and `base` is part of it, it counts
    /// instead: what the change took over from it since is not the change's own.
    pub base_branch: Option<String>,
    /// The tip of the branch it is to go to, where that is another one than `base`.
    pub target: Option<String>,
    /// The branch it was made on.
    pub branch: Option<String>,
    /// Title and description of the pull request, as one message.
    pub said: Option<String>,
    /// What a reader of the output should know.
    pub notes: Vec<String>,
}

/// Why a job says nothing of a change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CiError {
    #[error(
        "no CI service is recognised by its variables; give the change itself, `--range BASE..HEAD` (known: {})",
        names()
    )]
    Unknown,
    #[error("{service} does not tell {missing}; give it, `--base REV`, or the whole range, `--range BASE..HEAD`")]
    NoBase { service: &'static str, missing: String },
    #[error("{service}: {reason}")]
    Malformed { service: &'static str, reason: String },
}

struct Service {
    name: &'static str,
    /// Is this process one of its jobs?
    is_here: fn(&Lookup) -> bool,
    /// The second argument is a base given by hand.
    job: fn(&Lookup, Option<&str>) -> Result<Job, CiError>,
}

/// GitHub comes first: Forgejo and Gitea set its variables too, and its events.
const SERVICES: &[Service] = &[
    Service { name: github::NAME, is_here: |env| is_true(env, "GITHUB_ACTIONS"), job: github::job },
    Service { name: gitlab::NAME, is_here: |env| is_true(env, "GITLAB_CI"), job: gitlab::job },
    Service { name: buildkite::NAME, is_here: |env| is_true(env, "BUILDKITE"), job: buildkite::job },
    Service { name: azure::NAME, is_here: |env| is_true(env, "TF_BUILD"), job: azure::job },
    Service { name: bitbucket::NAME, is_here: |env| env("BITBUCKET_BUILD_NUMBER").is_some(), job: bitbucket::job },
    Service { name: circleci::NAME, is_here: |env| is_true(env, "CIRCLECI"), job: circleci::job },
    Service { name: jenkins::NAME, is_here: |env| env("JENKINS_URL").is_some(), job: jenkins::job },
];

/// The service whose job this process is.
pub fn service(env: &Lookup) -> Option<&'static str> {
    here(env).map(|service| service.name)
}

/// What this job is about. `base` is a base given by hand, which counts more than the service's.
pub fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let service = here(env).ok_or(CiError::Unknown)?;
    let mut job = (service.job)(env, base)?;
    if let (Job::Change(change), Some(base)) = (&mut job, base) {
        base.clone_into(&mut change.base);
        change.base_branch = None;
        change.target = None;
    }
    Ok(job)
}

fn here(env: &Lookup) -> Option<&'static Service> {
    SERVICES.iter().find(|service| (service.is_here)(env))
}

fn names() -> String {
    SERVICES.iter().map(|service| service.name).collect::<Vec<_>>().join(", ")
}

fn is_true(env: &Lookup, name: &str) -> bool {
    env(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A full commit id from a variable or an event; nothing else can stand where a revision is resolved.
fn id(service: &'static str, what: &str, value: &str) -> Result<String, CiError> {
    let is_id = matches!(value.len(), 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id {
        return Ok(value.to_owned());
    }
    Err(CiError::Malformed { service, reason: format!("{what} is no commit id") })
}

/// Is it the id that stands for "none"?
fn is_zero(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}

/// The branch of the remote, as a clone keeps it. `None` for what is no branch name (git-check-ref-format).
fn of_remote(branch: &str) -> Option<String> {
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let bad = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let is_name = !branch.is_empty()
        && branch.len() <= 1024
        && !branch.starts_with(['-', '/', '.'])
        && !branch.ends_with(['/', '.'])
        && !branch.contains("..")
        && !branch.contains("@{")
        && !branch.contains(bad);
    is_name.then(|| format!("refs/remotes/origin/{branch}"))
}

/// Title and description as one message. Without a title the description's first line stands for one.
fn said(title: Option<&str>, body: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [title, body].into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    let text = parts.join("\n\n");
    (!parts.is_empty() && text.len() <= MAX_TEXT).then_some(text)
}

fn read_event(service: &'static str, path: &Path) -> Result<serde_json::Value, CiError> {
    let malformed = |reason: String| CiError::Malformed { service, reason };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_EVENT + 1).read_to_end(&mut bytes));
    read.map_err(|error| malformed(format!("the event file cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_EVENT {
        return Err(malformed(format!("the event file is larger than {MAX_EVENT} bytes")));
    }
    serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the event file is no JSON: {error}")))
}

#[cfg(test)]
mod tests;

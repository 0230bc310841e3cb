//! GitLab CI (GitLab docs, "Predefined CI/CD variables").

use super::{Change, CiError, Job, id, is_true, is_zero, of_remote, said};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "GitLab CI";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let commit = |name: &str| env(name).map(|value| id(NAME, name, &value)).transpose();
    let missing = |what: &str| CiError::NoBase { service: NAME, missing: what.to_owned() };
    let head = commit("CI_COMMIT_SHA")?.ok_or_else(|| missing("the commit (CI_COMMIT_SHA)"))?;
    if let Some(started) = commit("CI_MERGE_REQUEST_DIFF_BASE_SHA")? {
        // Set in pipelines of merged results, where CI_COMMIT_SHA is a merge that GitLab made.
        let source = commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?;
        let target = commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")?
            .or_else(|| env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").as_deref().and_then(of_remote));
        let cut = is_true(env, "CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED");
        let body = env("CI_MERGE_REQUEST_DESCRIPTION").filter(|_| !cut);
        let note = "GitLab gives jobs the first 2,700 characters of a description, and this one is longer: it is not judged; \
                    `--message FILE` gives it whole";
        return Ok(Job::Change(Change {
            base: started,
            head: source.unwrap_or(head),
            base_branch: None,
            target,
            branch: env("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"),
            said: said(env("CI_MERGE_REQUEST_TITLE").as_deref().filter(|_| !cut), body.as_deref()),
            notes: cut.then(|| note.to_owned()).into_iter().collect(),
        }));
    }
    let branch = env("CI_COMMIT_BRANCH");
    let before = commit("CI_COMMIT_BEFORE_SHA")?.filter(|before| !is_zero(before));
    let (base, notes) = match (base, before) {
        (Some(base), _) => (base.to_owned(), Vec::new()),
        (None, Some(before)) => (before, Vec::new()),
        // New branches and tags, and pipelines that no push started.
        (None, None) => {
            let default = env("CI_DEFAULT_BRANCH").filter(|default| branch.as_ref() != Some(default));
            let base = default.as_deref().and_then(of_remote);
            let base = base.ok_or_else(|| missing("what came before (CI_COMMIT_BEFORE_SHA is zero)"))?;
            (base, vec!["what came before is not known: what the default branch does not have is judged".to_owned()])
        }
    };
    Ok(Job::Change(Change { base, head, base_branch: None, target: None, branch, said: None, notes }))
}

//! Jenkins: pull requests of a multibranch project (Branch API plugin), and the git plugin's last commit that built well.

use super::{Change, CiError, Job, id, of_remote, said};
use crate::source::agent::Lookup;

pub(super) const NAME: &str = "Jenkins";

pub(super) fn job(env: &Lookup, base: Option<&str>) -> Result<Job, CiError> {
    let missing = |what: &str| CiError::NoBase { service: NAME, missing: what.to_owned() };
    let head = "HEAD".to_owned();
    if env("CHANGE_ID").is_some() {
        let target = env("CHANGE_TARGET").as_deref().and_then(of_remote);
        let target =
            base.map(str::to_owned).or(target).ok_or_else(|| missing("the branch of the change (CHANGE_TARGET)"))?;
        let branch = env("CHANGE_BRANCH");
        let said = said(env("CHANGE_TITLE").as_deref(), None);
        return Ok(Job::Change(Change {
            base: target,
            head,
            base_branch: None,
            target: None,
            branch,
            said,
            notes: Vec::new(),
        }));
    }
    // Not GIT_PREVIOUS_COMMIT: what a failed build was to judge would never be judged again.
    let built = env("GIT_PREVIOUS_SUCCESSFUL_COMMIT").map(|value| id(NAME, "GIT_PREVIOUS_SUCCESSFUL_COMMIT", &value));
    let base = base.map(str::to_owned).map(Ok).or(built).transpose()?;
    let base = base.ok_or_else(|| missing("what came before the first build of a branch"))?;
    let branch = env("GIT_BRANCH").map(|name| name.strip_prefix("origin/").unwrap_or(&name).to_owned());
    Ok(Job::Change(Change { base, head, base_branch: None, target: None, branch, said: None, notes: Vec::new() }))
}

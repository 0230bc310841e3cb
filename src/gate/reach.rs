//! Ranges that a clone does not hold whole: `incomplete`, with what brings the rest. Nothing is fetched here.

use bstr::ByteSlice as _;

use crate::model::actor::Actor;
use crate::model::change::{Engine, Incomplete, Subject};
use crate::model::escape;
use crate::model::outcome::{Decision, Outcome, Stats};
use crate::source::git::{CommitRange, GitError, GitSource};

/// The commits of a range, or why this clone cannot tell them. A name that nothing could have brought stays a usage fault.
pub(super) fn range(git: &dyn GitSource, spec: &str) -> Result<Result<CommitRange, Incomplete>, GitError> {
    let is_shallow = git.is_shallow()?;
    match git.range(spec) {
        Err(GitError::UnknownRevision(name)) => match missing(&name, is_shallow) {
            Some(reason) => Ok(Err(Incomplete { path: None, reason })),
            None => Err(GitError::UnknownRevision(name)),
        },
        // Without the commit where both sides part, other people's work would be held against this change.
        Ok(range) if range.base.is_none() && is_shallow => Ok(Err(Incomplete {
            path: None,
            reason: format!(
                "where the two ends of `{}` part lies beyond the boundary of this shallow clone; {}",
                escape::visible(spec.as_bytes()),
                way_out(None)
            ),
        })),
        other => other.map(Ok),
    }
}

/// Why the branch that a range is to go to cannot be asked for its policy.
pub(super) fn without_target(git: &dyn GitSource, name: &str) -> Result<Incomplete, GitError> {
    let unknown = || format!("`{}` names no commit here", escape::visible(name.as_bytes()));
    let reason = missing(name, git.is_shallow()?).unwrap_or_else(unknown);
    Ok(Incomplete { path: None, reason: format!("the policy is read from where the change is to go, and {reason}") })
}

/// An outcome that says why the range was not judged.
pub(super) fn unreached(git: &dyn GitSource, spec: &str, gap: Incomplete) -> Outcome {
    let head = git.head().ok().and_then(|head| head.commit).and_then(|id| git.commit(id).ok());
    Outcome {
        subject: Subject::Range { name: spec.to_owned() },
        engine: head.map_or(Engine::Plumbing, |set| set.engine),
        commit: None,
        actor: Actor::default(),
        decision: Decision::Incomplete,
        findings: Vec::new(),
        claims: Vec::new(),
        undisclosed: Vec::new(),
        incomplete: vec![gap],
        stats: Stats::default(),
        waived: Vec::new(),
        waiver_uses: Vec::new(),
        exempt: None,
        notes: Vec::new(),
    }
}

/// A full id names something that is somewhere, a remote-tracking branch something that can be fetched; any other name is
/// as likely mistyped, unless the clone is known to lack what others have.
fn missing(name: &str, is_shallow: bool) -> Option<String> {
    let shown = escape::visible(name.as_bytes());
    let is_id = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let branch = name.strip_prefix("refs/remotes/").and_then(|rest| rest.split_once('/'));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains_str([byte]));
    let fetch = match branch.filter(|(remote, branch)| plain(remote) && plain(branch)) {
        Some((remote, branch)) => Some(format!("git fetch {remote} +refs/heads/{branch}:{name}")),
        None => is_id.then(|| format!("git fetch origin {name}")),
    };
    match (is_shallow, fetch) {
        (true, fetch) => Some(format!("`{shown}` is not in this shallow clone; {}", way_out(fetch.as_deref()))),
        (false, Some(fetch)) => Some(format!("`{shown}` is not in this clone; `{fetch}` brings it")),
        (false, None) => None,
    }
}

fn way_out(fetch: Option<&str>) -> String {
    let more = fetch.map(|fetch| format!(", then `{fetch}` if it is still missing")).unwrap_or_default();
    format!(
        "`git fetch --unshallow` brings the rest{more} (GitHub Actions: `fetch-depth: 0` for actions/checkout; GitLab CI: \
         `GIT_DEPTH: 0`)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_missing_or_mistyped() {
        assert_eq!(missing("mian", false), None);
        let id = "a".repeat(40);
        assert!(missing(&id, false).is_some_and(|reason| reason.contains(&format!("git fetch origin {id}"))));
        let branch = missing("refs/remotes/origin/main", false).expect("a branch can be fetched");
        assert!(branch.contains("`git fetch origin +refs/heads/main:refs/remotes/origin/main`"), "{branch}");
        assert!(missing("main", true).is_some_and(|reason| reason.contains("--unshallow")));
    }

    #[test]
    fn a_command_to_copy_holds_no_shell() {
        let reason = missing("refs/remotes/origin/$(touch x)", false);
        assert_eq!(reason, None);
        let reason = missing("refs/remotes/origin/a;b", true).expect("shallow");
        assert!(!reason.contains("git fetch origin"), "{reason}");
    }
}

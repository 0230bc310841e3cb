//! What the keeper of a server may set: how much one push may cost, and who may push past a refusal, for a reason that
//! is written down.
//!
//! All of it is read from the server's own configuration, which nobody who pushes can write.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::{Reply, StageError};
use crate::gate::push::Budget;
use crate::model::escape;
use crate::model::push::RefUpdate;
use crate::source::git::GitSource;
use crate::system;

/// `git push -o warrant-override=REASON`.
const OPTION: &str = "warrant-override=";

/// Who may; a name as the hosting program gives it, `*` for everybody it let in. Nobody where it is not set.
const ALLOWED: &str = "warrant.override";

/// Where hosting programs say who pushes: Gitolite, GitLab, Gitea and Forgejo, GitHub Enterprise, git-http-backend.
const NAMES: &[&str] = &["GL_USER", "GL_USERNAME", "GITEA_PUSHER_NAME", "GITHUB_USER_LOGIN", "REMOTE_USER"];

/// The most push options that are looked at.
const MOST_OPTIONS: usize = 64;

/// `warrant.pushSeconds` and `warrant.pushCommits`.
pub(super) fn budget(git: &dyn GitSource) -> Result<Budget, StageError> {
    let number = |key: &str| -> Result<Option<u64>, StageError> {
        let Some(value) = git.config(key)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&value).into_owned();
        let number = text.trim().parse().ok().filter(|number| *number > 0);
        number.map(Some).ok_or_else(|| StageError::Refs(format!("`{key}` is no number above zero: `{text}`")))
    };
    let usual = Budget::default();
    Ok(Budget {
        commits: number("warrant.pushCommits")?
            .map_or(usual.commits, |number| usize::try_from(number).unwrap_or(usize::MAX)),
        time: number("warrant.pushSeconds")?.map_or(usual.time, Duration::from_secs),
    })
}

/// Lets a refused push in where it is asked for, allowed, and could be written down.
pub(super) fn through(git: &dyn GitSource, updates: &[RefUpdate], mut reply: Reply) -> Result<Reply, StageError> {
    let Some(reason) = reason().filter(|_| reply.blocks) else { return Ok(reply) };
    let by = NAMES.iter().find_map(|name| system::env(name));
    if !is_allowed(git, by.as_deref())? {
        return Ok(reply.note("warrant-override: this server's configuration does not let you (`warrant.override`)"));
    }
    let entry = Entry {
        at: system::now().to_string(),
        by: by.as_deref(),
        reason: &reason,
        refs: updates.iter().map(|update| escape::visible(&update.name)).collect(),
        findings: reply
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.findings)
            .filter(|finding| finding.waived.is_none())
            .map(|finding| format!("{} {}", finding.rule, finding.fingerprint))
            .collect(),
    };
    match entry.write(git) {
        Ok(()) => {
            reply.blocks = false;
            Ok(reply.note(format!("let in all the same, and written down: {reason}")))
        }
        Err(error) => Ok(reply.note(format!("warrant-override: it could not be written down: {error}"))),
    }
}

/// A line of `<git dir>/warrant/overrides.jsonl`.
#[derive(Serialize)]
struct Entry<'a> {
    at: String,
    by: Option<&'a str>,
    reason: &'a str,
    refs: Vec<String>,
    findings: Vec<String>,
}

impl Entry<'_> {
    fn write(&self, git: &dyn GitSource) -> std::io::Result<()> {
        let folder = git.layout().common_dir.join("warrant");
        std::fs::create_dir_all(&folder)?;
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        let mut file = OpenOptions::new().create(true).append(true).open(folder.join("overrides.jsonl"))?;
        file.write_all(&line)?;
        file.sync_all()
    }
}

/// The reason given with the push, where there is one that says something.
fn reason() -> Option<String> {
    let count: usize = system::env("GIT_PUSH_OPTION_COUNT")?.parse().ok()?;
    let mut options = (0..count.min(MOST_OPTIONS)).filter_map(|at| system::env(&format!("GIT_PUSH_OPTION_{at}")));
    let reason = options.find_map(|option| option.strip_prefix(OPTION).map(str::to_owned))?;
    let shown = escape::visible(reason.trim().as_bytes());
    (!shown.is_empty()).then(|| shown.chars().take(500).collect())
}

fn is_allowed(git: &dyn GitSource, by: Option<&str>) -> Result<bool, StageError> {
    let Some(value) = git.config(ALLOWED)? else { return Ok(false) };
    let names = String::from_utf8_lossy(&value).into_owned();
    let mut names = names.split([',', ' ']).filter(|name| !name.is_empty());
    Ok(names.any(|name| name == "*" || by.is_some_and(|by| by == name)))
}

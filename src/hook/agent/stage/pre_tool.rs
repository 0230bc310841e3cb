//! A tool is about to run: what is plainly denied is refused at once, with the line of the policy. Never the only guard:
//! what a command writes is seen when the turn ends.

use bstr::BString;

use super::StageError;
use super::open::Opened;
use super::reason;
use super::record;
use crate::engine::early;
use crate::gate::session::{self as gate, baseline};
use crate::hook::agent::{Answer, MARK};
use crate::model::change::Side;
use crate::model::event::{EditKind, Tool};
use crate::model::finding::{Finding, Level};
use crate::model::object::Mode;
use crate::model::path::RepoPath;
use crate::model::policy::Mode as PolicyMode;
use crate::session::entry::{Entry, Start};
use crate::session::paths::{self, Place};
use crate::source::git::Snapshot;

pub(super) fn run(opened: &Opened<'_>, id: Option<&str>, tool: &Tool) -> Result<Answer, StageError> {
    opened.ensure_started()?;
    let Some(did) = record::did(opened, tool) else { return Ok(Answer::Silent) };
    let id = id.map(str::to_owned);
    if let Some(reason) = refusal(opened, tool)? {
        // It is refused, whether that can be written down or not.
        let _unwritten = opened.write(Entry::Refused { id, tool: did, reason: reason.clone() });
        return Ok(Answer::Deny(reason));
    }
    opened.write(Entry::Call { id, helper: opened.call.event.helper.clone(), tool: did })?;
    Ok(Answer::Silent)
}

/// Why the tool may not run.
fn refusal(opened: &Opened<'_>, tool: &Tool) -> Result<Option<String>, StageError> {
    let start = opened.session.ledger.start();
    let files = match tool {
        Tool::Edit { files } => files,
        Tool::Shell { command, directory } => {
            return refused_command(opened, start.as_ref(), &command.text, directory.as_ref());
        }
        _ => return Ok(None),
    };
    let mut named: Vec<RepoPath> = Vec::new();
    for edit in files {
        let further = match &edit.kind {
            EditKind::Moved(to) => Some(to),
            _ => None,
        };
        for path in [Some(&edit.path), further].into_iter().flatten() {
            if let Place::Inside(path) = paths::place(path, opened.top(), &opened.call.directory) {
                named.push(path);
            }
        }
    }
    if named.is_empty() {
        return Ok(None);
    }
    let lines = opened.session.ledger.prompt_lines();
    let (loaded, outcome) = gate::judge_paths(opened.git, start.as_ref(), &lines, named)?;
    if loaded.policy.mode == PolicyMode::Report {
        return Ok(None);
    }
    let denied = |finding: &&Finding| finding.level == Level::Deny && finding.waived.is_none();
    let first = outcome.findings.iter().find(|finding| {
        denied(finding) && finding.location.path().is_none_or(|path| !is_changed(opened, start.as_ref(), path))
    });
    Ok(first.map(|finding| format!("{MARK}{}", reason::one(finding, &outcome.claims))))
}

/// Why the command may not run.
fn refused_command(
    opened: &Opened<'_>,
    start: Option<&Start>,
    line: &str,
    directory: Option<&BString>,
) -> Result<Option<String>, StageError> {
    let (loaded, contract, branch) = gate::bounds(opened.git, start, &opened.session.ledger.prompt_lines())?;
    let policy = &loaded.policy;
    if policy.mode == PolicyMode::Report {
        return Ok(None);
    }
    let directory = directory.map_or(b".".as_slice(), |directory| directory.as_slice());
    let directory = match paths::place(directory, opened.top(), &opened.call.directory) {
        Place::Inside(path) => std::str::from_utf8(path.as_bytes()).ok().map(str::to_owned),
        Place::Outside(_) => None,
    };
    let bounds = early::Bounds {
        policy,
        contract: contract.as_ref(),
        branch: branch.as_ref().map(|name| name.as_slice()),
        agent: start.map(|start| start.agent.as_str()),
        is_changed: &|path| is_changed(opened, start, path),
    };
    let refusal = early::command(line, directory.as_deref(), bounds);
    let denied = refusal.filter(|refusal| policy.level(refusal.rule) == Level::Deny);
    Ok(denied.map(|refusal| {
        let place = refusal.origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
        format!("{MARK}[{}] {}{place}; {}", refusal.rule, refusal.message, refusal.help)
    }))
}

/// How many files of a folder are looked at, and how deep.
const MAX_FILES: usize = 256;
const MAX_DEPTH: usize = 4;

/// Is the path, or something below it, another than the session found it? Then a write may be what puts it right.
fn is_changed(opened: &Opened<'_>, start: Option<&Start>, path: &RepoPath) -> bool {
    let Some(found) = start.and_then(|start| baseline(&opened.session, start)) else { return false };
    let mut left = MAX_FILES;
    differs(opened, &found, path, &mut left, MAX_DEPTH)
}

fn differs(opened: &Opened<'_>, found: &Snapshot, path: &RepoPath, left: &mut usize, depth: usize) -> bool {
    use std::os::unix::ffi::OsStrExt as _;
    *left = left.saturating_sub(1);
    let full = opened.top().join(std::ffi::OsStr::from_bytes(path.as_bytes()));
    if std::fs::symlink_metadata(&full).is_ok_and(|found| found.is_dir()) {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let names = std::fs::read_dir(&full).into_iter().flatten().flatten().map(|entry| entry.file_name());
        return names.take(MAX_FILES).any(|name| {
            let below = [path.as_bytes(), b"/", name.as_bytes()].concat();
            *left > 0 && differs(opened, found, &RepoPath::new(below), left, depth)
        });
    }
    let then = match found.beside.iter().find(|(other, _)| other == path) {
        Some((_, side)) => *side,
        None => match opened.git.side_in(found.tree, path) {
            Some(side) => side,
            None => return false,
        },
    };
    now(opened, path, then).is_some_and(|same| !same)
}

/// Is what lies there the same as then? `None` where that is not plain.
fn now(opened: &Opened<'_>, path: &RepoPath, then: Option<Side>) -> Option<bool> {
    use std::os::unix::ffi::OsStrExt as _;
    const MOST: u64 = 4 << 20;
    let full = opened.top().join(std::ffi::OsStr::from_bytes(path.as_bytes()));
    let Ok(found) = std::fs::symlink_metadata(&full) else { return Some(then.is_none()) };
    let Some(side) = then else { return Some(false) };
    if !found.is_file() || !matches!(side.mode, Mode::File | Mode::Executable) || found.len() > MOST {
        return None;
    }
    let content = std::fs::read(&full).ok()?;
    let old = opened.git.read(path, &side).ok()?;
    Some(*content == *old)
}

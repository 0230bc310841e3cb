//! The session a call belongs to, started late where its start was missed.

use std::path::Path;
use std::time::Duration;

use super::StageError;
use crate::gate::session::{Beside, guards};
use crate::gate::{Sides, load_policy};
use crate::hook::agent::{Answer, Call, place};
use crate::session::entry::{Entry, Start};
use crate::session::journal::Journal;
use crate::session::prune;
use crate::session::store::{self, Session};
use crate::source::git::{GitSource, head_log_size};

/// How long a session is kept after the last thing happened in it.
pub(crate) const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The most files that git was told not to look at whose names are kept.
const MAX_HIDDEN: usize = 500;

/// One call with its repository and session.
pub(super) struct Opened<'a> {
    pub(super) git: &'a dyn GitSource,
    pub(super) call: &'a Call,
    pub(super) session: Session,
    /// When we heard of it.
    pub(super) heard: i64,
}

impl<'a> Opened<'a> {
    pub(super) fn new(git: &'a dyn GitSource, call: &'a Call, heard: i64) -> Self {
        let layout = git.layout();
        let session = Session::of(call.agent, &call.session, &layout.git_dir, &layout.common_dir);
        Self { git, call, session, heard }
    }

    pub(super) fn top(&self) -> &Path {
        self.git.layout().work_tree.as_deref().unwrap_or(&self.call.directory)
    }

    pub(super) fn write(&self, entry: Entry) -> Result<(), StageError> {
        Ok(self.session.ledger.append(self.heard, entry)?)
    }

    /// What the ledger tells.
    pub(super) fn journal(&self) -> Result<Journal, StageError> {
        Ok(Journal::of(self.session.read()?.unwrap_or_default()))
    }

    /// Makes up for a start that was not seen; `true` where it was seen.
    pub(super) fn ensure_started(&self) -> Result<bool, StageError> {
        self.ensure_begun(true)
    }

    /// The same; `late` where something may have been done before this event.
    pub(super) fn ensure_begun(&self, late: bool) -> Result<bool, StageError> {
        if self.session.ledger.exists() {
            return Ok(true);
        }
        self.begin(late)?;
        Ok(false)
    }

    /// A session that began earlier goes on.
    pub(super) fn resumed(&self, source: &str) -> Result<Answer, StageError> {
        if self.session.ledger.exists() {
            self.write(Entry::Resumed { source: source.to_owned() })?;
        }
        Ok(Answer::Silent)
    }

    /// Records the state the work tree is in.
    pub(super) fn begin(&self, late: bool) -> Result<(), StageError> {
        let layout = self.git.layout();
        let head = self.git.head()?.commit;
        let mut start = Start {
            schema: 1,
            agent: self.call.agent.to_owned(),
            session: self.call.session.clone(),
            git_dir: store::git_dir_name(&layout.git_dir),
            top: self.top().to_string_lossy().into_owned(),
            head: head.map(|id| id.to_string()),
            head_log: head_log_size(layout),
            late,
            guards: guards(self.git).into_iter().map(|(guard, _)| guard).collect(),
            ..Start::default()
        };
        match self.git.snapshot() {
            Ok(snapshot) => {
                let hidden = self.git.hidden();
                let names = || hidden.iter().map(|one| one.path.to_wire()).collect();
                start.hidden = (hidden.len() <= MAX_HIDDEN).then(names);
                let kept = self.session.kept();
                // Without the ref the tree stays until the next `git gc`.
                start.kept = self.git.keep(&kept, Some(snapshot.tree)).is_ok().then_some(kept);
                start.tree = Some(snapshot.tree.to_string());
                let list: Vec<Beside> = snapshot.beside.iter().map(|(path, side)| Beside::new(path, *side)).collect();
                if !list.is_empty() {
                    start.beside = Some(self.session.write_beside(&list)?);
                }
                // A file that could not be told is told by when it last changed.
                let gaps = snapshot.incomplete.into_iter().filter(|gap| gap.path.is_none());
                start.incomplete = gaps.map(|gap| gap.reason).collect();
            }
            Err(error) => start.incomplete.push(error.to_string()),
        }
        // A policy with faults is told of when something is judged by it.
        let policy = Sides::new(self.git, head).map(|sides| load_policy(self.git, &sides, None, &[]));
        start.policy = policy.ok().and_then(Result::ok).map(|loaded| loaded.policy.id).unwrap_or_default();
        self.write(Entry::Start(Box::new(start)))?;
        self.prune();
        Ok(())
    }

    /// Old sessions go, a few at a time.
    fn prune(&self) {
        place::forget_faults(&place::homes(&self.git.layout().common_dir), KEPT);
        for old in prune::due(&self.git.layout().common_dir, KEPT) {
            let _stays = self.git.keep(&old.kept(), None);
            let _stays = prune::remove(&old);
        }
    }
}

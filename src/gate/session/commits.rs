//! Where `HEAD` went during a session: commits that were made in it, and what came from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::GateError;
use crate::model::change::{Change, Side};
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::session::entry::Did;
use crate::session::journal::{Journal, Window};
use crate::source::git::{GitSource, MoveKind, empty_tree, head_moves};
use crate::system;

/// The most commits of one session that are judged one by one; their changes are judged together in any case.
const MAX_JUDGED: usize = 50;

/// The most commits of one move that are looked at.
const MAX_LOOKED_AT: usize = 2000;

/// Git's log and clock know seconds. Milliseconds.
const SLACK: i64 = 1500;

#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Commits the agent made and that stand, oldest first.
    pub(super) made: Vec<ObjectId>,
    /// Those of them that repeat an earlier one (rebase, cherry-pick): their words are somebody else's.
    replayed: BTreeSet<ObjectId>,
    /// Something was committed, or `HEAD` went elsewhere, while nothing could be recorded.
    pub(super) is_lost: bool,
    /// What moves to other people's commits put at each path.
    brought: BTreeMap<RepoPath, Vec<Option<Side>>>,
}

impl Moved {
    /// `others` are further sessions of the same work tree.
    pub(super) fn since(git: &dyn GitSource, journal: &Journal, others: &[Journal]) -> Result<Self, GateError> {
        let mut moved = Self::default();
        let head = git.head()?.commit;
        let start = journal.start.as_ref().and_then(|start| ObjectId::from_hex(start.head.as_deref()?.as_bytes()));
        let Some(head) = head.filter(|head| Some(*head) != start) else { return Ok(moved) };
        let since = journal.started.div_euclid(1000);
        let logged = journal.start.as_ref().map(|start| start.head_log).unwrap_or_default();
        let Some(moves) = head_moves(git.layout(), logged) else { return Ok(moved) };
        let mut made: BTreeSet<ObjectId> = BTreeSet::new();
        let mut foreign = BTreeSet::new();
        let is_agents = |at| is_agents(journal, others, at);
        for one in &moves {
            moved.is_lost |= !is_agents(one.at) && journal.is_lost(one.at * 1000 + 500, SLACK);
            match one.kind {
                MoveKind::Made | MoveKind::Replayed => {
                    if !is_agents(one.at) {
                        foreign.insert(one.to);
                        moved.bring(git, one.from, one.to);
                        continue;
                    }
                    // What is merged in is not of this place.
                    let merged = git.commit_info(one.to).map(|info| info.parents).unwrap_or_default();
                    for parent in merged.into_iter().skip(1).filter(|parent| !made.contains(parent)) {
                        moved.bring(git, one.from, parent);
                    }
                    made.insert(one.to);
                    // Repeated or amended: words and content are of an earlier time.
                    let is_old = git.commit_times(one.to).is_ok_and(|times| times.written < since);
                    if one.kind == MoveKind::Replayed && is_old {
                        moved.bring(git, one.from, one.to);
                    }
                    if one.kind == MoveKind::Replayed || is_old {
                        moved.replayed.insert(one.to);
                    }
                }
                MoveKind::Went if Some(one.to) == one.from => {}
                MoveKind::Went => {
                    let hidden = hidden(git, one.from, one.to, since, (&made, &foreign))?;
                    if hidden.is_empty() || !is_agents(one.at) {
                        moved.bring(git, one.from, one.to);
                    } else {
                        // Made by other means than `git commit`, then moved to.
                        made.extend(hidden);
                    }
                }
            }
        }
        let stands = match start {
            Some(start) => git.range(&format!("{start}..{head}"))?.commits,
            None => ancestry(git, head)?,
        };
        moved.made = stands.into_iter().filter(|id| made.contains(id)).collect();
        Ok(moved)
    }

    /// Is this what a move of `HEAD` put there?
    pub(super) fn brought(&self, change: &Change) -> bool {
        self.brought.get(&change.path).is_some_and(|sides| sides.contains(&change.new))
    }

    /// The commits whose words the agent wrote.
    pub(super) fn to_judge(&self) -> Vec<ObjectId> {
        let own: Vec<ObjectId> = self.made.iter().copied().filter(|id| !self.replayed.contains(id)).collect();
        own[own.len().saturating_sub(MAX_JUDGED)..].to_vec()
    }

    fn bring(&mut self, git: &dyn GitSource, from: Option<ObjectId>, to: ObjectId) {
        let old = from.unwrap_or_else(|| empty_tree(to.as_bytes().len()));
        // A commit that was pruned since brought nothing that can still be told apart.
        let Ok(set) = git.trees(&old.to_string(), &to.to_string()) else { return };
        for change in set.changes {
            self.brought.entry(change.path).or_default().push(change.new);
        }
    }
}

/// Was a tool of the agent's at work when `HEAD` moved? Where no tool was ever seen, or the log's time cannot be right, it is
/// taken to have been; not where it can as well have been a command of another agent's.
fn is_agents(journal: &Journal, others: &[Journal], at: i64) -> bool {
    let is_set = at * 1000 + 999 + SLACK < journal.started || at * 1000 > system::now_ms() + SLACK;
    let (from, to) = (at * 1000 - SLACK, at * 1000 + 999 + SLACK);
    let meets = |window: &&Window, slack: i64| {
        window.from <= to - SLACK + slack && window.to.is_none_or(|end| end >= from + SLACK - slack)
    };
    if journal.is_blind() || is_set {
        return true;
    }
    let own = journal.windows.iter().filter(|window| meets(window, SLACK));
    let theirs = others.iter().flat_map(|other| &other.windows).filter(|window| meets(window, SLACK));
    let moving = |found: &mut dyn Iterator<Item = &Window>| {
        found.filter(|window| may_move(window)).map(|window| meets(&window, 0)).max()
    };
    // Git knows seconds: of two commands that can have done it, the one that was at work in that second has.
    match (moving(&mut own.clone()), moving(&mut theirs.clone())) {
        (_, None) => own.count() > 0,
        (mine, other) => mine > other,
    }
}

/// Can this have moved `HEAD`, as far as its words tell?
fn may_move(window: &Window) -> bool {
    const WORDS: [&str; 9] =
        ["commit", "merge", "rebase", "cherry-pick", "revert", "pull", "checkout", "switch", "reset"];
    matches!(&window.tool, Did::Shell { command, .. } if WORDS.iter().any(|word| command.contains(word)))
}

/// Commits between the two that are new since the session began, are on no remote branch and were not made before our eyes.
fn hidden(
    git: &dyn GitSource,
    from: Option<ObjectId>,
    to: ObjectId,
    since: i64,
    (made, foreign): (&BTreeSet<ObjectId>, &BTreeSet<ObjectId>),
) -> Result<Vec<ObjectId>, GateError> {
    let is_new = |id: &ObjectId| git.commit_times(*id).is_ok_and(|times| times.made >= since);
    if !is_new(&to) || git.remote_branches_containing(to).is_some_and(|branches| !branches.is_empty()) {
        return Ok(Vec::new());
    }
    let commits = match from {
        Some(from) => git.range(&format!("{from}..{to}")).map(|range| range.commits).unwrap_or_default(),
        None => ancestry(git, to)?,
    };
    let newest = &commits[commits.len().saturating_sub(MAX_LOOKED_AT)..];
    Ok(newest.iter().filter(|id| !made.contains(id) && !foreign.contains(id) && is_new(id)).copied().collect())
}

/// A commit and those before it, oldest first, within a bound.
fn ancestry(git: &dyn GitSource, tip: ObjectId) -> Result<Vec<ObjectId>, GateError> {
    let (mut open, mut seen, mut found) = (vec![tip], BTreeSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        if found.len() >= MAX_LOOKED_AT || !seen.insert(id) {
            continue;
        }
        found.push(id);
        open.extend(git.commit_info(id)?.parents);
    }
    found.reverse();
    Ok(found)
}

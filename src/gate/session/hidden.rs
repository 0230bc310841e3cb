//! Files that git was told not to look at. What a session did to them counts, and it is said why git does not show it.

use crate::model::change::{Change, ChangeSet};
use crate::model::object::ObjectId;
use crate::model::outcome::Outcome;
use crate::session::entry::Start;
use crate::source::git::{GitSource, Hidden};

/// The most of them that are named in notes.
const MAX_NAMED: usize = 5;

/// The work tree of now as a tree, without what is hidden: as `git add -A` would make it, and as runs record it. `set` is what
/// changed since `tree`.
pub(super) fn tree_now(git: &dyn GitSource, tree: ObjectId, set: &ChangeSet, hidden: &[Hidden]) -> Option<ObjectId> {
    if !set.incomplete.is_empty() {
        return None;
    }
    let differing: Vec<&Hidden> = hidden.iter().filter(|one| one.differs).collect();
    if differing.is_empty() {
        return git.tree_after(tree, &set.changes).ok();
    }
    let is_hidden = |change: &&Change| differing.iter().any(|one| one.path == change.path);
    let mut changes: Vec<Change> = set.changes.iter().filter(|change| !is_hidden(change)).cloned().collect();
    changes.extend(differing.iter().map(|one| Change {
        path: one.path.clone(),
        old: None,
        new: one.index,
        other_olds: Vec::new(),
    }));
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    git.tree_after(tree, &changes).ok()
}

/// Says of each hidden file that is charged, and of each finding about one, that git does not show the change.
pub(super) fn tell(outcome: &mut Outcome, charged: &[Hidden], start: Option<&Start>) {
    let known = start.and_then(|start| start.hidden.as_ref());
    for (number, one) in charged.iter().enumerate() {
        let is_new = known.is_some_and(|known| !known.contains(&one.path.to_wire()));
        let since = if is_new { "since the session began " } else { "" };
        let flag = one.flag.name();
        let why = format!("{since}git is told not to look at `{}` (`git update-index --{flag}`)", one.path);
        let about = outcome.findings.iter_mut().filter(|finding| finding.location.path() == Some(&one.path));
        about.for_each(|finding| finding.notes.insert(0, why.clone()));
        if number < MAX_NAMED {
            outcome.notes.push(format!("{why}; its change was judged all the same"));
        }
    }
}

/// What a check of the work tree did not look at, as git does not.
pub(in crate::gate) fn left_out(hidden: &[Hidden]) -> Vec<String> {
    let differing = hidden.iter().filter(|one| one.differs).take(MAX_NAMED);
    let told = differing.map(|one| {
        let flag = one.flag.name();
        format!(
            "`{}` differs and was not judged: git is told not to look at it (`git update-index --{flag}`)",
            one.path
        )
    });
    told.collect()
}

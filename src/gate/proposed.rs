//! Waivers that the change under judgement brings itself. They lift nothing: the policy is read from the base. Whoever wrote
//! one is told so at the finding it was meant for.

use std::cell::RefCell;

use jiff::civil::Date;

use crate::model::change::ChangeSet;
use crate::model::content::Contents;
use crate::model::finding::Finding;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::waiver::Waiver;
use crate::policy;

/// Waivers met in the policies that the changes of one request write.
#[derive(Debug, Default)]
pub(super) struct Proposed {
    earlier: RefCell<Vec<Waiver>>,
}

impl Proposed {
    /// Notes on each finding that stands, and that a waiver of this change (`own`) or an earlier one of the range would lift,
    /// that the waiver does not count yet.
    pub(super) fn note(&self, own: Vec<Waiver>, findings: &mut [Finding], today: Date) {
        let earlier = self.earlier.borrow();
        for finding in findings.iter_mut().filter(|finding| finding.waived.is_none()) {
            let fits = |waiver: &&Waiver| !waiver.is_expired(today) && waiver.covers(finding);
            let note = if let Some(waiver) = own.iter().find(fits) {
                format!(
                    "a waiver of this comes with this very change ({}): it counts once it is on the base",
                    waiver.origin
                )
            } else if let Some(waiver) = earlier.iter().find(fits) {
                format!(
                    "a waiver of this comes with an earlier commit of this range ({}): it counts once it is on the base",
                    waiver.origin
                )
            } else {
                continue;
            };
            finding.notes.push(note);
        }
        drop(earlier);
        self.earlier.borrow_mut().extend(own);
    }
}

/// The waivers of every policy file that the change writes. What cannot be read proposes nothing.
pub(super) fn of(policy: &Policy, set: &ChangeSet, contents: &dyn Contents) -> Vec<Waiver> {
    let mut found = Vec::new();
    let names = policy::discover::NAMES.into_iter().map(RepoPath::from);
    let mut paths: Vec<RepoPath> = policy.files.iter().cloned().chain(names).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let Ok(index) = set.changes.binary_search_by(|change| change.path.cmp(&path)) else { continue };
        let Some(side) = set.changes.get(index).and_then(|change| change.new).filter(|side| side.mode.is_regular())
        else {
            continue;
        };
        let is_small = contents.size(&path, &side).is_ok_and(|size| size <= policy::MAX_BYTES as u64);
        let Some(bytes) = is_small.then(|| contents.read(&path, &side).ok()).flatten() else { continue };
        found.extend(policy::waivers_in(&path.to_string(), &bytes));
    }
    found
}

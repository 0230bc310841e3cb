//! The baseline: which findings stood before, and so are nobody's doing now.
//!
//! It speaks of rules of state only. In a tree, an entry lifts as many findings as it counts. In a change, a line that is
//! added to a file that was there stood before only if an equal one is taken out of it: text alone does not tell a line
//! that was moved from one more of its kind.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::Part;
use crate::analyze::facts::Facts;
use crate::model::baseline::Baseline;
use crate::model::finding::{Finding, LineSide, Location};
use crate::model::origin::Origin;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::waiver::{Lifted, Tally};
use crate::rules::is_of_state;

pub(super) struct Stood<'a> {
    baseline: &'a Baseline,
    /// Rules it lifts nothing of.
    set_above: &'a BTreeSet<&'static str>,
    /// How often each entry lifted something, by fingerprint.
    lifted: RefCell<HashMap<String, u64>>,
}

impl<'a> Stood<'a> {
    /// The baseline of a policy, where it names one.
    pub(super) fn of(policy: &'a Policy) -> Option<Self> {
        let baseline = policy.baseline.as_deref()?;
        Some(Self { baseline, set_above: &policy.set_above, lifted: RefCell::default() })
    }

    pub(super) fn lift(&self, finding: &mut Finding, facts: &Facts<'_>, part: Part) {
        if self.set_above.contains(finding.rule) {
            return;
        }
        let Some(entry) = self.baseline.find(&finding.fingerprint) else { return };
        if entry.rule != finding.rule || !is_of_state(finding.rule) || finding.location.path().is_none() {
            return;
        }
        let allowed = if part == Part::Tree { entry.count } else { entry.count.min(before(finding, facts)) };
        let mut lifted = self.lifted.borrow_mut();
        let done = lifted.entry(entry.fingerprint.clone()).or_default();
        if *done < allowed {
            *done += 1;
            finding.waived = Some(Self::by(self.baseline.origin(&entry.fingerprint)));
        }
    }

    /// One tally for the whole baseline.
    pub(super) fn tally(&self) -> Option<Tally> {
        let findings = self.lifted.borrow().values().sum();
        let origin = Origin { source: std::sync::Arc::clone(&self.baseline.source), span: 0..0 };
        (findings > 0).then(|| Tally { by: Self::by(origin), findings })
    }

    fn by(origin: Origin) -> Lifted {
        Lifted { origin, reason: "it stood when the baseline was written".to_owned(), until: None, owner: None }
    }
}

/// How many of the like can have stood in this file before the change.
fn before(finding: &Finding, facts: &Facts<'_>) -> u64 {
    let Location::Line { path, side: LineSide::New, line, .. } = &finding.location else { return u64::MAX };
    let Some(index) = index_of(facts, path) else { return 0 };
    let is_new = facts.set().changes.get(index).is_some_and(|change| change.old.is_none());
    if is_new && facts.renames().of_new(index).is_none() {
        return u64::MAX;
    }
    let Some(diff) = facts.lines(index) else { return 0 };
    let Some(added) = diff.added.find(*line) else { return 0 };
    let alike = diff.deleted.iter().filter(|deleted| deleted.text.trim_ascii() == added.text.trim_ascii());
    alike.count() as u64
}

fn index_of(facts: &Facts<'_>, path: &RepoPath) -> Option<usize> {
    facts.set().changes.binary_search_by(|change| change.path.cmp(path)).ok()
}

//! Dated exceptions: which findings they lift, and what each of them did.

use std::cell::RefCell;

use jiff::civil::Date;

use super::{Part, plan};
use crate::model::finding::Finding;
use crate::model::waiver::{Lifted, Tally, Use, Waiver};
use crate::rules::Context;

/// The waivers of a policy on one day, with a count of what they did.
pub(super) struct Waivers<'a> {
    list: &'a [Waiver],
    today: Date,
    uses: RefCell<Vec<Use>>,
}

impl<'a> Waivers<'a> {
    /// `before` is what they did in changes judged before this one; empty for nothing.
    pub(super) fn new(waivers: &'a [Waiver], today: Date, before: &[Use]) -> Self {
        let mut uses = before.to_vec();
        uses.resize(waivers.len(), Use::default());
        Self { list: waivers, today, uses: RefCell::new(uses) }
    }

    /// Marks the finding with the first waiver in force that lifts it. One that has ended lifts nothing; the finding says
    /// that it is there.
    pub(super) fn lift(&self, finding: &mut Finding) {
        let covering = || self.list.iter().enumerate().filter(|(_, waiver)| waiver.covers(finding));
        if let Some((index, waiver)) = covering().find(|(_, waiver)| !waiver.is_expired(self.today)) {
            self.note(index, |done| done.lifted += 1);
            finding.waived = Some(Lifted::from(waiver));
        } else if let Some((index, waiver)) = covering().max_by_key(|(_, waiver)| waiver.until) {
            self.note(index, |done| done.missed += 1);
            finding.notes.push(format!("a waiver of this ended on {} ({})", waiver.until, waiver.origin));
        }
    }

    /// Counts the change for each waiver that it could have been for. What could not be judged whole is not counted.
    pub(super) fn count_touched(&self, cx: &Context<'_>, part: Part) {
        if !cx.facts.incomplete().is_empty() {
            return;
        }
        for (index, waiver) in self.list.iter().enumerate() {
            let is_on = plan(cx.policy, part).any(|rule| waiver.selects(rule.meta.id));
            let mut paths = cx.set.changes.iter().map(|change| &change.path);
            let mut touched = || paths.any(|path| waiver.paths.is_empty() || waiver.paths.is_match(path));
            if is_on && (part == Part::Tree || touched()) {
                self.note(index, |done| done.touched += 1);
            }
        }
    }

    pub(super) fn uses(&self) -> Vec<Use> {
        self.uses.borrow().clone()
    }

    /// How many findings each of them lifted here, where any.
    pub(super) fn tally(&self) -> Vec<Tally> {
        let uses = self.uses.borrow();
        let lifting = self.list.iter().zip(uses.iter()).filter(|(_, done)| done.lifted > 0);
        lifting.map(|(waiver, done)| Tally { by: Lifted::from(waiver), findings: done.lifted }).collect()
    }

    fn note(&self, index: usize, change: impl FnOnce(&mut Use)) {
        if let Some(done) = self.uses.borrow_mut().get_mut(index) {
            change(done);
        }
    }
}

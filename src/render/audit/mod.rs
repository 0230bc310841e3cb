//! What an audit came to: [`text`] for people, [`lines`] for machines.

pub mod lines;
mod table;
pub mod text;
mod times;

use std::collections::BTreeMap;

use crate::model::claim::{Materiality, Verdict};
use crate::model::finding::Level;
use crate::model::outcome::{Decision, Outcome};

/// Sums over judged commits.
#[derive(Clone, Debug, Default)]
pub struct CommitSums {
    pub commits: u64,
    pub exempt: u64,
    pub decisions: BTreeMap<Decision, u64>,
    /// By agent; people stand under an empty name.
    pub agents: BTreeMap<&'static str, OfAgent>,
    pub rules: BTreeMap<&'static str, OfRule>,
    pub verdicts: BTreeMap<Verdict, u64>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct OfAgent {
    pub commits: u64,
    pub blocked: u64,
    pub warned: u64,
    pub contradicted: u64,
    /// Changed units of high materiality that no claim tells of.
    pub undisclosed: u64,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct OfRule {
    pub findings: u64,
    pub commits: u64,
    pub denied: u64,
    pub waived: u64,
}

impl CommitSums {
    pub fn add(&mut self, outcome: &Outcome) {
        if outcome.commit.is_some() {
            self.commits += 1;
            self.exempt += u64::from(outcome.exempt.is_some());
            *self.decisions.entry(outcome.decision).or_default() += 1;
            let of = self.agents.entry(outcome.actor.agent().unwrap_or_default()).or_default();
            of.commits += 1;
            of.blocked += u64::from(outcome.decision == Decision::Block);
            of.warned += u64::from(outcome.decision == Decision::Warn);
            of.contradicted += outcome.claims.iter().filter(|one| one.verdict == Verdict::Contradicted).count() as u64;
            of.undisclosed +=
                outcome.undisclosed.iter().filter(|one| one.materiality == Materiality::High).count() as u64;
        }
        for judged in &outcome.claims {
            *self.verdicts.entry(judged.verdict).or_default() += 1;
        }
        let mut met = std::collections::BTreeSet::new();
        for finding in &outcome.findings {
            let of = self.rules.entry(finding.rule).or_default();
            if finding.waived.is_some() {
                of.waived += 1;
                continue;
            }
            of.findings += 1;
            of.denied += u64::from(finding.level == Level::Deny);
            of.commits += u64::from(met.insert(finding.rule));
        }
    }
}

//! Exceptions: what a team has agreed to let pass, for a reason and until a day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::finding::Finding;
use super::globs::Globs;
use super::origin::Origin;

/// How far ahead a waiver may end where no policy says otherwise, in days.
pub const DEFAULT_MAX_DAYS: u64 = 365;

/// A dated exception. It lifts a finding of its rule that lies on one of its paths and has one of its fingerprints; an
/// empty list asks for nothing.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// A rule id or `family/*`.
    pub rule: String,
    pub paths: Globs,
    /// [`super::finding::Finding::fingerprint`]s.
    pub fingerprints: BTreeSet<String>,
    pub reason: String,
    /// The last day it holds.
    pub until: Date,
    pub owner: Option<String>,
    pub origin: Origin,
}

impl Waiver {
    /// A waiver holds up to and including its last day.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.until
    }

    /// Does it speak of this rule?
    pub fn selects(&self, rule: &str) -> bool {
        let family = || rule.split_once('/').map_or(rule, |(family, _)| family);
        self.rule == rule || self.rule.strip_suffix("/*").is_some_and(|name| name == family())
    }

    /// Would it lift this finding on a day it holds?
    pub fn covers(&self, finding: &Finding) -> bool {
        self.selects(finding.rule)
            && (self.fingerprints.is_empty() || self.fingerprints.contains(&finding.fingerprint))
            && (self.paths.is_empty() || finding.location.path().is_some_and(|path| self.paths.is_match(path)))
    }
}

/// What lifts a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// The waiver in the policy.
    pub origin: Origin,
    pub reason: String,
    /// The last day; none for what has no end of its own.
    pub until: Option<Date>,
    pub owner: Option<String>,
}

impl From<&Waiver> for Lifted {
    fn from(waiver: &Waiver) -> Self {
        Self {
            origin: waiver.origin.clone(),
            reason: waiver.reason.clone(),
            until: Some(waiver.until),
            owner: waiver.owner.clone(),
        }
    }
}

/// How many findings of a check one exception lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub by: Lifted,
    pub findings: u64,
}

/// What one waiver did in what was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Findings it lifted.
    pub lifted: u64,
    /// Findings it would have lifted, had it not ended.
    pub missed: u64,
    /// Changes that were judged whole and touched its paths while one of its rules was on; 1 for a tree judged whole.
    pub touched: u64,
}

impl std::ops::AddAssign for Use {
    fn add_assign(&mut self, other: Self) {
        self.lifted += other.lifted;
        self.missed += other.missed;
        self.touched += other.touched;
    }
}

/// What is asked about the waivers themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Review {
    /// Which of them ended, and would have lifted a finding of this change?
    #[default]
    Met,
    /// Which of them ended?
    Ended,
    /// Nothing yet: this is one change of several, and what they did is added up.
    Counting,
    /// All commits of a range were judged: which ended, and which lifted nothing?
    Commits,
    /// Everything there is was judged: which ended, and which lifts nothing that is there?
    Tree,
}

/// Is this the form of a fingerprint: 32 lower-case hexadecimal digits?
pub fn is_fingerprint(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

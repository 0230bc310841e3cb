//! The bounds of one task, set by the developer. A contract can only tighten the policy.

use super::command::Commands;
use super::globs::Globs;
use super::origin::{Origin, Sourced};
use super::policy::Limits;

/// What the task may touch, and whether what was set is still what stands.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What the task is, in the developer's words.
    pub title: String,
    /// A path has to be allowed by each of these lists: one that the task was started with, and one for each prompt that set
    /// one. None: everything that is not denied.
    pub allow: Vec<Globs>,
    pub deny: Globs,
    /// Of the limits, the task may set `files`, `added-lines`, `deleted-lines` and `new-files`.
    pub limits: Limits,
    /// The setting, where nothing may change at all.
    pub read_only: Option<Origin>,
    /// The setting, where no commit may be made.
    pub no_commit: Option<Origin>,
    pub commands: Commands,
    /// Hex SHA-256 of the contract in force.
    pub id: String,
    /// The copy in the git directory is gone or differs from the one that was pinned.
    pub tampered: Option<String>,
}

impl Contract {
    /// Does every list of the contract allow what `allows` asks of one? The first that does not.
    pub fn refusing(&self, allows: impl Fn(&Globs) -> bool) -> Option<&Globs> {
        self.allow.iter().find(|globs| !globs.is_empty() && !allows(globs))
    }

    /// The origin of a number, or of the first entry of a list.
    pub fn limit(&self, key: &str) -> Option<&Sourced<u64>> {
        self.limits.entries().into_iter().find(|(name, _)| *name == key).and_then(|(_, bound)| bound)
    }
}

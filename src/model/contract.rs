//! The bounds of one task, set by the developer. A contract can only tighten the policy.

use super::globs::Globs;
use super::origin::{Origin, Sourced};

/// What the task may touch, and whether what was set is still what stands.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What the task is, in the developer's words.
    pub title: String,
    /// Empty: everything that is not denied.
    pub allow: Globs,
    pub deny: Globs,
    pub files: Option<Sourced<u64>>,
    /// The setting, where nothing may change at all.
    pub read_only: Option<Origin>,
    /// Hex SHA-256 of the contract in force.
    pub id: String,
    /// The copy in the git directory is gone or differs from the one that was pinned.
    pub tampered: Option<String>,
}

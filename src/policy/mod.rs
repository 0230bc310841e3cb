//! The policy file: reading, layers, validation.

use std::sync::Arc;

use crate::model::content::Bytes;
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::origin::PolicySource;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;

/// One side a policy may be read from: a commit's tree, the work tree.
pub trait Side {
    /// What a person calls it: `HEAD`, `the work tree`, `main`.
    fn name(&self) -> String;

    /// The file at this path, `None` when there is none.
    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String>;
}

/// A level set on the command line: `-D content/secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelFlag {
    /// A rule id or `family/*`.
    pub rule: String,
    pub level: Level,
}

/// What to load.
pub struct Request<'a> {
    /// `--policy FILE`: its name and text. Trusted as it is; the sides are not asked.
    pub explicit: Option<(String, Vec<u8>)>,
    /// In order of trust; the first that holds a policy decides.
    pub sides: Vec<&'a dyn Side>,
    pub levels: &'a [LevelFlag],
}

/// A policy in force.
#[derive(Debug)]
pub struct Loaded {
    pub policy: Policy,
    /// The main source first, then what it extends. Empty text for none.
    pub sources: Vec<Arc<PolicySource>>,
    /// Remarks that do not keep the policy from being used.
    pub warnings: Vec<Diagnostic>,
    /// No repository policy was found; the preset `baseline` is in force.
    pub is_default: bool,
}

/// Loads, layers and validates. On failure every fault is reported at once.
pub fn load(_request: &Request<'_>) -> Result<Loaded, Vec<Diagnostic>> {
    Err(Vec::new())
}

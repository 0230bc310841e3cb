//! What kind of thing was put into the tree, apart from its text.

pub mod binary;
pub mod case_collision;
pub mod generated_edited;
pub mod mode;
pub mod reserved_name;
pub mod submodule;
pub mod symlink;

use crate::model::change::Change;
use crate::model::globs::Globs;

/// Which paths a rule leaves alone.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AllowOptions {
    /// Globs of paths that are no finding.
    allow: Vec<String>,
}

impl AllowOptions {
    fn prepare(&self) -> Result<Globs, String> {
        Globs::of(&self.allow).map_err(|error| error.to_string())
    }
}

/// Is the path there after the change, and in no parent before it?
fn is_new(change: &Change) -> bool {
    change.new.is_some() && change.old.is_none() && change.other_olds.iter().all(Option::is_none)
}

//! Changes to what guards the repository: the policy, hooks, agent settings, CI, owners.
//!
//! Paths are matched in their folded form, so that another spelling is no way around. Renames need no care: the old and the
//! new path are both changes.

pub mod agent_config_changed;
pub mod ci_changed;
pub mod codeowners_changed;
pub mod contract_changed;
pub mod hooks_changed;
pub mod hooks_path;
pub mod policy_changed;
pub mod session_tampered;

use crate::analyze::{pathfold, places};
use crate::model::change::Change;
use crate::model::globs::Globs;
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// Which paths a guard watches, beside those it knows.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PathOptions {
    /// Globs of further paths to guard.
    paths: Vec<String>,
    /// Globs of paths that may change after all.
    allow: Vec<String>,
}

/// [`PathOptions`], compiled.
pub struct Paths {
    paths: Globs,
    allow: Globs,
}

impl Paths {
    fn prepare(options: &PathOptions) -> Result<Self, String> {
        let globs = |patterns: &[String]| Globs::of(patterns).map_err(|error| error.to_string());
        Ok(Self { paths: globs(&options.paths)?, allow: globs(&options.allow)? })
    }

    /// The entry of the table, or the glob of the policy, that guards a changed path. What the policy allows is matched
    /// exactly, what it guards in folded form.
    fn guards<'a>(&'a self, change: &Change, table: &[&'a str]) -> Option<&'a str> {
        if self.allow.is_match(&change.path) {
            return None;
        }
        let folded = pathfold::fold(&change.path);
        places::find(table, folded.as_bytes())
            .or_else(|| is_link(change).then(|| places::is_above(table, folded.as_bytes())).flatten())
            .or_else(|| self.paths.protecting(&change.path, &folded).map(|entry| entry.pattern.as_str()))
    }

    /// Is a changed path one of these, or below one, in folded form? For places that the policy or git's configuration
    /// names.
    fn is_at(&self, change: &Change, places: &[RepoPath]) -> bool {
        if places.is_empty() || self.allow.is_match(&change.path) {
            return false;
        }
        let folded = pathfold::fold(&change.path);
        places.iter().any(|place| {
            let rest = folded.as_bytes().strip_prefix(pathfold::fold(place).as_bytes());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
    }
}

/// Does something stand here, before or after, that leads elsewhere? It can replace a whole folder.
fn is_link(change: &Change) -> bool {
    [change.old, change.new].iter().flatten().any(|side| matches!(side.mode, Mode::Symlink | Mode::Gitlink))
}

/// A path with what happened to it, for a message: "`CODEOWNERS` was changed".
fn happened(change: &Change) -> String {
    let verb = match (change.old, change.new) {
        (None, _) => "added",
        (_, None) => "deleted",
        _ => "changed",
    };
    format!("`{}` was {verb}", change.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::Side;
    use crate::model::object::ObjectId;

    #[test]
    fn places_the_policy_or_configuration_names() {
        let paths = Paths::prepare(&PathOptions { paths: Vec::new(), allow: vec!["Team/free.toml".to_owned()] })
            .expect("valid globs");
        let id = ObjectId::from_bytes(&[1; 20]).expect("an id");
        let at = |path: &str| {
            let new = Some(Side { mode: Mode::File, id });
            let change = Change { path: RepoPath::from(path), old: None, new, other_olds: Vec::new() };
            paths.is_at(&change, &[RepoPath::from("Team")])
        };
        assert!(at("Team") && at("Team/policy.toml") && at("team/policy.toml"));
        assert!(!at("Teams/policy.toml") && !at("Team/free.toml") && !at("x/Team/policy.toml"));
    }
}

//! The validated policy: what [`crate::policy`] makes of `warrant.toml`, its layers and the command line.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::baseline::Baseline;
use super::command::Commands;
use super::finding::Level;
use super::globs::Globs;
use super::origin::{Origin, Sourced};
use super::path::RepoPath;
use super::pattern::Patterns;
use super::waiver::{DEFAULT_MAX_DAYS, Waiver};

/// The rules and bounds in force for one check.
#[derive(Clone, Debug)]
pub struct Policy {
    pub mode: Mode,
    /// The setting; `None` for the default.
    pub mode_origin: Option<Origin>,
    pub applies_to: AppliesTo,
    pub applies_to_origin: Option<Origin>,
    pub scope: Scope,
    pub bounds: Bounds,
    /// Every registered rule has an entry, whether the policy names it or not.
    pub rules: BTreeMap<&'static str, RuleConfig>,
    pub patterns: Patterns,
    pub report: ReportPolicy,
    /// What must not run, and what has to have run.
    pub commands: Commands,
    pub waivers: Vec<Waiver>,
    /// How far ahead a waiver may end, in days; `None` for the default.
    pub waiver_max_days: Option<Sourced<u64>>,
    /// The findings that stood when the repository was adopted.
    pub baseline: Option<Arc<Baseline>>,
    /// The line that names the baseline.
    pub baseline_origin: Option<Origin>,
    /// Rules that stand above the repository's policy and that it may not waive: its baseline lifts nothing of them.
    pub set_above: BTreeSet<&'static str>,
    /// What the policies of folders say beside all that, outermost first; only those that the change at hand touches.
    pub nested: Vec<Nested>,
    /// Files that are called `warrant.toml` and are no policies.
    pub nested_exclude: Globs,
    /// The files of the repository the policy was read from: its own, those it extends, and its baseline.
    pub files: Vec<RepoPath>,
    /// Names the policy for output: its main source, or `preset:baseline` where a repository has none.
    pub name: String,
    /// Hex SHA-256 over all sources, so that two checks can be said to have used one policy.
    pub id: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// `deny` findings block.
    #[default]
    Enforce,
    /// Nothing blocks, everything is said.
    Report,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppliesTo {
    /// Changes with evidence of an agent.
    #[default]
    Agents,
    Everyone,
}

/// Which paths may change.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Empty: everything that is not denied.
    pub allow: Globs,
    pub deny: Globs,
    /// Further limits under a condition; they only narrow.
    pub when: Vec<ScopeWhen>,
}

#[derive(Clone, Debug)]
pub struct ScopeWhen {
    pub condition: Condition,
    pub allow: Globs,
    pub deny: Globs,
    pub origin: Origin,
}

/// Holds where every list given matches.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    pub branches: Option<Globs>,
    pub agents: Option<Globs>,
    pub paths: Option<Globs>,
}

impl Condition {
    /// Does the condition hold for this branch and agent? An unknown branch or agent meets no list that names one.
    pub fn holds(&self, branch: Option<&[u8]>, agent: Option<&str>) -> bool {
        let meets = |globs: &Option<Globs>, name: Option<&[u8]>| match globs {
            None => true,
            Some(globs) => name.is_some_and(|name| globs.matched_name(name).is_some()),
        };
        meets(&self.branches, branch) && meets(&self.agents, agent.map(str::as_bytes))
    }

    pub fn holds_for(&self, path: &RepoPath) -> bool {
        self.paths.as_ref().is_none_or(|globs| globs.is_match(path))
    }
}

/// Upper bounds on the size of a change.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    pub limits: Limits,
    /// Further bounds, each on the part of the change that its `paths` match.
    pub when: Vec<BoundsWhen>,
}

#[derive(Clone, Debug)]
pub struct BoundsWhen {
    pub condition: Condition,
    pub limits: Limits,
    pub origin: Origin,
    /// The folder whose policy set it; `None` for the policy at the top.
    pub folder: Option<RepoPath>,
}

/// The levels that the policy of a folder raises below it. Its lists, bounds, patterns and waivers stand with those of the
/// policy at the top, each with a condition that holds below the folder.
#[derive(Clone, Debug)]
pub struct Nested {
    pub folder: RepoPath,
    pub levels: BTreeMap<&'static str, Sourced<Level>>,
}

impl Nested {
    pub fn holds_for(&self, path: &RepoPath) -> bool {
        path.as_bytes().strip_prefix(self.folder.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
    }
}

#[derive(Clone, Debug, Default)]
pub struct Limits {
    pub files: Option<Sourced<u64>>,
    pub added_lines: Option<Sourced<u64>>,
    pub deleted_lines: Option<Sourced<u64>>,
    pub new_files: Option<Sourced<u64>>,
    pub directories: Option<Sourced<u64>>,
    pub file_bytes: Option<Sourced<u64>>,
    /// Percent of changed lines that change nothing but white space.
    pub format_only_share: Option<Sourced<u64>>,
}

impl Limits {
    /// Every bound by its key in the policy file.
    pub fn entries(&self) -> [(&'static str, Option<&Sourced<u64>>); 7] {
        [
            ("files", self.files.as_ref()),
            ("added-lines", self.added_lines.as_ref()),
            ("deleted-lines", self.deleted_lines.as_ref()),
            ("new-files", self.new_files.as_ref()),
            ("directories", self.directories.as_ref()),
            ("file-bytes", self.file_bytes.as_ref()),
            ("format-only-share", self.format_only_share.as_ref()),
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.entries().iter().all(|(_, bound)| bound.is_none())
    }
}

/// Level and options of one rule.
#[derive(Clone)]
pub struct RuleConfig {
    pub level: Level,
    pub level_origin: LevelOrigin,
    /// The rule's own options type.
    pub options: Arc<dyn Any + Send + Sync>,
    /// The table that set options, where one did.
    pub options_origin: Option<Origin>,
}

impl fmt::Debug for RuleConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.level, self.level_origin)
    }
}

/// What chose a rule's level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelOrigin {
    /// The rule's built-in default.
    Default,
    Policy(Origin),
    /// `-D`, `-W` or `-A`, as typed.
    CommandLine(String),
}

#[derive(Clone, Debug, Default)]
pub struct ReportPolicy {
    pub require: Require,
    pub require_origin: Option<Origin>,
    pub prose: Prose,
    pub prose_origin: Option<Origin>,
}

/// What an agent has to hand in with a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    #[default]
    None,
    /// A commit message that says something.
    Message,
    /// A declared report (`report.v1`).
    Declared,
}

/// May claims read from prose block?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prose {
    #[default]
    Observe,
    Enforce,
}

impl Policy {
    /// The configuration of a registered rule.
    pub fn rule(&self, id: &str) -> Option<&RuleConfig> {
        self.rules.get(id)
    }

    /// Is the work of this actor none of the policy's business?
    pub fn exempts(&self, actor: &Actor) -> bool {
        self.applies_to == AppliesTo::Agents && actor.agent().is_none()
    }

    /// How far ahead a waiver may end, in days.
    pub fn waiver_max_days(&self) -> u64 {
        self.waiver_max_days.as_ref().map_or(DEFAULT_MAX_DAYS, |days| days.value)
    }

    pub fn level(&self, id: &str) -> Level {
        self.rule(id).map_or(Level::Allow, |config| config.level)
    }

    /// The policy for one path alone: with the levels that the policies of its folders raise.
    #[must_use]
    pub fn for_path(mut self, path: &RepoPath) -> Self {
        for nested in std::mem::take(&mut self.nested).iter().filter(|nested| nested.holds_for(path)) {
            for (id, raised) in &nested.levels {
                let config = self.rules.get_mut(id).filter(|config| !config.is_by_command_line());
                if let Some(config) = config.filter(|config| config.level < raised.value) {
                    config.level = raised.value;
                    config.level_origin = LevelOrigin::Policy(raised.origin.clone());
                }
            }
        }
        self
    }

    /// The highest level the rule has anywhere.
    pub fn highest_level(&self, id: &str) -> Level {
        let Some(rule) = self.rule(id) else { return Level::Allow };
        let base = rule.level;
        if self.nested.is_empty() || rule.is_by_command_line() {
            return base;
        }
        self.nested
            .iter()
            .filter_map(|nested| nested.levels.get(id))
            .map(|level| level.value)
            .max()
            .map_or(base, |n| n.max(base))
    }
}

impl RuleConfig {
    /// Was the level given on the command line? That goes before every policy.
    pub fn is_by_command_line(&self) -> bool {
        matches!(self.level_origin, LevelOrigin::CommandLine(_))
    }
}

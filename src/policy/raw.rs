//! The policy file as written. Shapes only: what the values mean is checked in [`super::layer`].
//!
//! Every field is optional here, so that a missing one is reported beside all other faults. The doc comments are the
//! descriptions in `schema/policy.schema.json`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::at::{At, Count, Day};
use super::schema::RuleTables;
use crate::model::finding::Level;
use crate::model::policy::{AppliesTo, Mode, Prose, Require};

pub(super) type Strings = Vec<At<String>>;

/// A git-warrant policy: what a coding agent may change, and what it has to say about it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "git-warrant policy")]
pub(super) struct RawPolicy {
    /// The version of this language. Always 1.
    #[schemars(required, range(min = 1, max = 1))]
    #[expect(dead_code, reason = "its value is looked at before the rest is read; the field carries type and schema")]
    pub(super) schema: Option<At<i64>>,
    /// Policies this one builds on: `preset:NAME`, or a file by its path relative to this one. Later entries win over
    /// earlier ones, this file over all.
    pub(super) extends: Option<Strings>,
    /// The findings that stood when the repository was adopted: a file by its path relative to this one, written by `git
    /// warrant baseline`.
    pub(super) baseline: Option<At<String>>,
    /// `enforce`: findings at level `deny` block. `report`: nothing blocks, everything is said.
    pub(super) mode: Option<At<Mode>>,
    /// `agents`: only changes with evidence of an agent are judged. `everyone`: all changes are.
    pub(super) applies_to: Option<At<AppliesTo>>,
    /// A policy that extends this one may only tighten what it says.
    pub(super) binding: Option<At<bool>>,
    /// Rules (ids or `family/*`) that the policies bound by this one may waive all the same: those that extend it, where it is
    /// binding, and those of folders.
    pub(super) waivable: Option<Strings>,
    /// Globs of files that are called `warrant.toml` and are no policies of their folders.
    pub(super) nested_exclude: Option<Strings>,
    /// Which paths may change.
    pub(super) scope: Option<RawScope>,
    /// Upper bounds on the size of a change.
    pub(super) bounds: Option<RawBounds>,
    /// Levels and options of rules, by rule id or `family/*`.
    #[expect(dead_code, reason = "read rule by rule from the tree; the field carries type and schema")]
    pub(super) rules: Option<RuleTables>,
    /// The team's own rules on the content of added lines.
    pub(super) pattern: Option<Vec<At<RawPattern>>>,
    /// What an agent has to hand in with a change.
    pub(super) report: Option<RawReport>,
    /// Commands an agent must not run, or has to have run.
    pub(super) commands: Option<At<RawCommands>>,
    /// Dated exceptions.
    pub(super) waiver: Option<Vec<At<RawWaiver>>>,
    /// What holds for all exceptions.
    pub(super) waivers: Option<RawWaivers>,
}

/// Which paths may change. `deny` wins over `allow`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Scope")]
pub(super) struct RawScope {
    /// Globs of the paths that may change. Without this, every path that is not denied.
    pub(super) allow: Option<Strings>,
    /// Globs of the paths that may not change.
    pub(super) deny: Option<Strings>,
    /// Further limits under a condition; they only narrow.
    pub(super) when: Option<Vec<At<RawScopeWhen>>>,
}

/// Limits that hold where every condition given is met.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "ScopeWhen")]
pub(super) struct RawScopeWhen {
    /// Globs over the short branch name, like `agent/**`.
    pub(super) branches: Option<Strings>,
    /// Globs over the agent's name, like `claude-code`.
    pub(super) agents: Option<Strings>,
    /// Globs over paths: only these paths are judged by this table.
    pub(super) paths: Option<Strings>,
    /// Globs of the paths that may change.
    pub(super) allow: Option<Strings>,
    /// Globs of the paths that may not change.
    pub(super) deny: Option<Strings>,
}

/// Upper bounds on the size of a change.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Bounds")]
pub(super) struct RawBounds {
    /// Most files in one change; a rename counts as one.
    pub(super) files: Option<At<Count>>,
    /// Most lines added.
    pub(super) added_lines: Option<At<Count>>,
    /// Most lines deleted.
    pub(super) deleted_lines: Option<At<Count>>,
    /// Most files created.
    pub(super) new_files: Option<At<Count>>,
    /// Most directories with a changed file.
    pub(super) directories: Option<At<Count>>,
    /// Largest size of any one changed file, in bytes.
    pub(super) file_bytes: Option<At<Count>>,
    /// Largest share, in percent, of changed lines that change nothing but white space.
    pub(super) format_only_share: Option<At<Count>>,
    /// Further bounds under a condition.
    pub(super) when: Option<Vec<At<RawBoundsWhen>>>,
}

/// Bounds that hold where every condition given is met.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "BoundsWhen")]
pub(super) struct RawBoundsWhen {
    /// Globs over the short branch name, like `agent/**`.
    pub(super) branches: Option<Strings>,
    /// Globs over the agent's name, like `claude-code`.
    pub(super) agents: Option<Strings>,
    /// Globs over paths: the bounds are on this part of the change.
    pub(super) paths: Option<Strings>,
    /// Most files in one change; a rename counts as one.
    pub(super) files: Option<At<Count>>,
    /// Most lines added.
    pub(super) added_lines: Option<At<Count>>,
    /// Most lines deleted.
    pub(super) deleted_lines: Option<At<Count>>,
    /// Most files created.
    pub(super) new_files: Option<At<Count>>,
    /// Most directories with a changed file.
    pub(super) directories: Option<At<Count>>,
    /// Largest size of any one changed file, in bytes.
    pub(super) file_bytes: Option<At<Count>>,
    /// Largest share, in percent, of changed lines that change nothing but white space.
    pub(super) format_only_share: Option<At<Count>>,
}

/// A regular expression that added lines must not match.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Pattern")]
pub(super) struct RawPattern {
    /// Names the pattern: lower-case letters, digits and `-`. Unique in the policy.
    #[schemars(required)]
    pub(super) id: Option<At<String>>,
    /// Globs of the paths to look at. Without this, every path.
    pub(super) paths: Option<Strings>,
    /// Globs of the paths to leave out.
    pub(super) exclude: Option<Strings>,
    /// A regular expression (Rust `regex` syntax), searched in each added line.
    #[schemars(required)]
    pub(super) added: Option<At<String>>,
    /// What is wrong, in one phrase.
    #[schemars(required)]
    pub(super) message: Option<At<String>>,
    /// What to do about it.
    pub(super) help: Option<String>,
    /// Overrides the level of `content/pattern`.
    pub(super) level: Option<At<Level>>,
    /// Lines the pattern has to match, at least one. `git warrant policy test` runs them.
    #[schemars(required)]
    pub(super) fires: Option<Strings>,
    /// Lines the pattern must not match.
    pub(super) silent: Option<Strings>,
}

/// What an agent has to hand in with a change.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Report")]
pub(super) struct RawReport {
    /// `none`, `message` (a commit message that says something) or `declared` (a report in `report.v1`).
    pub(super) require: Option<At<Require>>,
    /// May claims read from prose block? `observe`: they are shown. `enforce`: a contradicted one blocks.
    pub(super) prose: Option<At<Prose>>,
}

/// Commands an agent must not run, and commands that have to have run before its work is done.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Commands")]
pub(super) struct RawCommands {
    /// The beginnings of commands that an agent must not run, like `git push --force*`: words in their order, options in
    /// any, `*` for any text within a word.
    pub(super) deny: Option<Strings>,
    /// Commands that have to have run.
    pub(super) require: Option<Vec<At<RawCommand>>>,
}

/// A command that has to have run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Command")]
pub(super) struct RawCommand {
    /// What a person calls it: `tests`.
    #[schemars(required)]
    pub(super) name: Option<At<String>>,
    /// The beginnings of commands, any of which will do.
    #[schemars(required)]
    pub(super) run: Option<Strings>,
    /// Globs of paths: the command is asked for only where one of them changed. Without this, wherever something changed.
    pub(super) paths: Option<Strings>,
}

/// What holds for all exceptions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Waivers")]
pub(super) struct RawWaivers {
    /// How far ahead the last day of a waiver may lie, in days. Without this, 365.
    pub(super) max_days: Option<At<Count>>,
}

/// A dated exception.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Waiver")]
pub(super) struct RawWaiver {
    /// A rule id or `family/*`.
    #[schemars(required)]
    pub(super) rule: Option<At<String>>,
    /// Globs of the paths it covers. Without this, every path.
    pub(super) paths: Option<Strings>,
    /// Fingerprints of the findings it covers, as JSON output and `--verbose` show them. Without this, every finding of the
    /// rule on its paths.
    #[schemars(inner(pattern("^[0-9a-f]{32}$")))]
    pub(super) fingerprints: Option<Strings>,
    /// Why the exception is right.
    #[schemars(required)]
    pub(super) reason: Option<At<String>>,
    /// The last day it holds.
    #[schemars(required)]
    pub(super) until: Option<At<Day>>,
    /// Who answers for it.
    pub(super) owner: Option<At<String>>,
}

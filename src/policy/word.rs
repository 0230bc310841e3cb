//! What one hand says: a policy with what it extends, farthest first, made one.
//!
//! - scalars and bounds: the nearest policy that sets one wins;
//! - `deny`, `when` tables and waivers add up;
//! - `allow` is replaced as a whole by the nearest policy that has it;
//! - the smallest `max-days` of waivers holds;
//! - a pattern adds up, or replaces a farther one of the same id;
//! - levels: the nearest policy that speaks of a rule wins, in it the rule's id before its family;
//! - options: a table replaces the farther one, a bare level leaves it.
//!
//! [`super::tighten`] puts the words of several hands together.

use std::collections::{BTreeMap, BTreeSet};

use super::layer::Layer;
use super::levels::{LevelEntry, OptionsEntry, Selector};
use crate::model::command::Commands;
use crate::model::finding::Level;
use crate::model::globs::GlobEntry;
use crate::model::origin::{Origin, Sourced};
use crate::model::pattern::Pattern;
use crate::model::policy::{AppliesTo, BoundsWhen, Limits, Mode, Prose, Require, ScopeWhen};
use crate::model::waiver::Waiver;
use crate::rules::RULES;

#[derive(Clone, Default)]
pub(super) struct Word {
    pub(super) mode: Option<Sourced<Mode>>,
    pub(super) applies_to: Option<Sourced<AppliesTo>>,
    pub(super) require: Option<Sourced<Require>>,
    pub(super) prose: Option<Sourced<Prose>>,
    pub(super) allow: Option<Vec<GlobEntry>>,
    pub(super) deny: Vec<GlobEntry>,
    pub(super) scope_when: Vec<ScopeWhen>,
    pub(super) limits: Limits,
    pub(super) bounds_when: Vec<BoundsWhen>,
    /// By rule; a rule that no policy speaks of has none.
    pub(super) levels: BTreeMap<&'static str, Sourced<Level>>,
    pub(super) options: BTreeMap<&'static str, OptionsEntry>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) waivers: Vec<Waiver>,
    pub(super) waiver_max_days: Option<Sourced<u64>>,
    /// Rules that the policies bound by this one may waive.
    pub(super) waivable: BTreeSet<&'static str>,
    pub(super) nested_exclude: Option<Vec<GlobEntry>>,
    pub(super) commands: Commands,
}

impl Word {
    /// Merges layers, farthest first.
    pub(super) fn of(layers: Vec<Layer>) -> Self {
        layers.into_iter().map(Self::of_one).fold(Self::default(), |far, near| near.over(&far))
    }

    fn of_one(layer: Layer) -> Self {
        let level = |id: &'static str| Some((id, entry_for(&layer.rules.levels, id)?.level.clone()));
        Self {
            mode: layer.mode,
            applies_to: layer.applies_to,
            require: layer.require,
            prose: layer.prose,
            allow: layer.allow,
            deny: layer.deny,
            scope_when: layer.scope_when,
            limits: layer.limits,
            bounds_when: layer.bounds_when,
            levels: RULES.iter().filter_map(|rule| level(rule.meta.id)).collect(),
            options: layer.rules.options,
            patterns: layer.patterns,
            waivers: layer.waivers,
            waiver_max_days: layer.waiver_max_days,
            waivable: layer.waivable.iter().flat_map(|entry| covered(entry.value)).collect(),
            nested_exclude: layer.nested_exclude,
            commands: layer.commands,
        }
    }

    /// This word over a farther one of the same hand.
    pub(super) fn over(self, far: &Self) -> Self {
        let own: BTreeSet<&str> = self.patterns.iter().map(|pattern| pattern.id.as_str()).collect();
        let kept: Vec<_> = far.patterns.iter().filter(|pattern| !own.contains(pattern.id.as_str())).cloned().collect();
        let mut commands = far.commands.clone();
        commands.deny.extend(self.commands.deny);
        commands.require.extend(self.commands.require);
        Self {
            mode: self.mode.or_else(|| far.mode.clone()),
            applies_to: self.applies_to.or_else(|| far.applies_to.clone()),
            require: self.require.or_else(|| far.require.clone()),
            prose: self.prose.or_else(|| far.prose.clone()),
            allow: self.allow.or_else(|| far.allow.clone()),
            deny: joined(&far.deny, self.deny),
            scope_when: joined(&far.scope_when, self.scope_when),
            limits: nearer(self.limits, far.limits.clone()),
            bounds_when: joined(&far.bounds_when, self.bounds_when),
            levels: far.levels.iter().map(|(id, level)| (*id, level.clone())).chain(self.levels).collect(),
            options: far.options.iter().map(|(id, options)| (*id, options.clone())).chain(self.options).collect(),
            patterns: joined(&kept, self.patterns),
            waivers: joined(&far.waivers, self.waivers),
            waiver_max_days: fewest(far.waiver_max_days.clone(), self.waiver_max_days),
            waivable: far.waivable.union(&self.waivable).copied().collect(),
            nested_exclude: self.nested_exclude.or_else(|| far.nested_exclude.clone()),
            commands,
        }
    }

    /// Where this word says something that the rule judges by; `None` where it leaves the rule alone.
    pub(super) fn governs(&self, rule: &str) -> Option<Origin> {
        let first = |entries: &[GlobEntry]| entries.first().and_then(|entry| entry.origin.clone());
        let level = self.levels.get(rule).filter(|level| level.value > Level::Allow).map(|level| level.origin.clone());
        let options = self.options.get(rule).filter(|options| !options.table.is_empty());
        level.or_else(|| options.map(|options| options.origin.clone())).or_else(|| match rule {
            "scope/denied-path" => {
                let when = self.scope_when.iter().find(|when| !when.deny.is_empty());
                first(&self.deny).or_else(|| when.map(|when| when.origin.clone()))
            }
            "scope/outside-allowed" => {
                let when = self.scope_when.iter().find(|when| !when.allow.is_empty());
                let allow = self.allow.as_deref().and_then(first);
                allow.or_else(|| when.map(|when| when.origin.clone()))
            }
            "content/pattern" => self.patterns.first().map(|pattern| pattern.origin.clone()),
            "commands/denied" => self.commands.deny.first().and_then(|pattern| pattern.origin.clone()),
            "commands/required" => self.commands.require.first().map(|required| required.origin.clone()),
            "report/missing" => self.require.as_ref().filter(|r| r.value != Require::None).map(|r| r.origin.clone()),
            rule => {
                let key = rule.strip_prefix("bounds/")?;
                let limits = std::iter::once(&self.limits).chain(self.bounds_when.iter().map(|when| &when.limits));
                let mut bounds = limits.flat_map(Limits::entries).filter(|(name, _)| *name == key);
                bounds.find_map(|(_, bound)| bound.map(|bound| bound.origin.clone()))
            }
        })
    }
}

/// The shorter of two terms: a waiver may end no later than any policy allows.
pub(super) fn fewest(far: Option<Sourced<u64>>, near: Option<Sourced<u64>>) -> Option<Sourced<u64>> {
    far.into_iter().chain(near).min_by_key(|days| days.value)
}

fn joined<T: Clone>(far: &[T], near: Vec<T>) -> Vec<T> {
    far.iter().cloned().chain(near).collect()
}

/// The rules a selector speaks of.
pub(super) fn covered(selector: Selector) -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.meta.id).filter(move |id| selector.covers(id))
}

/// The rule's own id before its family.
fn entry_for<'l>(layer: &'l [LevelEntry], id: &str) -> Option<&'l LevelEntry> {
    let own = layer.iter().find(|entry| matches!(entry.selector, Selector::Rule(_)) && entry.selector.covers(id));
    own.or_else(|| layer.iter().find(|entry| entry.selector.covers(id)))
}

fn nearer(near: Limits, far: Limits) -> Limits {
    Limits {
        files: near.files.or(far.files),
        added_lines: near.added_lines.or(far.added_lines),
        deleted_lines: near.deleted_lines.or(far.deleted_lines),
        new_files: near.new_files.or(far.new_files),
        directories: near.directories.or(far.directories),
        file_bytes: near.file_bytes.or(far.file_bytes),
        format_only_share: near.format_only_share.or(far.format_only_share),
    }
}

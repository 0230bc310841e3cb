//! Several policies, farthest first, made into the one in force.
//!
//! - scalars and bounds: the nearest policy that sets one wins;
//! - `deny`, `when` tables and waivers add up;
//! - `allow` is replaced as a whole by the nearest policy that has it;
//! - the smallest `max-days` of waivers holds;
//! - a pattern adds up, or replaces a farther one of the same id;
//! - levels: the nearest policy that speaks of a rule wins, in it the rule's id before its family, over all the command
//!   line;
//! - options: a table replaces the farther one, a bare level leaves it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::layer::Layer;
use super::levels::{self, LevelEntry, OptionsEntry, Selector};
use super::{Commands, LevelFlag, WrittenOptions};
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::origin::{PolicySource, Sourced};
use crate::model::path::RepoPath;
use crate::model::policy::{Bounds, LevelOrigin, Limits, Pattern, Policy, ReportPolicy, RuleConfig, Scope};
use crate::rules::RULES;

/// A merged policy and what is kept beside it for showing.
pub(super) struct Merged {
    pub(super) policy: Policy,
    pub(super) options: BTreeMap<&'static str, WrittenOptions>,
    pub(super) commands: Commands,
}

/// Merges layers, farthest first. Faults found only in the whole are pushed.
pub(super) fn merge(
    layers: Vec<Layer>,
    flags: &[LevelFlag],
    name: String,
    texts: &[Arc<PolicySource>],
    faults: &mut Vec<Diagnostic>,
) -> Merged {
    let flags = resolve_flags(flags, faults);
    let id = identity(texts, &flags);
    let (mut mode, mut applies_to, mut require, mut prose) = (None, None, None, None);
    let mut allow = Vec::new();
    let mut deny = Vec::new();
    let mut scope_when = Vec::new();
    let mut limits = Limits::default();
    let mut bounds_when = Vec::new();
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut waivers = Vec::new();
    let mut waiver_max_days: Option<Sourced<u64>> = None;
    let mut commands = Commands::default();
    let mut level_layers: Vec<Vec<LevelEntry>> = Vec::new();
    let mut options: BTreeMap<&'static str, OptionsEntry> = BTreeMap::new();
    for layer in layers {
        mode = layer.mode.or(mode);
        applies_to = layer.applies_to.or(applies_to);
        require = layer.require.or(require);
        prose = layer.prose.or(prose);
        allow = layer.allow.unwrap_or(allow);
        deny.extend(layer.deny);
        scope_when.extend(layer.scope_when);
        limits = nearer(layer.limits, limits);
        bounds_when.extend(layer.bounds_when);
        for pattern in layer.patterns {
            patterns.retain(|farther| farther.id != pattern.id);
            patterns.push(pattern);
        }
        waivers.extend(layer.waivers);
        waiver_max_days = waiver_max_days.into_iter().chain(layer.waiver_max_days).min_by_key(|days| days.value);
        commands.deny.extend(layer.commands.deny);
        commands.require.extend(layer.commands.require);
        level_layers.push(layer.rules.levels);
        options.extend(layer.rules.options);
    }
    contradictions(&allow, &deny, faults);
    let written = options
        .iter()
        .map(|(id, entry)| (*id, WrittenOptions { table: entry.table.clone(), origin: entry.origin.clone() }));
    let written = written.filter(|(_, options)| !options.table.is_empty()).collect();
    let scope = Scope { allow: compile(allow, faults), deny: compile(deny, faults), when: scope_when };
    let (mode, mode_origin) = split(mode);
    let (applies_to, applies_to_origin) = split(applies_to);
    let (require, require_origin) = split(require);
    let (prose, prose_origin) = split(prose);
    let policy = Policy {
        mode,
        mode_origin,
        applies_to,
        applies_to_origin,
        scope,
        bounds: Bounds { limits, when: bounds_when },
        rules: configure(&level_layers, &flags, &options),
        patterns,
        report: ReportPolicy { require, require_origin, prose, prose_origin },
        waivers,
        waiver_max_days,
        baseline: None,
        baseline_origin: None,
        files: Vec::new(),
        name,
        id,
    };
    Merged { policy, options: written, commands }
}

fn split<T: Default>(value: Option<Sourced<T>>) -> (T, Option<crate::model::origin::Origin>) {
    value.map_or_else(|| (T::default(), None), |value| (value.value, Some(value.origin)))
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

fn compile(entries: Vec<GlobEntry>, faults: &mut Vec<Diagnostic>) -> Globs {
    Globs::new(entries).unwrap_or_else(|error| {
        faults.push(Diagnostic::error(error.to_string(), None));
        Globs::default()
    })
}

/// A flag as typed, resolved.
struct Flag {
    selector: Selector,
    level: Level,
    typed: String,
}

fn resolve_flags(flags: &[LevelFlag], faults: &mut Vec<Diagnostic>) -> Vec<Flag> {
    let mut resolved = Vec::new();
    for flag in flags {
        let letter = match flag.level {
            Level::Deny => 'D',
            Level::Warn => 'W',
            Level::Allow => 'A',
        };
        let typed = format!("-{letter} {}", flag.rule);
        match levels::select(&flag.rule) {
            Ok(selector) => resolved.push(Flag { selector, level: flag.level, typed }),
            Err(help) => {
                let fault = Diagnostic::error(format!("`{typed}`: there is no rule `{}`", flag.rule), None);
                faults.push(super::faults::clean(levels::unknown(fault, help)));
            }
        }
    }
    resolved
}

fn configure(
    layers: &[Vec<LevelEntry>],
    flags: &[Flag],
    options: &BTreeMap<&'static str, OptionsEntry>,
) -> BTreeMap<&'static str, RuleConfig> {
    let mut configs = BTreeMap::new();
    for rule in RULES {
        let id = rule.meta.id;
        let (level, level_origin) = flag_for(flags, id)
            .map(|flag| (flag.level, LevelOrigin::CommandLine(flag.typed.clone())))
            .or_else(|| {
                let entry = layers.iter().rev().find_map(|layer| entry_for(layer, id))?;
                Some((entry.level.value, LevelOrigin::Policy(entry.level.origin.clone())))
            })
            .unwrap_or((rule.meta.level, LevelOrigin::Default));
        let set = options.get(id);
        let prepared = set.map_or_else(|| (rule.default_options)(), |entry| Arc::clone(&entry.prepared));
        let options_origin = set.filter(|entry| !entry.table.is_empty()).map(|entry| entry.origin.clone());
        configs.insert(id, RuleConfig { level, level_origin, options: prepared, options_origin });
    }
    configs
}

/// The rule's own id before its family; the later of two alike.
fn flag_for<'f>(flags: &'f [Flag], id: &str) -> Option<&'f Flag> {
    let own = flags.iter().rev().find(|flag| matches!(flag.selector, Selector::Rule(_)) && flag.selector.covers(id));
    own.or_else(|| flags.iter().rev().find(|flag| flag.selector.covers(id)))
}

fn entry_for<'l>(layer: &'l [LevelEntry], id: &str) -> Option<&'l LevelEntry> {
    let own = layer.iter().find(|entry| matches!(entry.selector, Selector::Rule(_)) && entry.selector.covers(id));
    own.or_else(|| layer.iter().find(|entry| entry.selector.covers(id)))
}

/// What is both allowed and denied: word for word an error, by a wider `deny` a remark.
fn contradictions(allow: &[GlobEntry], deny: &[GlobEntry], faults: &mut Vec<Diagnostic>) {
    for allowed in allow {
        let origin = allowed.origin.clone();
        let at = |denied: &GlobEntry| denied.origin.as_ref().map(|o| format!("denied at {o}"));
        let mut fault = None;
        let mut place = None;
        if let Some(denied) = deny.iter().find(|denied| denied.pattern == allowed.pattern) {
            fault = Some(
                Diagnostic::error(format!("`{}` is both allowed and denied", allowed.pattern), origin)
                    .help("take it out of one list; `deny` wins over `allow`"),
            );
            place = at(denied);
        } else if !allowed.pattern.contains(['*', '?', '[', '{', '\\']) {
            let path = RepoPath::from(allowed.pattern.as_str());
            let covering =
                deny.iter().find(|denied| Globs::new(vec![(*denied).clone()]).is_ok_and(|globs| globs.is_match(&path)));
            if let Some(denied) = covering {
                fault = Some(
                    Diagnostic::warning(
                        format!("`{}` is allowed here, and `{}` denies it", allowed.pattern, denied.pattern),
                        origin,
                    )
                    .help("`deny` wins over `allow`, so this entry allows nothing"),
                );
                place = at(denied);
            }
        }
        if let Some(fault) = fault {
            let fault = match place {
                Some(place) => fault.note(place),
                None => fault,
            };
            faults.push(super::faults::clean(fault));
        }
    }
}

/// The identity of a policy together with its baseline.
pub(super) fn with_baseline(id: &str, source: &PolicySource) -> String {
    hashed([id, &source.name, &source.text])
}

/// SHA-256 over every text with its name, and the flags.
fn identity(texts: &[Arc<PolicySource>], flags: &[Flag]) -> String {
    let texts = texts.iter().flat_map(|text| [text.name.as_str(), text.text.as_str()]);
    hashed(texts.chain(flags.iter().map(|flag| flag.typed.as_str())))
}

fn hashed<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

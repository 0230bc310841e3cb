//! The policy in force, made from what each hand says.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::levels::{self, OptionsEntry, Selector};
use super::word::Word;
use super::{Ground, LevelFlag, WrittenOptions};
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::hex;
use crate::model::origin::{PolicySource, Sourced};
use crate::model::path::RepoPath;
use crate::model::policy::{Bounds, LevelOrigin, Policy, ReportPolicy, RuleConfig, Scope};
use crate::rules::{RULES, RuleDef};

/// A merged policy and what is kept beside it for showing.
pub(super) struct Merged {
    pub(super) policy: Policy,
    pub(super) options: BTreeMap<&'static str, WrittenOptions>,
    pub(super) ground: Ground,
}

/// Makes the policy in force. Faults found only in the whole are pushed.
pub(super) fn merge(
    word: Word,
    flags: &[LevelFlag],
    name: String,
    texts: &[Arc<PolicySource>],
    faults: &mut Vec<Diagnostic>,
) -> Merged {
    let flags = resolve_flags(flags, faults);
    let id = identity(texts, &flags);
    let allow = word.allow.unwrap_or_default();
    contradictions(&allow, &word.deny, faults);
    let written = word
        .options
        .iter()
        .map(|(id, entry)| (*id, WrittenOptions { table: entry.table.clone(), origin: entry.origin.clone() }));
    let written = written.filter(|(_, options)| !options.table.is_empty()).collect();
    let scope = Scope { allow: compile(allow, faults), deny: compile(word.deny, faults), when: word.scope_when };
    let (mode, mode_origin) = split(word.mode);
    let (applies_to, applies_to_origin) = split(word.applies_to);
    let (require, require_origin) = split(word.require);
    let (prose, prose_origin) = split(word.prose);
    let policy = Policy {
        mode,
        mode_origin,
        applies_to,
        applies_to_origin,
        scope,
        bounds: Bounds { limits: word.limits, when: word.bounds_when },
        rules: configure(&word.levels, &flags, &word.options),
        patterns: word.patterns.into(),
        report: ReportPolicy { require, require_origin, prose, prose_origin },
        commands: word.commands,
        waiver_max_days: word.waiver_max_days,
        waivers: word.waivers,
        nested: Vec::new(),
        nested_exclude: compile(word.nested_exclude.unwrap_or_default(), faults),
        baseline: None,
        baseline_origin: None,
        set_above: BTreeSet::new(),
        files: Vec::new(),
        name,
        id,
    };
    let ground = Ground { levels: word.levels, waivable: word.waivable };
    Merged { policy, options: written, ground }
}

fn split<T: Default>(value: Option<Sourced<T>>) -> (T, Option<crate::model::origin::Origin>) {
    value.map_or_else(|| (T::default(), None), |value| (value.value, Some(value.origin)))
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
    levels: &BTreeMap<&'static str, Sourced<Level>>,
    flags: &[Flag],
    options: &BTreeMap<&'static str, OptionsEntry>,
) -> BTreeMap<&'static str, RuleConfig> {
    let config = |rule: &RuleDef| {
        let id = rule.meta.id;
        let (level, level_origin) = flag_for(flags, id)
            .map(|flag| (flag.level, LevelOrigin::CommandLine(flag.typed.clone())))
            .or_else(|| {
                let level = levels.get(id)?;
                Some((level.value, LevelOrigin::Policy(level.origin.clone())))
            })
            .unwrap_or((rule.meta.level, LevelOrigin::Default));
        let set = options.get(id);
        let prepared = set.map_or_else(|| (rule.default_options)(), |entry| Arc::clone(&entry.prepared));
        let options_origin = set.filter(|entry| !entry.table.is_empty()).map(|entry| entry.origin.clone());
        (id, RuleConfig { level, level_origin, options: prepared, options_origin })
    };
    RULES.iter().map(config).collect()
}

/// The rule's own id before its family; the later of two alike.
fn flag_for<'f>(flags: &'f [Flag], id: &str) -> Option<&'f Flag> {
    let own = flags.iter().rev().find(|flag| matches!(flag.selector, Selector::Rule(_)) && flag.selector.covers(id));
    own.or_else(|| flags.iter().rev().find(|flag| flag.selector.covers(id)))
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
    hex::of(&hash.finalize())
}

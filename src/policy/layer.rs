//! One policy text, validated. [`super::merge`] puts several together.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::at::{At, Count};
use super::faults::Faults;
use super::levels::{self, RuleLayer, Selector};
use super::lists::{self, Over};
use super::parse;
use super::raw::{RawBounds, RawBoundsWhen, RawPattern, RawPolicy, RawScope, Strings};
use super::{commands, waivers};
use crate::model::command::Commands;
use crate::model::expression::Expression;
use crate::model::globs::GlobEntry;
use crate::model::origin::{PolicySource, Sourced};
use crate::model::pattern::Pattern;
use crate::model::policy::{AppliesTo, BoundsWhen, Limits, Mode, Prose, Require, ScopeWhen};
use crate::model::waiver::Waiver;

/// What one policy text says; `None` and empty for what it leaves open.
pub(super) struct Layer {
    pub(super) extends: Vec<At<String>>,
    pub(super) baseline: Option<At<String>>,
    pub(super) mode: Option<Sourced<Mode>>,
    pub(super) applies_to: Option<Sourced<AppliesTo>>,
    pub(super) binding: Option<Sourced<bool>>,
    pub(super) waivable: Vec<Sourced<Selector>>,
    pub(super) nested_exclude: Option<Vec<GlobEntry>>,
    pub(super) allow: Option<Vec<GlobEntry>>,
    pub(super) deny: Vec<GlobEntry>,
    pub(super) scope_when: Vec<ScopeWhen>,
    pub(super) limits: Limits,
    pub(super) bounds_when: Vec<BoundsWhen>,
    pub(super) rules: RuleLayer,
    pub(super) patterns: Vec<Pattern>,
    pub(super) require: Option<Sourced<Require>>,
    pub(super) prose: Option<Sourced<Prose>>,
    pub(super) commands: Commands,
    pub(super) waivers: Vec<Waiver>,
    pub(super) waiver_max_days: Option<Sourced<u64>>,
}

/// Reads one text. `None` when nothing of it can be used; `faults` says why.
pub(super) fn read(source: &Arc<PolicySource>, faults: &mut Faults) -> Option<Layer> {
    let parsed = parse::parse(&source.text, faults)?;
    let layer = validate(parsed.raw, parsed.rules, faults);
    if !parsed.broken.is_empty() {
        faults.drop_on_lines_of(&parsed.broken, parsed.syntax_faults);
    }
    Some(layer)
}

fn validate(raw: RawPolicy, rules: Option<toml::Spanned<toml::de::DeTable<'_>>>, faults: &mut Faults) -> Layer {
    let (allow, deny, scope_when) = scope(raw.scope.unwrap_or_default(), faults);
    let (limits, bounds_when) = bounds(raw.bounds.unwrap_or_default(), faults);
    let report = raw.report.unwrap_or_default();
    let rules = levels::read(rules, faults);
    let patterns = patterns(raw.pattern.unwrap_or_default(), faults);
    let commands = raw.commands.map(|raw| commands::read(raw.value, faults)).unwrap_or_default();
    let waivable = waivable(raw.waivable.unwrap_or_default(), faults);
    let nested_exclude = raw.nested_exclude.as_ref().map(|list| lists::entries(Some(list), Over::Paths, faults));
    Layer {
        binding: sourced(raw.binding, faults),
        waivable,
        nested_exclude,
        extends: raw.extends.unwrap_or_default(),
        baseline: raw.baseline,
        mode: sourced(raw.mode, faults),
        applies_to: sourced(raw.applies_to, faults),
        allow,
        deny,
        scope_when,
        limits,
        bounds_when,
        rules,
        patterns,
        require: sourced(report.require, faults),
        prose: sourced(report.prose, faults),
        commands,
        waiver_max_days: waivers::max_days(raw.waivers, faults),
        waivers: raw.waiver.unwrap_or_default().into_iter().filter_map(|w| waivers::read(w, faults)).collect(),
    }
}

fn waivable(list: Strings, faults: &mut Faults) -> Vec<Sourced<Selector>> {
    let mut read = Vec::new();
    for item in list {
        match levels::select(&item.value) {
            Ok(selector) => read.push(Sourced { value: selector, origin: faults.origin(&item.span) }),
            Err(help) => {
                let fault = faults.error(&item.span, format!("there is no rule `{}`", item.value));
                faults.push(levels::unknown(fault, help));
            }
        }
    }
    read
}

pub(super) fn sourced<T>(at: Option<At<T>>, faults: &Faults) -> Option<Sourced<T>> {
    at.map(|at| Sourced { value: at.value, origin: faults.origin(&at.span) })
}

type ReadScope = (Option<Vec<GlobEntry>>, Vec<GlobEntry>, Vec<ScopeWhen>);

fn scope(raw: RawScope, faults: &mut Faults) -> ReadScope {
    let allow = raw.allow.as_ref().map(|list| lists::entries(Some(list), Over::Paths, faults));
    let deny = lists::entries(raw.deny.as_ref(), Over::Paths, faults);
    let mut when = Vec::new();
    for table in raw.when.unwrap_or_default() {
        let At { value: raw, span } = table;
        let condition = lists::condition(&span, raw.branches.as_ref(), raw.agents.as_ref(), raw.paths.as_ref(), faults);
        if raw.allow.is_none() && raw.deny.is_none() {
            let fault = faults.error(&span, "this `when` table limits nothing");
            faults.push(fault.help("add `allow` or `deny`"));
        }
        when.push(ScopeWhen {
            condition,
            allow: lists::globs(raw.allow.as_ref(), Over::Paths, faults),
            deny: lists::globs(raw.deny.as_ref(), Over::Paths, faults),
            origin: faults.origin(&span),
        });
    }
    (allow, deny, when)
}

fn bounds(raw: RawBounds, faults: &mut Faults) -> (Limits, Vec<BoundsWhen>) {
    let limits = Limits {
        files: count(raw.files, faults),
        added_lines: count(raw.added_lines, faults),
        deleted_lines: count(raw.deleted_lines, faults),
        new_files: count(raw.new_files, faults),
        directories: count(raw.directories, faults),
        file_bytes: count(raw.file_bytes, faults),
        format_only_share: share(raw.format_only_share, faults),
    };
    let when = raw.when.unwrap_or_default();
    (limits, when.into_iter().map(|table| bounds_when(table, faults)).collect())
}

fn bounds_when(table: At<RawBoundsWhen>, faults: &mut Faults) -> BoundsWhen {
    let At { value: raw, span } = table;
    let condition = lists::condition(&span, raw.branches.as_ref(), raw.agents.as_ref(), raw.paths.as_ref(), faults);
    let limits = Limits {
        files: count(raw.files, faults),
        added_lines: count(raw.added_lines, faults),
        deleted_lines: count(raw.deleted_lines, faults),
        new_files: count(raw.new_files, faults),
        directories: count(raw.directories, faults),
        file_bytes: count(raw.file_bytes, faults),
        format_only_share: share(raw.format_only_share, faults),
    };
    if limits.is_empty() {
        let fault = faults.error(&span, "this `when` table limits nothing");
        faults.push(fault.help("add a bound, like `added-lines = 200`"));
    }
    BoundsWhen { condition, limits, origin: faults.origin(&span), folder: None }
}

fn count(at: Option<At<Count>>, faults: &Faults) -> Option<Sourced<u64>> {
    at.map(|at| Sourced { value: at.value.0, origin: faults.origin(&at.span) })
}

fn share(at: Option<At<Count>>, faults: &mut Faults) -> Option<Sourced<u64>> {
    let share = count(at, faults)?;
    if share.value > 100 {
        let fault =
            faults.error(&share.origin.span, format!("{} is more than all: the share is in percent", share.value));
        faults.push(fault.help("write a number from 0 to 100"));
        return None;
    }
    Some(share)
}

fn patterns(raw: Vec<At<RawPattern>>, faults: &mut Faults) -> Vec<Pattern> {
    let mut seen: BTreeMap<String, Range<usize>> = BTreeMap::new();
    let mut read = Vec::new();
    for table in raw {
        if let Some(id) = &table.value.id {
            if let Some(first) = seen.get(&id.value) {
                let line = faults.origin(first).line();
                let fault = faults.error(&id.span, format!("the pattern id `{}` is taken", id.value));
                faults.push(fault.label(format!("first used on line {line}")));
            }
            seen.entry(id.value.clone()).or_insert_with(|| id.span.clone());
        }
        read.extend(pattern(table, faults));
    }
    read
}

fn pattern(table: At<RawPattern>, faults: &mut Faults) -> Option<Pattern> {
    let At { value: raw, span } = table;
    let id = required(raw.id, "id", "[[pattern]]", &span, faults);
    let added = required(raw.added, "added", "[[pattern]]", &span, faults);
    let message = required(raw.message, "message", "[[pattern]]", &span, faults);
    if let Some(id) = &id {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.value.is_empty() || !id.value.bytes().all(is_plain) {
            let fault = faults.error(&id.span, format!("`{}` cannot be a pattern id", id.value));
            faults.push(fault.help("use lower-case letters, digits and `-`"));
        }
    }
    let added = added.and_then(|added| expression(&added, faults));
    let fires = texts(raw.fires, faults);
    if fires.is_empty() {
        let fault = faults.error(&span, "a pattern needs an example that it matches");
        faults.push(fault.help("add `fires = ['…']` with a line it has to find, and `silent` with one it must not"));
    }
    Some(Pattern {
        paths: lists::globs(raw.paths.as_ref(), Over::Paths, faults),
        exclude: lists::globs(raw.exclude.as_ref(), Over::Paths, faults),
        help: raw.help,
        level: raw.level.map(|level| level.value),
        silent: texts(raw.silent, faults),
        origin: faults.origin(&pattern_span(id.as_ref(), &span)),
        id: id?.value,
        added: added?,
        message: message?.value,
        fires,
    })
}

/// The id names a pattern best; a header's span is only its brackets.
fn pattern_span(id: Option<&At<String>>, table: &Range<usize>) -> Range<usize> {
    id.map_or_else(|| table.clone(), |id| id.span.clone())
}

fn expression(added: &At<String>, faults: &mut Faults) -> Option<Expression> {
    if added.value.is_empty() {
        faults.push(faults.error(&added.span, "an empty expression matches every line"));
        return None;
    }
    Expression::new(&added.value).map_err(|error| faults.push(faults.error(&added.span, error.to_string()))).ok()
}

fn texts(list: Option<Strings>, faults: &Faults) -> Vec<Sourced<String>> {
    let list = list.unwrap_or_default();
    list.into_iter().map(|at| Sourced { value: at.value, origin: faults.origin(&at.span) }).collect()
}

pub(super) fn required<T>(
    value: Option<T>,
    key: &str,
    table: &str,
    span: &Range<usize>,
    faults: &mut Faults,
) -> Option<T> {
    if value.is_none() && !faults.is_misfit(span, key) {
        faults.push(faults.error(span, format!("`{key}` is missing in this `{table}`")));
    }
    value
}

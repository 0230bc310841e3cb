//! `[rules]`: levels and options, by rule id or `family/*`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::faults::Faults;
use super::{parse, suggest};
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::origin::{Origin, Sourced};
use crate::rules::{self, RULES, RuleDef};

/// What a key of `[rules]`, a waiver or a flag speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selector {
    Rule(&'static str),
    Family(&'static str),
    /// Of the design, and not judged by this version.
    Planned,
}

impl Selector {
    pub(super) fn covers(self, rule: &str) -> bool {
        match self {
            Self::Rule(id) => id == rule,
            Self::Family(family) => rules::family(rule) == family,
            Self::Planned => false,
        }
    }
}

/// One level as set in one policy.
#[derive(Clone, Debug)]
pub(super) struct LevelEntry {
    pub(super) selector: Selector,
    pub(super) level: Sourced<Level>,
}

/// The options of one rule as set in one policy.
#[derive(Clone)]
pub(super) struct OptionsEntry {
    pub(super) prepared: std::sync::Arc<dyn std::any::Any + Send + Sync>,
    /// As written, without `level`.
    pub(super) table: toml::Table,
    pub(super) origin: Origin,
}

/// What `[rules]` of one policy says.
#[derive(Default)]
pub(super) struct RuleLayer {
    pub(super) levels: Vec<LevelEntry>,
    pub(super) options: BTreeMap<&'static str, OptionsEntry>,
}

/// Resolves a rule id or `family/*`. The error is a help text, where one can be given.
pub(super) fn select(text: &str) -> Result<Selector, Option<String>> {
    if let Some(rule) = rules::find(text) {
        return Ok(Selector::Rule(rule.meta.id));
    }
    let family = rules::family(text);
    if let Some(name) = text.strip_suffix("/*") {
        if let Some(rule) = RULES.iter().find(|rule| rule.family() == name) {
            return Ok(Selector::Family(rule.family()));
        }
    }
    if rules::PLANNED.iter().any(|planned| *planned == text || planned.strip_suffix('/') == Some(family)) {
        return Ok(Selector::Planned);
    }
    if RULES.iter().any(|rule| rule.family() == text) {
        return Err(Some(format!("write `{text}/*` for the whole family")));
    }
    let globs: Vec<String> = RULES.iter().map(|rule| format!("{}/*", rule.family())).collect();
    let names = RULES.iter().map(|rule| rule.meta.id).chain(globs.iter().map(String::as_str));
    Err(suggest::nearest(text, names).map(|near| format!("did you mean `{near}`?")))
}

/// A diagnostic for a name that [`select`] does not know.
pub(super) fn unknown(fault: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => fault.help(help),
        None => fault.help("`git warrant rules` lists all rules"),
    }
}

/// Reads `[rules]`.
pub(super) fn read(table: Option<Spanned<DeTable<'_>>>, faults: &mut Faults) -> RuleLayer {
    let mut layer = RuleLayer::default();
    for (key, value) in table.map(Spanned::into_inner).into_iter().flatten() {
        let span = key.span();
        match select(key.get_ref()) {
            Ok(Selector::Planned) => {
                let fault = faults.warning(&span, format!("this version does not judge `{}` yet", key.get_ref()));
                faults.push(fault);
            }
            Ok(selector) => entry(selector, &key, value, faults, &mut layer),
            Err(help) => {
                let fault = faults.error(&span, format!("there is no rule `{}`", key.get_ref()));
                faults.push(unknown(fault, help));
            }
        }
    }
    layer
}

fn entry(
    selector: Selector,
    key: &Spanned<toml::de::DeString<'_>>,
    value: Spanned<DeValue<'_>>,
    faults: &mut Faults,
    layer: &mut RuleLayer,
) {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => add_level(selector, &text, &span, faults, layer),
        DeValue::Table(mut table) => {
            if let Some(level) = table.remove("level") {
                match level.get_ref().as_str() {
                    Some(text) => add_level(selector, text, &level.span(), faults, layer),
                    None => faults.push(bad_level(faults, &level.span(), level.get_ref().type_str())),
                }
            }
            options(selector, key, Spanned::new(span, table), faults, layer);
        }
        other => faults.push(bad_level(faults, &span, other.type_str())),
    }
}

fn bad_level(faults: &Faults, span: &Range<usize>, found: &str) -> Diagnostic {
    faults
        .error(span, format!("a level has to be a string, and this is of type {found}"))
        .help("write \"deny\", \"warn\" or \"allow\", or a table with `level` and the rule's options")
}

fn add_level(selector: Selector, text: &str, span: &Range<usize>, faults: &mut Faults, layer: &mut RuleLayer) {
    let level = match text {
        "deny" => Level::Deny,
        "warn" => Level::Warn,
        "allow" => Level::Allow,
        other => {
            let fault = faults.error(span, format!("`{other}` is not a level"));
            let near = suggest::nearest(other, ["deny", "warn", "allow"]);
            faults.push(match near {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.note("levels: deny (blocks), warn (is said), allow (is not judged)"),
            });
            return;
        }
    };
    layer.levels.push(LevelEntry { selector, level: Sourced { value: level, origin: faults.origin(span) } });
}

fn options(
    selector: Selector,
    key: &Spanned<toml::de::DeString<'_>>,
    table: Spanned<DeTable<'_>>,
    faults: &mut Faults,
    layer: &mut RuleLayer,
) {
    let Selector::Rule(id) = selector else {
        for (option, _) in table.get_ref() {
            let fault =
                faults.error(&option.span(), format!("`{}` cannot be set for a whole family", option.get_ref()));
            faults.push(fault.help(format!("options belong to one rule; `{}` takes `level` only", key.get_ref())));
        }
        return;
    };
    let Some(rule) = rules::find(id) else { return };
    let written = toml::Table::deserialize(Deserializer::from(table.clone())).unwrap_or_default();
    let origin = faults.origin(&key.span());
    if let Some(prepared) = prepare(rule, table, key, faults) {
        layer.options.insert(id, OptionsEntry { prepared, table: written, origin });
    }
}

fn prepare(
    rule: &RuleDef,
    table: Spanned<DeTable<'_>>,
    key: &Spanned<toml::de::DeString<'_>>,
    faults: &mut Faults,
) -> Option<std::sync::Arc<dyn std::any::Any + Send + Sync>> {
    // The span of a table written under a header is the header alone; the key says as much and is always there.
    let table = Spanned::new(key.span(), table.into_inner());
    parse::recover(table, &format!("`rules.\"{}\"`", rule.meta.id), faults, rule.parse)
}

//! Takes the effective policy apart into tables and settings, in the order of the language reference.

use toml::Value;

use super::{Section, Setting, Shown, View};
use crate::model::command::{CommandPattern, RequiredCommand};
use crate::model::globs::Globs;
use crate::model::origin::Origin;
use crate::model::pattern::Pattern;
use crate::model::policy::{Condition, LevelOrigin, Limits, Policy};
use crate::model::waiver::Waiver;
use crate::policy::Loaded;

const DEFAULT: &str = "default";

pub(super) fn sections(view: &View<'_>) -> Vec<Section> {
    let (loaded, policy) = (view.loaded, view.policy);
    let mut all = vec![Section {
        name: "",
        element: None,
        settings: [
            Some(one("schema", Value::Integer(super::super::parse::SCHEMA), String::new())),
            baseline(loaded),
            Some(one("mode", word(&policy.mode), place(policy.mode_origin.as_ref()))),
            Some(one("applies-to", word(&policy.applies_to), place(policy.applies_to_origin.as_ref()))),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }];
    let scope = &policy.scope;
    all.push(table("scope", vec![globs("allow", &scope.allow), globs("deny", &scope.deny)]));
    for when in &scope.when {
        let mut settings = condition(&when.condition);
        settings.extend([globs("allow", &when.allow), globs("deny", &when.deny)]);
        all.push(element("scope.when", &when.origin, settings));
    }
    all.push(table("bounds", limits(&policy.bounds.limits)));
    for when in &policy.bounds.when {
        let mut settings = condition(&when.condition);
        settings.extend(limits(&when.limits));
        all.push(element("bounds.when", &when.origin, settings));
    }
    all.push(rules(policy, loaded));
    all.extend(policy.patterns.iter().map(pattern));
    let report = &policy.report;
    all.push(table(
        "report",
        vec![
            Some(one("require", word(&report.require), place(report.require_origin.as_ref()))),
            Some(one("prose", word(&report.prose), place(report.prose_origin.as_ref()))),
        ],
    ));
    all.push(table("commands", vec![commands("deny", &policy.commands.deny)]));
    all.extend(policy.commands.require.iter().map(required));
    if let Some(days) = &policy.waiver_max_days {
        let value = Value::Integer(i64::try_from(days.value).unwrap_or(i64::MAX));
        all.push(table("waivers", vec![Some(one("max-days", value, days.origin.to_string()))]));
    }
    all.extend(policy.waivers.iter().map(waiver));
    all
}

/// As it is written: from the policy's own folder.
fn baseline(loaded: &Loaded) -> Option<Setting> {
    let origin = loaded.policy.baseline_origin.as_ref()?;
    let written: Value = toml::from_str(&format!("value = {}", origin.text()))
        .ok()
        .and_then(|t: toml::Table| t.get("value").cloned())?;
    Some(one("baseline", written, origin.to_string()))
}

fn rules(policy: &Policy, loaded: &Loaded) -> Section {
    let mut settings = Vec::new();
    for (id, config) in &policy.rules {
        let level = match &config.level_origin {
            LevelOrigin::Default => DEFAULT.to_owned(),
            LevelOrigin::Policy(origin) => origin.to_string(),
            LevelOrigin::CommandLine(flag) => flag.clone(),
        };
        let setting = match loaded.options.get(id) {
            None => one(id, text(&config.level.to_string()), level),
            Some(options) => {
                let mut table = options.table.clone();
                table.insert("level".to_owned(), text(&config.level.to_string()));
                one(id, Value::Table(table), format!("level {level}, options {}", options.origin))
            }
        };
        settings.push(setting);
    }
    Section { name: "rules", element: None, settings }
}

fn pattern(pattern: &Pattern) -> Section {
    let mut settings = vec![Some(one("id", text(&pattern.id), String::new()))];
    settings.extend([globs("paths", &pattern.paths), globs("exclude", &pattern.exclude)]);
    settings.push(Some(one("added", text(pattern.added.as_str()), String::new())));
    settings.push(Some(one("message", text(&pattern.message), String::new())));
    settings.push(pattern.help.as_ref().map(|help| one("help", text(help), String::new())));
    settings.push(pattern.level.map(|level| one("level", text(&level.to_string()), String::new())));
    for (key, examples) in [("fires", &pattern.fires), ("silent", &pattern.silent)] {
        settings.push(list(key, examples.iter().map(|e| (text(&e.value), e.origin.to_string())).collect()));
    }
    element("pattern", &pattern.origin, settings)
}

fn required(command: &RequiredCommand) -> Section {
    let settings = vec![
        Some(one("name", text(&command.name), String::new())),
        commands("run", &command.run),
        globs("paths", &command.paths),
    ];
    element("commands.require", &command.origin, settings)
}

fn commands(key: &str, patterns: &[CommandPattern]) -> Option<Setting> {
    list(key, patterns.iter().map(|pattern| (text(&pattern.text), place(pattern.origin.as_ref()))).collect())
}

fn waiver(waiver: &Waiver) -> Section {
    let until = waiver.until.to_string().parse().map_or_else(|_| text(&waiver.until.to_string()), Value::Datetime);
    let settings = vec![
        Some(one("rule", text(&waiver.rule), String::new())),
        globs("paths", &waiver.paths),
        list("fingerprints", waiver.fingerprints.iter().map(|print| (text(print), String::new())).collect()),
        Some(one("reason", text(&waiver.reason), String::new())),
        Some(one("until", until, String::new())),
        waiver.owner.as_ref().map(|owner| one("owner", text(owner), String::new())),
    ];
    element("waiver", &waiver.origin, settings)
}

fn condition(condition: &Condition) -> Vec<Option<Setting>> {
    [("branches", &condition.branches), ("agents", &condition.agents), ("paths", &condition.paths)]
        .into_iter()
        .map(|(key, list)| list.as_ref().and_then(|list| globs(key, list)))
        .collect()
}

fn limits(limits: &Limits) -> Vec<Option<Setting>> {
    let number = |value: u64| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    let entries = limits.entries().into_iter();
    entries.map(|(key, bound)| bound.map(|b| one(key, number(b.value), b.origin.to_string()))).collect()
}

fn globs(key: &str, globs: &Globs) -> Option<Setting> {
    list(
        key,
        globs.entries().iter().map(|entry| (text(&globs.pattern_of(entry)), place(entry.origin.as_ref()))).collect(),
    )
}

fn list(key: &str, items: Vec<(Value, String)>) -> Option<Setting> {
    (!items.is_empty()).then(|| Setting { key: key.to_owned(), value: Shown::List(items) })
}

fn table(name: &'static str, settings: Vec<Option<Setting>>) -> Section {
    Section { name, element: None, settings: settings.into_iter().flatten().collect() }
}

fn element(name: &'static str, origin: &Origin, settings: Vec<Option<Setting>>) -> Section {
    Section { element: Some(origin.to_string()), ..table(name, settings) }
}

fn one(key: &str, value: Value, origin: String) -> Setting {
    Setting { key: key.to_owned(), value: Shown::One(value, origin) }
}

fn place(origin: Option<&Origin>) -> String {
    origin.map_or_else(|| DEFAULT.to_owned(), ToString::to_string)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// A unit variant by the name the policy file gives it.
fn word<T: serde::Serialize>(value: &T) -> Value {
    Value::try_from(value).unwrap_or_else(|_| text(DEFAULT))
}

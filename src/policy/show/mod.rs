//! The policy in force, with the place that set each value.
//!
//! The TOML form is itself a policy: it loads, and says the same.

mod collect;

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;
use toml::Value;

use super::Loaded;
use crate::model::escape;
use crate::model::origin::PolicySource;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;

/// One table of the effective policy.
struct Section {
    /// `scope.when`; empty for the top.
    name: &'static str,
    /// An element of an array of tables, with the place of the table.
    element: Option<String>,
    settings: Vec<Setting>,
}

struct Setting {
    key: String,
    value: Shown,
}

/// A value with its origin; a list may have one for each entry.
enum Shown {
    One(Value, String),
    List(Vec<(Value, String)>),
}

/// What is shown: a policy with its sources.
pub struct View<'a> {
    pub loaded: &'a Loaded,
    /// The policy in force, perhaps for one path alone.
    pub policy: &'a Policy,
    /// The policies of folders that there are, or that hold for the path.
    pub nested: Vec<Arc<PolicySource>>,
    /// The path.
    pub path: Option<&'a RepoPath>,
}

impl<'a> View<'a> {
    /// The policy at the top alone.
    pub fn of(loaded: &'a Loaded) -> Self {
        Self { loaded, policy: &loaded.policy, nested: Vec::new(), path: None }
    }
}

/// The effective policy as TOML, each value with its origin in a trailing comment.
pub fn toml(view: &View<'_>) -> String {
    let loaded = view.loaded;
    let mut out = String::new();
    if let Some(path) = view.path {
        let _ = writeln!(out, "# What holds for {path}.");
    }
    for (index, source) in loaded.sources.iter().enumerate() {
        let what = if index == 0 { "The policy in force:" } else { "  extends" };
        let _ = writeln!(out, "# {what} {} ({})", comment(&source.name), comment(&source.side));
    }
    let holds = if view.path.is_some() { "and there" } else { "and below its folder" };
    for source in &view.nested {
        let _ = writeln!(out, "# {holds}: {} ({})", comment(&source.name), comment(&source.side));
    }
    if loaded.is_default {
        out.push_str("# This repository has no policy of its own.\n");
    }
    for section in collect::sections(view) {
        if section.settings.is_empty() {
            continue;
        }
        match (&section.element, section.name) {
            (_, "") => {}
            (Some(origin), name) => {
                let _ = writeln!(out, "\n[[{name}]]  # {}", comment(origin));
            }
            (None, name) => {
                let _ = writeln!(out, "\n[{name}]");
            }
        }
        for setting in &section.settings {
            let key = key(&setting.key);
            match &setting.value {
                Shown::One(value, origin) if origin.is_empty() => {
                    let _ = writeln!(out, "{key} = {}", literal(value));
                }
                Shown::One(value, origin) => {
                    let _ = writeln!(out, "{key} = {}  # {}", literal(value), comment(origin));
                }
                Shown::List(items) => {
                    let _ = writeln!(out, "{key} = [");
                    for (value, origin) in items {
                        let _ = writeln!(out, "    {},  # {}", literal(value), comment(origin));
                    }
                    out.push_str("]\n");
                }
            }
        }
    }
    out
}

/// One line a value: the place that set it, a tab, the key and the value. `default` stands for no place.
pub fn origins(view: &View<'_>) -> String {
    let side = |origin: &str| {
        let (name, _) = origin.rsplit_once(':')?;
        let sources = view.loaded.sources.iter().chain(&view.nested);
        sources.into_iter().find(|source| source.name == name).map(|source| format!("{origin} ({})", source.side))
    };
    let mut out = String::new();
    let mut line = |origin: &str, name: &str, value: &Value| {
        let place = side(origin).unwrap_or_else(|| origin.to_owned());
        let _ = writeln!(out, "{}\t{name} = {}", comment(&place), literal(value));
    };
    for section in collect::sections(view) {
        for setting in &section.settings {
            let key = key(&setting.key);
            let name = if section.name.is_empty() { key } else { format!("{}.{key}", section.name) };
            match &setting.value {
                Shown::One(value, origin) if origin.is_empty() => {
                    line(section.element.as_deref().unwrap_or("language"), &name, value);
                }
                Shown::One(value, origin) => line(origin, &name, value),
                Shown::List(items) => items.iter().for_each(|(value, origin)| line(origin, &name, value)),
            }
        }
    }
    for nested in &view.policy.nested {
        for (id, level) in &nested.levels {
            let name = format!("rules.{} below {}", key(id), nested.folder);
            line(&level.origin.to_string(), &name, &Value::String(level.value.to_string()));
        }
    }
    out
}

/// The same as JSON: `{name, id, default, path, sources[{name, side}], nested[{name, side}], settings[{table, key, value,
/// origin}]}`. `origin` is a list where `value` is one whose entries come from several places; it is empty inside a table
/// that has its own.
pub fn json(view: &View<'_>) -> serde_json::Value {
    let loaded = view.loaded;
    let mut settings = Vec::new();
    for section in collect::sections(view) {
        for setting in &section.settings {
            let (value, origin) = match &setting.value {
                Shown::One(value, origin) => (plain(value), json!(origin)),
                Shown::List(items) => (
                    items.iter().map(|(value, _)| plain(value)).collect(),
                    items.iter().map(|(_, origin)| json!(origin)).collect(),
                ),
            };
            settings.push(json!({
                "table": section.name,
                "element": section.element,
                "key": setting.key,
                "value": value,
                "origin": origin,
            }));
        }
    }
    let list = |sources: &[Arc<PolicySource>]| {
        sources.iter().map(|source| json!({ "name": source.name, "side": source.side })).collect::<Vec<_>>()
    };
    json!({
        "name": loaded.policy.name,
        "id": loaded.policy.id,
        "default": loaded.is_default,
        "path": view.path,
        "sources": list(&loaded.sources),
        "nested": list(&view.nested),
        "settings": settings,
    })
}

/// A name inside a comment must not end it.
fn comment(text: &str) -> String {
    escape::visible(text.as_bytes())
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { literal(&Value::String(name.to_owned())) }
}

/// A value on one line. Characters that hide or turn text round are written as TOML escapes.
fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().any(|c| c.is_control() || escape::is_hidden(c)) => {
            let mut out = String::from("\"");
            for c in text.chars() {
                let _ = match c {
                    '"' | '\\' => write!(out, "\\{c}"),
                    c if c.is_control() || escape::is_hidden(c) => match u32::from(c) {
                        short @ 0..=0xffff => write!(out, "\\u{short:04X}"),
                        long => write!(out, "\\U{long:08X}"),
                    },
                    c => write!(out, "{c}"),
                };
            }
            out + "\""
        }
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let pairs = table.iter().map(|(name, value)| format!("{} = {}", key(name), literal(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Datetime(date) => json!(date.to_string()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), plain(value))).collect(),
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;

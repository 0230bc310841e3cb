//! The JSON Schema of the policy language, made from the raw types and every rule's options.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, IgnoredAny};
use serde_json::{Map, Value};

use super::raw::RawPolicy;
use crate::model::finding::Level;
use crate::rules::{self, RULES, RuleDef};

/// `[rules]`. What is in it is read rule by rule; this type carries the schema.
#[derive(Debug, Default)]
pub struct RuleTables;

impl<'de> Deserialize<'de> for RuleTables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyTable)
    }
}

/// Takes any table and nothing else.
struct AnyTable;

impl<'de> serde::de::Visitor<'de> for AnyTable {
    type Value = RuleTables;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<RuleTables, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(RuleTables)
    }
}

impl JsonSchema for RuleTables {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let mut properties = Map::new();
        for rule in RULES {
            let glob = format!("{}/*", rule.family());
            let table = table_schema(&format!("All rules of `{glob}`."), &level, None);
            properties.entry(glob).or_insert_with(|| either(&level, &table));
            properties.insert(rule.meta.id.to_owned(), rule_schema(rule, &level, generator));
        }
        let any = either(&level, &serde_json::json!({ "type": "object" }));
        let planned: Map<String, Value> = rules::PLANNED
            .iter()
            .map(|name| if name.ends_with('/') { format!("^{name}") } else { format!("^{name}$") })
            .map(|pattern| (pattern, any.clone()))
            .collect();
        json_schema!({
            "type": "object",
            "properties": properties,
            "patternProperties": planned,
            "additionalProperties": false,
        })
    }
}

/// The schema as text, with a line feed at its end.
pub fn policy_schema() -> String {
    let mut schema = SchemaGenerator::default().into_root_schema_for::<RawPolicy>().to_value();
    drop_unused_definitions(&mut schema);
    tidy(&mut schema);
    if let Value::Object(root) = &mut schema {
        let head = ["$schema", "title", "description"];
        let first: Map<String, Value> =
            head.iter().filter_map(|key| root.shift_remove(*key).map(|value| ((*key).to_owned(), value))).collect();
        *root = first.into_iter().chain(std::mem::take(root)).collect();
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn rule_schema(rule: &RuleDef, level: &Schema, generator: &mut SchemaGenerator) -> Value {
    let options = (rule.options_schema)(generator);
    let name = options.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let options = match name {
        Some(name) => generator.definitions().get(name).cloned().unwrap_or_default(),
        None => options.to_value(),
    };
    either(level, &table_schema(&format!("{}: {}.", rule.meta.id, rule.meta.summary), level, Some(options)))
}

/// An options object with `level` beside the options.
fn table_schema(description: &str, level: &Schema, options: Option<Value>) -> Value {
    let mut table = match options {
        Some(Value::Object(options)) => options,
        _ => Map::new(),
    };
    table.insert("type".to_owned(), "object".into());
    table.insert("description".to_owned(), description.into());
    table.insert("additionalProperties".to_owned(), false.into());
    table.shift_remove("title");
    if let Value::Object(properties) = table.entry("properties").or_insert_with(|| Value::Object(Map::new())) {
        properties.insert("level".to_owned(), level.clone().to_value());
    }
    Value::Object(table)
}

fn either(level: &Schema, table: &Value) -> Value {
    serde_json::json!({ "anyOf": [level, table] })
}

/// TOML has no null, and a line of a doc comment is no line of a description.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.shift_remove("format");
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|name| name != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    map.insert("type".to_owned(), one);
                }
            }
            let only = match map.get_mut("anyOf") {
                Some(Value::Array(choices)) => {
                    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
                    match choices.as_slice() {
                        [Value::Object(one)] => Some(one.clone()),
                        _ => None,
                    }
                }
                _ => None,
            };
            if let Some(only) = only {
                map.shift_remove("anyOf");
                map.extend(only);
            }
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Options are inlined above; what only they referred to by name goes.
fn drop_unused_definitions(schema: &mut Value) {
    loop {
        let mut used = Vec::new();
        references(schema, &mut used);
        let Some(Value::Object(definitions)) = schema.get_mut("$defs") else { return };
        let before = definitions.len();
        definitions.retain(|name, _| used.iter().any(|path| path.rsplit('/').next() == Some(name)));
        if definitions.len() == before {
            return;
        }
    }
}

fn references(value: &Value, used: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str().filter(|_| key == "$ref") {
                    Some(path) => used.push(path.to_owned()),
                    None => references(value, used),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, used)),
        _ => {}
    }
}

//! Presets satisfy the schema of policies, mistakes do not.

use git_warrant::policy::{presets, schema};
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema::policy_schema()).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

fn from_toml(text: &str) -> Value {
    let mut value = serde_json::to_value(toml::from_str::<toml::Table>(text).expect("TOML")).expect("JSON");
    plain_dates(&mut value);
    value
}

/// toml hands a date over to other formats as a table of its own; editors hand it to a schema as a string.
fn plain_dates(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(date) = map.get("$__toml_private_datetime") {
                *value = date.clone();
            } else {
                map.values_mut().for_each(plain_dates);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_dates),
        _ => {}
    }
}

#[test]
fn presets_satisfy_it() {
    let validator = validator();
    for (name, text) in presets::PRESETS {
        let faults: Vec<String> = validator.iter_errors(&from_toml(text)).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn a_whole_policy_satisfies_it() {
    let policy = r#"
        schema = 1
        extends = ["preset:baseline"]
        [[scope.when]]
        branches = ["agent/**"]
        allow = ["src/**"]
        [rules]
        "scope/*" = "deny"
        "scope/denied-path" = { level = "warn" }
        "history/*" = "deny"
        [[waiver]]
        rule = "scope/denied-path"
        reason = "moved"
        until = 2026-12-31
    "#;
    let faults: Vec<String> = validator().iter_errors(&from_toml(policy)).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn mistakes_do_not() {
    let validator = validator();
    for wrong in [
        "mode = 'enforce'",
        "schema = 2",
        "schema = 1\nmoed = 'enforce'",
        "schema = 1\nmode = 'enforced'",
        "schema = 1\n[bounds]\nfiles = -1",
        "schema = 1\n[scope]\nallow = 'src/**'",
        "schema = 1\n[rules]\n'scope/denied-pth' = 'deny'",
        "schema = 1\n[rules]\n'scope/denied-path' = { level = 'deny', extra = 1 }",
        "schema = 1\n[[pattern]]\nid = 'a'",
        "schema = 1\n[[waiver]]\nrule = 'scope/*'\nuntil = 2026-12-31",
    ] {
        assert!(!validator.is_valid(&from_toml(wrong)), "{wrong}");
    }
}

#[test]
fn every_rule_is_a_property_with_its_level() {
    let schema: Value = serde_json::from_str(&schema::policy_schema()).expect("JSON");
    let rules = schema.pointer("/$defs/Rules/properties").expect("the rules");
    for rule in git_warrant::rules::RULES {
        let table = rules.pointer(&format!("/{}/anyOf/1/properties/level", rule.meta.id.replace('/', "~1")));
        assert!(table.is_some_and(|level| *level != json!({})), "{}", rule.meta.id);
    }
}

//! The JSON Schema of `report.v1`, made from the table of kinds so that the two cannot part.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::analyze::deps::Ecosystem;
use crate::claims::kinds::{FieldType, KINDS, Kind, MAX_TEXT};

/// No control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f]*$";

/// The schema that `schema/report.schema.json` holds.
pub fn schema() -> Schema {
    let claims: Vec<Value> = KINDS.iter().map(claim).collect();
    schemars::json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "git-warrant report v1",
        "description": "What an agent says it changed. TOML or JSON.",
        "type": "object",
        "required": ["schema"],
        "additionalProperties": false,
        "properties": {
            "schema": { "const": 1 },
            "summary": { "type": "string", "description": "Free text; it is shown and not judged." },
            "claim": { "type": "array", "maxItems": super::MAX_CLAIMS, "uniqueItems": true, "items": { "oneOf": claims } },
        },
    })
}

fn claim(kind: &Kind) -> Value {
    let mut properties = Map::new();
    properties.insert("kind".to_owned(), json!({ "const": kind.name }));
    for field in kind.fields {
        properties.insert(field.name.to_owned(), value(field.value));
    }
    let required: Vec<&str> = kind.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let required: Vec<&str> = std::iter::once("kind").chain(required).collect();
    json!({
        "title": kind.name,
        "description": kind.summary,
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn value(field: FieldType) -> Value {
    match field {
        FieldType::Path => json!({
            "type": "string", "minLength": 1, "description": "A file, relative to the top of the repository.",
        }),
        FieldType::Paths => json!({
            "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 },
            "description": "Files, folders and globs, relative to the top of the repository.",
        }),
        FieldType::Count => json!({ "type": "integer", "minimum": 0 }),
        FieldType::Commit => json!({ "type": "string", "pattern": "^[0-9A-Fa-f]{4,64}$" }),
        FieldType::Text => json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT }),
        FieldType::Line => json!({
            "anyOf": [
                { "type": "string", "pattern": LINE, "minLength": 1, "maxLength": MAX_TEXT },
                { "type": "integer", "minimum": 0 },
            ],
        }),
        FieldType::Ecosystem => json!({ "enum": Ecosystem::ALL.map(Ecosystem::as_str) }),
        FieldType::Name => json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
        FieldType::Symbol => json!({
            "type": "string", "minLength": 1, "maxLength": 255,
            "description": "A name, alone or with what it stands in: `bar`, `Foo::bar`, `Foo.bar`.",
        }),
        FieldType::Choice(words) => json!({ "enum": words }),
    }
}

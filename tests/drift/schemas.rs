//! The committed schemas are those of the types they are made from.
//!
//! `UPDATE=1 cargo test --test drift` writes the files anew.

use std::path::Path;

use git_warrant::claims::declared;
use git_warrant::policy::schema;
use git_warrant::render::json::Output;
use git_warrant::render::jsonl::Line;
use git_warrant::render::reading::ReadingV1;
use schemars::Schema;

#[test]
fn what_check_prints() {
    hold("output", &text(&titled(schemars::schema_for!(Output), "git-warrant output v1")));
}

#[test]
fn what_check_prints_in_lines() {
    hold("jsonl", &text(&titled(schemars::schema_for!(Line), "git-warrant output v1, one line of JSON lines")));
}

#[test]
fn what_claims_prints() {
    hold("claims", &text(&titled(schemars::schema_for!(ReadingV1), "git-warrant claims v1")));
}

#[test]
fn what_a_report_may_hold() {
    hold("report", &text(&declared::schema()));
}

#[test]
fn what_a_policy_may_hold() {
    hold("policy", &schema::policy_schema());
}

fn titled(mut schema: Schema, title: &str) -> Schema {
    schema.insert("title".to_owned(), title.into());
    schema
}

fn text(schema: &Schema) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is JSON") + "\n"
}

#[expect(clippy::disallowed_methods, reason = "the one switch of the generators")]
fn hold(name: &str, generated: &str) {
    let file = format!("schema/{name}.schema.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, generated).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{file} is stale: run UPDATE=1 cargo test --test drift");
}

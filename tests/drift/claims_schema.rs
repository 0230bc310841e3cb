//! `schema/claims.schema.json` says what `claims --format json` prints: generated from the wire types, held here.
//!
//! `UPDATE=1 cargo test --test drift` writes the file anew.

use std::path::Path;

use git_warrant::render::reading::ReadingV1;

fn generated() -> String {
    let mut schema = schemars::schema_for!(ReadingV1);
    schema.insert("title".to_owned(), "git-warrant claims v1".into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch of the generators")]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/claims.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, generated()).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated(), "schema/claims.schema.json is stale: run UPDATE=1 cargo test --test drift");
}

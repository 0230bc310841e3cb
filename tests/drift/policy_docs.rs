//! Every `toml policy` block of the documents loads; what docs/policy.md lists is what there is.

use std::path::{Path, PathBuf};

use git_warrant::policy::{Request, examples, load, presets};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// The text of each block fenced as a policy.
fn policies(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if info.as_ref() == "toml policy" => {
                inside = true;
                blocks.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside => blocks.last_mut().expect("a block is open").push_str(&text),
            _ => {}
        }
    }
    blocks
}

#[test]
fn every_policy_in_the_documents_loads_and_its_examples_hold() {
    let mut files = vec![root().join("README.md")];
    documents(&root().join("docs"), &mut files);
    let mut count = 0;
    for file in files {
        for block in policies(&std::fs::read_to_string(&file).expect("a document")) {
            count += 1;
            let has_schema = block.lines().any(|line| line.trim_start().starts_with("schema"));
            // The examples of rules leave the first line out.
            let text = if has_schema { block } else { format!("schema = 1\n{block}") };
            let request = Request {
                explicit: Some(("warrant.toml".to_owned(), text.clone().into())),
                sides: Vec::new(),
                levels: &[],
            };
            let loaded = load(&request).unwrap_or_else(|faults| panic!("{}: {faults:?}\n{text}", file.display()));
            let failures = examples::run(&loaded.policy).failures;
            assert!(failures.is_empty(), "{}: {failures:?}", file.display());
        }
    }
    assert!(count >= 8, "the reference alone has more blocks than {count}");
}

#[test]
fn the_reference_names_every_preset_and_key() {
    let text = std::fs::read_to_string(root().join("docs/policy.md")).expect("the reference");
    for name in presets::names() {
        assert!(text.contains(&format!("`preset:{name}`")), "{name}");
    }
    let schema: serde_json::Value =
        serde_json::from_str(&git_warrant::policy::schema::policy_schema()).expect("the schema is JSON");
    let mut tables = vec![("a policy".to_owned(), schema["properties"].clone())];
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        if name != "Rules" {
            tables.push((name.clone(), definition["properties"].clone()));
        }
    }
    for (table, properties) in tables {
        for (key, _) in properties.as_object().into_iter().flatten() {
            let is_named = [format!("`{key}`"), format!("`[{key}]`"), format!("`[[{key}]]`"), format!(".{key}]]`")]
                .iter()
                .any(|form| text.contains(form));
            let is_when = key == "when" && text.contains("when]]`");
            assert!(is_named || is_when, "`{key}` of {table} is not in docs/policy.md");
        }
    }
}

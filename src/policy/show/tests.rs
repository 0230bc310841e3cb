use insta::assert_snapshot;

use super::View;
use crate::policy::{Loaded, Request, load, presets};

const POLICY: &str = r#"schema = 1
extends = ["preset:baseline"]
mode = "report"

[scope]
allow = ["src/**", "odd\u0007name"]
deny = ["migrations/**"]
[[scope.when]]
branches = ["agent/**"]
allow = ["src/**"]

[bounds]
files = 30
[[bounds.when]]
paths = ["tests/**"]
deleted-lines = 0

[rules]
"scope/*" = "warn"

[[pattern]]
id = "no-println"
paths = ["src/**/*.rs"]
added = 'println!\("'
message = "use the logger"
level = "deny"
fires = ['println!("x")']
silent = ["log::info!(\"'''\\\")"]

[commands]
deny = ["git push --force*"]
[[commands.require]]
name = "tests"
run = ["cargo test*"]

[[waiver]]
rule = "scope/denied-path"
paths = ["migrations/1.sql"]
reason = "it never ran"
until = 2099-12-31
owner = "@data"
"#;

fn loaded(text: &str) -> Loaded {
    let request = Request { explicit: Some(("warrant.toml".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
    load(&request).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"))
}

/// Rules come and go; the rest of the text holds still.
fn without_rules(text: &str) -> String {
    let rule = |line: &&str| line.starts_with('"') && !line.starts_with("\"scope/");
    text.lines().filter(|line| !rule(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_value_names_its_origin() {
    assert_snapshot!(without_rules(&super::toml(&View::of(&loaded(POLICY)))), @r#"
    # The policy in force: warrant.toml (--policy)
    #   extends preset:baseline (embedded)
    schema = 1
    mode = "report"  # warrant.toml:3
    applies-to = "agents"  # preset:baseline:9

    [scope]
    allow = [
        "src/**",  # warrant.toml:6
        "odd\u0007name",  # warrant.toml:6
    ]
    deny = [
        "migrations/**",  # warrant.toml:7
    ]

    [[scope.when]]  # warrant.toml:8
    branches = [
        "agent/**",  # warrant.toml:9
    ]
    allow = [
        "src/**",  # warrant.toml:10
    ]

    [bounds]
    files = 30  # warrant.toml:13

    [[bounds.when]]  # warrant.toml:14
    paths = [
        "tests/**",  # warrant.toml:15
    ]
    deleted-lines = 0  # warrant.toml:16

    [rules]
    "scope/contract" = "warn"  # warrant.toml:19
    "scope/denied-path" = "warn"  # warrant.toml:19
    "scope/outside-allowed" = "warn"  # warrant.toml:19
    "scope/read-only" = "warn"  # warrant.toml:19

    [[pattern]]  # warrant.toml:22
    id = "no-println"
    paths = [
        "src/**/*.rs",  # warrant.toml:23
    ]
    added = 'println!\("'
    message = "use the logger"
    level = "deny"
    fires = [
        'println!("x")',  # warrant.toml:27
    ]
    silent = [
        "log::info!(\"'''\\\")",  # warrant.toml:28
    ]

    [report]
    require = "none"  # default
    prose = "observe"  # default

    [commands]
    deny = [
        "git push --force*",  # warrant.toml:31
    ]

    [[commands.require]]  # warrant.toml:33
    name = "tests"
    run = [
        "cargo test*",  # warrant.toml:34
    ]

    [[waiver]]  # warrant.toml:37
    rule = "scope/denied-path"
    paths = [
        "migrations/1.sql",  # warrant.toml:38
    ]
    reason = "it never ran"
    until = 2099-12-31
    owner = "@data"
    "#);
}

#[test]
fn what_is_shown_loads_and_says_the_same() {
    let all: Vec<String> = presets::names().map(|name| format!("\"preset:{name}\"")).collect();
    let hostile = "schema = 1\n[scope]\ndeny = [\"a\\u202Eb\\\"\\\\\\\\\", 'x\u{200b}']\n".to_owned();
    for text in
        [hostile, POLICY.to_owned(), "schema = 1\n".to_owned(), format!("schema = 1\nextends = [{}]\n", all.join(", "))]
    {
        let first = super::toml(&View::of(&loaded(&text)));
        let second = super::toml(&View::of(&loaded(&first)));
        assert!(!first.contains(['\u{202e}', '\u{200b}']), "{first}");
        let values = |text: &str| toml::from_str::<toml::Table>(text).expect("TOML");
        assert_eq!(values(&first), values(&second));
    }
}

#[test]
fn the_json_form_has_the_same_settings() {
    let json = super::json(&View::of(&loaded(POLICY)));
    let settings = json["settings"].as_array().expect("a list");
    let find = |table: &str, key: &str| {
        settings.iter().find(|setting| setting["table"] == table && setting["key"] == key).expect("the setting")
    };
    assert_eq!(find("bounds", "files")["value"], 30);
    assert_eq!(find("bounds", "files")["origin"], "warrant.toml:13");
    assert_eq!(find("scope", "deny")["origin"][0], "warrant.toml:7");
    assert_eq!(find("waiver", "until")["value"], "2099-12-31");
}

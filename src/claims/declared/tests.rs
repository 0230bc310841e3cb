use super::*;
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

fn faults(text: &str) -> Vec<String> {
    let faults = parse("report.toml", text).expect_err("the report has faults");
    faults
        .iter()
        .map(|fault| {
            let line = fault.origin.as_ref().map_or(0, crate::model::origin::Origin::line);
            let help = fault.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{line}: {}{help}", fault.message)
        })
        .collect()
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned(), ..Message::default() }
}

const TOML: &str = r#"schema = 1
summary = "Moves the parser"

[[claim]]
kind = "renamed"
from = "./src/a.rs"
to = "src/b.rs"

[[claim]]
kind = "only"
paths = ["src/", "app/[id]/page.tsx"]

[[claim]]
kind = "files-changed"
count = 2

[[claim]]
kind = "pushed"
branch = "main"
"#;

const JSON: &str = r#"{"schema": 1, "summary": "Moves the parser", "claim": [
  {"kind": "renamed", "from": "./src/a.rs", "to": "src/b.rs"},
  {"kind": "only", "paths": ["src/", "app/[id]/page.tsx"]},
  {"kind": "files-changed", "count": 2},
  {"kind": "pushed", "branch": "main"}
]}"#;

#[test]
fn both_formats_say_the_same() {
    let toml = parse("r", TOML).expect("valid");
    let json = parse("r", JSON).expect("valid");
    let whats = |report: &Report| report.claims.iter().map(|claim| claim.what.clone()).collect::<Vec<_>>();
    assert_eq!(whats(&toml), whats(&json));
    assert_eq!(toml.summary, json.summary);
    let (from, to) = (RepoPath::from("src/a.rs"), RepoPath::from("src/b.rs"));
    assert_eq!(whats(&toml)[0], ClaimKind::Renamed { from, to });
    assert_eq!(toml.claims[1].text, "only src/, app/[id]/page.tsx");
    for (report, text) in [(&toml, TOML), (&json, JSON)] {
        let (start, end) = report.claims[2].span.expect("a declared claim has a place");
        assert!(text[start..end].contains("files-changed") && !text[start..end].contains("pushed"));
    }
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let found = faults(
        r#"sumary = "x"

[[claim]]
kind = "modifed"
path = "a"

[[claim]]
kind = "deleted"
paths = ["a"]

[[claim]]
kind = "created"
path = "../a"

[[claim]]
kind = "files-changed"
count = -1

[[claim]]
kind = "only"
paths = "src"

[[claim]]
path = "a"

[[claim]]
kind = "committed"
commit = "--all"
"#,
    );
    let expected = [
        "1: `sumary` is no field of a report (did you mean `summary`?)",
        "1: the report does not say its `schema` (add `schema = 1`)",
        "4: `modifed` is no kind of claim (did you mean `modified`?)",
        "7: a `deleted` claim needs `path`",
        "9: a `deleted` claim has no field `paths` (did you mean `path`?)",
        "13: `../a` holds `..`",
        "17: `count` is a whole number from 0",
        "21: `paths` wants an array, here is text (put the path in brackets: `paths = [\"…\"]`)",
        "23: the claim has no `kind`",
        "28: `--all` is no commit id (4 to 64 hexadecimal digits)",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (expected, fault) in expected.iter().zip(&found) {
        assert!(fault.starts_with(expected), "expected {expected:?}, found {fault:?}");
    }
}

#[test]
fn faults_in_json_have_their_lines_too() {
    let found = faults("{\"schema\": 2,\n \"claim\": [\n  {\"kind\": \"created\", \"path\": 3, \"path\": \"a\"}]}");
    assert_eq!(
        found,
        [
            "1: this schema is not known (this version reads `schema = 1`)",
            "3: `path` wants text, here is a number",
            "3: `path` is given twice",
        ]
    );
    assert_eq!(faults("{\"schema\": 1,\n oops}"), ["2: not valid JSON: key must be a string"]);
    assert!(faults("{\"schema\": 1, \"claim\": [[[[[[1]]]]]]}")[0].contains("wants a table"));
}

#[test]
fn broken_toml_is_a_fault_and_not_a_panic() {
    for text in ["schema = ", "[[claim", "a = \"\\q\"", "schema = 1\nschema = 1", "[claim]\nkind = 1"] {
        assert!(!faults(text).is_empty(), "{text}");
    }
}

#[test]
fn a_claim_made_twice_is_a_fault() {
    let claim = "[[claim]]\nkind = \"created\"\npath = \"a\"\n";
    let found = faults(&format!("schema = 1\n{claim}{}", claim.replace("\"a\"", "\"./a\"")));
    assert_eq!(found, ["5: this claim is made twice (the same claim is in line 2; remove one)"]);
}

#[test]
fn sizes_are_bounded() {
    let large = format!("schema = 1\nsummary = \"{}\"\n", "x".repeat(MAX_BYTES));
    assert!(faults(&large)[0].contains("too large"));
    let many = format!("schema = 1\n{}", "[[claim]]\nkind=\"docs-only\"\n".repeat(MAX_CLAIMS + 1));
    assert!(faults(&many).iter().any(|fault| fault.contains("more than the bound of 10000")), "{:?}", faults(&many)[0]);
    let globs: Vec<String> = (0..=MAX_PATTERNS).map(|n| format!("\"a{n}/*\"")).collect();
    let patterns = format!("schema = 1\n[[claim]]\nkind = \"only\"\npaths = [{}]\n", globs.join(","));
    assert!(faults(&patterns)[0].contains("patterns with wildcards"));
    let whole: Vec<String> =
        (0..=MAX_WHOLE).map(|n| format!("[[claim]]\nkind = \"lines-added\"\ncount = {n}\n")).collect();
    assert!(
        faults(&format!("schema = 1\n{}", whole.concat()))[0]
            .contains("more than 100 claims about the change as a whole")
    );
    let faulty = format!("schema = 1\n{}", "[[claim]]\nkind = \"x\"\n".repeat(500));
    assert_eq!(faults(&faulty).len(), MAX_FAULTS + 1);
}

#[test]
fn deep_json_costs_nothing() {
    let deep = format!("{{\"schema\": 1, \"claim\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!faults(&deep).is_empty());
}

#[test]
fn the_block_of_a_message() {
    let text =
        "fix: x\n\nBody.\n\n```warrant\nschema = 1\n[[claim]]\nkind = \"created\"\npath = \"a\"\n```\n\nKey: v\n";
    let report = from_message(&message(text)).expect("a block").expect("valid");
    let (start, end) = report.claims[0].span.expect("a place");
    assert_eq!(&text[start..end], "[[claim]]\nkind = \"created\"\npath = \"a\"");
    assert!(from_message(&message("fix: x\n\nNo block, though it speaks of a warrant and ``` too.\n")).is_none());
}

#[test]
fn faults_of_a_block_lie_in_the_message() {
    let text = "fix: x\n\n- list\n\n  ```warrant\n  schema = 1\n  claims = []\n  ```\n";
    let faults = from_message(&message(text)).expect("a block").expect_err("a fault");
    let origin = faults[0].origin.as_ref().expect("a place");
    assert_eq!((origin.line(), &text[origin.span.clone()]), (7, "claims"));
    assert_eq!(faults[0].help.as_deref(), Some("did you mean `claim`?"));
}

#[test]
fn two_blocks_are_a_fault() {
    let block = "```warrant\nschema = 1\n```\n";
    let faults = from_message(&message(&format!("x\n\n{block}\n{block}"))).expect("blocks").expect_err("a fault");
    assert_eq!(faults[0].origin.as_ref().map(crate::model::origin::Origin::line), Some(7));
}

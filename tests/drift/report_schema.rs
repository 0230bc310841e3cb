//! The schema of a report and its reader accept and refuse the same.

use git_warrant::claims::declared;

#[test]
fn schema_and_reader_agree() {
    let schema = jsonschema::validator_for(declared::schema().as_value()).expect("a valid schema");
    let claim = |body: &str| format!("{{\"schema\": 1, \"claim\": [{{{body}}}]}}");
    let cases = [
        ("{\"schema\": 1}".to_owned(), true),
        ("{\"schema\": 2}".to_owned(), false),
        ("{}".to_owned(), false),
        ("{\"schema\": 1, \"extra\": 1}".to_owned(), false),
        ("{\"schema\": 1, \"summary\": 1}".to_owned(), false),
        ("{\"schema\": 1, \"claim\": {}}".to_owned(), false),
        (claim("\"kind\": \"created\", \"path\": \"a\""), true),
        (claim("\"kind\": \"created\""), false),
        (claim("\"kind\": \"created\", \"path\": \"a\", \"to\": \"b\""), false),
        (claim("\"kind\": \"renamed\", \"from\": \"a\", \"to\": \"b\""), true),
        (claim("\"kind\": \"renamed\", \"from\": \"a\""), false),
        (claim("\"kind\": \"only\", \"paths\": [\"a/**\"]"), true),
        (claim("\"kind\": \"only\", \"paths\": []"), false),
        (claim("\"kind\": \"only\", \"paths\": \"a\""), false),
        (claim("\"kind\": \"files-changed\", \"count\": 0"), true),
        (claim("\"kind\": \"files-changed\", \"count\": -1"), false),
        (claim("\"kind\": \"lines-added\", \"count\": 1.5"), false),
        (claim("\"kind\": \"docs-only\""), true),
        (claim("\"kind\": \"docs-only\", \"path\": \"a\""), false),
        (claim("\"kind\": \"committed\", \"commit\": \"abc1234\""), true),
        (claim("\"kind\": \"committed\", \"commit\": \"HEAD\""), false),
        (claim("\"kind\": \"pushed\", \"remote\": \"origin\""), true),
        (claim("\"kind\": \"tests-passed\", \"command\": \"cargo test\", \"count\": 3"), true),
        (claim("\"kind\": \"command-passed\""), false),
        (claim("\"kind\": \"tests-improved\""), false),
        (claim("\"path\": \"a\""), false),
    ];
    for (text, valid) in cases {
        let value = serde_json::from_str(&text).expect("the case is JSON");
        assert_eq!(schema.is_valid(&value), valid, "the schema on {text}");
        assert_eq!(declared::parse("case", &text).is_ok(), valid, "the reader on {text}");
    }
}

//! The user's own extractor: what its claims do, and what comes of one that is slow, loud, wrong or absent.

use std::time::Instant;

use git_warrant::claims::prose::precision::may_block;
use serde_json::Value;

use crate::support::TestRepo;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const OBSERVE: &str = "schema = 1\napplies-to = \"everyone\"\n";

const ENFORCE: &str = "schema = 1\napplies-to = \"everyone\"\n[report]\nprose = \"enforce\"\n";

/// A repository whose last commit adds `src/b.rs`, with this message.
fn repo(policy: &str, message: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("src/a.rs", "fn a() {}\n").commit_all("base");
    repo.write("src/b.rs", "fn b() {}\n").commit_all(message);
    repo
}

/// Judges the last commit with a script as the extractor. `timeout` is a value of the configuration.
fn check(repo: &TestRepo, script: &str, timeout: &str) -> (i32, Value) {
    let program = repo.beside("extractor.sh");
    std::fs::write(&program, script).expect("writable");
    let config = repo.beside("gitconfig");
    let text = format!("[warrant]\n\textractor = sh '{}'\n\textractorTimeout = {timeout}\n", program.display());
    std::fs::write(&config, text).expect("writable");
    let mut command = repo.command(BIN, repo.root());
    command.env("GIT_CONFIG_GLOBAL", &config).args(["check", "--commit", "HEAD", "--format", "json"]);
    let output = command.output().expect("the binary runs");
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap_or(-1), json)
}

/// A script that reads the message and answers with these claims.
fn answers(claims: &str) -> String {
    format!("cat >/dev/null\nprintf '%s' '{{\"schema\": 1, \"claim\": [{claims}]}}'\n")
}

fn notes(json: &Value) -> String {
    json["notes"].to_string()
}

const LIE: &str = r#"{"kind": "created", "path": "src/c.rs", "quote": "adds src/c.rs"}"#;

#[test]
fn its_claims_are_judged_as_prose() {
    let observed = repo(OBSERVE, "feat: x\n\nThis adds src/c.rs.\n");
    let (status, json) = check(&observed, &answers(LIE), "10");
    assert_eq!(status, 0, "{json}");
    let claim = &json["claims"][0];
    assert_eq!(
        (&claim["source"], &claim["verdict"]),
        (&Value::from("extracted"), &Value::from("contradicted")),
        "{json}"
    );
    assert_eq!(claim["text"], "adds src/c.rs");
    assert_eq!(json["notes"], Value::Array(Vec::new()));

    let enforced = repo(ENFORCE, "feat: x\n\nThis adds src/c.rs.\n");
    let (status, json) = check(&enforced, &answers(LIE), "10");
    let expected = if may_block("created") { (1, "block") } else { (0, "warn") };
    assert_eq!((status, json["decision"].as_str().expect("a decision")), expected, "{json}");
    assert_eq!(json["claims"].as_array().map(Vec::len), Some(1), "said once, told once: {json}");
}

#[test]
fn it_is_given_the_message_and_the_kinds() {
    let repo = repo(OBSERVE, "feat: adds src/b.rs\n");
    let script = r#"read -r header
case $header in *'"bytes":20'*'"created"'*) ;; *) echo "header: $header" >&2; exit 3 ;; esac
text=$(cat)
[ "$text" = "feat: adds src/b.rs" ] || { echo "text: $text" >&2; exit 3; }
[ "$PWD" = / ] && [ -z "${GIT_CONFIG_GLOBAL+x}" ] || { echo "env" >&2; exit 3; }
printf '%s' '{"schema": 1, "claim": [{"kind": "created", "path": "src/b.rs", "quote": "adds src/b.rs"}]}'
"#;
    let (_, json) = check(&repo, script, "10");
    assert_eq!(json["claims"][0]["verdict"], "supported", "{json}");
}

#[test]
fn what_the_message_does_not_say_is_left_out() {
    let repo = repo(ENFORCE, "feat: x\n");
    let (status, json) = check(&repo, &answers(LIE), "10");
    assert_eq!((status, json["claims"].as_array().map(Vec::len)), (0, Some(0)), "{json}");
    assert!(notes(&json).contains("left out"), "{json}");
}

#[test]
fn failure_is_a_note_where_prose_observes_and_incomplete_where_it_may_block() {
    let endless = "cat >/dev/null\nwhile :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done\n";
    for (script, reason) in [
        ("cat >/dev/null\necho no\n", "no report"),
        ("echo broken >&2\nexit 4\n", "broken"),
        ("exec /nonexistent/program\n", "failed"),
        (endless, "wrote more than"),
    ] {
        let (status, json) = check(&repo(OBSERVE, "feat: x\n"), script, "10");
        assert_eq!((status, &json["decision"]), (0, &Value::from("pass")), "{json}");
        assert!(notes(&json).contains(reason), "{reason}: {json}");

        let (status, json) = check(&repo(ENFORCE, "feat: x\n"), script, "10");
        assert_eq!((status, &json["decision"]), (2, &Value::from("incomplete")), "{json}");
        assert!(json["incomplete"].to_string().contains(reason), "{reason}: {json}");
    }
}

#[test]
fn a_slow_one_is_ended_with_what_it_started() {
    let repo = repo(OBSERVE, "feat: x\n");
    let mark = repo.beside("mark");
    let script = format!("(sleep 3; touch '{}') &\nsleep 60\n", mark.display());
    let started = Instant::now();
    let (status, json) = check(&repo, &script, "1");
    assert!(started.elapsed().as_secs() < 40);
    assert_eq!(status, 0);
    assert!(notes(&json).contains("within 1 seconds"), "{json}");
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(!mark.exists(), "a child of the extractor lived on");
}

#[test]
fn a_repository_cannot_name_one() {
    let repo = repo(ENFORCE, "feat: x\n");
    let mark = repo.beside("mark");
    repo.git(&["config", "warrant.extractor", &format!("touch '{}'", mark.display())]);
    let mut command = repo.command(BIN, repo.root());
    let output = command.args(["check", "--commit", "HEAD", "--format", "json"]).output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("outside of the user's own configuration"), "{text}");
    assert!(!mark.exists());
}

#[test]
fn a_policy_cannot_name_one() {
    let repo = repo("schema = 1\n[report]\nextractor = \"x\"\n", "feat: x\n");
    let output = repo.command(BIN, repo.root()).args(["check"]).output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("git config --global warrant.extractor"), "{text}");
}

#[test]
fn a_timeout_that_is_none_is_told() {
    let (_, json) = check(&repo(OBSERVE, "feat: x\n"), "exit 0\n", "soon");
    assert!(notes(&json).contains("number of seconds"), "{json}");
}

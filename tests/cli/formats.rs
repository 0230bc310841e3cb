//! Formats and files of `check`, as a CI job uses them.

use std::process::Output;

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"docs/**\"]\n[rules]\n\"message/convention\" = { level = \"warn\", style = \"conventional\" }\n";

/// Two commits by an agent on top of `base`: the first touches what it must not, the second has a name that is no text.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("src/a.rs", "fn a() {}\n").commit_all("base");
    repo.git(&["tag", "base"]);
    repo.write("docs/a.md", "# a\n").commit_all("docs: one\n\nCo-authored-by: Codex <noreply@openai.com>");
    repo.write_bytes(b"docs/odd\xff\n::error::name", "x\n");
    repo.commit_all("two\n\nCo-authored-by: Codex <noreply@openai.com>");
    repo
}

fn check(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(BIN, repo.root());
    command.args(["check", "--range", "base..HEAD"]).args(arguments).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn validator(schema: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(schema).expect("JSON")).expect("a schema")
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let faults: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn sarif_of_a_range() {
    let repo = repo();
    repo.git(&["remote", "add", "origin", "https://user:secret@h.example/o/r.git"]);
    let output = check(&repo, &["--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_valid(&validator(include_str!("../formats/sarif-2.1.0.schema.json")), &log);
    let run = &log["runs"][0];
    let provenance = &run["versionControlProvenance"][0];
    assert_eq!(provenance["repositoryUri"], "https://h.example/o/r.git");
    assert_eq!(provenance["revisionId"].as_str(), Some(repo.head().as_str()));
    assert_eq!(run["properties"]["base"].as_str(), Some(repo.git_text(&["rev-parse", "base"]).as_str()));
    let results = run["results"].as_array().expect("results");
    let of = |rule: &str| {
        results.iter().find(|result| result["ruleId"] == rule).unwrap_or_else(|| panic!("{rule}: {log:#}"))
    };
    let path = &of("scope/denied-path")["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!((path["uri"].as_str(), path["uriBaseId"].as_str()), (Some("docs/a.md"), Some("%SRCROOT%")));
    let odd = "docs/odd%FF%0A%3A%3Aerror%3A%3Aname";
    assert!(
        results.iter().any(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == odd),
        "{log:#}"
    );
    // A message has no file: the policy has the line that asks for its form.
    let message = &of("message/convention")["locations"][0];
    assert_eq!(message["physicalLocation"]["artifactLocation"]["uri"], "warrant.toml");
    assert_eq!(message["physicalLocation"]["region"]["startLine"], 5);
    let name = message["logicalLocations"][0]["fullyQualifiedName"].as_str().expect("a name");
    assert_eq!(name, format!("{}/message/line 1", repo.head()));
    let rule = &run["tool"]["driver"]["rules"][0];
    assert!(rule["help"]["markdown"].as_str().is_some_and(|help| help.contains("## What it checks")), "{rule:#}");
}

#[test]
fn a_waived_finding_is_suppressed() {
    let repo = TestRepo::new();
    let waiver = "[[waiver]]\nrule = \"scope/denied-path\"\npaths = [\"docs/**\"]\nreason = \"moving\"\nuntil = 2099-01-01\nowner = \"@docs\"\n";
    repo.write(
        "warrant.toml",
        format!("schema = 1\n[waivers]\nmax-days = 40000\n[scope]\ndeny = [\"docs/**\"]\n{waiver}"),
    );
    repo.commit_all("base");
    repo.git(&["tag", "base"]);
    repo.write("docs/a.md", "# a\n").commit_all("docs: one\n\nCo-authored-by: Codex <noreply@openai.com>");
    let output = check(&repo, &["--format", "sarif", "--applies-to", "everyone"]);
    let log: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!((suppression["kind"].as_str(), suppression["status"].as_str()), (Some("external"), Some("accepted")));
    assert!(
        suppression["justification"].as_str().is_some_and(|why| why.starts_with("moving (warrant.toml:7")),
        "{suppression}"
    );
    let junit = stdout(&check(&repo, &["--format", "junit", "--applies-to", "everyone"]));
    assert!(
        junit.contains("failures=\"0\"") && junit.contains("<skipped message=\"waived by warrant.toml:7: moving\"/>"),
        "{junit}"
    );
    let gitlab = stdout(&check(&repo, &["--format", "gitlab", "--applies-to", "everyone"]));
    assert_eq!(gitlab, "[]\n");
}

#[test]
fn every_format_names_what_blocks() {
    let repo = repo();
    for format in ["text", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown"] {
        let output = check(&repo, &["--format", format]);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(text.contains("scope/denied-path") && text.contains("docs/a.md"), "{format}: {text}");
        assert!(
            text.ends_with('\n') && !text.lines().any(|line| line.starts_with("::error::name")),
            "{format}: {text}"
        );
    }
    let junit = stdout(&check(&repo, &["--format", "junit"]));
    assert!(junit.contains("<testsuites name=\"git-warrant\" tests=\"4\" failures=\"2\""), "{junit}");
    let github = stdout(&check(&repo, &["--format", "github"]));
    assert!(github.contains("::error file=docs/a.md,title=scope/denied-path::"), "{github}");
    assert!(github.contains("::warning title=message/convention::"), "{github}");
}

#[test]
fn in_report_mode_no_format_says_that_something_blocks() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", format!("mode = \"report\"\n{POLICY}")).commit_all("base");
    repo.git(&["tag", "base"]);
    repo.write("docs/a.md", "# a\n").commit_all("docs: one\n\nCo-authored-by: Codex <noreply@openai.com>");
    let junit = check(&repo, &["--format", "junit"]);
    assert_eq!(junit.status.code(), Some(0));
    assert!(stdout(&junit).contains("failures=\"0\""), "{}", stdout(&junit));
    let gitlab = stdout(&check(&repo, &["--format", "gitlab"]));
    assert!(gitlab.contains("\"severity\": \"major\"") && !gitlab.contains("blocker"), "{gitlab}");
}

#[test]
fn lines_of_json_come_in_order_and_fit_their_schema() {
    let repo = repo();
    let output = check(&repo, &["--format", "jsonl"]);
    let validator = validator(include_str!("../../schema/jsonl.schema.json"));
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for line in &lines {
        assert_valid(&validator, line);
    }
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "decision").count(), 2, "{kinds:?}");
    assert_eq!((kinds.first(), kinds.last()), (Some(&"start"), Some(&"end")));
}

#[test]
fn one_run_writes_several_files_and_keeps_the_terminal() {
    let repo = repo();
    let file = |name: &str| repo.beside(name).to_string_lossy().into_owned();
    let (sarif, junit) = (file("w.sarif"), file("w.xml"));
    let one = check(&repo, &["--format", "sarif", "--output-file", &sarif]);
    assert_eq!(one.status.code(), Some(1));
    assert!(stdout(&one).contains("error[scope/denied-path]"), "{}", stdout(&one));
    let with_format = check(&repo, &["--format", "github", "--output-file", &format!("junit={junit}")]);
    assert!(stdout(&with_format).starts_with("::error "), "{}", stdout(&with_format));
    assert!(std::fs::read_to_string(&junit).expect("written").starts_with("<?xml"));
    // Written over, and relative to where the program stands.
    let many = ["--output-file", "text=w.txt", "--output-file", &format!("json={sarif}")];
    check(&repo, &many);
    let json: Value = serde_json::from_str(&std::fs::read_to_string(&sarif).expect("written")).expect("JSON");
    assert_eq!(json["schema"], 1);
    let text = std::fs::read_to_string(repo.path("w.txt")).expect("written");
    assert!(text.contains("error[scope/denied-path]") && text.contains("2 commits"), "{text}");
    let left: Vec<_> =
        std::fs::read_dir(repo.root()).expect("a folder").filter_map(Result::ok).map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".warrant")), "{left:?}");
}

#[test]
fn a_file_that_cannot_be_written_is_a_fault() {
    let repo = repo();
    let output = check(&repo, &["--output-file", "sarif=no/such/folder/x"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no/such/folder/x cannot be written"), "{said}");
    // A link is followed, and what is no file stays what it is.
    let target = repo.beside("target.json");
    std::fs::write(&target, "old").expect("written");
    std::os::unix::fs::symlink(&target, repo.beside("link")).expect("a link");
    check(
        &repo,
        &["--output-file", &format!("json={}", repo.beside("link").display()), "--output-file", "gitlab=/dev/null"],
    );
    assert!(repo.beside("link").is_symlink() && std::fs::read_to_string(&target).expect("there").starts_with('{'));
}

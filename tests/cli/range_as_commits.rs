//! A commit is judged in a range as it is by itself: what is asked of the whole tree has to be had there too.

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const POLICY: &str = "schema = 1\n\n[bounds]\nadded-lines = 3\n";

const CRATE: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\n";

const LOCK: &str = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n";

/// The messages of all findings, sorted.
fn messages(repo: &TestRepo, arguments: &[&str]) -> Vec<String> {
    let mut command = repo.command(BIN, repo.root());
    let command = command.args(["check", "--format", "json", "--applies-to", "everyone"]).args(arguments);
    let output = command.output().expect("the binary runs");
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = json["findings"].as_array().expect("findings");
    let mut messages: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {} {}", finding["rule"], finding["message"], finding["notes"]))
        .collect();
    messages.sort();
    messages
}

#[test]
fn attributes_and_lock_files_of_the_parent_are_read_in_a_range() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write(".gitattributes", "gen/*.rs linguist-generated\n");
    repo.write("Cargo.toml", CRATE).write("Cargo.lock", LOCK).write("gen/a.rs", "a\n").write("src/a.rs", "a\n");
    repo.commit_all("base");
    repo.git(&["tag", "base"]);
    repo.write("gen/a.rs", "a\nb\nc\nd\ne\nf\n").write("src/a.rs", "a\nb\nc\nd\ne\n");
    repo.write("Cargo.toml", format!("{CRATE}serde = \"1\"\n"));
    repo.commit_all("more, with serde");

    let alone = messages(&repo, &["--commit", "HEAD"]);
    let starts: Vec<&str> = alone.iter().filter_map(|message| message.split(' ').next()).collect();
    assert_eq!(starts, ["\"bounds/added-lines\"", "\"deps/added\"", "\"deps/manifest-without-lock\""]);
    assert!(alone[0].contains("5 lines added") && alone[0].contains("says line 1 of `.gitattributes`"), "{alone:?}");
    assert_eq!(messages(&repo, &["--range", "base..HEAD"]), alone);
}

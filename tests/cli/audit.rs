//! `git-warrant audit` over commits and recorded sessions.

use std::process::Output;

use crate::support::TestRepo;

fn audit(repo: &TestRepo, arguments: &[&str]) -> Output {
    repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root()).arg("audit").args(arguments).output().expect("it runs")
}

fn text(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn rows(output: &Output) -> Vec<serde_json::Value> {
    text(output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn of<'a>(rows: &'a [serde_json::Value], kind: &str) -> Vec<&'a serde_json::Value> {
    rows.iter().filter(|row| row["type"] == kind).collect()
}

/// A session in the form of Claude Code that edits `src/a.rs` of the repository and runs its tests.
fn session(repo: &TestRepo) -> String {
    let root = repo.root().display();
    let row = |kind: &str, rest: &str| {
        format!(
            r#"{{"type":"{kind}","uuid":"u","sessionId":"s1","cwd":"{root}","version":"2.1.330","timestamp":"2026-01-01T00:00:00.000Z",{rest}}}"#
        )
    };
    [
        row("user", r#""message":{"role":"user","content":"fix it"}"#),
        row(
            "assistant",
            &format!(
                r#""message":{{"content":[{{"type":"tool_use","id":"c1","name":"Write","input":{{"file_path":"{root}/src/a.rs","content":"x"}}}}]}}"#
            ),
        ),
        row("user", r#""message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"ok"}]}"#),
        row("assistant", r#""message":{"content":[{"type":"tool_use","id":"c2","name":"Bash","input":{"command":"echo x > gen.txt"}}]}"#),
        row("user", r#""message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"c2","content":""}]},"toolUseResult":{"stdout":"","stderr":""}"#),
        row("strange", r#""x":1"#),
        row("assistant", r#""message":{"content":[{"type":"text","text":"Done."}]}"#),
    ]
    .join("\n")
}

/// A repository whose second commit names a checkpoint of Entire's, which holds the session.
fn with_checkpoint() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("README.md", "x\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "first"]);
    repo.git(&["checkout", "-q", "--orphan", "entire/checkpoints/v1"]);
    repo.git(&["rm", "-rqf", "."]);
    repo.write("01/23456789ab/0/full.jsonl", session(&repo)).write("01/23456789ab/metadata.json", "{}");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "checkpoint"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("src/a.rs", "x\n").write("gen.txt", "x\n").write("own.txt", "x\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "second\n\nEntire-Checkpoint: 0123456789ab"]);
    repo
}

#[test]
fn sessions_of_the_repository_are_linked_to_its_commits() {
    let repo = with_checkpoint();
    let output = audit(&repo, &["--sessions", "--format", "jsonl"]);
    let rows = rows(&output);
    let session = of(&rows, "session")[0];
    assert_eq!(session["place"], "heads/entire/checkpoints/v1:01/23456789ab/0/full.jsonl");
    assert_eq!((&session["prompts"], &session["edits"], &session["commands"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(session["unknown"]["strange"], 1);
    assert_eq!(session["is_whole"], true);
    let links = of(&rows, "link");
    assert_eq!(links.len(), 1);
    let link = links[0];
    assert_eq!(
        (&link["by"], &link["files"], &link["edited"], &link["named"]),
        (&"trailer".into(), &3.into(), &1.into(), &1.into())
    );
    assert_eq!(link["uncovered_paths"], serde_json::json!(["own.txt"]));
    assert_eq!(of(&rows, "summary")[0]["sessions"], 1);
    assert_eq!(output.status.code(), Some(0));
    let told = text(&audit(&repo, &["--sessions"]));
    assert!(told.contains("sessions: 1 read") && told.contains("1 unknown rows of kind `strange`"), "{told}");
    assert!(told.contains("1 of 3 files are named nowhere in the session"), "{told}");
}

#[test]
fn where_a_clone_lacks_the_whole_record_the_short_one_is_read() {
    let repo = with_checkpoint();
    repo.git(&["checkout", "-q", "entire/checkpoints/v1"]);
    let root = repo.root().display();
    let short = format!(
        "{{\"v\":1,\"agent\":\"claude-code\",\"cli_version\":\"0.8.42\",\"type\":\"user\",\"content\":[{{\"id\":\"u\",\"text\":\"fix\"}}]}}\n\
         {{\"v\":1,\"agent\":\"claude-code\",\"cli_version\":\"0.8.42\",\"type\":\"assistant\",\"content\":[{{\"type\":\"tool_use\",\"id\":\"t\",\
         \"name\":\"Edit\",\"input\":{{\"file_path\":\"{root}/src/a.rs\"}},\"result\":{{\"status\":\"success\"}}}}]}}\n"
    );
    repo.write("01/23456789ab/0/transcript.jsonl", short);
    repo.commit_all("the short form");
    let whole = repo.git_text(&["rev-parse", "HEAD:01/23456789ab/0/full.jsonl"]);
    repo.git(&["checkout", "-q", "main"]);
    std::fs::remove_file(repo.path(format!(".git/objects/{}/{}", &whole[..2], &whole[2..]))).expect("a loose object");
    let rows = rows(&audit(&repo, &["--sessions", "--format", "jsonl"]));
    let session = of(&rows, "session")[0];
    assert_eq!(session["place"], "heads/entire/checkpoints/v1:01/23456789ab/0/transcript.jsonl");
    assert_eq!((&session["edits"], &of(&rows, "link")[0]["edited"]), (&1.into(), &1.into()));
}

#[test]
fn a_range_is_summed_up_by_maker_and_rule() {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\napplies-to = \"everyone\"\n[scope]\ndeny = [\"secret/**\"]\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "policy"]);
    repo.write("secret/key", "x\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "one\n\nCo-authored-by: Claude <noreply@anthropic.com>"]);
    repo.write("b", "x\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "two"]);
    let output = audit(&repo, &["HEAD~2..HEAD"]);
    let told = text(&output);
    assert!(told.contains("2 judged; 1 blocked"), "{told}");
    assert!(told.contains("claude-code") && told.contains("scope/denied-path"), "{told}");
    // It looks back and blocks nothing.
    assert_eq!(output.status.code(), Some(0));
    let rows = rows(&audit(&repo, &["HEAD~2..HEAD", "--format", "jsonl"]));
    assert_eq!(of(&rows, "commit").len(), 2);
    assert_eq!(of(&rows, "commit")[0]["findings"]["scope/denied-path"]["denied"], 1);
    assert_eq!(of(&rows, "summary")[0]["decisions"]["block"], 1);
}

#[test]
fn a_claim_against_a_failed_run_is_contradicted_and_an_honest_word_is_not() {
    let repo = TestRepo::new();
    let file = repo.beside("s1.jsonl");
    let failed = r#""stdout":"test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\nerror: test failed, to rerun pass `--lib`","stderr":"""#;
    let verdicts = |last: &str, result: &str| {
        let session = session(&repo).replace("echo x > gen.txt", "cargo test 2>&1 | tail -5");
        let session = session.replace(r#""stdout":"","stderr":"""#, result).replace("Done.", last);
        std::fs::write(&file, session).expect("writable");
        let rows = rows(&audit(&repo, &["--sessions", file.to_str().expect("text"), "--format", "jsonl"]));
        of(&rows, "claim").iter().map(|claim| claim["verdict"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("I fixed it. All tests pass.", failed), ["contradicted"]);
    assert!(verdicts("It is fixed. One test still fails.", failed).iter().all(|verdict| verdict != "contradicted"));
    let passed = failed
        .replace("FAILED. 1 passed; 1 failed", "ok. 2 passed; 0 failed")
        .replace("\\n\\nerror: test failed, to rerun pass `--lib`", "");
    assert_eq!(verdicts("I fixed it. All tests pass.", &passed), ["supported"]);
}

#[test]
fn files_are_read_outside_of_any_repository() {
    let repo = TestRepo::new();
    let file = repo.beside("s1.jsonl");
    std::fs::write(&file, session(&repo)).expect("writable");
    let path = file.to_str().expect("text");
    let elsewhere = repo.beside("home");
    let run = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_git-warrant");
        repo.command(program, &elsewhere).arg("audit").args(arguments).output().expect("it runs")
    };
    assert_eq!(of(&rows(&run(&["--sessions", path, "--format", "jsonl"])), "session").len(), 1);
    let absent = run(&["--sessions", "absent.jsonl"]);
    assert_eq!(absent.status.code(), Some(2));
    assert_eq!(run(&["--sessions"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
    std::fs::write(&file, "no transcript\n").expect("writable");
    let unread = run(&["--sessions", path]);
    assert_eq!(unread.status.code(), Some(2));
    assert!(text(&unread).contains("no format that is known here"));
}

#[test]
fn nothing_of_a_transcript_reaches_the_terminal_raw() {
    let repo = TestRepo::new();
    let file = repo.beside("s1.jsonl");
    std::fs::write(&file, session(&repo).replace("strange", "\\u001b[31mred\\u202e")).expect("writable");
    for format in ["text", "jsonl"] {
        let told = text(&audit(&repo, &["--sessions", file.to_str().expect("text"), "--format", format]));
        assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}'), "{told}");
    }
}

#[test]
fn pages_of_specstory_and_notes_of_git_ai_are_read() {
    let repo = TestRepo::new();
    let page = "<!-- Generated by SpecStory, Markdown v2.1.0 -->\n\n# 2026-06-30 15:24:48Z\n\n\
                <!-- Claude Code Session fa6e (2026-06-30 15:24:48Z) -->\n\n_**User (2026-06-30 15:24:48Z)**_\n\nfix\n\n---\n\n\
                _**Agent (claude-opus-4-6 2026-06-30 15:24:55Z)**_\n\nDone.\n\n---\n";
    repo.write(".specstory/history/2026-06-30-fix.md", page).write("src/a.rs", "a\nb\nc\n");
    repo.commit_all("first");
    let note = "src/a.rs\n  s_0123456789abcd::t_0123456789abcd 1-2\n  h_0123456789abcd 3\n---\n\
                {\"schema_version\":\"authorship/3.0.0\",\"sessions\":{\"s_0123456789abcd\":{\"agent_id\":{\"tool\":\"codex\"}}}}";
    repo.git(&["notes", "--ref=ai", "add", "-m", note]);
    let rows = rows(&audit(&repo, &["--sessions", "--format", "jsonl"]));
    let session = of(&rows, "session")[0];
    assert_eq!(
        (&session["format"], &session["prompts"], &session["messages"]),
        (&"specstory".into(), &1.into(), &1.into())
    );
    let attribution = of(&rows, "attribution")[0];
    assert_eq!(attribution["commit"], repo.head());
    assert_eq!(attribution["lines"], serde_json::json!({ "codex": 2, "human": 1 }));
}

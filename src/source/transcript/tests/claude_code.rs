use super::*;

fn user(id: &str, parent: &str, content: &str) -> String {
    row("user", id, parent, &format!(r#""message":{{"role":"user","content":{content}}}"#))
}

fn row(kind: &str, id: &str, parent: &str, rest: &str) -> String {
    format!(
        r#"{{"type":"{kind}","uuid":"{id}","parentUuid":"{parent}","sessionId":"s","cwd":"/r","version":"2.1.330","timestamp":"2026-08-01T10:00:00.000Z",{rest}}}"#
    )
}

fn says(id: &str, blocks: &str) -> String {
    row("assistant", id, "p", &format!(r#""message":{{"role":"assistant","content":[{blocks}]}}"#))
}

fn bash(call: &str, command: &str) -> String {
    says(call, &format!(r#"{{"type":"tool_use","id":"{call}","name":"Bash","input":{{"command":"{command}"}}}}"#))
}

fn result(call: &str, rest: &str, detail: &str) -> String {
    row(
        "user",
        &format!("r-{call}"),
        call,
        &format!(
            r#""message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"{call}",{rest}}}]}},"toolUseResult":{detail}"#
        ),
    )
}

fn text(text: &str) -> String {
    says("t", &format!(r#"{{"type":"text","text":"{text}"}}"#))
}

fn file(rows: &[String]) -> String {
    rows.join("\n") + "\n"
}

#[test]
fn a_turn_is_told_in_order() {
    let text = file(&[
        r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#.to_owned(),
        user("u1", "", r#""fix it""#),
        says("a0", r#"{"type":"thinking","thinking":"hm"}"#),
        bash("c1", "cargo test"),
        result("c1", r#""is_error":true,"content":"Exit code 101\nfailures""#, r#""Error: Exit code 101\nfailures""#),
        says(
            "a2",
            r#"{"type":"tool_use","id":"c2","name":"Edit","input":{"file_path":"/r/a.rs","old_string":"x","new_string":"y"}}"#,
        ),
        result("c2", r#""content":"updated""#, r#"{"filePath":"/r/a.rs","originalFile":"x","structuredPatch":[]}"#),
        bash("c3", "cargo test"),
        result("c3", r#""content":"ok""#, r#"{"stdout":"1 passed","stderr":"","interrupted":false,"isImage":false}"#),
        text("All pass."),
        row("system", "s1", "t", r#""subtype":"turn_duration","durationMs":1"#),
    ]);
    assert_eq!(
        told(&text),
        [
            "prompt fix it",
            "call c1 $ cargo test",
            "result c1 $ cargo test exit=101 \"Exit code 101\\nfailures\"",
            "call c2 ~/r/a.rs",
            "result c2 ~/r/a.rs ok",
            "call c3 $ cargo test",
            "result c3 $ cargo test exit=0 \"1 passed\"",
            "message All pass.",
        ]
    );
    let seen = reading(&text).seen;
    assert!(seen.is_whole());
    assert_eq!((seen.session.as_deref(), seen.versions), (Some("s"), vec!["2.1.330".to_owned()]));
}

#[test]
fn what_the_client_says_is_no_prompt() {
    let text = file(&[
        user("u1", "", r#""<command-name>/clear</command-name><command-args></command-args>""#),
        user("u2", "u1", r#""<local-command-stdout>x</local-command-stdout>""#),
        user("u3", "u2", r#""Stop hook feedback:\nno""#),
        row("user", "u4", "u3", r#""isMeta":true,"message":{"role":"user","content":"Caveat"}"#),
        user("u5", "u4", r#"[{"type":"text","text":"[Request interrupted by user]"}]"#),
        user(
            "u6",
            "u5",
            r#"[{"type":"text","text":"<system-reminder>x</system-reminder>"},{"type":"text","text":"do"}]"#,
        ),
        user(
            "u7",
            "u6",
            r#""<command-message>ship</command-message>\n<command-name>/ship</command-name>\n<command-args>now</command-args>""#,
        ),
        row("user", "u8", "u7", r#""origin":{"kind":"task-notification"},"message":{"role":"user","content":"done"}"#),
        row(
            "attachment",
            "u9",
            "u8",
            r#""attachment":{"type":"queued_command","commandMode":"prompt","prompt":"and this"}"#,
        ),
        says("a1", r#"{"type":"text","text":"(no content)"}"#),
        row(
            "assistant",
            "a2",
            "a1",
            r#""isApiErrorMessage":true,"message":{"model":"<synthetic>","content":[{"type":"text","text":"API Error"}]}"#,
        ),
    ]);
    assert_eq!(told(&text), ["prompt do", "prompt /ship now", "prompt and this"]);
}

#[test]
fn a_status_is_only_what_it_is_known_to_be() {
    let harmless = r#"{"stdout":"","stderr":"","interrupted":false,"returnCodeInterpretation":"No matches found"}"#;
    let text = file(&[
        user("u1", "", r#""go""#),
        bash("c1", "grep x y"),
        result("c1", r#""content":"""#, harmless),
        bash("c2", "sleep 99"),
        result("c2", r#""content":"""#, r#"{"stdout":"a","stderr":"b","interrupted":true}"#),
        bash("c3", "rm -rf /"),
        result(
            "c3",
            r#""is_error":true,"content":"Permission to use Bash with command rm has been denied.""#,
            r#""Error: denied""#,
        ),
        bash("c4", "x"),
        result(
            "c4",
            r#""is_error":true,"content":"The user doesn't want to proceed with this tool use.""#,
            r#""User rejected""#,
        ),
    ]);
    let results: Vec<String> = told(&text).into_iter().filter(|line| line.starts_with("result")).collect();
    assert_eq!(results[0], "result c1 $ grep x y ok \"\"");
    assert_eq!(results[1], "result c2 $ sleep 99 ok interrupted \"a\\nb\"");
    assert!(results[2].starts_with("result c3 $ rm -rf / failed refused"), "{}", results[2]);
    assert!(results[3].starts_with("result c4 $ x failed refused"), "{}", results[3]);
}

#[test]
fn the_end_of_a_command_in_the_background_is_told_later() {
    let start = r#"{"stdout":"","stderr":"","interrupted":false,"backgroundTaskId":"b1"}"#;
    let begin = [
        user("u1", "", r#""go""#),
        bash("c1", "cargo test"),
        result("c1", r#""content":"Command running in background with ID: b1""#, start),
    ];
    assert_eq!(gaps(&file(&begin)), [Gap::Background]);

    let mut asked = begin.to_vec();
    asked
        .push(says("a2", r#"{"type":"tool_use","id":"c2","name":"TaskOutput","input":{"task_id":"b1","block":true}}"#));
    asked.push(result("c2", r#""content":"x""#, r#"{"retrieval_status":"success","task":{"task_id":"b1","status":"completed","output":"2 failed","exitCode":1}}"#));
    let asked = file(&asked);
    assert!(told(&asked).contains(&"result c1 $ cargo test exit=1 \"2 failed\"".to_owned()), "{:?}", told(&asked));
    assert!(gaps(&asked).is_empty());

    let mut notified = begin.to_vec();
    notified.push(row(
        "user",
        "n",
        "c1",
        r#""origin":{"kind":"task-notification"},"message":{"role":"user","content":"<task-notification>\n<task-id>b1</task-id>\n<status>failed</status>\n<summary>Background command \"t\" failed with exit code 3</summary>\n</task-notification>"}"#,
    ));
    assert!(told(&file(&notified)).contains(&"result c1 $ cargo test exit=3".to_owned()));
}

#[test]
fn a_summary_at_the_beginning_hides_what_was_before() {
    let boundary = row("system", "b", "", r#""subtype":"compact_boundary","compactMetadata":{}"#);
    let summary =
        row("user", "c", "b", r#""isCompactSummary":true,"message":{"role":"user","content":"This session …"}"#);
    let later = [user("u1", "", r#""go""#), boundary.clone(), summary.clone(), text("Done.")];
    assert_eq!(told(&file(&later)), ["prompt go", "compacted", "message Done."]);
    assert!(gaps(&file(&later)).is_empty());
    assert_eq!(gaps(&file(&[boundary, summary])), [Gap::Before]);
}

#[test]
fn a_prompt_on_an_earlier_row_is_a_rewind() {
    let rows = [
        user("u1", "", r#""one""#),
        row("assistant", "a1", "u1", r#""message":{"content":[{"type":"text","text":"1"}]}"#),
        user("u2", "a1", r#""two""#),
        row("assistant", "a2", "u2", r#""message":{"content":[{"type":"text","text":"2"}]}"#),
        user("u3", "a1", r#""other two""#),
    ];
    assert_eq!(
        told(&file(&rows)),
        ["prompt one", "message 1", "prompt two", "message 2", "started rewind", "prompt other two"]
    );
    assert_eq!(told(&file(&rows[..4])), ["prompt one", "message 1", "prompt two", "message 2"]);
}

#[test]
fn calls_made_at_once_keep_their_results() {
    let rows = [
        user("u1", "", r#""go""#),
        bash("c1", "a"),
        bash("c2", "b"),
        result("c2", r#""content":"b""#, r#"{"stdout":"b","stderr":""}"#),
        result("c1", r#""content":"a""#, r#"{"stdout":"a","stderr":""}"#),
    ];
    assert_eq!(told(&file(&rows))[3..], ["result c2 $ b exit=0 \"b\"", "result c1 $ a exit=0 \"a\""]);
}

#[test]
fn helpers_are_told_wherever_their_rows_stand() {
    let ask = says("a1", r#"{"type":"tool_use","id":"c1","name":"Task","input":{"prompt":"look"}}"#);
    let done = result("c1", r#""content":"found""#, r#"{"agentId":"a7","status":"completed","content":[]}"#);
    let rows = [user("u1", "", r#""go""#), ask.clone(), done.clone()];
    assert_eq!(gaps(&file(&rows)), [Gap::Helper]);

    // In the rows of the session's own progress, until about 2.1.40.
    let progress = row(
        "progress",
        "p1",
        "a1",
        r#""data":{"type":"agent_progress","agentId":"a7","message":{"type":"assistant","message":{"content":[{"type":"tool_use","id":"c9","name":"Bash","input":{"command":"ls"}}]}}}"#,
    );
    let rows = file(&[user("u1", "", r#""go""#), ask.clone(), progress, done.clone()]);
    assert!(told(&rows).contains(&"[a7] call c9 $ ls".to_owned()), "{:?}", told(&rows));
    assert!(gaps(&rows).is_empty());

    // In a file of its own.
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let beside = directory.path().join("s");
    std::fs::create_dir_all(beside.join("subagents")).expect("writable");
    let own = row(
        "assistant",
        "h1",
        "",
        r#""isSidechain":true,"agentId":"a7","message":{"content":[{"type":"tool_use","id":"c8","name":"Write","input":{"file_path":"/r/b","content":""}}]}"#,
    );
    std::fs::write(beside.join("subagents/agent-a7.jsonl"), own).expect("writable");
    let reading = reading_beside(file(&[user("u1", "", r#""go""#), ask, done]).as_bytes(), Some(&beside));
    assert!(lines(&reading.events).contains(&"[a7] call c8 =/r/b".to_owned()), "{:?}", lines(&reading.events));
    assert!(reading.seen.is_whole());
}

#[test]
fn an_output_on_disk_is_read_from_the_session_s_folder_only() {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let beside = directory.path().join("s");
    std::fs::create_dir_all(beside.join("tool-results")).expect("writable");
    std::fs::write(beside.join("tool-results/r1.txt"), "test result: ok").expect("writable");
    std::fs::write(directory.path().join("secret"), "secret").expect("writable");
    let output = |path: &str| {
        let detail = format!(r#"{{"stdout":"<persisted-output>","stderr":"","persistedOutputPath":"{path}"}}"#);
        let rows = file(&[user("u", "", r#""go""#), bash("c", "t"), result("c", r#""content":"x""#, &detail)]);
        let reading = reading_beside(rows.as_bytes(), Some(&beside));
        lines(&reading.events).pop().expect("a result")
    };
    assert!(output("/home/u/s/tool-results/r1.txt").contains("test result: ok"));
    for path in ["../secret", "/etc/passwd", "..", "tool-results/../../secret", ""] {
        let line = output(path);
        assert!(line.contains("persisted-output"), "{path}: {line}");
    }
}

#[test]
fn a_program_that_calls_tools_hides_them() {
    let rows = file(&[
        user("u", "", r#""go""#),
        says("a", r#"{"type":"tool_use","id":"c","name":"REPL","input":{"code":"x()"}}"#),
    ]);
    assert_eq!(gaps(&rows), [Gap::CodeMode]);
}

#[test]
fn unknown_rows_are_counted_by_kind() {
    let rows = file(&[
        user("u", "", r#""go""#),
        r#"{"type":"new-thing","sessionId":"s"}"#.to_owned(),
        says("a", r#"{"type":"hologram"}"#),
        "{broken".to_owned(),
        text("Done."),
    ]);
    let reading = reading(&rows);
    assert_eq!(lines(&reading.events), ["prompt go", "message Done."]);
    assert_eq!(reading.seen.unknown.keys().collect::<Vec<_>>(), ["assistant/hologram", "new-thing"]);
    assert_eq!((reading.seen.broken, reading.seen.is_whole()), (1, false));
}

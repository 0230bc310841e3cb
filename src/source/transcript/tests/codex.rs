use super::*;

const META: &str = r#"{"timestamp":"2026-06-25T02:07:15.966Z","type":"session_meta","payload":{"id":"0199","cwd":"/r","originator":"codex_exec","cli_version":"0.142.5","git":{"commit_hash":"ab12"}}}"#;

fn item(payload: &str) -> String {
    format!(r#"{{"timestamp":"2026-06-25T02:07:16.000Z","type":"response_item","payload":{payload}}}"#)
}

fn event(payload: &str) -> String {
    format!(r#"{{"timestamp":"2026-06-25T02:07:16.000Z","type":"event_msg","payload":{payload}}}"#)
}

fn call(id: &str, name: &str, arguments: &str) -> String {
    item(&format!(
        r#"{{"type":"function_call","name":"{name}","call_id":"{id}","arguments":{}}}"#,
        serde_json::json!(arguments)
    ))
}

fn output(id: &str, text: &str) -> String {
    item(&format!(r#"{{"type":"function_call_output","call_id":"{id}","output":{}}}"#, serde_json::json!(text)))
}

fn file(rows: &[String]) -> String {
    format!("{META}\n{}\n", rows.join("\n"))
}

#[test]
fn words_told_twice_are_told_once() {
    let rows = file(&[
        item(
            r##"{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions for /r"}]}"##,
        ),
        item(
            r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>x</environment_context>"}]}"#,
        ),
        item(r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"fix"}]}"#),
        event(r#"{"type":"user_message","message":"fix"}"#),
        event(r#"{"type":"agent_message","message":"Looking.","phase":"commentary"}"#),
        item(r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Looking."}]}"#),
        event(
            r#"{"type":"item_completed","item":{"type":"AgentMessage","id":"m","content":[{"type":"Text","text":"Looking."}]}}"#,
        ),
        event(r#"{"type":"task_complete","turn_id":"t","last_agent_message":"Done."}"#),
        item(
            r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"<hook_prompt hook_run_id=\"stop:1:x\">no</hook_prompt>"}]}"#,
        ),
        event(r#"{"type":"user_message","message":"fix"}"#),
    ]);
    assert_eq!(told(&rows), ["prompt fix", "message Looking.", "stopped Done.", "prompt fix"]);
    let seen = reading(&rows).seen;
    assert_eq!((seen.head.as_deref(), seen.session.as_deref()), (Some("ab12"), Some("0199")));
    assert!(seen.is_whole());
}

#[test]
fn a_command_is_followed_to_its_end() {
    let rows = [
        call("c1", "exec_command", r#"{"cmd":"cargo test","workdir":"/r"}"#),
        output("c1", "Chunk ID: 1\nWall time: 10 seconds\nProcess running with session ID 77\nOutput:\nrunning\n"),
        call("c2", "write_stdin", r#"{"session_id":77,"chars":""}"#),
        output("c2", "Chunk ID: 2\nWall time: 5 seconds\nProcess running with session ID 77\nOutput:\nstill\n"),
        call("c3", "write_stdin", r#"{"session_id":77,"chars":""}"#),
        output("c3", "Chunk ID: 3\nWall time: 5 seconds\nProcess exited with code 101\nOutput:\n1 failed\n"),
    ];
    assert_eq!(
        told(&file(&rows)),
        [
            "call c1 $ cargo test",
            "result c1 $ cargo test background \"running\"",
            "result c1 $ cargo test exit=101 \"running\\nstill\\n1 failed\"",
        ]
    );
    assert!(gaps(&file(&rows)).is_empty());
    assert_eq!(gaps(&file(&rows[..4])), [Gap::Background]);
}

#[test]
fn patches_in_every_form() {
    let patch = "*** Begin Patch\n*** Update File: a.rs\n@@\n-x\n+y\n*** End Patch";
    let custom = item(&format!(
        r#"{{"type":"custom_tool_call","name":"apply_patch","call_id":"c1","input":{}}}"#,
        serde_json::json!(patch)
    ));
    let shell = call("c2", "shell", &serde_json::json!({"command": ["apply_patch", patch]}).to_string());
    let rows = file(&[
        custom,
        event(
            r#"{"type":"patch_apply_end","call_id":"c1","success":true,"changes":{"/r/a.rs":{"type":"update","unified_diff":"","move_path":null}}}"#,
        ),
        item(
            r#"{"type":"custom_tool_call_output","call_id":"c1","output":"Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess"}"#,
        ),
        shell,
        output("c2", r#"{"output":"Success","metadata":{"exit_code":0}}"#),
        event(
            r#"{"type":"item_completed","item":{"type":"FileChange","id":"i9","status":"completed","changes":{"/r/b.rs":{"type":"add","content":"x"},"/r/c.rs":{"type":"update","move_path":"/r/d.rs"}}}}"#,
        ),
    ]);
    assert_eq!(
        told(&rows),
        [
            "call c1 ~a.rs",
            "result c1 ~/r/a.rs ok",
            "call c2 ~a.rs",
            "result c2 ~a.rs ok",
            "call i9 +/r/b.rs /r/c.rs>/r/d.rs",
            "result i9 +/r/b.rs /r/c.rs>/r/d.rs ok",
        ]
    );
}

#[test]
fn items_carry_the_status() {
    let rows = file(&[
        call("c1", "exec_command", r#"{"cmd":"ls"}"#),
        event(
            r#"{"type":"item_completed","item":{"type":"CommandExecution","id":"c1","command":["/bin/bash","-lc","ls"],"cwd":"/r","status":"failed","exit_code":2,"aggregated_output":"no"}}"#,
        ),
        output("c1", "Chunk ID: 1\nWall time: 0 seconds\nProcess exited with code 2\nOutput:\nno"),
        event(
            r#"{"type":"item_completed","item":{"type":"CommandExecution","id":"i2","command":["/bin/bash","-lc","pwd"],"status":"completed","exit_code":0,"aggregated_output":"/r"}}"#,
        ),
    ]);
    assert_eq!(
        told(&rows),
        ["call c1 $ ls", "result c1 $ ls exit=2 \"no\"", "call i2 $ pwd", "result i2 $ pwd exit=0 \"/r\""]
    );
}

#[test]
fn the_forms_of_before_are_read() {
    let rows = "{\"id\":\"x\",\"timestamp\":\"2025-06-01T00:00:00Z\",\"instructions\":\"do\"}\n\
                {\"record_type\":\"state\"}\n\
                {\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"fix\"}]}\n\
                {\"type\":\"function_call\",\"name\":\"shell\",\"call_id\":\"c\",\"arguments\":\"{\\\"command\\\":[\\\"ls\\\"]}\"}\n\
                {\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"{\\\"output\\\":\\\"a\\\",\\\"metadata\\\":{\\\"exit_code\\\":0}}\"}\n";
    assert_eq!(told(rows), ["prompt fix", "call c $ ls", "result c $ ls exit=0 \"a\""]);
}

#[test]
fn what_a_program_or_a_helper_did_is_hidden() {
    let script = item(
        r#"{"type":"custom_tool_call","name":"exec","call_id":"c1","input":"await tools.exec_command({cmd: \"cargo test\"})"}"#,
    );
    assert_eq!(told(&file(std::slice::from_ref(&script))), ["call - $ cargo test"]);
    assert_eq!(gaps(&file(&[script])), [Gap::CodeMode]);
    let helper = [call("c1", "spawn_agent", r#"{"message":"look"}"#)];
    assert_eq!(gaps(&file(&helper)), [Gap::Helper]);
    let own = r#"{"type":"session_meta","payload":{"id":"h1","cwd":"/r","source":{"subagent":{"thread_spawn":{"parent_thread_id":"0199"}}}}}"#;
    let rows = format!("{own}\n{}\n", event(r#"{"type":"agent_message","message":"Hi"}"#));
    assert_eq!(told(&rows), ["[h1] message Hi"]);
}

use super::*;

#[test]
fn copilot() {
    let rows = [
        r#"{"type":"session.start","data":{"sessionId":"s","copilotVersion":"1.0.102","context":{"cwd":"/r","headCommit":"2de5"}},"id":"1","parentId":null,"timestamp":"2026-06-23T23:33:08.406Z"}"#,
        r#"{"type":"user.message","data":{"content":"fix"},"id":"2"}"#,
        r#"{"type":"assistant.message","data":{"content":"Testing.","toolRequests":[{"toolCallId":"t1","name":"bash","arguments":{"command":"npm test"}}]},"id":"3"}"#,
        r#"{"type":"tool.execution_start","data":{"toolCallId":"t1","toolName":"bash","arguments":{"command":"npm test"}},"id":"4"}"#,
        r#"{"type":"tool.execution_complete","data":{"toolCallId":"t1","success":true,"result":{"content":"bad\n<shellId: 0 completed with exit code 1>"}},"id":"5"}"#,
        r#"{"type":"tool.execution_start","data":{"toolCallId":"t2","toolName":"edit","arguments":{"path":"/r/a","old_str":"x","new_str":"y"}},"id":"6"}"#,
        r#"{"type":"tool.execution_complete","data":{"toolCallId":"t2","success":false,"error":{"message":"Denied by preToolUse hook: no","code":"denied"}},"id":"7"}"#,
        r#"{"type":"assistant.message","data":{"content":"Done."},"id":"8"}"#,
        r#"{"type":"hook.start","data":{"hookType":"agentStop","input":{}},"id":"9"}"#,
        r#"{"type":"hook.end","data":{"hookType":"agentStop","output":{"decision":"block","reason":"tests failed"}},"id":"10"}"#,
        r#"{"type":"user.message","data":{"content":"tests failed"},"id":"11"}"#,
        r#"{"type":"session.shutdown","data":{"shutdownType":"routine"},"id":"12"}"#,
    ];
    assert_eq!(
        told(&rows.join("\n")),
        [
            "started startup",
            "prompt fix",
            "message Testing.",
            "call t1 $ npm test",
            "result t1 $ npm test exit=1 \"bad\\n<shellId: 0 completed with exit code 1>\"",
            "call t2 ~/r/a",
            "result t2 ~/r/a failed refused",
            "message Done.",
            "stopped",
            "ended routine",
        ]
    );
    assert_eq!(reading(&rows.join("\n")).seen.head.as_deref(), Some("2de5"));
}

#[test]
fn copilot_says_an_end_in_the_background_later() {
    let start = r#"{"type":"session.start","data":{"sessionId":"s"},"id":"1"}
{"type":"tool.execution_start","data":{"toolCallId":"t1","toolName":"bash","arguments":{"command":"npm test"}},"id":"4"}
{"type":"tool.execution_complete","data":{"toolCallId":"t1","success":true,"result":{"content":"<command started in background with shellId: 22>"}},"id":"5"}"#;
    assert_eq!(gaps(start), [Gap::Background]);
    let end = format!(
        "{start}\n{}",
        r#"{"type":"system.notification","data":{"content":"x","kind":{"type":"shell_completed","shellId":"22","exitCode":3}},"id":"6"}"#
    );
    assert_eq!(told(&end).last().map(String::as_str), Some("result t1 $ npm test exit=3"));
    assert!(gaps(&end).is_empty());
}

#[test]
fn gemini_in_lines_with_updates() {
    let rows = [
        r#"{"sessionId":"s","projectHash":"h","startTime":"2026-01-01T00:00:00Z","lastUpdated":"x","kind":"main"}"#,
        r#"{"id":"m1","timestamp":"2026-01-01T00:00:01.000Z","type":"user","content":[{"text":"fix"}]}"#,
        r#"{"id":"m2","type":"gemini","content":"On it.","thoughts":[]}"#,
        r#"{"id":"m2","type":"gemini","content":"On it.","toolCalls":[{"id":"t1","name":"run_shell_command","args":{"command":"npm test"},"status":"executing"}]}"#,
        r#"{"id":"m2","type":"gemini","content":"On it.","toolCalls":[{"id":"t1","name":"run_shell_command","args":{"command":"npm test"},"status":"success","result":[{"functionResponse":{"id":"t1","response":{"output":"Output: bad\nExit Code: 1"}}}]}]}"#,
        r#"{"$set":{"lastUpdated":"y"}}"#,
        r#"{"id":"m3","type":"gemini","content":"","toolCalls":[{"id":"t2","name":"write_file","args":{"file_path":"/r/a","content":"x"},"status":"cancelled"},{"id":"t3","name":"run_shell_command","args":{"command":"ls"},"status":"success","result":[{"functionResponse":{"response":{"output":"Output: a"}}}]}]}"#,
        r#"{"id":"m4","type":"gemini","content":"Done."}"#,
        r#"{"$rewindTo":"m2"}"#,
    ];
    assert_eq!(
        told(&rows.join("\n")),
        [
            "prompt fix",
            "message On it.",
            "call t1 $ npm test",
            "result t1 $ npm test exit=1 \"bad\\nExit Code: 1\"",
            "call t2 =/r/a",
            "result t2 =/r/a failed refused",
            "call t3 $ ls",
            "result t3 $ ls exit=0 \"a\"",
            "message Done.",
            "started rewind",
        ]
    );
}

#[test]
fn gemini_in_one_document() {
    let document = r#"{
  "sessionId": "s",
  "projectHash": "h",
  "unknown": {"anything": [1, 2, 3]},
  "messages": [
    {"id": "m1", "timestamp": "2025-11-19T20:45:00.000Z", "type": "user", "content": "fix"},
    {"id": "m2", "type": "gemini", "content": "Done.", "toolCalls": [{"id": "t1", "name": "replace", "args": {"file_path": "a", "old_string": "x", "new_string": "y"}, "status": "success"}]},
    {"id": "m3", "type": "info", "content": "x"}
  ],
  "kind": "main"
}"#;
    assert_eq!(told(document), ["prompt fix", "message Done.", "call t1 ~a", "result t1 ~a ok"]);
    let cut = &document[..document.len() - 60];
    let reading = reading(cut);
    assert_eq!((reading.events.len(), reading.seen.broken, reading.seen.is_whole()), (4, 1, false));
}

#[test]
fn qwen() {
    let rows = [
        r#"{"uuid":"1","parentUuid":null,"sessionId":"s","timestamp":"2026-01-01T00:00:00.000Z","type":"user","cwd":"/r","version":"0.24.4","message":{"role":"user","parts":[{"text":"fix"}]}}"#,
        r#"{"uuid":"2","sessionId":"s","type":"assistant","message":{"role":"model","parts":[{"text":"hm","thought":true},{"text":"On it."},{"functionCall":{"id":"c1","name":"run_shell_command","args":{"command":"npm test"}}}]}}"#,
        r#"{"uuid":"3","sessionId":"s","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"run_shell_command","response":{"output":"bad"}}}]},"toolCallResult":{"callId":"c1","status":"success","resultDisplay":{"exitCode":1}}}"#,
        r#"{"uuid":"4","sessionId":"s","type":"assistant","message":{"role":"model","parts":[{"functionCall":{"id":"c2","name":"edit","args":{"file_path":"/r/a","old_string":"x"}}}]}}"#,
        r#"{"uuid":"5","sessionId":"s","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"c2","name":"edit","response":{"output":"ok"}}}]},"toolCallResult":{"callId":"c2","status":"success"}}"#,
        r#"{"uuid":"6","sessionId":"s","type":"system","subtype":"attribution_snapshot"}"#,
    ];
    assert_eq!(
        told(&rows.join("\n")),
        [
            "prompt fix",
            "message On it.",
            "call c1 $ npm test",
            "result c1 $ npm test exit=1 \"bad\"",
            "call c2 ~/r/a",
            "result c2 ~/r/a ok",
        ]
    );
}

#[test]
fn opencode() {
    let document = r#"{"info":{"id":"ses_1","directory":"/r","version":"1.2.26"},"messages":[
 {"info":{"role":"user","time":{"created":1}},"parts":[{"type":"text","text":"\"fix it\""},{"type":"text","synthetic":true,"text":"x"}]},
 {"info":{"role":"assistant","time":{"created":2}},"parts":[{"type":"step-start"},
  {"type":"tool","tool":"bash","callID":"c1","state":{"status":"completed","input":{"command":"bun test"},"output":"bad","metadata":{"exit":1},"time":{"start":3}}},
  {"type":"tool","tool":"apply_patch","callID":"c2","state":{"status":"completed","input":{"patchText":"*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"},"metadata":{}}},
  {"type":"tool","tool":"bash","callID":"c3","state":{"status":"error","input":{"command":"rm x"},"error":"The user rejected permission to use this specific tool call."}},
  {"type":"text","text":"Done."}]}]}"#;
    assert_eq!(
        told(document),
        [
            "prompt fix it",
            "call c1 $ bun test",
            "result c1 $ bun test exit=1 \"bad\"",
            "call c2 +a",
            "result c2 +a ok",
            "call c3 $ rm x",
            "result c3 $ rm x failed refused \"\"",
            "message Done.",
        ]
    );
    let child = document.replace(r#""directory""#, r#""parentID":"ses_0","directory""#);
    assert!(told(&child).iter().all(|line| line.starts_with("[ses_1]")), "{:?}", told(&child));
}

#[test]
fn cursor() {
    let rows = [
        r#"{"role":"user","message":{"content":[{"type":"text","text":"<user_query>\nfix\n</user_query>"}]}}"#,
        r#"{"role":"assistant","message":{"content":[{"type":"text","text":"On it."},{"type":"tool_use","name":"Shell","input":{"command":"npm test"}},{"type":"tool_use","name":"Write","input":{"path":"/r/a","contents":"x"}}]}}"#,
    ];
    assert_eq!(told(&rows.join("\n")), ["prompt fix", "message On it.", "call - $ npm test", "call - =/r/a"]);
    assert_eq!(gaps(&rows.join("\n")), [Gap::NoResults]);
}

#[test]
fn entire() {
    let rows = [
        r#"{"v":1,"agent":"claude-code","cli_version":"0.8.42","type":"user","ts":"2026-07-11T06:18:25.945Z","content":[{"id":"u","text":"fix"}]}"#,
        r#"{"v":1,"agent":"claude-code","cli_version":"0.8.42","type":"assistant","ts":"2026-07-11T06:18:26Z","content":[{"type":"text","text":"On it."},{"type":"tool_use","id":"t1","name":"PowerShell","input":{"command":"go test"},"result":{"output":"Exit code 1\nFAIL","status":"error"}},{"type":"tool_use","id":"t2","name":"Edit","input":{"file_path":"D:\\r\\a.go","old_string":"x"},"result":{"file":{"filePath":"D:\\r\\a.go"},"output":"ok","status":"success"}}]}"#,
    ];
    assert_eq!(
        told(&rows.join("\n")),
        [
            "prompt fix",
            "message On it.",
            "call t1 $ go test",
            "result t1 $ go test exit=1 \"Exit code 1\\nFAIL\"",
            "call t2 ~D:\\r\\a.go",
            "result t2 ~D:\\r\\a.go ok",
        ]
    );
}

#[test]
fn specstory_of_both_versions() {
    let text = r#"<!-- Generated by SpecStory, Markdown v2.1.0 -->

# 2026-06-30 15:24:48Z

<!-- Claude Code Session fa6e (2026-06-30 15:24:48Z) -->

_**User (2026-06-30 15:24:48Z)**_

fix

---

_**Agent (claude-opus-4-6 2026-06-30 15:24:55Z)**_

<think><details><summary>Thought Process</summary>
hm
</details></think>

_**Agent (claude-opus-4-6 2026-06-30 15:24:56Z)**_

<tool-use data-tool-type="shell" data-tool-name="Bash"><details>
<summary>Tool use: **Bash**</summary>
Run the tests

`cargo test`

```text
Exit code 101
</details></tool-use>
_**User (not one)**_
```
</details></tool-use>

<tool-use data-tool-type="shell" data-tool-name="run_shell_command"><details>
<summary>Tool use: **run_shell_command**</summary>

```bash
npm run build
```

```text
built
```
</details></tool-use>

<tool-use data-tool-type="write" data-tool-name="Edit"><details>
<summary>Tool use: **Edit**</summary>

```text
The file /r/a.rs has been updated successfully.
```
</details></tool-use>

Done.
"#;
    assert_eq!(
        told(text),
        [
            "prompt fix",
            "call - $ cargo test",
            "result - $ cargo test exit=101 \"Exit code 101\\n</details></tool-use>\\n_**User (not one)**_\"",
            "call - $ npm run build\n",
            "result - $ npm run build\n \"built\"",
            "call - =/r/a.rs",
            "result - =/r/a.rs",
            "message Done.",
        ]
    );
    let seen = reading(text).seen;
    assert_eq!((seen.session.as_deref(), seen.agent.as_deref()), (Some("fa6e"), Some("Claude Code")));

    let v1 = "<!-- Generated by SpecStory -->\n\n_**User**_\n\nfix\n\n---\n\n_**Assistant**_\n\nOn it.\n\n\
              <details><summary>Edit file: /r/a.ts</summary>\n\n**Chunk 1**\n</details>\n\nDone.\n";
    let told = told(v1);
    assert_eq!(told[..3], ["prompt fix", "message On it.", "call - =/r/a.ts"]);
    assert!(told.last().is_some_and(|line| line.starts_with("message") && line.ends_with("Done.")), "{told:?}");
}

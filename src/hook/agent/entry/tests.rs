//! Faults of our own, and what becomes of them.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use tempfile::TempDir;

use super::*;

const NO_VARIABLE: &Lookup = &|_| None;

#[expect(clippy::unnecessary_wraps, reason = "the form of a stage")]
fn silent(_: &Call) -> Result<Answer, String> {
    Ok(Answer::Silent)
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a stage")]
fn blocks(call: &Call) -> Result<Answer, String> {
    Ok(Answer::Block(format!("{} of {}", call.session, call.agent)))
}

fn panics(_: &Call) -> Result<Answer, String> {
    panic!("the \u{1b}[31mbad thing")
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a stage")]
fn sleeps(_: &Call) -> Result<Answer, String> {
    thread::sleep(Duration::from_secs(20));
    Ok(Answer::Silent)
}

fn repository() -> TempDir {
    let top = TempDir::new().expect("a directory");
    fs::create_dir(top.path().join(".git")).expect("a directory");
    fs::write(top.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
    top
}

fn request(agent: &str, event: &str) -> Request {
    Request::read(["--agent", agent, event])
}

fn stop(directory: &Path, session: &str, turn: &str, continuing: bool) -> String {
    serde_json::json!({
        "session_id": session, "cwd": directory, "hook_event_name": "Stop", "prompt_id": turn,
        "stop_hook_active": continuing, "last_assistant_message": "Done.",
    })
    .to_string()
}

fn run(request: &Request, payload: impl AsRef<[u8]>, stage: Stage) -> Wire {
    within(request, Cursor::new(payload.as_ref().to_vec()), NO_VARIABLE, stage, deadline)
}

#[test]
fn the_command_line_is_read_with_patience() {
    let wanted = Request { agent: Some("codex".to_owned()), event: Some("Stop".to_owned()) };
    assert_eq!(Request::read(["--agent", "codex", "Stop"]), wanted);
    assert_eq!(Request::read(["Stop", "--new-flag", "--agent=codex", "more"]), wanted);
    assert_eq!(Request::read([]), Request::default());
    assert!(!request("aider", "").reads_stdin() && Request::default().reads_stdin());
}

#[test]
fn the_stage_is_asked_and_its_answer_put() {
    let top = repository();
    let claude = request("claude-code", "Stop");
    let wire = run(&claude, stop(top.path(), "s1", "t1", false), blocks);
    assert_eq!(wire.stdout, "{\"decision\":\"block\",\"reason\":\"git-warrant: s1 of claude-code\"}\n");
    assert_eq!((wire.stderr.as_str(), wire.exit), ("", 0));
    // With a byte order mark, and bytes that are no UTF-8.
    let mut payload = b"\xef\xbb\xbf".to_vec();
    payload.extend_from_slice(stop(top.path(), "s1", "t1", false).replace("Done.", "Done@").as_bytes());
    let at = payload.iter().position(|byte| *byte == b'@').expect("it is there");
    payload[at] = 0xff;
    assert_eq!(run(&claude, payload, blocks), wire);
    let beat = fs::read_to_string(top.path().join(".git/warrant/agents/claude-code.heartbeat")).expect("a heartbeat");
    assert!(beat.contains("\"event\":\"Stop\""), "{beat}");
}

#[test]
fn a_panic_blocks_a_turn_once() {
    let top = repository();
    let claude = request("claude-code", "Stop");
    let wire = run(&claude, stop(top.path(), "s1", "t1", false), panics);
    assert_eq!(
        wire.stdout,
        "{\"decision\":\"block\",\"reason\":\"git-warrant: nothing of this turn was checked: internal error: the \
         \\\\u{1b}[31mbad thing. Tell the user, who can run `git-warrant doctor`. Then end the turn again; this is said \
         once.\"}\n"
    );
    assert_eq!(wire.exit, 0);
    // Not a second time in this turn, not in one that goes on, and again in the next turn.
    assert_eq!(run(&claude, stop(top.path(), "s1", "t1", false), panics).stdout, "");
    assert_eq!(run(&claude, stop(top.path(), "s1", "t2", true), panics).stdout, "");
    assert!(run(&claude, stop(top.path(), "s1", "t2", false), panics).stdout.contains("block"));
}

#[test]
fn a_fault_outside_of_a_repository_lets_go() {
    let outside = TempDir::new().expect("a directory");
    let claude = request("claude-code", "Stop");
    assert_eq!(run(&claude, stop(outside.path(), "s1", "t1", false), panics).stdout, "");
}

#[test]
fn a_fault_before_a_tool_lets_it_run() {
    let top = repository();
    let payload = stop(top.path(), "s1", "t1", false).replace("Stop", "PreToolUse");
    let wire = run(&request("claude-code", "PreToolUse"), payload, panics);
    assert_eq!((wire.stdout.as_str(), wire.exit), ("", 0));
    assert!(wire.stderr.starts_with("git-warrant: internal error: "), "{wire:?}");
    let payload = stop(top.path(), "s1", "t1", false).replace("Stop", "BeforeTool");
    let wire = run(&request("gemini", "BeforeTool"), payload, panics);
    assert_eq!((wire.stdout.as_str(), wire.exit), ("{}\n", 0));
}

#[test]
fn time_runs_out_before_the_clients_does() {
    let top = repository();
    let began = Instant::now();
    let payload = Cursor::new(stop(top.path(), "s1", "t1", false).into_bytes());
    let wire = within(&request("codex", "Stop"), payload, NO_VARIABLE, sleeps, |_| Duration::from_millis(200));
    assert!(wire.stdout.contains("it took longer than 0.2 s"), "{wire:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_client_that_never_ends_its_payload_is_answered() {
    struct Endless;
    impl Read for Endless {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            thread::sleep(Duration::from_secs(20));
            Ok(0)
        }
    }
    let wire = within(&request("gemini", "BeforeTool"), Endless, NO_VARIABLE, silent, |_| Duration::from_millis(100));
    assert_eq!((wire.stdout.as_str(), wire.exit), ("{}\n", 0));
}

#[test]
fn a_broken_payload_is_said_to_be_one() {
    for payload in ["", "nonsense", "[]", "{\"hook_event_name\":\"PreToolUse\"}", "{\"cwd\":"] {
        let wire = run(&request("claude-code", "PreToolUse"), payload, silent);
        assert_eq!((wire.stdout.as_str(), wire.exit), ("", 0), "{payload}");
        assert!(wire.stderr.starts_with("git-warrant: what the client sent "), "{payload}: {wire:?}");
    }
    let wire = run(&Request::default(), "{}", silent);
    assert!(wire.stderr.contains("who called is not known"), "{wire:?}");
    assert_eq!(wire.exit, 0);
}

#[test]
fn a_foreign_configuration_has_nothing_to_say_where_the_own_one_names_us() {
    let top = repository();
    let cursor = serde_json::json!({
        "conversation_id": "c1", "generation_id": "g1", "cursor_version": "3.7.21", "hook_event_name": "stop",
        "workspace_roots": [top.path()], "status": "completed", "loop_count": 0,
    })
    .to_string();
    let by_claude = request("claude-code", "Stop");
    let wire = run(&by_claude, &cursor, blocks);
    assert_eq!(wire.stdout, "{\"followup_message\":\"git-warrant: c1 of cursor\"}\n");
    fs::create_dir(top.path().join(".cursor")).expect("a directory");
    let own = r#"{"version":1,"hooks":{"stop":[{"command":"git-warrant hook agent --agent cursor stop"}]}}"#;
    fs::write(top.path().join(".cursor/hooks.json"), own).expect("a file");
    assert_eq!(run(&by_claude, &cursor, blocks).stdout, "{}\n");
    assert_eq!(run(&request("cursor", "stop"), &cursor, blocks), wire);
}

//! Sessions under bad conditions: nothing is lost, nobody is charged with what another did, and what went wrong is said.

use std::fs;
use std::io::Write as _;

use serde_json::json;

use crate::client::{Agent, blocked, later};
use crate::support::TestRepo;

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"data/**\"]\n";

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", POLICY).write("src/a.txt", "one\n").write(".gitignore", "data/cache/\n");
    repo.commit_all("start");
    repo
}

/// The one ledger there is.
fn ledger(repo: &TestRepo) -> std::path::PathBuf {
    let mut sessions = fs::read_dir(repo.path(".git/warrant/sessions")).expect("a folder");
    sessions.next().expect("a session").expect("an entry").path().join("ledger.jsonl")
}

#[test]
fn binary_ignored_and_huge_files_are_charged_to_who_changed_them() {
    let repo = repo();
    repo.write("data/old.bin", [0, 159, 146, 150]);
    let huge = |name: &str, size: u64| {
        let file = fs::OpenOptions::new().create(true).append(true).open(repo.path(name)).expect("a file");
        file.set_len(size).expect("room");
    };
    huge("data/huge.bin", 20 << 20);
    huge("data/other.bin", 20 << 20);
    let agent = Agent::start(&repo, "s");
    agent.edit("src/a.txt", "two\n");
    agent.force("mkdir -p data/cache && echo x > data/cache/x");
    assert_eq!(agent.stop("I changed src/a.txt."), None, "what was there before, and what is ignored");
    agent.force("printf x >> data/huge.bin");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("data/huge.bin") && !reason.contains("other.bin") && !reason.contains("cache"), "{reason}");
    agent.force("truncate -s 20971520 data/huge.bin; printf '\\0\\1' > data/new.bin");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("data/new.bin") && !reason.contains("huge.bin"), "{reason}");
    agent.force("rm data/new.bin");
    assert_eq!(agent.stop("Taken back."), None);
}

#[test]
fn a_hook_that_was_killed_loses_its_own_word_only() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p data && echo x > data/x");
    // Killed while it wrote, and before it could: a call whose end is never told.
    let mut file = fs::OpenOptions::new().append(true).open(ledger(&repo)).expect("a ledger");
    file.write_all(br#"{"prev":"0","at":1,"what":"resu"#).expect("written");
    agent.hook(
        "PreToolUse",
        json!({ "tool_name": "Bash", "tool_input": { "command": "sleep 9" }, "tool_use_id": "lost" }),
    );
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(!reason.contains("session-tampered"), "{reason}");
    agent.force("rm data/x");
    assert_eq!(agent.stop("Taken back."), None);
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_written() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    agent.force("mkdir -p data && echo x > data/x");
    // No file may grow, as on a full disk.
    let full = ["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_git-warrant")];
    let before = fs::read(ledger(&repo)).expect("a ledger");
    let tool = json!({ "tool_name": "Bash", "tool_input": { "command": "ls" }, "tool_use_id": "t" });
    let output = agent.send("sh", &full, "PreToolUse", &tool);
    assert!(output.status.success() && output.stdout.is_empty(), "the tool may run: {output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("ledger"), "{output:?}");
    later();
    repo.write("data/lost", "by the agent, or by a person\n");
    later();
    agent.send("sh", &full, "PostToolUse", &tool);
    // What is denied is refused all the same.
    let denied = json!({ "tool_name": "Write", "tool_input": { "file_path": repo.path("data/y"), "content": "" } });
    let output = agent.send("sh", &full, "PreToolUse", &denied);
    assert!(String::from_utf8_lossy(&output.stdout).contains("scope/denied-path"), "{output:?}");
    // A bound that cannot be kept is no bound, and that is said.
    let output = agent.send("sh", &full, "UserPromptSubmit", &json!({ "prompt": "warrant: read-only" }));
    assert!(String::from_utf8_lossy(&output.stdout).contains("does not hold"), "{output:?}");
    let stop = |continuing: bool| {
        let stop = json!({ "last_assistant_message": "Done.", "stop_hook_active": continuing });
        let output = agent.send("sh", &full, "Stop", &stop);
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("ledger"), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let said = stop(false);
    assert!(said.contains("\"block\"") && said.contains("nothing of this turn was checked"), "{said}");
    assert!(said.contains("ledger cannot be used") && said.contains("make room first"), "{said}");
    assert_eq!([stop(true), stop(false)], ["", ""], "it is said once");
    assert_eq!(fs::read(ledger(&repo)).expect("a ledger"), before);
    // There is room again. What happened meanwhile is nobody's, and that is said, too.
    later();
    agent.force("true");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("data/x") && !reason.contains("session-tampered"), "{reason}");
    assert!(!reason.contains("1. `data/lost`"), "{reason}");
    agent.force("rm data/x");
    let reason = blocked(agent.stop("Taken back."), "data/lost");
    assert!(reason.contains("while the session could not be recorded") && reason.contains("tell the user"), "{reason}");
    assert_eq!(agent.stop("I told the user."), None);
}

#[test]
fn a_full_disk_without_room_for_a_file_still_blocks_once() {
    let repo = repo();
    let agent = Agent::start(&repo, "s");
    // Not even empty files, as where a file system has no inodes left.
    let state = repo.beside("home/.local/state/git-warrant");
    for folder in [repo.path(".git/warrant/agents"), state.join("agents")] {
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("it is ours");
        }
        fs::create_dir_all(folder.parent().expect("a folder")).expect("folders");
        fs::write(&folder, "").expect("a file");
    }
    let full = ["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_git-warrant")];
    let stop = |continuing: bool| {
        let stop = json!({ "last_assistant_message": "Done.", "stop_hook_active": continuing });
        let output = agent.send("sh", &full, "Stop", &stop);
        String::from_utf8_lossy(&output.stdout).contains("nothing of this turn was checked")
    };
    assert_eq!([stop(false), stop(true)], [true, false]);
}

#[test]
fn a_session_that_began_on_a_full_disk_charges_nobody_with_the_past() {
    let repo = repo();
    repo.write("data/mine.txt", "m\n");
    let agent = Agent::unstarted(&repo, "s");
    let full = ["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_git-warrant")];
    let output = agent.send("sh", &full, "SessionStart", &json!({ "source": "startup" }));
    assert!(output.status.success() && !output.stderr.is_empty(), "{output:?}");
    agent.prompt("please do it");
    agent.force("echo x > data/x");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("data/x") && !reason.contains("mine.txt"), "{reason}");
}

#[test]
fn a_session_that_began_on_a_full_disk_begins_once_there_is_room() {
    let repo = repo();
    let agent = Agent::unstarted(&repo, "s");
    let full = ["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_git-warrant")];
    agent.send("sh", &full, "SessionStart", &json!({ "source": "startup" }));
    agent.prompt("please do it");
    agent.edit("src/a.txt", "two\n");
    assert_eq!(agent.stop("I changed src/a.txt."), None);
    agent.force("mkdir -p data && echo x > data/x");
    blocked(agent.stop("Done."), "scope/denied-path");
}

#[test]
fn a_store_that_takes_no_objects_still_has_a_baseline() {
    let repo = repo();
    repo.write("data/mine.txt", "m\n").write("src/a.txt", "mine\n");
    // Loose objects would go into folders of this name: files stand in their place.
    for first in 0..=255 {
        let folder = repo.path(format!(".git/objects/{first:02x}"));
        if !folder.exists() {
            fs::write(folder, "").expect("a file");
        }
    }
    let agent = Agent::start(&repo, "s");
    agent.edit("src/b.txt", "two\n");
    assert_eq!(agent.stop("I wrote src/b.txt."), None);
    agent.force("echo x > data/x");
    let reason = blocked(agent.stop("Done."), "scope/denied-path");
    assert!(reason.contains("data/x") && !reason.contains("mine.txt"), "{reason}");
}

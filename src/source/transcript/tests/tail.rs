use std::io::Write as _;
use std::time::{Duration, Instant};

use super::*;

fn user(text: &str) -> String {
    format!(r#"{{"type":"user","uuid":"u","sessionId":"s","message":{{"role":"user","content":"{text}"}}}}"#)
}

fn says(text: &str) -> String {
    format!(
        r#"{{"type":"assistant","uuid":"a","sessionId":"s","message":{{"content":[{{"type":"text","text":"{text}"}}]}}}}"#
    )
}

fn call() -> String {
    r#"{"type":"assistant","uuid":"c","sessionId":"s","message":{"content":[{"type":"tool_use","id":"c","name":"Bash","input":{"command":"ls"}}]}}"#.to_owned()
}

struct Transcript {
    _directory: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl Transcript {
    fn of(rows: &[String]) -> Self {
        let directory = tempfile::TempDir::new().expect("a temporary directory");
        let path = directory.path().join("s.jsonl");
        std::fs::write(&path, rows.join("\n") + if rows.is_empty() { "" } else { "\n" }).expect("writable");
        Self { _directory: directory, path }
    }

    fn append(&self, text: &str) {
        let mut file = std::fs::OpenOptions::new().append(true).open(&self.path).expect("the file");
        file.write_all(text.as_bytes()).expect("writable");
    }

    fn last(&self) -> Option<(String, bool)> {
        last_message(&self.path).expect("a file").map(|last| (last.text.text, last.is_final))
    }
}

#[test]
fn reading_goes_on_behind_the_last_whole_line() {
    let file = Transcript::of(&[user("one")]);
    let (reading, offset) = read_since(&file.path, 0).expect("a file");
    assert_eq!(lines(&reading.events), ["prompt one"]);
    let next = says("two");
    let (half, rest) = next.split_at(40);
    file.append(half);
    let (reading, same) = read_since(&file.path, offset).expect("a file");
    assert!(reading.events.is_empty() && reading.seen.broken == 0, "{reading:?}");
    assert_eq!(same, offset);
    file.append(&format!("{rest}\n"));
    let (reading, end) = read_since(&file.path, offset).expect("a file");
    assert_eq!(lines(&reading.events), ["message two"]);
    assert_eq!(end, std::fs::metadata(&file.path).expect("the file").len());
    // In the middle of a line the next one is the first.
    let (reading, _) = read_since(&file.path, 5).expect("a file");
    assert_eq!(lines(&reading.events), ["message two"]);
    // A file that is shorter by now is another one.
    std::fs::write(&file.path, format!("{}\n", user("new"))).expect("writable");
    let (reading, _) = read_since(&file.path, end).expect("a file");
    assert_eq!(lines(&reading.events), ["prompt new"]);
}

#[test]
fn the_last_words_are_those_after_the_last_prompt() {
    assert_eq!(Transcript::of(&[user("go"), says("a"), says("b")]).last(), Some(("b".to_owned(), true)));
    assert_eq!(Transcript::of(&[user("go"), says("a"), call()]).last(), Some(("a".to_owned(), false)));
    assert_eq!(Transcript::of(&[user("go"), says("a"), user("more")]).last(), None);
    assert_eq!(Transcript::of(&[]).last(), None);
}

#[test]
fn the_last_words_are_found_behind_much_else() {
    let rest = says("x").replace("\"text\"", "\"thinking\"").replace('x', &"y".repeat(100_000));
    let mut rows = vec![user("go"), says("far")];
    rows.extend(std::iter::repeat_n(rest, 20));
    assert_eq!(Transcript::of(&rows).last(), Some(("far".to_owned(), true)));
}

#[test]
fn a_late_writer_is_waited_for() {
    let file = Transcript::of(&[user("go"), call()]);
    let offset = std::fs::metadata(&file.path).expect("the file").len();
    let late = Instant::now() + Duration::from_secs(20);
    let found = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| wait_for_end(&file.path, 0, late).expect("a file"));
        std::thread::sleep(Duration::from_millis(60));
        file.append(&format!("{}\n", says("done")));
        waiting.join().expect("no panic")
    });
    assert_eq!(found.map(|found| found.text.text).as_deref(), Some("done"));
    // Words from before the offset are those of an earlier turn.
    let soon = Instant::now() + Duration::from_millis(50);
    assert_eq!(wait_for_end(&file.path, offset + says("done").len() as u64 + 1, soon).expect("a file"), None);
    assert!(wait_for_end(&file.path.with_file_name("absent"), 0, Instant::now()).expect("no fault").is_none());
}

#[test]
fn an_end_mark_needs_no_second_look() {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let path = directory.path().join("rollout.jsonl");
    std::fs::write(
        &path,
        "{\"type\":\"session_meta\",\"payload\":{\"id\":\"x\"}}\n{\"type\":\"event_msg\",\"payload\":{\"type\":\"task_complete\",\"last_agent_message\":\"Done.\"}}\n",
    )
    .expect("writable");
    let last = last_message(&path).expect("a file").expect("words");
    assert!(last.is_final && last.is_ended && last.text.text == "Done.");
}

use super::*;
use crate::model::event::Text;
use crate::model::receipt::RunState;

fn event(what: What) -> Event {
    Event { at: Some(1), turn: None, helper: None, what }
}

fn shell(command: &str) -> Tool {
    Tool::Shell { command: Text::from(command), directory: None }
}

fn edit(path: &str) -> Event {
    let tool = Tool::Edit { files: vec![Edit { path: path.into(), kind: EditKind::Modified }] };
    event(What::Result { id: None, tool, ended: Ended { failed: Some(false), ..Ended::default() } })
}

fn ran(command: &str, exit: i32, output: &str) -> Event {
    let ended =
        Ended { exit: Some(exit), failed: Some(exit != 0), output: Some(Text::from(output)), ..Ended::default() };
    event(What::Result { id: None, tool: shell(command), ended })
}

const PASSED: &str =
    "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

fn gathered(events: &[Event]) -> SessionFacts {
    let mut gatherer = Gatherer::new("s", ReceiptSource::Transcript);
    for event in events {
        gatherer.event(event);
    }
    gatherer.facts(&|_| None, true)
}

fn freshness(events: &[Event]) -> Freshness {
    gathered(events).receipts.first().expect("a run").freshness
}

#[test]
fn a_run_is_fresh_until_something_was_written() {
    let run = ran("cargo test", 0, PASSED);
    assert_eq!(freshness(std::slice::from_ref(&run)), Freshness::Fresh);
    assert_eq!(freshness(&[run.clone(), ran("git status", 0, "")]), Freshness::Fresh);
    assert_eq!(freshness(&[run.clone(), edit("/r/a.rs")]), Freshness::Stale);
    assert_eq!(freshness(&[run.clone(), edit("/tmp/notes.md")]), Freshness::Fresh);
    assert_eq!(freshness(&[run.clone(), ran("python gen.py", 0, "")]), Freshness::Unknown);
    assert_eq!(freshness(&[run, event(What::Started { source: "rewind".to_owned() })]), Freshness::Unknown);
    assert_eq!(freshness(&[edit("/r/a.rs"), ran("cargo test", 0, PASSED)]), Freshness::Fresh);
}

#[test]
fn an_edit_while_it_ran_makes_it_stale() {
    let call = event(What::Call { id: Some("c".to_owned()), tool: shell("cargo test") });
    let ended = Ended { exit: Some(0), output: Some(Text::from(PASSED)), ..Ended::default() };
    let result = event(What::Result { id: Some("c".to_owned()), tool: shell("cargo test"), ended });
    assert_eq!(freshness(&[call, edit("/r/a.rs"), result]), Freshness::Stale);
}

#[test]
fn an_edit_that_failed_or_was_refused_is_none() {
    let refused = |ended: Ended| {
        let tool = Tool::Edit { files: vec![Edit { path: "a".into(), kind: EditKind::Modified }] };
        event(What::Result { id: None, tool, ended })
    };
    let run = ran("cargo test", 0, PASSED);
    for ended in [Ended { failed: Some(true), ..Ended::default() }, Ended { refused: true, ..Ended::default() }] {
        assert_eq!(freshness(&[run.clone(), refused(ended)]), Freshness::Fresh);
    }
}

#[test]
fn the_end_in_the_background_replaces_the_beginning() {
    let call = event(What::Call { id: Some("c".to_owned()), tool: shell("cargo test") });
    let result = |ended| event(What::Result { id: Some("c".to_owned()), tool: shell("cargo test"), ended });
    let begun = result(Ended { background: true, ..Ended::default() });
    let facts = gathered(&[call.clone(), begun.clone()]);
    assert_eq!(facts.receipts[0].run.state, RunState::Unreadable);
    let done = result(Ended { exit: Some(0), output: Some(Text::from(PASSED)), ..Ended::default() });
    let facts = gathered(&[call, begun, done]);
    assert_eq!((facts.receipts.len(), facts.commands.len()), (1, 1));
    assert_eq!(facts.receipts[0].run.state, RunState::Passed);
}

#[test]
fn what_was_refused_never_ran() {
    let ended = Ended { failed: Some(true), refused: true, ..Ended::default() };
    let facts = gathered(&[event(What::Result { id: None, tool: shell("rm -rf x"), ended })]);
    assert!(facts.receipts.is_empty() && facts.commands[0].refused);
}

#[test]
fn commits_are_those_git_tells_of() {
    let mut gatherer = Gatherer::new("s", ReceiptSource::Transcript);
    gatherer.event(&ran("git commit -m x", 0, "[main 1a2b3c4] x\n 1 file changed"));
    let id = ObjectId::from_hex(&[b'a'; 40]).expect("an id");
    let facts = gatherer.facts(&|short| (short == "1a2b3c4").then_some(id), true);
    assert_eq!((facts.commits, gatherer.commits().len()), (vec![id], 1));
}

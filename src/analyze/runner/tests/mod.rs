//! Outputs of runners with what is to be read from them. A case in the `.txt` files beside this one is
//!
//! ```text
//! >>> 1 cargo test            the exit status (`?` for none), the command line
//! …                           what it printed
//! <<< tests cargo-test failed 3/1/0 subset: `words of the reason`
//! ```
//!
//! Numbers are passed, failed, skipped, `-` for one that is not told. Parts follow on lines of their own, each with `<<<`.

use std::fmt::Write as _;

use crate::model::event::{Ended, Text};
use crate::model::receipt::Run;

use super::{read, read_event};

struct Case<'a> {
    line: usize,
    exit: Option<i32>,
    command: String,
    output: String,
    expected: Vec<&'a str>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix(">>> ") {
            let (exit, command) = head.split_once(' ').unwrap();
            let command = command.replace("\\n", "\n");
            cases.push(Case {
                line: at + 1,
                exit: exit.parse().ok(),
                command,
                output: String::new(),
                expected: Vec::new(),
            });
            open = true;
        } else if let Some(expected) = line.strip_prefix("<<< ") {
            cases.last_mut().unwrap().expected.push(expected);
            open = false;
        } else if open {
            let case = cases.last_mut().unwrap();
            // `\e` is the escape character, `\r` a carriage return.
            case.output.push_str(&line.replace("\\e", "\u{1b}").replace("\\r", "\r"));
            case.output.push('\n');
        }
    }
    cases
}

fn told(run: &Run) -> String {
    let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = format!(
        "{} {} {}",
        word(serde_json::to_value(run.kind).unwrap()),
        if run.tool.is_empty() { "-" } else { &run.tool },
        word(serde_json::to_value(run.state).unwrap()),
    );
    let counts = run.counts;
    if counts.passed.or(counts.failed).or(counts.skipped).is_some() {
        let _ = write!(out, " {}/{}/{}", count(counts.passed), count(counts.failed), count(counts.skipped));
    }
    out.push_str(if run.subset { " subset" } else { "" });
    out
}

fn check(name: &str, text: &str) {
    let mut wrong = String::new();
    let all = cases(text);
    assert!(!all.is_empty());
    for case in all {
        let run = read(&case.command, Some(&Text::from(case.output.as_str())), case.exit);
        let runs: Vec<String> = run.each().iter().map(|run| format!("{}: {}", told(run), run.reason)).collect();
        let fits = runs.len() == case.expected.len()
            && runs.iter().zip(&case.expected).all(|(run, expected)| match expected.split_once(": ") {
                Some((head, reason)) => {
                    run.split_once(": ").is_some_and(|(own, why)| own == head && why.contains(reason))
                }
                None => run.split_once(": ").is_some_and(|(own, _)| own == *expected),
            });
        if !fits {
            let _ = writeln!(
                wrong,
                "{name}:{}: {}\n  read     {}\n  expected {}",
                case.line,
                case.command,
                runs.join(", "),
                case.expected.join(", ")
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn rust() {
    check("rust.txt", include_str!("rust.txt"));
}

#[test]
fn python() {
    check("python.txt", include_str!("python.txt"));
}

#[test]
fn go() {
    check("go.txt", include_str!("go.txt"));
}

#[test]
fn javascript() {
    check("javascript.txt", include_str!("javascript.txt"));
}

#[test]
fn others() {
    check("others.txt", include_str!("others.txt"));
}

#[test]
fn checks() {
    check("checks.txt", include_str!("checks.txt"));
}

#[test]
fn command_lines() {
    check("lines.txt", include_str!("lines.txt"));
}

#[test]
fn what_clients_tell_beside_the_output() {
    let ended =
        |failed, output: &str| Ended { failed: Some(failed), output: Some(Text::from(output)), ..Ended::default() };
    let run = read_event(
        "cargo test",
        &ended(true, "Exit code 101\nerror: could not compile `a` (lib) due to 1 previous error"),
    );
    assert_eq!(told(&run), "tests cargo-test failed");
    // A client's "success" is status 0; nothing was piped.
    assert_eq!(told(&read_event("tsc --noEmit", &ended(false, ""))), "types tsc passed");
    assert_eq!(told(&read_event("tsc --noEmit | tail -3", &ended(false, ""))), "types tsc unreadable");
    let run = read_event("pytest", &Ended { interrupted: true, ..ended(true, "3 passed in 0.1s") });
    assert_eq!((told(&run).as_str(), run.reason.as_str()), ("tests pytest unreadable", "it was interrupted"));
    let run = read_event("pytest", &Ended { background: true, ..Ended::default() });
    assert_eq!(told(&run), "tests pytest unreadable");
    assert_eq!(told(&read("pytest", None, None)), "tests pytest unreadable");
    assert_eq!(told(&read("pytest", None, Some(0))), "tests pytest passed");
    assert_eq!(told(&read("pytest", None, Some(137))), "tests pytest unreadable");
}

#[test]
fn hostile_output_ends_soon() {
    let long = "1 ".repeat(200_000);
    let lines = "ok 1\n1 passing (1ms)\n[\u{1b}[".repeat(5_000);
    for text in [long, lines, "{\"Action\":".repeat(20_000), "\n".repeat(200_000)] {
        let _run = read("make test", Some(&Text::from(text.as_str())), Some(1));
    }
    let _run =
        read(&"cargo test && ".repeat(5_000), Some(&Text::from("test result: ok. 1 passed; 0 failed;")), Some(0));
}

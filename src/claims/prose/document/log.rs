//! Lines that a program wrote: compiler messages, test runs, stack traces, diffs, prompts of a shell.

/// Would a person take this line, without its indent, for output?
pub(super) fn is_log(line: &str) -> bool {
    STARTS.iter().any(|start| line.starts_with(start))
        || is_frame(line)
        || is_place(line)
        || is_raised(line)
        || is_stat(line)
        || is_stamped(line)
        || is_test_line(line)
        || line.starts_with(['│', '├', '└', '┌', '╭', '╰', '║'])
}

const STARTS: &[&str] = &[
    "error[",
    "error:",
    "warning:",
    "fatal:",
    "thread '",
    "Traceback (most recent",
    "File \"",
    "$ ",
    "% ",
    ">>> ",
    "... ok",
    "diff --git ",
    "@@ -",
    "+++ ",
    "--- a/",
    "--- FAIL",
    "--- PASS",
    "=== RUN",
    "FAIL\t",
    "FAIL:",
    "FAIL ",
    "PASS\t",
    "PASS:",
    "ok  \t",
    "test result: ",
    "note: run with ",
    "npm ERR!",
    "panic: ",
    "goroutine ",
    "Caused by:",
    "[ERROR]",
    "[INFO]",
    "[WARN]",
    "[DEBUG]",
    "E   ",
    "make: ",
    "make[",
    "-->",
    "= note: ",
    "= help: ",
];

/// `at f (a.js:1:2)`
fn is_frame(line: &str) -> bool {
    let place = line.strip_prefix("at ").and_then(|rest| rest.strip_suffix(')')).and_then(|rest| rest.rsplit_once('('));
    place
        .and_then(|(_, place)| place.rsplit_once(':'))
        .is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `a/b.rs:12:3: text`: a path without blanks, a line, and the colon of a message or the end.
fn is_place(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let Some((path, place)) = word.split_once(':') else { return false };
    let digits =
        place.starts_with(|c: char| c.is_ascii_digit()) && place.chars().all(|c| c.is_ascii_digit() || c == ':');
    digits && path.contains('.') && (place.ends_with(':') || place.contains(':'))
}

/// `TypeError: text`, `java.lang.IllegalStateException: text`
fn is_raised(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, _)| {
        name.len() > 5
            && (name.ends_with("Error") || name.ends_with("Exception"))
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
    })
}

/// ` src/a.rs | 12 ++--`
fn is_stat(line: &str) -> bool {
    let Some((path, counts)) = line.rsplit_once(" | ") else { return false };
    let counts = counts.trim();
    let path = path.trim();
    let is_count = counts.starts_with("Bin ")
        || counts.starts_with(|c: char| c.is_ascii_digit())
            && counts.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-'));
    is_count && !path.is_empty() && !path.starts_with('|')
}

/// `2026-01-02T03:04:05 …`, `[12:00:01] …`
fn is_stamped(line: &str) -> bool {
    let bytes = line.trim_start_matches('[').as_bytes();
    let shape: String =
        bytes.iter().take(10).map(|byte| if byte.is_ascii_digit() { '0' } else { char::from(*byte) }).collect();
    shape.starts_with("00:00:00")
        || shape == "0000-00-00"
            && bytes.get(10).is_some_and(|byte| matches!(byte, b'T' | b' '))
            && bytes.get(13) == Some(&b':')
}

/// `test a::b ... ok`
fn is_test_line(line: &str) -> bool {
    line.starts_with("test ") && [" ... ok", " ... FAILED", " ... ignored"].iter().any(|end| line.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_told_from_prose() {
        for line in [
            "error[E0425]: cannot find value",
            "at run (lib/a.js:10:4)",
            "cmd/x/a_test.go:12:3: undefined: f",
            "TypeError: x is not a function",
            "src/a.rs | 12 ++++----",
            "2026-01-02T03:04:05Z start",
            "[12:00:01] start",
            "test a::b ... ok",
            "$ cargo test",
        ] {
            assert!(is_log(line), "{line}");
        }
        for line in [
            "src/a.rs: add a check",
            "Errors are told apart",
            "at the end (see 1)",
            "12 files changed",
            "test the parser",
            "2026-01-02: first release",
            "Error: handled in `a.rs`",
        ] {
            assert!(!is_log(line), "{line}");
        }
    }
}

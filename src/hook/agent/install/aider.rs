//! Our line in `.aider.conf.yml`. The file is flat, so lines are all that is touched, and a test command of the user's own
//! is never replaced.

use super::is_our_line;

const COMMAND: &str = "test-cmd:";
const AUTO: &str = "auto-test:";

/// Stands on a line of its own before our lines, so that they are known when they are taken out.
const MARK: &str = "# git-warrant: judge every edit";

pub(super) fn put(text: Option<&str>, line: &str) -> Result<String, String> {
    let ours = format!("{MARK}\n{COMMAND} {}\n{AUTO} true\n", quoted(line));
    let rest = text.map(|text| without(text).0).unwrap_or_default();
    let taken = |key: &str| rest.lines().any(|line| line.trim_start().starts_with(key));
    if taken(COMMAND) {
        return Err(format!(
            "has a test command already; have it run git-warrant after the tests: `YOUR TESTS && {line}`"
        ));
    }
    if taken(AUTO) {
        return Err(format!("sets auto-test already; take that line out, or add these yourself:\n{ours}"));
    }
    if rest
        .lines()
        .any(|line| line.trim_start().starts_with(['{', '[']) || line.trim() == "---" || line.trim() == "...")
    {
        return Err(format!("is not plain `key: value` lines; add these yourself:\n{ours}"));
    }
    let end = if rest.is_empty() || rest.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{rest}{end}{ours}"))
}

/// The text without our lines; `None` where nothing else is left.
pub(super) fn take(text: &str) -> Option<String> {
    let (rest, any) = without(text);
    if any && rest.trim().is_empty() { None } else { Some(rest) }
}

pub(super) fn names_us(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with(COMMAND) && is_our_line(line))
}

fn without(text: &str) -> (String, bool) {
    let mut rest = String::new();
    let mut any = false;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if line.trim_end() == MARK && lines.peek().is_some_and(|next| next.starts_with(COMMAND) && is_our_line(next)) {
            any = true;
            lines.next();
            if lines.peek().is_some_and(|next| next.starts_with(AUTO)) {
                lines.next();
            }
            continue;
        }
        rest.push_str(line);
    }
    (rest, any)
}

/// A YAML string in single quotes, in which only the quote itself is written twice.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

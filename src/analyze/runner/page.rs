//! What a command printed, as lines that can be read: without colours, progress and the marks that task runners put in front.

use crate::model::event::Text;

/// The most bytes read of one output; of a longer one, its two ends.
const MAX_BYTES: usize = 1 << 21;

/// The most bytes of a line.
const MAX_LINE: usize = 2_000;

/// What is missing of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    Nothing,
    /// The beginning or the middle: the end is there.
    Beginning,
    /// The end.
    End,
    /// Lines were picked out.
    Lines,
}

#[derive(Debug)]
pub(super) struct Line {
    whole: String,
    /// Where the mark of a task runner ends.
    start: usize,
}

impl Line {
    /// Without the mark of a task runner and the white space around it.
    pub(super) fn text(&self) -> &str {
        self.whole.get(self.start..).unwrap_or_default().trim()
    }

    /// As printed, colours apart.
    pub(super) fn raw(&self) -> &str {
        &self.whole
    }
}

#[derive(Debug)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) loss: Loss,
    /// What stands in for the output: a note of the client's that there is none.
    pub(super) note: Option<&'static str>,
}

impl Page {
    pub(super) fn of(text: &Text) -> Self {
        let bounded = Text::bounded(&text.text, MAX_BYTES);
        let mut loss = if text.is_cut || bounded.is_cut { Loss::Beginning } else { Loss::Nothing };
        let lines: Vec<Line> = bounded.text.split('\n').map(line).collect();
        let last = lines.iter().rposition(|line| !line.text().is_empty());
        for (at, line) in lines.iter().enumerate() {
            if is_gap(line.text()) {
                loss = if Some(at) == last { Loss::End } else { Loss::Beginning };
            }
        }
        let head = || lines.iter().map(Line::text).filter(|text| !text.is_empty()).take(3);
        if head().any(|text| text.starts_with("<persisted-output>") || text.starts_with("Output too large (")) {
            loss = Loss::End;
        }
        let note = head().find_map(note);
        Self { lines, loss, note }
    }

    /// The lines of text, with their places.
    pub(super) fn texts(&self) -> impl DoubleEndedIterator<Item = (usize, &str)> {
        self.lines.iter().enumerate().map(|(at, line)| (at, line.text())).filter(|(_, text)| !text.is_empty())
    }

    /// How many lines there are, the empty end aside.
    pub(super) fn len(&self) -> usize {
        self.lines.iter().rposition(|line| !line.whole.is_empty()).map_or(0, |at| at + 1)
    }
}

/// Where something was left out by whoever kept the output.
fn is_gap(text: &str) -> bool {
    let inner = text.trim_matches(['.', '…', '[', ']', '<', '>', ' ', '-', '(', ')']);
    text == "[…]"
        || text.len() < 120
            && inner.len() < text.len()
            && (inner.ends_with("truncated") || inner.ends_with("omitted") || inner.contains("truncated to"))
            && inner.bytes().any(|byte| byte.is_ascii_digit())
}

/// A client's word that the command gave no output to read.
fn note(text: &str) -> Option<&'static str> {
    const NOTES: &[(&str, &str)] = &[
        ("Command running in background with ID", "it went on in the background"),
        ("Command did not complete within", "it went on in the background"),
        ("The user doesn't want to proceed with this tool use", "it was refused"),
        ("The user doesn't want to take this action", "it was refused"),
        ("[Request interrupted by user", "it was interrupted"),
        ("Command timed out after", "it ran out of time"),
        ("Command was aborted", "it was interrupted"),
        ("This command requires approval", "it was refused"),
        ("Permission to use", "it was refused"),
    ];
    NOTES.iter().find(|(start, _)| text.starts_with(start)).map(|(_, why)| *why)
}

fn line(raw: &str) -> Line {
    let raw = raw.strip_suffix('\r').unwrap_or(raw);
    // What a carriage return wrote over is gone.
    let raw = raw.rsplit('\r').find(|part| !part.trim().is_empty()).unwrap_or(raw);
    let mut end = raw.len().min(MAX_LINE);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    let whole = plain(raw.get(..end).unwrap_or_default());
    let start = mark(&whole);
    Line { whole, start }
}

/// Without the sequences that colour text or move the cursor.
fn plain(text: &str) -> String {
    if !text.contains(['\u{1b}', '[']) {
        return text.trim_end().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '\u{1b}' => escape(rest),
            '[' => colour(rest),
            _ => 0,
        };
        if skipped == 0 {
            out.push(c);
        }
        rest = rest.get(skipped.max(c.len_utf8())..).unwrap_or_default();
    }
    out.trim_end().to_owned()
}

/// How many bytes an escape sequence takes.
fn escape(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        Some(b'[') => {
            let end = bytes.iter().skip(2).position(|byte| (0x40..=0x7e).contains(byte));
            end.map_or(bytes.len(), |end| end + 3)
        }
        Some(b']') => {
            let end = bytes.iter().skip(2).position(|byte| matches!(byte, 0x07 | 0x1b));
            end.map_or(bytes.len(), |end| if bytes.get(end + 2) == Some(&0x1b) { end + 4 } else { end + 3 })
        }
        Some(byte) if byte.is_ascii() => 2,
        _ => 1,
    }
    .min(text.len())
}

/// A colour whose escape character was lost on the way: `[32m`.
fn colour(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = bytes.iter().skip(1).take(12).position(|byte| !(byte.is_ascii_digit() || *byte == b';'));
    match end {
        Some(end) if end > 0 && bytes.get(end + 1) == Some(&b'm') => end + 2,
        _ => 0,
    }
}

/// How many bytes the mark takes that a task runner puts before each line: `[test] `, `web:test: `, `packages/a test: `.
fn mark(line: &str) -> usize {
    if let Some(rest) = line.strip_prefix('[') {
        let Some((name, after)) = rest.split_once("] ") else { return 0 };
        let is_name = !name.is_empty()
            && name.len() <= 60
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":._-/@".contains(&byte));
        // Maven, sbt and prettier print their own.
        let own = matches!(
            name,
            "INFO" | "ERROR" | "WARNING" | "WARN" | "info" | "error" | "warn" | "success" | "doctest" | "OK"
        );
        return if is_name && !own && !after.is_empty() { line.len() - after.len() } else { 0 };
    }
    let Some((name, after)) = line.split_once(": ") else { return 0 };
    let task = |task: &str| {
        let task = task.split(':').next().unwrap_or_default();
        matches!(task, "test" | "lint" | "build" | "typecheck" | "check" | "format" | "test-unit" | "types")
    };
    let is_name = |name: &str| !name.is_empty() && name.len() <= 80 && name.bytes().all(|byte| byte.is_ascii_graphic());
    let marked = match name.split_once(' ') {
        // pnpm: `packages/a test: …`
        Some((package, name)) => is_name(package) && task(name),
        // turbo: `web:test: …`
        None => is_name(name) && name.split_once(':').is_some_and(|(_, name)| task(name)),
    };
    if marked { line.len() - after.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Page::of(&Text::from(text)).texts().map(|(_, text)| text.to_owned()).collect()
    }

    #[test]
    fn colours_progress_and_marks_are_taken_off() {
        assert_eq!(texts("\u{1b}[32mok\u{1b}[0m\r\n"), ["ok"]);
        assert_eq!(texts("[1m[32m 12 pass[0m"), ["12 pass"]);
        assert_eq!(texts("10%\r50%\rdone\r\n"), ["done"]);
        assert_eq!(texts("\u{1b}]0;title\u{7}x \u{1b}]8;;u\u{1b}\\y"), ["x y"]);
        assert_eq!(texts("[test:ci] ok  \ta\t1s"), ["ok  \ta\t1s"]);
        assert_eq!(texts("web:test: Tests: 1 passed"), ["Tests: 1 passed"]);
        assert_eq!(texts("packages/a test: 1 passing"), ["1 passing"]);
        assert_eq!(texts("[INFO] BUILD SUCCESS"), ["[INFO] BUILD SUCCESS"]);
        assert_eq!(texts("error: test failed, to rerun pass `--lib`"), ["error: test failed, to rerun pass `--lib`"]);
    }

    #[test]
    fn gaps_are_seen() {
        let loss = |text: &str| Page::of(&Text::from(text)).loss;
        assert_eq!(loss("a\n\n... [123 lines truncated] ...\n\nb"), Loss::Beginning);
        assert_eq!(loss("a\n... [123 lines truncated] ..."), Loss::End);
        assert_eq!(loss("<persisted-output>\nOutput too large (33KB). Full output saved to: x"), Loss::End);
        assert_eq!(loss("the value was truncated"), Loss::Nothing);
        assert_eq!(Page::of(&Text { text: "a".to_owned(), is_cut: true }).loss, Loss::Beginning);
    }

    #[test]
    fn hostile_lines_end() {
        let text = format!("{}\u{1b}", "\u{1b}[".repeat(10_000));
        assert!(Page::of(&Text::from(text.as_str())).lines.len() == 1);
        assert_eq!(texts("\u{1b}ä[ä"), ["ä[ä"]);
    }
}

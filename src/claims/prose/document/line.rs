//! What a single line looks like: its indent, its marker, its role.

use super::Boxed;

/// What stands before the text of a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// Bytes of marker, box and the blanks behind them.
    pub(super) length: usize,
    pub(super) boxed: Boxed,
    /// A number, and no bullet.
    pub(super) numbered: bool,
}

/// The width of the white space before the text; a tab goes to the next multiple of four.
pub(super) fn indent(line: &str) -> usize {
    let mut width = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => width += 1,
            b'\t' => width = width / 4 * 4 + 4,
            _ => break,
        }
    }
    width
}

/// The marker of a list item at the start of a line without its indent.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let bullet = bullet(line);
    let after = line.get(bullet.map_or(0, |(length, _)| length)..)?;
    let boxed = ["[ ] ", "[] "].iter().find(|open| after.starts_with(**open)).map(|open| (open.len(), Boxed::Unticked));
    let boxed = boxed.or_else(|| {
        ["[x] ", "[X] ", "[✓] ", "[✔] "]
            .iter()
            .find(|open| after.starts_with(**open))
            .map(|open| (open.len(), Boxed::Ticked))
    });
    let told = boxed.or_else(|| tick(after));
    match (bullet, told) {
        (None, None) => None,
        (bullet, told) => {
            let (length, by_number) = bullet.unwrap_or((0, false));
            let (box_length, boxed) = told.unwrap_or((0, Boxed::None));
            let text = after.get(box_length..)?;
            let blanks = text.len() - text.trim_start().len();
            // `12. 3` is a number.
            let fits = !by_number || text.trim_start().starts_with(|c: char| !c.is_ascii_digit());
            (fits && !text.trim().is_empty()).then_some(Marker {
                length: length + box_length + blanks,
                boxed,
                numbered: by_number,
            })
        }
    }
}

/// The bytes of `- `, `•` or `12. `, and whether it is a number.
fn bullet(line: &str) -> Option<(usize, bool)> {
    for sign in ["- ", "* ", "+ ", "-\t", "*\t", "• ", "‣ ", "◦ ", "▪ ", "· ", "– ", "— ", "→ ", "•"] {
        if line.starts_with(sign) {
            return Some((sign.len(), false));
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = line.get(digits..)?;
    let closes = [". ", ") "].iter().any(|end| after.starts_with(end));
    if (1..=3).contains(&digits) && closes {
        return Some((digits + 2, true));
    }
    let inner = line.strip_prefix('(')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    ((1..=3).contains(&digits) && inner.get(digits..)?.starts_with(") ")).then_some((digits + 3, true))
}

/// A sign that stands for a box.
fn tick(text: &str) -> Option<(usize, Boxed)> {
    let first = text.chars().next()?;
    let boxed = match first {
        '✅' | '✓' | '✔' | '☑' | '🗹' => Boxed::Ticked,
        '☐' | '⬜' | '❌' | '✗' | '✘' | '🔲' | '⏳' | '🚧' => Boxed::Unticked,
        _ => return None,
    };
    let after = text.get(first.len_utf8()..)?;
    // A variation selector makes the sign an emoji.
    let rest = after.trim_start_matches('\u{fe0f}');
    rest.starts_with([' ', '\t']).then_some((text.len() - rest.len(), boxed))
}

/// Level and text of `## heading`.
pub(super) fn heading(line: &str) -> Option<&str> {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(hashes..)?;
    ((1..=6).contains(&hashes) && text.starts_with([' ', '\t'])).then(|| text.trim().trim_end_matches('#').trim_end())
}

/// `**Changes**` alone on its line: a heading by other means.
pub(super) fn bold_line(line: &str) -> Option<&str> {
    let inner = line
        .trim_end()
        .strip_prefix("**")
        .and_then(|line| line.strip_suffix("**").or_else(|| line.strip_suffix("**:")))?;
    let inner = inner.trim();
    (!inner.is_empty() && !inner.contains("**") && inner.len() <= MAX_LABEL).then(|| inner.trim_end_matches(':'))
}

const MAX_LABEL: usize = 60;

/// The words of a line such as `Changes:`, which heads what follows it.
pub(super) fn label(line: &str) -> Option<&str> {
    let text =
        line.trim_end().trim_end_matches('*').strip_suffix([':', '：'])?.trim_start_matches('*').trim_end_matches('*');
    let fits = text.len() <= MAX_LABEL && text.split_whitespace().count() <= 6 && text.starts_with(char::is_alphabetic);
    fits.then_some(text)
}

/// A line of one sign, three or more: `---`, `=====`, `***`.
pub(super) fn rule(line: &str) -> Option<char> {
    let line = line.trim();
    let first = line.chars().next()?;
    let fits =
        matches!(first, '-' | '=' | '*' | '_' | '~' | '─' | '━' | '═') && line.chars().all(|c| c == first || c == ' ');
    (fits && line.chars().filter(|c| *c == first).count() >= 3).then_some(first)
}

/// The sign and length of a code fence that opens here.
pub(super) fn fence(line: &str) -> Option<(u8, usize)> {
    let sign = *line.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = line.bytes().take_while(|byte| *byte == sign).count();
    // Backticks behind the fence make it a code span.
    let info = line.get(length..)?;
    (length >= 3 && !(sign == b'`' && info.contains('`'))).then_some((sign, length))
}

pub(super) fn closes_fence(line: &str, (sign, length): (u8, usize)) -> bool {
    let line = line.trim();
    line.len() >= length && line.bytes().all(|byte| byte == sign)
}

/// Does the line start with a path and go on with what is said of it: `src/a.rs: …`, `` `a.rs` — … ``?
pub(super) fn is_path_label(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let (name, colon) = match word.strip_suffix(':') {
        Some(name) => (name, true),
        None => (word, false),
    };
    let name = name.trim_matches('`');
    let next = line.get(word.len()..).unwrap_or_default().trim_start();
    let dashed = ["- ", "— ", "– ", ": ", "-> ", "→ "].iter().any(|dash| next.starts_with(dash));
    (name.contains('.') || name.contains('/')) && !name.ends_with('.') && (colon || dashed)
}

/// Does this line go on where the one before was broken at the margin?
pub(super) fn joins(before: &str, line: &str) -> bool {
    let before = before.trim_end();
    let Some(first) = line.chars().next() else { return false };
    if is_path_label(before) && is_path_label(line) {
        return false;
    }
    let first_word = line.split_whitespace().next().map_or(0, |word| word.chars().count());
    let wrapped = before.chars().count() + 1 + first_word > WRAP;
    if !wrapped && is_path_label(line) {
        return false;
    }
    if first.is_lowercase() || before.ends_with([',', '(', '[', '/', '+', '&']) {
        return true;
    }
    if before.ends_with([':', '：']) {
        return false;
    }
    wrapped
}

/// A line that the next word would not have taken beyond this was broken on purpose.
const WRAP: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> Option<(&str, Boxed)> {
        marker(line).map(|marker| (&line[marker.length..], marker.boxed))
    }

    #[test]
    fn markers() {
        assert_eq!(text("- a"), Some(("a", Boxed::None)));
        assert_eq!(text("•a"), Some(("a", Boxed::None)));
        assert_eq!(text("12. a"), Some(("a", Boxed::None)));
        assert_eq!(text("(2) a"), Some(("a", Boxed::None)));
        assert_eq!(text("- [ ] a"), Some(("a", Boxed::Unticked)));
        assert_eq!(text("* [x]  a"), Some(("a", Boxed::Ticked)));
        assert_eq!(text("[ ] a"), Some(("a", Boxed::Unticked)));
        assert_eq!(text("✅ a"), Some(("a", Boxed::Ticked)));
        assert_eq!(text("✔️ a"), Some(("a", Boxed::Ticked)));
        for line in ["-a", "**a**", "1.2 a", "2024. 5", "--flag", "- ", "a - b", "*a* b"] {
            assert_eq!(text(line), None, "{line}");
        }
    }

    #[test]
    fn headings_and_labels() {
        assert_eq!(heading("## A b ##"), Some("A b"));
        assert_eq!(heading("#12 is closed"), None);
        assert_eq!(bold_line("**Root cause:**"), Some("Root cause"));
        assert_eq!(label("Files changed:"), Some("Files changed"));
        assert_eq!(label("**Why**:"), Some("Why"));
        assert_eq!(label("12:"), None);
        assert_eq!(label("One two three four five six seven:"), None);
    }

    #[test]
    fn fences_and_rules() {
        assert_eq!(fence("```rust"), Some((b'`', 3)));
        assert_eq!(fence("``` a ` b"), None);
        assert!(closes_fence("~~~~ ", (b'~', 3)) && !closes_fence("``", (b'`', 3)));
        assert_eq!(rule("---------"), Some('-'));
        assert_eq!(rule("--"), None);
    }

    #[test]
    fn wrapped_and_broken_lines() {
        let long = "A line that was broken by its author at the margin of seventy-two";
        assert!(joins(long, "install.sh — calls it"));
        assert!(joins("Short,", "Next") && joins("short", "and next"));
        assert!(!joins("Add a.", "Remove b.") && !joins("Changes:", "Add a"));
        assert!(!joins("src/a.rs: a line that is as long as the margin lets it be, really", "src/b.rs: b"));
    }
}

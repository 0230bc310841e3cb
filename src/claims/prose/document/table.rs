//! Rows of a table, cut into cells.

use std::ops::Range;

/// Can the line be a row: are there cells?
pub(super) fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.len() > 2 || line.contains(" | ")
}

/// `| --- | :--: |`
pub(super) fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '))
}

/// The cells of a row, as bytes of the line, without blanks around them; an empty one is an empty range.
pub(super) fn cells(line: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'`' => in_code = !in_code,
            b'|' if !in_code => {
                cells.push(trimmed(line, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    cells.push(trimmed(line, start..line.len()));
    // The bars at both ends open and close the row.
    if line.trim_start().starts_with('|') {
        cells.remove(0);
    }
    if line.trim_end().ends_with('|') && cells.last().is_some_and(Range::is_empty) {
        cells.pop();
    }
    cells
}

fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let Some(cell) = line.get(range.clone()) else { return range.start..range.start };
    let start = range.start + (cell.len() - cell.trim_start().len());
    start..(start + cell.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_cells() {
        let texts = |line: &'static str| cells(line).into_iter().map(|cell| &line[cell]).collect::<Vec<_>>();
        assert_eq!(texts("| a | `b|c` | |"), ["a", "`b|c`", ""]);
        assert_eq!(texts("a | b"), ["a", "b"]);
        assert_eq!(texts("| a \\| b |"), ["a \\| b"]);
        assert!(is_delimiter("|---|:--:|") && !is_delimiter("| a |") && !is_delimiter("---"));
    }
}

//! The few lines of a policy or report text that a diagnostic points at, made safe to print.

use std::ops::Range;

use crate::model::escape;
use crate::model::origin::Origin;

/// The most lines shown; a longer span is cut.
const MAX_LINES: usize = 6;

/// Escaped source lines with the span that points into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// 1-based number of the first line.
    pub line: usize,
    /// Byte range in `text`.
    pub mark: Range<usize>,
}

/// Cuts the lines around an origin.
pub fn of(origin: &Origin) -> Excerpt {
    let text = origin.source.text.as_str();
    let start = floor_boundary(text, origin.span.start);
    let end = floor_boundary(text, origin.span.end.max(start)).max(start);
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[first..]
        .match_indices('\n')
        .map(|(at, _)| first + at)
        .enumerate()
        .find(|(index, at)| *at >= end || index + 1 == MAX_LINES)
        .map_or(text.len(), |(_, at)| at);
    let end = end.min(last);
    let start = start.min(end);
    let before = escape::visible_lines(&text[first..start]);
    let marked = escape::visible_lines(&text[start..end]);
    let after = escape::visible_lines(&text[end..last]);
    let mark = before.len()..before.len() + marked.len();
    Excerpt { text: before + &marked + &after, line: origin.line(), mark }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::origin::PolicySource;

    fn excerpt(text: &str, span: Range<usize>) -> Excerpt {
        let source = PolicySource { name: "p".into(), text: text.into(), side: "test".into() };
        of(&Origin { source: Arc::new(source), span })
    }

    #[test]
    fn one_line_and_its_mark() {
        let cut = excerpt("a = 1\nbad = 2\nc = 3\n", 6..9);
        assert_eq!((cut.text.as_str(), cut.line, &cut.text[cut.mark.clone()]), ("bad = 2", 2, "bad"));
    }

    #[test]
    fn spans_out_of_bounds_and_inside_a_character_do_not_panic() {
        excerpt("é", 1..900);
        excerpt("", 5..9);
        excerpt("a\u{202e}b\n", 0..5);
    }

    #[test]
    fn long_spans_are_cut() {
        let cut = excerpt(&"x\n".repeat(100), 0..200);
        assert_eq!(cut.text.lines().count(), MAX_LINES);
    }
}

//! Code blocks of a Markdown text: what stands in one is an example, not part of the work.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use crate::model::path::RepoPath;

/// Is the file Markdown, by its name?
pub fn is_markdown(path: &RepoPath) -> bool {
    path.extension().is_some_and(|extension| {
        ["md", "mdx", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
    })
}

/// Byte ranges of the code blocks, fenced or indented, fences included. None where the text is not UTF-8.
pub fn code_blocks(text: &[u8]) -> Vec<Range<usize>> {
    let Ok(text) = std::str::from_utf8(text) else { return Vec::new() };
    Parser::new(text)
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| range)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_bytes() {
        let text = "a\n\n```sh\n<<<<<<< x\n```\n\n- b\n\n  ~~~\n  c\n  ~~~\n";
        let shown: Vec<&str> = code_blocks(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(shown.len(), 2);
        assert!(shown[0].contains("<<<<<<< x") && shown[1].contains('c'), "{shown:?}");
        assert!(code_blocks(b"\xff```\nx\n```").is_empty());
    }

    #[test]
    fn markdown_by_name() {
        assert!(is_markdown(&RepoPath::from("docs/A.MD")) && !is_markdown(&RepoPath::from("a.rst")));
    }
}

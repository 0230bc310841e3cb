//! Finds the fenced `warrant` block of a message. Markdown decides what a block is: an indented code block, or one in a
//! quotation, is text about a report and not a report.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// The content of one block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) text: String,
    /// The whole block in the message, fences included.
    pub(super) span: Range<usize>,
    /// Where each run of `text` lies: (offset in `text`, offset in the message), ascending.
    pub(super) pieces: Vec<(usize, usize)>,
}

pub(super) fn find(message: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Markdown is parsed only where there can be a block: most messages have none.
    if !message.contains("```") && !message.contains("~~~") || !message.contains("warrant") {
        return blocks;
    }
    let mut quoted = 0_usize;
    let mut open: Option<Block> = None;
    for (event, span) in Parser::new(message).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(_)) => quoted += 1,
            Event::End(TagEnd::BlockQuote(_)) => quoted = quoted.saturating_sub(1),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if quoted == 0 && info.split_whitespace().next() == Some("warrant") =>
            {
                open = Some(Block { text: String::new(), span, pieces: Vec::new() });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.pieces.push((block.text.len(), span.start));
                    block.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(message: &str) -> Vec<String> {
        find(message).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn fences_of_both_kinds() {
        assert_eq!(texts("s\n\n```warrant\na = 1\n```\n"), ["a = 1\n"]);
        assert_eq!(texts("s\n\n~~~~ warrant toml\na = 1\n~~~~\n\nKey: value\n"), ["a = 1\n"]);
        assert_eq!(texts("s\n\n- x\n\n  ```warrant\n  a = 1\n  ```\n"), ["a = 1\n"]);
    }

    #[test]
    fn what_is_no_block() {
        assert!(texts("s\n\n    ```warrant\n    a = 1\n    ```\n").is_empty());
        assert!(texts("s\n\n> ```warrant\n> a = 1\n> ```\n").is_empty());
        assert!(texts("s\n\n```toml warrant\na = 1\n```\n").is_empty());
        assert!(texts("s\n\n````md\n```warrant\na = 1\n```\n````\n").is_empty());
    }

    #[test]
    fn pieces_lead_back_to_the_message() {
        let message = "s\n\n- x\n\n  ```warrant\n  a = 1\n  bb = 2\n  ```\n";
        let blocks = find(message);
        let block = &blocks[0];
        let (text_at, message_at) = block.pieces[block.pieces.len() - 1];
        assert!(message[message_at..].starts_with(&block.text[text_at..]));
    }
}

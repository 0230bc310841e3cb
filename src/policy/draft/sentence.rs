//! Markdown to sentences: what stands in paragraphs, list items and table cells, with the line it starts on.
//!
//! Code blocks hold examples and are left out. A sentence keeps what it depends on: the heading above it, the line that
//! introduces its list, a quotation around it.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A sentence with its parts.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// 1-based.
    pub(super) line: usize,
    /// As a person reads it, on one line.
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
    /// The block goes on with these words, in lower case.
    pub(super) next: Vec<String>,
    /// The nearest heading above, and the line that introduces its list.
    pub(super) frame: Vec<String>,
    pub(super) quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// In lower case.
    Word(String),
    /// A code span, or the target of a link inside the repository.
    Code(String),
    Mark(char),
}

impl Part {
    pub(super) fn word(&self) -> Option<&str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }
}

/// A block under construction.
#[derive(Default)]
struct Block {
    pieces: Vec<(Part, usize, String)>,
    link: Option<String>,
}

/// The most sentences read from one file.
const MAX_SENTENCES: usize = 5000;

pub(super) fn sentences(text: &str, first_line: usize) -> Vec<Sentence> {
    let lines = LineIndex::of(text, first_line);
    let mut reader = Reader { lines, ..Reader::default() };
    for (event, span) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        reader.take(event, &span);
        if reader.sentences.len() >= MAX_SENTENCES {
            break;
        }
    }
    reader.close();
    reader.sentences
}

#[derive(Default)]
struct Reader {
    lines: LineIndex,
    sentences: Vec<Sentence>,
    block: Block,
    quotes: usize,
    in_code: bool,
    /// The heading being read, and the one read last.
    heading: Option<String>,
    last_heading: String,
    /// What introduces the list at each depth: the text of the block before it.
    leads: Vec<String>,
    last_block: String,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: &Range<usize>) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => self.quotes += 1,
            Event::End(TagEnd::BlockQuote(_)) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            Event::Start(Tag::CodeBlock(_)) => {
                self.close();
                self.in_code = true;
            }
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            Event::Start(Tag::Heading { .. }) => {
                self.close();
                self.heading = Some(String::new());
                self.leads.clear();
                self.last_block.clear();
            }
            Event::End(TagEnd::Heading(_)) => self.last_heading = self.heading.take().unwrap_or_default(),
            Event::Start(Tag::List(_)) => {
                self.close();
                self.leads.push(std::mem::take(&mut self.last_block));
            }
            Event::End(TagEnd::List(_)) => {
                self.close();
                self.leads.pop();
                self.last_block.clear();
            }
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell)
            | Event::Rule => self.close(),
            Event::Start(Tag::Link { dest_url, .. }) => self.block.link = Some(dest_url.into_string()),
            Event::End(TagEnd::Link) => self.block.link = None,
            Event::Text(text) if !self.in_code => self.text(&text, span.start),
            Event::Code(code) => self.code(&code, span.start),
            Event::SoftBreak | Event::HardBreak => self.text(" ", span.start),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
            return;
        }
        // The name of a linked file stands for the file.
        let target = self.block.link.as_deref().map(|link| link.strip_prefix("mdc:").unwrap_or(link));
        if let Some(target) = target.filter(|target| is_relative(target) && names(target, text)) {
            let target = target.to_owned();
            return self.push(Part::Code(target), at, text.to_owned());
        }
        let mut rest = text;
        let mut at = at;
        while let Some(first) = rest.chars().next() {
            let length = rest.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
            // A dot, a colon or a slash inside a word belongs to it.
            let length = extend(rest, length);
            let length = if length > 0 { length } else { first.len_utf8() };
            let Some((piece, after)) = rest.split_at_checked(length) else { break };
            let part = if piece.chars().next().is_some_and(is_word) {
                Part::Word(piece.to_lowercase().replace('’', "'"))
            } else {
                Part::Mark(first)
            };
            self.push(part, at, piece.to_owned());
            at += length;
            rest = after;
        }
    }

    fn code(&mut self, code: &str, at: usize) {
        match &mut self.heading {
            Some(heading) => heading.push_str(code),
            None => self.push(Part::Code(code.to_owned()), at, format!("`{code}`")),
        }
    }

    fn push(&mut self, part: Part, at: usize, shown: String) {
        let line = self.lines.line(at);
        self.block.pieces.push((part, line, shown));
    }

    /// Ends a block and cuts it into sentences.
    fn close(&mut self) {
        let pieces = std::mem::take(&mut self.block.pieces);
        if pieces.iter().all(|piece| matches!(piece.0, Part::Mark(_))) {
            return;
        }
        let shown: String = pieces.iter().map(|piece| piece.2.as_str()).collect();
        let ends: Vec<usize> = (0..pieces.len()).filter(|at| is_end(&pieces, *at)).collect();
        let mut frame = vec![self.last_heading.clone()];
        frame.extend(self.leads.iter().filter(|lead| lead.trim_end().ends_with(':')).cloned());
        let mut start = 0;
        for end in ends.iter().map(|at| at + 1).chain(std::iter::once(pieces.len())) {
            let (Some(own), Some(rest)) = (pieces.get(start..end), pieces.get(end..)) else { break };
            start = end;
            let Some(first) = own.iter().find(|piece| !matches!(piece.0, Part::Mark(c) if c.is_whitespace())) else {
                continue;
            };
            if own.iter().all(|piece| matches!(piece.0, Part::Mark(_))) {
                continue;
            }
            let words = rest.iter().filter_map(|piece| piece.0.word().map(str::to_owned));
            let text: String = own.iter().map(|piece| piece.2.as_str()).collect();
            self.sentences.push(Sentence {
                line: first.1,
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                parts: own.iter().map(|piece| piece.0.clone()).collect(),
                next: words.take(60).collect(),
                frame: frame.clone(),
                quoted: self.quotes > 0,
            });
        }
        self.last_block = shown;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\'' | '’' | '-')
}

/// `e.g`, `ci/cd`, `a.b`: how far a word goes on over a mark inside it.
fn extend(text: &str, mut length: usize) -> usize {
    while length > 0 {
        let mut rest = text.get(length..).unwrap_or_default().chars();
        let (Some(mark), Some(next)) = (rest.next(), rest.next()) else { break };
        if !matches!(mark, '.' | '/') || !next.is_alphanumeric() {
            break;
        }
        let more: usize = rest.as_str().chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum();
        length += mark.len_utf8() + next.len_utf8() + more;
    }
    length
}

/// Does a sentence end at this piece?
fn is_end(pieces: &[(Part, usize, String)], at: usize) -> bool {
    let is_mark = matches!(pieces.get(at), Some((Part::Mark('.' | '!' | '?'), _, _)));
    let followed =
        pieces.get(at + 1).is_none_or(|next| matches!(next.0, Part::Mark(c) if c.is_whitespace() || c == ')'));
    let short = at
        .checked_sub(1)
        .and_then(|at| pieces.get(at))
        .is_some_and(|piece| matches!(piece.0.word(), Some("e.g" | "i.e" | "etc" | "vs" | "cf" | "incl")));
    is_mark && followed && !short
}

fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with(['#', '/']) && !target.starts_with("mailto:")
}

/// Is the text of a link the name of what it leads to?
fn names(target: &str, text: &str) -> bool {
    target == text || target.rsplit('/').next() == Some(text)
}

/// Offsets of line starts.
#[derive(Default)]
struct LineIndex {
    starts: Vec<usize>,
    first: usize,
}

impl LineIndex {
    fn of(text: &str, first: usize) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { starts: std::iter::once(0).chain(starts).collect(), first }
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) + self.first - 1
    }
}

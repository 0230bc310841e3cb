//! One pass over the lines of a text.

use std::ops::Range;

use super::super::clause::{Place, Stance};
use super::super::lexicon::{Title, lexicon};
use super::form::{self, Form};
use super::line::{self, Marker};
use super::{Block, Boxed, Document, Section, log, table};
use crate::analyze::message::trailers;

/// A line with its place in the text; white space at the end is cut off.
struct Line<'a> {
    at: usize,
    text: &'a str,
}

pub(super) fn scan(text: &str) -> Document {
    let lines = lines(text);
    let plain: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let first = plain.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    let (form, theirs) = form::of(plain.get(first..).unwrap_or_default());
    let theirs = theirs.map(|at| at + first);
    let own = if form == Form::Squash { form::parted(&plain) } else { None };
    let end = form::trailers_start(&trailers::find(text)).unwrap_or(lines.len());
    let margin = lines
        .get(first + 1..end)
        .unwrap_or_default()
        .iter()
        .filter(|line| !line.text.trim().is_empty())
        .map(|line| line::indent(line.text))
        .min()
        .unwrap_or(0);
    let closing = plain.iter().filter(|line| line.trim_start().to_ascii_lowercase().starts_with("</details")).count();
    let mut scanner =
        Scanner { document: Document { form, ..Document::default() }, margin, closing, ..Scanner::default() };
    for (number, line) in lines.iter().enumerate().take(end) {
        scanner.theirs = theirs.is_some_and(|from| number >= from) && own.is_none_or(|from| number < from);
        if number == first {
            scanner.subject(line);
        } else {
            let next = plain.get(number + 1).copied().unwrap_or_default();
            scanner.line(line, next);
        }
    }
    scanner.close();
    scanner.document
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            Line { at: start, text: line.trim_end() }
        })
        .collect()
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each tells of another kind of block around the line")]
struct Scanner {
    document: Document,
    /// What every line of the body is indented by.
    margin: usize,
    /// The lines are another commit's message.
    theirs: bool,
    open: Option<Block>,
    /// A blank line was just passed.
    blank: bool,
    fence: Option<(u8, usize)>,
    /// Inside an HTML comment.
    comment: bool,
    /// Inside what a bot wrote.
    bot: bool,
    /// How many `<details>` are open.
    details: usize,
    /// How many lines that follow close one.
    closing: usize,
    /// A quotation that a bot or host set off by `[!NOTE]`.
    alert: bool,
    /// The indents of the markers of the list around, outermost first, and the index of the last item at each.
    list: Vec<(usize, usize)>,
    /// The items of the outermost list have numbers.
    numbered: bool,
    /// Where the text of the item begins.
    content: usize,
    /// What introduced the list around.
    lead: Option<usize>,
    section: Option<usize>,
    heading: Option<usize>,
    /// Inside a table, behind its header.
    table: bool,
    /// The last line of the open block.
    last_line: Option<String>,
    /// The last block that ends in a colon.
    colon: Option<usize>,
}

/// More items and lines than this are not nested deeper.
const MAX_DEPTH: usize = 20;

impl Scanner {
    fn subject(&mut self, line: &Line<'_>) {
        let skipped = line.text.len() - line.text.trim_start().len();
        if skipped == line.text.len() {
            return;
        }
        let stance = match self.document.form {
            Form::Revert | Form::Merge => Some(Stance::Elsewhere),
            Form::Ordinary | Form::Squash => None,
        };
        // `revert: …` of a hand-made revert says what was done, in its own words.
        let span = line.at + skipped..line.at + line.text.len();
        let block = self.block(Place::Subject, span, stance);
        self.start(block, line.text);
    }

    fn line(&mut self, line: &Line<'_>, next: &str) {
        let trimmed = line.text.trim_start();
        if let Some(fence) = self.fence {
            if line::closes_fence(line.text, fence) {
                self.fence = None;
                self.close();
            } else {
                self.sample(line, Stance::Quoted);
            }
            return;
        }
        if self.comment || trimmed.starts_with("<!--") {
            return self.comment(trimmed);
        }
        if trimmed.is_empty() {
            self.close();
            self.blank = true;
            self.table = false;
            self.alert = false;
            return;
        }
        if self.html(trimmed) || form::is_signature(line.text) {
            self.close();
            return;
        }
        let indent = line::indent(line.text).saturating_sub(self.margin);
        self.text(line, trimmed, indent, next);
        self.blank = false;
    }

    fn text(&mut self, line: &Line<'_>, trimmed: &str, indent: usize, next: &str) {
        let start = line.at + line.text.len() - trimmed.len();
        let span = start..line.at + line.text.len();
        if let Some(fence) = line::fence(trimmed) {
            self.close();
            self.fence = Some(fence);
            return;
        }
        if let Some(sign) = line::rule(trimmed) {
            self.rule(sign);
            // GitHub ends the text of a squashed pull request with nine dashes: what follows stands in none of its sections.
            if trimmed.trim_end() == "---------" {
                (self.section, self.heading) = (None, None);
            }
            return;
        }
        if trimmed.starts_with('>') {
            return self.quotation(trimmed, start);
        }
        let in_list = !self.list.is_empty();
        // Sample text is set in by four columns behind a blank line.
        let sample = indent >= 4 + if in_list { self.content } else { 0 };
        if sample && (self.blank || self.is_open(Stance::Quoted)) && line::marker(trimmed).is_none() {
            return self.sample(line, Stance::Quoted);
        }
        if log::is_log(trimmed) {
            return self.sample(line, Stance::Logged);
        }
        if let Some(title) = line::heading(trimmed).or_else(|| line::bold_line(trimmed)) {
            let title_at = start + trimmed.find(title).unwrap_or(0);
            return self.heading(title, title_at, false);
        }
        if table::is_row(trimmed) && (self.table || table::is_delimiter(next)) {
            return self.row(trimmed, start);
        }
        self.table = false;
        if let Some(marker) = line::marker(trimmed) {
            return self.item(trimmed, start, indent, marker);
        }
        let label = line::label(trimmed).filter(|title| Self::is_label(title, indent) && !self.goes_on(trimmed));
        if let Some(title) = label {
            let title_at = start + trimmed.find(title).unwrap_or(0);
            return self.heading(title, title_at, true);
        }
        self.prose(trimmed, span, indent);
    }

    /// Text without a marker: it goes on, or starts anew.
    fn prose(&mut self, trimmed: &str, span: Range<usize>, indent: usize) {
        if self.blank && indent == 0 {
            self.list.clear();
        }
        if let Some(open) = &mut self.open {
            let in_item = matches!(open.place, Place::Item { .. });
            let fits = open.stance != Some(Stance::Quoted) && open.stance != Some(Stance::Logged);
            let is_subject = open.place == Place::Subject;
            let goes_on = match self.last_line.as_deref() {
                Some(last) if is_subject => trimmed.starts_with(char::is_lowercase) && last.len() >= MIN_SUBJECT,
                Some(last) => in_item && indent > 0 && !line::is_path_label(trimmed) || line::joins(last, trimmed),
                None => false,
            };
            if fits && goes_on && !self.blank {
                open.lines.push(span);
                self.last_line = Some(trimmed.to_owned());
                return;
            }
        }
        self.close();
        let depth = self.list.iter().rposition(|(marker, _)| *marker < indent);
        let place = match depth {
            Some(depth) if indent > 0 => Place::Item { depth: small(depth) },
            _ => Place::Paragraph,
        };
        if place == Place::Paragraph {
            self.list.clear();
        }
        let mut block = self.block(place, span, None);
        block.lead = match depth {
            Some(depth) if place != Place::Paragraph => self.list.get(depth).map(|(_, item)| *item),
            _ => self.introduced(),
        };
        self.start(block, trimmed);
    }

    fn item(&mut self, trimmed: &str, start: usize, indent: usize, marker: Marker) {
        self.close();
        // Behind a blank line, numbers end a list of bullets, and bullets one of numbers.
        let other_kind = self.blank
            && self.numbered != marker.numbered
            && self.list.first().is_some_and(|(outer, _)| *outer == indent);
        if other_kind {
            self.list.clear();
        }
        if self.list.is_empty() || self.list.first().is_some_and(|(outer, _)| *outer == indent) {
            self.numbered = marker.numbered;
        }
        let fresh_list = self.list.is_empty();
        if fresh_list {
            self.lead = self.introduced();
        }
        while self.list.last().is_some_and(|(other, _)| *other >= indent) {
            self.list.pop();
        }
        let depth = self.list.len().min(MAX_DEPTH);
        let parent = self.list.last().map(|(_, item)| *item);
        if depth < MAX_DEPTH {
            self.list.push((indent, self.document.blocks.len()));
        }
        self.content = indent + marker.length;
        let text = trimmed.get(marker.length..).unwrap_or_default();
        let from = start + marker.length;
        // A heading or label can be an item of its own.
        let stance = (marker.boxed == Boxed::Unticked).then_some(Stance::Unticked);
        let mut block = self.block(Place::Item { depth: small(depth) }, from..from + text.len(), stance);
        block.boxed = marker.boxed;
        block.lead = parent.or(self.lead);
        if let Some(parent) = parent.and_then(|parent| self.document.blocks.get(parent)) {
            // What hangs on an open box is open.
            block.stance = block.stance.or(parent.stance.filter(|stance| *stance == Stance::Unticked));
        }
        if log::is_log(text) {
            block.stance = block.stance.or(Some(Stance::Logged));
        }
        self.start(block, text);
    }

    fn heading(&mut self, title: &str, at: usize, is_label: bool) {
        self.close();
        self.list.clear();
        let kind = kind(title);
        let parent = if is_label { self.heading } else { None };
        self.document.sections.push(Section { title: plain(title), kind, is_label, parent });
        let section = Some(self.document.sections.len() - 1);
        self.section = section;
        if !is_label {
            self.heading = section;
        }
        if !title.is_empty() {
            let block = self.block(Place::Heading, at..at + title.len(), None);
            self.document.blocks.push(block);
        }
    }

    /// Does this line with its colon head a section, rather than introduce what follows in a sentence?
    fn is_label(title: &str, indent: usize) -> bool {
        let words: Vec<&str> = title.split_whitespace().collect();
        let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
        let starts_deed = lexicon().verb(&first).is_some() && !lexicon().is_deed_noun(&first);
        indent == 0 && (kind(title) != Title::Other || words.len() <= 2 && !starts_deed)
    }

    /// Would this line be joined to the one before?
    fn goes_on(&self, trimmed: &str) -> bool {
        !self.blank && self.last_line.as_deref().is_some_and(|last| line::joins(last, trimmed))
    }

    fn row(&mut self, trimmed: &str, start: usize) {
        self.close();
        if table::is_delimiter(trimmed) {
            return;
        }
        let header = !self.table;
        self.table = true;
        for (column, cell) in table::cells(trimmed).into_iter().enumerate().take(usize::from(u8::MAX)) {
            if cell.is_empty() {
                continue;
            }
            let place = Place::Cell { column: small(column), header };
            let block = self.block(place, start + cell.start..start + cell.end, None);
            self.document.blocks.push(block);
        }
    }

    fn quotation(&mut self, trimmed: &str, start: usize) {
        let text = trimmed.trim_start_matches(['>', ' ']);
        let from = start + trimmed.len() - text.len();
        if text.is_empty() {
            return self.close();
        }
        self.alert |= text.starts_with("[!");
        let stance = if self.alert { Stance::Tracker } else { Stance::Quoted };
        self.add(stance, from..start + trimmed.len(), text);
    }

    /// A line of code or output, joined to the one before where that is the same.
    fn sample(&mut self, line: &Line<'_>, stance: Stance) {
        let trimmed = line.text.trim_start();
        if trimmed.is_empty() {
            return;
        }
        let start = line.at + line.text.len() - trimmed.len();
        self.add(stance, start..line.at + line.text.len(), trimmed);
    }

    fn add(&mut self, stance: Stance, span: Range<usize>, text: &str) {
        match &mut self.open {
            Some(open) if open.stance == Some(stance) && open.place == Place::Paragraph => open.lines.push(span),
            _ => {
                self.close();
                let block = self.block(Place::Paragraph, span, Some(stance));
                self.start(block, text);
            }
        }
    }

    /// A rule parts blocks; under a line of text it makes that a heading.
    fn rule(&mut self, sign: char) {
        let single = self.open.as_ref().is_some_and(|open| open.place == Place::Paragraph && open.lines.len() == 1);
        if matches!(sign, '-' | '=') && single && !self.blank {
            if let (Some(open), Some(text)) = (self.open.take(), self.last_line.take()) {
                return self.heading(&text, open.span().start, false);
            }
        }
        self.close();
        self.list.clear();
    }

    fn comment(&mut self, trimmed: &str) {
        self.close();
        if let Some(opens) = form::bot_mark(trimmed) {
            self.bot = opens;
        }
        self.comment = !trimmed.contains("-->");
    }

    /// A line that is a tag: it says nothing, but `<details>` sets off what is quoted.
    fn html(&mut self, trimmed: &str) -> bool {
        let lower = trimmed.get(..trimmed.len().min(10)).unwrap_or_default().to_ascii_lowercase();
        // Prose that names the tag opens nothing: only what is closed on a line of its own holds a quotation.
        if lower.starts_with("<details") && self.details < self.closing && !trimmed.contains("</details") {
            self.details += 1;
        }
        if lower.starts_with("</details") {
            self.details = self.details.saturating_sub(1);
            self.closing = self.closing.saturating_sub(1);
        }
        [
            "<details",
            "</details",
            "<summary",
            "</summary",
            "<br",
            "<hr",
            "<img",
            "<a ",
            "<p",
            "</p",
            "<div",
            "</div",
            "<sub",
            "<picture",
        ]
        .iter()
        .any(|tag| lower.starts_with(tag))
    }

    fn block(&self, place: Place, span: Range<usize>, stance: Option<Stance>) -> Block {
        let around = if self.theirs && place != Place::Subject {
            Some(if self.document.form == Form::Merge { Stance::Elsewhere } else { Stance::Squashed })
        } else if self.bot {
            Some(Stance::Tracker)
        } else if self.details > 0 {
            Some(Stance::Quoted)
        } else {
            None
        };
        Block {
            place,
            lines: vec![span],
            stance: around.or(stance),
            boxed: Boxed::None,
            section: self.section,
            lead: None,
            fresh: self.blank,
        }
    }

    /// The block before, where it ends in a colon.
    fn introduced(&self) -> Option<usize> {
        self.colon.filter(|at| *at + 1 == self.document.blocks.len())
    }

    fn is_open(&self, stance: Stance) -> bool {
        self.open.as_ref().is_some_and(|open| open.stance == Some(stance))
    }

    fn start(&mut self, block: Block, text: &str) {
        self.open = Some(block);
        self.last_line = Some(text.to_owned());
    }

    fn close(&mut self) {
        let last = self.last_line.take();
        if let Some(block) = self.open.take() {
            if last.is_some_and(|last| last.trim_end_matches('*').ends_with([':', '：'])) {
                self.colon = Some(self.document.blocks.len());
            }
            self.document.blocks.push(block);
        }
    }
}

/// A subject shorter than this was not broken at the margin.
const MIN_SUBJECT: usize = 40;

/// What stands under a title.
fn kind(title: &str) -> Title {
    let words = plain(title).to_lowercase();
    let words = words
        .strip_prefix("r")
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .map_or(words.as_str(), |_| "round");
    // A version heads what is said of a release.
    let version = words.trim_start_matches('v');
    if version.starts_with(|c: char| c.is_ascii_digit())
        && version.split_whitespace().next().is_some_and(|word| word.contains('.'))
    {
        return Title::Elsewhere;
    }
    lexicon().title(words)
}

/// A title without signs, its words joined by single blanks.
fn plain(title: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '\'' | '.' | '_' | '/') { c } else { ' ' };
    let text: String = title.replace('’', "'").chars().map(keep).collect();
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    words.join(" ")
}

fn small(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

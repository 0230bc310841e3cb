//! Items of languages with braces, and of Ruby.

use super::rows::{Table, is_word};
use super::{Inner, Item, MAX_NESTING, Style};
use crate::analyze::code_lines::Language;

/// After these an item is not at its end, where a line may end one.
const GOES_ON: &[u8] = b",({[=+-*/%&|^<>?:.!~\\";

/// With these a line goes on with what the one before it began.
const CONTINUES: &[u8] = b".?:=+-*/%&|^<>,)]{([`";
const CONTINUES_TERMINATED: &[u8] = b".?=,)]{";
const CONTINUES_RUBY: &[u8] = b".&|,)]}";
const CONTINUING_WORDS: &[&[u8]] = &[
    b"else",
    b"catch",
    b"finally",
    b"while",
    b"where",
    b"extends",
    b"implements",
    b"throws",
    b"satisfies",
    b"as",
    b"in",
];

/// Words before a brace that open a holder of items.
const HOLDERS: &[&[u8]] = &[
    b"class",
    b"struct",
    b"interface",
    b"trait",
    b"enum",
    b"object",
    b"namespace",
    b"extension",
    b"actor",
    b"protocol",
    b"record",
    b"mod",
    b"impl",
    b"module",
];

/// Words that say it is a function for all that.
const FUNCTIONS: &[&[u8]] = &[b"fn", b"fun", b"func", b"function", b"def", b"new", b"return"];

/// Calls that hold the tests of a suite.
const SUITES: &[&[u8]] = &[b"describe", b"suite", b"context", b"xdescribe", b"fdescribe"];

/// What may be said of them.
const SUITE_MARKS: &[&[u8]] =
    &[b"only", b"skip", b"each", b"concurrent", b"sequential", b"parallel", b"serial", b"shuffle"];

struct Reader<'t, 'a> {
    table: &'t Table<'a>,
    language: Language,
    style: Style,
}

pub(super) fn items(table: &Table<'_>, language: Language, style: Style) -> Option<Vec<Item>> {
    Reader { table, language, style }.items(0..table.rows.len(), 0, 0)
}

impl Reader<'_, '_> {
    fn items(&self, lines: std::ops::Range<usize>, depth: u32, nesting: usize) -> Option<Vec<Item>> {
        let mut list = Vec::new();
        let mut from: Option<usize> = None;
        let mut end = lines.start;
        for at in lines.clone() {
            let row = self.table.rows.get(at)?;
            if row.first.is_some() {
                end = at + 1;
            } else if from.is_none() {
                continue;
            }
            let start = *from.get_or_insert(at);
            if start == at && (row.depth != depth || !row.plain) {
                return None;
            }
            let (after, plain) = self.table.end(at);
            if row.lowest < depth || after < depth {
                return None;
            }
            if row.first.is_some()
                && after == depth
                && plain
                && self.completes(at, depth)
                && !self.goes_on(at + 1, lines.end)
            {
                list.push(self.item(start, at, depth, nesting)?);
                from = None;
            }
        }
        if let Some(start) = from {
            list.push(Item { rows: number(start)?..number(end)?, lead: 0, apart: false, block: false, inner: None });
        }
        Some(list)
    }

    /// Can the line be the last of an item?
    fn completes(&self, at: usize, depth: u32) -> bool {
        let Some(row) = self.table.rows.get(at) else { return false };
        let Some(last) = self.table.byte(row.last) else { return false };
        let first = self.table.byte(row.first);
        let is_directive = first == Some(b'#') && !matches!(self.language, Language::Rust | Language::Php);
        if self.style == Style::Terminated {
            return matches!(last, b';' | b'}') || is_directive && last != b'\\';
        }
        // A decorator belongs to what follows.
        let decorates = row.depth == depth && first == Some(b'@');
        !decorates && !GOES_ON.contains(&last)
    }

    /// Does the next line of code go on with what ends before it?
    fn goes_on(&self, from: usize, end: usize) -> bool {
        let mut rest = (from..end).filter_map(|at| Some((at, self.table.rows.get(at)?)));
        let Some((at, row)) = rest.find(|(_, row)| row.first.is_some()) else { return false };
        let Some(byte) = self.table.byte(row.first) else { return false };
        let list = match self.language {
            Language::Ruby => CONTINUES_RUBY,
            _ if self.style == Style::Terminated => CONTINUES_TERMINATED,
            _ => CONTINUES,
        };
        list.contains(&byte)
            || self.table.words(at, |_| false).first().is_some_and(|word| CONTINUING_WORDS.contains(word))
    }

    fn item(&self, first: usize, last: usize, depth: u32, nesting: usize) -> Option<Item> {
        let rows = number(first)?..number(last)? + 1;
        let block = self.block(first, last, depth);
        let inner =
            block.filter(|opening| nesting < MAX_NESTING && self.is_holder(*opening, depth)).and_then(|opening| {
                let (within, _) = self.table.end(opening);
                let items = self.items(opening + 1..last, within, nesting + 1)?;
                Some(Inner { head: rows.start..number(opening)? + 1, items })
            });
        Some(Item { rows, lead: 0, apart: true, block: block.is_some(), inner })
    }

    /// The line that opens the brace which the last line closes, where everything between lies in it.
    fn block(&self, first: usize, last: usize, depth: u32) -> Option<usize> {
        let row = self.table.rows.get(last)?;
        let opening = row.closes.filter(|line| *line >= first && *line < last)?;
        let (within, plain) = self.table.end(opening);
        let inside = self.table.rows.get(opening + 1..last)?;
        let end = if self.language == Language::Ruby { b'e' } else { b'}' };
        let closed = self.table.byte(row.first) == Some(end) && row.plain && row.depth == within;
        (closed && plain && within > depth && inside.iter().all(|row| row.lowest >= within)).then_some(opening)
    }

    /// Does the line open nothing but a holder of items? What stands in a test belongs together, so in doubt it is none.
    fn is_holder(&self, opening: usize, depth: u32) -> bool {
        let Some(row) = self.table.rows.get(opening) else { return false };
        let opened = self.table.end(opening).0.saturating_sub(depth);
        let line = self.table.text.get(row.start..).unwrap_or_default();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_bracket = |byte: u8| matches!(byte, b'(' | b'[' | b'{' | b'=');
        let words = self.table.words(opening, is_bracket);
        if self.language == Language::Ruby {
            return opened == 1 && is_ruby_holder(&words);
        }
        // A suite and the test in it may be opened on one line.
        if opened > 2 || memchr::memchr_iter(b'{', line).count() != 1 {
            return false;
        }
        if matches!(self.language, Language::JavaScript | Language::TypeScript) && is_suite(&words) {
            return true;
        }
        // `struct a *make(void) {` is a function.
        let direct = !matches!(self.language, Language::C | Language::Cpp)
            || line.iter().find(|byte| is_bracket(**byte)) == Some(&b'{');
        direct && !words.iter().any(|word| FUNCTIONS.contains(word)) && declares_holder(line)
    }
}

fn is_ruby_holder(words: &[&[u8]]) -> bool {
    let is_group = |word: &&[u8]| matches!(*word, b"describe" | b"context");
    match words {
        [b"class" | b"module", rest @ ..] => !rest.iter().any(|word| FUNCTIONS.contains(word)),
        [b"RSpec", word, ..] => is_group(word),
        [word, ..] => is_group(word),
        [] => false,
    }
}

/// `describe.only`, `test.describe.serial`: words of a suite alone, for `suite.test` is a test.
fn is_suite(words: &[&[u8]]) -> bool {
    let words = if let [b"test", rest @ ..] = words { rest } else { words };
    words.split_first().is_some_and(|(first, rest)| {
        SUITES.contains(first) && rest.iter().all(|word| SUITES.contains(word) || SUITE_MARKS.contains(word))
    })
}

/// Words alone lead to one of [`HOLDERS`], and a name follows it: `class A`, and not `record.test`.
fn declares_holder(line: &[u8]) -> bool {
    let mut rest = line.trim_ascii_start();
    loop {
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        let Some((word, after)) = rest.split_at_checked(length).filter(|(word, _)| !word.is_empty()) else {
            return false;
        };
        let Some(b' ' | b'\t') = after.first() else { return false };
        if HOLDERS.contains(&word) {
            return true;
        }
        rest = after.trim_ascii_start();
    }
}

fn number(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}

//! One pass over added text for every table of patterns: a combined keyword search first, a regular expression only
//! where its keyword stands, compiled when first needed.
//!
//! Cost: the keyword search is linear. A regular expression sees a line of up to [`MAX_LINE`] bytes whole, and of a
//! longer one a window around each keyword.

use std::ops::{ControlFlow, Range};
use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use crate::analyze::keywords::Keywords;
use crate::analyze::{markers, secrets};
use crate::model::lines::Lines;

/// A longer line is looked at in windows.
pub const MAX_LINE: usize = 64 << 10;

/// Bytes before and behind a keyword that a regular expression sees of such a line.
const WINDOW: usize = 4 << 10;

/// A longer line than [`MAX_LINE`] with less white space than this, in percent, is not written by a person.
const MIN_SPACE: usize = 8;

/// The most keywords looked at on one line; of more, the rest is not judged, and that is said.
const MAX_HITS: usize = 2000;

/// A compiled regular expression may take this much memory.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// A regular expression that is part of the program, compiled when first used.
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// `None` if it does not compile, which the tables' tests rule out.
    pub fn get(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(self.source).unicode(false).size_limit(MAX_REGEX_BYTES).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// The tables that share the keyword search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Secret,
    Placeholder,
    Suppression,
    Debug,
}

/// A keyword of a table's entry on an added line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Position among the added lines.
    pub row: usize,
    pub table: Table,
    /// Index into the table.
    pub entry: usize,
    /// Byte range of the keyword in the line.
    pub range: Range<usize>,
}

/// The keywords found in the added lines of one file.
#[derive(Debug, Default)]
pub struct Hits {
    /// In order of row, table and entry.
    hits: Vec<Hit>,
    /// 1-based numbers of lines with more keywords than are looked at.
    pub crowded: Vec<u32>,
}

impl Hits {
    /// `foreign`: nobody here wrote the file line by line. There, and on minified lines, only secrets told by their
    /// issuer's form are looked for: marks and names mean nothing, and bundles are full of them.
    pub fn of(added: &Lines, foreign: bool) -> Self {
        let mut all = Self::default();
        for (row, line) in added.iter().enumerate() {
            let (mut hits, complete) = search(row, line.text, foreign || is_minified(line.text));
            all.hits.append(&mut hits);
            if !complete {
                all.crowded.push(line.number);
            }
        }
        all
    }

    /// In order of row; of an entry's keywords on a line the first. On a line too long to be seen whole, each counts.
    pub fn in_table(&self, table: Table) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |hit| hit.table == table)
    }
}

/// An entry of a table for each number of a keyword: one that several entries share is there for each of them.
type Owners = Vec<(Table, usize)>;

static KEYWORDS: LazyLock<(Keywords, Owners)> = LazyLock::new(|| {
    let secrets =
        secrets::KINDS.iter().map(|kind| kind.keywords).enumerate().map(|(at, words)| (Table::Secret, at, words));
    let markers = [
        (Table::Placeholder, &markers::PLACEHOLDERS[..]),
        (Table::Suppression, &markers::SUPPRESSIONS[..]),
        (Table::Debug, &markers::DEBUG_LEFTOVERS[..]),
    ];
    let markers = markers
        .into_iter()
        .flat_map(|(table, entries)| entries.iter().enumerate().map(move |(at, marker)| (table, at, marker.keywords)));
    let mut owners = Owners::new();
    let mut words: Vec<(&'static str, usize)> = Vec::new();
    for (table, entry, keywords) in secrets.chain(markers) {
        words.extend(keywords.iter().map(|word| (*word, owners.len())));
        owners.push((table, entry));
    }
    (Keywords::new(words), owners)
});

/// The keywords on one line, and whether all of them were looked at.
fn search(row: usize, line: &[u8], sure_only: bool) -> (Vec<Hit>, bool) {
    let (keywords, owners) = &*KEYWORDS;
    let mut hits: Vec<Hit> = Vec::new();
    let long = line.len() > MAX_LINE;
    let wanted = |table: Table, entry: usize| {
        !sure_only
            || table == Table::Secret
                && secrets::KINDS.get(entry).is_some_and(|kind| kind.confidence == secrets::Confidence::High)
    };
    let mut count = 0;
    let searched = keywords.search(line, |number, range| {
        let Some(&(table, entry)) = owners.get(number).filter(|(table, entry)| wanted(*table, *entry)) else {
            return ControlFlow::Continue(());
        };
        if count >= MAX_HITS {
            return ControlFlow::Break(());
        }
        count += 1;
        if long || !hits.iter().any(|hit| hit.table == table && hit.entry == entry) {
            hits.push(Hit { row, table, entry, range });
        }
        ControlFlow::Continue(())
    });
    (sorted(hits), searched.is_continue())
}

fn is_minified(line: &[u8]) -> bool {
    line.len() > MAX_LINE
        && line.iter().filter(|byte| byte.is_ascii_whitespace()).count() * 100 < line.len() * MIN_SPACE
}

fn sorted(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.table, hit.entry, hit.range.start));
    hits
}

/// The entries of a table whose keywords a line holds; for a look at one line outside a file.
pub fn entries_on(table: Table, line: &[u8]) -> Vec<Hit> {
    let mut hits = search(0, line, false).0;
    hits.retain(|hit| hit.table == table);
    hits
}

/// The part of a line a regular expression gets to see for this keyword, and where that part starts.
pub fn window<'a>(line: &'a [u8], keyword: &Range<usize>) -> (&'a [u8], usize) {
    if line.len() <= MAX_LINE {
        return (line, 0);
    }
    let start = keyword.start.saturating_sub(WINDOW);
    let end = keyword.end.saturating_add(WINDOW).min(line.len());
    (line.get(start..end).unwrap_or_default(), start)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn lines(text: &[u8]) -> Lines {
        Lines::new(Arc::from(text), vec![(1, 0..text.len())])
    }

    #[test]
    fn every_entry_is_found_by_each_of_its_keywords() {
        for (at, kind) in secrets::KINDS.iter().enumerate() {
            for word in kind.keywords {
                assert!(entries_on(Table::Secret, word.as_bytes()).iter().any(|hit| hit.entry == at), "{word}");
            }
        }
        let tables =
            [(Table::Placeholder, &markers::PLACEHOLDERS[..]), (Table::Suppression, &markers::SUPPRESSIONS[..])];
        for (table, entries) in tables.into_iter().chain([(Table::Debug, &markers::DEBUG_LEFTOVERS[..])]) {
            for (at, marker) in entries.iter().enumerate() {
                for word in marker.keywords {
                    assert!(entries_on(table, word.as_bytes()).iter().any(|hit| hit.entry == at), "{word}");
                }
            }
        }
    }

    #[test]
    fn long_lines_are_seen_around_each_keyword() {
        let mut text = b"aaa ".repeat(3 * MAX_LINE / 4);
        for at in [MAX_LINE, 2 * MAX_LINE] {
            text[at..at + 5].copy_from_slice(b" dbg!");
        }
        let hits = Hits::of(&lines(&text), false);
        let starts: Vec<usize> = hits.in_table(Table::Debug).map(|hit| hit.range.start).collect();
        assert_eq!(starts, [MAX_LINE + 1, 2 * MAX_LINE + 1]);
        let (part, start) = window(&text, &(MAX_LINE + 1..MAX_LINE + 5));
        assert!(part.len() <= 2 * WINDOW + 4 && start == MAX_LINE + 1 - WINDOW);
    }

    #[test]
    fn a_line_of_nothing_but_keywords_is_said_to_be_judged_in_part() {
        let hits = Hits::of(&lines(&b"dbg! ".repeat(MAX_HITS + 1)), false);
        assert_eq!(hits.crowded, [1]);
    }

    #[test]
    fn bundles_are_searched_for_what_is_sure() {
        let text = [b"password=dbg!;".repeat(MAX_LINE), b"ghp_x".to_vec()].concat();
        let hits = Hits::of(&lines(&text), false);
        assert!(hits.crowded.is_empty());
        assert_eq!(hits.in_table(Table::Debug).count(), 0);
        assert!(hits.in_table(Table::Secret).next().is_some(), "{hits:?}");
        let hits = Hits::of(&lines(b"password=dbg!;ghp_x"), true);
        assert_eq!((hits.in_table(Table::Debug).count(), hits.in_table(Table::Secret).count()), (0, 1));
    }
}

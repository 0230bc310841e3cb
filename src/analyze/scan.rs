//! One pass over added text for every table of patterns: a combined keyword search first, a regular expression only
//! where its keyword stands, compiled when first needed.
//!
//! Cost: the keyword search is linear. A regular expression sees a line of up to [`MAX_LINE`] bytes whole, and of a
//! longer one a window around each keyword.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use regex::bytes::{Regex, RegexBuilder};

use crate::analyze::{markers, secrets};
use crate::model::lines::Lines;

/// A longer line is looked at in windows.
pub const MAX_LINE: usize = 64 << 10;

/// Bytes before and behind a keyword that a regular expression sees of such a line.
const WINDOW: usize = 4 << 10;

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
    pub fn of(added: &Lines) -> Self {
        let mut all = Self::default();
        for (row, line) in added.iter().enumerate() {
            let (mut hits, complete) = search(row, line.text);
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

struct Keywords {
    search: Option<AhoCorasick>,
    /// For each keyword, the entries it belongs to.
    owners: Vec<Vec<(Table, usize)>>,
}

static KEYWORDS: LazyLock<Keywords> = LazyLock::new(|| {
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
    let mut words: Vec<&'static str> = Vec::new();
    let mut owners: Vec<Vec<(Table, usize)>> = Vec::new();
    for (table, entry, keywords) in secrets.chain(markers) {
        for word in keywords {
            let at = words.iter().position(|known| known == word).unwrap_or_else(|| {
                words.push(word);
                owners.push(Vec::new());
                words.len() - 1
            });
            owners[at].push((table, entry));
        }
    }
    Keywords { search: AhoCorasickBuilder::new().ascii_case_insensitive(true).build(&words).ok(), owners }
});

/// The keywords on one line, and whether all of them were looked at.
fn search(row: usize, line: &[u8]) -> (Vec<Hit>, bool) {
    let Some(search) = &KEYWORDS.search else { return (Vec::new(), false) };
    let mut hits: Vec<Hit> = Vec::new();
    let long = line.len() > MAX_LINE;
    for (count, found) in search.find_overlapping_iter(line).enumerate() {
        if count >= MAX_HITS {
            return (sorted(hits), false);
        }
        for (table, entry) in KEYWORDS.owners.get(found.pattern().as_usize()).into_iter().flatten() {
            if long || !hits.iter().any(|hit| hit.table == *table && hit.entry == *entry) {
                hits.push(Hit { row, table: *table, entry: *entry, range: found.range() });
            }
        }
    }
    (sorted(hits), true)
}

fn sorted(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.table, hit.entry, hit.range.start));
    hits
}

/// The entries of a table whose keywords a line holds; for a look at one line outside a file.
pub fn entries_on(table: Table, line: &[u8]) -> Vec<Hit> {
    let mut hits = search(0, line).0;
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
    fn every_keyword_has_an_owner_and_the_search_compiles() {
        assert!(KEYWORDS.search.is_some());
        assert!(KEYWORDS.owners.iter().all(|owners| !owners.is_empty()));
    }

    #[test]
    fn long_lines_are_seen_around_each_keyword() {
        let mut text = vec![b'a'; 3 * MAX_LINE];
        for at in [MAX_LINE, 2 * MAX_LINE] {
            text[at..at + 5].copy_from_slice(b" dbg!");
        }
        let hits = Hits::of(&lines(&text));
        let starts: Vec<usize> = hits.in_table(Table::Debug).map(|hit| hit.range.start).collect();
        assert_eq!(starts, [MAX_LINE + 1, 2 * MAX_LINE + 1]);
        let (part, start) = window(&text, &(MAX_LINE + 1..MAX_LINE + 5));
        assert!(part.len() <= 2 * WINDOW + 4 && start == MAX_LINE + 1 - WINDOW);
    }

    #[test]
    fn a_line_of_nothing_but_keywords_is_said_to_be_judged_in_part() {
        let hits = Hits::of(&lines(&b"dbg! ".repeat(MAX_HITS + 1)));
        assert_eq!(hits.crowded, [1]);
    }
}

//! Secrets in text: the kinds known, how a match is told from its look-alikes, and how a value is hidden.
//!
//! A value leaves this module only inside [`Secret`], which has no way to print it.

mod entropy;
mod lookalike;
pub mod private_key;
mod table;

use std::fmt;
use std::ops::Range;

pub use table::KINDS;

use crate::analyze::scan::{self, Hit, Pattern, Table};

/// How sure a match of a kind's pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A name and a value that looks random; not a known issuer's form.
    Generic,
    /// The form of one issuer, seldom met by chance.
    High,
}

/// One kind of secret.
pub struct Kind {
    /// Kebab-case, stable.
    pub id: &'static str,
    /// What a person calls it, with its article.
    pub name: &'static str,
    /// Lower case; one of them is in every match, letter case ignored.
    pub keywords: &'static [&'static str],
    /// The value is the first group.
    pub pattern: Pattern,
    /// Bits a character the value needs at least (Shannon).
    pub entropy: f64,
    pub confidence: Confidence,
}

/// A secret found on a line. The value itself is not kept.
#[derive(Clone, Copy)]
pub struct Secret {
    pub kind: &'static Kind,
    start: usize,
    end: usize,
}

impl Secret {
    /// Byte range of the value in the line.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}..{}", self.kind.id, self.start, self.end)
    }
}

/// The most matches of one kind looked at on one line, or in one window of a long one.
const MAX_MATCHES: usize = 64;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Kinds that rest on the randomness of the value.
    pub entropy: bool,
}

/// The secrets that an entry's keyword points at on a line.
pub fn at_hit(line: &[u8], hit: &Hit, search: Search) -> Vec<Secret> {
    let Some(kind) = KINDS.get(hit.entry).filter(|kind| search.entropy || kind.confidence == Confidence::High) else {
        return Vec::new();
    };
    let Some(pattern) = kind.pattern.get() else { return Vec::new() };
    let (part, offset) = scan::window(line, &hit.range);
    let mut found = Vec::new();
    for captures in pattern.captures_iter(part).take(MAX_MATCHES) {
        let Some(value) = captures.get(1) else { continue };
        let context = lookalike::Context { line: part, value: value.range(), kind };
        if entropy::bits(value.as_bytes()) < kind.entropy || context.is_harmless() {
            continue;
        }
        found.push(Secret { kind, start: offset + value.start(), end: offset + value.end() });
    }
    found
}

/// Every secret on a line, in order of place; of overlapping ones the surer, then the longer.
pub fn on_line(line: &[u8], search: Search) -> Vec<Secret> {
    let hits = scan::entries_on(Table::Secret, line);
    merged(hits.iter().flat_map(|hit| at_hit(line, hit, search)).collect())
}

/// In order of place; of overlapping ones the surer stays, then the longer.
pub fn merged(mut found: Vec<Secret>) -> Vec<Secret> {
    found.sort_by_key(|secret| (secret.start, std::cmp::Reverse(secret.end)));
    let mut kept: Vec<Secret> = Vec::new();
    for secret in found {
        let rank = |secret: &Secret| (secret.kind.confidence, secret.end - secret.start);
        match kept.last_mut().filter(|last| last.end > secret.start) {
            Some(last) if rank(&secret) > rank(last) => *last = secret,
            Some(_) => {}
            None => kept.push(secret),
        }
    }
    kept
}

/// What may be shown of a value: its first four characters at most, and its length.
pub fn hidden(value: &[u8]) -> String {
    let shown: String = String::from_utf8_lossy(value).chars().take(4).filter(char::is_ascii_graphic).collect();
    format!("{shown}…")
}

/// Byte ranges of a line that must not be shown: every value found, wherever it stands.
pub fn ranges_to_hide(line: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for secret in on_line(line, Search { entropy: true }) {
        let value = line.get(secret.range()).unwrap_or_default();
        if !value.is_empty() {
            ranges.extend(memchr::memmem::find_iter(line, value).map(|at| at..at + value.len()));
        }
    }
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    ranges.retain(|range| {
        let keep = range.start >= end;
        end = end.max(range.end);
        keep
    });
    ranges
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

//! The baseline: findings that stood in the repository when it was adopted, one a line.
//!
//! ```text
//! # git-warrant baseline 1
//! content/suppression 0f1e2d3c4b5a69788796a5b4c3d2e1f0 2 src/a.rs
//! ```
//!
//! Rule, fingerprint, how often, path; sorted, so that the same tree gives the same text. The path is for people: the
//! fingerprint holds it already.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::origin::{Origin, PolicySource};
use super::waiver::is_fingerprint;

/// The largest baseline that is read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// The first line, which names the version of the format.
pub const HEADER: &str = "# git-warrant baseline 1";

/// What people are told by the file itself.
const ABOUT: &str = "# Findings that stood when this was written. `git warrant baseline` takes out what is gone.";

/// One finding that stood, as often as it did. Ordered as the file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub rule: String,
    /// In git's quoted form where it is not plain UTF-8. Holds no line feed.
    pub path: String,
    pub fingerprint: String,
    pub count: u64,
}

/// A baseline as read.
#[derive(Clone, Debug)]
pub struct Baseline {
    pub source: Arc<PolicySource>,
    /// The line of each fingerprint. Every hook reads the whole list and asks for few of it, so nothing is
    /// kept of a line that the text does not hold already.
    lines: FxHashMap<u128, Range<usize>>,
}

/// A line that cannot be read, with what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub span: Range<usize>,
    pub message: &'static str,
}

impl Baseline {
    /// One that holds nothing: its file is not there.
    pub fn empty(source: Arc<PolicySource>) -> Self {
        Self { source, lines: FxHashMap::default() }
    }

    /// Reads a text; the first fault ends it.
    pub fn parse(source: Arc<PolicySource>) -> Result<Self, Fault> {
        let mut lines = FxHashMap::default();
        let mut start = 0;
        for (number, line) in source.text.split('\n').enumerate() {
            let span = start..start + line.len();
            start = span.end + 1;
            let line = line.strip_suffix('\r').unwrap_or(line);
            let fault = |message| Fault { span: span.clone(), message };
            if number == 0 && line != HEADER {
                return Err(fault("this is no baseline that this version reads"));
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (_, print, _, _) = parts(line).map_err(fault)?;
            if lines.insert(key(print), span.clone()).is_some() {
                return Err(fault("this finding has a line already"));
            }
        }
        Ok(Self { source, lines })
    }

    /// The entry of a finding, if it stood.
    pub fn find(&self, fingerprint: &str) -> Option<Entry> {
        let span = self.lines.get(&key(fingerprint)).filter(|_| is_fingerprint(fingerprint))?;
        self.entry(span)
    }

    /// Where the entry stands.
    pub fn origin(&self, fingerprint: &str) -> Origin {
        let span = self.lines.get(&key(fingerprint)).map_or(0..0, Range::clone);
        Origin { source: Arc::clone(&self.source), span }
    }

    /// All entries, sorted.
    pub fn entries(&self) -> Vec<Entry> {
        let mut all: Vec<Entry> = self.lines.values().filter_map(|span| self.entry(span)).collect();
        all.sort();
        all
    }

    fn entry(&self, span: &Range<usize>) -> Option<Entry> {
        let line = self.source.text.get(span.clone())?;
        let (rule, fingerprint, count, path) = parts(line.strip_suffix('\r').unwrap_or(line)).ok()?;
        let [rule, fingerprint, path] = [rule, fingerprint, path].map(str::to_owned);
        Some(Entry { rule, path, fingerprint, count })
    }
}

/// The text of a baseline with these entries.
pub fn text(entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort();
    let mut text = format!("{HEADER}\n{ABOUT}\n");
    for Entry { rule, path, fingerprint, count } in sorted {
        let _ = writeln!(text, "{rule} {fingerprint} {count} {path}");
    }
    text
}

/// A fingerprint as a number.
fn key(fingerprint: &str) -> u128 {
    u128::from_str_radix(fingerprint, 16).unwrap_or_default()
}

/// Rule, fingerprint, count and path of a line.
fn parts(line: &str) -> Result<(&str, &str, u64, &str), &'static str> {
    let mut parts = line.splitn(4, ' ');
    let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or("a line is `RULE FINGERPRINT COUNT PATH`");
    let (rule, fingerprint, count, path) = (next()?, next()?, next()?, next()?);
    if !is_fingerprint(fingerprint) {
        return Err("a fingerprint is 32 lower-case hexadecimal digits");
    }
    let count = count.parse().ok().filter(|count| *count > 0).ok_or("a count is a whole number of 1 or more")?;
    Ok((rule, fingerprint, count, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Baseline, Fault> {
        let source = PolicySource { name: "b".to_owned(), text: text.to_owned(), side: "HEAD".to_owned() };
        Baseline::parse(Arc::new(source))
    }

    fn sample(path: &str, digit: &str, count: u64) -> Entry {
        let (rule, path) = ("content/secret".to_owned(), path.to_owned());
        Entry { rule, path, fingerprint: digit.repeat(32), count }
    }

    #[test]
    fn what_is_written_reads_back_sorted() {
        let entries = [sample("b c", "1", 2), sample("a", "2", 1)];
        let text = text(&entries);
        assert!(text.ends_with(&format!(
            "\ncontent/secret {} 1 a\ncontent/secret {} 2 b c\n",
            "2".repeat(32),
            "1".repeat(32)
        )));
        let read = parse(&text).expect("it reads");
        assert_eq!(read.entries(), [entries[1].clone(), entries[0].clone()]);
        assert_eq!(read.find(&"1".repeat(32)).map(|entry| entry.count), Some(2));
        assert_eq!(read.origin(&"1".repeat(32)).line(), 4);
        assert_eq!(parse(&text.replace('\n', "\r\n")).expect("it reads").entries().len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_with_its_line() {
        let line = format!("content/secret {} 1 a", "0".repeat(32));
        for (rest, message) in [
            (format!("{line}\n{line}\n"), "this finding has a line already"),
            (line.replace(" 1 ", " 0 "), "a count is a whole number of 1 or more"),
            (line.replace('0', "x"), "a fingerprint is 32 lower-case hexadecimal digits"),
            ("content/secret".to_owned(), "a line is `RULE FINGERPRINT COUNT PATH`"),
        ] {
            assert_eq!(parse(&format!("{HEADER}\n{rest}")).expect_err("a fault").message, message);
        }
        assert_eq!(parse(&line).expect_err("no header").span, 0..line.len());
    }
}

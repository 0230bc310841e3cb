//! Recorded expectations: snapshot and golden files, and snapshots that stand inside test code.
//!
//! A snapshot counts as rewritten where recorded lines are gone and the snapshot is still there: new snapshots, those that
//! went with their tests, and the head that `insta` writes above the recorded text are no rewriting.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

/// What was rewritten in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    pub snapshots: usize,
    /// Recorded lines that are gone.
    pub lines: usize,
}

/// The longest snapshot in test code that is followed, in bytes.
const MAX_INLINE: usize = 256 << 10;

/// Does the file hold nothing but recorded output, by its path?
pub fn is_snapshot(path: &RepoPath) -> bool {
    let lower = path.as_bytes().to_ascii_lowercase();
    let mut parts: Vec<&[u8]> = lower.split(|byte| *byte == b'/').collect();
    let name = parts.pop().unwrap_or_default();
    let has = |list: &[&[u8]]| parts.iter().any(|part| list.contains(part));
    let ends = |list: &[&[u8]]| list.iter().any(|end| name.len() > end.len() && name.ends_with(end));
    let pieces = |list: &[&[u8]]| name.split(|byte| *byte == b'.').skip(1).any(|piece| list.contains(&piece));
    if ends(&[b".snap", b".ambr"]) || has(&[b"__snapshots__", b"__image_snapshots__"]) {
        return true;
    }
    let tested = has(&[b"test", b"tests", b"spec", b"specs", b"__tests__", b"testdata", b"e2e", b"fixtures"]);
    let golden = pieces(&[b"golden", b"approved", b"verified", b"expected", b"snapshot"])
        || has(&[b"golden", b"goldens", b"snapshots"])
        || has(&[b"expected"]) && tested
        || ends(&[b".stderr", b".stdout"]) && tested;
    let is_code = [&b".rs"[..], b".py", b".go", b".rb", b".js", b".ts", b".tsx", b".jsx", b".java", b".kt", b".cs"]
        .iter()
        .any(|end| name.ends_with(end));
    golden && (!is_code || pieces(&[b"golden", b"approved", b"verified", b"expected"]))
}

/// What was rewritten of a snapshot file.
pub fn in_file(diff: &LineDiff) -> Rewritten {
    if diff.binary {
        return Rewritten { snapshots: 1, lines: 0 };
    }
    let entries = Entries::of(diff.deleted.text());
    let kept: FxHashSet<&[u8]> = Entries::of(diff.added.text()).entries.into_iter().map(|(_, key)| key).collect();
    let mut touched: FxHashSet<&[u8]> = FxHashSet::default();
    let mut lines = 0;
    // A diff may well take a name for gone and come again.
    let recorded = |text: &[u8]| {
        let text = text.trim_ascii();
        !text.is_empty() && text != b"`;" && !text.ends_with(b"`] = `") && entry_name(text) != Some(text)
    };
    for line in diff.deleted.iter().filter(|line| recorded(line.text)) {
        if let Some(key) = entries.at(line.number).filter(|key| kept.contains(key)) {
            touched.insert(key);
            lines += 1;
        }
    }
    Rewritten { snapshots: touched.len(), lines }
}

/// The snapshots of a file, each from the line it starts at, by what it is called. One without a name is the whole file.
struct Entries<'t> {
    entries: Vec<(u32, &'t [u8])>,
}

impl<'t> Entries<'t> {
    fn of(text: &'t [u8]) -> Self {
        let mut entries = Vec::new();
        let mut lines = (1..).zip(text.split(|byte| *byte == b'\n'));
        if text.starts_with(b"---\n") || text.starts_with(b"---\r\n") {
            let end = lines.clone().skip(1).find(|(_, line)| line.trim_ascii_end() == b"---");
            return Self { entries: vec![(end.map_or(1, |(number, _)| number + 1), &b""[..])] };
        }
        entries.extend(lines.by_ref().filter_map(|(number, line): (u32, _)| Some((number, entry_name(line)?))));
        if entries.is_empty() {
            entries.push((1, b""));
        }
        Self { entries }
    }

    fn at(&self, line: u32) -> Option<&'t [u8]> {
        let after = self.entries.partition_point(|(start, _)| *start <= line);
        after.checked_sub(1).and_then(|at| self.entries.get(at)).map(|(_, key)| *key)
    }
}

/// The first line of a snapshot among others: Jest's and Vitest's, syrupy's, go-snaps'.
fn entry_name(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_end();
    if line.starts_with(b"exports[`") {
        let end = memmem::find(line, b"`] = ").unwrap_or(line.len());
        return line.get(..end);
    }
    if line.starts_with(b"# name: ") {
        return Some(line);
    }
    let inner = line.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let at = memmem::rfind(inner, b" - ")?;
    inner.get(at + 3..).filter(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit)).map(|_| line)
}

/// What was rewritten of the snapshots inside a file of test code.
pub fn inline(diff: &LineDiff) -> Rewritten {
    let old = literals(diff.deleted.text());
    if old.is_empty() {
        return Rewritten::default();
    }
    let new = literals(diff.added.text());
    let known_old: FxHashSet<_> = old.iter().map(|literal| &literal.normal).collect();
    let known_new: FxHashSet<_> = new.iter().map(|literal| &literal.normal).collect();
    let (mut snapshots, mut lines) = (FxHashSet::default(), 0);
    for hunk in &diff.hunks {
        let gone = touched(&old, &hunk.old).filter(|(_, literal)| !known_new.contains(&literal.normal));
        // Where more are gone than came, the rest went with their tests.
        let came = touched(&new, &hunk.new).filter(|(_, literal)| !known_old.contains(&literal.normal)).count();
        for (at, literal) in gone.take(came) {
            snapshots.insert(at);
            let (start, end) = (literal.lines.start.max(hunk.old.start + 1), literal.lines.end.min(hunk.old.end + 1));
            lines += end.saturating_sub(start) as usize;
        }
    }
    Rewritten { snapshots: snapshots.len(), lines }
}

/// A recorded literal in code.
struct Literal<'t> {
    /// 1-based, half-open.
    lines: Range<u32>,
    /// Its lines without their indentation.
    normal: Vec<&'t [u8]>,
}

/// The literals that a hunk's 0-based lines meet, with their positions.
fn touched<'l, 't>(
    literals: &'l [Literal<'t>],
    lines: &Range<u32>,
) -> impl Iterator<Item = (usize, &'l Literal<'t>)> + use<'l, 't> {
    let (start, end) = (lines.start + 1, lines.end + 1);
    let from = literals.partition_point(|literal| literal.lines.end <= start);
    literals.iter().enumerate().skip(from).take_while(move |(_, literal)| literal.lines.start < end)
}

/// In order; none inside another one, which is text of that.
fn literals(text: &[u8]) -> Vec<Literal<'_>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for mark in [&b"InlineSnapshot("[..], b"snapshot!(", b"expect![["] {
        ranges.extend(memmem::find_iter(text, mark).filter_map(|at| {
            let start = at + mark.len();
            let rest = text.get(start..text.len().min(start + MAX_INLINE)).unwrap_or_default();
            literal(mark, rest).map(|range| start + range.start..start + range.end)
        }));
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut end = 0;
    ranges.retain(|range| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    let (mut at, mut line) = (0, 1_u32);
    let mut line_of = |offset: usize| {
        let between = text.get(at..offset).unwrap_or_default();
        let count = u32::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(u32::MAX);
        line = line.saturating_add(count);
        at = at.max(offset);
        line
    };
    let literal = |range: Range<usize>| {
        let lines = line_of(range.start)..line_of(range.end).saturating_add(1);
        let normal = text.get(range).unwrap_or_default().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
        Literal { lines, normal }
    };
    ranges.into_iter().map(literal).collect()
}

/// The literal that follows a mark.
fn literal(mark: &[u8], rest: &[u8]) -> Option<Range<usize>> {
    if mark == b"InlineSnapshot(" {
        let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let quote = rest.get(start).copied().filter(|byte| matches!(byte, b'`' | b'"' | b'\''))?;
        return Some(start..start + 1 + closing(rest.get(start + 1..)?, quote)?);
    }
    let start = if mark == b"snapshot!(" {
        // The call's own end, roughly: the literal is its last argument, and its statement ends with a semicolon.
        let end = memmem::find(rest, b");\n").unwrap_or(rest.len());
        let at = [&b"@\""[..], b"@r\"", b"@r#"].iter().filter_map(|sign| memmem::find(rest, sign)).min()?;
        (at < end).then_some(at + 1)?
    } else {
        0
    };
    let body = rest.get(start..)?;
    let raw = body.strip_prefix(b"r");
    let hashes = raw.map_or(0, |body| body.iter().take_while(|byte| **byte == b'#').count());
    let open = start + usize::from(raw.is_some()) + hashes;
    let inner = rest.get(open..)?.strip_prefix(b"\"")?;
    let length = if raw.is_some() {
        let mut close = vec![b'"'];
        close.resize(1 + hashes, b'#');
        memmem::find(inner, &close)? + close.len()
    } else {
        closing(inner, b'"')?
    };
    Some(start..open + 1 + length)
}

/// The offset behind the closing quote.
fn closing(text: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if *byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analyze::linediff::{self, Effort};

    fn diff(old: &str, new: &str) -> LineDiff {
        linediff::diff(&Arc::from(old.as_bytes()), &Arc::from(new.as_bytes()), &Effort::default()).unwrap()
    }

    #[test]
    fn paths_of_recorded_output() {
        for path in [
            "tests/snapshots/a.snap",
            "web/__snapshots__/a.test.ts.snap",
            "t/__snapshots__/test_a.ambr",
            "cmd/testdata/a.golden",
            "cmd/testdata/golden/a.txt",
            "a/T.approved.txt",
            "tests/ui/a.stderr",
            "tests/expected/a.json",
        ] {
            assert!(is_snapshot(&RepoPath::from(path)), "{path}");
        }
        for path in [
            "src/snapshots/mod.rs",
            "src/expected/a.json",
            "src/golden.rs",
            "tests/a_test.py",
            "tests/fixtures/a.json",
            "golden_test.go",
            "a.stdout",
        ] {
            assert!(!is_snapshot(&RepoPath::from(path)), "{path}");
        }
    }

    #[test]
    fn entries_that_came_or_went_are_no_rewriting() {
        let old = "exports[`a 1`] = `\nx\n`;\n\nexports[`b 1`] = `\ny\n`;\n";
        let new = "exports[`b 1`] = `\nz\n`;\n\nexports[`c 1`] = `\nw\n`;\n";
        assert_eq!(in_file(&diff(old, new)), Rewritten { snapshots: 1, lines: 1 });
        assert_eq!(
            in_file(&diff("# name: a\n  1\n# name: b\n  2\n", "# name: a\n  3\n")),
            Rewritten { snapshots: 1, lines: 1 }
        );
        assert_eq!(in_file(&diff("[TestA - 1]\nx\n---\n", "[TestA - 1]\ny\n---\n")).snapshots, 1);
        assert_eq!(in_file(&diff("a\n", "a\nb\n")), Rewritten::default());
    }

    #[test]
    fn the_head_of_an_insta_snapshot_is_not_recorded_text() {
        let old = "---\nsource: a.rs\nexpression: x\n---\n1\n";
        assert_eq!(in_file(&diff(old, "---\nsource: b.rs\n---\n1\n")), Rewritten::default());
        assert_eq!(in_file(&diff(old, "---\nsource: b.rs\n---\n2\n")), Rewritten { snapshots: 1, lines: 1 });
    }

    #[test]
    fn snapshots_in_test_code() {
        let old = "assert_snapshot!(f(1), @\"one\");\nlet a = 1;\nassert_snapshot!(f(2), @r#\"\n two\n lines\n\"#);\n";
        let new = "assert_snapshot!(f(1), @\"uno\");\nlet a = 2;\nassert_snapshot!(f(2), @r#\"\n two\n rows\n\"#);\n";
        assert_eq!(inline(&diff(old, new)), Rewritten { snapshots: 2, lines: 2 });
        assert_eq!(inline(&diff(old, "let a = 1;\n")), Rewritten::default());
        assert_eq!(inline(&diff(old, &old.replace("a = 1", "a = 3"))), Rewritten::default());
        let js = "expect(a).toMatchInlineSnapshot(`\n  \"x\"\n`);\nb();\n";
        assert_eq!(inline(&diff(js, &js.replace("\"x\"", "\"y\""))), Rewritten { snapshots: 1, lines: 1 });
        assert_eq!(inline(&diff(js, &js.replace("b()", "c()"))), Rewritten::default());
        assert_eq!(inline(&diff("snapshot!(", "expect![[")), Rewritten::default());
    }
}

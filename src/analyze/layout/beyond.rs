//! What a change did to one file that no formatter does.
//!
//! Formatters move, join and split lines, order imports, and write quotes, commas, brackets and numbers anew. Words and
//! numbers they keep, and so do they most operators: one that came, went or stands there more often is a change of
//! content. What tools do write themselves (words of imports, lists' numbers, escapes) is passed over.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analyze::code_lines::{Class, Language, Regions, language_of};
use crate::model::escape;
use crate::model::lines::{LineDiff, Lines};
use crate::model::path::RepoPath;

use super::terms::{Sort, Term, is_import, is_of_tools, is_tool_comment, operators, terms};

/// The largest file that is looked at, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// A difference that is no layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// Escaped.
    pub what: String,
    /// 1-based, in the new file for what came and in the old one for what went.
    pub line: u32,
}

/// How often a term stands in the changed lines.
#[derive(Debug, Default)]
struct Count {
    deleted: u32,
    added: u32,
    /// The first lines it was met in.
    in_old: u32,
    in_new: u32,
    /// Formatters may change how often it is there.
    is_free: bool,
    /// It stands in code, so far as is known, and not only in comments and strings.
    is_code: bool,
    tells: bool,
}

type Counts = FxHashMap<(Sort, Vec<u8>), Count>;

/// One side of a file.
struct Side<'a> {
    content: &'a [u8],
    lines: &'a Lines,
    regions: Option<Regions>,
}

/// The first difference that no formatter makes. `None` where there is none, or none that is sure.
pub fn beyond(path: &RepoPath, diff: &LineDiff, old: &[u8], new: &[u8]) -> Option<Beyond> {
    if diff.binary || old.len() > MAX_BYTES || new.len() > MAX_BYTES {
        return None;
    }
    let language = language_of(path);
    let side =
        |content, lines| Side { content, lines, regions: language.map(|language| Regions::of(language, content)) };
    let (old, new) = (side(old, &diff.deleted), side(new, &diff.added));
    let mut counts = Counts::default();
    old.count(language, &mut counts, |count, line| {
        count.deleted += 1;
        count.in_old = if count.in_old == 0 { line } else { count.in_old };
    });
    new.count(language, &mut counts, |count, line| {
        count.added += 1;
        count.in_new = if count.in_new == 0 { line } else { count.in_new };
    });
    came(&counts, &old).or_else(|| went(&counts, &new)).or_else(|| cut_out(&counts, diff, language))
}

/// A term that is new, or that stands in more places than before.
fn came(counts: &Counts, old: &Side<'_>) -> Option<Beyond> {
    let more = counts.iter().filter(|(_, count)| count.tells && count.added > count.deleted);
    let mut more: Vec<_> = more.collect();
    more.sort_by_key(|((sort, key), count)| (count.in_new, *sort == Sort::Operator, key.clone()));
    let mut known = None;
    more.into_iter().find_map(|((sort, key), count)| {
        let mut is_new = || !known.get_or_insert_with(|| old.keys()).contains(&(*sort, key.clone()));
        let what = match sort {
            Sort::Operator if !count.is_free => "stands in more places than before",
            Sort::Operator => return None,
            Sort::Word | Sort::Number if is_new() && (!count.is_free || key.len() > 2) => "is new",
            _ if !count.is_free => "stands in more places than before",
            _ => return None,
        };
        Some(Beyond { what: format!("{} {what}", named(*sort, key)), line: count.in_new })
    })
}

/// A number that stands in fewer places than before, or a word of code that is nowhere any more.
fn went(counts: &Counts, new: &Side<'_>) -> Option<Beyond> {
    let mut fewer: Vec<_> = counts.iter().filter(|(_, count)| count.tells && count.deleted > count.added).collect();
    fewer.sort_by_key(|((sort, key), count)| (count.in_old, *sort == Sort::Operator, key.clone()));
    let mut known = None;
    fewer.into_iter().find_map(|((sort, key), count)| {
        let mut is_gone = || !known.get_or_insert_with(|| new.keys()).contains(&(*sort, key.clone()));
        let what = match sort {
            // Some formatters take away imports that nothing uses.
            Sort::Word if count.is_code && !count.is_free && key.len() > 2 && is_gone() => "is gone",
            Sort::Word => return None,
            Sort::Number | Sort::Operator if count.is_free => return None,
            Sort::Number if is_gone() => "is gone",
            Sort::Number | Sort::Operator => "stands in fewer places than before",
        };
        Some(Beyond { what: format!("{} {what}", named(*sort, key)), line: count.in_old })
    })
}

/// A line with two words or more that stood there and was not moved: nothing was put in its place.
fn cut_out(counts: &Counts, diff: &LineDiff, language: Option<Language>) -> Option<Beyond> {
    let mut row = 0;
    for hunk in &diff.hunks {
        for _ in 0..hunk.old.len() {
            let (line, _) = diff.deleted.at(row)?;
            row += 1;
            if !hunk.new.is_empty() || is_import(line.text, language) || is_tool_comment(line.text, language) {
                continue;
            }
            let is_lost = |term: &Term| {
                counts
                    .get(&(term.sort, term.key.clone()))
                    .is_some_and(|count| count.tells && !count.is_free && count.is_code && count.deleted > count.added)
            };
            let mut lost: Vec<Vec<u8>> = terms(line.text).into_iter().filter(is_lost).map(|term| term.key).collect();
            lost.sort();
            lost.dedup();
            if lost.len() > 1 {
                let line = line.number;
                return Some(Beyond { what: "what stood there is gone".to_owned(), line });
            }
        }
    }
    None
}

fn named(sort: Sort, key: &[u8]) -> String {
    let sort = match sort {
        Sort::Word => "word",
        Sort::Number => "number",
        Sort::Operator => "operator",
    };
    format!("the {sort} `{}`", escape::visible(key))
}

impl Side<'_> {
    fn count(&self, language: Option<Language>, counts: &mut Counts, mut note: impl FnMut(&mut Count, u32)) {
        let signs = operators(language);
        let is_lost = self.regions.as_ref().is_some_and(Regions::has_doubts);
        let mut row = 0;
        while let Some((line, start)) = self.lines.at(row) {
            row += 1;
            let is_free = is_import(line.text, language) || is_tool_comment(line.text, language);
            for term in terms(line.text) {
                let class = self.class_at(start + term.at);
                let is_of_tools = is_of_tools(&term.key, class, language);
                let count =
                    counts.entry((term.sort, term.key)).or_insert_with(|| Count { tells: true, ..Count::default() });
                count.tells &= term.tells && !is_of_tools;
                count.is_free |= is_free;
                count.is_code |= class.is_none_or(|class| class == Class::Code);
                note(count, line.number);
            }
            if is_lost || is_free {
                continue;
            }
            for (at, byte) in line.text.iter().enumerate().filter(|(_, byte)| signs.contains(byte)) {
                if self.class_at(start + at) == Some(Class::Code) {
                    let count = counts.entry((Sort::Operator, vec![*byte])).or_default();
                    count.tells = true;
                    note(count, line.number);
                }
            }
        }
    }

    /// `None` where it cannot be told, or the file is no source.
    fn class_at(&self, at: usize) -> Option<Class> {
        self.regions.as_ref()?.class_at(at)
    }

    /// All words and numbers of the side.
    fn keys(&self) -> FxHashSet<(Sort, Vec<u8>)> {
        let lines = self.content.split(|byte| *byte == b'\n');
        lines.flat_map(terms).map(|term| (term.sort, term.key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::linediff;

    fn found(path: &str, old: &str, new: &str) -> Option<(String, u32)> {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let diff = linediff::diff(&old.into(), &new.into(), &linediff::Effort::default()).expect("small");
        beyond(&RepoPath::from(path), &diff, old, new).map(|beyond| (beyond.what, beyond.line))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands beside what may be none")]
    fn is(what: &str, line: u32) -> Option<(String, u32)> {
        Some((what.to_owned(), line))
    }

    #[test]
    fn what_formatters_do() {
        for (path, old, new) in [
            ("a.rs", "use b::c;\nuse b::d;\n", "use b::{c, d};\n"),
            ("a.rs", "fn a() { f(1.0, 'x') }\n", "fn a() {\n    f(\n        1., 'x',\n    )\n}\n"),
            ("a.rs", "extern fn a() {}\n", "extern \"C\" fn a() {}\n"),
            ("a.py", "x = 'a'\nfrom b import c, d\n", "from b import c\nfrom b import d\n\nx = \"a\"\n"),
            ("a.js", "const a = <div></div>\nlet b = x=>x\n", "const a = <div />;\nlet b = (x) => x;\n"),
            ("a.ts", "type A = 'x' | 'y'\n", "type A =\n  | 'x'\n  | 'y';\n"),
            ("a.go", "var a = []T{T{1}, T{2}}\n", "var a = []T{{1}, {2}}\n"),
            ("a.go", "// +build linux\npackage a\n", "//go:build linux\n// +build linux\n\npackage a\n"),
            ("a.css", "a{color:#FFF;width:.50em}\n", "a {\n  color: #fff;\n  width: 0.5em;\n}\n"),
            ("a.md", "1. one\n1. two\n* *three*\n", "1. one\n2. two\n\n- _three_\n"),
            ("a.cpp", "namespace a {\n}\n", "namespace a {\n}  // namespace a\n"),
            ("a.sql", "select 1 from t\n", "SELECT 1\nFROM t\n"),
            ("a.json", "{\"b\": 1, \"a\": 2}\n", "{\n  \"a\": 2,\n  \"b\": 1\n}\n"),
        ] {
            assert_eq!(found(path, old, new), None, "{path} {new}");
        }
    }

    #[test]
    fn what_formatters_do_not() {
        let more = "stands in more places than before";
        for (path, old, new, what) in [
            ("a.rs", "f(a);\nf(b);\n", "f(a);\nf(a);\n", is(&format!("the word `a` {more}"), 2)),
            ("a.rs", "a(3);\nb(5);\n", "a(5);\nb(5);\n", is(&format!("the number `5` {more}"), 1)),
            ("a.rs", "if a < b {}\n", "if a <= b {}\n", is(&format!("the operator `=` {more}"), 1)),
            ("a.py", "x = a\n", "x = limit\n", is("the word `limit` is new", 1)),
            ("a.py", "# the limit\nx = 1\n", "# the bound\nx = 1\n", is("the word `bound` is new", 1)),
            ("a.yml", "a: 1\n", "a: 2\n", is("the number `2` is new", 1)),
            ("a.md", "Some text.\n", "Some other text.\n", is("the word `other` is new", 1)),
            ("a.go", "f(1, 1)\ng()\n", "f(1)\ng()\n", is("the number `1` stands in fewer places than before", 1)),
            ("a.js", "f(a, b)\ng()\nf(a, b)\n", "f(a, b)\ng()\n", is("what stood there is gone", 3)),
            ("a.rs", "use b::c;\n", "use b::c;\nuse b::dog;\n", is("the word `dog` is new", 2)),
        ] {
            assert_eq!(found(path, old, new), what, "{path} {new}");
        }
    }

    #[test]
    fn what_may_be_either() {
        for (path, old, new) in [
            ("a.rs", "use b::dog;\nuse c::e;\nf(dog);\n", "use c::e;\nf(dog);\n"),
            ("a.ts", "import { dog } from 'x';\nf();\n", "f();\n"),
            ("a.php", "$a = array(1);\n", "$a = [1];\n"),
            ("a.swift", "let a = self.b\nlet c = self.d\n", "let a = b\nlet c = self.d\n"),
        ] {
            assert_eq!(found(path, old, new), None, "{path} {new}");
        }
    }
}

//! `tests-added`: how many tests are new. What is counted is a lower bound: tests that frameworks make of tables, files
//! and macros are not all seen. So a claim is contradicted only when it is higher than any way to count could give.

use rustc_hash::FxHashMap;

use super::picture::Picture;
use super::{Ruling, inherited};
use crate::analyze::facts::Facts;
use crate::analyze::symbols;
use crate::analyze::syntax::{Grammar, grammar_of};
use crate::analyze::testcode::{self, Test};
use crate::model::change::{Change, Engine, Status};
use crate::model::content::Bytes;
use crate::model::lines::Lines;
use crate::model::path::RepoPath;

#[derive(Default)]
struct Counts {
    /// Test functions whose names are new in their file.
    functions: u64,
    /// Of these, those with a body that is gone elsewhere: they moved or were renamed.
    moved: u64,
    /// Of these, those that stand within another test: some count them, some do not.
    nested: u64,
    /// Tests, and their cases, that came with a file that moved: new where renames are not looked for.
    carried: u64,
    carried_cases: u64,
    cases: u64,
    most_functions: u64,
    most_cases: u64,
    files: u64,
    /// Of these, those that moved.
    moved_files: u64,
    most_files: u64,
    /// Why there may be more functions or cases than any count here.
    open: Option<String>,
    /// Why there may be more cases, though not functions.
    open_cases: Option<String>,
}

pub(super) fn judge(claimed: u64, path: Option<&RepoPath>, unit: Option<&str>, picture: &Picture<'_>) -> Ruling {
    if let Some(path) = path.filter(|path| picture.changes().all(|(_, change)| change.path != **path)) {
        return Ruling::unsupported(format!("the change does not touch `{path}`"));
    }
    let counts = match count(path, picture) {
        Ok(counts) => counts,
        Err(reason) => return Ruling::unsupported(reason),
    };
    let functions =
        (counts.functions.saturating_sub(counts.moved + counts.nested), counts.functions, counts.most_functions);
    let cases = (counts.cases.min(functions.0), counts.cases, counts.most_cases);
    let files = (counts.files - counts.moved_files, counts.files, counts.most_files);
    let place = path.map_or_else(|| "here".to_owned(), |path| format!("in `{path}`"));
    let said = format!(
        "new {place}: {} test functions, {} cases, {} test files",
        counts.functions, counts.cases, counts.files
    );
    let evidence = [counts.functions.to_string(), counts.cases.to_string(), counts.files.to_string()];
    let any = [functions, cases, files];
    let ways: &[(u64, u64, u64)] = match unit {
        Some("functions") => &any[..1],
        Some("cases") => &any[1..2],
        Some("files") => &any[2..],
        _ => &any,
    };
    if ways.iter().any(|(least, found, _)| (*least..=*found).contains(&claimed)) {
        return Ruling::supported(said).with(evidence);
    }
    let unfolded = [("functions", counts.functions + counts.carried), ("cases", counts.cases + counts.carried_cases)];
    if unfolded.iter().any(|(name, found)| *found == claimed && unit.is_none_or(|unit| unit == *name)) {
        return Ruling::supported(format!("{said}; {claimed} when renames are not looked for")).with(evidence);
    }
    let most = ways.iter().map(|(_, _, most)| *most).max().unwrap_or_default();
    if claimed <= most {
        return Ruling::unsupported(format!("{said}; another way to count may give {claimed}")).with(evidence);
    }
    let open_cases = if unit == Some("functions") { None } else { counts.open_cases };
    let open = counts.open.or(open_cases).filter(|_| unit != Some("files")).or_else(|| picture.gap());
    match open {
        Some(open) => Ruling::unsupported(format!("{said}; {open}")).with(evidence),
        None => Ruling::contradicted(format!("{said}; no way to count gives more than {most}")).with(evidence),
    }
}

/// The new tests of one file, or of all.
fn count(path: Option<&RepoPath>, picture: &Picture<'_>) -> Result<Counts, String> {
    let facts = picture.facts;
    if facts.set().merge {
        return Err("of a merge, only what differs from every parent is known".to_owned());
    }
    let mut counts = Counts::default();
    let (mut fresh, mut gone): (Vec<Vec<u8>>, FxHashMap<Vec<u8>, u64>) = (Vec::new(), FxHashMap::default());
    for (index, change) in picture.changes().filter(|(_, change)| path.is_none_or(|path| *path == change.path)) {
        let classes = facts.classes(index);
        let Some(grammar) = grammar_of(&change.path) else {
            other_language(facts, index, change, &mut counts);
            continue;
        };
        if !change.has_lines() || change.is_mode_only() || facts.renames().of_old(index).is_some() {
            continue;
        }
        if facts.set().engine == Engine::Patch && change.old.is_some() {
            counts.open.get_or_insert_with(|| "a patch does not carry whole files".to_owned());
            continue;
        }
        let Some((olds, new)) = facts.states(index) else {
            return Err(format!("the content of `{}` could not be read", change.path));
        };
        let old = olds.into_iter().next().flatten();
        let may = |bytes: &Bytes| testcode::may_hold_tests(grammar, classes.test, bytes);
        if !old.as_ref().is_some_and(may) && !new.as_ref().is_some_and(may) && !classes.test {
            continue;
        }
        if new.is_some() {
            counts.most_files += 1;
        }
        let read = |bytes: &Option<Bytes>| match bytes {
            Some(bytes) => testcode::read(grammar, bytes).map(|code| code.tests),
            None => Ok(Vec::new()),
        };
        let (Ok(before), Ok(after)) = (read(&old), read(&new)) else {
            counts.open.get_or_insert_with(|| format!("`{}` is too large to be parsed", change.path));
            continue;
        };
        let (functions, cases) = (counts.functions, counts.cases);
        compare(&before, &after, &mut counts, &mut fresh, &mut gone);
        if facts.renames().of_new(index).is_some() {
            let all: u64 = after.iter().map(|test| u64::from(test.cases.max(1))).sum();
            counts.carried += (after.len() as u64).saturating_sub(counts.functions - functions);
            counts.carried_cases += all.saturating_sub(counts.cases - cases);
        }
        if change.status() == Status::Added && (classes.test || !after.is_empty()) {
            counts.files += 1;
            counts.moved_files += u64::from(facts.renames().of_new(index).is_some());
        }
        if let Some(diff) = facts.lines(index) {
            counts.most_functions += openers(grammar, &diff.added);
            counts.most_cases += rows(&diff.added);
            hidden(facts, index, &diff.added, &mut counts);
            if (classes.test || !after.is_empty()) && inherited::by(grammar, &diff.added) {
                counts.open.get_or_insert_with(|| format!("`{}` takes on tests from elsewhere", change.path));
            }
        } else if new.is_some() {
            counts.open.get_or_insert_with(|| format!("the lines of `{}` could not be read", change.path));
        }
    }
    counts.most_functions = counts.most_functions.max(counts.functions) + counts.carried;
    counts.most_cases = (counts.most_cases.max(counts.cases) + counts.carried_cases).max(counts.most_functions);
    counts.most_files = counts.most_files.max(counts.files);
    for body in fresh {
        if let Some(left) = gone.get_mut(&body).filter(|left| **left > 0) {
            *left -= 1;
            counts.moved += 1;
        }
    }
    Ok(counts)
}

/// Tests of one file by name, as often as each name stands there.
fn compare(
    before: &[Test],
    after: &[Test],
    counts: &mut Counts,
    fresh: &mut Vec<Vec<u8>>,
    gone: &mut FxHashMap<Vec<u8>, u64>,
) {
    let mut known: FxHashMap<&[Vec<u8>], Vec<&Test>> = FxHashMap::default();
    for test in before.iter().rev() {
        known.entry(&test.name).or_default().push(test);
    }
    let mut outer = 0;
    for test in after {
        let nested = test.span.start < outer;
        outer = outer.max(test.span.end);
        if let Some(old) = known.get_mut(test.name.as_slice()).and_then(Vec::pop) {
            counts.cases += u64::from(test.cases.saturating_sub(old.cases));
            continue;
        }
        counts.functions += 1;
        counts.nested += u64::from(nested);
        counts.cases += u64::from(test.cases.max(1));
        fresh.push(body(test));
    }
    for test in before {
        let left = known.get(test.name.as_slice()).is_some_and(|left| left.iter().any(|one| std::ptr::eq(*one, test)));
        if left {
            *gone.entry(body(test)).or_default() += 1;
        }
    }
}

/// The tokens of a test without its own name.
fn body(test: &Test) -> Vec<u8> {
    let name = test.name.last().map(Vec::as_slice).unwrap_or_default();
    let words = test.tokens.split(|byte| *byte == b' ').filter(|word| *word != name);
    words.collect::<Vec<_>>().join(&b' ')
}

/// Tests may be written in anything: shell, SQL, tables, Markdown.
fn other_language(facts: &Facts<'_>, index: usize, change: &Change, counts: &mut Counts) {
    let classes = facts.classes(index);
    if change.new.is_none() {
        return;
    }
    counts.most_files += 1;
    if classes.test && change.status() == Status::Added && !classes.snapshot {
        counts.files += 1;
        counts.moved_files += u64::from(facts.renames().of_new(index).is_some());
    }
    if !classes.test && !classes.snapshot {
        return;
    }
    let plain = [
        &b"json"[..],
        b"yaml",
        b"yml",
        b"toml",
        b"xml",
        b"csv",
        b"txt",
        b"md",
        b"snap",
        b"html",
        b"lock",
        b"png",
        b"golden",
    ];
    let end = change.path.extension().map(<[u8]>::to_ascii_lowercase);
    let is_data = end.is_some_and(|end| plain.contains(&end.as_slice()));
    let told = || format!("the tests in `{}` are not read", change.path);
    if is_data {
        counts.open_cases.get_or_insert_with(told);
    } else {
        counts.open.get_or_insert_with(told);
    }
}

/// Every test function has one of these, whatever runs it; what more there is of them does no harm.
fn openers(grammar: Grammar, added: &Lines) -> u64 {
    let tokens: &[&[u8]] = match grammar {
        Grammar::Rust => &[b"fn ", b"```"],
        Grammar::Python => &[b"def ", b">>>", b"lambda"],
        Grammar::Go => &[b"func"],
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => {
            &[b"=>", b"function", b"('", b"(\"", b"(`", b") {", b"){"]
        }
        Grammar::Ruby => &[b" do", b"{", b"def ", b"it ", b"it(", b"should", b"test ", b"specify", b"scenario"],
        Grammar::Kotlin => &[b"{", b"fun "],
        Grammar::Swift => &[b"{", b"func "],
        Grammar::Php => &[b"{", b"function", b"fn"],
        Grammar::Cpp => &[b"{", b"TEST", b"SECTION", b"SCENARIO"],
        Grammar::Java | Grammar::CSharp => &[b"{", b"=>"],
    };
    let count =
        |line: &[u8]| tokens.iter().map(|token| memchr::memmem::find_iter(line, token).count() as u64).sum::<u64>();
    added.iter().map(|line| count(line.text)).sum()
}

/// Lines and commas: a case is at least one of them. What only brings in names, closes something or is empty is none.
fn rows(added: &Lines) -> u64 {
    let of = |line: &[u8]| 1 + memchr::memchr_iter(b',', line).count() as u64;
    added.iter().map(|line| line.text.trim_ascii()).filter(|line| may_be_a_case(line)).map(of).sum()
}

fn may_be_a_case(line: &[u8]) -> bool {
    let imports = line.starts_with(b"import ")
        || line.starts_with(b"#include ")
        || line.starts_with(b"from ") && memchr::memmem::find(line, b" import ").is_some()
        || line.starts_with(b"use ") && line.ends_with(b";");
    !imports && line.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// A macro may make a test of every one of its arguments.
fn hidden(facts: &Facts<'_>, index: usize, added: &Lines, counts: &mut Counts) {
    let Some(path) = facts.set().changes.get(index).map(|change| &change.path) else { return };
    let (Some(grammar), Some(bytes)) = (grammar_of(path), facts.new_content(index)) else { return };
    let Some(symbols) = symbols::read(grammar, path, &bytes).ok().filter(|one| !one.hidden.is_empty()) else { return };
    let mut rest = symbols.hidden.iter().peekable();
    let mut start = 0;
    let mut number = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        number += 1;
        let end = start + line.len();
        while rest.next_if(|range| range.end <= start).is_some() {}
        if rest.peek().is_some_and(|range| range.start <= end) && added.find(number).is_some() {
            counts.most_functions += 1 + memchr::memchr_iter(b',', line).count() as u64;
        }
        start = end + 1;
    }
}

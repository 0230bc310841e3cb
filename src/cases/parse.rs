//! The format: Markdown in, cases out.
//!
//! Strict on purpose: a block or an expectation that is misspelt is an error, never passed over.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::claim::{Materiality, Verdict};
use crate::model::finding::Level;
use crate::model::object::Mode;
use crate::model::outcome::Decision;
use crate::model::path::RepoPath;
use crate::model::waiver::Review;
use crate::source::memory::{File, Tree};

use super::push::Pushed;

/// One case: a heading and the blocks under it.
#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    /// 1-based line of the heading.
    pub line: usize,
    /// Git cannot hold this state, so only the in-memory source can show it.
    pub in_memory_only: bool,
    pub policy: Option<String>,
    /// The day the case is judged on.
    pub today: Option<Date>,
    pub before: Tree,
    pub after: Tree,
    /// A unified diff, in the place of `before` and `after`.
    pub diff: Option<String>,
    pub branch: Option<String>,
    pub agent: Option<String>,
    /// `core.hooksPath`.
    pub hooks_path: Option<String>,
    /// The contract of the task, as TOML.
    pub contract: Option<String>,
    /// What is known of the session that made the change, as TOML.
    pub session: Option<String>,
    pub message: Option<String>,
    pub report: Option<String>,
    /// The push the change, or a ref alone, is judged in.
    pub push: Option<Pushed>,
    /// What is asked about the waivers themselves.
    pub review: Review,
    pub expect: Expect,
}

/// What a case has to give. `None` means not asked.
#[derive(Debug, Default)]
pub struct Expect {
    pub findings: Vec<ExpectedFinding>,
    /// `KIND VERDICT`, in the order of the claims.
    pub claims: Option<Vec<String>>,
    /// `PATH MATERIALITY`.
    pub undisclosed: Option<Vec<String>>,
    pub incomplete: Option<Vec<String>>,
    pub decision: Option<Decision>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedFinding {
    /// `deny[rule/id] LOCATION`, in one form, so that it can be compared as text.
    pub head: String,
    pub rule: String,
    /// A part of the message.
    pub message: Option<String>,
}

/// Reads a scenario file: every `##` heading is a case. A `toml policy` above the first is that of every case without one.
pub fn scenarios(text: &str) -> Result<Vec<Case>, String> {
    let blocks = blocks(text)?;
    let heads = headings(text, &blocks, 2);
    let first = heads.first().map_or(usize::MAX, |head| head.line);
    let mut shared = None;
    for block in blocks.iter().take_while(|block| block.line < first) {
        if block.info != "toml policy" {
            return Err(format!("line {}: only a `toml policy` may stand before the first case", block.line));
        }
        put(&mut shared, block.text.clone(), &block.info).map_err(|error| format!("line {}: {error}", block.line))?;
    }
    let mut cases = cases(&heads, text.lines().count() + 1, &blocks)?;
    for case in &mut cases {
        case.policy = case.policy.take().or_else(|| shared.clone());
    }
    Ok(cases)
}

/// Reads the `## Examples` section of a page of documentation: a case a `###` heading, or one if there is none.
pub fn examples(text: &str) -> Result<Vec<Case>, String> {
    let blocks = blocks(text)?;
    let mut sections = headings(text, &blocks, 2).into_iter().skip_while(|head| head.name != "Examples");
    let section = sections.next().ok_or("no `## Examples` section")?;
    let end = sections.next().map_or(text.lines().count() + 1, |next| next.line);
    let inner: Vec<Heading> =
        headings(text, &blocks, 3).into_iter().filter(|head| (section.line..end).contains(&head.line)).collect();
    let heads = if inner.is_empty() { vec![section] } else { inner };
    let from = heads.first().map_or(end, |head| head.line);
    let blocks: Vec<Block> = blocks.into_iter().filter(|block| (from..end).contains(&block.line)).collect();
    cases(&heads, end, &blocks)
}

#[derive(Debug)]
struct Heading {
    line: usize,
    name: String,
}

#[derive(Debug)]
struct Block {
    line: usize,
    last: usize,
    info: String,
    text: String,
}

fn headings(text: &str, blocks: &[Block], level: usize) -> Vec<Heading> {
    let mark = format!("{} ", "#".repeat(level));
    // Blocks stand in order and do not overlap: only the first that ends at or after a line can hold it.
    let in_block = |line: usize| {
        let at = blocks.partition_point(|block| block.last < line);
        blocks.get(at).is_some_and(|block| block.line <= line)
    };
    text.lines()
        .zip(1..)
        .filter(|(_, line)| !in_block(*line))
        .filter_map(|(row, line)| Some(Heading { line, name: row.strip_prefix(&mark)?.trim().to_owned() }))
        .collect()
}

/// Fenced blocks. A block ends at a fence at least as long as the one that opened it.
fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let fence = |row: &str| row.len() - row.trim_start_matches('`').len();
    let mut blocks = Vec::new();
    let mut open: Option<(Block, usize)> = None;
    for (row, line) in text.lines().zip(1..) {
        let ticks = fence(row);
        match open.take() {
            Some((mut block, length)) if ticks >= length && row.trim_end().len() == ticks => {
                block.last = line;
                blocks.push(block);
            }
            Some((mut block, length)) => {
                block.text.push_str(row);
                block.text.push('\n');
                open = Some((block, length));
            }
            None if ticks >= 3 => {
                let info = row.get(ticks..).unwrap_or_default().trim().to_owned();
                open = Some((Block { line, last: line, info, text: String::new() }, ticks));
            }
            None => {}
        }
    }
    match open {
        Some((block, _)) => Err(format!("line {}: the block is never closed", block.line)),
        None => Ok(blocks),
    }
}

fn cases(heads: &[Heading], end: usize, blocks: &[Block]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (index, head) in heads.iter().enumerate() {
        let until = heads.get(index + 1).map_or(end, |next| next.line);
        let from = blocks.partition_point(|block| block.line < head.line);
        let to = blocks.partition_point(|block| block.line < until);
        cases.push(
            case(head, blocks.get(from..to).unwrap_or_default())
                .map_err(|error| format!("case `{}`: {error}", head.name))?,
        );
    }
    if cases.is_empty() {
        return Err("no case".to_owned());
    }
    Ok(cases)
}

fn case(head: &Heading, blocks: &[Block]) -> Result<Case, String> {
    let mut case = Case { name: head.name.clone(), line: head.line, ..Case::default() };
    if let Some(name) = head.name.strip_suffix("[in-memory-only]") {
        name.trim_end().clone_into(&mut case.name);
        case.in_memory_only = true;
    }
    let mut expect = None;
    for block in blocks {
        apply(&mut case, &mut expect, block).map_err(|error| format!("line {}: {error}", block.line))?;
    }
    case.expect = expect.ok_or("no `expect` block")?;
    if case.diff.is_some() && !(case.before.is_empty() && case.after.is_empty()) {
        return Err("a `diff` stands in the place of `before`, `after` and `same`; give one or the other".to_owned());
    }
    Ok(case)
}

fn apply(case: &mut Case, expect: &mut Option<Expect>, block: &Block) -> Result<(), String> {
    let (word, rest) = block.info.split_once(' ').unwrap_or((&block.info, ""));
    let line = || block.text.trim().to_owned();
    let slot = match (word, rest) {
        ("toml", "policy") => return put(&mut case.policy, block.text.clone(), &block.info),
        ("today", "") => {
            let day = line().parse().map_err(|_| format!("`{}` is no day; write it like 2026-12-31", line()))?;
            return put(&mut case.today, day, &block.info);
        }
        ("diff", "") => return put(&mut case.diff, block.text.clone(), &block.info),
        ("branch", "") => return put(&mut case.branch, line(), &block.info),
        ("hooks-path", "") => return put(&mut case.hooks_path, line(), &block.info),
        ("contract", "") => return put(&mut case.contract, block.text.clone(), &block.info),
        ("session", "") => return put(&mut case.session, block.text.clone(), &block.info),
        ("agent", "") => return put(&mut case.agent, line(), &block.info),
        ("message", "") => return put(&mut case.message, block.text.clone(), &block.info),
        ("push", "") => return put(&mut case.push, Pushed::read(&block.text)?, &block.info),
        ("report", "") => return put(&mut case.report, block.text.clone(), &block.info),
        ("review", "") => {
            if case.review != Review::Met {
                return Err("a second `review` block".to_owned());
            }
            case.review = match line().as_str() {
                "ended" => Review::Ended,
                "tree" => Review::Tree,
                other => return Err(format!("`{other}` is neither `ended` nor `tree`")),
            };
            return Ok(());
        }
        ("expect", "") => return put(expect, expectations(&block.text)?, &block.info),
        ("before", rest) if !rest.is_empty() => [true, false],
        ("after", rest) if !rest.is_empty() => [false, true],
        ("same", rest) if !rest.is_empty() => [true, true],
        _ => return Err(format!("unknown block `{}`", block.info)),
    };
    let (path, file) = file(rest, &block.text)?;
    for (wanted, tree) in slot.into_iter().zip([&mut case.before, &mut case.after]) {
        if wanted && tree.insert(path.clone(), file.clone()).is_some() {
            return Err(format!("`{path}` twice"));
        }
    }
    Ok(())
}

fn put<T>(slot: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("a second `{what}` block")),
    }
}

fn file(info: &str, text: &str) -> Result<(RepoPath, File), String> {
    let (path, rest) = path(info)?;
    let mut mode = Mode::File;
    let mut content = text.as_bytes().to_vec();
    for word in rest.split_whitespace() {
        match word {
            "mode=100755" => mode = Mode::Executable,
            "mode=120000" => {
                mode = Mode::Symlink;
                content = text.trim_end_matches('\n').into();
            }
            "mode=160000" => {
                mode = Mode::Gitlink;
                content = text.trim().into();
            }
            "no-eol" => content = text.strip_suffix('\n').unwrap_or(text).into(),
            "hex" => content = hex(text)?,
            _ => return Err(format!("unknown word `{word}` after the path")),
        }
    }
    Ok((path, File { mode, content }))
}

/// A path at the start of the text: a JSON string, or everything up to a blank.
fn path(text: &str) -> Result<(RepoPath, &str), String> {
    if !text.starts_with('"') {
        let (path, rest) = text.split_once(' ').unwrap_or((text, ""));
        return Ok((RepoPath::from(path), rest));
    }
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let path = stream.next().ok_or("no path")?.map_err(|error| format!("not a JSON string: {error}"))?;
    Ok((RepoPath::from(path.as_str()), text.get(stream.byte_offset()..).unwrap_or_default().trim_start()))
}

fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: String = text.split_whitespace().collect();
    if !digits.len().is_multiple_of(2) {
        return Err("an odd number of hexadecimal digits".to_owned());
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| "not hexadecimal".to_owned())
}

fn expectations(text: &str) -> Result<Expect, String> {
    let mut expect = Expect::default();
    for row in text.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let fault = |what: &str| format!("`{row}`: {what}");
        let (word, rest) = row.split_once(' ').unwrap_or((row, ""));
        match word {
            "claim" => {
                let verdict = rest.split_once(' ').map(|(_, verdict)| verdict).unwrap_or_default();
                word_of::<Verdict>(verdict).map_err(|error| fault(&error))?;
                expect.claims.get_or_insert_default().push(rest.to_owned());
            }
            "undisclosed" => {
                let (path, grade) = path(rest)?;
                word_of::<Materiality>(grade).map_err(|error| fault(&error))?;
                expect.undisclosed.get_or_insert_default().push(format!("{} {grade}", location_path(&path)));
            }
            "incomplete" => {
                let shown = if rest == "-" { rest.to_owned() } else { location_path(&path(rest)?.0) };
                expect.incomplete.get_or_insert_default().push(shown);
            }
            "decision" => {
                put(&mut expect.decision, word_of(rest).map_err(|error| fault(&error))?, "decision")?;
            }
            _ => expect.findings.push(finding(row).map_err(|error| fault(&error))?),
        }
    }
    Ok(expect)
}

/// A kebab-case word of one of the crate's own enums.
fn word_of<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|error| error.to_string())
}

/// `deny[rule/id] LOCATION "part of the message"`; `waived[…]` for one that a waiver lifts.
fn finding(row: &str) -> Result<ExpectedFinding, String> {
    let (level, rest) = row.split_once('[').ok_or("neither a finding nor a known word")?;
    if level != "waived" && word_of::<Level>(level).is_err() {
        return Err(format!("unknown level `{level}`"));
    }
    let (rule, rest) = rest.split_once("] ").ok_or("no `] ` after the rule")?;
    if crate::rules::find(rule).is_none() {
        return Err(format!("no rule `{rule}`"));
    }
    let (place, rest) = location(rest)?;
    let message = match rest.trim() {
        "" => None,
        text => Some(serde_json::from_str(text).map_err(|error| format!("the message is no JSON string: {error}"))?),
    };
    Ok(ExpectedFinding { head: format!("{level}[{rule}] {place}"), rule: rule.to_owned(), message })
}

fn location(text: &str) -> Result<(String, &str), String> {
    if text.starts_with('"') {
        let (path, rest) = path(text)?;
        let line = rest.strip_prefix(':').map(|rest| rest.split_once(' ').unwrap_or((rest, "")));
        let (line, rest) = line.map_or((String::new(), rest), |(line, rest)| (format!(":{line}"), rest));
        return Ok((location_path(&path) + &line, rest));
    }
    let (place, rest) = text.split_once(' ').unwrap_or((text, ""));
    match place {
        "" => Err("no location".to_owned()),
        place => Ok((place.to_owned(), rest)),
    }
}

/// How a path is written in an expectation: as it is, or as a JSON string where a blank, a quote or a control
/// character would make it ambiguous.
pub fn location_path(path: &RepoPath) -> String {
    let text = path.to_wire();
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '"' || !c.is_ascii();
    if text.contains(odd) { serde_json::Value::String(text).to_string() } else { text }
}

/// Cases of one file by name, to find repeats.
pub fn repeated_name(cases: &[Case]) -> Option<&str> {
    let mut seen = BTreeSet::new();
    cases.iter().find(|case| !seen.insert(case.name.as_str())).map(|case| case.name.as_str())
}

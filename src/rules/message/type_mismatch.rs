//! The type a commit message gives itself, against what changed.
//!
//! Each judgement rests on positive evidence: a line that surely is code, a word no formatter writes, a path the reverted
//! commit did not touch. What the message says of itself beyond its type (`docs: … and fix`) takes the ground away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::classify::Classes;
use crate::analyze::code_lines::Language;
use crate::analyze::facts::Facts;
use crate::analyze::generated;
use crate::analyze::meaning::{self, Meaning};
use crate::analyze::message::{Conventional, conventional, first_line, is_revert};
use crate::analyze::revert;
use crate::analyze::touch::{
    DOCUMENTATION, TEST_SUPPORT, Touch, in_folder_about, is_mostly_text, may_hold_tests, touch,
};
use crate::model::change::{Change, ChangeSet};
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::message::Message;
use crate::model::path::RepoPath;
use crate::rules::content::{has_component, test_module};
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct TypeMismatch;

/// What a type promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// Documents and comments.
    Docs,
    /// Tests, no production source.
    Test,
    /// Layout, no change of what the code says.
    Format,
    /// Nothing beyond what the commit named did, the other way round.
    Revert,
    /// Nothing.
    Any,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// What your own types promise, beside those known here; `any` takes a promise away.
    pub types: BTreeMap<String, Nature>,
    /// Globs of paths that never speak against a type.
    pub exclude: Vec<String>,
}

/// [`Options`], compiled.
pub struct Prepared {
    types: BTreeMap<String, Nature>,
    exclude: Globs,
}

/// Commits one revert may name; of more, nothing is said.
const MAX_NAMED: usize = 20;

impl Check for TypeMismatch {
    const META: Meta = Meta {
        id: "message/type-mismatch",
        summary: "the type the message gives does not fit what changed",
        level: Level::Warn,
        needs: Needs::Message,
        docs: include_str!("../../../docs/rules/message/type-mismatch.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let exclude = Globs::of(&options.exclude).map_err(|error| error.to_string())?;
        Ok(Prepared { types: options.types, exclude })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        // Of a merge, only what differs from every parent is known.
        let Some(message) = cx.message.filter(|message| !message.is_blank() && !cx.set.merge) else { return };
        let (line, subject) = first_line(message);
        let Some(said) = said(subject, &prepared.types) else { return };
        let place = Place { line, subject, kind: said.kind };
        match said.nature {
            Nature::Any => {}
            Nature::Revert => reverts(cx, message, prepared, &place, out),
            nature if says_more(nature, &said, message) => {}
            nature => {
                let mut found = None;
                let mut more = 0usize;
                for (index, change) in cx.changes().filter(|(_, change)| !prepared.exclude.is_match(&change.path)) {
                    let against = match nature {
                        Nature::Docs => against_docs(cx.facts, index, change),
                        Nature::Test => against_test(cx.facts, index, change),
                        _ => against_format(cx.facts, index, change),
                    };
                    let Some(against) = against else { continue };
                    if found.is_none() {
                        found = Some((&change.path, against));
                    } else {
                        more += 1;
                    }
                }
                if let Some((path, against)) = found {
                    place.report(path, &against, more, out);
                }
            }
        }
    }
}

struct Said<'a> {
    nature: Nature,
    /// As written.
    kind: &'a str,
    description: &'a str,
    scope: Option<&'a str>,
}

/// Where a finding is put.
struct Place<'a> {
    line: u32,
    subject: &'a str,
    kind: &'a str,
}

impl Place<'_> {
    fn report(&self, path: &RepoPath, against: &str, more: usize, out: &mut Sink<'_>) {
        let path_shown = escape::visible(path.as_bytes());
        let mut draft = out
            .message_line(self.line, self.subject, format!("`{}` is said, and {against}: `{path_shown}`", self.kind))
            .help("give the message the type that fits, or put the rest into a commit of its own");
        if more > 0 {
            let files = if more == 1 { "file" } else { "files" };
            draft = draft.note(format!("and so in {more} more {files}"));
        }
        draft.key(&[self.kind.as_bytes(), b"\0", path.as_bytes()].concat()).emit();
    }
}

fn said<'a>(subject: &'a str, own: &BTreeMap<String, Nature>) -> Option<Said<'a>> {
    if is_revert(subject) {
        let nature = own.get("revert").copied().unwrap_or(Nature::Revert);
        return Some(Said { nature, kind: subject.split(' ').next()?, description: subject, scope: None });
    }
    let Conventional { kind, scope, description } = conventional(subject)?;
    let nature = match own.get(kind) {
        Some(nature) => *nature,
        None => match kind.to_ascii_lowercase().as_str() {
            "docs" | "doc" => Nature::Docs,
            "test" | "tests" => Nature::Test,
            "format" | "fmt" => Nature::Format,
            // In many projects `style` is how the product looks.
            "style" if speaks_of(description, FORMATTING) => Nature::Format,
            "revert" => Nature::Revert,
            _ => return None,
        },
    };
    Some(Said { nature, kind, description, scope })
}

/// Not "format" and "spacing" alone: products have formats and spacing.
const FORMATTING: &[&str] = &[
    "formatter",
    "formatting",
    "reformat",
    "reformatted",
    "fmt",
    "rustfmt",
    "gofmt",
    "gofumpt",
    "goimports",
    "prettier",
    "isort",
    "yapf",
    "whitespace",
    "indentation",
    "ktlint",
    "spotless",
    "swiftformat",
];

/// Words of a description that tell of a change to code, where the type promises none.
const TELLS_OF_CODE: &[&str] = &[
    "fix",
    "fixes",
    "fixed",
    "implement",
    "implements",
    "implementation",
    "refactor",
    "refactors",
    "feature",
    "bug",
    "bugs",
    "rename",
    "renames",
    "deprecate",
    "support",
    "improve",
    "bump",
    "remove",
    "simplify",
    "cleanup",
    "code",
    "move",
    "replace",
    "expose",
    "extract",
    "lint",
    "linting",
    "clippy",
    "eslint",
    "unused",
    "warnings",
    "types",
    "typing",
    "annotations",
];

/// Does the message say itself that there is more in the change than its type? A second thing in the description, a
/// scope that means code, or a line of another type in the body, as a squash merge leaves them.
fn says_more(nature: Nature, said: &Said<'_>, message: &Message) -> bool {
    if said.scope.is_some_and(|scope| scope.eq_ignore_ascii_case("code")) {
        return true;
    }
    let second = [" and ", " & ", " + ", "; ", ", "].iter().filter_map(|link| said.description.split_once(link));
    if second.map(|(_, rest)| rest).any(|rest| speaks_of(rest, TELLS_OF_CODE)) {
        return true;
    }
    if nature == Nature::Format && speaks_of(said.description, &["lint", "clippy", "eslint", "refactor", "cleanup"]) {
        return true;
    }
    let own = said.kind.to_ascii_lowercase();
    message.text.lines().skip(1).take(2000).any(|line| {
        let line = line.trim_start_matches(|c: char| matches!(c, '*' | '-' | '#') || c.is_whitespace());
        conventional(line).is_some_and(|other| {
            let kind = other.kind.to_ascii_lowercase();
            kind != own && OTHER_TYPES.contains(&kind.as_str())
        })
    })
}

const OTHER_TYPES: &[&str] =
    &["feat", "fix", "refactor", "perf", "chore", "build", "ci", "style", "test", "tests", "docs", "doc"];

fn speaks_of(text: &str, words: &[&str]) -> bool {
    let mut parts = text.split(|c: char| !c.is_alphanumeric());
    parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Beside [`DOCUMENTATION`]: the text a program explains itself with is written in its source.
const MAKES_DOCUMENTS: &[&str] = &[
    "doc",
    "website",
    "site",
    "example",
    "sample",
    "tutorial",
    "guide",
    "demo",
    "wiki",
    "help",
    "usage",
    "snippet",
    "playground",
];

/// Folders of what serves the work and is not the product.
const TOOLS: &[&str] = &["script", "scripts", "tool", "tools", "hack", "ci", "build", "xtask", "dev"];

/// Code outside of tests and of what documentation is made with.
fn against_docs(facts: &Facts<'_>, index: usize, change: &Change) -> Option<String> {
    let classes = facts.classes(index);
    if classes.document && !classes.code || classes.test || in_folder_about(&change.path, MAKES_DOCUMENTS) {
        return None;
    }
    let line = code_line(facts, index, change, classes)?;
    let text = is_doc_attribute(facts, index, line) || is_markup(facts, index, line) || is_mostly_text(facts, index);
    (!text && !is_rust_test(facts, index, line)).then(|| format!("line {line} is code"))
}

/// Production source. A file that may hold tests among its code says nothing.
fn against_test(facts: &Facts<'_>, index: usize, change: &Change) -> Option<String> {
    let classes = facts.classes(index);
    if classes.test || in_folder_about(&change.path, TEST_SUPPORT) || in_folder_about(&change.path, DOCUMENTATION) {
        return None;
    }
    let line = code_line(facts, index, change, classes)?;
    (!may_hold_tests(facts, index, &change.path)).then(|| format!("line {line} is production source"))
}

fn code_line(facts: &Facts<'_>, index: usize, change: &Change, classes: Classes) -> Option<u32> {
    if classes.ci || has_component(&change.path, TOOLS) {
        return None;
    }
    match touch(facts, index, change, classes) {
        Touch::Code(line) => (!says_generated(facts, index)).then_some(line),
        Touch::Quiet | Touch::Doubt(_) | Touch::Unread => None,
    }
}

fn says_generated(facts: &Facts<'_>, index: usize) -> bool {
    let content = facts.new_content(index).or_else(|| facts.old_content(index));
    content.is_some_and(|content| generated::header(&content).is_some())
}

/// Text between tags, which the lexer takes for code.
fn is_markup(facts: &Facts<'_>, index: usize, line: u32) -> bool {
    let script = matches!(facts.language(index), Some(Language::JavaScript | Language::TypeScript));
    script && changed_line(facts, index, line).is_some_and(|text| memchr::memmem::find(text, b"</").is_some())
}

fn changed_line<'a>(facts: &'a Facts<'_>, index: usize, line: u32) -> Option<&'a [u8]> {
    let diff = facts.lines(index)?;
    diff.added.find(line).or_else(|| diff.deleted.find(line)).map(|line| line.text.trim_ascii())
}

/// `#[doc = …]`, `__doc__ = …`: documentation in the grammar of code.
fn is_doc_attribute(facts: &Facts<'_>, index: usize, line: u32) -> bool {
    let text = changed_line(facts, index, line);
    text.is_some_and(|text| {
        [
            &b"#[doc"[..],
            b"#![doc",
            b"#[cfg_attr(doc",
            b"__doc__",
            b"#![warn(missing_docs",
            b"#![deny(missing_docs",
            b"#![warn(rustdoc",
            b"#![deny(rustdoc",
        ]
        .iter()
        .any(|start| text.starts_with(start))
    })
}

/// Test modules close their files, so that what follows the first line of code in one is test code too.
fn is_rust_test(facts: &Facts<'_>, index: usize, line: u32) -> bool {
    let Some(content) = facts.new_content(index).filter(|_| facts.language(index) == Some(Language::Rust)) else {
        return false;
    };
    let Some(start) = test_module(&content) else { return false };
    let before = content.get(..start).map_or(0, |before| memchr::memchr_iter(b'\n', before).count());
    usize::try_from(line).is_ok_and(|line| line > before)
}

/// A word or an operator no formatter brings in. A new or deleted file is no formatting either, but it may have moved.
fn against_format(facts: &Facts<'_>, index: usize, change: &Change) -> Option<String> {
    let classes = facts.classes(index);
    let language = facts.language(index).filter(|_| classes.code && !classes.generated && !classes.vendored)?;
    if change.old.is_none() || change.new.is_none() {
        return None;
    }
    let diff = facts.lines(index).filter(|diff| !diff.binary)?;
    let (old, new) = (facts.old_content(index)?, facts.new_content(index)?);
    match meaning::changed(language, &old, &new, diff)? {
        Meaning::Word { word, line } => {
            Some(format!("line {line} has a new word, `{}`", escape::visible(word.get(..60).unwrap_or(&word))))
        }
        Meaning::Operator(sign) => Some(format!("there are more or fewer `{}` in the code", char::from(sign))),
    }
}

/// A revert against the commits it names.
fn reverts(cx: &Context<'_>, message: &Message, prepared: &Prepared, place: &Place<'_>, out: &mut Sink<'_>) {
    if speaks_of(&message.text, SAYS_MORE_THAN_REVERT) || lists_more(message) {
        return;
    }
    let Some(sets) = named_changes(cx, message) else { return };
    let named: Vec<Facts<'_>> = sets.iter().map(|set| cx.facts.of_other(set)).collect();
    let Some(all) = revert::excess(cx.facts, &named) else { return };
    let mut grave = all.into_iter().filter(|excess| {
        // A few strange lines in a file that both touched are a conflict, resolved.
        let enough = if excess.path_known { 10 } else { 1 };
        let path = cx.set.changes.get(excess.index).map(|change| &change.path);
        let own = path.is_some_and(|path| !prepared.exclude.is_match(path) && !names(message, path));
        own && excess.lines >= enough && excess.lines * 2 > excess.of
    });
    let Some(first) = grave.next() else { return };
    let Some(change) = cx.set.changes.get(first.index) else { return };
    let against = if first.path_known {
        format!("{} of {} changed lines, from line {} on, do not undo it", first.lines, first.of, first.line)
    } else {
        format!("the commit it names did not touch what line {} changes", first.line)
    };
    place.report(&change.path, &against, grave.count(), out);
}

/// Does the body list what was done, as squash merges leave it, and an item is no revert?
fn lists_more(message: &Message) -> bool {
    let items = message.text.lines().skip(1).filter_map(|line| line.strip_prefix("* ").or(line.strip_prefix("- ")));
    items.take(2000).any(|item| {
        let lower = item.to_ascii_lowercase();
        !(lower.contains("revert") || lower.contains("reapply"))
    })
}

/// Words with which a revert tells of what it does besides.
const SAYS_MORE_THAN_REVERT: &[&str] = &[
    "also",
    "conflict",
    "conflicts",
    "partial",
    "partially",
    "except",
    "besides",
    "instead",
    "additionally",
    "keep",
    "keeps",
    "plus",
    "adapt",
    "adapted",
    "manual",
    "manually",
];

fn names(message: &Message, path: &RepoPath) -> bool {
    let name = path.file_name();
    memchr::memmem::find(message.text.as_bytes(), name).is_some()
}

/// The changes of all commits that the body says are reverted. `None` where it names none, or one of them is not here, or
/// is a merge.
fn named_changes(cx: &Context<'_>, message: &Message) -> Option<Vec<ChangeSet>> {
    let mut sets = Vec::new();
    for line in message.text.lines() {
        let Some((_, rest)) = line.split_once("This reverts commit") else { continue };
        for word in rest.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_id = word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_id || !word.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let id = cx.repository.commit_named(word)??;
            let set = cx.repository.change_of(id).filter(|set| !set.merge && set.incomplete.is_empty())?;
            sets.push(set);
            if sets.len() > MAX_NAMED {
                return None;
            }
        }
    }
    (!sets.is_empty()).then_some(sets)
}

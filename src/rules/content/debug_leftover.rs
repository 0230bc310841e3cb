//! Debugging was left in the code.

use std::cell::OnceCell;

use crate::analyze::code_lines::Language;
use crate::analyze::markers::DEBUG_LEFTOVERS;
use crate::analyze::scan::Table;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::LineDiff;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Deleted, ExcludeOptions, TestModule, foreign, has_component, marks, with_added};

/// Parts of a path where printing is the purpose, or where nobody minds.
const TOOLS: &[&str] = &[
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "bin",
    "build",
    "ci",
    "cli",
    "cmd",
    "debug",
    "demo",
    "demos",
    "dev",
    "doc",
    "docs",
    "example",
    "examples",
    "hack",
    "log",
    "logger",
    "logging",
    "playground",
    "sample",
    "samples",
    "script",
    "scripts",
    "tool",
    "tooling",
    "tools",
    "tutorial",
    "website",
];

pub struct DebugLeftover;

impl Check for DebugLeftover {
    const META: Meta = Meta {
        id: "content/debug-leftover",
        summary: "an added line is a debugging aid",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/debug-leftover.md"),
    };

    type Options = ExcludeOptions;
    type Prepared = Globs;

    fn prepare(options: ExcludeOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
        let deleted = Deleted::default();
        for (index, change, diff) in with_added(cx) {
            let classes = cx.facts.classes(index);
            if exclude.is_match(&change.path) || foreign(classes) || classes.test || has_component(&change.path, TOOLS)
            {
                continue;
            }
            let test_module = TestModule::default();
            let prints_anyway = OnceCell::new();
            for mark in marks(cx, index, diff, Table::Debug, &DEBUG_LEFTOVERS) {
                let habit = mark.marker.id == "console-log"
                    && (says_something(mark.line.text.get(mark.end..).unwrap_or_default())
                        || *prints_anyway.get_or_init(|| self::prints_anyway(cx, index, diff)));
                let test = cx.facts.language(index) == Some(Language::Rust) && test_module.holds(diff, mark.row);
                if habit || test || in_dumper(diff, mark.row) || deleted.holds(cx, mark.line.text) {
                    continue;
                }
                out.added_line(&change.path, mark.line, Some((mark.start, mark.end)), "debugging is left in the code")
                    .note(format!("kind: {}", mark.marker.id))
                    .help("take it out")
                    .emit();
            }
        }
    }
}

/// How many lines above a mark its function's head is looked for.
const MAX_HEAD: usize = 12;

/// Is this the body of a function whose name says that it shows values: `dump`, `dd`, `debug…`?
fn in_dumper(diff: &LineDiff, row: usize) -> bool {
    let Some((_, start)) = diff.added.at(row) else { return false };
    let before = diff.added.source().get(..start).unwrap_or_default();
    let mut above = before.rsplit(|byte| *byte == b'\n').skip(1).take(MAX_HEAD);
    let head = above.find(|line| HEADS.iter().any(|word| memchr::memmem::find(line, word).is_some()));
    head.is_some_and(|head| {
        let lower = head.to_ascii_lowercase();
        [&b"dump"[..], b"debug", b" dd", b"inspect"].iter().any(|name| memchr::memmem::find(&lower, name).is_some())
    })
}

const HEADS: &[&[u8]] = &[b"function ", b"def ", b"fn ", b"func ", b"fun "];

/// Is the first argument a text of several words? Those are written for somebody to read.
fn says_something(arguments: &[u8]) -> bool {
    let arguments = arguments.trim_ascii_start();
    let Some(quote) = arguments.first().filter(|byte| matches!(byte, b'"' | b'\'' | b'`')) else { return false };
    let text = arguments.get(1..).unwrap_or_default();
    let text = text.split(|byte| byte == quote).next().unwrap_or_default();
    text.split(u8::is_ascii_whitespace).filter(|word| word.iter().any(u8::is_ascii_alphabetic)).count() >= 4
}

/// Starts of what only a program run from a command line has, in JavaScript.
const PROGRAM: &[&[u8]] = &[b"process.exit", b"process.argv", b"process.stdout", b"child_process"];

/// Is `console.log` how this file talks? True of new files too: nothing tells a habit from a leftover there.
fn prints_anyway(cx: &Context<'_>, index: usize, diff: &LineDiff) -> bool {
    let is_new = cx.set.changes.get(index).is_none_or(|change| change.old.is_none());
    let text = diff.added.source();
    // Lines that are not among the added ones were there before.
    let before = memchr::memmem::find_iter(text, b"console.").take(200).any(|at| {
        let line = text.get(..at).map_or(0, |before| memchr::memchr_iter(b'\n', before).count()) + 1;
        u32::try_from(line).is_ok_and(|line| diff.added.find(line).is_none())
    });
    let program = PROGRAM.iter().any(|part| memchr::memmem::find(text, part).is_some());
    is_new || before || program || text.starts_with(b"#!")
}
